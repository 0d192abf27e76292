"""Bulk jobs: many documents of one type, registered row by row from one file.

    WAITING -> RUNNING -> FINISHED

A file is surveyed before it becomes a job, so a job's file is readable and its rows are counted. What has been done is
written down in the transaction that did it, so that a job goes on after any interruption where it stopped.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

DUPLICATE = "DUPLICATE"
"""The code of a row whose document is registered already."""


class JobMode(StrEnum):
    """REGISTER; CHECK: everything is judged and nothing is registered."""

    REGISTER = "register"
    CHECK = "check"


MAX_UNFINISHED = 20
"""Jobs of one institution that wait or run."""


class RowFileError(Exception):
    """A file cannot be read as rows. reason: `gzip_malformed`, `content_too_large`, `no_rows`, or what is wrong with
    its header; where: the column."""

    def __init__(self, reason: str, where: str = "") -> None:
        super().__init__(f"{reason} {where}".strip())
        self.reason, self.where = reason, where


class JobState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    FINISHED = "finished"


class FileForm(StrEnum):
    """How rows are written. NDJSON: one JSON object a line. CSV: a header, and a line or more for each row."""

    NDJSON = "ndjson"
    CSV = "csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """A file read once from end to end: its rows, and the SHA-256 of its content, inflated."""

    rows: int
    digest: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class JobTerms:
    """What a job is to do. source: the file's name in the spool; None for one that only the caller can open."""

    institution_id: str
    type_id: str
    form: FileForm
    mode: JobMode
    survey: Survey
    source: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """offset: bytes of the content, inflated, whose rows are done. worked: time that was spent on them."""

    offset: int = 0
    issued: int = 0
    failed: int = 0
    duplicate: int = 0
    worked: timedelta = timedelta()

    @property
    def done(self) -> int:
        return self.issued + self.failed + self.duplicate


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One job. leased_until: until when a worker has it to itself."""

    id: str
    terms: JobTerms
    progress: Progress
    created_at: datetime
    leased_until: datetime | None = None
    finished_at: datetime | None = None

    @property
    def state(self) -> JobState:
        if self.finished_at is not None:
            return JobState.FINISHED
        return JobState.RUNNING if self.progress.done or self.leased_until else JobState.WAITING

    @property
    def rate(self) -> float:
        """Rows a second while somebody worked on it; 0 before that."""
        worked = self.progress.worked.total_seconds()
        return self.progress.done / worked if worked else 0.0

    @property
    def time_left(self) -> timedelta | None:
        """At this rate; None while there is none."""
        left = self.terms.survey.rows - self.progress.done
        return timedelta(seconds=left / self.rate) if self.rate else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row as it was read. number: from 1, without header and empty lines. fault: why it holds no claims."""

    number: int
    claims: Mapping[str, Any] | None
    fault: "RowFault | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """Rows that follow one another; end: offset of the byte after them."""

    rows: Sequence[Row]
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RowFault:
    """Why a row was not registered. key: its document number, as far as it can be read. pointer: JSON pointer."""

    row: int
    key: str | None
    pointer: str
    code: str
    message: str
