"""J3: an institution withdraws A1s after a request of the host State; two officers, many documents, all or none."""

import httpx2
import pytest

from tests.issuer.office import Officer, forms
from tests.issuer.world import DRV, URSSAF, Registered, World

ORDER = {"reason_code": "facts_changed", "effective_from": "2026-02-01", "case_ref": "K-17"}


def register(world: World, institution_id: str = DRV) -> Registered:
    claims = world.ehic() if institution_id == DRV else world.a1()
    if institution_id == DRV:
        whose = {"id": DRV, "name": "Deutsche Rentenversicherung"}
        claims |= {
            "issuing_authority": {**claims["issuing_authority"], **whose},
            "authentic_source": {**claims["authentic_source"], **whose},
        }
    return world.register(claims, type_id="ehic" if institution_id == DRV else "a1", institution_id=institution_id)


def ask(world: World, one: Registered) -> httpx2.Response:
    return world.withdraw(one, **ORDER)


def decide(world: World, request_id: str, what: str, headers: dict[str, str]) -> httpx2.Response:
    return world.client().post(f"/v1/withdrawals/{request_id}/{what}", headers=headers)


def several(world: World, ids: list[str], institution_id: str, type_id: str) -> httpx2.Response:
    body = {"type": type_id, "document_ids": ids, **ORDER}
    return world.client().post("/v1/withdrawals", json=body, headers=world.auth(institution_id))


def test_a_withdrawal_takes_effect_when_a_second_officer_approves(world: World, approving: dict[str, str]) -> None:
    one = register(world)
    asked = ask(world, one)
    assert (asked.status_code, asked.json()["state"], asked.json()["asked_by"]) == (202, "waiting", "clerk")
    assert world.document(one)["state"] == "in_force"
    waiting = world.client().get("/v1/withdrawals?state=waiting", headers=approving).json()["withdrawals"]
    assert asked.json() in waiting
    approved = decide(world, asked.json()["id"], "approve", approving)
    assert (approved.status_code, approved.json()["state"], approved.json()["decided_by"]) == (
        200, "approved", "approver"
    )  # fmt: skip
    withdrawal = world.document(one)["withdrawal"]
    assert (withdrawal["effective_from"], withdrawal["case_ref"]) == ("2026-02-01", "K-17")
    assert ask(world, one).json()["state"] == "withdrawn"


def test_a_rejected_withdrawal_leaves_the_document_in_force_and_can_be_asked_for_again(
    world: World, approving: dict[str, str]
) -> None:
    one = register(world)
    request_id = ask(world, one).json()["id"]
    assert decide(world, request_id, "reject", approving).json()["state"] == "rejected"
    assert world.document(one)["state"] == "in_force"
    assert decide(world, request_id, "approve", approving).json()["error"] == "withdrawal_decided"
    assert ask(world, one).status_code == 202


def test_a_clerk_cannot_approve(world: World) -> None:
    request_id = ask(world, register(world)).json()["id"]
    before = world.rows()
    for what in ("approve", "reject"):
        refused = decide(world, request_id, what, world.auth(DRV))
        assert (refused.status_code, refused.json()["error"]) == (403, "role_missing")
        assert refused.json()["role"] == "approver"
    assert world.rows() == before


def test_an_officer_with_both_roles_cannot_approve_what_they_asked_for(one_for_both: World) -> None:
    world = one_for_both
    request_id = ask(world, register(world)).json()["id"]
    before = world.rows()
    for what in ("approve", "reject"):
        refused = decide(world, request_id, what, world.auth(DRV))
        assert (refused.status_code, refused.json()["error"]) == (403, "second_officer_needed")
    assert world.rows() == before


