"""Bulk jobs and the faults of their rows, as rows."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, delete, func, or_, select, update

from issuer.adapters.database import insert
from issuer.adapters.tables import job, job_fault
from issuer.jobs import FileForm, Job, JobMode, JobTerms, Progress, RowFault, Survey
from issuer.ports import Lock

_MICROSECOND = timedelta(microseconds=1)
_SAYING = or_(job_fault.c.key.is_not(None), job_fault.c.pointer != "")
"""Faults of which more is kept than which row broke which rule."""


@dataclass(frozen=True, slots=True)
class JobStore:
    """`issuer.ports.Jobs`."""

    connection: Connection

    def add(self, added: Job) -> None:
        terms = added.terms
        row = {
            "id": added.id,
            "institution_id": terms.institution_id,
            "type_id": terms.type_id,
            "form": terms.form,
            "mode": terms.mode,
            "rows": terms.survey.rows,
            "digest": terms.survey.digest,
            "source": terms.source,
            "created_at": added.created_at,
            **_changing(added),
        }
        self.connection.execute(insert(self.connection, job).values(**row))

    def find(self, institution_id: str, job_id: str, *, lock: Lock = Lock.NONE) -> Job | None:
        return self._one(select(job).where(job.c.id == job_id, job.c.institution_id == institution_id), lock)

    def newest(self, institution_id: str, *, limit: int) -> tuple[Job, ...]:
        wanted = select(job).where(job.c.institution_id == institution_id)
        wanted = wanted.order_by(job.c.created_at.desc(), job.c.id.desc()).limit(limit)
        return tuple(_job(row) for row in self.connection.execute(wanted))

    def latest(self, terms: JobTerms) -> Job | None:
        wanted = select(job).where(
            job.c.institution_id == terms.institution_id,
            job.c.type_id == terms.type_id,
            job.c.form == terms.form,
            job.c.mode == terms.mode,
            job.c.digest == terms.survey.digest,
            job.c.source.is_(None) if terms.source is None else job.c.source == terms.source,
        )
        return self._one(wanted.order_by(job.c.created_at.desc(), job.c.id.desc()).limit(1), Lock.NONE)

    def lease(self, *, now: datetime, until: datetime) -> Job | None:
        free = or_(job.c.leased_until.is_(None), job.c.leased_until <= now)
        wanted = select(job).where(job.c.finished_at.is_(None), job.c.source.is_not(None), free)
        wanted = wanted.order_by(job.c.created_at, job.c.id).limit(1).with_for_update(skip_locked=True)
        row = self.connection.execute(wanted).one_or_none()
        if row is None:
            return None
        self.connection.execute(update(job).where(job.c.id == row.id).values(leased_until=until))
        return _job(row, leased_until=until)

    def save(self, changed: Job) -> None:
        self.connection.execute(update(job).where(job.c.id == changed.id).values(**_changing(changed)))

    def restart(self, begun: Job) -> Job:
        restarted = replace(begun, progress=Progress())
        self.connection.execute(delete(job_fault).where(job_fault.c.job_id == begun.id))
        self.save(restarted)
        return restarted

    def add_faults(self, job_id: str, faults: Sequence[RowFault]) -> None:
        rows = [
            {"job_id": job_id, "position": position, **asdict(fault)}
            for _, of_row in groupby(faults, key=lambda fault: fault.row)
            for position, fault in enumerate(of_row)
        ]
        if rows:
            self.connection.execute(insert(self.connection, job_fault), rows)

    def faults(self, job_id: str, *, after: int, limit: int) -> tuple[RowFault, ...]:
        columns = job_fault.c["row", "key", "pointer", "code", "message"]
        wanted = select(*columns).where(job_fault.c.job_id == job_id, job_fault.c.row > after)
        ordered = wanted.order_by(job_fault.c.row, job_fault.c.position).limit(limit)
        found = tuple(RowFault(**row._mapping) for row in self.connection.execute(ordered))
        if len(found) < limit:
            return found
        return tuple(fault for fault in found if fault.row != found[-1].row)  # the last row may have more

    def forget_number(self, institution_id: str, type_id: str, number: str) -> None:
        jobs = select(job.c.id).where(job.c.institution_id == institution_id, job.c.type_id == type_id)
        self._forget(job_fault.c.key == number, job_fault.c.job_id.in_(jobs))

    def forgettable(self, type_id: str, *, ended_before: datetime) -> Mapping[str, int]:
        faulty = func.count(job_fault.c.row.distinct()).label("faulty")
        wanted = (
            select(job.c.id, faulty)
            .join(job_fault, job_fault.c.job_id == job.c.id)
            .where(job.c.type_id == type_id, func.coalesce(job.c.finished_at, job.c.created_at) < ended_before, _SAYING)
            .group_by(job.c.id)
        )
        return {row.id: row.faulty for row in self.connection.execute(wanted)}

    def forget(self, job_id: str) -> None:
        self._forget(job_fault.c.job_id == job_id, _SAYING)

    def _forget(self, *which: ColumnElement[bool]) -> None:
        self.connection.execute(update(job_fault).where(*which).values(key=None, pointer=""))

    def unfinished(self, institution_id: str) -> int:
        wanted = select(func.count()).where(
            job.c.institution_id == institution_id, job.c.finished_at.is_(None), job.c.source.is_not(None)
        )
        return self.connection.execute(wanted).scalar_one()

    def _one(self, wanted: Select[Any], lock: Lock) -> Job | None:
        row = self.connection.execute(wanted.with_for_update() if lock is Lock.HELD else wanted).one_or_none()
        return None if row is None else _job(row)


def _changing(changed: Job) -> dict[str, Any]:
    progress = changed.progress
    return {
        "leased_until": changed.leased_until,
        "finished_at": changed.finished_at,
        "offset": progress.offset,
        "issued": progress.issued,
        "failed": progress.failed,
        "duplicate": progress.duplicate,
        "worked": progress.worked // _MICROSECOND,
    }


def _job(row: Row[Any], **changed: Any) -> Job:
    stored = row._mapping
    terms = JobTerms(
        institution_id=row.institution_id,
        type_id=row.type_id,
        form=FileForm(row.form),
        mode=JobMode(row.mode),
        survey=Survey(rows=stored["rows"], digest=row.digest),
        source=row.source,
    )
    progress = Progress(
        offset=row.offset,
        issued=row.issued,
        failed=row.failed,
        duplicate=row.duplicate,
        worked=row.worked * _MICROSECOND,
    )
    values = {"leased_until": row.leased_until, "finished_at": row.finished_at, **changed}
    return Job(id=row.id, terms=terms, progress=progress, created_at=row.created_at, **values)
