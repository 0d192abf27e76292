"""Fixtures: a network, an issuer and a verifier on it, and wallets of one holder."""

from pathlib import Path

import pytest

from tests.wallet_sim import world
from tests.wallet_sim.fakes import FakeIssuer, FakeVerifier, Network
from wallet_sim.wallet import Wallet


@pytest.fixture
def network() -> Network:
    return Network()


@pytest.fixture
def issuer(network: Network) -> FakeIssuer:
    return FakeIssuer(network)


@pytest.fixture
def verifier(network: Network) -> FakeVerifier:
    return FakeVerifier(network)


def make_wallet(store: Path, network: Network) -> Wallet:
    return Wallet(
        store,
        http=network.client(),
        clock=world.clock,
        random=world.seeded("wallet"),
        trust=lambda _: world.PILOT.trust_list,
        catalogue=world.CATALOGUE,
    )


@pytest.fixture
def wallet(tmp_path: Path, network: Network) -> Wallet:
    return make_wallet(tmp_path / "wallet", network)
