"""One type metadata document: SD-JWT VC, draft -24, sections 5.2 to 5.6."""

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given

from tests.vc_core.forged_jws import ABSENT, JSON, changed
from tests.vectors import read_json, vectors
from vc_core.rejection import Rejection
from vc_core.sd_jwt_vc import ClaimMetadata, Disclosability, TypeMetadata, parse_type_metadata
from vc_core.sd_jwt_vc.type_metadata import ClaimDisplay, claims_document

CLAIM = {
    "path": ["address", "street"],
    "display": [{"locale": "en", "label": "Street", "description": "of residence"}],
    "mandatory": True,
    "sd": "always",
    "svg_id": "street_1",
}
LOGO = {"uri": "https://example.com/logo.png", "uri#integrity": "sha256-x", "alt_text": "logo"}
TEMPLATE = {"uri": "data:image/svg+xml;base64,AA", "properties": {"orientation": "landscape"}}
DISPLAY = {
    "locale": "en",
    "name": "Example",
    "description": "An example",
    "rendering": {
        "simple": {"logo": LOGO, "background_image": {"uri": "https://example.com/b.png"}, "text_color": "#FFFFFF"},
        "svg_templates": [TEMPLATE, TEMPLATE],
        "hologram": 1,
    },
}
DOCUMENT = {
    "vct": "urn:example:type:1",
    "name": "Example",
    "description": "for developers",
    "extends": "urn:example:type",
    "extends#integrity": "sha256-x",
    "display": [DISPLAY],
    "claims": [CLAIM, {"path": ["degrees", None, 0]}],
    "unknown": {"ignored": True},
}


def parsed(document: Any) -> TypeMetadata:
    return parse_type_metadata(json.dumps(document).encode())


def test_everything_that_a_document_says() -> None:
    metadata = parsed(DOCUMENT)
    assert (metadata.vct, metadata.extends, metadata.extends_integrity) == (
        "urn:example:type:1", "urn:example:type", "sha256-x",
    )  # fmt: skip
    assert metadata.display is not None
    assert metadata.display[0].rendering == DISPLAY["rendering"]
    assert metadata.claims == (
        ClaimMetadata(
            path=("address", "street"),
            display=(ClaimDisplay(locale="en", label="Street", description="of residence"),),
            mandatory=True,
            sd=Disclosability.ALWAYS,
            svg_id="street_1",
        ),
        ClaimMetadata(path=("degrees", None, 0)),
    )


def test_claims_are_written_as_they_were_read() -> None:
    assert claims_document(parsed(DOCUMENT).claims) == DOCUMENT["claims"]


@pytest.mark.parametrize("name", ["5.1-type_metadata", "5.6.5.2-base", "5.6.5.2-extending", "A.2-type_metadata"])
def test_published_documents(name: str) -> None:
    path = vectors("sdjwt-vc") / "type-metadata" / f"{name}.json"
    metadata = parse_type_metadata(path.read_bytes())
    document = read_json(path)
    assert metadata.vct == document["vct"]
    assert metadata.extends == document.get("extends")
    assert claims_document(metadata.claims) == document.get("claims", [])
    assert [entry.name for entry in metadata.display or ()] == [entry["name"] for entry in document.get("display", [])]


def _claim(**changes: Any) -> dict[str, Any]:
    return {"claims": [changed(CLAIM, changes)]}


def _display(**changes: Any) -> dict[str, Any]:
    return {"display": [changed(DISPLAY, changes)]}


def _rendering(rendering: Any) -> dict[str, Any]:
    return _display(rendering=rendering)


