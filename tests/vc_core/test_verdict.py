"""The decision table, cell by cell: which outcome of which check leads to which word, and what outweighs what."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from vc_core.checks import CATALOGUE, Check, CheckId, Outcome, Severity
from vc_core.verdict import Document, Verdict, Word, decide

P, F, I, NA, NE = (  # noqa: E741
    Outcome.PASSED,
    Outcome.FAILED,
    Outcome.INDETERMINATE,
    Outcome.NOT_APPLICABLE,
    Outcome.NOT_EVALUATED,
)
RULE = "rule.A1-07"
GENUINE = [
    *[id_ for id_ in CATALOGUE if id_.startswith(("format.", "integrity.", "trust.", "claims.", "holder.", "query."))],
    "validity.technical",
    RULE,
]
STATUS = [id_ for id_ in CATALOGUE if id_.startswith("status.") and id_ not in ("status.value", "status.freshness")]
COVERS = ["validity.document", "validity.coverage", "coverage.state", "coverage.employer", "coverage.person"]

# The whole table: family of checks x outcome -> word. PASSED and NOT_APPLICABLE decide nothing.
TABLE: list[tuple[Sequence[str], Outcome, Word]] = [
    (GENUINE, F, Word.CANNOT_CONFIRM),
    (GENUINE, I, Word.CANNOT_CONFIRM),
    (GENUINE, NE, Word.CANNOT_CONFIRM),
    (STATUS, F, Word.CANNOT_CONFIRM),
    (STATUS, I, Word.CANNOT_CONFIRM),
    (STATUS, NE, Word.CANNOT_CONFIRM),
    (["status.value"], F, Word.WITHDRAWN),
    (["status.value"], I, Word.CANNOT_CONFIRM),
    (["status.value"], NE, Word.CANNOT_CONFIRM),
    (COVERS, F, Word.NOT_COVERED),
    (COVERS, I, Word.CANNOT_CONFIRM),
    (COVERS, NE, Word.CANNOT_CONFIRM),
    (["status.freshness"], F, Word.CONFIRMED_STATUS_OLD),
    (["status.freshness"], I, Word.CONFIRMED_STATUS_OLD),
    (["status.freshness"], NE, Word.CONFIRMED_STATUS_OLD),
]
CELLS = [
    *[(id_, outcome, word) for ids, outcome, word in TABLE for id_ in ids],
    *[(id_, outcome, Word.CONFIRMED) for id_ in (*CATALOGUE, RULE) for outcome in (P, NA)],
]


def check(id_: str, outcome: Outcome) -> Check:
    return Check(id=CheckId(id_), outcome=outcome, reason="" if outcome is P else "some_reason")


def all_with(**outcomes: Outcome) -> tuple[Check, ...]:
    """Every check PASSED but those named (dots written as two underscores)."""
    named = {id_.replace("__", "."): outcome for id_, outcome in outcomes.items()}
    return tuple(check(id_, named.get(id_, P)) for id_ in (*CATALOGUE, RULE))


def test_the_cells_cover_every_check_in_every_outcome() -> None:
    assert {(id_, outcome) for id_, outcome, _ in CELLS} == {
        (id_, outcome) for id_ in (*CATALOGUE, RULE) for outcome in Outcome
    }


@pytest.mark.parametrize(("id_", "outcome", "word"), CELLS, ids=[f"{id_}-{outcome}" for id_, outcome, _ in CELLS])
def test_one_cell_of_the_table(id_: str, outcome: Outcome, word: Word) -> None:
    checks = tuple(check(other, outcome if other == id_ else P) for other in (*CATALOGUE, RULE))
    assert decide(checks) == (word, () if word is Word.CONFIRMED else (id_,))


@pytest.mark.parametrize(
    ("checks", "word", "deciding"),
    [
        pytest.param(
            all_with(integrity__issuer_signature=F, status__value=F), Word.CANNOT_CONFIRM,
            ("integrity.issuer_signature",), id="forged_and_withdrawn",
        ),
        pytest.param(
            all_with(status__value=F, coverage__state=F), Word.WITHDRAWN, ("status.value",), id="withdrawn_elsewhere"
        ),
        pytest.param(
            all_with(status__value=F, status__freshness=F), Word.WITHDRAWN, ("status.value",), id="withdrawn_old_data"
        ),
        pytest.param(
            all_with(status__token_available=I, coverage__state=F), Word.CANNOT_CONFIRM,
            ("status.token_available",), id="status_unknown_and_elsewhere",
        ),
        pytest.param(
            all_with(coverage__state=F, status__freshness=F), Word.NOT_COVERED, ("coverage.state",),
            id="elsewhere_on_old_data",
        ),
        pytest.param(
            all_with(trust__list=I, trust__issuer_chain=NE), Word.CANNOT_CONFIRM, ("trust.list",), id="no_trust_list"
        ),
    ],
)  # fmt: skip
def test_what_outweighs_what(checks: tuple[Check, ...], word: Word, deciding: tuple[str, ...]) -> None:
    assert decide(checks) == (word, deciding)


@pytest.mark.parametrize("severity", [Severity.WARN, Severity.NOTE])
def test_warnings_and_notes_decide_nothing(severity: Severity) -> None:
    warned = replace(check(RULE, F), severity=severity)
    assert decide((*all_with()[:-1], warned)) == (Word.CONFIRMED, ())


def test_a_verdict_is_neither_true_nor_false() -> None:
    verdict = Verdict(
        word=Word.CONFIRMED,
        deciding=(),
        checks=(),
        document=Document(),
        claims={},
        at=datetime(2026, 2, 15, tzinfo=UTC),
    )
    with pytest.raises(TypeError, match="five words"):
        bool(verdict)
