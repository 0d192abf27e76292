"""Fixtures of the tests of the HTTP edge, to which it makes no difference which database lies behind it."""

import shutil
from pathlib import Path

import pytest


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    copy = tmp_path / "verifier.sqlite3"
    shutil.copyfile(sqlite_template, copy)
    return f"sqlite:///{copy}"
