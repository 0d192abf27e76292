"""What is left of a verdict, and what the decision table says of it once there is newer withdrawal data."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from tests import pilot
from tests.vc_core import issued
from tests.vc_core.issued import NOW, STATUS, judged, presented, setting
from vc_core import strict_json
from vc_core.checks import Outcome
from vc_core.status_list import Status
from vc_core.verdict import Verdict, Word
from vc_core.verification import Evidence, Expected, Policy, StatusUnavailable, TrustUnavailable
from vc_core.verification.procedure import read
from vc_core.verification.recheck import PendingStatus, Rechecked, from_json, pending_status, recheck, to_json

FORMAT = "dc+sd-jwt"
TEXT = presented(FORMAT, issued.issued("a1", FORMAT))


def evidence(value: int = Status.VALID, **changes: Any) -> Evidence:
    return Evidence(trust=pilot.trust_list(), status={STATUS.uri: issued.token(value, **changes)})


OLD = evidence(age=timedelta(hours=1))
UNAVAILABLE = Evidence(trust=pilot.trust_list(), status={STATUS.uri: StatusUnavailable(reason="timeout")})


def verdict(**changes: object) -> Verdict:
    return judged(TEXT, replace(setting(FORMAT), **changes))  # type: ignore[arg-type]


def pending(**changes: object) -> PendingStatus | None:
    return pending_status(verdict(**changes), read(TEXT))  # type: ignore[arg-type]


def again(what: PendingStatus | None, later: Evidence) -> Rechecked:
    assert what is not None
    return recheck(what, later, Policy(), NOW)


@pytest.mark.parametrize("before", [OLD, UNAVAILABLE], ids=["old", "unavailable"])
@pytest.mark.parametrize(
    ("later", "word", "deciding"),
    [
        pytest.param(evidence(), Word.CONFIRMED, (), id="fresh"),
        pytest.param(evidence(Status.INVALID), Word.WITHDRAWN, ("status.value",), id="withdrawn"),
        pytest.param(OLD, Word.CONFIRMED_STATUS_OLD, ("status.freshness",), id="old"),
        pytest.param(UNAVAILABLE, Word.CANNOT_CONFIRM, ("status.token_available",), id="unavailable"),
        pytest.param(
            evidence(age=timedelta(days=8)), Word.CANNOT_CONFIRM, ("status.token_time",), id="expired"
        ),
        pytest.param(
            Evidence(trust=TrustUnavailable(reason="stale")), Word.CANNOT_CONFIRM, ("status.token_available",),
            id="no_trust_list",
        ),
    ],
)  # fmt: skip
def test_the_list_of_now_decides(before: Evidence, later: Evidence, word: Word, deciding: tuple[str, ...]) -> None:
    found = again(pending(evidence=before), later)
    assert (found.word, found.deciding) == (word, deciding)
    assert found.is_open == (word in (Word.CONFIRMED_STATUS_OLD, Word.CANNOT_CONFIRM))


def test_what_was_judged_of_the_day_stays_judged() -> None:
    expected = replace(setting(FORMAT).expected, day=date(2031, 1, 1))
    before = verdict(evidence=UNAVAILABLE, expected=expected)
    assert before.word is Word.CANNOT_CONFIRM
    found = again(pending(evidence=UNAVAILABLE, expected=expected), evidence())
    assert (found.word, found.deciding) == (Word.NOT_COVERED, ("validity.document", "validity.coverage"))


def test_a_list_signed_by_another_institution_settles_nothing() -> None:
    unknown = again(replace(_some(), institution_id="FR:999999"), evidence())
    assert (unknown.word, unknown.deciding) == (Word.CANNOT_CONFIRM, ("status.token_available",))


def test_every_question_about_the_list_is_asked_anew() -> None:
    found = again(_some(), evidence())
    assert [check.id for check in found.status] == [
        *("status.token_available", "status.token_signature", "status.token_signer", "status.token_subject"),
        *("status.token_time", "status.value", "status.freshness"),
    ]
    assert {check.outcome for check in found.status} == {Outcome.PASSED}


NOT_PENDING: dict[str, dict[str, Any]] = {
    "confirmed": {},
    "withdrawn": {"evidence": evidence(Status.INVALID)},
    "no_trust_list": {"evidence": Evidence(trust=TrustUnavailable(reason="stale"))},
    "not_covered_on_old_data": {"evidence": OLD, "expected": Expected(day=date(2031, 1, 1))},
}


@pytest.mark.parametrize("changes", NOT_PENDING.values(), ids=NOT_PENDING)
def test_verdicts_that_nothing_is_left_to_ask_about(changes: dict[str, Any]) -> None:
    if "expected" in changes:
        challenge = setting(FORMAT).expected.challenge
        changes = {**changes, "expected": replace(changes["expected"], challenge=challenge)}
    assert pending(**changes) is None


def test_neither_name_nor_number_is_left() -> None:
    text = strict_json.dump(to_json(_some())).decode()
    claims = issued.CATALOGUE.examples("a1")["valid_posted_worker"]
    holder = claims["credential_holder"]
    assert not [said for said in (*holder.values(), claims["document_number"]) if str(said) in text]


def test_it_comes_back_as_it_was_written() -> None:
    assert from_json(to_json(_some())) == _some()


@pytest.mark.parametrize(("trust", "uri"), [(pilot.trust_list(), STATUS.uri), (TrustUnavailable(reason="x"), None)])
def test_only_what_the_trust_list_permits_is_asked(trust: Any, uri: str | None) -> None:
    assert _some().permitted_uri(trust) == uri
    assert replace(_some(), institution_id="FR:999999").permitted_uri(trust) is None
    elsewhere = replace(STATUS, uri="https://elsewhere.example/status/1")
    assert replace(_some(), reference=elsewhere).permitted_uri(trust) is None


def _some() -> PendingStatus:
    found = pending(evidence=OLD)
    assert found is not None
    return found
