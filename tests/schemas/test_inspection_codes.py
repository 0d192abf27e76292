"""The inspection code of each type, as its rulebook plans it: small enough, and read back as canonical claims."""

from datetime import timedelta

import pytest

from tests import pilot
from tests.schemas.types import CATALOGUE, named_examples
from vc_core import inspection_code
from vc_core.claims import first
from vc_core.rulebook import CodeProfile
from vc_core.rules import schema_faults
from vc_core.status_list import StatusReference

STATUS = StatusReference(uri=f"{pilot.STATUS_PREFIX}0123456789abcdef", idx=1_048_575)
CODED = [(type_id, name) for type_id, name in named_examples("valid_") if CATALOGUE.type(type_id).inspection_code]


def _profile(type_id: str) -> CodeProfile:
    profile = CATALOGUE.type(type_id).inspection_code
    assert profile is not None
    return profile


def _text(type_id: str, name: str) -> str:
    payload = inspection_code.plan(
        _profile(type_id),
        CATALOGUE.examples(type_id)[name],
        issued_at=pilot.NOW,
        expires_at=pilot.NOW + timedelta(days=90),
        status=STATUS,
    )
    return inspection_code.write(inspection_code.sign(payload, pilot.DOCUMENT_SIGNER))


@pytest.mark.parametrize(("type_id", "name"), CODED, ids=lambda value: value)
def test_every_example_fits_one_code(type_id: str, name: str) -> None:
    """At most 640 bytes after compression; `write` refuses more."""
    assert _text(type_id, name).startswith(inspection_code.PREFIX)


@pytest.mark.parametrize(("type_id", "name"), CODED, ids=lambda value: value)
def test_a_code_is_read_back_as_canonical_claims(type_id: str, name: str) -> None:
    rulebook, profile = CATALOGUE.type(type_id), _profile(type_id)
    claims = CATALOGUE.examples(type_id)[name]
    read = inspection_code.canonical_claims(profile, inspection_code.read(_text(type_id, name)).members)
    assert schema_faults(rulebook, read, partial=True) == ()
    for claim in profile.claims:
        written, back = first(claims, claim.sources), first(read, [claim.target])
        assert (written is None) == (back is None), claim.name
        if written and back and not claim.fields:
            assert back.value == written.value


@pytest.mark.parametrize(("type_id", "name"), CODED, ids=lambda value: value)
def test_a_code_names_the_person_whom_the_document_is_about(type_id: str, name: str) -> None:
    rulebook = CATALOGUE.type(type_id)
    read = inspection_code.canonical_claims(_profile(type_id), inspection_code.read(_text(type_id, name)).members)
    for sources in (rulebook.person.family_name, rulebook.person.given_name, rulebook.person.birth_date):
        named, meant = first(read, sources), first(CATALOGUE.examples(type_id)[name], sources)
        assert named is not None
        assert meant is not None
        assert named.value == meant.value


def test_keys_of_the_health_card_are_the_fields_of_decision_s2() -> None:
    """Users, d1: eight fields, in the order of the card."""
    keys = {claim.key: claim.name for claim in _profile("ehic").claims}
    assert [keys[field] for field in range(2, 10)] == [
        "issuing_country",
        "family_name",
        "given_name",
        "birth_date",
        "personal_administrative_number",
        "institution",
        "document_number",
        "date_of_expiry",
    ]


def test_twelve_employers_are_cut_to_what_fits() -> None:
    profile = _profile("a1")
    members = inspection_code.read(_text("a1", "valid_twelve_employers")).members
    assert {claim.name for claim in inspection_code.truncated(profile, members)} == {"employer", "place_of_work"}
