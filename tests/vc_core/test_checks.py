"""The catalogue of checks: every question once, in an order that can be followed, each with an answer."""

import pytest

from vc_core.checks import (
    CATALOGUE,
    HOLDER_PROOF,
    QUESTIONS,
    Check,
    CheckId,
    Outcome,
    failed,
    indeterminate,
    not_applicable,
    not_evaluated,
    passed,
    rejected,
)
from vc_core.rejection import Rejection
from vc_core.verification.procedure import ANSWERS


def test_every_question_is_asked_once_and_has_an_answer() -> None:
    ids = [question.id for question in QUESTIONS]
    assert len(ids) == len(set(ids))
    assert set(ANSWERS) == set(ids)


def test_what_a_question_rests_on_is_asked_before_it() -> None:
    asked: set[str] = set()
    for question in QUESTIONS:
        assert set(question.after) <= asked, question.id
        asked.add(question.id)


def test_ids_name_a_family_and_a_question_and_no_format() -> None:
    families = {"format", "integrity", "trust", "validity", "coverage", "claims", "status", "holder", "query"}
    for question in QUESTIONS:
        family, _, name = question.id.partition(".")
        assert family in families
        assert name
        assert not {"jwt", "mdoc", "cwt", "cbor"} & set(name.split("_"))
        assert question.asks.endswith("?")


def test_questions_about_a_proof_follow_the_question_whether_there_is_one() -> None:
    for id_ in HOLDER_PROOF:
        assert "holder.binding" in CATALOGUE[CheckId(id_)].after


@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.INDETERMINATE, Outcome.NOT_EVALUATED])
def test_a_check_that_did_not_pass_says_why(outcome: Outcome) -> None:
    with pytest.raises(ValueError, match=r"status\.value"):
        Check(id=CheckId("status.value"), outcome=outcome)


def test_answers_carry_the_clauses_of_their_question() -> None:
    blocked = not_evaluated("status.value", blocked_by=CheckId("trust.list"))
    for check in (
        passed("status.value"),
        failed("status.value", "withdrawn"),
        indeterminate("status.value", "timeout"),
        not_applicable("status.value"),
        blocked,
    ):
        assert check.refs == CATALOGUE[CheckId("status.value")].refs
    assert blocked.blocked_by == "trust.list"


def test_a_rejection_becomes_a_failed_check_with_its_clause_first() -> None:
    rejection = Rejection("digest_repeated", where="/_sd/1", section="RFC 9901, section 7.1", evidence={"count": 2})
    check = rejected("integrity.claim_digests", rejection)
    assert (check.outcome, check.reason, check.where) == (Outcome.FAILED, "digest_repeated", "/_sd/1")
    assert check.evidence == {"count": 2}
    assert check.refs.count("RFC 9901, section 7.1") == 1
    assert check.refs[0] == "RFC 9901, section 7.1"


def test_an_unknown_question_cannot_be_answered() -> None:
    with pytest.raises(KeyError):
        passed("status.colour")
