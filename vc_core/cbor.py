"""CBOR (RFC 8949) as credentials use it: strict to read, plain to write.

Read: one definite-length item and nothing after it, no repeated map key, bounded size and depth, six tags: 0 (instant),
1004 (day, RFC 8943), 24 (embedded CBOR), 17, 18 and 61 (COSE_Mac0, COSE_Sign1, CWT). Heads longer than needed are
accepted, since real wallets write them; so whatever is hashed or signed is kept as it came (`Tagged24.raw`) and never
encoded again. Written: shortest heads, definite lengths, map members in the order given.

Left out: every other tag, bignums, indefinite lengths, sorted keys. Neighbours: `cose`, `mdoc`.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any, NoReturn

import cbor2
from cbor2 import CBORTag, frozendict

from vc_core.rejection import Rejection

__all__ = [
    "CBORTag",
    "Tagged24",
    "array_head",
    "dumps",
    "full_date",
    "loads",
    "parse_full_date",
    "parse_tdate",
    "tag24",
    "tdate",
]

UNDEFINED = cbor2.undefined
"""What `loads` returns for CBOR's `undefined`, which some encoders write where a member or a payload is absent."""

MAX_BYTES = 262_144
MAX_DEPTH = 16

TDATE, MAC0, SIGN1, EMBEDDED, CWT, FULL_DATE = 0, 17, 18, 24, 61, 1004

_BYTES, _TEXT, _ARRAY, _MAP, _TAG = 2, 3, 4, 5, 6
_INDEFINITE = 31
_EMBEDDED_HEAD = b"\xd8\x18"
_TDATE_TEXT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", re.ASCII)
_FULL_DATE_TEXT = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


@dataclass(frozen=True, slots=True)
class Tagged24:
    """An embedded CBOR item, `#6.24(bstr)` (RFC 8949, section 3.4.5.1).

    raw: the whole encoding as received, tag and length heads included: what mdoc digests are computed over.
    content: the bytes inside, not yet decoded.
    """

    raw: bytes
    content: bytes


def tag24(content: bytes) -> Tagged24:
    """Encoded CBOR wrapped as an embedded item, with the shortest heads."""
    return Tagged24(_EMBEDDED_HEAD + cbor2.dumps(content), content)


def array_head(length: int) -> bytes:
    """The head of an array shorter than 24, for a structure joined from parts that are already encoded."""
    return bytes((_ARRAY << 5 | length,))


def dumps(value: object) -> bytes:
    """One CBOR item. Takes what `loads` returns, and `date` as tag 1004; instants have to come from `tdate`."""
    return cbor2.dumps(value, default=_write_embedded)


def loads(data: bytes, *, max_bytes: int = MAX_BYTES, max_depth: int = MAX_DEPTH, where: str = "") -> Any:
    """The one item that `data` is, as None, bool, int, float, str, bytes, list, dict, `Tagged24` or `CBORTag`.

    Arrays and maps inside a tag are lists and dicts too. Tags count as a level of depth. `undefined` and unassigned
    simple values come back as cbor2's own objects: whoever takes values of any type refuses them.
    Rejections: cbor_too_large, cbor_truncated, cbor_trailing_bytes, cbor_indefinite_length, cbor_key_repeated,
    cbor_too_deep, cbor_tag_unknown, cbor_tag_content_wrong, cbor_malformed.
    """
    if len(data) > max_bytes:
        evidence = {"bytes": len(data), "limit": max_bytes}
        raise Rejection("cbor_too_large", where=where, section="RFC 8949, section 10", evidence=evidence)
    stream = BytesIO(data)
    try:
        value = cbor2.load(
            stream,
            tag_hook=_TagReader(data),
            semantic_decoders=_BUILT_IN_TAGS,
            max_depth=max_depth,
            allow_indefinite=False,
            allow_duplicate_keys=False,
        )
    except cbor2.CBORDecodeError as error:
        cause = error.__cause__
        if isinstance(cause, Rejection):
            raise Rejection(cause.reason, where=where, section=cause.section) from None
        raise Rejection(_fault(data, max_depth), where=where, section="RFC 8949, section 5") from error
    if stream.tell() != len(data):
        raise Rejection("cbor_trailing_bytes", where=where, section="RFC 8949, section 5.3.1")
    return value


