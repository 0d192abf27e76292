"""Compares a document with the register's earlier ones of the same person, as the rulebook's `[registry]` asks.

Pure: claims in, answers out. A document whose days are malformed is compared with nothing; its schema reports that.
"""

import calendar
import json
from collections.abc import Iterable, Sequence
from datetime import date
from typing import assert_never

from issuer.document_facts import Period, covered_period, text_at
from vc_core.claims import Claims, find
from vc_core.register_rules import NoOverlap, RegisterRule, RegisterRules, Replaces, TotalPeriod
from vc_core.rule_kinds import Condition, HasValue, IsAbsent, IsPresent, Scalar, Unless
from vc_core.rulebook import Rulebook


def applies(rule: RegisterRule, claims: Claims) -> bool:
    """Whether the rule has anything to do with a document."""
    return all(_is_met(condition, claims) for condition in rule.when)


def _is_met(condition: Condition, claims: Claims) -> bool:
    found = find(claims, condition.path)
    match condition:
        case HasValue():
            return any(_is_one_of(selection.value, condition.values) for selection in found)
        case Unless():
            return not any(_is_one_of(selection.value, condition.values) for selection in found)
        case IsPresent():
            return bool(found)
        case IsAbsent():
            return not found
        case _:
            assert_never(condition)


def _is_one_of(value: object, values: Iterable[Scalar]) -> bool:
    """Claims may be of any kind still, and true is not 1."""
    return any(type(value) is type(one) and value == one for one in values)


def is_broken(rule: RegisterRule, rulebook: Rulebook, claims: Claims, earlier: Sequence[Claims]) -> bool:
    """Whether a document breaks the rule; earlier: those it is compared with."""
    period = covered_period(rulebook, claims)
    if period is None:
        return False  # a fault of form, reported as such
    match rule.test:
        case NoOverlap():
            return any(_conflicts(rule.test, rulebook, claims, period, other) for other in earlier)
        case TotalPeriod():
            alike = [other for other in earlier if _shares(rule.test, claims, other)]
            periods = [found for other in alike if (found := covered_period(rulebook, other)) is not None]
            return _exceeds(rule.test, period, periods)
        case Replaces():
            return False
        case _:
            assert_never(rule.test)


def _conflicts(test: NoOverlap, rulebook: Rulebook, claims: Claims, period: Period, other: Claims) -> bool:
    days = covered_period(rulebook, other)
    overlaps = days is not None and period.start <= days.end and days.start <= period.end
    return overlaps and text_at(claims, test.differing) != text_at(other, test.differing)


def _shares(test: TotalPeriod, claims: Claims, other: Claims) -> bool:
    """Whether each of the claims has a value in common."""
    return all(
        {str(ours.value) for ours in find(claims, path)} & {str(theirs.value) for theirs in find(other, path)}
        for path in test.same
    )


def _exceeds(test: TotalPeriod, period: Period, earlier: Sequence[Period]) -> bool:
    """Whether the days of this period, and of all that no pause separates from it, are too many together."""
    chain: list[Period] = []
    for one in sorted([period, *earlier], key=lambda listed: listed.start):
        if chain and _months_after(max(listed.end for listed in chain), test.pause_months) < one.start:
            if period in chain:
                break
            chain = []
        chain.append(one)
    limit = _months_after(chain[0].start, test.months) - chain[0].start
    return sum(one.days for one in chain) > limit.days


def person_of(rules: RegisterRules, claims: Claims) -> str | None:
    """What tells the person apart from others of the institution; None if none of the claims is there."""
    texts = [text_at(claims, path) for path in rules.person]
    return json.dumps(texts) if any(texts) else None


def _months_after(day: date, months: int) -> date:
    """The same day some months later, or the last of a month that is shorter; never beyond the calendar."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > date.max.year:
        return date.max
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
