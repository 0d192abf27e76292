"""A verifier's look at an answer: OpenID4VP 1.0, sections 8.6 and 14.11, checklist VP-16."""

from typing import Any

import pytest

from tests.vc_core.dcql.examples import DISCLOSURES, MDOC, credential_query, held, query, shown
from vc_core import base64url
from vc_core.claims import ClaimPath
from vc_core.dcql import (
    AnswerFinding,
    Mismatch,
    PresentationFinding,
    PresentedCredential,
    Unrequested,
    Unsatisfied,
    judge_presentation,
    judge_set,
)

NAMES: tuple[ClaimPath, ...] = (("family_name",), ("given_name",))
NOTHING_FOR_PID = AnswerFinding(reason=Unsatisfied.SET, where="/credentials/0")


def judged(presented: PresentedCredential, **changes: Any) -> tuple[PresentationFinding, ...]:
    """Against one credential query, with changes."""
    [asked] = query(credential_query(**changes)).credentials
    return judge_presentation(asked, presented)


def _about(reason: Mismatch | Unrequested, where: str) -> PresentationFinding:
    return PresentationFinding(reason=reason, where=where)


def test_what_was_asked_for() -> None:
    assert judged(shown(*NAMES)) == ()


FAULTY = [
    ("another_format", {}, shown(*NAMES, format=MDOC), Mismatch.FORMAT, "/format"),
    ("another_type", {}, shown(*NAMES, identifier="urn:other"), Mismatch.TYPE, "/meta"),
    (
        "another_authority",
        {"trusted_authorities": [{"type": "aki", "values": [base64url.encode(b"other")]}]},
        shown(*NAMES),
        Mismatch.AUTHORITY,
        "/trusted_authorities",
    ),
    (
        "no_proof_of_the_holder",
        {},
        shown(*NAMES, holder_bound=False),
        Mismatch.HOLDER_BINDING,
        "/require_cryptographic_holder_binding",
    ),
    ("claim_not_shown", {}, shown(("family_name",)), Mismatch.CLAIM, "/claims/1"),
    (
        "another_value",
        {"claims": [{"path": ["postal_code"], "values": ["10115"]}]},
        shown(("postal_code",)),
        Mismatch.VALUE,
        "/claims/0/values",
    ),
    (
        "no_claim_set_whole",
        {
            "claims": [{"id": "a", "path": ["family_name"]}, {"id": "b", "path": ["age"]}],
            "claim_sets": [["a", "b"], ["b"]],
        },
        shown(("family_name",)),
        Mismatch.CLAIM_SET,
        "/claim_sets",
    ),
]


@pytest.mark.parametrize(
    ("changes", "presented", "reason", "place"), [row[1:] for row in FAULTY], ids=[row[0] for row in FAULTY]
)
def test_a_presentation_that_is_not_what_was_asked_for(
    changes: dict[str, Any], presented: PresentedCredential, reason: Mismatch, place: str
) -> None:
    assert judged(presented, **changes) == (_about(reason, f"/credentials/0{place}"),)


def test_every_fault_of_a_presentation_is_named() -> None:
    findings = judged(shown(holder_bound=False))
    assert [finding.reason for finding in findings] == [Mismatch.HOLDER_BINDING, Mismatch.CLAIM, Mismatch.CLAIM]


FORM: list[tuple[str, dict[str, int], tuple[AnswerFinding, ...]]] = [
    ("as_asked", {"pid": 1}, ()),
    ("nothing", {}, (NOTHING_FOR_PID,)),
    ("no_presentation", {"pid": 0}, (NOTHING_FOR_PID,)),
    ("unknown_id", {"pid": 1, "passport": 1}, (AnswerFinding(reason=Unrequested.QUERY_ID, where="passport"),)),
    ("two_without_multiple", {"pid": 2}, (AnswerFinding(reason=Unrequested.SEVERAL, where="/credentials/0"),)),
]


@pytest.mark.parametrize(("presented", "findings"), [row[1:] for row in FORM], ids=[row[0] for row in FORM])
def test_the_form_of_an_answer(presented: dict[str, int], findings: tuple[AnswerFinding, ...]) -> None:
    assert judge_set(query(credential_query()), presented) == findings


