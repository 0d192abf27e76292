"""Fixtures of the authorization code flow."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from issuer.adapters.institution_directory import load_signer
from tests.issuer.authorization.flow import AttestedWallet, Browser, Holder, worker
from tests.issuer.world import Registered, World
from vc_core.signer import SoftwareKey


@pytest.fixture(scope="session")
def provider(pilot: tuple[Path, Mapping[str, str]]) -> SoftwareKey:
    """The wallet provider of the pilot."""
    return load_signer(pilot[0] / "pki" / "wallet-provider", "attestation")


@pytest.fixture
def attested(world: World, provider: SoftwareKey) -> AttestedWallet:
    return AttestedWallet(world, provider=provider)


@pytest.fixture
def browser(world: World) -> Browser:
    return Browser.new(world)


@pytest.fixture(scope="module")
def someone(world: World) -> tuple[Holder, Registered]:
    """A holder and the one A1 about them, which a test must not use up."""
    return worker(world)
