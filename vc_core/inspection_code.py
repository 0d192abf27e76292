"""The inspection code: a signed, compact statement for one QR code, readable without a network.

Specified in `schemas/inspection-code.md`: text `SSC1:` + base45 (RFC 9285) of zlib of a tagged COSE_Sign1 (RFC 9052)
whose payload is a CWT claims set (RFC 8392). It names its signer by certificate thumbprint and its place on a Token
Status List. Which claims it carries, and under which integer keys, the rulebook of the type says (`CodeProfile`).
Nothing proves who shows it: a person has to compare it with an identity document.

Left out: animated codes, several documents in one code. Its questions and answers are in `formats.inspection_code`.
"""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, assert_never

from cryptography import x509

from vc_core import base45, cbor, cose
from vc_core.certificate import thumbprint
from vc_core.claims import Claims, find, first, put
from vc_core.rejection import Evidence, Rejection
from vc_core.rulebook import CodeClaim, CodeClaimKind, CodeProfile
from vc_core.signer import Signer
from vc_core.status_list import StatusReference

PREFIX = "SSC1:"
TYPE = "socsec-ic+cwt"
MAX_BYTES = 640
"""After compression: what version 20-M holds as base45 with the prefix, and a phone at arm's length reads."""
MAX_QR_VERSION = 20
MAX_INFLATED = 4096
KEY_ID_BYTES = 8

_SECTION = "inspection-code.md, section"
_IAT, _EXP, _STATUS, _CODE = 6, 4, 65535, -65537
_EPOCH = date(1970, 1, 1)
_DAYS = range((date.min - _EPOCH).days, (date.max - _EPOCH).days + 1)
_TRUNCATED = 0
"""Key of the list of claim keys whose arrays were cut."""


