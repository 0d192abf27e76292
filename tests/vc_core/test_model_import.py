"""Documents of other systems' models: a published sample, and each way in which a place becomes a claim."""

from typing import Any

import pytest

from tests.packaged import CATALOGUE
from tests.vectors import models, read_json
from vc_core.model_import import Imported, import_document
from vc_core.rejection import Rejection

V0: dict[str, Any] = {
    "social_security_pin": "288041300512345",
    "nationality": ["FR"],
    "details_of_employment": [
        {
            "type_of_employment": "01",
            "name": "Ateliers Durance SAS",
            "ids_of_employer": [{"employer_id": "80012345600017", "type_of_id": "01"}],
            "address": {"street": "Rue Haute 1", "town": "Marseille", "country": "FR"},
        }
    ],
    "places_of_work": [
        {
            "a_fixed_place_of_work_exist": True,
            "country_work": "EL",
            "place_of_work": [
                {"company_vessel_name": "Ergotaxio", "address": {"town": "Athina", "postal_code": "10431"}}
            ],
        }
    ],
    "decision_legislation_applicable": {
        "member_state_which_legislation_applies": "FR",
        "starting_date": "2026-02-01",
        "ending_date": "2026-12-31",
    },
    "status_confirmation": "01",
    "unique_number_of_issued_document": "FR-A1-2026-000777",
    "competent_institution": {"institution_id": "FR:117000", "institution_name": "Urssaf", "country_code": "FR"},
}


def read(document: dict[str, Any], model: str = "dc4eu-v0", type_id: str = "a1") -> Imported:
    return import_document(CATALOGUE.imports[type_id][model], CATALOGUE.type(type_id), document)


def test_published_sample_of_we_build() -> None:
    found = read(read_json(models() / "we-build-pda1.sample.json"), "we-build")
    assert found.claims["credential_holder"] == {
        "family_name": "Rossi",
        "given_name": "Maria Elena",
        "birth_date": "1978-11-30",
    }
    assert (found.claims["starting_date"], found.claims["ending_date"]) == ("2026-02-01", "2027-01-31")
    assert found.claims["work_information"]["work_address"][0]["locality"] == "München"
    assert found.claims["provisional_determination"] is False
    assert {"/subject/gender", "/subject/nationalities/2", "/competentInstitution/email"} <= set(found.unmapped)
    assert not any(pointer.startswith("/memberstateAppliedLegislation") for pointer in found.unmapped)


def test_we_build_writes_no_fixed_place_as_an_empty_list() -> None:
    found = read({"placesOfWork": {"LU": [], "DE": [{"address": {"town": "Trier", "countryCode": "DE"}}]}}, "we-build")
    assert found.claims["work_information"] == {
        "no_fixed_place_of_work": "LU",
        "work_address": [{"locality": "Trier", "country": "DE"}],
    }
    assert found.unmapped == ()


def test_upload_document_of_2024() -> None:
    found = read(V0)
    assert found.claims["employer"] == [
        {"type": "01", "id": "80012345600017", "name": "Ateliers Durance SAS", "country": "FR"}
    ]
    assert found.claims["issuing_authority"] == {"id": "FR:117000", "name": "Urssaf", "country": "FR"}
    assert found.unmapped == (
        "/nationality/0",
        "/details_of_employment/0/ids_of_employer/0/type_of_id",
        "/details_of_employment/0/address/street",
        "/details_of_employment/0/address/town",
    )


def test_a_state_is_written_as_the_list_of_states_has_it() -> None:
    """EESSI writes EL; the place takes its State from the entry around it."""
    assert read(V0).claims["work_information"] == {
        "work_address": [{"locality": "Athina", "postal_code": "10431", "country": "GR", "company_name": "Ergotaxio"}]
    }


def test_an_open_end_is_no_day() -> None:
    legislation = {**V0["decision_legislation_applicable"], "ending_date": "2499-01-01"}
    found = read({**V0, "decision_legislation_applicable": legislation})
    assert "ending_date" not in found.claims
    assert found.unmapped == read(V0).unmapped


def test_one_state_without_a_fixed_place_is_carried_and_the_second_is_reported() -> None:
    places = [{"a_fixed_place_of_work_exist": False, "country_work": state} for state in ("UK", "DE")]
    found = read({**V0, "places_of_work": places})
    assert found.claims["work_information"] == {"no_fixed_place_of_work": "GB"}
    assert found.unmapped[-1] == "/places_of_work/1/country_work"


def test_what_the_model_does_not_know_is_reported() -> None:
    assert "/surprise/0/deep" in read({**V0, "surprise": [{"deep": 1}]}).unmapped


def test_an_empty_document_says_nothing() -> None:
    assert read({}).claims == {}


def test_an_endless_list_is_refused() -> None:
    with pytest.raises(Rejection, match="array_too_long"):
        read({**V0, "places_of_work": [{}] * 1001})


@pytest.mark.parametrize(
    ("type_id", "model"), [(type_id, model) for type_id, known in CATALOGUE.imports.items() for model in known]
)
def test_models_name_claims_that_rules_ask_for(type_id: str, model: str) -> None:
    """Whatever a model lacks of what the schema requires is named in its file; all others lead somewhere."""
    known = CATALOGUE.imports[type_id][model]
    targets = {move.target[0] for move in known.moves} | {listing.target[0] for listing in known.listings}
    required = {entry.path[0] for entry in CATALOGUE.type(type_id).claims if entry.mandatory}
    assert required - targets <= {"date_of_issuance", "credential_holder"}
