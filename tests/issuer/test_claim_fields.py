"""A type's claims as the fields of a form: every claim once, in the order of the paper form."""

from collections.abc import Iterator

import pytest

from issuer.claim_entries import fields_of, lists_of
from issuer.claim_fields import MAX_ENTRIES, Entries, Field, FieldKind, Group, Node, sections_of
from tests.schemas.types import CATALOGUE
from vc_core.claims import ClaimPath, json_pointer, read_path

TYPES = sorted(CATALOGUE.rulebooks)
A1 = CATALOGUE.type("a1")
FIELDS = fields_of(sections_of(A1))


def field(pointer: str) -> Field:
    return FIELDS[read_path(pointer)]


def paths(node: Node) -> Iterator[ClaimPath]:
    yield node.path
    match node:
        case Group():
            for member in node.members:
                yield from paths(member)
        case Entries():
            yield from paths(node.element)
        case Field():
            pass


@pytest.mark.parametrize("type_id", TYPES)
def test_every_claim_has_its_place_once(type_id: str) -> None:
    rulebook = CATALOGUE.type(type_id)
    placed = [path for section in sections_of(rulebook) for node in section.nodes for path in paths(node)]
    assert len(placed) == len(set(placed))
    assert {path for path in placed if path[-1] is not None} == set(rulebook.schema.paths)
    assert set(fields_of(sections_of(rulebook))) == set(rulebook.schema.leaves)


def test_the_sections_are_those_of_the_paper_form() -> None:
    told = [(section.form.number, len(section.nodes)) for section in sections_of(A1) if section.form]
    assert told == [("1", 2), ("2", 6), ("3", 3), ("4", 1), ("5", 1), ("6", 5)]


def test_a_type_that_tells_nothing_of_its_form_has_the_order_of_its_claims() -> None:
    rulebook = CATALOGUE.type("s1")
    (section,) = sections_of(rulebook)
    assert section.form is None
    assert [node.path for node in section.nodes] == [entry.path for entry in rulebook.claims if len(entry.path) == 1]


@pytest.mark.parametrize(
    ("pointer", "kind", "required"),
    [
        ("/credential_holder/family_name", FieldKind.TEXT, True),
        ("/starting_date", FieldKind.DATE, True),
        ("/date_of_expiry", FieldKind.DATE, False),
        ("/provisional_determination", FieldKind.YES_NO, False),
        ("/legislation_country", FieldKind.CHOICE, True),
        ("/employer/*/type", FieldKind.CHOICE, True),
        ("/work_information/no_fixed_place_of_work", FieldKind.CHOICE, False),
        ("/work_information/work_address/*/locality", FieldKind.TEXT, True),
        ("/work_information/work_address/*/formatted", FieldKind.LONG_TEXT, False),
    ],
)
def test_what_a_field_is(pointer: str, kind: FieldKind, required: bool) -> None:
    assert (field(pointer).kind, field(pointer).required) == (kind, required)


def test_a_choice_holds_the_codes_of_the_schema_before_those_of_the_list() -> None:
    assert field("/employer/*/type").codes == ("01", "02")
    assert "FR" in field("/legislation_country").codes
    assert field("/credential_holder/family_name").codes == ()


def test_a_number_of_few_values_is_a_choice_without_words() -> None:
    sex = fields_of(sections_of(CATALOGUE.type("pid")))[("sex",)]
    assert (sex.kind, sex.codes[0], sex.code_list) == (FieldKind.CHOICE, "0", None)


def test_a_rule_about_the_form_of_a_claim_is_its_hint() -> None:
    told = field("/issuing_authority/id").format_texts
    assert told is not None
    assert "colon" in told["en"]
    assert field("/issuing_authority/name").format_texts is None


def test_a_length_is_told_where_there_is_a_least_one() -> None:
    assert (field("/document_number").least, field("/document_number").most) == (4, 50)
    assert field("/credential_holder/family_name").most is None


def test_lists_are_bounded() -> None:
    lists = lists_of(sections_of(A1))
    assert {json_pointer(path): entries.most for path, entries in lists.items()} == {
        "/employer": MAX_ENTRIES,
        "/work_information/work_address": MAX_ENTRIES,
    }
