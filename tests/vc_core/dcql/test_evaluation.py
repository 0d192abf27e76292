"""A wallet's answer: OpenID4VP 1.0, section 6.4, checklist VP-12."""

from typing import Any

import pytest

from tests.vc_core.dcql.examples import AUTHORITY, DISCLOSURES, IDENTITY, MDOC, credential_query, held, query
from vc_core import base64url
from vc_core.dcql import Answer, Mismatch, NoAnswer, evaluate


def _paths(**members: Any) -> set[tuple[str | int | None, ...]]:
    answer = evaluate(query(credential_query(**members)), [held()])
    assert isinstance(answer, Answer)
    return set(answer.choices["pid"][0].paths)


def _claims(*paths: list[str | int | None]) -> list[dict[str, Any]]:
    return [{"path": path} for path in paths]


@pytest.mark.parametrize(
    ("claims", "disclosed"),
    [
        pytest.param(None, set(), id="no_claims_disclose_nothing"),
        pytest.param(_claims(["family_name"]), {("family_name",)}, id="one_claim"),
        pytest.param(_claims(["address"]), {p for p in DISCLOSURES if p[0] == "address"}, id="object_with_its_members"),
        pytest.param(
            _claims(["address", "street_address"]),
            {("address",), ("address", "street_address")},
            id="member_with_its_object",
        ),
        pytest.param(
            _claims(["address", "country", "code"]),
            {("address",), ("address", "country")},
            id="claim_inside_a_disclosure",
        ),
        pytest.param(_claims(["nationalities", 1]), {("nationalities", 1)}, id="one_element"),
        pytest.param(
            _claims(["nationalities", None]), {p for p in DISCLOSURES if p[0] == "nationalities"}, id="every_element"
        ),
        pytest.param(
            _claims(["employers", None, "name"]),
            {("employers", 0, "name"), ("employers", 1, "name")},
            id="a_member_of_every_element",
        ),
    ],
)
def test_what_is_disclosed(claims: list[dict[str, Any]] | None, disclosed: set[object]) -> None:
    assert _paths(claims=claims) == disclosed


def test_only_elements_of_a_wanted_value_are_disclosed() -> None:
    """Section 6.4.1: a claim of another value is treated as if it did not exist."""
    assert _paths(claims=[{"path": ["nationalities", None], "values": ["DE", "AT"]}]) == {("nationalities", 2)}


def test_a_group_is_disclosed_whole_within_its_element() -> None:
    group = frozenset[Any]({("employers", None, "name"), ("employers", None, "id")})
    answer = evaluate(query(credential_query(claims=_claims(["employers", 1, "id"]))), [held(groups=(group,))])
    assert isinstance(answer, Answer)
    assert answer.choices["pid"][0].paths == {("employers", 1, "name"), ("employers", 1, "id")}


def test_a_group_that_was_not_asked_for_is_not_disclosed() -> None:
    group = frozenset[Any]({("employers", None, "name"), ("employers", None, "id")})
    answer = evaluate(query(credential_query(claims=_claims(["age"]))), [held(groups=(group,))])
    assert isinstance(answer, Answer)
    assert answer.choices["pid"][0].paths == {("age",)}


@pytest.mark.parametrize(
    ("claim_sets", "disclosed"),
    [
        pytest.param([["n"], ["f"]], {("family_name",)}, id="first_that_is_there"),
        pytest.param([["f", "g"], ["f"]], {("family_name",), ("given_name",)}, id="preferred_though_it_is_more"),
        pytest.param([["w"], ["g"]], {("given_name",)}, id="other_value_counts_as_absent"),
    ],
)
def test_the_first_claim_set_that_can_be_satisfied(claim_sets: list[list[str]], disclosed: set[object]) -> None:
    claims = [
        {"id": "f", "path": ["family_name"]},
        {"id": "g", "path": ["given_name"]},
        {"id": "n", "path": ["nickname"]},
        {"id": "w", "path": ["postal_code"], "values": ["10115"]},
    ]
    assert _paths(claims=claims, claim_sets=claim_sets) == disclosed


