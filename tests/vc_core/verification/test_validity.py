"""Validity and cover where something is kept back, cut or dated oddly: an open question is not a yes and not a no."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from tests import pilot
from tests.vc_core import issued
from tests.vc_core.issued import CHALLENGE, HOLDER, NOW, STATUS, judged
from vc_core import sd_jwt_vc
from vc_core.checks import Outcome
from vc_core.formats.base import UnverifiedPresentation
from vc_core.formats.registry import INSPECTION_CODE, WALLET_FORMATS
from vc_core.formats.sd_jwt_vc import payload
from vc_core.sd_jwt import DisclosurePlan
from vc_core.trust import Entitlement
from vc_core.verdict import Verdict, Word
from vc_core.verification import Evidence, Expected, verify_text

MDOC, SD_JWT = "mso_mdoc", "dc+sd-jwt"
CARD = {**issued.CATALOGUE.examples("ehic")["valid_card_with_period"]}
CARD |= {"authentic_source": {**CARD["authentic_source"], "id": "FR:117000"}}
ENTITLED = pilot.entity(
    entitlements=tuple(Entitlement(type_id=type_id, issue_from=date(2024, 1, 1)) for type_id in ("a1", "ehic"))
)
TRUSTED = Evidence(trust=pilot.trust_list(ENTITLED), status={STATUS.uri: issued.token()})


def shown(type_id: str, claims: dict[str, Any], *, without: tuple[str, ...], day: date) -> Verdict:
    """An mdoc of which some elements are kept back."""
    held, text = WALLET_FORMATS[MDOC], issued.issued(type_id, MDOC, claims=claims)
    every = held.parse(UnverifiedPresentation(text=text)).query_facts().disclosures
    paths = [path for path in every if path[1] not in without]
    answer = held.present(text, paths=paths, challenge=CHALLENGE, holder=HOLDER, issued_at=NOW)
    expected = Expected(day=day, challenge=CHALLENGE)
    return judged(answer, replace(issued.ASKED, expected=expected, evidence=TRUSTED))


PAST, WITHIN = date(2028, 6, 1), date(2026, 2, 15)
WITHHELD = {
    "nothing": ((), WITHIN, Word.CONFIRMED, {}),
    "what_no_question_needs": (("document_number",), WITHIN, Word.CONFIRMED, {}),
    "expiry_on_a_day_of_cover": (("date_of_expiry",), WITHIN, Word.CONFIRMED, {}),
    "expiry_after_the_cover": (("date_of_expiry",), PAST, Word.NOT_COVERED, {"validity.coverage": "coverage_ended"}),
    "end_of_cover": (
        ("ending_date",), WITHIN, Word.CANNOT_CONFIRM, {"validity.coverage": "claim_not_disclosed"},
    ),
    "both_ends": (
        ("ending_date", "date_of_expiry"),
        PAST,
        Word.CANNOT_CONFIRM,
        {"validity.document": "claim_not_disclosed", "validity.coverage": "claim_not_disclosed"},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("without", "day", "word", "reasons"), WITHHELD.values(), ids=WITHHELD)
def test_a_day_kept_back_of_an_mdoc_is_not_taken_for_absent(
    without: tuple[str, ...], day: date, word: Word, reasons: dict[str, str]
) -> None:
    """Every element of an mdoc can be withheld, whatever its type says of it (ISO/IEC 18013-5, 9.1.2.4)."""
    verdict = shown("ehic", CARD, without=without, day=day)
    assert verdict.word is word
    assert {id_: verdict.check(id_).reason for id_ in verdict.deciding} == reasons


def test_a_card_without_days_of_which_all_is_shown_is_good_without_end() -> None:
    claims = {name: value for name, value in CARD.items() if name not in {"starting_date", "ending_date"}}
    del claims["date_of_expiry"]
    assert shown("ehic", claims, without=(), day=PAST).word is Word.CONFIRMED


TWELVE = issued.CATALOGUE.examples("a1")["valid_twelve_employers"]
CUT = {
    "employer_of_the_part_shown": (
        {"employer": TWELVE["employer"][0]["name"]}, "coverage.employer", "", Word.CONFIRMED,
    ),
    "employer_of_the_part_cut": (
        {"employer": TWELVE["employer"][-1]["name"]}, "coverage.employer", "claim_cut", Word.CANNOT_CONFIRM,
    ),
    "state_of_the_part_shown": ({"host_state": "DE"}, "coverage.state", "", Word.CONFIRMED),
    "state_of_the_part_cut": ({"host_state": "NL"}, "coverage.state", "claim_cut", Word.CANNOT_CONFIRM),
}  # fmt: skip


@pytest.mark.parametrize(("asked", "id_", "reason", "word"), CUT.values(), ids=CUT)
def test_what_a_code_has_no_room_for_is_not_taken_for_not_covered(
    asked: dict[str, Any], id_: str, reason: str, word: Word
) -> None:
    """Inspection code, section 4: a list that was cut says so."""
    claims = {**TWELVE, "authentic_source": {**TWELVE["authentic_source"], "id": "FR:117000"}}
    code = issued.issued("a1", INSPECTION_CODE.id, claims=claims)
    verdict = judged(code, replace(issued.NOT_ASKED, expected=Expected(day=date(2026, 3, 1), **asked)))
    assert (verdict.word, verdict.check(id_).reason) == (word, reason)
    assert verdict.deciding == ((id_,) if reason else ())


def signed_with(**changes: Any) -> str:
    """An SD-JWT VC all in the clear, with claims of the envelope changed."""
    claims = payload(issued.planned("a1", SD_JWT)) | changes
    plan = DisclosurePlan(paths=(("personal_administrative_number",), ("document_number",)))
    return sd_jwt_vc.issue(
        claims, plan=plan, signer=pilot.DOCUMENT_SIGNER, random=issued.random_source()
    ).text  # fmt: skip


INSTANTS = {
    "exp_before_1970": ({"exp": -1}, "expired"),
    "exp_zero": ({"exp": 0}, "expired"),
    "exp_a_fraction_before_now": ({"exp": NOW.timestamp() - 60.5}, "expired"),
    "nbf_beyond_2242": ({"nbf": 2**33}, "not_yet_valid"),
    "iat_beyond_2242": ({"iat": 2**33}, "issued_in_the_future"),
}


@pytest.mark.parametrize(("changes", "reason"), INSTANTS.values(), ids=INSTANTS)
def test_instants_far_from_now_count(changes: dict[str, Any], reason: str) -> None:
    """RFC 7519, section 2: a NumericDate is any number of seconds."""
    verdict = judged(signed_with(**changes), issued.NOT_ASKED)
    assert verdict.check("validity.technical").outcome is Outcome.FAILED
    assert verdict.check("validity.technical").reason == reason
    assert verdict.check("integrity.envelope").outcome is Outcome.PASSED


DATED = {
    "by_a_clock_ahead_of_utc": (timedelta(hours=23, minutes=30), Outcome.PASSED, ""),
    "tomorrow_everywhere": (timedelta(hours=9, minutes=59), Outcome.FAILED, "document_not_yet_issued"),
}


@pytest.mark.parametrize(("time", "outcome", "reason"), DATED.values(), ids=DATED)
def test_a_document_is_dated_by_its_institutions_own_clock(time: timedelta, outcome: Outcome, reason: str) -> None:
    """At 23.30 UTC it is tomorrow in Paris, and a document issued there has that date."""
    today = datetime(2026, 2, 16, tzinfo=NOW.tzinfo) - timedelta(days=1)
    claims = {**issued.CATALOGUE.examples("a1")["valid_posted_worker"], "date_of_issuance": "2026-02-16"}
    given = issued.NOT_ASKED
    text = issued.issued("a1", SD_JWT, claims=claims, issued_at=today)
    verdict = verify_text(text, given.expected, given.evidence, given.policy, today + time, issued.CATALOGUE)
    assert (verdict.check("validity.document").outcome, verdict.check("validity.document").reason) == (outcome, reason)


def test_instants_around_now_are_good() -> None:
    changes = {"nbf": NOW.timestamp() - 0.5, "exp": NOW.timestamp() + 0.5}
    assert judged(signed_with(**changes), issued.NOT_ASKED).check("validity.technical").outcome is Outcome.PASSED
