"""The outbox and the webhooks, as rows. A claim is a due time set ahead; the count of attempts tells claims apart."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, select, update

from issuer.adapters.database import insert, insert_once
from issuer.adapters.tables import event, event_stream, webhook
from issuer.events import Event, EventKind, Progress, ToldEvent, Webhook


@dataclass(frozen=True, slots=True)
class EventStore:
    """`issuer.ports.Events`."""

    connection: Connection

    def add(self, added: Event) -> None:
        insert_once(self.connection, event, event_row(added), unique=("id",))

    def cancel(self, document_id: str, *, after: datetime) -> None:
        self.connection.execute(
            delete(event).where(
                event.c.document_id == document_id, event.c.progress == Progress.RECORDED, event.c.due_at > after
            )
        )

    def waiting(self, *, now: datetime) -> tuple[str, ...]:
        wanted = select(event.c.institution_id).where(event.c.progress == Progress.RECORDED, event.c.due_at <= now)
        return tuple(self.connection.execute(wanted.distinct().order_by(event.c.institution_id)).scalars())

    def take_up(self, institution_id: str, *, limit: int, now: datetime) -> int:
        position = self._held_position(institution_id)
        wanted = (
            select(event.c.id)
            .where(
                event.c.institution_id == institution_id,
                event.c.progress == Progress.RECORDED,
                event.c.due_at <= now,
            )
            .order_by(event.c.due_at, event.c.id)
            .limit(limit)
        )
        ids = list(self.connection.execute(wanted).scalars())
        if not ids:
            return 0
        sent = WebhookStore(self.connection).find(institution_id) is not None
        placed = {"progress": Progress.DUE if sent else Progress.KEPT, "due_at": now if sent else None}
        self.connection.execute(
            update(event).where(event.c.id == bindparam("taken")).values(position=bindparam("place"), **placed),
            [{"taken": id_, "place": place} for place, id_ in enumerate(ids, position + 1)],
        )
        self.connection.execute(
            update(event_stream)
            .where(event_stream.c.institution_id == institution_id)
            .values(last_position=position + len(ids))
        )
        return len(ids)

    def _held_position(self, institution_id: str) -> int:
        """The last position given, with the turn to give more."""
        row = {"institution_id": institution_id, "last_position": 0}
        insert_once(self.connection, event_stream, row, unique=("institution_id",))
        wanted = select(event_stream.c.last_position).where(event_stream.c.institution_id == institution_id)
        position: int = self.connection.execute(wanted.with_for_update()).scalar_one()
        return position

    def told(self, institution_id: str, *, after: int, limit: int, dead_only: bool = False) -> tuple[ToldEvent, ...]:
        wanted = select(event).where(event.c.institution_id == institution_id, event.c.position > after)
        if dead_only:
            wanted = wanted.where(event.c.progress == Progress.DEAD)
        rows = self.connection.execute(wanted.order_by(event.c.position).limit(limit))
        return tuple(_told(row) for row in rows)

    def is_due(self, *, now: datetime) -> bool:
        wanted = select(event.c.id).where(event.c.progress == Progress.DUE, event.c.due_at <= now).limit(1)
        return self.connection.execute(wanted).first() is not None

    def claim(self, *, until: datetime, limit: int, now: datetime) -> tuple[ToldEvent, ...]:
        wanted = (
            select(event.c.id)
            .where(event.c.progress == Progress.DUE, event.c.due_at <= now)
            .order_by(event.c.due_at, event.c.institution_id, event.c.position)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        ids = list(self.connection.execute(wanted).scalars())
        if not ids:
            return ()
        taken = update(event).where(event.c.id.in_(ids)).values(attempts=event.c.attempts + 1, due_at=until)
        rows = self.connection.execute(taken.returning(event)).all()
        return tuple(sorted(map(_told, rows), key=lambda one: (one.event.institution_id, one.position)))

    def settle(self, claimed: ToldEvent, *, progress: Progress, due_at: datetime | None, outcome: str | None) -> None:
        self.connection.execute(
            update(event)
            .where(
                event.c.id == claimed.event.id,
                event.c.progress == Progress.DUE,
                event.c.attempts == claimed.attempts,
            )
            .values(progress=progress, due_at=due_at, outcome=outcome)
        )

    def postpone(self, institution_id: str, claimed: Sequence[ToldEvent], *, until: datetime) -> None:
        for one in claimed:
            self.connection.execute(
                update(event)
                .where(event.c.id == one.event.id, event.c.attempts == one.attempts)
                .values(attempts=event.c.attempts - 1, due_at=until)
            )
        self.connection.execute(
            update(event)
            .where(event.c.institution_id == institution_id, event.c.progress == Progress.DUE, event.c.due_at < until)
            .values(due_at=until)
        )

    def send_again(self, institution_id: str, event_id: str, *, now: datetime) -> bool:
        found = self.connection.execute(
            update(event)
            .where(
                event.c.id == event_id, event.c.institution_id == institution_id, event.c.progress != Progress.RECORDED
            )
            .values(progress=Progress.DUE, attempts=0, due_at=now, outcome=None)
            .returning(event.c.id)
        )
        return found.first() is not None


@dataclass(frozen=True, slots=True)
class WebhookStore:
    """`issuer.ports.Webhooks`."""

    connection: Connection

    def find(self, institution_id: str) -> Webhook | None:
        wanted = select(webhook).where(webhook.c.institution_id == institution_id, webhook.c.url.is_not(None))
        row = self.connection.execute(wanted).one_or_none()
        return None if row is None else Webhook(**row._mapping)

    def last_generation(self, institution_id: str) -> int:
        wanted = select(webhook.c.generation).where(webhook.c.institution_id == institution_id)
        return self.connection.execute(wanted).scalar_one_or_none() or 0

    def save(self, saved: Webhook) -> None:
        row = asdict(saved)
        statement = insert(self.connection, webhook).values(row)
        self.connection.execute(statement.on_conflict_do_update(index_elements=["institution_id"], set_=row))

    def remove(self, institution_id: str) -> None:
        self.connection.execute(update(webhook).where(webhook.c.institution_id == institution_id).values(url=None))
        self.connection.execute(
            update(event)
            .where(event.c.institution_id == institution_id, event.c.progress == Progress.DUE)
            .values(progress=Progress.KEPT, due_at=None)
        )


def event_row(added: Event) -> dict[str, Any]:
    """An event as it is when it is recorded."""
    return {
        "id": added.id,
        "institution_id": added.institution_id,
        "kind": added.kind,
        "type_id": added.type_id,
        "document_id": added.document_id,
        "happened_at": added.happened_at,
        "progress": Progress.RECORDED,
        "attempts": 0,
        "due_at": added.happened_at,
    }


def _told(row: Row[Any]) -> ToldEvent:
    return ToldEvent(
        event=Event(
            id=row.id,
            institution_id=row.institution_id,
            kind=EventKind(row.kind),
            type_id=row.type_id,
            document_id=row.document_id,
            happened_at=row.happened_at,
        ),
        position=row.position,
        progress=Progress(row.progress),
        attempts=row.attempts,
        due_at=row.due_at,
        outcome=row.outcome,
    )