@pytest.mark.parametrize(
    ("path", "values"),
    [
        pytest.param(["family_name"], ["Roe", "Doe"], id="text"),
        pytest.param(["age"], [30], id="integer"),
        pytest.param(["adult"], [True], id="boolean"),
    ],
)
def test_values_that_match(path: list[str], values: list[Any]) -> None:
    assert _paths(claims=[{"path": path, "values": values}]) == {tuple(path)}


NO_MATCH = [
    ("another_format", {"format": MDOC, "meta": {"doctype_value": IDENTITY}, "claims": None}, Mismatch.FORMAT),
    ("unknown_format", {"format": "ldp_vc"}, Mismatch.FORMAT),
    ("another_type", {"meta": {"vct_values": ["urn:other"]}}, Mismatch.TYPE),
    (
        "another_authority",
        {"trusted_authorities": [{"type": "aki", "values": [base64url.encode(b"other")]}]},
        Mismatch.AUTHORITY,
    ),
    (
        "authority_of_a_kind_not_evaluated",
        {"trusted_authorities": [{"type": "etsi_tl", "values": ["https://lotl.example"]}]},
        Mismatch.AUTHORITY,
    ),
    ("claim_not_there", {"claims": [{"path": ["nickname"]}]}, Mismatch.CLAIM),
    ("path_through_a_text", {"claims": [{"path": ["family_name", 0]}]}, Mismatch.CLAIM),
    ("index_past_the_end", {"claims": [{"path": ["nationalities", 3]}]}, Mismatch.CLAIM),
    ("text_for_a_number", {"claims": [{"path": ["age"], "values": ["30"]}]}, Mismatch.VALUE),
    ("boolean_for_a_number", {"claims": [{"path": ["adult"], "values": [1]}]}, Mismatch.VALUE),
    ("value_of_an_object", {"claims": [{"path": ["address"], "values": ["42 Market Street"]}]}, Mismatch.VALUE),
    (
        "no_claim_set",
        {
            "claims": [{"id": "a", "path": ["x"]}, {"id": "b", "path": ["y"]}],
            "claim_sets": [["a"], ["b"]],
        },
        Mismatch.CLAIM_SET,
    ),
]


@pytest.mark.parametrize(("changes", "reason"), [row[1:] for row in NO_MATCH], ids=[row[0] for row in NO_MATCH])
def test_why_nothing_matches(changes: dict[str, Any], reason: Mismatch) -> None:
    answer = evaluate(query(credential_query(**changes)), [held()])
    assert isinstance(answer, NoAnswer)
    assert [(unmet.query_id, unmet.reason) for unmet in answer.unmet] == [("pid", reason)]


def test_a_credential_without_holder_binding_does_not_match() -> None:
    answer = evaluate(query(credential_query()), [held(holder_bound=False)])
    assert isinstance(answer, NoAnswer)
    assert answer.unmet[0].reason is Mismatch.HOLDER_BINDING


def test_a_credential_without_holder_binding_where_none_is_required() -> None:
    asked = query(credential_query(require_cryptographic_holder_binding=False))
    assert isinstance(evaluate(asked, [held(holder_bound=False)]), Answer)


def test_a_trusted_authority_anywhere_in_the_chain() -> None:
    values = [base64url.encode(b"other"), base64url.encode(AUTHORITY)]
    asked = query(credential_query(trusted_authorities=[{"type": "aki", "values": values}]))
    assert isinstance(evaluate(asked, [held(authority_key_ids=frozenset({b"leaf", AUTHORITY}))]), Answer)


def test_an_empty_wallet() -> None:
    answer = evaluate(query(credential_query()), [])
    assert isinstance(answer, NoAnswer)
    assert (answer.unmet[0].reason, answer.unmet[0].where) == (None, "/credentials/0")


