"""Empty databases for the load benchmarks: an SQLite file, or a PostgreSQL cluster of a benchmark's own on loopback.

The cluster is gone afterwards; meanwhile it syncs every commit, as one in use does.
"""

import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from socsec import serving

MAX_CONNECTIONS = 300


class PostgresqlMissingError(Exception):
    """There is no PostgreSQL on this machine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmptyDatabase:
    """url: SQLAlchemy address. process_ids: of the server's process that all others come from; none for a file."""

    url: str
    process_ids: tuple[int, ...] = ()


@contextmanager
def empty_database(kind: str, service: str, data: Path) -> Iterator[EmptyDatabase]:
    """kind: `sqlite` or `postgresql`. Raises `PostgresqlMissingError`."""
    if kind == "sqlite":
        yield EmptyDatabase(url=f"sqlite:///{data / f'{service}.sqlite3'}")
        return
    with _cluster(service) as database:
        yield database


@contextmanager
def _cluster(name: str) -> Iterator[EmptyDatabase]:
    """Raises `PostgresqlMissingError`."""
    programs = _programs()
    home = Path(tempfile.mkdtemp(prefix="socsec-postgresql-"))
    password, port = secrets.token_hex(16), urlsplit(serving.free_url()).port
    (home / "password").write_text(password)
    if os.getuid() == 0:
        shutil.chown(home, "postgres")
        shutil.chown(home / "password", "postgres")
    data = home / "data"
    try:
        _run(programs / "initdb", "-D", data, "-U", "socsec", "-A", "scram-sha-256", f"--pwfile={home / 'password'}")
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={home}"
        options += f" -c max_connections={MAX_CONNECTIONS}"
        _run(programs / "pg_ctl", "-D", data, "-w", "-l", home / "log", "-o", options, "start")
        try:
            made = [str(programs / "createdb"), "-h", "127.0.0.1", "-p", str(port), "-U", "socsec", name]
            subprocess.run(made, check=True, env={**os.environ, "PGPASSWORD": password})
            yield EmptyDatabase(
                url=f"postgresql+psycopg://socsec:{password}@127.0.0.1:{port}/{name}",
                process_ids=(int((data / "postmaster.pid").read_text().splitlines()[0]),),
            )
        finally:
            _run(programs / "pg_ctl", "-D", data, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(home)


def _programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"), key=lambda path: int(path.parts[-3]))
    if not found:
        raise PostgresqlMissingError("no PostgreSQL under /usr/lib/postgresql")
    return found[-1].parent


def _run(*command: object) -> None:
    """PostgreSQL refuses to run as root."""
    user = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
    subprocess.run([*user, *map(str, command)], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
