"""A file of rows under test, and what came of it."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import orjson

from issuer.app.bulk import BulkRegistration
from issuer.app.commands import bulk_registration
from issuer.jobs import Chunk, FileForm, Job, JobMode, JobTerms, RowFault
from issuer.settings import IssuerSettings
from issuer.use_cases.start_job import Beginning
from tests.issuer.world import BASE_URL, World


@dataclass(frozen=True)
class Bulk:
    """Files registered beside a running issuer, in its database; chunks of three rows."""

    parts: BulkRegistration
    folder: Path

    def write(self, rows: Iterable[Mapping[str, Any] | bytes]) -> Path:
        path = self.folder / "rows.ndjson"
        path.write_bytes(b"\n".join(row if isinstance(row, bytes) else orjson.dumps(row) for row in rows))
        return path

    def begin(
        self,
        path: Path,
        institution_id: str,
        type_id: str,
        *,
        mode: JobMode = JobMode.REGISTER,
        beginning: Beginning = Beginning.ANEW,
    ) -> Job:
        survey = self.parts.open_rows(path, type_id, FileForm.NDJSON).survey()
        terms = JobTerms(
            institution_id=institution_id,
            type_id=type_id,
            form=FileForm.NDJSON,
            mode=mode,
            survey=survey,
            source=None,
        )
        return self.parts.start(self.parts.institutions.by_id(institution_id), terms, beginning)

    def steps(self, job: Job, path: Path) -> Iterator[Job]:
        type_id = job.terms.type_id

        def read(begun: Job) -> Iterator[Chunk]:
            file = replace(self.parts.open_rows(path, type_id, begun.terms.form), rows_in_a_chunk=3)
            return file.chunks(begun.progress.offset, begun.progress.done)

        return self.parts.run(job, read, lease=None)

    def register(
        self, rows: Iterable[Mapping[str, Any] | bytes], institution_id: str, type_id: str, **begun: Any
    ) -> Job:
        path = self.write(rows)
        return list(self.steps(self.begin(path, institution_id, type_id, **begun), path))[-1]

    def faults(self, job: Job) -> list[RowFault]:
        return list(self.parts.show.faults(job))

    def digest(self, institution_id: str, type_id: str) -> str:
        return self.parts.show.register_digest(self.parts.institutions.by_id(institution_id), type_id)


@contextmanager
def bulk_beside(world: World, data: Path, folder: Path) -> Iterator[Bulk]:
    settings = IssuerSettings(data=data, base_url=BASE_URL, database_url=world.database_url, shard_bits=12)
    with bulk_registration(settings, clock=world.clock) as parts:
        yield Bulk(parts, folder)


def work(world: World, data: Path, spool: Path) -> None:
    """Works on the jobs that wait, as a worker beside the running issuer."""
    settings = IssuerSettings(data=data, base_url=BASE_URL, database_url=world.database_url, spool=spool, shard_bits=12)
    with bulk_registration(settings, clock=world.clock) as bulk:
        bulk.work(lambda: False)


def counts(job: Job) -> tuple[int, int, int]:
    """Issued, failed, duplicate."""
    return job.progress.issued, job.progress.failed, job.progress.duplicate
