"""A direct route gives its endpoint what the signature asks for, and nothing more."""

import json
import threading
from collections.abc import Callable
from typing import Annotated, Any

import pytest
from fastapi import APIRouter, Depends, FastAPI, Request, Response
from starlette.testclient import TestClient

from verifier.app.interface import Interface
from verifier.http.bodies import body_up_to
from verifier.http.direct_route import DirectRoute
from verifier.http.refusal_table import refusal_response
from verifier.refusals import BodyTooLarge, Refusal

SMALL = body_up_to(8, else_=BodyTooLarge)


def read(
    part: str, request: Request, body: Annotated[bytes, Depends(SMALL)], code: str = "none", lang: str = ""
) -> Response:
    return Response(f"{part} {request.headers['x-said']} {body.decode()} {code} {lang}")


def served(endpoint: Callable[..., Any]) -> FastAPI:
    router = APIRouter(route_class=DirectRoute)
    router.post("/parts/{part}")(endpoint)
    app = Interface()
    app.add_exception_handler(Refusal, refusal_response)
    app.add(router)
    return app


def asked(endpoint: Callable[..., Any], query: str = "", body: bytes = b"body") -> tuple[int, str]:
    with TestClient(served(endpoint)) as client:
        answer = client.post(f"/parts/one{query}", content=body, headers={"X-Said": "hello"})
    return answer.status_code, answer.text


def test_an_endpoint_is_given_what_it_takes() -> None:
    assert asked(read, "?code=two&lang=fr") == (200, "one hello body two fr")


def test_what_the_query_leaves_out_is_the_default() -> None:
    assert asked(read) == (200, "one hello body none ")


def test_the_last_of_several_texts_in_the_query_counts() -> None:
    assert asked(read, "?code=two&code=three&unknown=four") == (200, "one hello body three ")


def test_a_body_beyond_its_bound_is_refused_before_the_endpoint() -> None:
    def endpoint(part: str, body: Annotated[bytes, Depends(SMALL)]) -> Response:
        raise AssertionError(part, body)

    status, text = asked(endpoint, body=b"123456789")
    said = {"error": "body_too_large", "detail": "at most 8 bytes", "max_bytes": 8}
    assert (status, json.loads(text)) == (413, said)


def test_a_body_of_as_much_as_is_allowed_is_read() -> None:
    assert asked(read, body=b"12345678") == (200, "one hello 12345678 none ")


def test_an_endpoint_works_beside_the_thread_that_serves() -> None:
    served_by: list[int] = []

    async def reader(_: Request) -> bytes:
        served_by.append(threading.get_ident())
        return b""

    def endpoint(part: str, body: Annotated[bytes, Depends(reader)]) -> Response:
        return Response(f"{part}{body.decode()}", 200 if threading.get_ident() not in served_by else 500)

    assert asked(endpoint) == (200, "one")


def test_the_interface_is_described_as_by_the_framework() -> None:
    router, plain = APIRouter(), FastAPI()
    router.post("/parts/{part}")(read)
    plain.include_router(router)
    described = served(read).openapi()["paths"]["/parts/{part}"]["post"]
    assert described["parameters"] == plain.openapi()["paths"]["/parts/{part}"]["post"]["parameters"]
    assert [one["name"] for one in described["parameters"]] == ["part", "code", "lang"]


async def waits(part: str) -> Response:
    return Response(part)


def returns_text(part: str) -> str:
    return part


def takes_a_number(part: str, count: int = 0) -> Response:
    return Response(part * count)


def takes_a_text_that_must_be_there(part: str, code: str) -> Response:
    return Response(part + code)


def takes_a_value_that_is_no_body(part: str, value: Annotated[str, Depends(SMALL)]) -> Response:
    return Response(part + value)


@pytest.mark.parametrize(
    "endpoint", [waits, returns_text, takes_a_number, takes_a_text_that_must_be_there, takes_a_value_that_is_no_body]
)
def test_an_endpoint_that_takes_or_gives_something_else_is_no_direct_one(endpoint: Callable[..., Any]) -> None:
    with pytest.raises(TypeError, match=r"is no plain function|is not read from the request"):
        served(endpoint)
