"""The trust list of the issuer: read anew when it changes, never believed when it goes back."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from issuer.adapters.institution_directory import load_signer
from issuer.adapters.trust_list import TrustListFile
from tests.issuer.world import NOW
from vc_core import trust
from vc_core.trust import TrustList
from vc_core.verification import TrustUnavailable


@pytest.fixture
def pki(pilot: tuple[Path, Mapping[str, str]]) -> Path:
    return pilot[0] / "pki"


@pytest.fixture
def file(pki: Path, tmp_path: Path) -> Path:
    copy = tmp_path / "trust-list.jwt"
    copy.write_text((pki / "trust-list.jwt").read_text())
    return copy


def read(file: Path, pki: Path) -> TrustListFile:
    return TrustListFile(file, pki / "operator.pem")


def test_read_once_and_again_when_it_changes(file: Path, pki: Path) -> None:
    reader = read(file, pki)
    first = reader(NOW)
    assert isinstance(first, TrustList)
    assert reader(NOW) is first
    newer = replace(first, sequence=first.sequence + 1)
    old = file.read_text()
    file.write_text(trust.encode_trust_list(newer, load_signer(pki / "operator", "operator"), NOW))
    second = reader(NOW)
    assert isinstance(second, TrustList)
    assert second.sequence == first.sequence + 1
    file.write_text(old)
    assert isinstance(reader(NOW), TrustUnavailable)


def test_missing(file: Path, pki: Path) -> None:
    file.unlink()
    assert read(file, pki)(NOW) == TrustUnavailable(reason="trust_list_unreadable")


def test_stale(file: Path, pki: Path) -> None:
    assert isinstance(read(file, pki)(NOW + timedelta(days=365)), TrustUnavailable)


def test_tampered(file: Path, pki: Path) -> None:
    file.write_text(file.read_text()[:-8] + "AAAAAAAA")
    assert isinstance(read(file, pki)(NOW), TrustUnavailable)
