"""Does a test of the rule vocabulary hold? One function a kind, all of them taken apart in `breach_of`.

Each looks at the claims through `Facts` and gives back None, or the breach: JSON pointers and small evidence. Claims
that are missing or malformed come out as the two exceptions of `facts`.
"""

import calendar
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import assert_never

from vc_core.claims import ClaimPath, Selection, json_pointer
from vc_core.rejection import Evidence
from vc_core.rule_kinds import (
    AllEqualTo,
    AnyOtherThan,
    Charset,
    ContainsAll,
    DateOrder,
    DistinctAtLeast,
    EqualTo,
    Flag,
    ForbiddenUnless,
    HasValue,
    Matches,
    MaxLength,
    MaxPeriod,
    NotAfter,
    NotBefore,
    OneOfList,
    RequiredWhen,
    Test,
    Unless,
)
from vc_core.rules.facts import Facts, MissingClaimError


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """The places to mend and the facts that show why; of claims that do not fit together, the likelier one."""

    pointers: tuple[str, ...]
    evidence: Mapping[str, Evidence] = field(default_factory=dict)


def breach_of(test: Test, facts: Facts) -> Breach | None:  # noqa: PLR0912  one line a kind
    """None if the test holds. Raises `MissingClaimError` and `MalformedClaimError`."""
    match test:  # the most frequent kinds first
        case MaxLength():
            return _max_length(test, facts)
        case Matches():
            return _matches(test, facts)
        case DateOrder():
            return _date_order(test, facts)
        case MaxPeriod():
            return _max_period(test, facts)
        case NotAfter():
            return _not_after(test, facts)
        case NotBefore():
            return _not_before(test, facts)
        case RequiredWhen():
            return _required(test, facts)
        case ForbiddenUnless():
            return _forbidden(test, facts)
        case OneOfList():
            return _one_of_list(test, facts)
        case EqualTo():
            return _equal_to(test, facts)
        case DistinctAtLeast():
            return _distinct(test, facts)
        case AnyOtherThan():
            return _any_other(test, facts)
        case AllEqualTo():
            return _all_equal(test, facts)
        case ContainsAll():
            return _contains_all(test, facts)
        case Charset():
            return _charset(test, facts)
        case Flag():
            return _flag(test, facts)
        case _:
            assert_never(test)


def _date_order(test: DateOrder, facts: Facts) -> Breach | None:
    (earlier, _), (later, selection) = facts.day(test.earlier), facts.day(test.later)
    if earlier <= later:
        return None
    return _breach(selection, earlier=earlier.isoformat(), later=later.isoformat())


def _max_period(test: MaxPeriod, facts: Facts) -> Breach | None:
    (start, _), (end, selection) = facts.day(test.start), facts.day(test.end)
    last = months_after(start, test.months) - timedelta(days=1)
    return None if end <= last else _breach(selection, end=end.isoformat(), last_day_allowed=last.isoformat())


