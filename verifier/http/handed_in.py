"""What can be handed in to be verified, in every form in which it is posted, as one value.

JSON with a text; an image of a code; a credential or a response in CBOR; a multipart form with a file (any of these) as
a browser or `curl -F` sends it. What it is judged against stands in the JSON, in the query of the address, or among the
fields of the form.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from fastapi import Depends, Query, Request
from pydantic import ValidationError
from starlette.datastructures import UploadFile

from vc_core import base64url, qr
from vc_core.formats.base import HolderChallenge
from verifier.expectation import Expectation
from verifier.http.bodies import JSON, MULTIPART, body_up_to, malformed, media_type, parse_json, parse_multipart
from verifier.http.examples import HANDED_IN, HANDED_IN_FORM
from verifier.http.models import ExpectedBody, VerifyBody
from verifier.http.openapi import schema_of
from verifier.refusals import BodyMalformed, BodyTooLarge, MediaTypeNotSupported
from verifier.verify_text import text_of_file, text_of_image

MAX_BYTES = qr.MAX_IMAGE_BYTES + 64 * 1024
IMAGES = ("image/png", "image/jpeg")
CBOR = "application/cbor"

_PERSON = ("family_name", "given_name", "birth_date")
_FIELDS = ("text", "day", "host_state", "employer", *_PERSON)
_QUERY = frozenset({*_FIELDS, "place", "lang"} - {"text"})
_BINARY = {"type": "string", "format": "binary"}

CONTENT: dict[str, Any] = {
    JSON: schema_of(VerifyBody),
    **dict.fromkeys((*IMAGES, CBOR), _BINARY),
    MULTIPART: {
        "type": "object",
        "properties": {"file": _BINARY, **{name: {"type": "string"} for name in _FIELDS}},
    },
}
"""Media type to JSON schema, for the OpenAPI document."""
EXAMPLES = {JSON: HANDED_IN, MULTIPART: HANDED_IN_FORM}


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedIn:
    """What was posted to be verified: a text, or a file that holds one, and how that is read."""

    content: str | bytes
    expectation: Expectation
    challenge: HolderChallenge | None = None
    read: Callable[[bytes], str] = text_of_file

    def text(self) -> str:
        """Raises `ImageUnreadable`, `NoCodeInImage`."""
        return self.content if isinstance(self.content, str) else self.read(self.content)


def expected_query(
    day: Annotated[date | None, Query()] = None,
    host_state: Annotated[str | None, Query(pattern="^[A-Z]{2}$")] = None,
    employer: Annotated[str | None, Query(max_length=200)] = None,
    family_name: Annotated[str | None, Query(max_length=200)] = None,
    given_name: Annotated[str | None, Query(max_length=200)] = None,
    birth_date: Annotated[date | None, Query()] = None,
) -> Expectation:
    """What an image is judged against; with JSON it stands in the body, with a form among the fields."""
    return _expectation(
        day=day,
        host_state=host_state,
        employer=employer,
        family_name=family_name,
        given_name=given_name,
        birth_date=birth_date,
    )


def _expectation(**fields: Any) -> Expectation:
    """From flat fields, empty ones left out. Raises `BodyMalformed`."""
    given = {name: value for name, value in fields.items() if value not in (None, "")}
    person = {name: given.pop(name) for name in _PERSON if name in given}
    try:
        return ExpectedBody.model_validate({**given, **({"person": person} if person else {})}).value()
    except ValidationError as error:
        raise malformed(error) from error


async def handed_in(
    request: Request,
    body: Annotated[bytes, Depends(body_up_to(MAX_BYTES, else_=BodyTooLarge))],
    expectation: Annotated[Expectation, Depends(expected_query)],
) -> HandedIn:
    """Raises `BodyMalformed`, `MediaTypeNotSupported`."""
    _require_known(request)
    kind = media_type(request)
    if kind == JSON:
        read = parse_json(body, VerifyBody)
        return HandedIn(
            content=read.text,
            expectation=read.expected.value(),
            challenge=None if read.challenge is None else read.challenge.value(),
        )
    if kind in IMAGES:
        return HandedIn(content=body, expectation=expectation, read=text_of_image)
    if kind == CBOR:
        return HandedIn(content=base64url.encode(body), expectation=expectation)
    if kind == MULTIPART:
        return await _from_form(request, body)
    raise MediaTypeNotSupported(f"one of {JSON}, {', '.join(IMAGES)}, {CBOR}, {MULTIPART}")


def _require_known(request: Request) -> None:
    """A misspelt expectation must not pass for one that was met. Raises `BodyMalformed`."""
    for name in request.query_params:
        if name not in _QUERY:
            raise BodyMalformed("no such parameter", where=f"/query/{name[:100]}")


async def _from_form(request: Request, body: bytes) -> HandedIn:
    form = await parse_multipart(body, request.headers)
    fields = {name: value for name, value in form.items() if isinstance(value, str)}
    file, text = form.get("file"), fields.pop("text", "")
    content: str | bytes = text
    if isinstance(file, UploadFile) and (data := await file.read()):
        content = data
    if not content:
        raise BodyMalformed("neither a file nor a text", where="/file")
    return HandedIn(content=content, expectation=_expectation(**fields))