FAULTS: dict[str, tuple[dict[str, Any], str, str]] = {
    "vct_missing": ({"vct": ABSENT}, "vct_missing", "/vct"),
    "vct_a_number": ({"vct": 1}, "vct_malformed", "/vct"),
    "name_a_number": ({"name": 1}, "name_malformed", "/name"),
    "extends_an_array": ({"extends": ["a"]}, "extends_malformed", "/extends"),
    "extends_integrity_null": (
        {"extends#integrity": None}, "extends_integrity_malformed", "/extends#integrity",
    ),
    "display_an_object": ({"display": DISPLAY}, "display_malformed", "/display"),
    "display_holds_a_string": ({"display": ["en"]}, "display_malformed", "/display/0"),
    "display_locale_missing": (_display(locale=ABSENT), "locale_missing", "/display/0/locale"),
    "display_name_missing": (_display(name=ABSENT), "name_missing", "/display/0/name"),
    "rendering_an_array": (_rendering([]), "rendering_malformed", "/display/0/rendering"),
    "simple_an_array": (_rendering({"simple": []}), "simple_malformed", "/display/0/rendering/simple"),
    "logo_without_uri": (
        _rendering({"simple": {"logo": {}}}), "uri_missing", "/display/0/rendering/simple/logo/uri",
    ),
    "logo_by_http": (
        _rendering({"simple": {"logo": {"uri": "http://example.com/l"}}}), "uri_not_allowed",
        "/display/0/rendering/simple/logo/uri",
    ),
    "templates_an_object": (
        _rendering({"svg_templates": TEMPLATE}), "svg_templates_malformed", "/display/0/rendering/svg_templates",
    ),
    "two_templates_one_without_properties": (
        _rendering({"svg_templates": [TEMPLATE, {"uri": "https://example.com/t.svg"}]}), "properties_missing",
        "/display/0/rendering/svg_templates",
    ),
    "claims_an_object": ({"claims": CLAIM}, "claims_malformed", "/claims"),
    "claims_hold_a_string": ({"claims": ["name"]}, "claims_malformed", "/claims/0"),
    "path_missing": (_claim(path=ABSENT), "path_missing", "/claims/0/path"),
    "path_a_string": (_claim(path="name"), "path_malformed", "/claims/0/path"),
    "path_empty": (_claim(path=[]), "claims_path_invalid", "/claims/0/path"),
    "path_holds_a_negative_index": (_claim(path=["a", -1]), "claims_path_invalid", "/claims/0/path"),
    "path_holds_true": (_claim(path=["a", True]), "claims_path_invalid", "/claims/0/path"),
    "path_holds_an_object": (_claim(path=[{}]), "claims_path_invalid", "/claims/0/path"),
    "mandatory_a_string": (_claim(mandatory="true"), "mandatory_malformed", "/claims/0/mandatory"),
    "sd_unknown": (_claim(sd="sometimes"), "sd_unknown", "/claims/0/sd"),
    "sd_true": (_claim(sd=True), "sd_malformed", "/claims/0/sd"),
    "svg_id_starts_with_a_digit": (_claim(svg_id="1a"), "svg_id_malformed", "/claims/0/svg_id"),
    "svg_id_with_a_dash": (_claim(svg_id="a-b"), "svg_id_malformed", "/claims/0/svg_id"),
    "svg_id_not_ascii": (_claim(svg_id="é"), "svg_id_malformed", "/claims/0/svg_id"),
    "svg_id_twice": ({"claims": [CLAIM, {**CLAIM, "path": ["other"]}]}, "svg_id_repeated", "/claims"),
    "label_missing": (_claim(display=[{"locale": "en"}]), "label_missing", "/claims/0/display/0/label"),
    "label_locale_missing": (_claim(display=[{"label": "x"}]), "locale_missing", "/claims/0/display/0/locale"),
}  # fmt: skip


@pytest.mark.parametrize(("changes", "reason", "where"), FAULTS.values(), ids=FAULTS)
def test_faults(changes: dict[str, Any], reason: str, where: str) -> None:
    with pytest.raises(Rejection) as caught:
        parsed(changed(DOCUMENT, changes))
    assert (caught.value.reason, caught.value.where) == (reason, where)


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (b"[]", "json_not_object"),
        (b'{"vct":"a","vct":"b"}', "json_member_repeated"),
        (b" " * 300_000, "json_too_large"),
    ],
    ids=["array", "repeated_member", "too_large"],
)
def test_no_document(document: bytes, reason: str) -> None:
    with pytest.raises(Rejection) as caught:
        parse_type_metadata(document)
    assert caught.value.reason == reason


@given(JSON, JSON)
def test_only_rejections(first: object, second: object) -> None:
    for changes in (
        {"claims": first, "display": second},
        {"claims": [first, second]},
        {"claims": [{"path": first, "sd": second}]},
        {"claims": [{"path": ["a"], "display": first, "svg_id": second}]},
        {"display": [first, {"locale": "en", "name": "n", "rendering": second}]},
        {"display": [{"locale": "en", "name": "n", "rendering": {"simple": first, "svg_templates": second}}]},
    ):
        with contextlib.suppress(Rejection):
            parsed({**DOCUMENT, **changes})