def months_after(day: date, months: int) -> date:
    """The same day so many months on; the month's last day where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > date.max.year:
        return date.max
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _not_after(test: NotAfter, facts: Facts) -> Breach | None:
    day, selection = facts.day(test.path)
    limit = test.day or facts.today
    return None if day <= limit else _breach(selection, day=day.isoformat(), limit=limit.isoformat())


def _not_before(test: NotBefore, facts: Facts) -> Breach | None:
    day, selection = facts.day(test.path)
    limit = test.day or facts.today
    return None if day >= limit else _breach(selection, day=day.isoformat(), limit=limit.isoformat())


def _required(test: RequiredWhen, facts: Facts) -> Breach | None:
    if facts.find(test.path):
        return None
    if facts.is_hidden(test.path):
        raise MissingClaimError(test.path)
    return Breach(pointers=(json_pointer(_nearest(test.path)),))


def _nearest(path: ClaimPath) -> ClaimPath:
    """The part of a pattern that can be written as a JSON pointer: all before the first wildcard."""
    return path[: path.index(None)] if None in path else path


def _forbidden(test: ForbiddenUnless, facts: Facts) -> Breach | None:
    present = facts.every(test.path)[0]
    return None if has_value(test.unless, facts) else _breach(present)


def has_value(condition: HasValue | Unless, facts: Facts) -> bool:
    """Whether any claim selected has one of the values. Raises `MissingClaimError`."""
    for selection in facts.every(condition.path):
        if isinstance(selection.value, (str, int)) and selection.value in condition.values:
            return True
    return False


def _one_of_list(test: OneOfList, facts: Facts) -> Breach | None:
    on = facts.day(test.on)[0] if test.on is not None else None
    strange = [
        selection for selection in facts.texts(test.paths) if not test.code_list.contains(selection.value, on=on)
    ]
    if not strange:
        return None
    evidence: dict[str, Evidence] = {"list": test.code_list.id, "code": strange[0].value}
    return _breach(*strange, **(evidence | ({"on": on.isoformat()} if on else {})))


def _equal_to(test: EqualTo, facts: Facts) -> Breach | None:
    found = [facts.text(term) for term in test.terms]
    codes = test.code_list
    values = [text if codes is None else codes.canonical(text) for text, _ in found]
    strange = [selection for value, (_, selection) in zip(values, found, strict=True) if value != values[0]]
    return _breach(*strange, expected=values[0]) if strange else None


def _matches(test: Matches, facts: Facts) -> Breach | None:
    text, selection = facts.text(test.term)
    if re.fullmatch(test.pattern, text, re.ASCII):
        return None
    return _breach(selection, pattern=test.pattern)


def _distinct(test: DistinctAtLeast, facts: Facts) -> Breach | None:
    found = facts.texts(test.paths)
    count = len({selection.value for selection in found})
    return None if count >= test.count else _breach(found[0], different=count, at_least=test.count)


def _any_other(test: AnyOtherThan, facts: Facts) -> Breach | None:
    found, other = facts.texts(test.paths), facts.every(test.other)[0].value
    return None if any(selection.value != other for selection in found) else _breach(found[0], only=other)


def _all_equal(test: AllEqualTo, facts: Facts) -> Breach | None:
    found, other = facts.texts(test.paths), facts.every(test.other)[0].value
    strange = [selection for selection in found if selection.value != other]
    return _breach(*strange, expected=other) if strange else None


def _contains_all(test: ContainsAll, facts: Facts) -> Breach | None:
    found = facts.every(test.path)
    lacking = [value for value in test.values if all(selection.value != value for selection in found)]
    return _breach(found[0], missing=lacking[0]) if lacking else None


def _max_length(test: MaxLength, facts: Facts) -> Breach | None:
    found = [facts.text(term) for term in test.terms]
    characters = sum(len(unicodedata.normalize("NFC", text)) for text, _ in found)
    if characters <= test.characters:
        return None
    return _breach(found[0][1], characters=characters, at_most=test.characters)


def _charset(test: Charset, facts: Facts) -> Breach | None:
    strange = [selection for selection in facts.texts(test.paths) if not _writable(selection.value, test.charsets)]
    return _breach(*strange, charsets=" ".join(test.charsets)) if strange else None


def _writable(text: str, charsets: tuple[str, ...]) -> bool:
    composed = unicodedata.normalize("NFC", text)
    for charset in charsets:
        try:
            composed.encode(charset)
        except UnicodeEncodeError:
            continue
        return True
    return False


def _flag(test: Flag, facts: Facts) -> Breach | None:
    raised = [selection for selection in facts.every(test.path) if selection.value is not False]
    return _breach(*raised) if raised else None


def _breach(*selections: Selection, **evidence: Evidence) -> Breach:
    return Breach(pointers=tuple(selection.pointer for selection in selections), evidence=evidence)
