"""What an institution sees of the audit log over HTTP: its own documents' entries, and nothing of others."""

import hashlib
import json

from tests.issuer.world import CNPP, DRV, Registered, World


def test_an_institution_sees_the_entries_of_its_document(world: World, registered: Registered) -> None:
    other = world.register()
    assert world.withdraw(registered).status_code == 200
    answer = world.client().get(f"{registered.path}/audit", headers=world.auth())
    assert answer.status_code == 200
    told = answer.json()
    assert [entry["event"] for entry in told["entries"]] == [
        "document.registered", "document.offered", "credential.signed", "document.withdrawn",
    ]  # fmt: skip
    assert {entry["document"] for entry in told["entries"]} == {registered.answer["document_id"]}
    assert other.answer["document_id"] not in answer.text
    first, second = told["entries"][:2]
    linked = hashlib.sha256(bytes.fromhex(first["hash"]) + second["content"].encode())
    assert linked.hexdigest() == second["hash"]
    assert json.loads(first["content"])["sequence"] == first["sequence"]
    assert (told["registered"]["erased_at"], told["heads"]) == (None, [])


def test_another_institutions_document_is_unknown(world: World, registered: Registered) -> None:
    for institution_id in (CNPP, DRV):
        answer = world.client().get(f"{registered.path}/audit", headers=world.auth(institution_id))
        assert (answer.status_code, answer.json()["error"]) == (404, "document_unknown")


def test_nobody_sees_it_without_a_key(world: World, registered: Registered) -> None:
    answer = world.client().get(f"{registered.path}/audit")
    assert (answer.status_code, answer.json()["error"]) == (401, "api_key_missing")


def test_a_document_under_another_type_is_unknown(world: World, registered: Registered) -> None:
    path = registered.path.replace("/a1/", "/ehic/")
    assert world.client().get(f"{path}/audit", headers=world.auth()).status_code == 404
