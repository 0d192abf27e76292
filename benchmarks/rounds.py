"""Times operations side by side, so that whatever slows the machine for a while slows all of them.

In a round every operation is run a few times and the quickest run counts; its ratio is to the raw operation of the same
round, and the result is the median over all rounds. Time is that of this thread on the processor: what other programs
take does not count.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from time import thread_time_ns

from benchmarks.subjects import Raw, Run, Subject

RUNS_A_ROUND = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """The outcome. raw_us: microseconds, which say something about this machine only. ratios: by name of subject."""

    rounds: int
    raw_us: Mapping[Raw, float]
    ratios: Mapping[str, float]


def measure(raw: Mapping[Raw, Run], groups: Sequence[Sequence[Subject]], *, rounds: int) -> Measured:
    """One group after the other, with so many rounds each."""
    raw_times: dict[Raw, list[int]] = {operation: [] for operation in raw}
    ratios: dict[str, list[float]] = {subject.name: [] for group in groups for subject in group}
    for group in groups:
        for _ in range(rounds):
            for operation, run in raw.items():
                raw_times[operation].append(_quickest(run))
            for subject in group:
                ratios[subject.name].append(_quickest(subject.run) / raw_times[subject.raw][-1])
    return Measured(
        rounds=rounds,
        raw_us={operation: round(median(times) / 1000, 1) for operation, times in raw_times.items()},
        ratios={name: round(median(found), 2) for name, found in ratios.items()},
    )


def _quickest(run: Run) -> int:
    """Nanoseconds of the quickest of a few runs."""
    return min(_time(run) for _ in range(RUNS_A_ROUND))


def _time(run: Run) -> int:
    start = thread_time_ns()
    run()
    return thread_time_ns() - start
