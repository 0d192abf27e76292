"""Fixtures for all tests, and what holds for every run."""

import gc
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from sqlalchemy import event
from sqlalchemy.pool import Pool

from tests import event_loop

_HERE = Path(__file__).parent
_LONGEST = ("test_readme.py", "socsec/test_workers.py", "socsec/", "conformance/test_commands.py", "conformance/")
pytest_plugins = ["tests.browser", "tests.issuer.soft_hsm"]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Pages are looked at on SQLite alone: what stands behind them is tested on PostgreSQL without a browser."""
    kept: list[pytest.Item] = []
    repeated: list[pytest.Item] = []
    for one in items:
        again = one.get_closest_marker("browser") and one.get_closest_marker("postgresql")
        (repeated if again else kept).append(one)
    items[:] = sorted(kept, key=_turn)
    config.hook.pytest_deselected(items=repeated)


def _turn(item: pytest.Item) -> int:
    """What takes longest begins first, so that no process is left with it at the end."""
    file = item.path.relative_to(_HERE).as_posix()
    return next((turn for turn, start in enumerate(_LONGEST) if file.startswith(start)), len(_LONGEST))


def pytest_collection_finish() -> None:
    """What collecting has made stays until the end; the garbage collector need not go through it again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def _disk_not_awaited() -> Iterator[None]:
    """The services wait for the disk at each commit, which takes milliseconds and matters only when the power is cut;
    no test cuts it. Processes that tests start do wait."""

    def leave_it_to_the_system(connection: Any, *_: object) -> None:
        if isinstance(connection, sqlite3.Connection):
            connection.execute("PRAGMA synchronous=OFF")

    event.listen(Pool, "checkout", leave_it_to_the_system)
    yield
    event.remove(Pool, "checkout", leave_it_to_the_system)


@pytest.fixture(scope="session", autouse=True)
def _event_loop_ended() -> Iterator[None]:
    yield
    event_loop.end()


@pytest.fixture(scope="module", autouse=True)
def _logs_as_before() -> Iterator[None]:
    """Commands set up logs for their whole process; what one file's tests run changes them for no other file."""
    before = structlog.get_config()
    yield
    structlog.configure(**before)
