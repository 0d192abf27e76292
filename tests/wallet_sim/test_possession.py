"""DPoP as a client: one key, one retry with a nonce, nonces kept for each server apart."""

import httpx2
import pytest

from tests.wallet_sim import world
from tests.wallet_sim.fakes import Network
from tests.wallet_sim.world import NOW
from vc_core import dpop
from vc_core.addresses import LoopbackHttp
from wallet_sim.exchange import FORM, Exchange, RequestDraft
from wallet_sim.possession import Possession, ProofRequest, honest_headers

SIGNER = world.key("dpop")
ONE, OTHER = "https://one.example/token", "https://other.example/token"


def possession(network: Network) -> Possession:
    exchange = Exchange(client=network.client(), policy=LoopbackHttp.REFUSED)
    return Possession(exchange=exchange, signer=SIGNER, random=world.seeded("jti"))


def draft(url: str, access_token: str | None = None) -> RequestDraft:
    return RequestDraft(url=url, media_type=FORM, content=b"a=b", access_token=access_token)


def nonces_sent(network: Network, demand: str | None) -> list[str | None]:
    """Serves both addresses, and says which nonces came."""
    seen: list[str | None] = []

    def serve(request: httpx2.Request) -> httpx2.Response:
        proof = dpop.check_proof(request.headers.get_list("DPoP"), method="POST", url=str(request.url), now=NOW)
        seen.append(proof.nonce)
        if demand is not None and proof.nonce != demand:
            return httpx2.Response(400, json={"error": "use_dpop_nonce"}, headers={"DPoP-Nonce": demand})
        return httpx2.Response(200, json={})

    network.replies |= {f"POST {ONE}": serve, f"POST {OTHER}": serve}
    return seen


def test_without_demand_there_is_one_request(network: Network) -> None:
    seen = nonces_sent(network, None)
    possession(network).post(draft(ONE), now=NOW)
    assert seen == [None]


def test_a_demand_is_met_once_and_remembered(network: Network) -> None:
    """RFC 9449, sections 8 and 8.2."""
    seen = nonces_sent(network, "n-1")
    client = possession(network)
    for _ in range(2):
        assert client.post(draft(ONE), now=NOW).status == 200
    assert seen == [None, "n-1", "n-1"]


def test_nonces_of_one_server_do_not_go_to_another(network: Network) -> None:
    """RFC 9449, section 8.1."""
    seen = nonces_sent(network, "n-1")
    client = possession(network)
    client.post(draft(ONE), now=NOW)
    client.post(draft(OTHER), now=NOW)
    assert seen == [None, "n-1", None, "n-1"]


def test_a_server_that_is_never_content_is_asked_twice(network: Network) -> None:
    network.replies[f"POST {ONE}"] = lambda _: httpx2.Response(
        400, json={"error": "use_dpop_nonce"}, headers={"DPoP-Nonce": "x"}
    )
    assert possession(network).post(draft(ONE), now=NOW).status == 400
    assert len(network.log) == 2


def test_a_demand_without_nonce_is_not_repeated(network: Network) -> None:
    network.replies[f"POST {ONE}"] = lambda _: httpx2.Response(400, json={"error": "use_dpop_nonce"})
    possession(network).post(draft(ONE), now=NOW)
    assert len(network.log) == 1


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"error":1}'])
def test_an_error_that_cannot_be_read_is_not_repeated(network: Network, body: bytes) -> None:
    network.replies[f"POST {ONE}"] = lambda _: httpx2.Response(400, content=body, headers={"DPoP-Nonce": "x"})
    possession(network).post(draft(ONE), now=NOW)
    assert len(network.log) == 1


def test_every_proof_has_an_identifier_of_its_own(network: Network) -> None:
    """RFC 9449, section 11.1: also in the retry."""
    seen: list[str] = []

    def serve(request: httpx2.Request) -> httpx2.Response:
        proof = dpop.check_proof(request.headers.get_list("DPoP"), method="POST", url=ONE, now=NOW)
        seen.append(proof.jti)
        return httpx2.Response(400, json={"error": "use_dpop_nonce"}, headers={"DPoP-Nonce": "x"})

    network.replies[f"POST {ONE}"] = serve
    possession(network).post(draft(ONE), now=NOW)
    assert len(set(seen)) == 2


def test_a_token_is_named_and_sent_under_its_scheme() -> None:
    """RFC 9449, section 7.1."""
    request = ProofRequest(
        signer=SIGNER, method="POST", url=ONE, jti="j", issued_at=NOW, access_token="token", nonce=None
    )
    headers = dict(honest_headers(request))
    assert headers["Authorization"] == "DPoP token"
    dpop.check_proof([headers["DPoP"]], method="POST", url=ONE, now=NOW, access_token="token")
