"""Key proofs of the `jwt` proof type: a wallet shows the key a credential is to be bound to (OpenID4VCI 1.0, F.1, F.4).

`make_proof` is the wallet's side, `check_proof` the issuer's. The nonce comes back unjudged: whether it is one that was
given out, and not used before, the caller alone knows. A `key_attestation` header is read where the caller trusts
wallet providers, and tolerated elsewhere; a proof of type `attestation` is read by `key_attestation` alone. Left out:
keys by `kid` or `x5c`, and the proof type `di_vp`.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cryptography.x509 import Certificate

from vc_core import jose, jwt_claims
from vc_core.key_attestation import Carrier, KeyAttestation, check_attestation, require_attested
from vc_core.members import Members
from vc_core.rejection import Rejection
from vc_core.signer import PublicKey, Signer

TYP = "openid4vci-proof+jwt"
MAX_BYTES = 16384
WINDOW = jwt_claims.Window(past=timedelta(minutes=5))

_KEY_MEMBERS = ("jwk", "kid", "x5c")
_FORM = "OpenID4VCI 1.0, appendix F.1"
_CHECKS = "OpenID4VCI 1.0, appendix F.4"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyProof:
    """What a checked proof says. thumbprint: of the key, 32 bytes (RFC 7638); nonce: not judged yet.

    attestation: of the key, if the proof carried one and wallet providers are trusted.
    """

    public_key: PublicKey
    thumbprint: bytes
    nonce: str | None
    issued_at: datetime
    attestation: KeyAttestation | None = None


def make_proof(
    signer: Signer,
    *,
    audience: str,
    nonce: str | None,
    issued_at: datetime,
    issuer: str | None = None,
    key_attestation: str | None = None,
) -> str:
    """A proof for one credential.

    audience: the credential issuer's identifier. nonce: the `c_nonce`, None where the issuer has no nonce endpoint.
    issuer: the `client_id`, None where the token came by anonymous access with a pre-authorized code. key_attestation:
    one that names the signer's key and the same nonce.
    """
    claims: dict[str, Any] = {"aud": audience, "iat": int(issued_at.timestamp())}
    if issuer is not None:
        claims["iss"] = issuer
    if nonce is not None:
        claims["nonce"] = nonce
    header: dict[str, Any] = {"typ": TYP, "jwk": jose.jwk_from_public_key(signer.public_key)}
    if key_attestation is not None:
        header["key_attestation"] = key_attestation
    return jose.sign_jws(header, claims, signer)


def check_proof(
    text: str,
    *,
    audience: str,
    now: datetime,
    algorithms: AbstractSet[str] = jose.HAIP_ALGORITHMS,
    client_id: str | None = None,
    window: jwt_claims.Window = WINDOW,
    attesters: Sequence[Certificate] = (),
) -> KeyProof:
    """Checks one proof; client_id is None where the wallet is anonymous. `where` is relative to the proof.

    attesters: anchors of trusted wallet providers; without any, key attestations are not read.

    1. It is a JWS whose type is `openid4vci-proof+jwt`.  `type_wrong`, and the reasons of `jose.parse_jws`
    2. Its algorithm is allowed.  `algorithm_not_allowed`
    3. Its header names one key, by value and public.  `key_missing`, `key_ambiguous`, `key_unsupported`, `jwk_*`
    4. That key made the signature.  `algorithm_key_mismatch`, `signature_invalid`
    5. It is meant for this issuer.  `aud_missing`, `aud_malformed` (also for an array), `aud_wrong`
    6. It comes from this client.  `iss_malformed`, `iss_wrong`, `iss_unexpected`
    7. It was made just now.  `iat_missing`, `iat_too_old`, `iat_in_future`, and those of `jwt_claims`
    8. Its nonce, if any, is a string.  `nonce_malformed`
    9. Its key attestation holds, and is of its key and nonce.  `key_attestation_malformed`, `key_not_attested`,
       `key_attestation_nonce_wrong`, and `key_attestation_` before the reasons of `check_attestation`
    """
    jws = jose.parse_jws(text, max_bytes=MAX_BYTES)  # 1
    jose.require_type(jws, TYP)
    jose.require_algorithm(jws, algorithms)  # 2
    public_key = _header_key(jws.header)  # 3
    jose.verify_jws(jws, public_key, algorithms)  # 4
    claims = Members(jws.claims(), "/payload", _FORM)
    if claims.required("aud", str) != audience:  # 5
        raise Rejection("aud_wrong", where="/payload/aud", section=_CHECKS, evidence={"expected": audience})
    _check_client(claims, client_id)  # 6
    issued_at = jwt_claims.issued_at(claims.values, now=now, window=window, section=_CHECKS)  # 7
    jwt_claims.require_current(claims.values, now=now, leeway=window.future, section=_CHECKS)
    nonce = claims.required("nonce", str) if "nonce" in claims.values else None  # 8
    thumbprint = jose.jwk_thumbprint(jws.header["jwk"])
    attestation = None
    if attesters and "key_attestation" in jws.header:  # 9
        attestation = _attestation(jws.header["key_attestation"], now, attesters, algorithms)
        require_attested(attestation, thumbprint, nonce)
    return KeyProof(
        public_key=public_key, thumbprint=thumbprint, nonce=nonce, issued_at=issued_at, attestation=attestation
    )


def _attestation(
    text: object, now: datetime, attesters: Sequence[Certificate], algorithms: AbstractSet[str]
) -> KeyAttestation:
    if type(text) is not str:
        raise Rejection("key_attestation_malformed", where="/header/key_attestation", section=_FORM)
    try:
        return check_attestation(text, carrier=Carrier.JWT_PROOF, now=now, anchors=attesters, algorithms=algorithms)
    except Rejection as rejection:
        raise Rejection(
            f"key_attestation_{rejection.reason}",
            where=f"/header/key_attestation{rejection.where}",
            section=rejection.section,
            evidence=rejection.evidence,
        ) from rejection


def _header_key(header: Mapping[str, Any]) -> PublicKey:
    named = [member for member in _KEY_MEMBERS if member in header]
    if not named:
        raise Rejection("key_missing", where="/header", section=_FORM)
    if len(named) > 1:
        raise Rejection("key_ambiguous", where="/header", section=_FORM, evidence={"members": " ".join(named)})
    if named != ["jwk"]:
        raise Rejection("key_unsupported", where=f"/header/{named[0]}", section=_FORM)
    return jose.public_key_from_jwk(header["jwk"], where="/header/jwk")


def _check_client(claims: Members, client_id: str | None) -> None:
    issuer = claims.optional("iss", str)
    if issuer is None or issuer == client_id:
        return
    reason = "iss_unexpected" if client_id is None else "iss_wrong"
    raise Rejection(reason, where="/payload/iss", section=_FORM)
