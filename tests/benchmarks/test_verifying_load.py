"""`python -m benchmarks.verifying_load` in a small version: every answer is confirmed and timed, however slowly."""

from collections import Counter

import pytest
from rich.console import Console

from benchmarks.processor_time import Spent
from benchmarks.verifying_load import ALL_CALLS, CALLS, Outcome, run, show

PRESENTATIONS = 8


@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def test_every_presentation_is_confirmed_and_timed(database: str) -> None:
    outcome = run(PRESENTATIONS, workers=2, database=database)
    assert outcome.all_confirmed, outcome.verdicts
    for name in (*CALLS, ALL_CALLS):
        assert len(outcome.took[name]) == PRESENTATIONS
        assert all(seconds > 0 for seconds in outcome.took[name])
    console = Console(record=True, width=110)
    show(outcome, 0, console)
    assert "raw P-256 verifications" in console.export_text()


def test_figures_are_those_of_both_halves() -> None:
    outcome = Outcome(
        presentations=100,
        workers=4,
        database="postgresql",
        verdicts=Counter({"CONFIRMED": 99, "CANNOT_CONFIRM": 1}),
        asking=Spent(wall=1.0, processor=0.5),
        answering=Spent(wall=1.0, processor=1.5),
        took={},
        raw=5000.0,
        load=0.0,
    )
    assert outcome.by_the_clock == 50
    assert outcome.per_core == 50
    assert outcome.ratio == 100
    assert not outcome.all_confirmed
