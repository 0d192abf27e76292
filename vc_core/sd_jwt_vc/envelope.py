"""The envelope of an SD-JWT VC: its header, and the claims that say what it is, how long and whose (draft -24, 2.2).

Registered claims that decide about the credential are never selectively disclosed (2.2.2.3); `issue` refuses a plan
that conceals one, `check_envelope` a credential that did. Which issuer may sign which `vct` is for `trust`, what
`status` refers to for `status_list`, the claims about a person for the type's rulebook.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cryptography.x509 import Certificate

from vc_core.certificate import remembered
from vc_core.claims import json_pointer
from vc_core.jose import ProtectedHeader, protect, x5c_header
from vc_core.jwt_claims import numeric_date
from vc_core.members import Members
from vc_core.rejection import Rejection
from vc_core.sd_jwt.compact import SdJwt
from vc_core.sd_jwt.disclosure import SD
from vc_core.sd_jwt.issuance import issue as issue_sd_jwt
from vc_core.sd_jwt.key_binding import confirmation_key
from vc_core.sd_jwt.plan import DisclosurePlan
from vc_core.sd_jwt.processing import Processed
from vc_core.signer import PublicKey, RandomBytes, Signer

TYP = "dc+sd-jwt"
NEVER_DISCLOSED = frozenset({"iss", "nbf", "exp", "cnf", "vct", "vct#integrity", "aka_vcts", "status"})

_SECTION = "SD-JWT VC, section 2.2.2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What the envelope says. Instants are UTC; `iat` alone may have been disclosed selectively.

    vct_integrity: SRI text for the type metadata (`integrity`). holder_key: None for a credential bound to no key.
    status: the claim as received, which has a `status_list`.
    """

    vct: str
    vct_integrity: str | None
    aka_vcts: tuple[str, ...]
    issuer: str | None
    issued_at: datetime | None
    not_before: datetime | None
    expires_at: datetime | None
    holder_key: PublicKey | None
    status: Mapping[str, Any] | None


def issue(
    claims: Mapping[str, Any],
    *,
    plan: DisclosurePlan,
    signer: Signer,
    random: RandomBytes,
    header: Mapping[str, Any] | None = None,
    decoys_to_multiple_of: int = 1,
) -> SdJwt:
    """Signs claims, the envelope's included, as an SD-JWT VC; `typ`, and `x5c` where the signer has a chain, are set.

    Raises `ValueError` for a plan that conceals a claim of the envelope, or claims without `vct`.
    """
    concealed = NEVER_DISCLOSED & plan.root.children.keys()
    if concealed:
        raise ValueError(f"never selectively disclosed: {sorted(concealed)}")
    if not claims.get("vct"):
        raise ValueError("an SD-JWT VC has a vct")
    return issue_sd_jwt(
        claims,
        plan=plan,
        signer=signer,
        header={**header, **_members(signer.chain)} if header else _header(signer.chain, signer.algorithm),
        random=random,
        decoys_to_multiple_of=decoys_to_multiple_of,
    )


def _members(chain: tuple[Certificate, ...]) -> dict[str, Any]:
    return {"typ": TYP, "x5c": x5c_header(chain)} if chain else {"typ": TYP}


@remembered
def _header(chain: tuple[Certificate, ...], algorithm: str) -> ProtectedHeader:
    """An issuer's header, the same for all its credentials."""
    return protect(_members(chain), algorithm)


def require_type(sd_jwt: SdJwt) -> None:
    """`typ` is exactly `dc+sd-jwt` (2.2.1). Rejects with `typ_missing` or `typ_wrong`."""
    header = sd_jwt.jwt.header
    if "typ" not in header:
        raise Rejection("typ_missing", where="/header/typ", section="SD-JWT VC, section 2.2.1")
    if header["typ"] != TYP:
        raise Rejection("typ_wrong", where="/header/typ", section="SD-JWT VC, section 2.2.1")


def check_envelope(processed: Processed, sd_jwt: SdJwt) -> Envelope:
    """Reads the envelope of a credential whose digests are good (2.2.2); its type header is a question of its own.

    Rejects with `envelope_claim_disclosed`, `sd_without_digests`, `vct_missing`, `vct_malformed`, `vct_repeated`,
    `<claim>_malformed`, `status_list_missing`, `cnf_malformed`, `cnf_jwk_missing`, or as `jose.public_key_from_jwk`.
    """
    _require_never_disclosed(processed)
    _require_digests(processed, sd_jwt)
    members = Members(processed.claims, "", _SECTION)
    vct = members.required("vct", str)
    return Envelope(
        vct=vct,
        vct_integrity=members.optional("vct#integrity", str, called="vct_integrity"),
        aka_vcts=_aka_vcts(members, vct),
        issuer=members.optional("iss", str),
        issued_at=instant(processed.claims, "iat"),
        not_before=instant(processed.claims, "nbf"),
        expires_at=instant(processed.claims, "exp"),
        holder_key=confirmation_key(processed.claims) if "cnf" in processed.claims else None,
        status=_status(members),
    )


def _require_never_disclosed(processed: Processed) -> None:
    for path in processed.disclosed:
        if path[0] in NEVER_DISCLOSED:
            raise Rejection("envelope_claim_disclosed", where=json_pointer(path), section=f"{_SECTION}.3")


def _require_digests(processed: Processed, sd_jwt: SdJwt) -> None:
    """Without selectively disclosable claims there is no `_sd` at all (2.2.2.5)."""
    if not processed.has_digests and SD in sd_jwt.payload:
        raise Rejection("sd_without_digests", where=f"/{SD}", section=f"{_SECTION}.5")


def _aka_vcts(members: Members, vct: str) -> tuple[str, ...]:
    """Further types, none of them the `vct` itself (2.2.2.2)."""
    if "aka_vcts" not in members.values:
        return ()
    others = members.texts("aka_vcts")
    if vct in others:
        raise members.reject("vct_repeated", "aka_vcts")
    return others


def _status(members: Members) -> Mapping[str, Any] | None:
    """HAIP 1.0, section 6.1: of all mechanisms of `status`, a status list."""
    status = members.optional("status", dict)
    if status is not None and "status_list" not in status:
        raise Rejection("status_list_missing", where="/status/status_list", section="HAIP 1.0, section 6.1")
    return status


def instant(claims: Mapping[str, Any], name: str) -> datetime | None:
    """A NumericDate of the envelope, in UTC; None where there is none. Rejects with `<name>_malformed`."""
    seconds = numeric_date(claims, name, section="RFC 7519, section 2")
    if seconds is None:
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        raise Rejection(f"{name}_malformed", where=f"/{name}", section="RFC 7519, section 2") from None