def test_how_far_the_best_candidate_came() -> None:
    asked = query(credential_query(claims=[{"path": ["age"], "values": [31]}]))
    answer = evaluate(asked, [held(identifier="urn:other"), held(), held(format=MDOC)])
    assert isinstance(answer, NoAnswer)
    assert (answer.unmet[0].reason, answer.unmet[0].where) == (Mismatch.VALUE, "/credentials/0/claims/0/values")


def test_one_credential_unless_several_are_asked_for() -> None:
    cards = [held(id="1"), held(id="2")]
    one, several = (evaluate(query(credential_query(multiple=multiple)), cards) for multiple in (False, True))
    assert isinstance(one, Answer)
    assert isinstance(several, Answer)
    assert [choice.credential.id for choice in one.choices["pid"]] == ["1"]
    assert [choice.credential.id for choice in several.choices["pid"]] == ["1", "2"]


def test_the_credential_nearest_to_the_preference_is_taken() -> None:
    claims = [{"id": "f", "path": ["family_name"]}, {"id": "n", "path": ["nickname"]}]
    asked = query(credential_query(claims=claims, claim_sets=[["n"], ["f"]]))
    answer = evaluate(asked, [held(id="1"), held(id="2", claims={"nickname": "D"})])
    assert isinstance(answer, Answer)
    assert [choice.credential.id for choice in answer.choices["pid"]] == ["2"]


def _named(name: str) -> dict[str, Any]:
    return credential_query(id=name, meta={"vct_values": [f"urn:{name}"]}, claims=None)


REQUIRED_A, OPTIONAL_B = {"options": [["a"]]}, {"options": [["b"]], "required": False}
SATISFIED = [
    ("no_sets_every_credential", "abc", None, "abc"),
    ("first_option", "ab", [{"options": [["a"], ["b"]]}], "a"),
    ("second_option_of_two", "bc", [{"options": [["a"], ["b", "c"]]}], "bc"),
    ("in_no_set_is_not_sent", "ab", [REQUIRED_A], "a"),
    ("optional_missing", "a", [REQUIRED_A, OPTIONAL_B], "a"),
    ("optional_there", "ab", [REQUIRED_A, OPTIONAL_B], "ab"),
    ("all_optional_all_missing", "", [OPTIONAL_B], ""),
    ("two_required_sets", "ab", [REQUIRED_A, {"options": [["b"]]}], "ab"),
]
UNSATISFIED = [
    ("no_sets_one_missing", "ab", None, "c"),
    ("no_option_whole", "b", [{"options": [["a"], ["b", "c"]]}], "ac"),
    ("required_missing_optional_there", "b", [REQUIRED_A, OPTIONAL_B], "a"),
    ("one_of_two_required_sets", "a", [REQUIRED_A, {"options": [["b"]]}], "b"),
]


def _answer(wallet: str, sets: list[dict[str, Any]] | None) -> Answer | NoAnswer:
    members = {} if sets is None else {"credential_sets": sets}
    asked = query(*map(_named, "abc"), **members)
    return evaluate(asked, [held(id=name, identifier=f"urn:{name}") for name in wallet])


@pytest.mark.parametrize(
    ("wallet", "sets", "answered"), [row[1:] for row in SATISFIED], ids=[row[0] for row in SATISFIED]
)
def test_credential_sets_satisfied(wallet: str, sets: list[dict[str, Any]] | None, answered: str) -> None:
    """Section 6.4.2."""
    answer = _answer(wallet, sets)
    assert isinstance(answer, Answer)
    assert list(answer.choices) == list(answered)


@pytest.mark.parametrize(
    ("wallet", "sets", "missing"), [row[1:] for row in UNSATISFIED], ids=[row[0] for row in UNSATISFIED]
)
def test_credential_sets_not_satisfied(wallet: str, sets: list[dict[str, Any]] | None, missing: str) -> None:
    """Section 6.4.2: then nothing at all is returned."""
    answer = _answer(wallet, sets)
    assert isinstance(answer, NoAnswer)
    assert [unmet.query_id for unmet in answer.unmet] == list(missing)
