"""The closed vocabulary of business rules: what a `[[rule]]` of a rulebook can say.

Each kind is a class of its own; `Test` joins them and `rules` takes them apart. A rule has one or more cases: a test,
the conditions under which it applies and how severe a breach is at issue and at verification. A moment without a
severity does not know the case. Rules that need more than one credential (a register, the trust list, the day and
State of an inspection) are not expressible here; a rulebook names who decides them instead.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from vc_core.checks import Severity
from vc_core.claims import ClaimPath
from vc_core.code_list import CodeList, Texts

Scalar = str | int | bool


class Moment(StrEnum):
    """When a rule is asked: before anything is signed, or when a credential is presented."""

    ISSUE = "issue"
    VERIFY = "verify"


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A claim, or the part of its text before or after the first occurrence of a separator (`FR:1234`)."""

    path: ClaimPath
    before: str | None = None
    after: str | None = None


# -- conditions --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class HasValue:
    """Applies if the claim has one of the values."""

    path: ClaimPath
    values: frozenset[Scalar]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unless:
    """Applies unless the claim is there and has one of the values."""

    path: ClaimPath
    values: frozenset[Scalar]


@dataclass(frozen=True, slots=True, kw_only=True)
class IsPresent:
    """Applies if the claim is there."""

    path: ClaimPath


@dataclass(frozen=True, slots=True, kw_only=True)
class IsAbsent:
    """Applies if the claim is not there."""

    path: ClaimPath


Condition = HasValue | Unless | IsPresent | IsAbsent

# -- tests -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class DateOrder:
    """The first day is not after the second."""

    earlier: ClaimPath
    later: ClaimPath


@dataclass(frozen=True, slots=True, kw_only=True)
class MaxPeriod:
    """The period, both days included, is no longer than so many months: end <= start + months - 1 day."""

    start: ClaimPath
    end: ClaimPath
    months: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NotAfter:
    """The day is not after a fixed day, or not after the day of the judgement (`day` is None)."""

    path: ClaimPath
    day: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotBefore:
    """The day is not before a fixed day, or not before the day of the judgement (`day` is None)."""

    path: ClaimPath
    day: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RequiredWhen:
    """The claim is there, at least once (the case's conditions say when)."""

    path: ClaimPath


@dataclass(frozen=True, slots=True, kw_only=True)
class ForbiddenUnless:
    """The claim is there only if another has one of the values."""

    path: ClaimPath
    unless: HasValue


@dataclass(frozen=True, slots=True, kw_only=True)
class OneOfList:
    """Every claim selected is a code of the list, on the day that `on` holds where it is given."""

    paths: tuple[ClaimPath, ...]
    code_list: CodeList
    on: ClaimPath | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EqualTo:
    """All terms are equal, codes of `code_list` in any spelling."""

    terms: tuple[Term, ...]
    code_list: CodeList | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Matches:
    """The whole text matches a regular expression; digits and letters classes are ASCII only."""

    term: Term
    pattern: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DistinctAtLeast:
    """Among the claims selected are at least so many different values."""

    paths: tuple[ClaimPath, ...]
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AnyOtherThan:
    """At least one of the claims selected differs from `other`."""

    paths: tuple[ClaimPath, ...]
    other: ClaimPath


@dataclass(frozen=True, slots=True, kw_only=True)
class AllEqualTo:
    """Every one of the claims selected equals `other`."""

    paths: tuple[ClaimPath, ...]
    other: ClaimPath


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainsAll:
    """Each of the values is among the claims selected."""

    path: ClaimPath
    values: tuple[Scalar, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MaxLength:
    """The texts together have no more characters than this (counted after Unicode normalisation NFC)."""

    terms: tuple[Term, ...]
    characters: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Charset:
    """Each text can be written in one of these character sets (Python codec names, as `iso8859-1`)."""

    paths: tuple[ClaimPath, ...]
    charsets: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """Broken, that is worth a note, if the claim is there and not false."""

    path: ClaimPath


Test = (
    DateOrder
    | MaxPeriod
    | NotAfter
    | NotBefore
    | RequiredWhen
    | ForbiddenUnless
    | OneOfList
    | EqualTo
    | Matches
    | DistinctAtLeast
    | AnyOtherThan
    | AllEqualTo
    | ContainsAll
    | MaxLength
    | Charset
    | Flag
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One test of a rule: applies if all conditions hold and the moment has a severity."""

    test: Test
    when: tuple[Condition, ...]
    severity: Mapping[Moment, Severity]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One business rule. `claim` is the claim whose box is reported; `messages` say what is wrong, not the values."""

    id: str
    citation: str
    messages: Texts
    claim: ClaimPath
    cases: tuple[Case, ...]
