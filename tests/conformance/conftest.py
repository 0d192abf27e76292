"""One world and one pair of services for all scenarios of this package."""

from collections.abc import Iterator

import pytest

from conformance.in_process import Services, services
from conformance.runner import Runner
from conformance.world import World


@pytest.fixture(scope="package")
def world() -> World:
    return World.make()


@pytest.fixture(scope="package")
def in_process(world: World) -> Iterator[Services]:
    with services(world) as running:
        yield running


@pytest.fixture(scope="package")
def runner(world: World, in_process: Services) -> Runner:
    return Runner(world=world, verifier=in_process.verifier, issuer=in_process.issuer)
