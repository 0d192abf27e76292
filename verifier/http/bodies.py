"""Request bodies, read within bounds before anything looks at them: JSON, forms, multipart forms, images.

JSON is read strictly (no member twice) and then by a model that knows every member; a form parameter is kept as often
as it was sent, so that the core can refuse one that stands twice.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from typing import TypeVar
from urllib.parse import parse_qs

from pydantic import BaseModel, ValidationError
from starlette.datastructures import FormData, Headers
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from vc_core import strict_json
from vc_core.rejection import Rejection
from verifier.refusals import BodyMalformed, Refusal

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
MULTIPART = "multipart/form-data"
MAX_FIELDS = 64

_Model = TypeVar("_Model", bound=BaseModel)


def body_up_to(limit: int, *, else_: Callable[[int], Refusal]) -> Callable[[Request], Awaitable[bytes]]:
    """A dependency that reads the whole body, or refuses with `else_(limit)` once it is longer than `limit` bytes."""

    async def read(request: Request) -> bytes:
        body = bytearray()
        async for part in request.stream():
            body += part
            if len(body) > limit:
                raise else_(limit)
        return bytes(body)

    return read


def media_type(request: Request) -> str:
    """The media type in lower case, without its parameters; empty if there is none."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def parse_form(body: bytes) -> Mapping[str, list[str]]:
    """A URL-encoded form, strictly. Raises `ValueError`."""
    text = body.decode("ascii")
    if not text:
        return {}
    return parse_qs(text, keep_blank_values=True, strict_parsing=True, errors="strict", max_num_fields=MAX_FIELDS)


def parse_json(body: bytes, model: type[_Model]) -> _Model:
    """Raises `BodyMalformed`."""
    try:
        return model.model_validate(strict_json.parse_object(body, max_bytes=len(body)))
    except Rejection as rejection:
        raise BodyMalformed(rejection.reason, where=rejection.where) from rejection
    except ValidationError as error:
        raise malformed(error) from error


def malformed(error: ValidationError) -> BodyMalformed:
    """The first fault; its value is not repeated."""
    fault = error.errors(include_url=False, include_context=False, include_input=False)[0]
    return BodyMalformed(fault["msg"], where="".join(f"/{part}" for part in fault["loc"]))


async def parse_multipart(body: bytes, headers: Headers) -> FormData:
    """Raises `BodyMalformed`."""

    async def once() -> AsyncGenerator[bytes, None]:
        yield body

    try:
        return await MultiPartParser(
            headers, once(), max_files=1, max_fields=MAX_FIELDS, max_part_size=len(body)
        ).parse()
    except (MultiPartException, KeyError) as error:
        raise BodyMalformed("not a multipart form") from error
