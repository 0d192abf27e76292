"""The outcome, as a table for people and as `results.json`: ratios, what was to be reached, and what they rest on."""

import platform
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

from rich.table import Table

from benchmarks.rounds import Measured
from benchmarks.subjects import Subject


def results(subjects: Sequence[Subject], measured: Measured) -> dict[str, Any]:
    """What `results.json` holds. Ratios compare between machines, microseconds do not."""
    return {
        "rounds": measured.rounds,
        "python": platform.python_version(),
        "cryptography": version("cryptography"),
        "raw_us": {str(operation): taken for operation, taken in measured.raw_us.items()},
        "ratios": dict(measured.ratios),
        "targets": {subject.name: subject.target for subject in subjects if subject.target is not None},
        "missed": missed(subjects, measured),
    }


def missed(subjects: Sequence[Subject], measured: Measured, *, tolerance: float = 1.0) -> list[str]:
    """The names of those above so many times their target."""
    return [
        subject.name
        for subject in subjects
        if subject.target is not None and measured.ratios[subject.name] > subject.target * tolerance
    ]


def table(subjects: Sequence[Subject], measured: Measured) -> Table:
    raw = ", ".join(f"{operation} {taken} µs" for operation, taken in measured.raw_us.items())
    shown = Table(title=f"Ratios to raw P-256 operations ({raw}); median of {measured.rounds} rounds")
    shown.add_column("operation")
    for heading in ("ratio", "target"):
        shown.add_column(heading, justify="right")
    above = missed(subjects, measured)
    for subject in subjects:
        style = "bold red" if subject.name in above else None
        target = "" if subject.target is None else f"{subject.target:.1f}"
        shown.add_row(subject.name, f"{measured.ratios[subject.name]:.2f}", target, style=style)
    return shown