def test_several_where_several_were_asked_for() -> None:
    assert judge_set(query(credential_query(multiple=True)), {"pid": 2}) == ()


@pytest.mark.parametrize(
    ("claims", "disclosed", "excess"),
    [
        pytest.param(None, [("age",)], ["/age"], id="no_claim_was_asked_for"),
        pytest.param([["family_name"]], [("family_name",), ("age",)], ["/age"], id="one_claim_too_many"),
        pytest.param(
            [["address", "street_address"]],
            [("address",), ("address", "street_address"), ("address", "country")],
            ["/address/country"],
            id="a_member_beside_the_one_asked_for",
        ),
        pytest.param(
            [["nationalities", 0]],
            [("nationalities", 0), ("nationalities", 1), ("nationalities", 2)],
            ["/nationalities/1", "/nationalities/2"],
            id="elements_beside_the_one_asked_for",
        ),
    ],
)
def test_claims_shown_that_were_not_asked_for(
    claims: list[list[str | int]] | None, disclosed: list[ClaimPath], excess: list[str]
) -> None:
    """Section 6.4: the presentation still answers the query."""
    findings = judged(shown(*disclosed), claims=claims and [{"path": path} for path in claims])
    assert findings == tuple(_about(Unrequested.CLAIM, where) for where in excess)


def test_an_index_does_not_count_where_elements_were_withheld() -> None:
    """The second of three elements is the first of those shown."""
    asked: dict[str, Any] = {"claims": [{"path": ["nationalities", 1], "values": ["BE"]}]}
    assert judged(shown(("nationalities", 1)), **asked) == ()
    assert judged(shown(("nationalities", 1), ("nationalities", 2)), **asked) == ()


def test_an_index_counts_in_an_array_shown_whole() -> None:
    asked: dict[str, Any] = {"claims": [{"path": ["nationalities", 1]}, {"path": ["employers", 0, "name"]}]}
    more = shown(("nationalities", 1), ("employers", 0, "name"), ("employers", 1, "name"))
    assert judged(more, **asked) == (_about(Unrequested.CLAIM, "/employers/1/name"),)


def test_a_group_that_was_asked_for_in_part_may_be_shown_whole() -> None:
    group = frozenset[ClaimPath]({("employers", None, "name"), ("employers", None, "id")})
    asked: dict[str, Any] = {"claims": [{"path": ["employers", None, "id"]}]}
    credential = held(groups=(group,))
    everything = [path for path in DISCLOSURES if path[0] == "employers"]
    assert judged(shown(*everything, credential=credential), **asked) == ()
    assert judged(shown(*everything), **asked) == (
        _about(Unrequested.CLAIM, "/employers/0/name"),
        _about(Unrequested.CLAIM, "/employers/1/name"),
    )


def test_claims_of_the_combination_that_was_given_and_no_other() -> None:
    claims = [{"id": "a", "path": ["family_name"]}, {"id": "b", "path": ["age"]}]
    asked: dict[str, Any] = {"claims": claims, "claim_sets": [["a"], ["b"]]}
    assert judged(shown(("age",)), **asked) == ()
    assert judged(shown(("age",), ("family_name",)), **asked) == (_about(Unrequested.CLAIM, "/age"),)


SETS = [{"options": [["a"], ["b", "c"]]}, {"options": [["d"]], "required": False}]


@pytest.mark.parametrize(
    ("given", "findings"),
    [
        pytest.param("a", [], id="first_option"),
        pytest.param("bc", [], id="second_option"),
        pytest.param("ad", [], id="optional_set_too"),
        pytest.param("b", [(Unsatisfied.SET, "/credential_sets/0")], id="half_an_option"),
        pytest.param("d", [(Unsatisfied.SET, "/credential_sets/0")], id="only_the_optional_set"),
        pytest.param("ae", [(Unrequested.CREDENTIAL, "/credentials/4")], id="a_credential_of_no_set"),
    ],
)
def test_credential_sets(given: str, findings: list[tuple[Any, str]]) -> None:
    asked = query(
        *(credential_query(id=name, meta={"vct_values": [f"urn:{name}"]}, claims=None) for name in "abcde"),
        credential_sets=SETS,
    )
    found = judge_set(asked, dict.fromkeys(given, 1))
    assert [(finding.reason, finding.where) for finding in found] == findings
