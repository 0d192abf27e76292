"""Who a document is about: decided or refused, never guessed."""

from dataclasses import replace
from typing import Any

import pytest

from tests.packaged import CATALOGUE
from vc_core.person_match import (
    Agreement,
    Candidate,
    Matched,
    NotMatched,
    PersonFacts,
    Unmatched,
    compare,
    find_document,
    person_facts,
)

CAMILLE = PersonFacts(
    family_name="Moreau", given_name="Camille Élodie", birth_date="1988-04-12", personal_number="2 88 04 13"
)
NAMELESS = PersonFacts(birth_date="1988-04-12")

SAME: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "identical": ({}, {}),
    "case": ({}, {"family_name": "MOREAU"}),
    "diacritics": ({}, {"given_name": "Camille Elodie"}),
    "order_of_forenames": ({}, {"given_name": "Élodie Camille"}),
    "surname_first": ({}, {"family_name": "Camille Élodie", "given_name": "Moreau"}),
    "number_spelt_otherwise": ({}, {"personal_number": "28804-13"}),
    "number_on_one_side_only": ({}, {"personal_number": None}),
    "umlaut_written_out": ({"family_name": "Müller"}, {"family_name": "MUELLER"}),
    "umlaut_dropped": ({"family_name": "Müller"}, {"family_name": "Muller"}),
    "hyphen": ({"given_name": "Jean-Pierre"}, {"given_name": "Jean Pierre"}),
    "written_together": ({"family_name": "De la Croix"}, {"family_name": "Delacroix"}),
    "greek": (
        {"family_name": "Παπαδοπούλου", "given_name": "Αθηνά"},
        {"family_name": "Papadopoulou", "given_name": "Athina"},
    ),
    "bulgarian": (
        {"family_name": "Щърбанов", "given_name": "Георги"},
        {"family_name": "Shtarbanov", "given_name": "Georgi"},
    ),
}


@pytest.mark.parametrize(("ours", "theirs"), SAME.values(), ids=SAME)
def test_same_person(ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    assert compare(replace(CAMILLE, **ours), replace(CAMILLE, **theirs)) is Agreement.SAME
    assert compare(replace(CAMILLE, **theirs), replace(CAMILLE, **ours)) is Agreement.SAME


NOT_SAME: dict[str, tuple[dict[str, Any], Agreement]] = {
    "birth_date_differs": ({"birth_date": "1988-12-04"}, Agreement.ANOTHER),
    "another_forename": ({"given_name": "Chloé"}, Agreement.ANOTHER),
    "another_surname": ({"family_name": "Delcourt"}, Agreement.ANOTHER),
    "letters_in_another_order": ({"family_name": "Moraeu"}, Agreement.ANOTHER),
    "forename_left_out": ({"given_name": "Camille"}, Agreement.NAME_IN_PART),
    "surname_added": ({"family_name": "Moreau Delcourt"}, Agreement.NAME_IN_PART),
    "initial": ({"given_name": "Camille É."}, Agreement.ANOTHER),
    "number_differs": ({"personal_number": "99"}, Agreement.NUMBER_DIFFERS),
    "birth_date_missing": ({"birth_date": None}, Agreement.FACTS_MISSING),
    "surname_missing": ({"family_name": None}, Agreement.FACTS_MISSING),
    "name_without_letters": ({"family_name": "-", "given_name": "-"}, Agreement.ANOTHER),
}


@pytest.mark.parametrize(("change", "agreement"), NOT_SAME.values(), ids=NOT_SAME)
def test_not_the_same_person(change: dict[str, Any], agreement: Agreement) -> None:
    assert compare(CAMILLE, replace(CAMILLE, **change)) is agreement
    assert compare(replace(CAMILLE, **change), CAMILLE) is agreement


def candidate(number: int, institution: str = "FR:1", **change: Any) -> Candidate:
    return Candidate(document_id=f"d{number}", institution_id=institution, person=replace(CAMILLE, **change))


FOUND: dict[str, tuple[list[Candidate], Matched | NotMatched]] = {
    "one": ([candidate(1)], Matched("d1")),
    "one_beside_others": (
        [candidate(1, given_name="Camille"), candidate(2), candidate(3, family_name="Delcourt")],
        Matched("d2"),
    ),
    "none": ([], NotMatched(Agreement.ANOTHER)),
    "none_of_this_person": ([candidate(1, given_name="Chloé")], NotMatched(Agreement.ANOTHER)),
    "two": ([candidate(1), candidate(2)], NotMatched(Unmatched.SEVERAL_DOCUMENTS)),
    "two_institutions": ([candidate(1), candidate(2, "FR:2")], NotMatched(Unmatched.SEVERAL_INSTITUTIONS)),
    "in_part_only": ([candidate(1, given_name="Camille")], NotMatched(Agreement.NAME_IN_PART)),
    "another_number": (
        [candidate(1, given_name="Camille"), candidate(2, personal_number="99")],
        NotMatched(Agreement.NUMBER_DIFFERS),
    ),
}


@pytest.mark.parametrize(("candidates", "found"), FOUND.values(), ids=FOUND)
def test_document_of_the_person(candidates: list[Candidate], found: Matched | NotMatched) -> None:
    assert find_document(CAMILLE, candidates) == found


def test_nothing_is_found_for_somebody_who_does_not_say_who_they_are() -> None:
    assert find_document(NAMELESS, [candidate(1)]) == NotMatched(Agreement.FACTS_MISSING)


@pytest.mark.parametrize("type_id", CATALOGUE.rulebooks)
def test_every_rulebook_says_where_the_person_stands(type_id: str) -> None:
    catalogue = CATALOGUE
    for name, claims in catalogue.examples(type_id).items():
        facts = person_facts(catalogue.type(type_id).person, claims)
        assert name.startswith("invalid") or (facts.family_name and facts.given_name and facts.birth_date), name


def test_what_is_no_text_counts_as_not_said() -> None:
    paths = CATALOGUE.type("pid").person
    assert person_facts(paths, {"family_name": 1, "given_name": " ", "birthdate": []}) == PersonFacts()
