"""Every fault of an answer around good presentations makes a verifier refuse for just that, or put up with it."""

from pathlib import Path

import pytest

from tests.wallet_sim import world
from tests.wallet_sim.conftest import make_wallet
from tests.wallet_sim.fakes import FakeIssuer, FakeVerifier, Network
from vc_core.authorization_request import ResponseMode
from vc_core.authorization_response import ResponseParameters, WalletError
from wallet_sim.faults import FAULTS, Fate, NotApplicable, ResponseFault, ResponseIngredients
from wallet_sim.presentation import make_vp_token
from wallet_sim.wallet import Wallet

STRANGER = world.key("stranger")
ENCRYPTED, CLEAR = ResponseMode.DIRECT_POST_JWT, ResponseMode.DIRECT_POST

REASONS: dict[str, str] = {
    "response_state_wrong": "state_mismatch",
    "response_state_missing": "state_missing",
    "response_vp_token_missing": "vp_token_missing",
    "response_vp_token_string": "vp_token_malformed",
    "response_vp_token_array": "vp_token_malformed",
    "response_vp_token_empty": "vp_token_empty",
    "response_presentation_bare": "presentations_malformed",
    "response_presentations_empty": "presentations_empty",
    "response_query_id_unknown": "query_id_unknown",
    "response_credential_extra": "query_id_unknown",
    "response_two_presentations": "presentations_too_many",
    "response_error_beside_token": "response_ambiguous",
    "response_not_encrypted": "response_not_encrypted",
    "response_kid_wrong": "jwe_kid_unknown",
    "response_kid_missing": "jwe_kid_missing",
    "response_key_other": "jwe_undecryptable",
    "response_alg_rsa": "jwe_algorithm_not_allowed",
    "response_alg_dir": "jwe_algorithm_not_allowed",
    "response_enc_not_offered": "jwe_encryption_not_allowed",
    "response_zip": "jwe_compressed",
    "response_tag_broken": "jwe_undecryptable",
    "response_nested_jws": "jwe_nested_jws",
    "response_parameter_repeated": "parameter_repeated",
    "response_content_type_wrong": "content_type_wrong",
    "response_too_large": "body_too_large",
    "response_replayed": "response_replayed",
}
ONLY_IN_CLEAR = {"response_encrypted_unasked": "response_encryption_not_asked"}
IN_CLEAR_TOO = (
    "response_state_wrong", "response_state_missing", "response_vp_token_missing", "response_vp_token_array",
    "response_vp_token_empty", "response_presentation_bare", "response_presentations_empty",
    "response_query_id_unknown", "response_credential_extra", "response_two_presentations",
    "response_error_beside_token", "response_parameter_repeated", "response_content_type_wrong", "response_too_large",
    "response_replayed",
)  # fmt: skip
FAULTY = [fault for fault in FAULTS.values() if isinstance(fault, ResponseFault) and fault.fate is Fate.REFUSED]
TOLERATED = [fault for fault in FAULTS.values() if isinstance(fault, ResponseFault) and fault.fate is Fate.TOLERATED]


@pytest.fixture
def held(tmp_path: Path, network: Network, issuer: FakeIssuer) -> Wallet:
    wallet = make_wallet(tmp_path / "wallet", network)
    wallet.receive(issuer.link, "123456")
    return wallet


def answer(held: Wallet, verifier: FakeVerifier, fault: ResponseFault) -> int:
    opened = held.open_request(verifier.link)
    token = make_vp_token(held.plan_presentations(opened))
    drafts = fault.make(ResponseIngredients(accepted=opened.accepted, vp_token=token, stranger=STRANGER))
    answers = [held.exchange.post(one.url, one.content, media_type=one.media_type) for one in drafts]
    return answers[-1].status


@pytest.mark.parametrize("fault", [fault for fault in FAULTY if fault.id in REASONS], ids=lambda fault: fault.id)
def test_a_bad_answer_is_refused(held: Wallet, network: Network, fault: ResponseFault) -> None:
    verifier = FakeVerifier(network, once=True)
    assert answer(held, verifier, fault) == 400
    assert verifier.refused == [REASONS[fault.id]]


@pytest.mark.parametrize("fault_id", IN_CLEAR_TOO)
def test_a_bad_answer_in_clear_is_refused(held: Wallet, network: Network, fault_id: str) -> None:
    fault = FAULTS[fault_id]
    assert isinstance(fault, ResponseFault)
    verifier = FakeVerifier(network, mode=CLEAR, once=True)
    assert answer(held, verifier, fault) == 400
    assert verifier.refused == [REASONS[fault_id]]


@pytest.mark.parametrize("fault_id", ONLY_IN_CLEAR)
def test_an_answer_encrypted_unasked_is_refused(held: Wallet, network: Network, fault_id: str) -> None:
    fault = FAULTS[fault_id]
    assert isinstance(fault, ResponseFault)
    verifier = FakeVerifier(network, mode=CLEAR)
    assert answer(held, verifier, fault) == 400
    assert verifier.refused == [ONLY_IN_CLEAR[fault_id]]
    with pytest.raises(NotApplicable):
        answer(held, FakeVerifier(network, mode=ENCRYPTED), fault)


def test_what_concerns_encryption_is_not_applicable_in_clear(held: Wallet, network: Network) -> None:
    for fault_id in ("response_not_encrypted", "response_kid_wrong", "response_tag_broken", "response_apu_apv"):
        fault = FAULTS[fault_id]
        assert isinstance(fault, ResponseFault)
        with pytest.raises(NotApplicable):
            answer(held, FakeVerifier(network, mode=CLEAR), fault)


@pytest.mark.parametrize("fault", TOLERATED, ids=lambda fault: fault.id)
def test_what_has_to_be_put_up_with_is(held: Wallet, verifier: FakeVerifier, fault: ResponseFault) -> None:
    assert answer(held, verifier, fault) == 200
    assert verifier.refused == []
    expected = WalletError if fault.id == "response_error" else ResponseParameters
    assert [type(received) for received in verifier.received] == [expected]


def test_every_fault_is_tried() -> None:
    assert {fault.id for fault in FAULTY} == REASONS.keys() | ONLY_IN_CLEAR.keys()
