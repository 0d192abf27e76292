"""Bulk registration measured: rows a second, peak memory, and `kill -9` in the middle (users.md, J2).

    python -m benchmarks.bulk TYPE --rows 1000000 [--database URL] [--kills 3] [--seed 1] [--whole]

Writes a file of documents of one type, one in a thousand faulty, and registers it with `socsec batch` as a process of
its own, killed at random rows and resumed. What the register must hold in the end is computed from the file alone; with
`--whole` it is also registered without interruption, into a register of its own. Processor time and memory are those
that the kernel counted for the processes, killed ones included; a database server's are not among them.
"""

import argparse
import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import DBAPIError

from issuer.document_facts import text_at
from socsec.pilot_folder import create_pilot
from vc_core.catalogue import Catalogue
from vc_core.claims import put
from vc_core.rulebook import Rulebook

ONE_FAULTY_IN = 1000
POLL_SECONDS = 0.2
LONG_AGO = "2000-01-01"
_PROGRAM = "import sys; from socsec.cli import main; main(sys.argv[1:])"
_ISSUER = "http://127.0.0.1:8001"


@dataclass(slots=True)
class Measured:
    """What came of one file. register: SHA-256 that the command printed; counts: its line of outcome."""

    wall_seconds: float = 0.0
    processor_seconds: float = 0.0
    peak_megabytes: float = 0.0
    killed_at: list[int] = field(default_factory=list)
    counts: str = ""
    register: str = ""


def write_rows(path: Path, rulebook: Rulebook, example: dict[str, Any], rows: int) -> str:
    """Documents of as many persons; the digest that a register of the good ones has, in the order of their numbers."""
    number = text_at(example, rulebook.document_number) or ""
    institution = text_at(example, rulebook.institution)
    person = rulebook.registry.person[0] if rulebook.registry else rulebook.document_number
    digest = hashlib.sha256()
    with path.open("wb") as file:
        for row in range(1, rows + 1):
            numbered = put(example, person, f"2880413{row:08}")
            claims = put(numbered, rulebook.document_number, f"{number[:10]}{row:010}")
            if row % ONE_FAULTY_IN == 0:
                claims = put(claims, rulebook.document_validity.end, LONG_AGO)
            else:
                content = hashlib.sha256(orjson.dumps(claims, option=orjson.OPT_SORT_KEYS)).hexdigest()
                shown = [f"{number[:10]}{row:010}", 1, institution, True, content]
                digest.update(hashlib.sha256(orjson.dumps(shown)).digest())
            file.write(orjson.dumps(claims) + b"\n")
    return digest.hexdigest()


@contextmanager
def empty_database(server: str | None, folder: Path) -> Iterator[str]:
    """An SQLite file in the folder, or a schema of its own in a PostgreSQL server, dropped afterwards."""
    if server is None:
        yield f"sqlite:///{folder / 'issuer.sqlite3'}"
        return
    name = f"bulk_{uuid.uuid4().hex}"
    engine = create_engine(server)
    with engine.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA {name}"))
    try:
        yield f"{server}{'&' if '?' in server else '?'}options=-csearch_path%3D{name}"
    finally:
        with engine.begin() as connection:
            connection.execute(text(f"DROP SCHEMA {name} CASCADE"))
        engine.dispose()


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """The command on one file and one register."""

    type_id: str
    institution_id: str
    file: Path
    data: Path
    database: str
    engine: Engine

    def run(self, kill_at: list[int]) -> Measured:
        """Registers the file, killed when so many rows are done, and resumed each time."""
        measured = Measured()
        began = time.monotonic()
        for wanted in (*kill_at, None):
            self._once(measured, wanted)
        measured.wall_seconds = round(time.monotonic() - began, 1)
        measured.processor_seconds = round(measured.processor_seconds, 1)
        return measured

    def _once(self, measured: Measured, kill_at: int | None) -> None:
        command = [sys.executable, "-c", _PROGRAM, "batch", self.type_id, str(self.file), "--resume"]
        command += ["--data", str(self.data), "--database", self.database, "--institution", self.institution_id]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        if kill_at is not None:
            while (
                self.done() < kill_at and os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None
            ):
                time.sleep(POLL_SECONDS)
            process.kill()
        printed = process.stdout.read() if process.stdout else ""
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        measured.processor_seconds += used.ru_utime + used.ru_stime
        measured.peak_megabytes = max(measured.peak_megabytes, round(used.ru_maxrss / 1024, 1))
        if process.returncode == -9:
            measured.killed_at.append(self.done())
        elif printed:
            measured.counts, register, *_ = printed.splitlines()
            measured.register = register.partition("=")[2]
        else:
            raise RuntimeError(f"the command ended with {process.returncode}")

    def done(self) -> int:
        """Rows done, as the database says from outside; 0 before it has tables."""
        done = text("SELECT sum(issued + failed + duplicate) FROM job")
        try:
            with self.engine.connect() as connection:
                return int(connection.execute(done).scalar_one() or 0)
        except DBAPIError:
            return 0


