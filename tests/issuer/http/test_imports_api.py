"""An institution sends a document in another system's model: claims, what was lost, what rules object to."""

from tests.issuer.world import CNAM, URSSAF, World
from tests.packaged import CATALOGUE
from tests.vc_core.test_model_import import V0


def test_a_document_is_read_completed_and_registered(world: World) -> None:
    before = world.rows()
    answer = world.client().post("/v1/a1/imports/dc4eu-v0", json=V0, headers=world.auth())
    assert answer.status_code == 200
    body = answer.json()
    assert "/nationality/0" in body["unmapped"]
    assert {fault["pointer"] for fault in body["faults"]} == {"/credential_holder", "/date_of_issuance"}
    assert world.rows() == before
    person = {"family_name": "Moreau", "given_name": "Camille", "birth_date": "1988-04-12"}
    claims = {**body["claims"], "credential_holder": person, "date_of_issuance": "2026-02-10"}
    again = world.post(claims)
    assert again.status_code == 201, again.text


def test_a_model_that_is_not_known(world: World) -> None:
    answer = world.client().post("/v1/a1/imports/paper", json=V0, headers=world.auth())
    assert (answer.status_code, answer.json()["error"]) == (404, "import_model_unknown")
    assert answer.json()["known"] == sorted(CATALOGUE.imports["a1"]) != []


def test_a_type_that_the_institution_may_not_issue(world: World) -> None:
    answer = world.client().post("/v1/a1/imports/dc4eu-v0", json=V0, headers=world.auth(CNAM))
    assert (answer.status_code, answer.json()["error"]) == (403, "type_not_entitled")


def test_a_body_that_is_no_object(world: World) -> None:
    answer = world.client().post("/v1/a1/imports/dc4eu-v0", json=[V0], headers=world.auth(URSSAF))
    assert (answer.status_code, answer.json()["error"]) == (400, "body_malformed")
