"""Officers, at the back office's pages and at the interface."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.issuer.conftest import MakeWorld
from tests.issuer.office import Officer
from tests.issuer.world import DRV, World


@pytest.fixture
def officer(world: World) -> Officer:
    """A clerk who has signed in."""
    signed_in = Officer.of(world)
    assert signed_in.sign_in().status_code == 200
    return signed_in


@pytest.fixture(scope="session")
def approver_keys(pilot: tuple[Path, Any]) -> dict[str, str]:
    """Keys of second officers by institution."""
    keys: dict[str, str] = json.loads((pilot[0] / "approver-keys.json").read_text())
    return keys


@pytest.fixture
def approver(world: World, approver_keys: dict[str, str]) -> Officer:
    """May approve, and is no clerk."""
    signed_in = Officer.of(world, DRV)
    signed_in.key = approver_keys[DRV]
    assert signed_in.sign_in().status_code == 200
    return signed_in


@pytest.fixture
def approving(approver_keys: dict[str, str]) -> dict[str, str]:
    """Headers of the second officer."""
    return {"Authorization": f"Bearer {approver_keys[DRV]}"}


@pytest.fixture(scope="module")
def one_for_both(make_world: MakeWorld, pilot: tuple[Path, Any], tmp_path_factory: pytest.TempPathFactory) -> World:
    """Where the clerks of all institutions may approve too."""
    return make_world(data=_pilot_with_roles(pilot[0], tmp_path_factory.mktemp("roles"), "clerk", "approver"))


@pytest.fixture(scope="module")
def read_only(make_world: MakeWorld, pilot: tuple[Path, Any], tmp_path_factory: pytest.TempPathFactory) -> World:
    """Where the clerks of all institutions are auditors instead."""
    return make_world(data=_pilot_with_roles(pilot[0], tmp_path_factory.mktemp("roles"), "auditor"))


@pytest.fixture
def auditor(read_only: World) -> Officer:
    """May read only."""
    signed_in = Officer.of(read_only)
    assert signed_in.sign_in().status_code == 200
    return signed_in


def _pilot_with_roles(pilot: Path, folder: Path, *roles: str) -> Path:
    """A copy of the pilot folder in which these are the roles of every clerk."""
    changed = folder / "pilot"
    shutil.copytree(pilot, changed)
    written = changed / "institutions.toml"
    written.write_text(written.read_text().replace('roles = ["clerk"]', f"roles = {json.dumps(roles)}"))
    return changed
