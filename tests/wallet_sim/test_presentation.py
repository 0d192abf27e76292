"""What a wallet shows: what was asked for and no more, encrypted if asked; what it makes of the verifier's answer."""

from datetime import timedelta
from typing import Any

import httpx2
import pytest

from tests.wallet_sim import world
from tests.wallet_sim.fakes import FakeIssuer, FakeVerifier, Network, answer
from tests.wallet_sim.world import A1, MDOC, SD_JWT, VERIFIER
from vc_core import sd_jwt
from vc_core.authorization_request import ResponseMode
from vc_core.authorization_response import ResponseParameters, WalletError
from vc_core.checks import Outcome
from vc_core.dcql import build_credential_query, build_credential_set, build_query
from vc_core.formats.base import UnverifiedPresentation
from vc_core.formats.registry import WALLET_FORMATS
from vc_core.rejection import Rejection
from vc_core.transaction_data import INSPECTION, encode_transaction
from vc_core.verdict import Word
from wallet_sim.refusals import PeerDeclined, PeerUnavailable, RequestRefused
from wallet_sim.wallet import Wallet

FORMATS = pytest.mark.parametrize("format_id", [SD_JWT, MDOC])
MODES = pytest.mark.parametrize("mode", list(ResponseMode), ids=[mode.value for mode in ResponseMode])


@pytest.fixture
def held(wallet: Wallet, issuer: FakeIssuer) -> Wallet:
    wallet.receive(issuer.link, "123456")
    return wallet


def shown(verifier: FakeVerifier, query_id: str = "a1") -> tuple[str, ...]:
    (received,) = verifier.received
    assert isinstance(received, ResponseParameters)
    return received.vp_token[query_id]


@FORMATS
@MODES
def test_a_verifier_confirms_what_is_shown(held: Wallet, network: Network, format_id: str, mode: ResponseMode) -> None:
    """Every question about the proof is answered: it is for this nonce, this client, this address, this key."""
    verifier = FakeVerifier(network, format_id, mode)
    held.present(verifier.link)
    (text,) = shown(verifier)
    assert verifier.judge(text).word is Word.CONFIRMED


@FORMATS
def test_no_more_is_shown_than_was_asked_for(held: Wallet, network: Network, format_id: str) -> None:
    """OpenID4VP 1.0, section 6.4.1."""
    wire = world.wire(A1, format_id)
    path = wire.request_path(("document_number",))
    assert path is not None
    meta = WALLET_FORMATS[format_id].query_meta([wire])
    verifier = FakeVerifier(
        network,
        format_id,
        query=build_query([build_credential_query("a1", format=format_id, meta=meta, claims=[path])]),
    )
    presented = held.present(verifier.link)
    parsed = WALLET_FORMATS[format_id].parse(UnverifiedPresentation(text=shown(verifier)[0]))
    assert parsed.query_facts().disclosures == {path}
    assert presented.shown[0].paths == (path,)


def test_without_claims_no_disclosure_is_shown(held: Wallet, network: Network) -> None:
    """OpenID4VP 1.0, section 6.4.1: absent `claims` ask for no selectively disclosable claim."""
    meta = WALLET_FORMATS[SD_JWT].query_meta([world.wire(A1, SD_JWT)])
    query = build_query([build_credential_query("a1", format=SD_JWT, meta=meta)])
    verifier = FakeVerifier(network, SD_JWT, query=query)
    held.present(verifier.link)
    assert sd_jwt.parse_compact(shown(verifier)[0]).disclosures == ()


def test_of_two_formats_the_preferred_one_is_shown(held: Wallet, network: Network) -> None:
    """OpenID4VP 1.0, section 6.2: options in the order of preference."""
    credentials = [
        build_credential_query(name, format=id_, meta=WALLET_FORMATS[id_].query_meta([world.wire(A1, id_)]))
        for name, id_ in (("one", MDOC), ("two", SD_JWT))
    ]
    query = build_query(credentials, [build_credential_set(["two"], ["one"])])
    verifier = FakeVerifier(network, query=query)
    presented = held.present(verifier.link)
    assert [one.query_id for one in presented.shown] == ["two"]


def test_the_newest_of_several_that_match_is_shown(held: Wallet, issuer: FakeIssuer, verifier: FakeVerifier) -> None:
    issuer.codes.add("the-code")
    held._clock = lambda: world.NOW + timedelta(seconds=5)
    newer = held.receive(issuer.link, "123456")
    presented = held.present(verifier.link)
    assert presented.shown[0].credential.id in {record.id for record in newer}


def test_each_answer_is_made_anew(held: Wallet, verifier: FakeVerifier) -> None:
    for _ in range(2):
        held.present(verifier.link)
    first, second = (received for received in verifier.received if isinstance(received, ResponseParameters))
    assert first.vp_token != second.vp_token


