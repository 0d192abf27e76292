"""A schema of a suite's own in the PostgreSQL server that the environment names, for tests that ask for one.

Where no server is named such a test is skipped with that reason; in CI it is required.
"""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import create_engine, text

SERVER = "SOCSEC_TEST_POSTGRESQL"


@contextmanager
def empty_schema() -> Iterator[str]:
    """The address of one in which nothing is, dropped afterwards."""
    server = os.environ.get(SERVER)
    if server is None:
        message = f"no PostgreSQL server: set {SERVER} to its address"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    name = f"test_{uuid.uuid4().hex}"
    engine = create_engine(server)
    with engine.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA {name}"))
    try:
        yield f"{server}{'&' if '?' in server else '?'}options=-csearch_path%3D{name}"
    finally:
        with engine.begin() as connection:
            connection.execute(text(f"DROP SCHEMA {name} CASCADE"))
        engine.dispose()