class CodeTooLargeError(ValueError):
    """The document says more than one code holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectionCode:
    """A code as read: its signature is not verified. members: claim key to value, as on the wire."""

    message: cose.Sign1
    key_id: bytes
    number: int
    members: Mapping[int, Any]
    issued_at: datetime
    expires_at: datetime
    status: object


def key_id(certificate: x509.Certificate) -> bytes:
    """The first 8 bytes of SHA-256 over the DER certificate."""
    return thumbprint(certificate)[:KEY_ID_BYTES]


def plan(
    profile: CodeProfile, claims: Claims, *, issued_at: datetime, expires_at: datetime, status: StatusReference
) -> dict[int, Any]:
    """The CWT claims set of a code."""
    return {
        _IAT: int(issued_at.timestamp()),
        _EXP: int(expires_at.timestamp()),
        _STATUS: status.claim(),
        _CODE: [profile.number, _members(profile, claims)],
    }


def sign(payload: Mapping[int, Any], signer: Signer) -> bytes:
    """The tagged COSE_Sign1 over a claims set; the signer needs a certificate, whose thumbprint is named."""
    header = {cose.KID: key_id(signer.chain[0]), cose.TYP: TYPE}
    message = cose.sign1(cbor.dumps(payload), signer=signer, protected_extra=header)
    return cose.encode_sign1(message, tagging=cose.Tagging.REQUIRED)


def write(message: bytes) -> str:
    """The text of the QR code. Raises `CodeTooLargeError`."""
    packed = zlib.compress(message, 9)
    if len(packed) > MAX_BYTES:
        raise CodeTooLargeError(f"an inspection code of {len(packed)} bytes; the limit is {MAX_BYTES}")
    return PREFIX + base45.encode(packed)


def read(text: str) -> InspectionCode:
    """Takes a code apart. Rejects with `code_prefix_missing`, `code_too_large`, `code_not_zlib`, `code_malformed`,
    `code_type_wrong`, or as `base45`, `cbor` and `cose` do."""
    message = cose.parse_sign1(cbor.loads(_inflate(text)), tagging=cose.Tagging.REQUIRED)
    identifier = message.protected.get(cose.KID)
    if not isinstance(identifier, bytes) or len(identifier) != KEY_ID_BYTES:
        raise _malformed("kid")
    payload = cbor.loads(message.payload or b"", max_depth=6)
    if not isinstance(payload, dict):
        raise _malformed("payload")
    number, members = _content(payload.get(_CODE))
    return InspectionCode(
        message=message,
        key_id=identifier,
        number=number,
        members=members,
        issued_at=_instant(payload, _IAT),
        expires_at=_instant(payload, _EXP),
        status=payload.get(_STATUS),
    )


def canonical_claims(profile: CodeProfile, members: Mapping[int, Any]) -> dict[str, Any]:
    """The canonical claims that a code carries; keys that the rulebook does not know are left behind.

    Rejects with `code_claim_malformed`.
    """
    claims: dict[str, Any] = {}
    for claim in profile.claims:
        if claim.key in members:
            claims = put(claims, claim.target, _read_value(claim, members[claim.key]))
    return claims


def truncated(profile: CodeProfile, members: Mapping[int, Any]) -> tuple[CodeClaim, ...]:
    """The claims whose arrays were cut to fit, so that what is missing is not taken for absent."""
    keys = members.get(_TRUNCATED, ())
    return tuple(claim for claim in profile.claims if isinstance(keys, list) and claim.key in keys)


def _members(profile: CodeProfile, claims: Claims) -> dict[int, Any]:
    members: dict[int, Any] = {}
    cut = []
    for claim in profile.claims:
        found = first(claims, claim.sources)
        if found is None:
            continue
        value = _records(claim, claims) if claim.kind is CodeClaimKind.LIST else _write_value(claim, found.value)
        if isinstance(value, list) and claim.max_items is not None and len(value) > claim.max_items:
            value = value[: claim.max_items]
            cut.append(claim.key)
        members[claim.key] = value
    return {**members, _TRUNCATED: cut} if cut else members


def _records(claim: CodeClaim, claims: Claims) -> list[list[Any]]:
    source = next(path for path in claim.sources if find(claims, path))
    value = find(claims, source)[0].value
    return [[record.get(name) for name in claim.fields] for record in value]


def _write_value(claim: CodeClaim, value: Any) -> Any:
    match claim.kind:
        case CodeClaimKind.DATE:
            return (date.fromisoformat(value) - _EPOCH).days
        case CodeClaimKind.TEXT | CodeClaimKind.CODE | CodeClaimKind.FLAG | CodeClaimKind.LIST:
            return value
        case _:
            assert_never(claim.kind)


def _read_value(claim: CodeClaim, value: Any) -> Any:
    match claim.kind:
        case CodeClaimKind.DATE if type(value) is int and value in _DAYS:
            return (_EPOCH + timedelta(days=value)).isoformat()
        case CodeClaimKind.TEXT | CodeClaimKind.CODE if isinstance(value, str):
            return value
        case CodeClaimKind.FLAG if isinstance(value, bool):
            return value
        case CodeClaimKind.LIST if isinstance(value, list):
            return [_read_record(claim, record) for record in value]
        case _:
            raise Rejection("code_claim_malformed", where=claim.name, section=f"{_SECTION} 4")


def _read_record(claim: CodeClaim, record: object) -> dict[str, Any]:
    if not isinstance(record, list) or len(record) != len(claim.fields) or not all(map(_is_plain, record)):
        raise Rejection("code_claim_malformed", where=claim.name, section=f"{_SECTION} 4")
    return {name: value for name, value in zip(claim.fields, record, strict=True) if value is not None}


def _is_plain(value: object) -> bool:
    """A field of a record is text, a flag or absent; whatever else CBOR can hold has no place in a claim."""
    return value is None or isinstance(value, str | bool)


def _inflate(text: str) -> bytes:
    if not text.startswith(PREFIX):
        raise Rejection("code_prefix_missing", section=f"{_SECTION} 1")
    if len(text) > len(PREFIX) + MAX_BYTES * 3 // 2 + 1:
        raise Rejection("code_too_large", section=f"{_SECTION} 1", evidence={"characters": len(text)})
    stream = zlib.decompressobj()
    try:
        inflated = stream.decompress(base45.decode(text[len(PREFIX) :]), MAX_INFLATED + 1)
    except zlib.error:
        raise Rejection("code_not_zlib", section=f"{_SECTION} 1") from None
    if len(inflated) > MAX_INFLATED:
        raise Rejection("code_too_large", section=f"{_SECTION} 1", evidence={"limit": MAX_INFLATED})
    if not stream.eof or stream.unused_data:
        raise Rejection("code_not_zlib", section=f"{_SECTION} 1")
    return inflated


def _content(value: object) -> tuple[int, Mapping[int, Any]]:
    match value:
        case [int() as number, dict() as members] if type(number) is int and all(type(key) is int for key in members):
            return number, members
        case _:
            raise _malformed("content")


def _instant(payload: Mapping[Any, Any], key: int) -> datetime:
    value = payload.get(key)
    if type(value) is not int or not 0 <= value < 2**33:
        raise _malformed(f"claim {key}")
    return datetime.fromtimestamp(value, UTC)


def _malformed(where: str, **evidence: Evidence) -> Rejection:
    return Rejection("code_malformed", where=where, section=f"{_SECTION} 3", evidence=evidence)
