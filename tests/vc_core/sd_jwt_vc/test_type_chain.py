"""Types that extend types: SD-JWT VC, draft -24, sections 5.3, 5.4, 5.5.2, 5.6.5 and 7.4."""

import json
from typing import Any

import pytest

from tests.vectors import read_json, vectors
from vc_core.rejection import Rejection
from vc_core.sd_jwt_vc import TypeMetadata, integrity_of, resolve
from vc_core.sd_jwt_vc.type_chain import MAX_CHAIN
from vc_core.sd_jwt_vc.type_metadata import claims_document


def document(**members: Any) -> bytes:
    return json.dumps({name.replace("_integrity", "#integrity"): value for name, value in members.items()}).encode()


def test_published_example_of_extension() -> None:
    folder = vectors("sdjwt-vc") / "type-metadata"
    documents = {
        read_json(folder / name)["vct"]: (folder / name).read_bytes()
        for name in ("5.6.5.2-base.json", "5.6.5.2-extending.json")
    }
    resolved = resolve("https://example.com/custom-type-metadata", documents)
    assert resolved.vct == "https://example.com/custom-type-metadata"
    assert {"claims": claims_document(resolved.claims)} == read_json(folder / "5.6.5.2-resulting_claims.json")


LABEL = [{"locale": "en", "label": "Name"}]
SHOWN = [{"locale": "en", "name": "Base"}]


def extended(base_claim: dict[str, Any], child_claim: dict[str, Any], **child: Any) -> TypeMetadata:
    base = document(vct="base", display=SHOWN, claims=[{"path": ["name"], **base_claim}])
    return resolve(
        "child",
        {
            "base": base,
            "child": document(vct="child", extends="base", claims=[{"path": ["name"], **child_claim}], **child),
        },
    )


MERGES: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = {
    "nothing_said_is_inherited": (
        {"mandatory": True, "sd": "always", "display": LABEL, "svg_id": "n"}, {},
        {"mandatory": True, "sd": "always", "display": LABEL, "svg_id": "n"},
    ),
    "display_is_replaced_whole": (
        {"display": [*LABEL, {"locale": "fr", "label": "Nom"}]}, {"display": LABEL}, {"display": LABEL},
    ),
    "empty_display_is_said": ({"display": LABEL}, {"display": []}, {"display": []}),
    "allowed_becomes_always": ({"sd": "allowed"}, {"sd": "always"}, {"sd": "always"}),
    "unsaid_becomes_never": ({}, {"sd": "never"}, {"sd": "never"}),
    "same_sd_again": ({"sd": "never"}, {"sd": "never"}, {"sd": "never"}),
    "optional_becomes_mandatory": ({"mandatory": False}, {"mandatory": True}, {"mandatory": True}),
    "svg_id_is_replaced": ({"svg_id": "a"}, {"svg_id": "b"}, {"svg_id": "b"}),
}  # fmt: skip


@pytest.mark.parametrize(("base", "child", "expected"), MERGES.values(), ids=MERGES)
def test_merges(base: dict[str, Any], child: dict[str, Any], expected: dict[str, Any]) -> None:
    """SD-JWT VC, section 5.6.5."""
    assert claims_document(extended(base, child).claims) == [{"path": ["name"], **expected}]


FORBIDDEN: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "always_to_never": ({"sd": "always"}, {"sd": "never"}, "extends_changes_sd"),
    "always_to_allowed": ({"sd": "always"}, {"sd": "allowed"}, "extends_changes_sd"),
    "never_to_always": ({"sd": "never"}, {"sd": "always"}, "extends_changes_sd"),
    "mandatory_to_optional": ({"mandatory": True}, {"mandatory": False}, "extends_changes_mandatory"),
}


@pytest.mark.parametrize(("base", "child", "reason"), FORBIDDEN.values(), ids=FORBIDDEN)
def test_forbidden_changes(base: dict[str, Any], child: dict[str, Any], reason: str) -> None:
    """SD-JWT VC, section 5.6.5.1."""
    with pytest.raises(Rejection) as caught:
        extended(base, child)
    assert (caught.value.reason, caught.value.where) == (reason, "/name")


def test_a_limit_of_the_first_type_holds_through_the_chain() -> None:
    documents = {
        "a": document(vct="a", claims=[{"path": ["name"], "sd": "always"}]),
        "b": document(vct="b", extends="a"),
        "c": document(vct="c", extends="b", claims=[{"path": ["name"], "sd": "never"}]),
    }
    with pytest.raises(Rejection) as caught:
        resolve("c", documents)
    assert caught.value.reason == "extends_changes_sd"


def test_svg_ids_stay_unique_through_the_chain() -> None:
    documents = {
        "a": document(vct="a", claims=[{"path": ["name"], "svg_id": "x"}]),
        "b": document(vct="b", extends="a", claims=[{"path": ["other"], "svg_id": "x"}]),
    }
    with pytest.raises(Rejection) as caught:
        resolve("b", documents)
    assert caught.value.reason == "svg_id_repeated"


def test_display_of_the_type_is_inherited_unless_it_has_its_own() -> None:
    """SD-JWT VC, section 5.5.2."""
    own = [{"locale": "fr", "name": "Enfant"}]
    assert [entry.name for entry in extended({}, {}).display or ()] == ["Base"]
    assert [entry.name for entry in extended({}, {}, display=own).display or ()] == ["Enfant"]


BASE = document(vct="base")
OTHER_PIN = integrity_of(b"{}")

CHAINS: dict[str, tuple[dict[str, bytes], str | None, str]] = {
    "not_there": ({}, None, "type_metadata_missing"),
    "extended_type_not_there": ({"t": document(vct="t", extends="base")}, None, "type_metadata_missing"),
    "vct_of_another_type": ({"t": document(vct="T")}, None, "type_metadata_vct_mismatch"),
    "extended_vct_of_another_type": (
        {"t": document(vct="t", extends="base/"), "base/": BASE}, None, "type_metadata_vct_mismatch",
    ),
    "not_the_document_that_the_credential_pins": ({"t": document(vct="t")}, OTHER_PIN, "integrity_mismatch"),
    "not_the_document_that_the_type_pins": (
        {"t": document(vct="t", extends="base", extends_integrity=OTHER_PIN), "base": BASE}, None,
        "integrity_mismatch",
    ),
    "extends_itself": ({"t": document(vct="t", extends="t")}, None, "extends_circular"),
    "extends_in_a_circle": (
        {"t": document(vct="t", extends="u"), "u": document(vct="u", extends="t")}, None, "extends_circular",
    ),
    "not_json": ({"t": b"<html>404</html>"}, None, "json_malformed"),
}  # fmt: skip


@pytest.mark.parametrize(("documents", "integrity", "reason"), CHAINS.values(), ids=CHAINS)
def test_chains_refused(documents: dict[str, bytes], integrity: str | None, reason: str) -> None:
    with pytest.raises(Rejection) as caught:
        resolve("t", documents, integrity=integrity)
    assert caught.value.reason == reason


def test_pinned_chain() -> None:
    child = document(vct="t", extends="base", extends_integrity=integrity_of(BASE))
    assert resolve("t", {"t": child, "base": BASE}, integrity=integrity_of(child)).vct == "t"


def test_chain_longer_than_the_bound() -> None:
    documents = {str(n): document(vct=str(n), extends=str(n + 1)) for n in range(MAX_CHAIN)}
    with pytest.raises(Rejection) as caught:
        resolve("0", {**documents, str(MAX_CHAIN): document(vct=str(MAX_CHAIN))})
    assert caught.value.reason == "extends_too_long"
