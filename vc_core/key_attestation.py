"""Key attestations: a wallet provider says where keys are kept (OpenID4VCI 1.0, appendix D.1; HAIP 1.0, section 4.5.1).

One travels in the header of a key proof of type `jwt` (`key_proof`), or is itself the proof, of type `attestation`
(appendix F.3). `make_attestation` is the provider's side, `check_attestation` the issuer's. The nonce comes back
unjudged, as in `key_proof`. Which levels of `key_storage` and `user_authentication` an issuer asks for is its policy.
Left out: providers known by `kid` or `trust_chain`.
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from cryptography.x509 import Certificate

from vc_core import jose, jwt_claims, x509
from vc_core.members import Members
from vc_core.rejection import Rejection
from vc_core.signer import PublicKey, Signer

TYP = "key-attestation+jwt"
MAX_BYTES = 65536
MAX_KEYS = 64
WINDOW = jwt_claims.Window(past=timedelta(days=1))

_SECTION = "OpenID4VCI 1.0, appendix D.1"


class Carrier(Enum):
    """How an attestation travels: in the header of a proof, where it has to expire, or as the proof."""

    JWT_PROOF = "jwt"
    ATTESTATION_PROOF = "attestation"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyAttestation:
    """What a checked attestation says. thumbprints: of the keys, 32 bytes each, in their order. nonce: not judged."""

    keys: tuple[PublicKey, ...]
    thumbprints: tuple[bytes, ...]
    nonce: str | None
    issued_at: datetime
    key_storage: tuple[str, ...]
    user_authentication: tuple[str, ...]


def make_attestation(
    provider: Signer,
    keys: Sequence[PublicKey],
    *,
    issued_at: datetime,
    expires_at: datetime | None = None,
    nonce: str | None = None,
    key_storage: Sequence[str] = (),
    user_authentication: Sequence[str] = (),
) -> str:
    """An attestation of these keys; the provider's chain travels in `x5c`."""
    claims: dict[str, Any] = {
        "iat": int(issued_at.timestamp()),
        "attested_keys": [jose.jwk_from_public_key(key) for key in keys],
        "exp": None if expires_at is None else int(expires_at.timestamp()),
        "nonce": nonce,
        "key_storage": list(key_storage) or None,
        "user_authentication": list(user_authentication) or None,
    }
    present = {name: value for name, value in claims.items() if value is not None}
    return jose.sign_jws({"typ": TYP, "x5c": jose.x5c_header(provider.chain)}, present, provider)


def check_attestation(
    text: str,
    *,
    carrier: Carrier,
    now: datetime,
    anchors: Sequence[Certificate],
    algorithms: AbstractSet[str] = jose.HAIP_ALGORITHMS,
) -> KeyAttestation:
    """Checks one attestation: appendix D.1. anchors: of trusted wallet providers.

    1. A JWS of this type with an algorithm allowed.  `type_wrong`, `algorithm_not_allowed`
    2. Signed by a trusted provider.  `signature_invalid`, and those of `jose.parse_x5c` and `x509.require_attester`
    3. Issued, and in force; it expires, in the header of a proof.  `iat_*`, `exp_missing`, `exp_passed`
    4. Keys, public and none twice.  `attested_keys_missing`, `attested_keys_empty`, `attested_keys_too_many`,
       `attested_key_repeated`, `jwk_*`
    5. The rest is of the right types.  `nonce_malformed`, `key_storage_*`, `user_authentication_*`
    """
    jws = jose.parse_jws(text, max_bytes=MAX_BYTES)  # 1
    jose.require_type(jws, TYP)
    jose.require_algorithm(jws, algorithms)
    chain = jose.parse_x5c(jws.header)  # 2
    x509.require_attester(chain, anchors, now)
    jose.verify_jws(jws, x509.public_key(chain[0]), algorithms)
    claims = Members(jws.claims(), "/payload", _SECTION)
    issued_at = jwt_claims.issued_at(claims.values, now=now, window=WINDOW, section=_SECTION)  # 3
    if carrier is Carrier.JWT_PROOF and "exp" not in claims.values:
        raise claims.reject("exp_missing", "exp")
    jwt_claims.require_current(claims.values, now=now, leeway=WINDOW.future, section=_SECTION)
    keys, thumbprints = _keys(claims)  # 4
    return KeyAttestation(
        keys=keys,
        thumbprints=thumbprints,
        nonce=claims.required("nonce", str) if "nonce" in claims.values else None,  # 5
        issued_at=issued_at,
        key_storage=_levels(claims, "key_storage"),
        user_authentication=_levels(claims, "user_authentication"),
    )


def _keys(claims: Members) -> tuple[tuple[PublicKey, ...], tuple[bytes, ...]]:
    jwks = claims.items("attested_keys")
    if len(jwks) > MAX_KEYS:
        raise claims.reject("attested_keys_too_many", "attested_keys")
    place = claims.at("attested_keys")
    keys = tuple(jose.public_key_from_jwk(jwk, where=f"{place}/{index}") for index, jwk in enumerate(jwks))
    thumbprints = tuple(jose.jwk_thumbprint(jwk) for jwk in jwks)
    if len(set(thumbprints)) != len(thumbprints):
        raise claims.reject("attested_key_repeated", "attested_keys")
    return keys, thumbprints


def _levels(claims: Members, name: str) -> tuple[str, ...]:
    return claims.texts(name) if name in claims.values else ()


def require_attested(attestation: KeyAttestation, thumbprint: bytes, nonce: str | None) -> None:
    """A proof that carries the attestation is made with one of its keys and the same nonce (appendix F.1).

    Rejects with `key_not_attested` or `key_attestation_nonce_wrong`.
    """
    if thumbprint not in attestation.thumbprints:
        raise Rejection("key_not_attested", where="/header/jwk", section="OpenID4VCI 1.0, appendix F.1")
    if attestation.nonce != nonce:
        raise Rejection(
            "key_attestation_nonce_wrong", where="/header/key_attestation", section="OpenID4VCI 1.0, appendix F.1"
        )
