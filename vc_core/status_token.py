"""Status list tokens: a status list, signed, as JWT or as CWT (Token Status List, draft -21, sections 5, 8, 9).

`encode_jwt` and `encode_cwt` make the bytes that a provider serves until the next change; both carry the same deflated
list. `parse_token` reads either, by media type, into a `StatusToken` whose signature, signer, subject and time nobody
has judged yet: each is a named check of its own (section 8.3, step by step), made in `verification`.

Left out: MACs (a reader who can check one can forge it; section 11.6), historical queries by `time` (section 8.4), the
fetching itself; the aggregation document of section 9 is in `status_aggregation`.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from cryptography import x509

from vc_core import base64url, cbor, cose, jose
from vc_core.rejection import Rejection
from vc_core.signer import PublicKey, Signer
from vc_core.status_list import MAX_INFLATED, DeflatedList, StatusList, parse_bits

JWT_TYPE = "statuslist+jwt"
MAX_TOKEN_BYTES = 4 * 1024 * 1024

_SUB, _EXP, _IAT, _TTL, _LIST = 2, 4, 6, 65534, 65533
_CWT_NAMES = {_SUB: "sub", _EXP: "exp", _IAT: "iat", _TTL: "ttl", _LIST: "status_list"}
_COSE_ALGORITHMS = {
    "ES256": frozenset({cose.ES256, cose.ESP256}),
    "ES384": frozenset({cose.ES384, cose.ESP384}),
    "ES512": frozenset({cose.ES512, cose.ESP512}),
}
_LATEST = datetime(9999, 1, 1, tzinfo=UTC).timestamp()


class TokenFormat(StrEnum):
    """The media type of each form (section 8.2)."""

    JWT = "application/statuslist+jwt"
    CWT = "application/statuslist+cwt"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StatusToken:
    """A token as read. Nothing but its form is checked until `verify` returns and the rest has been judged.

    Equal only to itself, so that what was found out about one is never taken for another's.

    subject: the address it claims to be the list of. expires: None if it names no instant. ttl: seconds for which the
    provider wants it cached; None if unsaid. chain: leaf first, empty where the token carries none.
    """

    format: TokenFormat
    subject: str
    issued_at: datetime
    expires: datetime | None
    ttl: float | None
    list: StatusList
    chain: tuple[x509.Certificate, ...]
    aggregation_uri: str | None
    signed: jose.Jws | cose.Sign1

    def verify(self, key: PublicKey, algorithms: AbstractSet[str] = jose.HAIP_ALGORITHMS) -> None:
        """Whether `key` signed it; algorithms by their JWS names, for both forms.

        Rejects as `jose.verify_jws` or `cose.verify_sign1`.
        """
        match self.signed:
            case jose.Jws():
                jose.verify_jws(self.signed, key, algorithms)
            case cose.Sign1():
                numbers = frozenset().union(*(_COSE_ALGORITHMS.get(name, ()) for name in algorithms))
                cose.verify_sign1(self.signed, key, numbers)


def encode_jwt(
    deflated: DeflatedList,
    *,
    subject: str,
    issued_at: datetime,
    signer: Signer,
    expires: datetime | None = None,
    ttl: timedelta | None = None,
    aggregation_uri: str | None = None,
) -> str:
    """Section 5.1: `typ` and the signer's chain in the header (HAIP 1.0, section 6.1)."""
    header: dict[str, Any] = {"typ": JWT_TYPE}
    if signer.chain:
        header["x5c"] = jose.x5c_header(signer.chain)
    status_list: dict[str, Any] = {"bits": deflated.bits, "lst": base64url.encode(deflated.lst)}
    claims = _claims(subject, issued_at, expires, ttl, _with_aggregation(status_list, aggregation_uri))
    return jose.sign_jws(header, {_CWT_NAMES[key]: value for key, value in claims.items()}, signer)


def encode_cwt(
    deflated: DeflatedList,
    *,
    subject: str,
    issued_at: datetime,
    signer: Signer,
    expires: datetime | None = None,
    ttl: timedelta | None = None,
    aggregation_uri: str | None = None,
) -> bytes:
    """Section 5.2: a tagged COSE_Sign1, no CWT tag; its type stands in the protected header."""
    status_list: dict[str, Any] = {"bits": deflated.bits, "lst": deflated.lst}
    claims = _claims(subject, issued_at, expires, ttl, _with_aggregation(status_list, aggregation_uri))
    message = cose.sign1(
        cbor.dumps(claims),
        signer=signer,
        protected_extra={cose.TYP: TokenFormat.CWT.value},
        unprotected=cose.x5chain_header(signer.chain),
    )
    return cose.encode_sign1(message, tagging=cose.Tagging.REQUIRED)


def parse_token(
    body: bytes, content_type: str, *, max_bytes: int = MAX_TOKEN_BYTES, max_inflated: int = MAX_INFLATED
) -> StatusToken:
    """A token as fetched; max_bytes: of the body, max_inflated: of the list.

    Rejects with `media_type_wrong`, `token_too_large`, `token_malformed`, `type_wrong`; with `<claim>_missing` or
    `<claim>_malformed` for sub, iat, exp, ttl and status_list; with `status_bits_wrong` or as `DeflatedList.inflate`;
    or as `jose`, `cose`, `cbor` and `strict_json` do.
    """
    if len(body) > max_bytes:
        raise Rejection("token_too_large", evidence={"bytes": len(body), "limit": max_bytes})
    match content_type.partition(";")[0].strip().lower():
        case TokenFormat.JWT.value:
            return _parse_jwt(body, max_inflated)
        case TokenFormat.CWT.value:
            return _parse_cwt(body, max_inflated)
        case _:
            raise Rejection("media_type_wrong", section="Token Status List, section 8.2")


