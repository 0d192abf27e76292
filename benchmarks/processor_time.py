"""Processor time that processes have used, from `/proc` (Linux): it does not depend on what else the machine does."""

import os
import time
from collections.abc import Awaitable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

_T = TypeVar("_T")
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """Seconds by the clock on the wall and of processors."""

    wall: float
    processor: float


class Meter:
    """Of these processes and of all that they have started, those that end meanwhile included."""

    def __init__(self, process_ids: Iterable[int]) -> None:
        self._process_ids = tuple(process_ids)

    async def measure(self, work: Awaitable[_T]) -> tuple[Spent, _T]:
        before, started = self._used(), time.perf_counter()
        done = await work
        wall = time.perf_counter() - started
        return Spent(wall=wall, processor=self._used() - before), done

    def _used(self) -> float:
        parents = {int(entry.name): _stat(entry) for entry in Path("/proc").iterdir() if entry.name.isdigit()}
        used = 0.0
        for process_id, (_, seconds) in parents.items():
            if self._counts(process_id, parents):
                used += seconds
        return used

    def _counts(self, process_id: int, parents: dict[int, tuple[int, float]]) -> bool:
        while process_id in parents:
            if process_id in self._process_ids:
                return True
            process_id = parents[process_id][0]
        return False


def _stat(entry: Path) -> tuple[int, float]:
    """Parent, and seconds used by it and by those of its children that have ended: fields 4 and 14 to 17 of proc(5).

    Nothing of a process that has just ended: its parent has them from then on.
    """
    try:
        fields = (entry / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0, 0.0
    return int(fields[1]), sum(map(int, fields[11:15])) / _TICKS


def quantile(values: Iterable[float], share: float) -> float:
    """The value that so large a share does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
