"""The OpenAPI document says what the service does: every endpoint, every answer seen, in the form described."""

import re
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from issuer.app.interface import Interface
from tests.described import described_for_two
from tests.issuer.world import Registered, Wallet, World
from tests.schemas.types import PACKAGED
from vc_core.openapi_document import drop_frameworks_refusals


@pytest.fixture(scope="module")
def document(world: World) -> dict[str, Any]:
    openapi: dict[str, Any] = world.client().get("/openapi.json").json()
    return openapi


def _operations(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        operation["operationId"]: operation
        for path in document["paths"].values()
        for method, operation in path.items()
        if method in {"get", "post", "put", "delete"}
    }


def test_every_operation_is_described(document: dict[str, Any]) -> None:
    operations = [one for path in document["paths"].values() for one in path.values()]
    ids = [one["operationId"] for one in operations]
    assert len(set(ids)) == len(ids) >= 18
    for one in operations:
        assert one["tags"]
        assert one["summary"]
        for answer in one["responses"].values():
            assert answer["description"]


def test_whoever_asks_while_the_description_is_made_waits_for_all_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    app = Interface(catalogue=PACKAGED)
    app.get("/anything")(lambda number: number)
    place = "issuer.app.interface.drop_frameworks_refusals"
    document = described_for_two(app, monkeypatch, place, drop_frameworks_refusals)
    assert "Claims" in document["components"]["schemas"]


def test_nothing_is_described_that_the_framework_would_answer(document: dict[str, Any]) -> None:
    assert "ValidationError" not in repr(document)


def test_the_page_shows_every_operation_and_body(world: World, document: dict[str, Any]) -> None:
    answer = world.client().get("/docs")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    for name in (*_operations(document), *document["components"]["schemas"]):
        assert f'id="{name}"' in answer.text


def test_claims_of_every_type_are_described_with_a_valid_example(document: dict[str, Any]) -> None:
    assert document["components"]["schemas"]["Claims"]["anyOf"]
    for type_id, rulebook in PACKAGED.rulebooks.items():
        described = document["components"]["schemas"][f"{type_id}.claims"]
        validator = Draft202012Validator({**described, "components": document["components"]})
        valid = [one for name, one in PACKAGED.examples(type_id).items() if name.startswith("valid_")]
        assert all(validator.is_valid(one) for one in valid)
        assert not validator.is_valid({**valid[0], "colour": "red"})
        [shown] = described["examples"]
        assert not rulebook.schema.faults(shown, partial=False)


def test_references_lead_somewhere(document: dict[str, Any]) -> None:
    names = set(re.findall(r"'\$ref': '#/components/schemas/([^']+)'", repr(document)))
    assert len(names) > 40
    assert names <= set(document["components"]["schemas"])
    assert "$defs" not in repr(document["components"])


def test_institutions_interface_asks_for_a_key(document: dict[str, Any]) -> None:
    for path, methods in document["paths"].items():
        for operation in methods.values():
            assert ("security" in operation) is path.startswith("/v1/")


def test_bodies_are_described_where_they_are_read(document: dict[str, Any]) -> None:
    described = {id_ for id_, one in _operations(document).items() if "requestBody" in one}
    institutions, wallets = (
        {
            "registerDocument",
            "suspendDocument",
            "withdrawDocument",
            "withdrawDocuments",
            "correctDocument",
            "makeBundleOffer",
            "postJob",
            "readForeign",
            "changeDirectory",
            "searchDocuments",
        },
        {"getAccessToken", "getCredential", "getDeferredCredential"},
    )
    identity = {"postIdentityRequest", "postIdentityResponse"}
    assert described == {*institutions, *wallets, *identity, "pushAuthorizationRequest", "decide", "notify"}


def _check(document: dict[str, Any], operation_id: str, response: Any) -> None:
    answer = _operations(document)[operation_id]["responses"][str(response.status_code)]
    schema = answer["content"]["application/json"]["schema"]
    validator = Draft202012Validator({**schema, "components": document["components"]})
    assert [error.message for error in validator.iter_errors(response.json())] == []
    if response.status_code >= 400:
        assert f"`{response.json()['error']}`" in answer["description"]


def test_answers_have_the_form_described(world: World, document: dict[str, Any]) -> None:
    claims, client, wallet = world.a1(), world.client(), Wallet(world)
    first = world.post(claims, key="described")
    registered = Registered(first.json(), "FR:117000")
    configuration = "eu.europa.ec.eudi.pda1_mdoc"
    idempotent = {**world.auth(), "Idempotency-Key": "other"}
    withdrawal = {"type": "a1", "reason_code": "other", "document_ids": ["x"]}
    seen = [
        ("registerDocument", first),
        ("registerDocument", world.post(claims, key="described")),
        ("registerDocument", world.post({}, key="described")),
        ("registerDocument", world.post({})),
        ("registerDocument", world.post(claims)),
        ("registerDocument", client.post("/v1/a1?hold=1", json=claims, headers=idempotent)),
        ("registerDocument", client.post("/v1/a1?held=true", json=claims, headers=idempotent)),
        ("registerDocument", client.post("/v1/pid?binding=claim", json={}, headers=idempotent)),
        ("getDocument", client.get(registered.path, headers=world.auth())),
        ("getDocument", client.get(f"{registered.path}x", headers=world.auth())),
        ("getAudit", client.get(f"{registered.path}/audit", headers=world.auth())),
        ("getAudit", client.get(f"{registered.path}x/audit", headers=world.auth())),
        ("getHistory", client.get(f"{registered.path}/history?on=2026-02-15", headers=world.auth())),
        ("getHistory", client.get(f"{registered.path}/history?on=x", headers=world.auth())),
        ("listDocuments", client.get("/v1/a1?limit=200", headers=world.auth())),
        ("listDocuments", client.get("/v1/a1?limit=x", headers=world.auth())),
        ("searchDocuments", client.post("/v1/a1/search", json={"family_name": "mo"}, headers=world.auth())),
        ("searchDocuments", client.post("/v1/a1/search", json={"limit": 0}, headers=world.auth())),
        ("makeOffer", client.post(f"{registered.path}/offers", headers=world.auth())),
        ("getInspectionCode", client.get(f"{registered.path}/inspection-code", headers=world.auth())),
        ("getCredentialOffer", client.get(f"/credential-offer/{registered.offer_id}")),
        ("getAccessToken", wallet.redeem(registered)),
        ("getAccessToken", wallet.world.client().post("/token")),
        ("getNonce", client.post("/nonce")),
        ("getCredential", wallet.collect(configuration)),
        ("getCredential", wallet.collect(configuration)),
        ("getCredential", client.post("/credential", json={})),
        ("getStatusLists", client.get("/status")),
        ("getStatusList", client.get("/status/x")),
        ("getCredentialIssuerMetadata", client.get("/.well-known/openid-credential-issuer")),
        ("getAuthorizationServerMetadata", client.get("/.well-known/oauth-authorization-server")),
        ("getTypeMetadata", client.get("/type-metadata/urn:eudi:pda1:1")),
        ("withdrawDocument", world.withdraw(registered)),
        ("withdrawDocument", world.withdraw(registered, case_ref="other")),
        ("withdrawDocument", world.withdraw(registered, effective_from="x")),
        ("withdrawDocuments", client.post("/v1/withdrawals", json={}, headers=world.auth())),
        ("withdrawDocuments", client.post("/v1/withdrawals", json=withdrawal, headers=world.auth())),
        ("getHealth", client.get("/healthz")),
        ("getReadiness", client.get("/readyz")),
    ]
    for operation_id, response in seen:
        _check(document, operation_id, response)
