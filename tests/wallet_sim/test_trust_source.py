"""The trust list from a file or an address: relied upon, or why not."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx2
import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from tests.wallet_sim import world
from tests.wallet_sim.fakes import Network
from tests.wallet_sim.world import NOW, PILOT
from vc_core.addresses import LoopbackHttp
from vc_core.trust import TrustList
from vc_core.trust.lists_file import ListPlace
from vc_core.verification import TrustUnavailable
from wallet_sim.exchange import Exchange
from wallet_sim.store import WalletStore
from wallet_sim.trust_source import TrustSource, TrustSources

URL = "https://trust.example/list"


@pytest.fixture
def source(tmp_path: Path, network: Network) -> TrustSource:
    list_file, operator = tmp_path / "trust-list.jwt", tmp_path / "operator.pem"
    list_file.write_text(PILOT.trust_list_text)
    operator.write_bytes(PILOT.operator.chain[0].public_bytes(Encoding.PEM))
    return TrustSource(
        place=ListPlace(source=str(list_file), operator_certificate=operator),
        store=WalletStore(tmp_path / "wallet"),
        exchange=Exchange(client=network.client(), policy=LoopbackHttp.REFUSED),
    )


def test_a_list_in_a_file_is_read_and_its_number_remembered(source: TrustSource) -> None:
    read = source(NOW)
    assert isinstance(read, TrustList)
    assert read == PILOT.trust_list
    assert source.store.trust_sequence() == read.sequence


def test_a_list_at_an_address_is_read(source: TrustSource, network: Network) -> None:
    network.replies[f"GET {URL}"] = lambda _: httpx2.Response(200, text=PILOT.trust_list_text)
    assert isinstance(replace(source, place=replace(source.place, source=URL))(NOW), TrustList)


BAD: dict[str, tuple[Callable[[TrustSource], object], str]] = {
    "missing": (lambda s: Path(s.place.source).unlink(), "trust_list_unreadable"),
    "not_ascii": (lambda s: Path(s.place.source).write_text("é"), "trust_list_unreadable"),
    "unsigned": (lambda s: Path(s.place.source).write_text("{}"), "trust_list_unsigned"),
    "of_another_operator": (
        lambda s: Path(s.place.source).write_text(world.OTHER_PILOT.trust_list_text),
        "trust_list_signer_unknown",
    ),
    "rolled_back": (lambda s: s.store.remember_trust_sequence(2), "trust_list_rolled_back"),
    "operator_missing": (lambda s: s.place.operator_certificate.unlink(), "trust_list_unreadable"),
    "operator_not_pem": (lambda s: s.place.operator_certificate.write_text("x"), "trust_list_unreadable"),
}


@pytest.mark.parametrize(("bend", "reason"), BAD.values(), ids=BAD)
def test_a_list_that_cannot_be_relied_upon_is_none(
    source: TrustSource, bend: Callable[[TrustSource], object], reason: str
) -> None:
    """TS 119 602: no list, nobody trusted."""
    bend(source)
    assert source(NOW) == TrustUnavailable(reason=reason)


def test_a_stale_list_is_none(source: TrustSource) -> None:
    assert source(NOW + timedelta(days=60)) == TrustUnavailable(reason="trust_list_stale")


def test_an_address_that_does_not_answer_is_none(source: TrustSource) -> None:
    assert replace(source, place=replace(source.place, source=URL))(NOW) == TrustUnavailable(reason="http_404")


# ------------------------------------------------------------------------------------------------------ several lists
@pytest.fixture
def other(source: TrustSource, tmp_path: Path) -> TrustSource:
    """A list by another operator, as the second of two."""
    list_file, operator = tmp_path / "other.jwt", tmp_path / "other.pem"
    list_file.write_text(world.OTHER_PILOT.trust_list_text)
    operator.write_bytes(world.OTHER_PILOT.operator.chain[0].public_bytes(Encoding.PEM))
    return replace(source, place=ListPlace(name="other", source=str(list_file), operator_certificate=operator))


def test_each_list_counts_within_its_limits(source: TrustSource, other: TrustSource) -> None:
    limited = replace(source, place=replace(source.place, name="own", types=frozenset({"ehic"})))
    own, second = TrustSources(sources=(limited, other))(NOW).lists
    assert (own.published, own.types) == (PILOT.trust_list, frozenset({"ehic"}))
    assert own.outside == {"FR:117000": "issuer_of_other_type"}
    assert (second.name, second.content) == ("other", world.OTHER_PILOT.trust_list)


def test_a_list_that_fails_takes_nothing_from_the_others(source: TrustSource, other: TrustSource) -> None:
    Path(source.place.source).unlink()
    missing, second = TrustSources(sources=(replace(source, place=replace(source.place, name="own")), other))(NOW).lists
    assert missing.content == TrustUnavailable(reason="trust_list_unreadable")
    assert second.content == world.OTHER_PILOT.trust_list


def test_the_number_of_each_list_is_remembered_apart(source: TrustSource, other: TrustSource) -> None:
    other.store.remember_trust_sequence(2, "other")
    assert other(NOW) == TrustUnavailable(reason="trust_list_rolled_back")
    assert isinstance(source(NOW), TrustList)
    assert (source.store.trust_sequence(), source.store.trust_sequence("other")) == (1, 2)


def test_no_number_below_the_one_of_the_file_is_taken(other: TrustSource) -> None:
    demanding = replace(other, place=replace(other.place, minimum_sequence=2))
    assert demanding(NOW) == TrustUnavailable(reason="trust_list_rolled_back")
