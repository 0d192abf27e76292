"""Reading DCQL: OpenID4VP 1.0, section 6. Each bad input breaks one rule of a valid query."""

import copy
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vc_core.dcql.examples import AUTHORITY, FORMATS, IDENTITY, MDOC, SD_JWT, credential_query, query
from tests.vectors import read_json, vectors
from vc_core import base64url
from vc_core.dcql import parse_query
from vc_core.rejection import Rejection

VALID: dict[str, Any] = {
    "credentials": [
        {
            "id": "pid",
            "format": SD_JWT,
            "multiple": False,
            "require_cryptographic_holder_binding": True,
            "meta": {"vct_values": [IDENTITY]},
            "trusted_authorities": [{"type": "aki", "values": [base64url.encode(AUTHORITY)]}],
            "claims": [
                {"id": "a", "path": ["family_name"], "values": ["Doe", 1, True]},
                {"id": "b", "path": ["nationalities", None]},
            ],
            "claim_sets": [["a", "b"], ["b"]],
        },
        {
            "id": "mdl",
            "format": MDOC,
            "meta": {"doctype_value": "org.iso.18013.5.1.mDL"},
            "claims": [{"path": ["org.iso.18013.5.1", "family_name"], "intent_to_retain": False}],
        },
    ],
    "credential_sets": [{"options": [["pid"], ["mdl"]]}, {"options": [["mdl"]], "required": False}],
}
PID, MDL = "/credentials/0", "/credentials/1"


def test_a_query_is_read_into_options_and_sets() -> None:
    parsed = parse_query(VALID, FORMATS)
    pid = parsed.credential("pid")
    assert pid is not None
    assert pid.identifiers == {IDENTITY}
    assert pid.authority_key_ids == frozenset({AUTHORITY})
    assert [[claim.id for claim in option] for option in pid.options] == [["a", "b"], ["b"]]
    assert pid.options[0][0].values == ("Doe", 1, True)
    assert [(wish.options, wish.required) for wish in parsed.credential_sets] == [
        ((("pid",), ("mdl",)), True),
        ((("mdl",),), False),
    ]


def test_what_is_absent_has_its_default() -> None:
    """Section 6.1 and 6.4.2: one credential, holder binding, no selectively disclosable claim, all credentials."""
    parsed = query(credential_query(claims=None), credential_query(id="other"))
    first = parsed.credentials[0]
    assert (first.multiple, first.holder_binding_required, first.authority_key_ids) == (False, True, None)
    assert first.options == ((),)
    assert [wish.options for wish in parsed.credential_sets] == [(("pid",),), (("other",),)]


def test_a_query_for_an_unknown_format_is_read_and_names_no_type() -> None:
    parsed = query(credential_query(format="ldp_vc", meta={"type_values": [["IDCredential"]]}))
    assert parsed.credentials[0].identifiers == frozenset()


def test_unknown_properties_are_ignored() -> None:
    """Section 6: implementations MUST ignore any unknown properties."""
    extended = copy.deepcopy(VALID)
    extended["x"] = extended["credentials"][0]["x"] = extended["credentials"][0]["claims"][0]["x"] = 1
    extended["credential_sets"][0]["purpose"] = extended["credentials"][0]["meta"]["x"] = {}
    assert parse_query(extended, FORMATS) == parse_query(VALID, FORMATS)


def test_authorities_that_cannot_be_evaluated_match_nobody() -> None:
    parsed = query(credential_query(trusted_authorities=[{"type": "etsi_tl", "values": ["https://lotl.example"]}]))
    assert parsed.credentials[0].authority_key_ids == frozenset()


