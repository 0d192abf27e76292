"""Files that institutions sent, in a folder that all processes of the service share, until their jobs have finished.

A file is written through to the disk before it becomes a job, and is readable by the service's account only.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from issuer.adapters.row_files import RowFile
from issuer.jobs import Chunk, FileForm, Job, Survey

OpenRows = Callable[[Path, str, FileForm], RowFile]
"""A file of rows of a type, in a form."""


@dataclass(frozen=True, slots=True)
class SpooledFile:
    """`issuer.ports.SpooledFile`."""

    name: str
    file: BinaryIO

    def write(self, content: bytes) -> None:
        self.file.write(content)

    def close(self) -> None:
        self.file.flush()
        os.fsync(self.file.fileno())
        self.file.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderSpool:
    """`issuer.ports.Spool`."""

    folder: Path
    open_rows: OpenRows

    def begin(self, name: str) -> SpooledFile:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(self.folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        return SpooledFile(name, os.fdopen(descriptor, "wb"))

    def survey(self, name: str, type_id: str, form: FileForm) -> Survey:
        return self.open_rows(self.folder / name, type_id, form).survey()

    def chunks(self, job: Job) -> Iterator[Chunk]:
        terms = job.terms
        if terms.source is None:
            raise ValueError(f"job {job.id} has no file here")
        file = self.open_rows(self.folder / terms.source, terms.type_id, terms.form)
        return file.chunks(job.progress.offset, job.progress.done)

    def discard(self, name: str) -> None:
        (self.folder / name).unlink(missing_ok=True)


def require_writable(folder: Path, name: str) -> None:
    """Writes a file of that name into the spool's folder and removes it again. Raises `OSError`."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / name).open("xb") as file:
        file.write(b"-")
    (folder / name).unlink()
