"""J13: an inspector doubts a genuine certificate; a case file for the institution that issued it is made."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.reading_pdf import ReadPdf
from tests.verifier.test_identity_match import identity, vp_token
from tests.verifier.wallet import Asked, ask, bearer, form, present
from tests.verifier.world import World
from vc_core.receipt import check_receipt, list_digest
from vc_core.verification import StatusUnavailable
from verifier.adapters.keys import load_certificate

EXPECTED = {"day": "2026-02-15", "host_state": "DE"}
SD_JWT = "dc+sd-jwt"
DOUBT = {"purpose": "doubt", "remark": "No staff at the address of the employer."}


def handed(client: TestClient, text: str, place: str = "building_site") -> Mapping[str, Any]:
    answer = client.post("/v1/verify", json={"text": text, "expected": EXPECTED}, params={"place": place})
    assert answer.status_code == 200, answer.text
    found: Mapping[str, Any] = answer.json()
    return found


def asked_about(
    client: TestClient, verdict: Mapping[str, Any], *, headers: Mapping[str, str] | None = None, **body: Any
) -> Any:
    return client.post(
        f"/v1/verdicts/{verdict['id']}/case-file",
        json={**DOUBT, "sealed": verdict["sealed"], **body},
        headers={**bearer(verdict["identity_token"]), **(headers or {})},
    )


def answered(client: TestClient, world: World, **body: Any) -> Asked:
    asked = ask(client, expected=EXPECTED, **body)
    shown = present(world, asked, world.credential(SD_JWT))
    assert client.post(asked.response_path, data=form(asked, shown)).status_code == 200
    return asked


def of_request(client: TestClient, asked: Asked, **body: Any) -> Any:
    address = f"/v1/requests/{asked.offer['id']}/case-file"
    return client.post(address, json={**DOUBT, **body}, headers=bearer(asked.offer["read_token"]))


# ----------------------------------------------------------------------------------------------------- what is in it
def test_what_an_institution_needs_to_begin_a_dialogue(client: TestClient, world: World) -> None:
    """AC1: document, institution, facts with boxes, verdict with its checks, hashes of the lists, time, receipt."""
    verdict = handed(client, world.code())
    world.clock.forward(minutes=5)
    answer = asked_about(client, verdict)
    assert answer.status_code == 200, answer.text
    case = answer.json()
    assert case["eessi"] == {
        "process": "LA_BUC_06", "message": "A005", "citation": "Reg. (EC) 987/2009 Art. 5; Decision A1",
    }  # fmt: skip
    assert case["addressee"] == {
        "institution_id": "FR:117000", "name": "Urssaf", "country": "FR", "established": True,
    }  # fmt: skip
    assert (case["document"], case["claims"]) == (verdict["document"], verdict["claims"])
    assert case["person"]["family_name"] == "Moreau"
    assert "personal_number" not in case["person"], "an inspector does not get to see it"
    boxes = {fact["label"]: fact.get("box") for fact in case["facts"]}
    assert boxes["Holder"]
    assert case["result"] == {name: verdict[name] for name in case["result"]}
    assert (case["result"]["verdict"], case["result"]["at"]) == ("CONFIRMED", "2026-02-15T10:00:00Z")
    assert (case["made_at"], case["period"]) == ("2026-02-15T10:05:00Z", {"since": "2026-02-15"})
    assert (case["id"], case["remark"]) == (verdict["id"], DOUBT["remark"])


@pytest.mark.parametrize("language", ["en", "fr", "de"])
def test_the_case_file_on_paper_says_what_its_json_says(client: TestClient, world: World, language: str) -> None:
    """AC1: as PDF."""
    verdict = handed(client, world.code())
    case = asked_about(client, verdict, headers={"Accept-Language": language}).json()
    answer = asked_about(client, verdict, headers={"Accept": "application/pdf", "Accept-Language": language})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    read = ReadPdf(answer.content)
    assert (read.language, read.title) == (language, case["title"])
    said = " ".join(read.all_text.split())
    told = [case["remark"], "FR:117000", "A005", "Moreau", "FR-A1-2026-000117", case["result"]["at"]]
    told += [check["id"] for check in case["result"]["checks"]]
    told += [fact["label"] for fact in case["facts"]]
    assert [one for one in told if one not in said] == []
    squeezed = said.replace(" ", "")
    assert "".join(case["statement"].split()) in squeezed
    assert case["evidence"]["trust_list"] in squeezed


def test_a_pdf_from_the_form_is_saved_under_the_verdicts_id(client: TestClient, world: World) -> None:
    verdict = handed(client, world.code())
    fields = {"purpose": "doubt", "token": verdict["identity_token"], "sealed": verdict["sealed"], "download": "pdf"}
    answer = client.post(f"/v1/verdicts/{verdict['id']}/case-file", data=fields, headers={"Accept": "text/html"})
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == f'attachment; filename="case-{verdict["id"]}.pdf"'


def test_the_hashes_are_those_of_the_lists_as_served(client: TestClient, world: World) -> None:
    served: list[bytes] = []
    world.lists.body = lambda token: served.append(token.encode()) or served[-1]  # type: ignore[func-returns-value]
    case = asked_about(client, handed(client, world.code())).json()
    [listed] = case["evidence"]["status_lists"]
    assert listed["sha256"] == list_digest(served[0])
    anchor = load_certificate(world.folder / "pki" / "access-ca.pem")
    receipt = check_receipt(case["receipt"], anchors=(anchor,), now=world.clock.now)
    assert (case["evidence"]["trust_list"], case["evidence"]["policy"]) == (receipt.trust_list, receipt.policy)
    assert case["evidence"]["verifier"] == receipt.verifier


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "A genuine certificate stays binding until the institution that issued it withdraws it"),
        ("fr", "Un certificat authentique reste contraignant"),
        ("de", "Eine echte Bescheinigung bleibt bindend"),
    ],
)
def test_it_says_that_the_certificate_stays_binding(client: TestClient, world: World, language: str, said: str) -> None:
    """AC2: Reg. (EC) 987/2009, Article 5."""
    verdict = handed(client, world.code())
    case = asked_about(client, verdict, headers={"Accept-Language": language}).json()
    assert case["statement"].startswith(said)
    assert "987/2009" in case["statement"]
    page = asked_about(client, verdict, headers={"Accept-Language": language, "Accept": "text/html"})
    assert said in page.text
    assert case["evidence"]["status_lists"][0]["sha256"] in page.text
    assert case["receipt"] in page.text


def test_the_answer_of_a_wallet(client: TestClient, world: World) -> None:
    asked = answered(client, world)
    case = of_request(client, asked).json()
    assert (case["result"]["verdict"], case["result"]["holder_proof"]) == ("CONFIRMED", True)
    client.post(
        f"/v1/requests/{asked.offer['id']}/identity",
        json={"identity_compared": "mismatch"},
        headers=bearer(asked.offer["read_token"]),
    )
    assert of_request(client, asked).json()["result"]["identity_compared"] == "mismatch"


def test_who_the_document_does_not_name_is_named_by_the_identity_beside_it(client: TestClient, world: World) -> None:
    asked = ask(client, identified_by="pid", expected=EXPECTED)
    shown = vp_token(world, asked, world.credential(SD_JWT), identity(world))
    assert client.post(asked.response_path, data=form(asked, shown)).status_code == 200
    case = of_request(client, asked).json()
    assert case["document"]["type_id"] == "a1"
    assert (case["person"]["family_name"], case["person"]["birth_date"]) == ("Moreau", "1988-04-12")


def test_the_period_asked_about(client: TestClient, world: World) -> None:
    verdict = handed(client, world.code())
    case = asked_about(client, verdict, since="2026-01-01", until="2026-03-31").json()
    assert case["period"] == {"since": "2026-01-01", "until": "2026-03-31"}
    refused = asked_about(client, verdict, since="2026-03-31", until="2026-01-01")
    assert (refused.status_code, refused.json()["error"]) == (400, "body_malformed")


def test_an_institution_that_is_only_named_is_said_to_be_so(client: TestClient, world: World) -> None:
    case = asked_about(client, handed(client, world.tampered_code())).json()
    assert case["result"]["verdict"] == "CANNOT_CONFIRM"
    assert case["addressee"]["established"] is False


@pytest.mark.parametrize("withdraw", [True, False])
def test_every_verdict_may_lead_to_a_doubt(client: TestClient, world: World, withdraw: bool) -> None:
    code = world.code()
    if withdraw:
        world.withdraw_last()
    else:
        world.lists.down = StatusUnavailable(reason="timeout")
    case = asked_about(client, handed(client, code)).json()
    assert case["result"]["verdict"] == ("WITHDRAWN" if withdraw else "CANNOT_CONFIRM")
    assert bool(case["evidence"]["status_lists"]) is withdraw


# --------------------------------------------------------------------------------------------------- what is refused
def test_no_role_but_those_that_may_gets_one(client: TestClient, world: World) -> None:
    """A contractor at the gate is no authority."""
    assert "sealed" not in handed(client, world.code(), place="gate")
    asked = answered(client, world, profile="gate")
    assert of_request(client, asked).json()["error"] == "dialogue_not_offered"


@pytest.mark.parametrize("purpose", ["replacement", "holiday"])
def test_a_question_that_this_verdict_does_not_lead_to(client: TestClient, world: World, purpose: str) -> None:
    refused = asked_about(client, handed(client, world.code()), purpose=purpose)
    assert (refused.status_code, refused.json()["error"]) == (409, "dialogue_not_offered")
    assert of_request(client, answered(client, world), purpose=purpose).status_code == 409


def test_what_cannot_be_read_has_nobody_to_ask(client: TestClient) -> None:
    assert "sealed" not in handed(client, "no code at all")


def test_before_the_answer_there_is_nothing_to_hand_on(client: TestClient) -> None:
    assert of_request(client, ask(client)).json()["error"] == "dialogue_not_offered"


def test_only_its_token_makes_it(client: TestClient, world: World) -> None:
    verdict, other = handed(client, world.code()), handed(client, world.code())
    assert asked_about(client, {**verdict, "identity_token": other["identity_token"]}).status_code == 401
    assert asked_about(client, {**verdict, "id": "A" * 22}).json()["error"] == "verdict_unknown"
    asked = answered(client, world)
    address = f"/v1/requests/{asked.offer['id']}/case-file"
    assert client.post(address, json=DOUBT, headers=bearer(verdict["identity_token"])).status_code == 401


def test_what_is_sealed_belongs_to_its_verdict(client: TestClient, world: World) -> None:
    """One changed character, or what came with another verdict, is refused, and the claims in it are not to be read."""
    verdict, other = handed(client, world.code()), handed(client, world.code())
    changed = ("A" if verdict["sealed"][40] != "A" else "B").join((verdict["sealed"][:40], verdict["sealed"][41:]))
    for sealed in (changed, other["sealed"], "", "?"):
        refused = asked_about(client, verdict, sealed=sealed)
        assert (refused.status_code, refused.json()["where"]) == (400, "/sealed"), sealed[:10]
    assert "Moreau" not in verdict["sealed"]


def test_after_a_day_it_is_too_late(client: TestClient, world: World) -> None:
    verdict = handed(client, world.code())
    world.clock.now += timedelta(hours=25)
    ask(client)
    assert asked_about(client, verdict).json()["error"] == "verdict_unknown"


# ---------------------------------------------------------------------------------------------------------- the form
def fields(verdict: Mapping[str, Any], **more: str) -> dict[str, str]:
    return {"purpose": "doubt", "token": verdict["identity_token"], "sealed": verdict["sealed"], **more}


def test_the_form_of_the_page_opens_it_for_printing(client: TestClient, world: World) -> None:
    verdict = handed(client, world.code())
    address = f"/v1/verdicts/{verdict['id']}/case-file"
    page = client.post(address, data=fields(verdict, remark="Why?\r\n<b>"), headers={"Accept": "text/html"})
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    assert "Why?\r\n&lt;b&gt;" in page.text
    saved = client.post(address, data=fields(verdict, remark="", download="json"), headers={"Accept": "text/html"})
    assert saved.headers["content-disposition"] == f'attachment; filename="case-{verdict["id"]}.json"'
    assert json.loads(saved.text)["remark"] == ""


def test_forms_that_are_refused(client: TestClient, world: World) -> None:
    verdict = handed(client, world.code())
    address = f"/v1/verdicts/{verdict['id']}/case-file"
    assert client.post(address, data={**fields(verdict), "colour": "red"}).status_code == 400
    assert client.post(address, data={**fields(verdict), "purpose": ["doubt", "doubt"]}).status_code == 400
    assert client.post(address, data={**fields(verdict), "token": "x"}).status_code == 401
    assert client.post(address, content=b"x", headers={"Content-Type": "text/plain"}).status_code == 415
    assert client.post(address, data=fields(verdict, remark="x" * 300_000)).status_code == 413


def test_a_form_that_is_refused_is_answered_with_a_page(client: TestClient, world: World) -> None:
    verdict = handed(client, world.code())
    address = f"/v1/verdicts/{verdict['id']}/case-file"
    page = client.post(address, data={**fields(verdict), "token": "x"}, headers={"Accept": "text/html"})
    assert (page.status_code, 'data-code="token_wrong"' in page.text) == (401, True)
    json_sent = {**fields(verdict), "colour": "red"}
    assert client.post(address, json=json_sent, headers={"Accept": "text/html"}).json()["error"] == "body_malformed"


def test_the_page_of_the_verdict_has_the_form_and_no_claim_in_clear_in_it(client: TestClient, world: World) -> None:
    body = {"text": world.code(), "expected": EXPECTED}
    page = client.post("/v1/verify", json=body, params={"place": "building_site"}, headers={"Accept": "text/html"})
    assert 'action="/v1/verdicts/' in page.text
    assert "stays binding" in page.text
    gate = client.post("/v1/verify", json=body, params={"place": "gate"}, headers={"Accept": "text/html"})
    assert "/case-file" not in gate.text
