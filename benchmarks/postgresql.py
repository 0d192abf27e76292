"""A PostgreSQL cluster of a benchmark's own on loopback, gone afterwards. It syncs every commit, as one in use does."""

import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from socsec import serving

MAX_CONNECTIONS = 300


class PostgresqlMissingError(Exception):
    """There is no PostgreSQL on this machine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """server: SQLAlchemy address without a database. process_id: of the process that all others come from."""

    server: str
    process_id: int

    def database(self, name: str) -> str:
        return f"{self.server}/{name}"


@contextmanager
def cluster(databases: Sequence[str]) -> Iterator[Cluster]:
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
            for name in databases:
                made = [programs / "createdb", "-h", "127.0.0.1", "-p", str(port), "-U", "socsec", name]
                subprocess.run(made, check=True, env={**os.environ, "PGPASSWORD": password})
            yield Cluster(
                server=f"postgresql+psycopg://socsec:{password}@127.0.0.1:{port}",
                process_id=int((data / "postmaster.pid").read_text().splitlines()[0]),
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
