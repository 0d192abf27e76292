"""The catalogue: finding types, refusing broken folders, and a further type that no code knows."""

import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from tests.schemas.types import CATALOGUE, EXTRA_ROOT, PACKAGED, TODAY, example
from vc_core.catalogue import Catalogue
from vc_core.claims import first
from vc_core.credential_display import credential_metadata, type_metadata
from vc_core.rulebook_file import RulebookError
from vc_core.rules import judge_document


def test_the_packaged_types() -> None:
    assert sorted(PACKAGED.rulebooks) == ["a1", "ehic", "pid"]
    assert [rulebook.type_id for rulebook in PACKAGED.types()] == ["a1", "ehic", "pid"]


@pytest.mark.parametrize(
    ("format_id", "identifier", "type_id"),
    [
        ("dc+sd-jwt", "urn:eudi:pda1:1", "a1"),
        ("mso_mdoc", "eu.europa.ec.eudi.pda1.1", "a1"),
        ("dc+sd-jwt", "urn:eudi:ehic:1", "ehic"),
        ("mso_mdoc", "eu.europa.ec.eudi.ehic.1", "ehic"),
        ("dc+sd-jwt", "urn:eudi:pid:1", "pid"),
        ("mso_mdoc", "eu.europa.ec.eudi.pid.1", "pid"),
    ],
)
def test_a_type_is_found_by_its_identifier_on_the_wire(format_id: str, identifier: str, type_id: str) -> None:
    found = PACKAGED.by_identifier(format_id, identifier)
    assert found is not None
    rulebook, wire = found
    assert (rulebook.type_id, wire.identifier, wire.format_id) == (type_id, identifier, format_id)
    assert PACKAGED.by_configuration_id(wire.configuration_id) == found


@pytest.mark.parametrize(
    ("format_id", "identifier"),
    [
        pytest.param("mso_mdoc", "urn:eudi:pda1:1", id="identifier_of_another_format"),
        pytest.param("dc+sd-jwt", "urn:eudi:pda1:2", id="one_character_different"),
        pytest.param("dc+sd-jwt", "URN:EUDI:PDA1:1", id="other_case"),
        pytest.param("unknown", "urn:eudi:pda1:1", id="unknown_format"),
    ],
)
def test_an_unknown_identifier_finds_nothing(format_id: str, identifier: str) -> None:
    """SD-JWT VC, section 2.2.2.1: compared as it stands."""
    assert PACKAGED.by_identifier(format_id, identifier) is None


def test_numbers_of_inspection_codes() -> None:
    assert [PACKAGED.by_code_number(number) for number in (1, 2)] == [PACKAGED.type("a1"), PACKAGED.type("ehic")]
    assert PACKAGED.by_code_number(3) is None


def test_every_configuration_is_listed_once() -> None:
    ids = [wire.configuration_id for _, wire in CATALOGUE.configurations()]
    assert len(ids) == len(set(ids)) == 8


def test_an_unknown_type_or_configuration() -> None:
    assert PACKAGED.by_configuration_id("unknown") is None
    with pytest.raises(KeyError):
        PACKAGED.type("unknown")


# -- a further type is data --------------------------------------------------------------------------------------------


def test_a_further_type_is_loaded_from_an_extra_root() -> None:
    rulebook = CATALOGUE.type("s1")
    assert set(CATALOGUE.rulebooks) == {*PACKAGED.rulebooks, "s1"}
    assert CATALOGUE.by_code_number(901) is rulebook
    found = CATALOGUE.by_identifier("mso_mdoc", "org.example.s1.1")
    assert found is not None
    assert found[0] is rulebook


def test_a_further_type_uses_the_packaged_code_lists_and_its_own() -> None:
    rulebook = CATALOGUE.type("s1")
    assert set(rulebook.code_lists) == {"countries", "family_relation"}
    assert rulebook.code_lists["countries"].label("GR", "de") == "Griechenland"


