"""The verdict: one of five words, reached from the checks by one decision table, with its reasons beside it.

The table is read from the top; the first row that any check meets gives the word, and the checks that met it are the
reasons. Not reachable is not withdrawn, not checked is not passed: what is INDETERMINATE or NOT_EVALUATED in the
`genuine` or `status` family ends in CANNOT_CONFIRM. Whether a person was compared with an identity document stands
beside the word and is never part of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NoReturn

from vc_core.checks import Check, CheckId, Outcome, Severity


class Word(StrEnum):
    CONFIRMED = "CONFIRMED"
    CONFIRMED_STATUS_OLD = "CONFIRMED_STATUS_OLD"
    NOT_COVERED = "NOT_COVERED"
    WITHDRAWN = "WITHDRAWN"
    CANNOT_CONFIRM = "CANNOT_CONFIRM"


class IdentityCompared(StrEnum):
    """Whether somebody compared the person with the document; NO until a person or a matched PID has answered."""

    YES = "yes"
    NO = "no"
    MISMATCH = "mismatch"


_GENUINE = ("format.", "integrity.", "trust.", "holder.", "query.", "claims.", "rule.", "validity.technical")
_IN_FORCE = ("status.reference", "status.token_", "status.value")
_COVERS = ("validity.document", "validity.coverage", "coverage.")
_BAD = frozenset({Outcome.FAILED, Outcome.INDETERMINATE})
_OPEN = frozenset({Outcome.NOT_EVALUATED})
_SETTLED = frozenset({Outcome.PASSED, Outcome.NOT_APPLICABLE})


@dataclass(frozen=True, slots=True)
class Row:
    """Checks whose ids begin so, with one of these outcomes, decide for this word."""

    word: Word
    prefixes: tuple[str, ...]
    outcomes: frozenset[Outcome]

    def met_by(self, check: Check) -> bool:
        return (
            check.severity is Severity.REFUSE and check.outcome in self.outcomes and check.id.startswith(self.prefixes)
        )


DECISION_TABLE: tuple[Row, ...] = (
    Row(Word.CANNOT_CONFIRM, _GENUINE, _BAD),
    Row(Word.WITHDRAWN, ("status.value",), frozenset({Outcome.FAILED})),
    Row(Word.CANNOT_CONFIRM, _IN_FORCE, _BAD),
    Row(Word.CANNOT_CONFIRM, (*_GENUINE, *_IN_FORCE), _OPEN),
    Row(Word.NOT_COVERED, _COVERS, frozenset({Outcome.FAILED})),
    Row(Word.CANNOT_CONFIRM, _COVERS, frozenset({Outcome.INDETERMINATE, Outcome.NOT_EVALUATED})),
    Row(Word.CONFIRMED_STATUS_OLD, ("status.freshness",), frozenset({*_BAD, Outcome.NOT_EVALUATED})),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What the verdict is about, as far as it could be read: for routing and for the record."""

    type_id: str = ""
    title: str = ""
    format: str = ""
    identifier: str = ""
    document_number: str = ""
    institution_id: str = ""
    institution_name: str = ""
    institution_country: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityMatch:
    """The person was compared with an identity document that was presented too. type_id: of that document; reason: why
    it is a match, a mismatch, or neither."""

    type_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The word, what decided it, every check, and the claims that an inspector may see. It has no truth value."""

    word: Word
    deciding: tuple[CheckId, ...]
    checks: tuple[Check, ...]
    document: Document
    claims: Mapping[str, Any]
    at: datetime
    identity_compared: IdentityCompared = IdentityCompared.NO
    holder_proof: bool = False
    identity_match: IdentityMatch | None = None

    def __bool__(self) -> NoReturn:
        raise TypeError("a verdict is one of five words, not true or false: compare its `word`")

    def check(self, id_: str) -> Check:
        return next(check for check in self.checks if check.id == id_)


def decide(checks: tuple[Check, ...]) -> tuple[Word, tuple[CheckId, ...]]:
    """The word and the ids of the checks that decided it (none for CONFIRMED)."""
    open_ = [check for check in checks if check.outcome not in _SETTLED]
    for row in DECISION_TABLE:
        deciding = tuple(check.id for check in open_ if row.met_by(check))
        if deciding:
            return row.word, deciding
    return Word.CONFIRMED, ()
