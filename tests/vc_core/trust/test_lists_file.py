"""The file that names several trust lists: what it says, and that a slip in it is a fault and never a wider trust."""

import re
from pathlib import Path

import pytest

from vc_core.trust.lists_file import ListPlace, parse_trust_lists_file

FILE = Path("/pilot/pki/trust-lists.toml")
README = Path(__file__).parents[3] / "README.md"
GOOD = """
[[list]]
name = "fr"
source = "https://trust.example/fr.jwt"
operator_certificate = "fr.pem"
territories = ["FR"]
types = ["a1", "ehic"]
minimum_sequence = 41

[[list]]
name = "pid"
source = "lists/pid.jwt"
operator_certificate = "/etc/trust/pid.pem"
"""


def test_each_list_has_its_place_its_operator_and_its_limits() -> None:
    assert parse_trust_lists_file(GOOD, FILE) == (
        ListPlace(
            name="fr",
            source="https://trust.example/fr.jwt",
            operator_certificate=FILE.parent / "fr.pem",
            territories=frozenset({"FR"}),
            types=frozenset({"a1", "ehic"}),
            minimum_sequence=41,
        ),
        ListPlace(
            name="pid",
            source=str(FILE.parent / "lists" / "pid.jwt"),
            operator_certificate=Path("/etc/trust/pid.pem"),
        ),
    )


FAULTS = {
    "not_toml": ("[[list]]", "[[list", "trust-lists.toml"),
    "no_list": (GOOD, "", "one table"),
    "one_table": ("[[list]]", "[list]", "trust-lists.toml"),
    "something_else": ("\n[[list]]\nname = \"fr\"", "\nreuse = 5\n[[list]]\nname = \"fr\"", "nothing else"),
    "member_misspelt": ("territories", "territory", "list 1: unknown members territory"),
    "name_missing": ('name = "fr"', "", "list 1: name"),
    "name_empty": ('name = "fr"', 'name = ""', "list 1: name"),
    "name_of_other_characters": ('name = "fr"', 'name = "f r"', "list 1: name"),
    "name_twice": ('name = "pid"', 'name = "fr"', "two lists are called fr"),
    "source_missing": ('source = "lists/pid.jwt"', "", "list 2: source"),
    "operator_missing": ('operator_certificate = "fr.pem"', "", "list 1: operator_certificate"),
    "operator_is_no_text": ('operator_certificate = "fr.pem"', "operator_certificate = 1", "operator_certificate"),
    "territories_none": ('["FR"]', "[]", "list 1: territories"),
    "territories_text": ('["FR"]', '"FR"', "list 1: territories"),
    "territories_long": ('["FR"]', '["FRA"]', "list 1: territories"),
    "territories_small": ('["FR"]', '["fr"]', "list 1: territories"),
    "types_none": ('["a1", "ehic"]', "[]", "list 1: types"),
    "types_text": ('["a1", "ehic"]', '"a1"', "list 1: types"),
    "types_of_no_name": ('["a1", "ehic"]', '["a1", ""]', "list 1: types"),
    "minimum_negative": ("= 41", "= -1", "list 1: minimum_sequence"),
    "minimum_text": ("= 41", '= "41"', "list 1: minimum_sequence"),
    "minimum_boolean": ("= 41", "= true", "list 1: minimum_sequence"),
}  # fmt: skip


@pytest.mark.parametrize(("said", "instead", "message"), FAULTS.values(), ids=FAULTS)
def test_a_slip_is_a_fault(said: str, instead: str, message: str) -> None:
    assert said in GOOD
    with pytest.raises(ValueError, match=message):
        parse_trust_lists_file(GOOD.replace(said, instead, 2 if said == "[[list]]" else 1), FILE)


def test_the_example_in_the_readme_is_one() -> None:
    (example,) = re.findall(r"^```toml\n(.*?)^```", README.read_text(), re.M | re.S)
    fr, de = parse_trust_lists_file(example, FILE)
    assert (fr.name, fr.is_remote, fr.territories) == ("fr", True, frozenset({"FR"}))
    assert (de.source, de.minimum_sequence) == (str(FILE.parent / "de.jwt"), 41)
