"""Files of a type: each defect is refused with the file and the place."""

import copy
import json
import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import pytest

from tests.schemas.types import CATALOGUE, EXTRA_ROOT
from vc_core.claims_schema import ClaimsSchema
from vc_core.rule_kinds import Test
from vc_core.rulebook_file import RulebookError, build_code_list, build_rulebook

FOLDER = EXTRA_ROOT / "s1"
DOCUMENT: dict[str, Any] = tomllib.loads((FOLDER / "rulebook.toml").read_text())
SCHEMA = ClaimsSchema(json.loads((FOLDER / "claims.schema.json").read_text()))
CODE_LISTS = CATALOGUE.type("s1").code_lists

ALL = [claim["path"] for claim in DOCUMENT["claim"] if claim["path"].count("/") == 1]

Change = Callable[[dict[str, Any]], object]


def section(claims: list[str] = ALL, **changes: Any) -> dict[str, Any]:
    return {"title": {"en": "Form", "fr": "Formulaire", "de": "Formular"}, "claims": claims, **changes}


def _build(document: dict[str, Any]) -> object:
    return build_rulebook(document, schema=SCHEMA, code_lists=CODE_LISTS, file="s1/rulebook.toml")


def test_the_unchanged_file_is_accepted() -> None:
    _build(DOCUMENT)


def test_sections_of_the_paper_form_hold_every_claim_once() -> None:
    rulebook = build_rulebook(
        {**DOCUMENT, "form": {"section": [section(number="1")]}}, schema=SCHEMA, code_lists=CODE_LISTS, file="x"
    )
    (read,) = rulebook.form.sections
    assert (read.number, read.title("de"), len(read.claims)) == ("1", "Formular", len(ALL))


DEFECTS: dict[str, tuple[str, Change]] = {
    "unknown_key": ("colour", lambda d: d.update(colour="blue")),
    "unknown_key_of_a_claim": ("claim.0.lable", lambda d: d["claim"][0].update(lable={})),
    "unknown_key_of_a_case": ("rule.0.case.0.date_order.middle", lambda d: d["rule"][0]["case"][0].update(middle="/x")),
    "key_missing": ("description", lambda d: d.pop("description")),
    "id_in_capitals": ("id", lambda d: d.update(id="S1")),
    "label_without_french": ("claim.0.label", lambda d: d["claim"][0]["label"].pop("fr")),
    "title_empty": ("title", lambda d: d["title"].update(de="")),
    "path_not_in_schema": ("claim.0.path", lambda d: d["claim"][0].update(path="/surname")),
    "path_without_slash": ("claim.0.path", lambda d: d["claim"][0].update(path="family_name")),
    "path_as_array": ("claim.0.path", lambda d: d["claim"][0].update(path=["family_name"])),
    "claim_without_entry": ("claim", lambda d: d["claim"].pop(0)),
    "claim_twice": ("claim", lambda d: d["claim"].append(d["claim"][0])),
    "disclosure_unknown": ("claim.0.sd", lambda d: d["claim"][0].update(sd="sometimes")),
    "code_list_unknown": ("claim.3.code_list", lambda d: d["claim"][3].update(code_list="planets")),
    "query_path_unknown": ("queries.hospital_desk.0", lambda d: d["queries"]["hospital_desk"].insert(0, "/x")),
    "coverage_path_unknown": ("coverage.start", lambda d: d["coverage"].update(start="/x")),
    "binding_unknown": ("bindings.0", lambda d: d.update(bindings=["blood"])),
    "form_section_without_claims": ("form.section.0.claims", lambda d: d.update(form={"section": [section([])]})),
    "form_section_without_german": ("form.section.0.title", lambda d: d.update(form={"section": [section(title={})]})),
    "form_without_a_claim": ("form", lambda d: d.update(form={"section": [section(ALL[1:])]})),
    "form_with_a_claim_twice": ("form", lambda d: d.update(form={"section": [section(ALL), section(ALL[:1])]})),
    "form_section_with_an_inner_claim": (
        "form",
        lambda d: d.update(form={"section": [section([*ALL, "/institution/id"])]}),
    ),
    "form_names_itself_everywhere": ("form", lambda d: d.update(form={"own_name": ["/family_member/*/name"]})),
    "status_bits": ("status.bits", lambda d: d["status"].update(bits=3)),
    "dialogue_after_no_verdict": (
        "dialogue.doubt.after.0",
        lambda d: d["dialogue"]["doubt"].update(after=["INVALID"]),
    ),
    "dialogue_after_nothing": ("dialogue.doubt.after", lambda d: d["dialogue"]["doubt"].update(after=[])),
    "dialogue_process_unknown": ("dialogue.doubt.process", lambda d: d["dialogue"]["doubt"].update(process="BUC")),
    "dialogue_without_german": ("dialogue.doubt.statement", lambda d: d["dialogue"]["doubt"]["statement"].pop("de")),
    "lifetime_no_duration": ("credential_lifetime", lambda d: d.update(credential_lifetime="long")),
    "colour_in_words": ("design.text_color", lambda d: d["design"].update(text_color="white")),
    "default_profile_missing": ("default_profile", lambda d: d.update(default_profile="other")),
    "code_key_twice": ("inspection_code.claim", lambda d: d["inspection_code"]["claim"][1].update(key=1)),
    "code_key_zero": ("inspection_code.claim.0.key", lambda d: d["inspection_code"]["claim"][0].update(key=0)),
    "code_field_unknown": (
        "inspection_code.claim.family_member",
        lambda d: d["inspection_code"]["claim"][8].update(fields=["age"]),
    ),
    "code_list_without_fields": (
        "inspection_code.claim.family_member",
        lambda d: d["inspection_code"]["claim"][8].pop("fields"),
    ),
    "rule_twice": ("rule", lambda d: d["rule"].append(d["rule"][0])),
    "rule_also_elsewhere": ("rule", lambda d: d["elsewhere"][0].update(rule="S1-01")),
    "rule_without_case": ("rule.0.case", lambda d: d["rule"][0].update(case=[])),
    "rule_kind_unknown": ("rule.0.case.0", lambda d: d["rule"][0]["case"][0].update(kind="fits")),
    "rule_path_unknown": (
        "rule.0.case.0.date_order.later",
        lambda d: d["rule"][0]["case"][0].update(later="/the_end"),
    ),
    "rule_without_severity": (
        "rule.0.case.0.date_order.severity",
        lambda d: d["rule"][0]["case"][0].update(severity={}),
    ),
    "rule_moment_unknown": (
        "rule.0.case.0.date_order.severity.later.[key]",
        lambda d: d["rule"][0]["case"][0].update(severity={"later": "warn"}),
    ),
    "condition_without_question": (
        "rule.0.case.0.date_order.when.0",
        lambda d: d["rule"][0]["case"][0].update(when=[{"path": "/ending_date"}]),
    ),
    "condition_with_two_questions": (
        "rule.0.case.0.date_order.when.0",
        lambda d: d["rule"][0]["case"][0].update(when=[{"path": "/ending_date", "in": ["x"], "present": True}]),
    ),
    "pattern_broken": (
        "rule.0.case.0.matches.pattern",
        lambda d: d["rule"][0]["case"].insert(
            0, {"kind": "matches", "term": "/document_number", "pattern": "[", "severity": {"issue": "warn"}}
        ),
    ),
    "charset_unknown": (
        "rule.0.case.0.charset.charsets",
        lambda d: d["rule"][0]["case"].insert(
            0, {"kind": "charset", "paths": ["/family_name"], "charsets": ["latin-99"], "severity": {"issue": "warn"}}
        ),
    ),
    "day_in_words": (
        "rule.0.case.0.not_after.day",
        lambda d: d["rule"][0]["case"].insert(
            0, {"kind": "not_after", "path": "/birth_date", "day": "tomorrow", "severity": {"issue": "warn"}}
        ),
    ),
    "renamed_twice_to_one_place": (
        "profile.pilot.dc+sd-jwt",
        lambda d: d["profile"]["pilot"]["dc+sd-jwt"]["rename"].append(
            {"canonical": "/family_name", "wire": "/birthdate"}
        ),
    ),
    "renamed_out_of_its_array": (
        "profile.pilot.dc+sd-jwt",
        lambda d: d["profile"]["pilot"]["dc+sd-jwt"]["rename"].append(
            {"canonical": "/family_member/*/name", "wire": "/partner"}
        ),
    ),
    "disclosable_claim_taken_apart": (
        "profile.pilot.dc+sd-jwt",
        lambda d: d["profile"]["pilot"]["dc+sd-jwt"].update(
            rename=[{"canonical": "/family_member/*/name", "wire": "/household/*/name"}]
        ),
    ),
    "spelling_unknown": (
        "profile.pilot.dc+sd-jwt",
        lambda d: d["profile"]["pilot"]["dc+sd-jwt"].update(spelling="runes"),
    ),
}


