"""The wallet as a whole: an A1 in every format is received, listed, shown and presented."""

import pytest

from tests.wallet_sim import world
from tests.wallet_sim.fakes import FakeIssuer, FakeVerifier, Network
from vc_core.authorization_response import ResponseParameters
from vc_core.verdict import Word
from wallet_sim.wallet import Wallet


def test_an_offer_is_taken_whole(wallet: Wallet, issuer: FakeIssuer) -> None:
    stored = wallet.receive(issuer.link, "123456")
    assert {one.format for one in stored} == {world.SD_JWT, world.MDOC}
    assert {one.document_number for one in stored} == {"FR-A1-2026-000117"}
    assert set(wallet.list()) == set(stored)
    assert issuer.refused == []


@pytest.mark.parametrize("format_id", [world.SD_JWT, world.MDOC])
def test_a_request_is_answered(wallet: Wallet, issuer: FakeIssuer, network: Network, format_id: str) -> None:
    verifier = FakeVerifier(network, format_id)
    wallet.receive(issuer.link, "123456")
    presented = wallet.present(verifier.link)
    assert presented.verifier == "Labour inspectorate of the pilot"
    (received,) = verifier.received
    assert isinstance(received, ResponseParameters)
    assert received.state == "a-state"
    verdict = verifier.judge(received.vp_token["a1"][0])
    assert (verdict.word, verdict.deciding) == (Word.CONFIRMED, ())
    assert verdict.holder_proof
