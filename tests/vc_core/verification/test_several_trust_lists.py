"""A verification by several trust lists: which of them answers, and what one that fails does to the others' people."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests import pilot
from tests.vc_core import issued
from tests.vc_core.issued import NOW, STATUS, judged, presented, setting
from vc_core import pki, x509
from vc_core.checks import Outcome
from vc_core.formats.registry import FORMATS
from vc_core.pki import Organization
from vc_core.receipt import make_receipt
from vc_core.trust import ConsultedList, Entitlement, TrustedEntity, TrustLists, TrustUnavailable
from vc_core.verdict import Verdict, Word
from vc_core.verification import Evidence, Expected, Policy, StatusUnavailable, begin, wanted_status_lists
from vc_core.verification.procedure import read
from vc_core.verification.recheck import from_json, pending_status, recheck, to_json

TEXTS = {format_id: presented(format_id, issued.issued("a1", format_id)) for format_id in FORMATS}
each_format = pytest.mark.parametrize("format_id", FORMATS)
SIGNER = pilot.DOCUMENT_SIGNER.chain[0]
GERMAN = pilot.entity("DE:180000", name="DVKA", country="DE", signers=())
A1 = Entitlement(type_id="a1", issue_from=date(2024, 1, 1))
PID = Entitlement(type_id="pid", issue_from=date(2024, 1, 1))
ENDED = Entitlement(type_id="a1", issue_from=date(2020, 1, 1), issue_until=date(2021, 1, 1))


def consulted(name: str, *entities: TrustedEntity, territories: str = "", sequence: int = 7) -> ConsultedList:
    listed = replace(pilot.trust_list(*entities, sequence=sequence), digest=f"digest-{name}")
    return ConsultedList(name=name, territories=frozenset(territories.split()), published=listed)


def listing(name: str, **changes: object) -> ConsultedList:
    return consulted(name, pilot.entity(**changes))


def down(name: str, territories: str = "") -> ConsultedList:
    missing = TrustUnavailable(reason="trust_list_stale")
    return ConsultedList(name=name, territories=frozenset(territories.split()), published=missing)


FR = consulted("fr", pilot.entity(), territories="FR", sequence=12)
DE = consulted("de", GERMAN, territories="DE", sequence=3)


def evidence(*several: ConsultedList, **status: object) -> Evidence:
    return Evidence(trust=TrustLists(lists=several), status=status or {STATUS.uri: issued.token()})  # type: ignore[arg-type]


def judge(format_id: str, *several: ConsultedList) -> Verdict:
    return judged(TEXTS[format_id], replace(setting(format_id), evidence=evidence(*several)))


def of(verdict: Verdict, *ids: str) -> list[tuple[Outcome, str]]:
    return [(check.outcome, check.reason) for check in map(verdict.check, ids)]


@each_format
@pytest.mark.parametrize("others", [(), (DE,), (down("de", "DE"),), (down("pid"), DE)], ids=len)
def test_the_list_that_has_the_issuer_answers_whatever_the_others_do(
    format_id: str, others: tuple[ConsultedList, ...]
) -> None:
    verdict = judge(format_id, *others, FR)
    assert verdict.word is Word.CONFIRMED
    said = verdict.check("trust.list").evidence
    assert (said["list"], said["territory"], said["operator"]) == ("fr", "EU", "Pilot office")
    assert (said["sequence"], said["digest"]) == (12, "digest-fr")


@each_format
@pytest.mark.parametrize("territories", ["", "FR"], ids=["of_any_country", "of_his_country"])
def test_an_issuer_who_may_stand_on_a_list_that_is_missing_is_not_called_unlisted(
    format_id: str, territories: str
) -> None:
    verdict = judge(format_id, DE, down("fr", territories))
    assert verdict.word is Word.CANNOT_CONFIRM
    assert of(verdict, "trust.list") == [(Outcome.INDETERMINATE, "trust_list_stale")]
    assert verdict.check("trust.list").evidence == {"list": "fr"}
    assert verdict.check("trust.issuer_chain").blocked_by == "trust.list"
    assert "trust.issuer_chain" not in verdict.deciding


@each_format
def test_an_issuer_on_none_of_the_lists_at_hand_is_unlisted(format_id: str) -> None:
    verdict = judge(format_id, DE, consulted("at", pilot.entity("AT:100000", country="AT", signers=())))
    assert verdict.word is Word.CANNOT_CONFIRM
    assert of(verdict, "trust.list") == [(Outcome.PASSED, "")]
    assert verdict.check("trust.list").evidence == {"lists": "de 3, at 7"}
    by_key_id = TEXTS[format_id] and read(TEXTS[format_id]).key_id  # type: ignore[union-attr]
    reason = "signer_certificate_unknown" if by_key_id else "issuer_not_on_trust_list"
    assert of(verdict, "trust.issuer_chain") == [(Outcome.FAILED, reason)]


CHAINED = "dc+sd-jwt"


def test_a_missing_list_that_may_not_speak_for_the_issuer_leaves_no_doubt() -> None:
    verdict = judge(CHAINED, consulted("fr", pilot.entity("FR:910000", signers=()), territories="FR"), down("de", "DE"))
    assert of(verdict, "trust.list", "trust.issuer_chain") == [
        (Outcome.PASSED, ""), (Outcome.FAILED, "issuer_not_on_trust_list"),
    ]  # fmt: skip


@each_format
def test_the_list_of_one_state_authorises_nobody_of_another(format_id: str) -> None:
    """The same entry, signed by an operator who is trusted, confirms or not by the territory alone."""
    listed = pilot.trust_list(pilot.entity(), GERMAN)
    foreign = ConsultedList(name="de", territories=frozenset({"DE"}), published=listed)
    assert judge(format_id, replace(foreign, territories=frozenset({"DE", "FR"}))).word is Word.CONFIRMED
    assert judge(format_id, foreign).word is Word.CANNOT_CONFIRM


def test_it_is_said_that_the_list_may_not_speak_for_the_issuer() -> None:
    check = judge(CHAINED, consulted("de", pilot.entity(), territories="DE")).check("trust.issuer_chain")
    assert (check.outcome, check.reason) == (Outcome.FAILED, "issuer_of_other_territory")
    assert check.evidence["list"] == "de"


@pytest.mark.parametrize(
    ("entitlements", "id_", "reason"),
    [
        pytest.param((A1,), "trust.issuer_chain", "issuer_of_other_type", id="to_nothing_else"),
        pytest.param((A1, PID), "trust.issuer_entitled", "issuer_not_competent", id="to_something_else_too"),
    ],
)
def test_the_list_of_one_scheme_entitles_nobody_to_the_documents_of_another(
    entitlements: tuple[Entitlement, ...], id_: str, reason: str
) -> None:
    listed = consulted("pid", pilot.entity(entitlements=entitlements))
    assert judge(CHAINED, listed).word is Word.CONFIRMED
    verdict = judge(CHAINED, replace(listed, types=frozenset({"pid"})))
    assert (verdict.word, of(verdict, id_)) == (Word.CANNOT_CONFIRM, [(Outcome.FAILED, reason)])


@each_format
@pytest.mark.parametrize(
    "at_hand",
    [
        pytest.param({"entitlements": (ENDED,)}, id="not_entitled"),
        pytest.param({"anchors": (pilot.ACCESS_ROOT.certificate,)}, id="not_certified"),
    ],
)
def test_an_entry_that_does_not_speak_for_him_leaves_open_what_a_missing_list_says(
    format_id: str, at_hand: dict[str, object]
) -> None:
    listed = listing("one", **at_hand)
    known, doubtful = judge(format_id, listed, down("two", "DE")), judge(format_id, listed, down("two"))
    assert (known.word, doubtful.word) == (Word.CANNOT_CONFIRM, Word.CANNOT_CONFIRM)
    assert known.check("trust.list").outcome is Outcome.PASSED
    assert of(doubtful, "trust.list") == [(Outcome.INDETERMINATE, "trust_list_stale")]


def test_a_missing_list_of_another_scheme_leaves_no_doubt() -> None:
    missing = replace(down("pid"), types=frozenset({"pid"}))
    assert of(judge(CHAINED, DE, missing), "trust.issuer_chain") == [(Outcome.FAILED, "issuer_not_on_trust_list")]


def test_revoked_by_any_list_is_revoked_though_another_is_missing() -> None:
    revoking = consulted("two", pilot.entity(revoked=frozenset({x509.thumbprint(SIGNER)})))
    verdict = judge(CHAINED, FR, revoking, down("three"))
    assert of(verdict, "trust.list", "trust.issuer_chain") == [
        (Outcome.PASSED, ""), (Outcome.FAILED, "certificate_revoked"),
    ]  # fmt: skip


@each_format
def test_a_key_given_to_two_institutions_proves_neither(format_id: str) -> None:
    german = pki.document_signer(
        pilot.root(1, country="DE", name="Deutschland"),
        public_key=SIGNER.public_key(),  # type: ignore[arg-type]
        organization=Organization(country="DE", name="DVKA", identifier="DE:180000"),
        term=pilot.term(91),
    )
    other = consulted("de", pilot.entity("DE:180000", country="DE", signers=(german,)))
    check = judge(format_id, FR, other).check("trust.issuer_chain")
    assert (check.outcome, check.reason) == (Outcome.FAILED, "signer_key_of_several_institutions")
    assert (check.evidence["institution"], check.evidence["list"]) == ("DE:180000", "de")


# -------------------------------------------------------------------------------------- one institution, two lists
ELSEWHERE = ("https://elsewhere.example/",)
OTHER_ANCHOR = {"anchors": (pilot.ACCESS_ROOT.certificate,), "signers": ()}
TWICE = {
    "the_first_that_entitles": (listing("one", entitlements=(ENDED,)), listing("two"), "two", "CONFIRMED"),
    "the_first_of_two_that_do": (listing("one"), listing("two"), "one", "CONFIRMED"),
    "the_one_that_certifies": (listing("one", **OTHER_ANCHOR), listing("two"), "two", "CONFIRMED"),
    "certified_by_one_and_entitled_by_the_other": (
        listing("one", **OTHER_ANCHOR), listing("two", entitlements=(ENDED,)), "two", "CANNOT_CONFIRM",
    ),
    "entitled_by_one_with_its_status_on_the_other": (
        listing("one", status_prefixes=ELSEWHERE), listing("two", entitlements=(ENDED,)), "one", "CANNOT_CONFIRM",
    ),
    "status_signer_certified_by_the_other": (
        listing("one", status_anchors=(pilot.ACCESS_ROOT.certificate,)), listing("two", entitlements=(ENDED,)), "one",
        "CANNOT_CONFIRM",
    ),
}  # fmt: skip


@each_format
@pytest.mark.parametrize(("one", "two", "name", "word"), TWICE.values(), ids=TWICE)
def test_one_entry_judges_alone(
    format_id: str, one: ConsultedList, two: ConsultedList, name: str, word: str
) -> None:  # fmt: skip
    verdict = judge(format_id, one, two)
    assert (verdict.word, verdict.check("trust.list").evidence["list"]) == (word, name)


def test_a_status_signer_revoked_on_another_list_is_revoked() -> None:
    revoked = frozenset({x509.thumbprint(pilot.STATUS_SIGNER.chain[0])})
    verdict = judge(CHAINED, FR, listing("two", revoked=revoked))
    assert of(verdict, "status.token_signer") == [(Outcome.FAILED, "status_signer_of_other_institution")]


# ---------------------------------------------------------------------------------------------------- around it
@each_format
def test_only_the_list_with_the_issuer_says_which_address_may_be_asked(format_id: str) -> None:
    permitting = consulted("other", pilot.entity("DE:180000", country="DE", signers=()))
    assert _needed(format_id, permitting, FR) == (STATUS.uri,)
    assert _needed(format_id, permitting, down("fr")) == ()
    assert _needed(format_id, permitting, listing("fr", status_prefixes=ELSEWHERE)) == ()


def _needed(format_id: str, *several: ConsultedList) -> tuple[str, ...]:
    parsed = read(TEXTS[format_id])
    expected, trust = Expected(day=NOW.date()), TrustLists(lists=several)
    return wanted_status_lists(begin(parsed, expected, trust, Policy(), NOW, issued.CATALOGUE))  # type: ignore[arg-type]


def test_the_receipt_names_the_list_that_has_the_issuer() -> None:
    known = evidence(DE, FR)
    verdict = judged(TEXTS[CHAINED], replace(setting(CHAINED), evidence=known))
    receipt = make_receipt(verdict, known, verifier="v", policy="p", random=bytes)
    assert receipt.trust_list == "digest-fr"


def test_a_recheck_asks_the_same_list_again() -> None:
    unreachable = evidence(DE, FR, **{STATUS.uri: StatusUnavailable(reason="timeout")})
    verdict = judged(TEXTS[CHAINED], replace(setting(CHAINED), evidence=unreachable))
    found = pending_status(verdict, read(TEXTS[CHAINED]))  # type: ignore[arg-type]
    assert found is not None
    pending = from_json(to_json(found))
    assert pending.trust_list == "fr"
    words = [
        recheck(pending, evidence(*several), Policy(), NOW + timedelta(minutes=1)).word
        for several in ((DE, FR), (DE, down("fr")), (DE, listing("other")))
    ]
    assert words == [Word.CONFIRMED, Word.CANNOT_CONFIRM, Word.CANNOT_CONFIRM]
    unnamed = replace(pending, trust_list="")
    assert recheck(unnamed, evidence(DE, FR), Policy(), NOW).word is Word.CONFIRMED, "kept before there were several"
