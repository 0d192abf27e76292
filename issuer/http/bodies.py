"""Request bodies within bounds, as bytes: what is larger is refused before it is read. Forms as their parameters."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from urllib.parse import parse_qs

from starlette.requests import Request

from issuer.refusals import Refusal

FORM = "application/x-www-form-urlencoded"
MAX_PARAMETERS = 64

ReadBody = Callable[[Request], Awaitable[bytes]]
TooLarge = Callable[[int], Refusal]
"""Makes the refusal of a body from how many bytes are allowed."""


async def bounded(request: Request, limit: int, too_large: TooLarge) -> AsyncIterator[bytes]:
    """A body of at most `limit` bytes as it comes; another is refused with `too_large(limit)`, as soon as that is
    known."""
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > limit:
        raise too_large(limit)
    received = 0
    async for chunk in request.stream():
        received += len(chunk)
        if received > limit:
            raise too_large(limit)
        yield chunk


def body_reader(limit: int, too_large: TooLarge) -> ReadBody:
    """A dependency that reads a body of at most `limit` bytes and refuses others with `too_large(limit)`."""

    async def read_body(request: Request) -> bytes:
        return b"".join([chunk async for chunk in bounded(request, limit, too_large)])

    return read_body


def for_the_reason(refusal: Callable[[str], Refusal]) -> TooLarge:
    """Of refusals that are told apart by a reason alone."""
    return lambda limit: refusal(f"body_too_large: at most {limit} bytes")


def media_type(request: Request) -> str:
    """The media type of the body, without parameters, in lower case; empty if none is said."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def form_parameters(
    request: Request, content: bytes, malformed: Callable[[str], Refusal], *, at_most: int = MAX_PARAMETERS
) -> Mapping[str, list[str]]:
    """Every parameter of a form with its values; refuses with `malformed(reason)` what is no form, or one of more."""
    if media_type(request) != FORM:
        raise malformed("media_type_wrong")
    try:
        return parse_qs(content.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=at_most)
    except ValueError:
        raise malformed("form_malformed") from None
