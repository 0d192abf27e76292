"""Several trust lists, each read by itself: one that fails, or whose server is slow, takes nothing from the others."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from vc_core.trust import ConsultedList, TrustLists
from verifier.adapters.trust_list import TrustListReader

AT_ONCE = 16
"""Servers asked at the same time: those of all States are asked in the time of two that do not answer."""


class NamedReader:
    """One of several lists. name, territories: as in `ConsultedList`."""

    def __init__(self, read: TrustListReader, *, name: str, territories: frozenset[str]) -> None:
        self._read, self._name, self._territories = read, name, territories
        self._last: ConsultedList | None = None

    def __call__(self, now: datetime) -> ConsultedList:
        """The same object while the list stays the same: what counts of it is found out once."""
        published, last = self._read(now), self._last
        if last is None or last.published is not published:
            last = ConsultedList(name=self._name, territories=self._territories, published=published)
            self._last = last
        return last

    def is_due(self, now: datetime) -> bool:
        return self._read.is_due(now)


class TrustListsReader:
    """`ports.ReadTrust` for several lists."""

    def __init__(self, readers: Sequence[NamedReader]) -> None:
        self._readers = tuple(readers)

    def __call__(self, now: datetime) -> TrustLists:
        due = [read for read in self._readers if read.is_due(now)]
        if len(due) > 1:
            with ThreadPoolExecutor(min(AT_ONCE, len(due))) as pool:
                for _ in pool.map(lambda read: read(now), due):
                    pass  # what each found it keeps
        return TrustLists(lists=tuple(read(now) for read in self._readers))
