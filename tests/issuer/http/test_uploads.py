"""Forms with one file, read as they come: where the file begins, what it holds, and what is no such form."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from starlette.requests import Request

from issuer import refusals
from issuer.http.uploads import open_upload

BOUNDARY = "----x7"
KIND = f"multipart/form-data; boundary={BOUNDARY}"
LIMIT = 50_000


def part(name: str, content: bytes, *, filename: str | None = None) -> bytes:
    file = "" if filename is None else f'; filename="{filename}"'
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n'
    return head.encode() + content + b"\r\n"


END = f"--{BOUNDARY}--\r\n".encode()
FIELDS = part("token", b"t") + part("type", "é".encode())
FILE = part("file", b"a\r\n--b\r\n", filename="rows.csv")


def asked(body: bytes, size: int, kind: str = KIND) -> Request:
    pieces = [body[start : start + size] for start in range(0, len(body), size)] or [b""]
    messages = [{"type": "http.request", "body": piece, "more_body": True} for piece in pieces]
    messages[-1]["more_body"] = False

    async def receive() -> dict[str, Any]:
        return messages.pop(0)

    scope = {"type": "http", "method": "POST", "path": "/", "headers": [(b"content-type", kind.encode())]}
    return Request(scope, receive)


async def joined(content: AsyncIterator[bytes]) -> bytes:
    return b"".join([piece async for piece in content])


def read(body: bytes, size: int = 1000, kind: str = KIND) -> tuple[dict[str, str], bytes]:
    async def work() -> tuple[dict[str, str], bytes]:
        upload = await open_upload(
            asked(body, size, kind),
            file_field="file",
            limit=LIMIT,
            too_large=refusals.BodyTooLarge,
            malformed=refusals.OfficeFormMalformed,
        )
        return dict(upload.fields), await joined(upload.content)

    return asyncio.run(work())


@pytest.mark.parametrize("size", [1, 2, 7, 64, 10_000])
def test_fields_and_file_however_they_are_cut(size: int) -> None:
    assert read(FIELDS + FILE + END, size) == ({"token": "t", "type": "é"}, b"a\r\n--b\r\n")


def test_a_file_without_content() -> None:
    assert read(FIELDS + part("file", b"", filename="") + END)[1] == b""


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(FIELDS + END, id="without_file"),
        pytest.param(FIELDS + FILE, id="without_end"),
        pytest.param(FIELDS + FILE + part("mode", b"check") + END, id="field_behind_the_file"),
        pytest.param(FIELDS + FILE + FILE + END, id="two_files"),
        pytest.param(FIELDS + part("token", b"u") + FILE + END, id="field_twice"),
        pytest.param(FIELDS + part("mode", b"x", filename="m") + FILE + END, id="other_field_with_a_file"),
        pytest.param(FIELDS + part("file", b"x") + END, id="file_without_a_file_name"),
        pytest.param(part("token", b"t" * 1025) + FILE + END, id="field_too_long"),
        pytest.param(b"".join(part(f"f{n}", b"") for n in range(16)) + FILE + END, id="too_many_fields"),
        pytest.param(part("token", b"\xff") + FILE + END, id="field_not_utf8"),
        pytest.param(FIELDS.replace(b"form-data", b"attachment", 1) + FILE + END, id="other_disposition"),
        pytest.param(FIELDS.replace(b"Content", b"C" * 1100, 1) + FILE + END, id="header_too_long"),
        pytest.param(b"nothing of that kind", id="no_parts"),
        pytest.param(b"", id="empty"),
    ],
)
def test_what_is_no_such_form(body: bytes) -> None:
    with pytest.raises(refusals.OfficeFormMalformed):
        read(body)


@pytest.mark.parametrize("kind", ["multipart/form-data", "text/plain", f"multipart/form-data; boundary={'x' * 300}"])
def test_another_media_type(kind: str) -> None:
    with pytest.raises(refusals.OfficeFormMalformed):
        read(FIELDS + FILE + END, kind=kind)


def test_a_file_that_is_too_large() -> None:
    with pytest.raises(refusals.BodyTooLarge, check=lambda refusal: refusal.max_bytes == LIMIT):
        read(FIELDS + part("file", b"x" * (LIMIT + 16 * 1024), filename="f") + END)
