"""Forms with one file (`multipart/form-data`, RFC 7578), read as they come: the file is never held as a whole.

The file is the last field, so that what stands before it can be judged before anything of it is taken. A field that
stands twice, one behind the file, or a form without its end is no such form.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import Request

from issuer.http.bodies import TooLarge, bounded, media_type
from issuer.refusals import Refusal

MULTIPART = "multipart/form-data"
MAX_FIELDS, MAX_FIELD_BYTES, MAX_HEADER_BYTES = 16, 1024, 1024
MAX_AROUND_BYTES = 16 * 1024
"""Of everything in a form but its file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A form whose file has begun. content: of the file, as it comes; refuses as `open_upload` does."""

    fields: Mapping[str, str]
    content: AsyncIterator[bytes]


async def open_upload(
    request: Request,
    *,
    file_field: str,
    limit: int,
    too_large: TooLarge,
    malformed: Callable[[], Refusal],
) -> Upload:
    """Reads as far as the file begins. Refuses with `malformed()`, or with `too_large(limit)` a file of more than about
    `limit` bytes."""
    parts = _Parts(request, file_field, malformed)
    chunks = bounded(request, limit + MAX_AROUND_BYTES, lambda _: too_large(limit))
    async for chunk in chunks:
        parts.feed(chunk)
        if parts.file_begun:
            return Upload(fields=parts.fields, content=_rest(parts, chunks))
    raise malformed()


async def _rest(parts: "_Parts", chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    for content in parts.taken():
        yield content
    async for chunk in chunks:
        parts.feed(chunk)
        for content in parts.taken():
            yield content
    if not parts.ended:
        raise parts.malformed()


@dataclass(slots=True)
class _Part:
    """One field while it is read. header: the one that is read now; disposition: the value of `Content-Disposition`."""

    header: bytes = b""
    value: bytes = b""
    disposition: bytes = b""
    name: str | None = None
    content: bytes = b""


class _Parts:
    """What the parser has told so far. fields: read whole; ended: the form's end has been seen."""

    def __init__(self, request: Request, file_field: str, malformed: Callable[[], Refusal]) -> None:
        self.fields: dict[str, str] = {}
        self.malformed = malformed
        self.file_begun = self.ended = False
        self._file_field = file_field
        self._part = _Part()
        self._pieces: list[bytes] = []
        boundary = parse_options_header(request.headers.get("content-type"))[1].get(b"boundary", b"")
        if media_type(request) != MULTIPART or not boundary:
            raise malformed()
        try:
            self._parser = MultipartParser(
                boundary,
                {
                    "on_part_begin": self._begin,
                    "on_header_field": self._header_field,
                    "on_header_value": self._header_value,
                    "on_header_end": self._header_end,
                    "on_headers_finished": self._headers_finished,
                    "on_part_data": self._data,
                    "on_part_end": self._end_part,
                    "on_end": self._end,
                },
                max_header_size=MAX_HEADER_BYTES,
            )
        except FormParserError:
            raise malformed() from None

    def feed(self, chunk: bytes) -> None:
        try:
            self._parser.write(chunk)
        except FormParserError:
            raise self.malformed() from None

    def taken(self) -> list[bytes]:
        """The content of the file that came since the last call."""
        pieces, self._pieces = self._pieces, []
        return pieces

    def _begin(self) -> None:
        if self.file_begun or len(self.fields) >= MAX_FIELDS:
            raise self.malformed()
        self._part = _Part()

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._part.header += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._part.value += data[start:end]

    def _header_end(self) -> None:
        if self._part.header.lower() == b"content-disposition":
            self._part.disposition = self._part.value
        self._part.header = self._part.value = b""

    def _headers_finished(self) -> None:
        kind, options = parse_options_header(self._part.disposition)
        name = options.get(b"name", b"").decode("utf-8", "replace")
        if kind != b"form-data" or name in self.fields or (name == self._file_field) != (b"filename" in options):
            raise self.malformed()
        self._part.name = name
        self.file_begun = name == self._file_field

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self.file_begun:
            self._pieces.append(data[start:end])
            return
        self._part.content += data[start:end]
        if len(self._part.content) > MAX_FIELD_BYTES:
            raise self.malformed()

    def _end_part(self) -> None:
        if self.file_begun or self._part.name is None:
            return
        try:
            self.fields[self._part.name] = self._part.content.decode("utf-8")
        except UnicodeDecodeError:
            raise self.malformed() from None

    def _end(self) -> None:
        self.ended = True