BAD: list[tuple[str, tuple[str | int, ...], Any, str, str]] = [
    ("query_not_object", (), [], "dcql_query_malformed", ""),
    ("credentials_missing", ("credentials",), None, "credentials_missing", "/credentials"),
    ("credentials_not_array", ("credentials",), {}, "credentials_malformed", "/credentials"),
    ("credentials_empty", ("credentials",), [], "credentials_empty", "/credentials"),
    ("credential_not_object", ("credentials", 0), "pid", "credential_query_malformed", PID),
    ("id_missing", ("credentials", 0, "id"), None, "credential_id_missing", f"{PID}/id"),
    ("id_empty", ("credentials", 0, "id"), "", "credential_id_malformed", f"{PID}/id"),
    ("id_number", ("credentials", 0, "id"), 7, "credential_id_malformed", f"{PID}/id"),
    ("id_with_a_dot", ("credentials", 0, "id"), "p.id", "credential_id_malformed", f"{PID}/id"),
    ("id_with_a_newline", ("credentials", 0, "id"), "pid\n", "credential_id_malformed", f"{PID}/id"),
    ("id_used_twice", ("credentials", 1, "id"), "pid", "credential_id_repeated", f"{MDL}/id"),
    ("format_missing", ("credentials", 0, "format"), None, "format_missing", f"{PID}/format"),
    ("format_not_string", ("credentials", 0, "format"), ["dc+sd-jwt"], "format_malformed", f"{PID}/format"),
    ("meta_missing", ("credentials", 0, "meta"), None, "meta_missing", f"{PID}/meta"),
    ("meta_not_object", ("credentials", 0, "meta"), [], "meta_malformed", f"{PID}/meta"),
    ("vct_values_missing", ("credentials", 0, "meta"), {}, "vct_values_missing", f"{PID}/meta/vct_values"),
    ("doctype_missing", ("credentials", 1, "meta"), {}, "doctype_value_missing", f"{MDL}/meta/doctype_value"),
    ("multiple_not_boolean", ("credentials", 0, "multiple"), "yes", "multiple_malformed", f"{PID}/multiple"),
    (
        "holder_binding_not_boolean",
        ("credentials", 0, "require_cryptographic_holder_binding"),
        1,
        "require_cryptographic_holder_binding_malformed",
        f"{PID}/require_cryptographic_holder_binding",
    ),
    (
        "authorities_empty",
        ("credentials", 0, "trusted_authorities"),
        [],
        "trusted_authorities_empty",
        f"{PID}/trusted_authorities",
    ),
    (
        "authority_not_object",
        ("credentials", 0, "trusted_authorities", 0),
        "aki",
        "trusted_authority_malformed",
        f"{PID}/trusted_authorities/0",
    ),
    (
        "authority_without_type",
        ("credentials", 0, "trusted_authorities", 0, "type"),
        None,
        "authority_type_missing",
        f"{PID}/trusted_authorities/0/type",
    ),
    (
        "authority_without_values",
        ("credentials", 0, "trusted_authorities", 0, "values"),
        None,
        "authority_values_missing",
        f"{PID}/trusted_authorities/0/values",
    ),
    (
        "authority_values_empty",
        ("credentials", 0, "trusted_authorities", 0, "values"),
        [],
        "authority_values_empty",
        f"{PID}/trusted_authorities/0/values",
    ),
    (
        "authority_value_not_string",
        ("credentials", 0, "trusted_authorities", 0, "values", 0),
        1,
        "authority_values_malformed",
        f"{PID}/trusted_authorities/0/values",
    ),
    (
        "aki_not_base64url",
        ("credentials", 0, "trusted_authorities", 0, "values", 0),
        "s9t+pPmh=",
        "authority_key_identifier_malformed",
        f"{PID}/trusted_authorities/0/values",
    ),
    ("claims_not_array", ("credentials", 1, "claims"), {}, "claims_malformed", f"{MDL}/claims"),
    ("claims_empty", ("credentials", 1, "claims"), [], "claims_empty", f"{MDL}/claims"),
    ("claim_not_object", ("credentials", 1, "claims", 0), ["a"], "claim_query_malformed", f"{MDL}/claims/0"),
    ("path_missing", ("credentials", 1, "claims", 0, "path"), None, "path_missing", f"{MDL}/claims/0/path"),
    ("path_empty", ("credentials", 0, "claims", 0, "path"), [], "path_empty", f"{PID}/claims/0/path"),
    ("path_not_array", ("credentials", 0, "claims", 0, "path"), "a", "path_malformed", f"{PID}/claims/0/path"),
    (
        "path_negative_index",
        ("credentials", 0, "claims", 0, "path"),
        ["a", -1],
        "claims_path_invalid",
        f"{PID}/claims/0/path",
    ),
    (
        "path_boolean",
        ("credentials", 0, "claims", 0, "path"),
        ["a", True],
        "claims_path_invalid",
        f"{PID}/claims/0/path",
    ),
    (
        "mdoc_path_of_three",
        ("credentials", 1, "claims", 0, "path"),
        ["a", "b", "c"],
        "path_not_namespace_and_element",
        f"{MDL}/claims/0/path",
    ),
    ("values_empty", ("credentials", 0, "claims", 0, "values"), [], "values_empty", f"{PID}/claims/0/values"),
    (
        "values_with_a_fraction",
        ("credentials", 0, "claims", 0, "values"),
        [1.5],
        "values_malformed",
        f"{PID}/claims/0/values",
    ),
    (
        "values_with_null",
        ("credentials", 0, "claims", 0, "values"),
        [None],
        "values_malformed",
        f"{PID}/claims/0/values",
    ),
    ("claim_id_missing", ("credentials", 0, "claims", 1, "id"), None, "claim_id_missing", f"{PID}/claims/1/id"),
    ("claim_id_malformed", ("credentials", 0, "claims", 1, "id"), "é", "claim_id_malformed", f"{PID}/claims/1/id"),
    ("claim_id_used_twice", ("credentials", 0, "claims", 1, "id"), "a", "claim_id_repeated", f"{PID}/claims/1/id"),
    (
        "claim_asked_for_twice",
        ("credentials", 0, "claims", 1, "path"),
        ["family_name"],
        "claim_repeated",
        f"{PID}/claims/1",
    ),
    (
        "claim_sets_without_claims",
        ("credentials", 0, "claims"),
        None,
        "claim_sets_without_claims",
        f"{PID}/claim_sets",
    ),
    ("claim_sets_empty", ("credentials", 0, "claim_sets"), [], "claim_sets_empty", f"{PID}/claim_sets"),
    ("claim_set_empty", ("credentials", 0, "claim_sets", 1), [], "claim_set_empty", f"{PID}/claim_sets/1"),
    ("claim_set_of_numbers", ("credentials", 0, "claim_sets", 1), [1], "claim_set_malformed", f"{PID}/claim_sets/1"),
    (
        "claim_set_of_unknown_claim",
        ("credentials", 0, "claim_sets", 1),
        ["z"],
        "claim_set_unknown_claim",
        f"{PID}/claim_sets/1",
    ),
    ("credential_sets_empty", ("credential_sets",), [], "credential_sets_empty", "/credential_sets"),
    ("credential_set_not_object", ("credential_sets", 0), ["pid"], "credential_set_malformed", "/credential_sets/0"),
    ("options_missing", ("credential_sets", 0, "options"), None, "options_missing", "/credential_sets/0/options"),
    ("options_empty", ("credential_sets", 0, "options"), [], "options_empty", "/credential_sets/0/options"),
    ("option_empty", ("credential_sets", 0, "options", 1), [], "option_empty", "/credential_sets/0/options/1"),
    (
        "option_of_unknown_credential",
        ("credential_sets", 0, "options", 1),
        ["pid", "passport"],
        "option_unknown_credential",
        "/credential_sets/0/options/1",
    ),
    (
        "required_not_boolean",
        ("credential_sets", 0, "required"),
        "true",
        "required_malformed",
        "/credential_sets/0/required",
    ),
]