def asking_to_agree(network: Network, format_id: str) -> FakeVerifier:
    verifier = FakeVerifier(network, format_id)
    verifier.transactions = (encode_transaction(INSPECTION, {"case_ref": "2026/17"}, ["a1"]),)
    return verifier


def test_a_transaction_is_agreed_to_in_the_proof(held: Wallet, network: Network) -> None:
    """OpenID4VP 1.0, sections 5.1, 8.4, B.3.3.1."""
    verifier = asking_to_agree(network, SD_JWT)
    held.present(verifier.link)
    verdict = verifier.judge(shown(verifier)[0])
    assert (verdict.word, verdict.check("holder.transaction_data").outcome) == (Word.CONFIRMED, Outcome.PASSED)


def test_a_transaction_that_the_device_may_not_sign_is_refused(held: Wallet, network: Network) -> None:
    """OpenID4VP 1.0, B.2.1: the issuer has not authorised the element."""
    verifier = asking_to_agree(network, MDOC)
    with pytest.raises(RequestRefused, match="transaction_element_unauthorized"):
        held.present(verifier.link)
    assert [getattr(received, "error", None) for received in verifier.received] == ["invalid_transaction_data"]


def test_a_transaction_that_nothing_shown_covers_is_refused(held: Wallet, network: Network) -> None:
    meta = WALLET_FORMATS[SD_JWT].query_meta([world.wire(A1, SD_JWT)])
    credentials = [
        build_credential_query("a1", format=SD_JWT, meta=meta),
        build_credential_query("other", format=SD_JWT, meta={"vct_values": ["urn:example:other"]}),
    ]
    query = build_query(credentials, [build_credential_set(["a1"]), build_credential_set(["other"], required=False)])
    verifier = FakeVerifier(network, query=query)
    verifier.transactions = (encode_transaction(INSPECTION, {"case_ref": "2026/17"}, ["other"]),)
    with pytest.raises(RequestRefused, match="transaction_credential_unanswered"):
        held.present(verifier.link)


def test_a_request_can_be_looked_at_and_declined(held: Wallet, verifier: FakeVerifier) -> None:
    """A person decides; what would be shown is known before."""
    opened = held.open_request(verifier.link)
    (would,) = held.would_show(opened)
    assert would.paths == (("document_number",),)
    (seen,) = held.preview(opened)
    assert seen["legislation_country"] == "FR"
    assert "personal_administrative_number" not in seen
    assert verifier.received == []
    assert held.decline(opened)
    assert verifier.received == [WalletError(error="access_denied", description=None, state="a-state")]


# ------------------------------------------------------------------------------------------------ the verifier's answer
def test_the_browser_is_wanted_somewhere(held: Wallet, verifier: FakeVerifier) -> None:
    """OpenID4VP 1.0, section 8.2; HAIP 1.0, section 5.1. Unknown members are ignored."""
    verifier.reply = lambda _: answer({"redirect_uri": f"{VERIFIER}/done#response_code=x", "unheard_of": 1})
    assert held.present(verifier.link).redirect_uri == f"{VERIFIER}/done#response_code=x"


def test_a_verifier_may_refuse(held: Wallet, verifier: FakeVerifier) -> None:
    verifier.reply = lambda _: answer({"error": "invalid_request", "check": "holder.nonce"}, 400)
    with pytest.raises(PeerDeclined) as refused:
        held.present(verifier.link)
    assert (refused.value.error, refused.value.check, refused.value.status) == ("invalid_request", "holder.nonce", 400)


ANSWERS: dict[str, tuple[httpx2.Response, str]] = {
    "redirected": (httpx2.Response(303, headers={"Location": "https://elsewhere.example"}), "redirect_refused"),
    "not_json": (httpx2.Response(200, text="ok"), "media_type_wrong"),
    "array": (answer([]), "json_not_object"),
    "redirect_to_http": (answer({"redirect_uri": "http://elsewhere.example"}), "url_not_https"),
    "redirect_to_script": (answer({"redirect_uri": "javascript:alert(1)"}), "url_malformed"),
    "redirect_number": (answer({"redirect_uri": 17}), "redirect_uri_malformed"),
}


@pytest.mark.parametrize(("response", "reason"), ANSWERS.values(), ids=ANSWERS)
def test_a_bad_answer_of_the_verifier_is_refused(
    held: Wallet, verifier: FakeVerifier, response: Any, reason: str
) -> None:
    """OpenID4VP 1.0, sections 8.2 and 14.8: no redirect of HTTP is followed."""
    verifier.reply = lambda _: response
    with pytest.raises(Rejection) as refused:
        held.present(verifier.link)
    assert refused.value.reason == reason


def test_a_verifier_that_breaks_down_is_unavailable(held: Wallet, verifier: FakeVerifier) -> None:
    verifier.reply = lambda _: httpx2.Response(502, text="bad gateway")
    with pytest.raises(PeerUnavailable, match="http_502"):
        held.present(verifier.link)
