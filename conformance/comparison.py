"""What differs between a verdict and what its scenario expects.

The rule for checks that a scenario does not list: they answer as in the faultless run of the same type, format, example
and question, unless they were not evaluated and what blocks them leads to a listed check. Where there is no fault,
every check that is not listed passes or does not apply. Works on the JSON of a verdict, so that one rule serves a
verdict of the core and one read from a service.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from conformance.scenario import ExpectedVerdict
from vc_core.checks import Outcome

Answers = Mapping[str, Mapping[str, Any]]
"""Check id -> check, as `verdict_json` writes it."""

_HOLDS = frozenset({Outcome.PASSED, Outcome.NOT_APPLICABLE})
_RULES_KNOWN_BY = ("format.well_formed", "format.type_known")


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """what: a check id, or `verdict`, `identity_compared`, `error`, ...; expected and actual as texts."""

    what: str
    expected: str
    actual: str

    def __str__(self) -> str:
        return f"{self.what}: expected {self.expected}, got {self.actual}"


def differences(
    verdict: Mapping[str, Any], expected: ExpectedVerdict, faultless: Mapping[str, Any] | None
) -> tuple[Difference, ...]:
    """faultless: the verdict of the faultless run; None where there is no fault."""
    return tuple(_differences(verdict, expected, faultless))


def _differences(
    verdict: Mapping[str, Any], expected: ExpectedVerdict, faultless: Mapping[str, Any] | None
) -> Iterator[Difference]:
    yield from _plain("verdict", expected.verdict, verdict["verdict"])
    yield from _plain("identity_compared", expected.identity_compared, verdict["identity_compared"])
    answers = _answers(verdict)
    listed = {str(check.id): check for check in expected.checks}
    for id_, check in listed.items():
        told = f"{check.outcome} {check.reason}".strip()
        yield from _plain(id_, told, _told(answers[id_]) if id_ in answers else "no answer")
    usual = None if faultless is None else _answers(faultless)
    for id_ in dict.fromkeys((*(usual or {}), *answers)):
        if id_ not in listed:
            yield from _unlisted(id_, answers, usual, frozenset(listed))


def _unlisted(id_: str, answers: Answers, usual: Answers | None, listed: frozenset[str]) -> Iterator[Difference]:
    answer = answers.get(id_)
    if usual is None:
        if answer is not None and answer["outcome"] not in _HOLDS:
            yield Difference(what=id_, expected="PASSED or NOT_APPLICABLE", actual=_told(answer))
        return
    before = _told(usual[id_]) if id_ in usual else "no answer"
    if answer is None:
        if not (id_.startswith("rule.") and listed.intersection(_RULES_KNOWN_BY)):
            yield Difference(what=id_, expected=before, actual="no answer")
    elif _told(answer) != before and not _leads_to(answer, answers, listed):
        yield Difference(what=id_, expected=before, actual=_told(answer))


def _leads_to(answer: Mapping[str, Any], answers: Answers, listed: frozenset[str]) -> bool:
    """Whether what blocks this check is, at the end of the chain, one that the scenario lists."""
    blocking = answer.get("blocked_by")
    while blocking is not None:
        if blocking in listed:
            return True
        blocking = answers[blocking].get("blocked_by")
    return False


def _plain(what: str, expected: object, actual: object) -> Iterator[Difference]:
    if str(expected) != str(actual):
        yield Difference(what=what, expected=str(expected), actual=str(actual))


def _answers(verdict: Mapping[str, Any]) -> Answers:
    return {check["id"]: check for check in verdict["checks"]}


def _told(check: Mapping[str, Any]) -> str:
    reason = check.get("reason", "")
    blocked_by = check.get("blocked_by")
    return f"{check['outcome']} {reason or (f'by {blocked_by}' if blocked_by else '')}".strip()
