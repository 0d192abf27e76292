"""Every verdict that is given comes with a signed receipt."""

from starlette.testclient import TestClient

from tests.verifier.wallet import ask, form, present, read
from tests.verifier.world import World
from vc_core.receipt import Receipt, check_receipt, list_digest, require_about
from vc_core.verdict import Document
from verifier.adapters.keys import load_certificate

EXPECTED = {"day": "2026-02-15", "host_state": "DE"}


def checked(world: World, text: str) -> Receipt:
    anchor = load_certificate(world.folder / "pki" / "access-ca.pem")
    return check_receipt(text, anchors=(anchor,), now=world.clock.now)


def test_a_code_that_is_handed_in(client: TestClient, world: World) -> None:
    answer = client.post("/v1/verify", json={"text": world.code(), "expected": EXPECTED}).json()
    receipt = checked(world, answer["receipt"])
    assert (receipt.word.value, receipt.at, receipt.verifier[:10]) == ("CONFIRMED", world.clock.now, "x509_hash:")
    named = {name: answer["document"][name] for name in ("type_id", "institution_id", "document_number")}
    require_about(receipt, Document(**named))
    assert receipt.trust_list
    assert len(receipt.status_lists) == 1


def test_the_list_in_the_receipt_is_the_one_that_was_served(client: TestClient, world: World) -> None:
    served: list[bytes] = []
    world.lists.body = lambda token: served.append(token.encode()) or served[-1]  # type: ignore[func-returns-value]
    answer = client.post("/v1/verify", json={"text": world.code(), "expected": EXPECTED}).json()
    assert list(checked(world, answer["receipt"]).status_lists.values()) == [list_digest(served[0])]


def test_what_cannot_be_read(client: TestClient, world: World) -> None:
    answer = client.post("/v1/verify", json={"text": "no code at all"}).json()
    receipt = checked(world, answer["receipt"])
    assert (receipt.word.value, receipt.document) == ("CANNOT_CONFIRM", None)


def test_the_answer_of_a_wallet(client: TestClient, world: World) -> None:
    asked = ask(client, expected=EXPECTED)
    client.post(asked.response_path, data=form(asked, present(world, asked, world.credential("dc+sd-jwt"))))
    [verdict] = read(client, asked)["verdicts"]
    assert checked(world, verdict["receipt"]).word.value == verdict["verdict"] == "CONFIRMED"


def test_the_gate_gets_none(client: TestClient, world: World) -> None:
    answer = client.post("/v1/verify", json={"text": world.code()}, params={"place": "gate"}).json()
    assert "receipt" not in answer
