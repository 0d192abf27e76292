"""Runs scenarios and says of each whether everything was as it expects.

Verifications are judged by the core in this process unless a verifier is given; issuances and responses need services:
those of this project in this process, or the addresses given. Requests and receipts test the simulated wallet.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, assert_never

from conformance.cannot_run import CannotRunError
from conformance.comparison import Difference, differences
from conformance.issuer_under_test import IssuerUnderTest
from conformance.judging import judge
from conformance.scenario import (
    Case,
    ExpectedAnswer,
    ExpectedRefusal,
    ExpectedVerdict,
    Issuance,
    Receipt,
    Request,
    Response,
    Role,
    Verification,
)
from conformance.verifier_interface import Observed, Told
from conformance.verifier_under_test import VerifierUnderTest
from conformance.wallet_under_test import Refusal, ask_wallet, give_wallet
from conformance.world import World
from vc_core.checks import Outcome
from vc_core.verdict import Word
from vc_core.verdict_json import verdict_json
from wallet_sim.faults import NotApplicable

Observe = Callable[[Case], Observed]

_REFUSING = ("format.", "integrity.", "holder.", "query.")
"""Checks for which a wallet is told that its presentation is refused, when they FAILED (design.md 12)."""


class RunOutcome(StrEnum):
    """ERROR: it could not be run. SKIP: the system under test has nothing that this fault could deviate in."""

    PASS = "pass"  # noqa: S105  an outcome, not a password
    FAIL = "fail"
    ERROR = "error"
    SKIP = "skip"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """observed: the verdict's word, the wallet's reason or the answer's status. detail: why it could not be run."""

    case: Case
    outcome: RunOutcome
    differences: tuple[Difference, ...] = ()
    observed: str = ""
    detail: str = ""


@dataclass(slots=True, kw_only=True)
class Runner:
    """observe: how presentations are judged; None for the core in this process."""

    world: World
    observe: Observe | None = None
    verifier: VerifierUnderTest | None = None
    issuer: IssuerUnderTest | None = None
    _faultless: dict[object, Mapping[str, Any] | None] = field(default_factory=dict)

    def run(self, cases: Iterable[Case]) -> Iterator[Result]:
        for case in cases:
            yield self.run_one(case)

    def run_one(self, case: Case) -> Result:
        try:
            observed, found = self._judge(case)
        except CannotRunError as error:
            return Result(case=case, outcome=RunOutcome.ERROR, detail=str(error))
        except NotApplicable as reason:
            return Result(case=case, outcome=RunOutcome.SKIP, detail=str(reason))
        outcome = RunOutcome.FAIL if found else RunOutcome.PASS
        return Result(case=case, outcome=outcome, differences=tuple(found), observed=observed)

    def _judge(self, case: Case) -> tuple[str, tuple[Difference, ...]]:
        match case.scenario:
            case Verification() as scenario:
                return self._verification(case, scenario)
            case Request(expect=expected):
                refusal = ask_wallet(self.world, case)
                return refusal.reason, tuple(_refusal(refusal, expected))
            case Receipt(expect=expected):
                refusal = give_wallet(self.world, case)
                return refusal.reason, tuple(_refusal(refusal, expected))
            case Issuance(expect=expected):
                return self._issuance(case, expected)
            case Response(expect=expected):
                if self.verifier is None:
                    raise CannotRunError("no verifier")
                told = self.verifier.told(case)
                return str(told.status), tuple(_answer(told, expected))
            case other:
                assert_never(other)

    def _issuance(self, case: Case, expected: ExpectedAnswer) -> tuple[str, tuple[Difference, ...]]:
        if self.issuer is None:
            raise CannotRunError("no issuer")
        judged = self.issuer.judge(case)
        found = [
            *_plain("status", expected.status, judged.status),
            *_plain("error", expected.error, judged.error),
            *_plain("challenge", expected.challenge, judged.challenge),
        ]
        if not judged.undisturbed:
            found.append(Difference(what="state", expected="as before", actual="an honest request fails afterwards"))
        return str(judged.status), tuple(found)

    # ----------------------------------------------------------------------------------------------- verifications
    def _verification(self, case: Case, scenario: Verification) -> tuple[str, tuple[Difference, ...]]:
        observed = self._observed(case)
        if observed.verdict is None:
            return str(observed.told and observed.told.status), tuple(_authentic(observed, scenario.expect))
        faultless = None if scenario.fault is None else self._faultless_verdict(case, scenario)
        found = differences(observed.verdict, scenario.expect, faultless)
        return observed.verdict["verdict"], (*found, *_authentic(observed, scenario.expect))

    def _observed(self, case: Case) -> Observed:
        if self.observe is not None:
            return self.observe(case)
        return Observed(verdict=verdict_json(judge(self.world, case)))

    def _faultless_verdict(self, case: Case, scenario: Verification) -> Mapping[str, Any] | None:
        """Of the same type, format, example and question; run once."""
        key = (case.type_id, case.format_id, scenario.example, scenario.asked, scenario.showing, scenario.case_ref)
        if key not in self._faultless:
            plain = replace(
                scenario, id=f"faultless.{len(self._faultless)}", role=Role.NOBODY, fault=None,
                expect=ExpectedVerdict(verdict=Word.CONFIRMED),
            )  # fmt: skip
            self._faultless[key] = self._observed(replace(case, scenario=plain)).verdict
        return self._faultless[key]


def _authentic(observed: Observed, expected: ExpectedVerdict) -> Iterator[Difference]:
    """What the wallet is told: refused if the presentation is not authentic, accepted if the verdict needs it to be.

    In between (an issuer that is not trusted, a status that is not known) a verifier may do either.
    """
    if observed.told is None:
        return
    accepted = 200 <= observed.told.status < 300
    failed = [str(check.id) for check in expected.checks if check.outcome is Outcome.FAILED]
    if any(id_.startswith(_REFUSING) for id_ in failed):
        if accepted:
            yield Difference(what="answer to the wallet", expected="4xx", actual=str(observed.told.status))
    elif expected.verdict is not Word.CANNOT_CONFIRM and not accepted:
        yield Difference(what="answer to the wallet", expected="200", actual=str(observed.told.status))


def _refusal(refusal: Refusal, expected: ExpectedRefusal) -> Iterator[Difference]:
    yield from _plain("reason", expected.reason, refusal.reason or "accepted")
    yield from _plain("error", expected.error, refusal.error)
    if refusal.leaked:
        yield Difference(what="presentation", expected="none sent", actual="sent")


def _answer(told: Told, expected: ExpectedAnswer) -> Iterator[Difference]:
    yield from _plain("status", expected.status, told.status)
    yield from _plain("error", expected.error, told.error)
    yield from _plain("check", expected.check, told.check)


def _plain(what: str, expected: object, actual: object) -> Iterator[Difference]:
    if expected != actual:
        yield Difference(what=what, expected=str(expected), actual=str(actual))