def tdate(instant: datetime) -> CBORTag:
    """An aware instant as tag 0: UTC, whole seconds, `Z` (ISO/IEC 18013-5, 9.1.2.4)."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return CBORTag(TDATE, instant.astimezone(UTC).isoformat()[:19] + "Z")


def full_date(day: date) -> CBORTag:
    """A day as tag 1004 (RFC 8943)."""
    return CBORTag(FULL_DATE, day.isoformat()[:10])


def parse_tdate(value: object, *, where: str = "") -> datetime:
    """The instant a tag 0 holds, in UTC. ISO/IEC 18013-5, 9.1.2.4 forbids fractions and other zones.

    Rejections: tdate_malformed, tdate_fractional, tdate_not_utc.
    """
    section = "ISO/IEC 18013-5, 9.1.2.4"
    text = value.value if isinstance(value, CBORTag) and value.tag == TDATE else None
    match = _TDATE_TEXT.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise Rejection("tdate_malformed", where=where, section=section)
    if match[2] != "Z":
        raise Rejection("tdate_not_utc", where=where, section=section)
    if match[1]:
        raise Rejection("tdate_fractional", where=where, section=section)
    try:
        return datetime.fromisoformat(match[0])
    except ValueError:
        raise Rejection("tdate_malformed", where=where, section=section) from None


def parse_full_date(value: object, *, where: str = "") -> date:
    """The day a tag 1004 holds. Rejections: full_date_malformed."""
    text = value.value if isinstance(value, CBORTag) and value.tag == FULL_DATE else None
    if isinstance(text, str) and _FULL_DATE_TEXT.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            pass
    raise Rejection("full_date_malformed", where=where, section="RFC 8943, section 1")


class _TagReader:
    """What the decoder calls at each tag it has no own reading of, once the tag's content is decoded.

    The decoder does not say where it stands, so the spans are found by walking the heads once more. Both meet the
    embedded items in the same order, and the walk only goes over what the decoder has already accepted.
    """

    __slots__ = ("_data", "_spans")

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._spans: Iterator[slice] | None = None

    def __call__(self, tag: CBORTag, _immutable: bool) -> object:
        if tag.tag == EMBEDDED:
            content = tag.value
            if type(content) is not bytes:
                raise Rejection("cbor_tag_content_wrong", section="RFC 8949, section 3.4.5.1")
            if self._spans is None:
                self._spans = _embedded_spans(self._data)
            return Tagged24(self._data[next(self._spans)], content)
        if tag.tag in (SIGN1, MAC0, CWT):
            return CBORTag(tag.tag, _thawed(tag.value))
        return _refuse_tag(tag.value, _immutable)


def _embedded_spans(data: bytes) -> Iterator[slice]:
    """Where each `#6.24(bstr)` of well-formed, definite-length `data` lies, in order."""
    position, end = 0, len(data)
    while position < end:
        start = position
        major, argument, position = _read_head(data, position)
        if major == _TAG and argument == EMBEDDED and data[position] >> 5 == _BYTES:
            _, length, position = _read_head(data, position)
            position += length
            yield slice(start, position)
        elif major in (_BYTES, _TEXT):
            position += argument


def _read_head(data: bytes, position: int) -> tuple[int, int, int]:
    """Major type, argument and the position after the head (RFC 8949, section 3)."""
    initial = data[position]
    info = initial & 0x1F
    position += 1
    if info < 24 or info > 27:
        return initial >> 5, info, position
    after = position + (1 << info - 24)
    return initial >> 5, int.from_bytes(data[position:after], "big"), after


def _fault(data: bytes, max_depth: int) -> str:
    """Why the decoder refused `data`: its messages are not read, the structure is walked once more."""
    awaited = [1]  # items still to come at each open level
    position = 0
    while awaited:
        if position >= len(data):
            return "cbor_truncated"
        if data[position] & 0x1F == _INDEFINITE:
            return "cbor_indefinite_length"
        major, argument, position = _read_head(data, position)
        awaited[-1] -= 1
        if major in (_BYTES, _TEXT):
            position += argument
        elif major in (_ARRAY, _MAP, _TAG):
            awaited.append(1 if major == _TAG else argument * (major - 3))
            if len(awaited) > max_depth + 1:
                return "cbor_too_deep"
        while awaited and awaited[-1] == 0:
            awaited.pop()
    if position > len(data):
        return "cbor_truncated"
    return "cbor_key_repeated" if _reads_with_repeated_keys(data) else "cbor_malformed"


def _reads_with_repeated_keys(data: bytes) -> bool:
    try:
        cbor2.loads(data, semantic_decoders=_BUILT_IN_TAGS)
    except cbor2.CBORDecodeError:
        return False
    return True


def _thawed(value: object) -> object:
    """The decoder freezes what is inside a tag; undone, so that a tagged COSE array reads like an untagged one."""
    if isinstance(value, tuple):
        return [_thawed(item) for item in value]
    if isinstance(value, frozendict):
        return {key: _thawed(item) for key, item in value.items()}
    return value


def _refuse_tag(_value: object, _immutable: bool) -> NoReturn:
    raise Rejection("cbor_tag_unknown", section="RFC 8949, section 3.4")


def _keep_text(tag: int) -> Callable[[object, bool], CBORTag]:
    def read(value: object, _immutable: bool) -> CBORTag:
        if type(value) is not str:
            raise Rejection("cbor_tag_content_wrong", section="RFC 8949, section 3.4")
        return CBORTag(tag, value)

    return read


def _write_embedded(encoder: cbor2.CBOREncoder, value: object) -> None:
    if not isinstance(value, Tagged24):
        raise TypeError(f"no CBOR for {type(value).__name__}")
    encoder.write(value.raw)


# The decoder would turn these into objects of its own (bignums, regular expressions, shared references, ...).
_BUILT_IN_TAGS = {
    **dict.fromkeys(
        (1, 2, 3, 4, 5, 25, 28, 29, 30, 35, 36, 37, 52, 54, 100, 256, 258, 260, 261, 43000, 55799), _refuse_tag
    ),
    TDATE: _keep_text(TDATE),
    FULL_DATE: _keep_text(FULL_DATE),
}