def test_an_approver_cannot_order_or_register(world: World, approving: dict[str, str]) -> None:
    one = register(world)
    before = world.rows()
    for path, body in (
        (f"{one.path}/withdraw", ORDER),
        (f"{one.path}/offers", {}),
        ("/v1/withdrawals", {"type": "ehic", "document_ids": [one.answer["document_id"]], **ORDER}),
    ):
        refused = world.client().post(path, json=body, headers=approving)
        assert (refused.status_code, refused.json()["error"]) == (403, "role_missing")
    assert world.rows() == before
    assert world.client().get(one.path, headers=approving).status_code == 200


def test_an_approver_of_another_institution_finds_nothing(world: World, approver_keys: dict[str, str]) -> None:
    request_id = ask(world, register(world)).json()["id"]
    before = world.rows()
    other = {"Authorization": f"Bearer {approver_keys[URSSAF]}"}
    assert decide(world, request_id, "approve", other).json()["error"] == "withdrawal_unknown"
    assert world.client().get(f"/v1/withdrawals/{request_id}", headers=other).status_code == 404
    assert request_id not in world.client().get("/v1/withdrawals", headers=other).text
    assert world.rows() == before


def test_a_withdrawal_is_asked_for_once(world: World) -> None:
    one = register(world)
    ask(world, one)
    before = world.rows()
    assert ask(world, one).json()["error"] == "withdrawal_waiting"
    assert world.rows() == before


def test_many_are_withdrawn_at_once_where_no_second_officer_is_needed(world: World) -> None:
    many = [register(world, URSSAF) for _ in range(3)]
    done = several(world, [one.answer["document_id"] for one in many], URSSAF, "a1")
    assert (done.status_code, done.json()["state"]) == (200, "approved")
    assert {world.document(one)["state"] for one in many} == {"withdrawn"}


def test_all_or_none(world: World) -> None:
    good, gone, foreign = (register(world, who) for who in (URSSAF, URSSAF, DRV))
    world.withdraw(gone)
    before = world.rows()
    ids = [one.answer["document_id"] for one in (good, gone, foreign)]
    refused = several(world, ids, URSSAF, "a1")
    assert (refused.status_code, refused.json()["error"]) == (422, "withdrawal_faulty")
    assert refused.json()["faults"] == [
        {"pointer": "/document_ids/1", "code": "document_withdrawn"},
        {"pointer": "/document_ids/2", "code": "document_unknown"},
    ]
    assert world.rows() == before


@pytest.mark.parametrize("query", ["state=x", "state=waiting&state=waiting"])
def test_a_query_that_is_none(world: World, query: str) -> None:
    refused = world.client().get(f"/v1/withdrawals?{query}", headers=world.auth(DRV))
    assert (refused.status_code, refused.json()["error"]) == (400, "withdrawals_query_malformed")


def test_the_same_on_the_pages(world: World, approver_keys: dict[str, str]) -> None:
    one = register(world)
    clerk = Officer.of(world, DRV)
    clerk.sign_in()
    path = one.path.replace("/v1", "/office/documents")
    review = clerk.send(clerk.open(f"{path}/withdraw"), "review", reason_code="facts_changed")
    assert "Ask a second officer" in review.text
    page = clerk.send(review, "withdraw")
    assert page.url.path == "/office/withdrawals"
    assert one.answer["document_id"] in page.text
    assert "approve" not in forms(page)
    assert world.document(one)["state"] == "in_force"
    second = Officer(Officer.of(world, DRV).client, approver_keys[DRV])
    second.sign_in()
    fields = forms(second.open("/office/withdrawals"))["approve"].fields
    waiting = world.client().get("/v1/withdrawals?state=waiting", headers=world.auth(DRV)).json()["withdrawals"]
    (mine,) = [asked for asked in waiting if asked["document_ids"] == [one.answer["document_id"]]]
    address = f"/office/withdrawals/{mine['id']}/approve"
    assert second.client.post(address, data={"token": "x"}).status_code == 403
    assert world.document(one)["state"] == "in_force"
    assert second.client.post(address, data=fields).status_code == 200
    assert world.document(one)["state"] == "withdrawn"
