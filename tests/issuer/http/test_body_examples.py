"""What institutions send is described with examples, and each of them is taken by the service as it stands."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from issuer.http.body_examples import GIVEN, body_examples
from issuer.http.orders import parsed
from issuer.http.schemas import DirectoryOrderBody
from tests.issuer.world import World
from tests.packaged import CATALOGUE

EXAMPLES = [
    pytest.param(operation_id, media_type, value, id=f"{operation_id}-{about}")
    for operation_id, media_type, examples in body_examples(CATALOGUE)
    for about, value in examples.items()
]
KEPT = {"changeDirectory"}
"""Only a directory manager may send it; its form is checked alone."""
ELSEWHERE = {"registerDocument", "correctDocument", "readForeign"}
"""Claims, with examples in their schemas, or whatever another system has."""


def at_a_document(end: str) -> Callable[[World], tuple[str, str]]:
    def prepare(world: World) -> tuple[str, str]:
        registered = world.register()
        return f"{registered.path}/{end}", registered.answer["document_id"]

    return prepare


def about_a_document(path: str) -> Callable[[World], tuple[str, str]]:
    return lambda world: (path, world.register().answer["document_id"])


PREPARED: Mapping[str, Callable[[World], tuple[str, str]]] = {
    "withdrawDocument": at_a_document("withdraw"),
    "suspendDocument": at_a_document("suspend"),
    "withdrawDocuments": about_a_document("/v1/withdrawals"),
    "makeBundleOffer": about_a_document("/v1/a1/offers"),
    "searchDocuments": lambda _: ("/v1/a1/search", ""),
    "postJob": lambda _: ("/v1/jobs?type=a1&mode=check", ""),
}
"""The address to send to, and the document that an example is about."""


def described(world: World) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for methods in world.client().get("/openapi.json").json()["paths"].values():
        for operation in methods.values():
            if "institutions" in operation["tags"] or "directory" in operation["tags"]:
                yield operation["operationId"], operation.get("requestBody", {})


def test_what_institutions_send_has_examples(world: World) -> None:
    with_body = {id_: body for id_, body in described(world) if body}
    shown = {id_ for id_, body in with_body.items() if any("examples" in one for one in body["content"].values())}
    assert shown == set(PREPARED) | KEPT == set(with_body) - ELSEWHERE


@pytest.mark.parametrize(
    ("operation_id", "media_type", "value"), [one for one in EXAMPLES if one.values[0] not in KEPT]
)
def test_each_example_is_accepted(world: World, operation_id: str, media_type: str, value: Any) -> None:
    path, document_id = PREPARED[operation_id](world)
    text = (value if isinstance(value, str) else json.dumps(value)).replace(GIVEN, document_id)
    answer = world.client().post(path, content=text, headers=world.auth(**{"Content-Type": media_type}))
    assert answer.is_success, answer.text


@pytest.mark.parametrize(("operation_id", "media_type", "value"), [one for one in EXAMPLES if one.values[0] in KEPT])
def test_an_example_for_a_directory_manager_is_an_order(operation_id: str, media_type: str, value: Any) -> None:
    order = parsed(DirectoryOrderBody, json.dumps(value).encode(), 65536).order()
    assert order.competence is not None
    assert order.competence.type_id in CATALOGUE.rulebooks
