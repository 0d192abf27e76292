"""Databases without a schema."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.postgresql import empty_schema


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.sqlite3'}"
        return
    with empty_schema() as url:
        yield url