def _with_aggregation(status_list: dict[str, Any], aggregation_uri: str | None) -> dict[str, Any]:
    return status_list if aggregation_uri is None else {**status_list, "aggregation_uri": aggregation_uri}


def _claims(
    subject: str, issued_at: datetime, expires: datetime | None, ttl: timedelta | None, status_list: dict[str, Any]
) -> dict[int, Any]:
    claims: dict[int, Any] = {_SUB: subject, _IAT: int(issued_at.timestamp())}
    if expires is not None:
        claims[_EXP] = int(expires.timestamp())
    if ttl is not None:
        claims[_TTL] = int(ttl.total_seconds())
    return {**claims, _LIST: status_list}


def _parse_jwt(body: bytes, max_inflated: int) -> StatusToken:
    try:
        text = body.decode("ascii")
    except UnicodeDecodeError:
        raise Rejection("token_malformed", section="Token Status List, section 5.1") from None
    jws = jose.parse_jws(text, max_bytes=len(text))
    jose.require_type(jws, JWT_TYPE)
    chain = jose.parse_x5c(jws.header) if "x5c" in jws.header else ()
    return _token(TokenFormat.JWT, jws.claims(), chain, jws, max_inflated)


def _parse_cwt(body: bytes, max_inflated: int) -> StatusToken:
    message = cose.parse_sign1(cbor.loads(body, max_bytes=len(body)), tagging=cose.Tagging.REQUIRED)
    if message.protected.get(cose.TYP) != TokenFormat.CWT.value:
        raise Rejection("type_wrong", where="protected/16", section="Token Status List, section 5.2")
    payload = message.payload or b""
    claims = cbor.loads(payload, max_bytes=len(payload))
    if type(claims) is not dict:
        raise Rejection("token_malformed", where="payload", section="Token Status List, section 5.2")
    headers = (message.protected, message.unprotected)
    chain = cose.x5chain(*headers) if any(cose.X5CHAIN in header for header in headers) else ()
    named = {name: claims[key] for key, name in _CWT_NAMES.items() if key in claims}
    return _token(TokenFormat.CWT, named, chain, message, max_inflated)


def _token(
    format_: TokenFormat,
    claims: Mapping[str, Any],
    chain: tuple[x509.Certificate, ...],
    signed: jose.Jws | cose.Sign1,
    max_inflated: int,
) -> StatusToken:
    """Section 8.3, step 3, for both forms: members have the same names and meaning, claim numbers apart."""
    subject, issued_at = claims.get("sub"), _instant(claims, "iat")
    if subject is None or issued_at is None:
        raise _faulty("sub" if subject is None else "iat", "missing")
    if type(subject) is not str:
        raise _faulty("sub", "malformed")
    deflated, aggregation_uri = _status_list(claims.get("status_list"), format_)
    return StatusToken(
        format=format_,
        subject=subject,
        issued_at=issued_at,
        expires=_instant(claims, "exp"),
        ttl=_ttl(claims),
        list=deflated.inflate(max_bytes=max_inflated),
        chain=chain,
        aggregation_uri=aggregation_uri,
        signed=signed,
    )


def _status_list(value: object, format_: TokenFormat) -> tuple[DeflatedList, str | None]:
    if value is None:
        raise _faulty("status_list", "missing")
    if not isinstance(value, Mapping):
        raise _faulty("status_list", "malformed")
    bits = parse_bits(value.get("bits"), where="/status_list/bits")
    lst, aggregation_uri = value.get("lst"), value.get("aggregation_uri")
    if type(lst) is not (str if format_ is TokenFormat.JWT else bytes):
        raise _faulty("status_list", "malformed", "/lst")
    if aggregation_uri is not None and type(aggregation_uri) is not str:
        raise _faulty("status_list", "malformed", "/aggregation_uri")
    octets = base64url.decode(lst, where="/status_list/lst") if isinstance(lst, str) else lst
    return DeflatedList(bits=bits, lst=octets), aggregation_uri


def _instant(claims: Mapping[str, Any], name: str) -> datetime | None:
    seconds = _number(claims, name)
    if seconds is None:
        return None
    if not 0 <= seconds < _LATEST:
        raise _faulty(name, "malformed")
    return datetime.fromtimestamp(seconds, UTC)


def _ttl(claims: Mapping[str, Any]) -> float | None:
    """A positive number of seconds; what is longer than the calendar is refused with what is not a duration."""
    ttl = _number(claims, "ttl")
    if ttl is not None and not 0 < ttl < _LATEST:
        raise _faulty("ttl", "malformed")
    return ttl


def _number(claims: Mapping[str, Any], name: str) -> float | None:
    """RFC 7519, section 2, NumericDate: an integer or a fraction; None when absent."""
    if name not in claims:
        return None
    value: float = claims[name]
    if type(value) not in (int, float):
        raise _faulty(name, "malformed")
    return value


def _faulty(name: str, fault: str, member: str = "") -> Rejection:
    return Rejection(f"{name}_{fault}", where=f"/{name}{member}", section="Token Status List, section 5")
