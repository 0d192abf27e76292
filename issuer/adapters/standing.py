"""How things stand in the database, as gauges that are read whenever somebody looks."""

from collections.abc import Iterable
from datetime import datetime

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from sqlalchemy import Connection, and_, case, func, or_, select
from sqlalchemy.exc import SQLAlchemyError

from issuer.adapters.database import Database
from issuer.adapters.tables import event, job, status_tokens
from issuer.events import Progress
from issuer.jobs import JobState
from issuer.ports import Clock

_BACKLOG = (Progress.RECORDED, Progress.DUE, Progress.DEAD)


class Standing(Collector):
    """If the database does not answer, that is all that is told."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    def collect(self) -> Iterable[Metric]:
        now = self._clock()
        up = GaugeMetricFamily("socsec_issuer_database_up", "Whether the database answers")
        try:
            standing = self._database.read(
                lambda connection: (_outbox(connection, now), _jobs(connection), *_lists(connection, now))
            )
        except SQLAlchemyError:
            up.add_metric((), 0)
            return (up,)
        up.add_metric((), 1)
        return (up, *standing)


def _outbox(connection: Connection, now: datetime) -> Metric:
    """What was to be told by now; news of days to come does not count."""
    waiting = and_(event.c.progress == Progress.RECORDED, event.c.due_at <= now)
    counted = select(event.c.progress, func.count()).where(
        or_(waiting, event.c.progress.in_((Progress.DUE, Progress.DEAD)))
    )
    found = {row[0]: row[1] for row in connection.execute(counted.group_by(event.c.progress))}
    family = GaugeMetricFamily(
        "socsec_issuer_outbox_events", "Events not yet delivered, and those given up (dead)", labels=("state",)
    )
    for progress in _BACKLOG:
        family.add_metric((progress.value,), found.get(progress.value, 0))
    return family


def _jobs(connection: Connection) -> Metric:
    begun = or_(job.c.issued + job.c.failed + job.c.duplicate > 0, job.c.leased_until.is_not(None))
    state = case(
        (job.c.finished_at.is_not(None), JobState.FINISHED.value),
        (begun, JobState.RUNNING.value),
        else_=JobState.WAITING.value,
    )
    counted = select(state, func.count()).group_by(state)
    found = {row[0]: row[1] for row in connection.execute(counted)}
    family = GaugeMetricFamily("socsec_issuer_jobs", "Bulk jobs", labels=("state",))
    for one in JobState:
        family.add_metric((one.value,), found.get(one.value, 0))
    return family


def _lists(connection: Connection, now: datetime) -> tuple[Metric, ...]:
    at = status_tokens.c.issued_at
    count, oldest, newest = connection.execute(select(func.count(), func.min(at), func.max(at))).one()
    lists = GaugeMetricFamily("socsec_issuer_status_lists", "Status lists published", value=count)
    published = GaugeMetricFamily(
        "socsec_issuer_status_list_published_timestamp_seconds", "When it was published last", labels=("list",)
    )
    age = GaugeMetricFamily(
        "socsec_issuer_status_list_age_seconds", "Since then; a list that nobody asks for grows old", labels=("list",)
    )
    for which, instant in (("oldest", oldest), ("newest", newest)):
        if instant is not None:
            published.add_metric((which,), instant.timestamp())
            age.add_metric((which,), (now - instant).total_seconds())
    return lists, published, age
