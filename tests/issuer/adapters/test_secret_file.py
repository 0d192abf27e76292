"""The server secret on disk."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from issuer.adapters.secret_file import load_or_make_secret


def test_made_once_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    first = load_or_make_secret(path, os.urandom)
    assert load_or_make_secret(path, os.urandom) == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in tmp_path.iterdir()] == ["secret"]


def test_processes_that_start_together_share_one(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    with ThreadPoolExecutor(8) as threads:
        secrets = list(threads.map(lambda _: load_or_make_secret(path, os.urandom), range(8)))
    assert len({secret.value for secret in secrets}) == 1
    assert [entry.name for entry in tmp_path.iterdir()] == ["secret"]


def test_file_of_another_size(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_bytes(b"short")
    with pytest.raises(ValueError, match="32 bytes"):
        load_or_make_secret(path, os.urandom)
