"""What a role asks and gets to see: `verifier/profiles` (users.md, J12, J15, J16)."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.verifier.test_identity_match import NUMBER, identity, vp_token
from tests.verifier.wallet import ask, bearer, form, present, read
from tests.verifier.world import World
from vc_core.catalogue import Catalogue
from vc_core.verdict import Word
from verifier.inspection_profiles import LEVELS, InspectionProfile, View, load_profiles

SD_JWT = "dc+sd-jwt"
EXPECTED = {"day": "2026-02-15", "host_state": "DE"}
PERSONAL = (NUMBER, "1988", "12 avril", "12 April", "Paris", "Berlin")
"""Of the holder: number, birth date, places; the last two stand in no name."""


def test_every_profile_fits_the_rulebooks(catalogue: Catalogue) -> None:
    profiles = load_profiles().by_id
    assert set(profiles) == {"building_site", "roadside", "hospital_desk", "gate"}
    for profile in profiles.values():
        asked = [one.type_id for one in catalogue.types() if profile.query in one.queries]
        assert set(profile.types or ()) <= set(asked), profile.id
        for type_id, paths in (profile.sees or {}).items():
            assert all(catalogue.type(type_id).claim(path) for path in paths), (profile.id, type_id)


def test_every_word_has_a_level() -> None:
    assert set(LEVELS) == set(Word)


# ------------------------------------------------------------------------------------------------------------ the gate
def at_the_gate(client: TestClient, world: World) -> Any:
    asked = ask(client, profile="gate", identified_by="pid", expected=EXPECTED)
    shown = vp_token(world, asked, world.credential(SD_JWT), identity(world))
    assert client.post(asked.response_path, data=form(asked, shown)).status_code == 200
    return asked


def test_the_gate_sees_the_level_and_the_name(client: TestClient, world: World) -> None:
    """J16, AC1."""
    found = {one["document"]["type_id"]: one for one in read(client, at_the_gate(client, world))["verdicts"]}
    assert [found[type_id]["level"] for type_id in ("a1", "pid")] == ["green", "green"]
    assert found["pid"]["claims"] == {"family_name": "Moreau", "given_name": "Camille Élodie"}
    assert found["a1"]["claims"] == {}
    assert found["a1"]["document"].keys() == {"type_id", "title"}
    assert found["a1"]["identity_compared"] == "yes"


def test_nothing_else_of_the_person_is_in_answer_or_page(client: TestClient, world: World) -> None:
    asked = at_the_gate(client, world)
    address, headers = f"/v1/requests/{asked.offer['id']}", bearer(asked.offer["read_token"])
    page = client.get(address, headers={**headers, "Accept": "text/html"}, params={"place": "gate"})
    assert page.status_code == 200
    assert "Moreau" in page.text
    for text in (page.text, client.get(address, headers=headers).text):
        assert not [said for said in PERSONAL if said in text]


def test_a_code_scanned_at_the_gate_says_no_more(client: TestClient, world: World) -> None:
    body = {"text": world.code(), "expected": EXPECTED}
    answer = client.post("/v1/verify", json=body, params={"place": "gate"})
    assert (answer.json()["level"], answer.json()["claims"]) == (
        "green", {"credential_holder": {"family_name": "Moreau", "given_name": "Camille Élodie"}},
    )  # fmt: skip
    page = client.post("/v1/verify", json=body, params={"place": "gate"}, headers={"Accept": "text/html"})
    for text in (answer.text, page.text):
        assert not [said for said in PERSONAL if said in text]
    assert client.post("/v1/verify", json=body).json()["claims"].keys() > {"credential_holder"}


# -------------------------------------------------------------------------------------------------------- other roles
def test_a_profile_names_what_has_to_be_asked(client: TestClient) -> None:
    body: dict[str, Any] = {"type": "a1", "profile": "roadside", "expected": {"day": "2026-02-15"}}
    refused = client.post("/v1/requests", json=body)
    assert (refused.status_code, refused.json()["error"]) == (422, "expectation_missing")
    assert client.post("/v1/requests", json={**body, "expected": EXPECTED}).status_code == 201


def test_a_profile_is_for_its_types(client: TestClient) -> None:
    body = {"type": "ehic", "profile": "gate"}
    assert client.post("/v1/requests", json=body).json()["error"] == "profile_unknown"


def test_at_the_roadside_the_document_is_seen(client: TestClient, world: World) -> None:
    asked = ask(client, profile="roadside", expected=EXPECTED)
    client.post(asked.response_path, data=form(asked, present(world, asked, world.credential(SD_JWT))))
    [verdict] = read(client, asked)["verdicts"]
    assert verdict["verdict"] == "CONFIRMED"
    assert {"employer", "work_information", "document_number"} <= verdict["claims"].keys()
    assert "date_of_issuance" not in verdict["claims"]


def test_the_name_of_a_query_is_a_profile_without_limits() -> None:
    assert load_profiles().of("identity") == InspectionProfile(id="identity", query="identity")


BAD = {
    "unknown_member": 'query = "a"\nview = "full"\nexpects = []\ncolour = "red"\n',
    "unknown_view": 'query = "a"\nview = "partial"\nexpects = []\n',
    "unknown_expectation": 'query = "a"\nview = "full"\nexpects = ["weather"]\n',
    "level_without_claims": 'query = "a"\nview = "level"\nexpects = []\n',
}


@pytest.mark.parametrize("text", BAD.values(), ids=BAD)
def test_files_that_are_no_profile(tmp_path: Path, text: str) -> None:
    (tmp_path / "one.toml").write_text(text)
    with pytest.raises(ValueError, match=r"one|View"):
        load_profiles(tmp_path)


def test_a_full_view_leaves_a_verdict_as_it_is() -> None:
    verdict = {"verdict": "CONFIRMED", "document": {"type_id": "x"}, "claims": {"a": 1}, "checks": []}
    assert InspectionProfile(id="x", query="x", view=View.FULL).shown(verdict) == verdict


def test_somebody_of_no_particular_role_may_ask_whatever_a_type_knows(catalogue: Catalogue) -> None:
    """Also what no type here knows yet; a role that names its questions, those alone."""
    rulebook = catalogue.type("a1")
    another = replace(rulebook, dialogues={**rulebook.dialogues, "another": rulebook.dialogues["doubt"]})
    verdict = {"verdict": "CONFIRMED"}
    nobody = InspectionProfile(id="somewhere", query="somewhere")
    assert list(nobody.dialogues(verdict, another)) == ["doubt", "another"]
    assert list(replace(nobody, offers=("doubt",)).dialogues(verdict, another)) == ["doubt"]
    assert list(replace(nobody, offers=()).dialogues(verdict, another)) == []
    assert nobody.dialogues({"verdict": "UNHEARD"}, another) == nobody.dialogues(verdict, None) == {}