@pytest.mark.parametrize(("place", "value", "reason", "where"), [row[1:] for row in BAD], ids=[row[0] for row in BAD])
def test_malformed_queries(place: tuple[str | int, ...], value: Any, reason: str, where: str) -> None:
    """Section 6, VP-7; a value of None takes the member away."""
    with pytest.raises(Rejection) as caught:
        parse_query(_changed(VALID, place, value), FORMATS)
    assert (caught.value.reason, caught.value.where) == (reason, where)


def _changed(whole: Any, place: tuple[str | int, ...], value: Any) -> Any:
    if not place:
        return value
    whole = copy.deepcopy(whole)
    inner = whole
    for part in place[:-1]:
        inner = inner[part]
    inner[place[-1]] = value
    if value is None:
        del inner[place[-1]]
    return whole


def test_the_place_of_a_fault_is_in_the_whole_request() -> None:
    with pytest.raises(Rejection) as caught:
        parse_query({"credentials": [credential_query(claims=[])]}, FORMATS, where="/dcql_query")
    assert caught.value.where == "/dcql_query/credentials/0/claims"


PUBLISHED = (
    "claims_alternatives",
    "complex_mdoc",
    "credentials_alternatives",
    "multi_credentials",
    "simple",
    "simple_mdoc",
    "value_matching_simple",
)


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_examples(name: str) -> None:
    document = read_json(vectors("openid4vp-1.0") / "examples" / "query_lang" / f"{name}.json")
    parsed = parse_query(document, FORMATS)
    assert [credential.id for credential in parsed.credentials] == [item["id"] for item in document["credentials"]]
    assert all(credential.identifiers for credential in parsed.credentials)


def test_every_published_example_is_in_the_list() -> None:
    folder = vectors("openid4vp-1.0") / "examples" / "query_lang"
    assert sorted(path.stem for path in folder.glob("*.json")) == list(PUBLISHED)


def test_the_published_example_of_another_format() -> None:
    document = read_json(vectors("openid4vp-1.0") / "examples" / "request" / "dcql_jwt_vc.json")
    assert parse_query(document, FORMATS).credentials[0].identifiers == frozenset()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.floats(allow_nan=False) | st.sampled_from(["", "a", "pid"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "id",
                    "format",
                    "meta",
                    "claims",
                    "path",
                    "values",
                    "claim_sets",
                    "options",
                    "credentials",
                    "credential_sets",
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)
PLACES = [row[1] for row in BAD]


@given(value=JSON, place=st.sampled_from(PLACES))
def test_anything_in_any_place_is_read_or_rejected(value: Any, place: tuple[str | int, ...]) -> None:
    with suppress(Rejection):
        parse_query(_changed(VALID, place, value), FORMATS)
