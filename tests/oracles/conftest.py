"""Marks the tests here, and makes a peer of each implementation when a test asks for it.

Where an environment cannot be made (no network, say) its tests are skipped with the reason; in CI they are required.
"""

import os
from pathlib import Path

import pytest

from tests.oracles.environment import HERE, UnavailableError, interpreter
from tests.oracles.peers import Peer


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in Path(item.path).parents:
            item.add_marker(pytest.mark.oracle)


def _peer(name: str) -> Peer:
    try:
        return Peer(name=name, python=interpreter(name))
    except UnavailableError as error:
        message = f"no environment for the oracle {name}: {error}"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)


@pytest.fixture(scope="session")
def sd_jwt() -> Peer:
    return _peer("sd_jwt")


@pytest.fixture(scope="session")
def openvc() -> Peer:
    return _peer("openvc_core")


@pytest.fixture(scope="session")
def polaris() -> Peer:
    return _peer("polaris_oid4vp")


@pytest.fixture(scope="session")
def isomdoc() -> Peer:
    return _peer("isomdoc")


@pytest.fixture(scope="session")
def cwt() -> Peer:
    return _peer("cwt")
