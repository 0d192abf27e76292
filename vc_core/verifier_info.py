"""What others say of a verifier in its request: OpenID4VP 1.0, sections 5.1 and 5.11 (`verifier_info`).

One kind is read: the registration certificate, by which a registrar confirms who the verifier is and what it asks for
(`rc-rp+jwt`; ETSI TS 119 475). It counts only if a registrar that the wallet trusts signed it, and for this very
verifier; one that does not hold is worse than none. What is of another format is passed over, as section 5.11 allows.
Left out: a holder's comparison of what is asked with what was registered.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from vc_core.dcql import Query
from vc_core.jose import parse_jws, require_type, sign_jws, verify_jws
from vc_core.jwt_claims import require_current
from vc_core.members import Members
from vc_core.rejection import Rejection
from vc_core.signer import PublicKey, Signer

REGISTRATION = "registration_cert"
TYP = "rc-rp+jwt"
MAX_BYTES = 32 * 1024
MAX_ITEMS = 8

_LEEWAY = timedelta(seconds=60)
_SECTION = "OpenID4VP 1.0, section 5.11"
_WHERE = "/verifier_info"


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifierInfo:
    """One item, not yet believed. data: text or JSON object. credential_ids: what it is about; None: all of it."""

    where: str
    format: str
    data: object
    credential_ids: tuple[str, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """What a registrar confirms. subject: the verifier's client identifier, or its organisation's identifier."""

    registrar: str
    subject: str
    name: str
    purpose: str
    expires_at: datetime


def encode_registration(registration: Registration, registrar: Signer) -> str:
    """The signed registration certificate, compact."""
    claims = {
        "iss": registration.registrar,
        "sub": registration.subject,
        "name": registration.name,
        "purpose": registration.purpose,
        "exp": int(registration.expires_at.timestamp()),
    }
    return sign_jws({"typ": TYP}, claims, registrar)


def encode_verifier_info(registration: str) -> list[dict[str, Any]]:
    """The value of `verifier_info` with one registration certificate, which is about everything that is asked."""
    return [{"format": REGISTRATION, "data": registration}]


def parse_verifier_info(items: Sequence[object], query: Query) -> tuple[VerifierInfo, ...]:
    """The wallet's reading of `verifier_info`.

    Rejects with `verifier_info_empty`, `_too_many`, `_malformed`, `verifier_info_format_missing`, `_malformed`,
    `verifier_info_data_missing`, `_malformed`, `credential_ids_*` or `verifier_info_credential_unknown`.
    """
    if not 0 < len(items) <= MAX_ITEMS:
        reason = "verifier_info_too_many" if items else "verifier_info_empty"
        raise Rejection(reason, where=_WHERE, section=_SECTION)
    return tuple(_item(item, f"{_WHERE}/{index}", query) for index, item in enumerate(items))


def check_registration(
    infos: Sequence[VerifierInfo], *, subjects: Collection[str], registrars: Mapping[str, PublicKey], now: datetime
) -> Registration | None:
    """The registration certificate, if there is one; subjects: names that this verifier has; registrars: by `iss`.

    1. A JWT of the right type.  `registration_malformed`, as `parse_jws`, `type_wrong`
    2. From a registrar that is trusted.  `registrar_unknown`, as `verify_jws`
    3. In force.  `exp_missing`, as `require_current`
    4. Of this verifier.  `registration_subject_mismatch`
    """
    info = next((one for one in infos if one.format == REGISTRATION), None)
    if info is None:
        return None
    where = f"{info.where}/data"
    if type(info.data) is not str:  # 1
        raise Rejection("registration_malformed", where=where, section=_SECTION)
    jws = parse_jws(info.data, max_bytes=MAX_BYTES, where=where)
    require_type(jws, TYP)
    claims = Members(jws.claims(where=where), f"{where}/payload", _SECTION)
    registrar = claims.required("iss", str)  # 2
    if registrar not in registrars:
        raise claims.reject("registrar_unknown", "iss")
    verify_jws(jws, registrars[registrar])
    require_current(claims.values, now=now, leeway=_LEEWAY, section=_SECTION)  # 3
    if "exp" not in claims.values:
        raise claims.reject("exp_missing", "exp")
    subject = claims.required("sub", str)  # 4
    if subject not in subjects:
        raise claims.reject("registration_subject_mismatch", "sub")
    return Registration(
        registrar=registrar,
        subject=subject,
        name=claims.required("name", str),
        purpose=claims.optional("purpose", str) or "",
        expires_at=datetime.fromtimestamp(min(float(claims.values["exp"]), 2**33), now.tzinfo),
    )


def _item(item: object, where: str, query: Query) -> VerifierInfo:
    members = Members.of(item, called="verifier_info", where=where, section=_SECTION)
    data = members.values.get("data")
    if type(data) not in (str, dict) or not data:
        raise members.reject(f"verifier_info_data_{'missing' if data is None else 'malformed'}", "data")
    ids = members.texts("credential_ids") if "credential_ids" in members.values else None
    if ids is not None and any(query.credential(id_) is None for id_ in ids):
        raise members.reject("verifier_info_credential_unknown", "credential_ids")
    return VerifierInfo(
        where=where,
        format=members.required("format", str, called="verifier_info_format"),
        data=data,
        credential_ids=ids,
    )