@pytest.mark.parametrize(
    ("name", "faults", "warnings"),
    [
        ("valid_pensioner", [], []),
        ("valid_one_year_alone", [], []),
        ("invalid_s1_01_end_before_start", [("S1-01", "/ending_date", "3.2")], []),
        ("invalid_s1_02_at_home", [], [("S1-02", "/residence_country", "2")]),
        ("invalid_s1_03_other_relation", [("S1-03", "/family_member/1/relation", "4")], []),
        ("invalid_schema_birth_date_missing", [("schema", "/birth_date", "1.4")], []),
    ],
)
def test_documents_of_a_further_type_are_judged(
    name: str, faults: list[tuple[str, ...]], warnings: list[tuple[str, ...]]
) -> None:
    judgement = judge_document(CATALOGUE.type("s1"), example("s1", name), today=TODAY)
    assert [(fault.rule_id, fault.pointer, fault.box) for fault in judgement.faults] == faults
    assert [(fault.rule_id, fault.pointer, fault.box) for fault in judgement.warnings] == warnings


def test_a_further_type_has_everything_that_issuer_wallet_and_verifier_ask_for() -> None:
    rulebook = CATALOGUE.type("s1")
    claims = example("s1", "valid_pensioner")
    for profile in rulebook.profiles.values():
        for wire in profile.wires.values():
            assert wire.to_wire(claims)
            assert type_metadata(rulebook, wire)["vct"] == wire.identifier
            assert credential_metadata(rulebook, wire)["claims"]
    assert first(claims, rulebook.person.family_name) is not None
    assert rulebook.coverage is not None
    assert rulebook.inspection_code is not None
    assert set(rulebook.queries) == {"hospital_desk"}


# -- broken folders ----------------------------------------------------------------------------------------------------


def _rewrite(old: str, new: str) -> Callable[[Path], object]:
    def change(folder: Path) -> None:
        file = folder / "s1" / "rulebook.toml"
        text = file.read_text()
        assert text.count(old) >= 1
        file.write_text(text.replace(old, new))

    return change


@pytest.mark.parametrize(
    ("file", "place", "change"),
    [
        pytest.param("s1/rulebook.toml", "", _rewrite('id = "s1"\n', 'id = "s1\n'), id="no_toml"),
        pytest.param("s1/rulebook.toml", "id", _rewrite('id = "s1"\n', 'id = "pid"\n'), id="type_id_in_use"),
        pytest.param(
            "s1/claims.schema.json", "", lambda root: (root / "s1/claims.schema.json").write_text("{"), id="no_json"
        ),
        pytest.param(
            "s1/claims.schema.json", "", lambda root: (root / "s1/claims.schema.json").unlink(), id="schema_missing"
        ),
        pytest.param(
            "s1/claims.schema.json",
            "$.type",
            lambda root: (root / "s1/claims.schema.json").write_text(json.dumps({"type": "objekt"})),
            id="no_schema",
        ),
        pytest.param(
            "codelists/family_relation.toml",
            "",
            lambda root: (root / "codelists/family_relation.toml").write_text("["),
            id="code_list_no_toml",
        ),
    ],
)
def test_a_broken_file_is_named(tmp_path: Path, file: str, place: str, change: Callable[[Path], object]) -> None:
    root = tmp_path / "extra"
    shutil.copytree(EXTRA_ROOT, root)
    change(root)
    with pytest.raises(RulebookError) as raised:
        Catalogue.load(extra=[root])
    assert (raised.value.file, raised.value.place) == (str(root / file), place)


@pytest.mark.parametrize(
    ("place", "change"),
    [
        pytest.param("identifier", _rewrite("org.example.s1.1", "eu.europa.ec.eudi.pid.1"), id="identifier"),
        pytest.param(
            "configuration_id", _rewrite("org.example.s1_mdoc", "eu.europa.ec.eudi.pid_mdoc"), id="configuration"
        ),
        pytest.param("inspection_code.number", _rewrite("number = 901", "number = 1"), id="code_number"),
    ],
)
def test_two_types_share_nothing_by_which_they_are_found(
    tmp_path: Path, place: str, change: Callable[[Path], object]
) -> None:
    root = tmp_path / "extra"
    shutil.copytree(EXTRA_ROOT, root)
    change(root)
    with pytest.raises(RulebookError) as raised:
        Catalogue.load(extra=[root])
    assert raised.value.place == place


def test_examples_are_read_when_asked_for() -> None:
    examples = PACKAGED.examples("a1")
    assert "valid_posted_worker" in examples
    assert date.fromisoformat(examples["valid_posted_worker"]["starting_date"]) <= TODAY
