"""Every attribute of the DC4EU 1.1 rulebooks is a canonical claim with the same constraints.

The attributes are read from the study of the domain, which lies beside the published vectors.
"""

from pathlib import Path
from typing import Any

import pytest

from tests.schemas.types import PACKAGED
from tests.vectors import read_json, vectors
from vc_core.claims import ClaimPath
from vc_core.rulebook import Rulebook, SelectiveDisclosure
from vc_core.wire_profile import WireType

ENVELOPE = {"vct", "jti", "sub", "iss", "iat", "cnf", "exp", "nbf"}
FILES = {"a1": "pda1_attributes.json", "ehic": "ehic_attributes.json"}


def _domain(file: str) -> Path:
    path = vectors("sdjwt-vc").parents[1] / "domain" / file
    if not path.is_file():
        pytest.skip(f"the study of the domain is not at {path.parent}")
    return path


def _attributes(type_id: str) -> list[dict[str, Any]]:
    profile = read_json(_domain(FILES[type_id]))["profiles"]["dc4eu_1.1"]
    return [attribute for attribute in profile["attributes"] if attribute["path"][0] not in ENVELOPE]


def _node(rulebook: Rulebook, path: ClaimPath) -> dict[str, Any]:
    """The schema of a claim, local references followed."""
    document: Any = rulebook.schema.document
    node = document
    for part in path:
        node = node["items"] if part is None else node["properties"][part]
        if "$ref" in node:
            node = document["$defs"][node["$ref"].rpartition("/")[2]]
    return dict(node)


def _dc4eu(rulebook: Rulebook) -> WireType:
    return rulebook.profiles["dc4eu"].wires["dc+sd-jwt"]


@pytest.mark.parametrize("type_id", FILES)
def test_every_attribute_is_a_claim_under_its_own_name(type_id: str) -> None:
    rulebook = PACKAGED.type(type_id)
    for attribute in _attributes(type_id):
        path = tuple(attribute["path"])
        assert rulebook.schema.knows(path), path
        assert _dc4eu(rulebook).wire_path(path) == path


@pytest.mark.parametrize("type_id", FILES)
def test_types_and_constraints_are_the_same(type_id: str) -> None:
    rulebook = PACKAGED.type(type_id)
    for attribute in _attributes(type_id):
        node = _node(rulebook, tuple(attribute["path"]))
        wanted = dict(attribute.get("constraints", {}))
        if wanted.pop("format", None) == "YYYY-MM-DD":
            wanted["format"] = "date"
        json_type, _, subtype = attribute["type"].partition("(")
        assert node["type"] == json_type, attribute["path"]
        assert subtype in {"", "date)"}
        assert {keyword: node.get(keyword) for keyword in wanted} == wanted, attribute["path"]


@pytest.mark.parametrize("type_id", FILES)
def test_required_claims_and_disclosure_are_the_same(type_id: str) -> None:
    rulebook = PACKAGED.type(type_id)
    for attribute in _attributes(type_id):
        path = tuple(attribute["path"])
        entry = rulebook.claim(path)
        assert entry is not None
        assert entry.sd is SelectiveDisclosure(attribute["sd"].partition(" ")[0]), path
        if len(path) == 1:
            assert entry.mandatory is attribute["mandatory"], path


@pytest.mark.parametrize("type_id", FILES)
def test_nothing_else_is_on_the_wire(type_id: str) -> None:
    """The DC4EU schemas close every object (`additionalProperties: false`)."""
    rulebook = PACKAGED.type(type_id)
    known = {tuple(attribute["path"]) for attribute in _attributes(type_id)}
    carried = {path for entry in rulebook.claims if (path := _dc4eu(rulebook).wire_path(entry.path))}
    assert carried == known


def test_status_codes_have_a_label_and_a_legal_basis() -> None:
    listed = read_json(_domain(FILES["a1"]))["code_lists"]["status_confirmation"]
    ours = PACKAGED.type("a1").code_lists["status_confirmation"]
    assert set(ours.codes) == set(listed)
    for code in ours.codes.values():
        article = str(listed[code.code]["basis"][0]).partition("Art ")[2].split()[0]
        assert code.citation is not None
        assert article in code.citation


def test_states_are_those_of_the_domain_study() -> None:
    countries = read_json(_domain(FILES["a1"]))["code_lists"]["countries"]
    ours = PACKAGED.type("a1").code_lists["countries"]
    assert sorted(ours.codes) == countries["we_build_32_iso"]
    assert {spelled: ours.canonical(spelled) for spelled in countries["alias_to_iso"]} == countries["alias_to_iso"]
    card = {ours.spelled(code, "card") for code in ours.codes}
    assert card == set(countries["eprc_profile"])