@pytest.mark.parametrize(("place", "change"), DEFECTS.values(), ids=DEFECTS)
def test_a_defect_is_refused_with_its_place(place: str, change: Change) -> None:
    document = copy.deepcopy(DOCUMENT)
    change(document)
    with pytest.raises(RulebookError) as raised:
        _build(document)
    assert (raised.value.file, raised.value.place) == ("s1/rulebook.toml", place)
    assert str(raised.value).startswith(f"s1/rulebook.toml: {place}: ")


GOOD_LIST: dict[str, Any] = {
    "description": "States",
    "spelling": {"eessi": {"GR": "EL"}},
    "code": {"GR": {"label": {"en": "Greece", "fr": "Grèce", "de": "Griechenland"}}},
}


@pytest.mark.parametrize(
    ("place", "change"),
    [
        pytest.param("code.GR.label", lambda d: d["code"]["GR"]["label"].pop("de"), id="label_missing"),
        pytest.param("code.GR.from", lambda d: d["code"]["GR"].update({"from": 1}), id="unknown_key"),
        pytest.param("code.GR.since", lambda d: d["code"]["GR"].update(since="soon"), id="day_in_words"),
        pytest.param("spelling.eessi", lambda d: d["spelling"]["eessi"].update(XX="YY"), id="spelling_of_no_code"),
        pytest.param("description", lambda d: d.pop("description"), id="description_missing"),
    ],
)
def test_a_defect_of_a_code_list_is_refused_with_its_place(place: str, change: Change) -> None:
    document = copy.deepcopy(GOOD_LIST)
    assert build_code_list("states", document, file="states.toml").canonical("EL") == "GR"
    change(document)
    with pytest.raises(RulebookError) as raised:
        build_code_list("states", document, file="states.toml")
    assert (raised.value.file, raised.value.place) == ("states.toml", place)


def test_every_kind_and_table_is_documented() -> None:
    """`schemas/README.md` is what somebody reads who adds a type."""
    text = (Path(__file__).parents[2] / "schemas" / "README.md").read_text()
    kinds = [re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower() for kind in get_args(Test)]
    assert not [kind for kind in kinds if f"`{kind}`" not in text]
    assert not [table for table in DOCUMENT if isinstance(DOCUMENT[table], dict) and f"[{table}" not in text]
