"""How long the checks of verifications take, as a histogram of each.

Some forty times are taken in every verification, which lasts two milliseconds: so each costs two additions to numbers
that lie in a row, and no more. In processes that share their numbers the row is a file of each process, and whoever is
asked adds them all up, also those of processes that have ended.
"""

import mmap
import threading
import time
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from tempfile import NamedTemporaryFile

from prometheus_client.core import HistogramMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString

from vc_core.checks import CheckId
from vc_core.verification import GATHERED, RULES

NAME = "socsec_verifier_check_seconds"
BOUNDS = (0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.01, 0.1)
"""Seconds; what takes longer is counted behind them."""
_SUM = len(BOUNDS) + 1
_WIDTH = _SUM + 1
_CELL = 8
_PREFIX = "check_times_"


class CheckTimes(Collector):
    """folder: of the processes that share their numbers; None where there is one process."""

    def __init__(self, ids: Sequence[CheckId], folder: Path | None) -> None:
        self._rows = {id_: place * _WIDTH for place, id_ in enumerate(ids)}
        self._size = len(ids) * _WIDTH * _CELL
        self._folder = folder
        self._cells = self._own()
        self._lock = threading.Lock()

    def begin(self) -> "Stopwatch":
        return Stopwatch(self)

    def add(self, taken: Iterable[tuple[CheckId, float]]) -> None:
        """Seconds of each check."""
        cells, rows = self._cells, self._rows
        with self._lock:
            for id_, seconds in taken:
                row = rows[id_]
                cells[row + bisect_left(BOUNDS, seconds)] += 1
                cells[row + _SUM] += seconds

    def collect(self) -> Iterable[Metric]:
        family = HistogramMetricFamily(
            NAME, "Answering one check of a verification; `rules`: those of the type", labels=["check"]
        )
        totals = [sum(of_all) for of_all in zip(*self._all(), strict=True)]
        for id_, row in self._rows.items():
            counts = totals[row : row + _SUM]
            reached = [sum(counts[: place + 1]) for place in range(_SUM)]
            named = [*map(floatToGoString, BOUNDS), "+Inf"]
            family.add_metric((id_,), list(zip(named, reached, strict=True)), totals[row + _SUM])
        return (family,)

    def _own(self) -> "memoryview[float]":
        if self._folder is None:
            return memoryview(bytearray(self._size)).cast("d")
        with NamedTemporaryFile(dir=self._folder, prefix=_PREFIX, delete=False) as file:
            file.truncate(self._size)
            return memoryview(mmap.mmap(file.fileno(), self._size)).cast("d")

    def _all(self) -> Iterator[Sequence[float]]:
        if self._folder is None:
            yield self._cells
            return
        for file in self._folder.glob(f"{_PREFIX}*"):
            content = file.read_bytes()
            if len(content) == self._size:  # one that another process is just making has nothing to tell
                yield memoryview(content).cast("d")


class Stopwatch:
    """`vc_core.verification.Watch` of one verification: notes when each check was answered, and reckons at the end."""

    __slots__ = ("_noted", "_started", "_times")

    def __init__(self, times: CheckTimes) -> None:
        self._times = times
        self._noted: list[tuple[CheckId, float]] = []
        self._started = time.perf_counter()

    def __call__(self, id_: CheckId) -> None:
        self._noted.append((id_, time.perf_counter()))
        if id_ == RULES:
            self._times.add(self._taken())

    def _taken(self) -> Iterator[tuple[CheckId, float]]:
        last = self._started
        for id_, at in self._noted:
            if id_ != GATHERED:  # until then others were waited for
                yield id_, at - last
            last = at