def measure(type_id: str, rows: int, *, server: str | None, kills: int, seed: int, whole: bool) -> dict[str, Any]:
    """The figures, and whether the register was what it had to be."""
    rulebook, example = _example(type_id)
    folder = Path(tempfile.mkdtemp(prefix="bulk-"))
    data, file = folder / "data", folder / "rows.ndjson"
    now = datetime.now(UTC)
    create_pilot(data, issuer_url=_ISSUER, verifier_hosts=["localhost"], now=now, random=os.urandom)
    expected = write_rows(file, rulebook, example, rows)
    institution = text_at(example, rulebook.institution) or ""
    chosen = sorted(random.Random(seed).sample(range(1, rows * 9 // 10), kills))  # noqa: S311  not a secret
    outcomes = {}
    try:
        for name, kill_at in (("killed", chosen), ("whole", [])) if whole else (("killed", chosen),):
            with empty_database(server, data) as database:
                engine = create_engine(database)
                batch = Batch(
                    type_id=type_id,
                    institution_id=institution,
                    file=file,
                    data=data,
                    database=database,
                    engine=engine,
                )
                outcomes[name] = batch.run(kill_at)
                engine.dispose()
            for left in data.glob("issuer.sqlite3*"):
                left.unlink()
    finally:
        shutil.rmtree(folder)
    return {
        "rows": rows,
        "database": (server or "sqlite").partition(":")[0].partition("+")[0],
        "seed": seed,
        "register_as_expected": all(one.register == expected for one in outcomes.values()),
        **{name: _figures(one, rows) for name, one in outcomes.items()},
    }


def _example(type_id: str) -> tuple[Rulebook, dict[str, Any]]:
    catalogue = Catalogue.load()
    examples = catalogue.examples(type_id)
    name = min(name for name in examples if name.startswith("valid_"))
    return catalogue.type(type_id), dict(examples[name])


def _figures(measured: Measured, rows: int) -> dict[str, Any]:
    return {
        "outcome": measured.counts,
        "killed_at_row": measured.killed_at,
        "rows_per_processor_second": round(rows / measured.processor_seconds),
        "rows_per_second": round(rows / measured.wall_seconds),
        "peak_megabytes": measured.peak_megabytes,
        "register_sha256": measured.register,
    }


def main() -> int:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    arguments.add_argument("type_id", metavar="TYPE")
    arguments.add_argument("--rows", type=int, default=1_000_000)
    arguments.add_argument("--database", help="address of a PostgreSQL server; SQLite otherwise")
    arguments.add_argument("--kills", type=int, default=3)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--whole", action="store_true", help="register the file without interruption too")
    arguments.add_argument("--output", type=Path, help="file for the figures, as JSON")
    given = arguments.parse_args()
    figures = measure(
        given.type_id, given.rows, server=given.database, kills=given.kills, seed=given.seed, whole=given.whole
    )
    printed = json.dumps(figures, indent=2)
    print(printed)
    if given.output is not None:
        given.output.write_text(printed + "\n")
    return 0 if figures["register_as_expected"] else 1


if __name__ == "__main__":
    raise SystemExit(main())
