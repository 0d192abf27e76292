"""How things stand in the database, as gauges that are read whenever somebody looks."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from sqlalchemy import Select, func, select
from sqlalchemy.exc import SQLAlchemyError

from verifier.adapters.database import Database
from verifier.adapters.tables import recheck, status_token
from verifier.ports import Clock

_AT = status_token.c.fetched_at
_CACHE = select(
    func.count(), func.coalesce(func.sum(func.length(status_token.c.body)), 0), func.min(_AT), func.max(_AT)
)
_RECHECKS = select(recheck.c.pending, func.count()).group_by(recheck.c.pending)


class Standing(Collector):
    """If the database does not answer, that is all that is told."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    def collect(self) -> Iterable[Metric]:
        now = self._clock()
        up = GaugeMetricFamily("socsec_verifier_database_up", "Whether the database answers")
        try:
            standing = (_rechecks(self._rows(_RECHECKS)), *_cache(self._rows(_CACHE), now))
        except SQLAlchemyError:
            up.add_metric((), 0)
            return (up,)
        up.add_metric((), 1)
        return (up, *standing)

    def _rows(self, query: Select[Any]) -> list[tuple[Any, ...]]:
        return self._database.statement(lambda connection: [tuple(row) for row in connection.execute(query)])


def _rechecks(rows: list[tuple[bool, int]]) -> Metric:
    found = {bool(pending): count for pending, count in rows}
    family = GaugeMetricFamily(
        "socsec_verifier_rechecks",
        "Verdicts in the queue of rechecks; settled ones until they are wiped",
        labels=["state"],
    )
    for state, pending in (("pending", True), ("settled", False)):
        family.add_metric((state,), found.get(pending, 0))
    return family


def _cache(rows: list[tuple[int, int, datetime | None, datetime | None]], now: datetime) -> tuple[Metric, ...]:
    ((count, size, oldest, newest),) = rows
    age = GaugeMetricFamily(
        "socsec_verifier_status_cache_age_seconds", "Since a list's server vouched for it last", labels=["list"]
    )
    for which, instant in (("oldest", oldest), ("newest", newest)):
        if instant is not None:
            age.add_metric((which,), (now - instant).total_seconds())
    return (
        GaugeMetricFamily("socsec_verifier_status_cache_lists", "Status lists kept", value=count),
        GaugeMetricFamily("socsec_verifier_status_cache_bytes", "Their size", value=size),
        age,
    )
