"""What wallets are told of a type: type metadata and credential metadata."""

import json
from typing import Any

import pytest

from tests.schemas.types import CATALOGUE, example
from vc_core.claims import Claims, find, parse_pointer
from vc_core.credential_display import claims_description, credential_display, credential_metadata, type_metadata
from vc_core.rulebook import Rulebook, WireType
from vc_core.sd_jwt_vc import parse_type_metadata

FORMS = CATALOGUE.configurations()
IDS = [wire.configuration_id for _, wire in FORMS]


def _at(claims: list[dict[str, Any]], *path: Any) -> dict[str, Any]:
    return next(claim for claim in claims if claim["path"] == list(path))


def _form(configuration_id: str) -> tuple[Rulebook, WireType]:
    found = CATALOGUE.by_configuration_id(configuration_id)
    assert found is not None
    return found


@pytest.mark.parametrize(("rulebook", "wire"), FORMS, ids=IDS)
def test_type_metadata_is_what_its_reader_accepts(rulebook: Rulebook, wire: WireType) -> None:
    """SD-JWT VC, section 5."""
    document = type_metadata(rulebook, wire)
    metadata = parse_type_metadata(json.dumps(document).encode())
    assert metadata.vct == wire.identifier
    assert len(metadata.claims) == len(document["claims"])


@pytest.mark.parametrize(("rulebook", "wire"), FORMS, ids=IDS)
def test_every_claim_described_is_carried_and_every_claim_carried_is_described(
    rulebook: Rulebook, wire: WireType
) -> None:
    described = {parse_pointer(claim["path"]) for claim in type_metadata(rulebook, wire)["claims"]}
    assert described == {path for entry in rulebook.claims if (path := wire.wire_path(entry.path))}
    for claim in type_metadata(rulebook, wire)["claims"]:
        assert {display["locale"] for display in claim["display"]} == {"en", "fr", "de"}


@pytest.mark.parametrize(("rulebook", "wire"), FORMS, ids=IDS)
def test_a_mandatory_claim_is_in_every_valid_example(rulebook: Rulebook, wire: WireType) -> None:
    """SD-JWT VC, section 5.6.3: the issuer keeps to its own metadata."""
    mandatory = [claim["path"] for claim in type_metadata(rulebook, wire)["claims"] if claim.get("mandatory")]
    assert mandatory
    documents: list[Claims] = [
        wire.to_wire(claims)
        for name, claims in CATALOGUE.examples(rulebook.type_id).items()
        if name.startswith("valid_")
    ]
    for path in mandatory:
        assert all(find(claims, parse_pointer(path)) for claims in documents), path


def test_type_metadata_of_an_a1() -> None:
    document = type_metadata(*_form("eu.europa.ec.eudi.pda1_sd_jwt_vc"))
    assert document["vct"] == "urn:eudi:pda1:1"
    assert [display["locale"] for display in document["display"]] == ["en", "fr", "de"]
    assert _at(document["claims"], "document_number")["sd"] == "always"
    assert _at(document["claims"], "employer", None, "name") == {
        "path": ["employer", None, "name"],
        "display": [
            {"locale": "en", "label": "Name"},
            {"locale": "fr", "label": "Nom"},
            {"locale": "de", "label": "Name"},
        ],
        "mandatory": True,
        "sd": "never",
    }
    assert "mandatory" not in _at(document["claims"], "date_of_expiry")
    assert not [claim for claim in document["claims"] if claim["path"][0] == "credential_holder"]


def test_claims_of_an_mdoc_are_namespace_and_element() -> None:
    """OpenID4VCI 1.0, appendix B.2; OpenID4VP 1.0, section 7.2."""
    rulebook, wire = _form("eu.europa.ec.eudi.pid_mdoc")
    claims = claims_description(rulebook, wire)
    assert {claim["path"][0] for claim in claims} == {"eu.europa.ec.eudi.pid.1"}
    assert {len(claim["path"]) for claim in claims} == {2}
    assert _at(claims, "eu.europa.ec.eudi.pid.1", "birth_date")["mandatory"] is True
    elements = [claim["path"][1] for claim in claims]
    assert len(elements) == len(set(elements))
    assert set(wire.to_wire(example("pid", "valid_every_claim"))) == set(elements)


def test_credential_metadata_has_a_card_for_each_language() -> None:
    rulebook, wire = _form("eu.europa.ec.eudi.ehic_sd_jwt_vc")
    metadata = credential_metadata(rulebook, wire)
    assert metadata["display"] == credential_display(rulebook)
    assert {card["locale"]: card["name"] for card in metadata["display"]} == {
        "en": "European Health Insurance Card",
        "fr": "Carte européenne d’assurance maladie",
        "de": "Europäische Krankenversicherungskarte",
    }
    assert metadata["display"][0]["background_color"] == rulebook.design.background_color
