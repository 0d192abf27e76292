"""The verifier attestation: a JWT by which a party that wallets trust vouches for a verifier's key.

OpenID4VP 1.0, sections 5.9.3 (`verifier_attestation`) and 12. It travels in the `jwt` header of the request object,
which the key in its `cnf` signs. Which parties may vouch, and by which key, the wallet knows beforehand: `iss` is
looked up among them and nothing is fetched. Left out: status of an attestation, which is short-lived instead.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from vc_core.jose import (
    jwk_from_public_key,
    parse_jws,
    public_key_from_jwk,
    require_type,
    sign_jws,
    verify_jws,
)
from vc_core.jwt_claims import require_current
from vc_core.members import Members
from vc_core.rejection import Rejection
from vc_core.signer import PublicKey, Signer

TYP = "verifier-attestation+jwt"
HEADER = "jwt"
"""Where the request object carries it."""

MAX_BYTES = 16 * 1024
_LEEWAY = timedelta(seconds=60)
_SECTION = "OpenID4VP 1.0, section 12"
_WHERE = f"/header/{HEADER}"


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifierAttestation:
    """subject: the client identifier without its prefix. key: signs the verifier's requests.

    redirect_uris: where answers may go; None where the attester did not say.
    """

    issuer: str
    subject: str
    key: PublicKey
    expires_at: datetime
    redirect_uris: tuple[str, ...] | None = None


def encode_verifier_attestation(attestation: VerifierAttestation, attester: Signer) -> str:
    """The signed attestation, compact."""
    claims = {
        "iss": attestation.issuer,
        "sub": attestation.subject,
        "exp": int(attestation.expires_at.timestamp()),
        "cnf": {"jwk": jwk_from_public_key(attestation.key)},
        "redirect_uris": None if attestation.redirect_uris is None else list(attestation.redirect_uris),
    }
    present = {name: value for name, value in claims.items() if value is not None}
    return sign_jws({"typ": TYP}, present, attester)


def check_verifier_attestation(
    text: object, *, subject: str, attesters: Mapping[str, PublicKey], now: datetime
) -> VerifierAttestation:
    """An attestation as it stood in the header; subject: of whom it has to speak; attesters: `iss` -> key.

    1. A JWT of the right type.  `attestation_missing`, `attestation_malformed`, as `parse_jws`, `type_wrong`
    2. From an attester that is trusted.  `attester_unknown`, as `verify_jws`
    3. In force.  `exp_missing`, as `require_current`
    4. For this verifier.  `sub_missing`, `attestation_subject_mismatch`
    5. With its key, and where its answers may go.  as `public_key_from_jwk`, `cnf_*`, `jwk_*`, `redirect_uris_*`
    """
    if type(text) is not str:  # 1
        reason = "attestation_missing" if text is None else "attestation_malformed"
        raise Rejection(reason, where=_WHERE, section=_SECTION)
    jws = parse_jws(text, max_bytes=MAX_BYTES, where=_WHERE)
    require_type(jws, TYP)
    claims = Members(jws.claims(where=_WHERE), f"{_WHERE}/payload", _SECTION)
    issuer = claims.required("iss", str)  # 2
    if issuer not in attesters:
        raise claims.reject("attester_unknown", "iss")
    verify_jws(jws, attesters[issuer])
    expires = claims.values.get("exp")  # 3
    require_current(claims.values, now=now, leeway=_LEEWAY, section=_SECTION)
    if expires is None:
        raise claims.reject("exp_missing", "exp")
    if claims.required("sub", str) != subject:  # 4
        raise claims.reject("attestation_subject_mismatch", "sub")
    confirmation = claims.object("cnf")  # 5
    return VerifierAttestation(
        issuer=issuer,
        subject=subject,
        key=public_key_from_jwk(confirmation.required("jwk", dict), where=confirmation.at("jwk")),
        expires_at=datetime.fromtimestamp(min(float(expires), 2**33), now.tzinfo),
        redirect_uris=_redirect_uris(claims),
    )


def require_attested_address(address: str, addresses: Sequence[str] | None) -> None:
    """Section 5.9.3: exactly one of the addresses attested, where there are any.

    Rejects with `response_uri_not_attested`.
    """
    if addresses is not None and address not in addresses:
        raise Rejection("response_uri_not_attested", where="/response_uri", section="OpenID4VP 1.0, section 5.9.3")


def _redirect_uris(claims: Members) -> tuple[str, ...] | None:
    return claims.texts("redirect_uris") if "redirect_uris" in claims.values else None
