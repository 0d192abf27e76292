"""Several trust lists, each read by itself: one that fails, or whose server is slow, takes nothing from the others."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import structlog

from vc_core.trust import ConsultedList, TrustLists, TrustUnavailable
from verifier.adapters.trust_list import TrustListReader

_log = structlog.get_logger()

AT_ONCE = 16
"""Servers asked at the same time: those of all States are asked in the time of two that do not answer."""


class NamedReader:
    """One of several lists. name, territories, types: as in `ConsultedList`."""

    def __init__(
        self,
        read: TrustListReader,
        *,
        name: str,
        territories: frozenset[str] = frozenset(),
        types: frozenset[str] = frozenset(),
    ) -> None:
        self._read, self._name, self._territories, self._types = read, name, territories, types
        self._last: ConsultedList | None = None

    def __call__(self, now: datetime) -> ConsultedList:
        """The same object while the list stays the same: what counts of it is found out once, and told to the log."""
        published, last = self._read(now), self._last
        if last is not None and last.published is published:
            return last
        self._last = new = ConsultedList(
            name=self._name, territories=self._territories, types=self._types, published=published
        )
        if last is None or _state(last) != _state(new):
            _tell(new)
        return new

    def is_due(self, now: datetime) -> bool:
        return self._read.is_due(now)


def _state(one: ConsultedList) -> object:
    """What is told once and not again while it stays so."""
    return one.content.reason if isinstance(one.content, TrustUnavailable) else one.outside


def _tell(one: ConsultedList) -> None:
    if isinstance(one.content, TrustUnavailable):
        _log.warning("trust_list_missing", list=one.name, reason=one.content.reason)
        return
    _log.info("trust_list_read", list=one.name, sequence=one.content.sequence)
    if one.outside:
        _log.warning("trust_list_oversteps", list=one.name, institutions=sorted(one.outside))


class TrustListsReader:
    """`ports.ReadTrust` for several lists."""

    def __init__(self, readers: Sequence[NamedReader]) -> None:
        self._readers = tuple(readers)

    def __call__(self, now: datetime) -> TrustLists:
        due = [read for read in self._readers if read.is_due(now)]
        asked: dict[NamedReader, ConsultedList] = {}
        if len(due) > 1:
            with ThreadPoolExecutor(min(AT_ONCE, len(due))) as pool:
                asked = dict(zip(due, pool.map(lambda read: read(now), due), strict=True))
        return TrustLists(lists=tuple(asked.get(read) or read(now) for read in self._readers))
