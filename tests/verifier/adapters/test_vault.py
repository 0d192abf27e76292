"""Sealed values, and the secret that they are sealed with."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from verifier.adapters.secret_file import load_or_make_secret
from verifier.adapters.vault import NONCE_BYTES, Vault

SECRET = bytes(range(32))
VALUE = {"document": {"document_number": "FR-A1-2026-000117"}, "pending": None}


def vault(secret: bytes = SECRET, purpose: str = "rechecks") -> Vault:
    return Vault(secret, purpose, os.urandom)


def test_what_is_sealed_opens_again() -> None:
    sealed = vault().seal(VALUE, "one")
    assert vault().open(sealed, "one") == VALUE
    assert b"FR-A1" not in sealed


def test_the_same_value_is_never_sealed_alike() -> None:
    assert vault().seal(VALUE, "one")[NONCE_BYTES:] != vault().seal(VALUE, "one")[NONCE_BYTES:]


def test_it_opens_for_its_subject_purpose_and_secret_alone() -> None:
    sealed = vault().seal(VALUE, "one")
    assert vault().open(sealed, "two") is None
    assert vault(purpose="another").open(sealed, "one") is None
    assert vault(secret=bytes(32)).open(sealed, "one") is None


@pytest.mark.parametrize("at", [0, NONCE_BYTES, -1])
def test_one_bit_changed(at: int) -> None:
    sealed = bytearray(vault().seal(VALUE, "one"))
    sealed[at] ^= 1
    assert vault().open(bytes(sealed), "one") is None


@pytest.mark.parametrize("sealed", [b"", b"short", bytes(NONCE_BYTES)])
def test_too_short_to_be_sealed(sealed: bytes) -> None:
    assert vault().open(sealed, "one") is None


def test_the_secret_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    with ThreadPoolExecutor(8) as threads:
        secrets = set(threads.map(lambda _: load_or_make_secret(path, os.urandom), range(8)))
    assert len(secrets) == 1
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in tmp_path.iterdir()] == ["secret"]


def test_a_secret_of_another_size(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"short")
    with pytest.raises(ValueError, match="32 bytes"):
        load_or_make_secret(tmp_path / "secret", os.urandom)
