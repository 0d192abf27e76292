"""Many wallets collect at once through several worker processes; nothing is lost, doubled or good twice (issue 3)."""

import pytest

from benchmarks.issuing_load import Taken, faults, run
from tests.issuer.http.test_credential_endpoint import MDOC, SD_JWT
from tests.issuer.world import Wallet, World

WALLETS, DOCUMENTS, FORMATS = 10, 20, 2


@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def test_ten_wallets_at_once(database: str) -> None:
    outcome = run(WALLETS, DOCUMENTS, workers=2, database=database)
    assert outcome.faults == []
    assert outcome.credentials == DOCUMENTS * FORMATS
    assert outcome.contests == 2 * (1 + FORMATS + 1)


@pytest.fixture(scope="module")
def collected(world: World) -> tuple[str, list[str]]:
    """The address of a register with one document, and the two credentials that a wallet has of it."""
    wallet = Wallet(world)
    wallet.redeem(world.register())
    texts = [wallet.collect(one).json()["credentials"][0]["credential"] for one in (SD_JWT, MDOC)]
    return world.database_url, texts


def test_what_the_wallet_has_is_what_was_issued(collected: tuple[str, list[str]]) -> None:
    url, texts = collected
    assert faults(url, [Taken(texts=texts)], credentials=2) == []


def test_a_lost_credential_is_found(collected: tuple[str, list[str]]) -> None:
    url, texts = collected
    assert faults(url, [Taken(texts=texts[:1])], credentials=2) == [
        "1 credentials arrived, 2 were promised",
        "1 credentials lost, 0 not in the register",
    ]


def test_a_doubled_credential_is_found(collected: tuple[str, list[str]]) -> None:
    url, texts = collected
    found = faults(url, [Taken(texts=[*texts, texts[0]])], credentials=3)
    assert found == ["0 credentials lost, 1 not in the register", "2 times the same credential"]


@pytest.mark.parametrize("winners", [0, 2])
def test_a_contest_without_one_winner_is_found(collected: tuple[str, list[str]], winners: int) -> None:
    url, texts = collected
    assert faults(url, [Taken(texts=texts, winners=[winners])], credentials=2) == [f"{winners} winners of a contest"]


def test_an_offer_that_nobody_redeemed_is_found(world: World, collected: tuple[str, list[str]]) -> None:
    url, texts = collected
    world.register()
    assert faults(url, [Taken(texts=texts)], credentials=2) == ["2 offers, 1 redeemed"]
