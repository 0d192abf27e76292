"""Every fault of a token or credential request makes an honest issuer refuse for just that, or put up with it."""

from dataclasses import replace
from pathlib import Path

import httpx2
import pytest

from tests.wallet_sim import world
from tests.wallet_sim.conftest import make_wallet
from tests.wallet_sim.fakes import FakeIssuer, Network
from tests.wallet_sim.world import NOW
from wallet_sim.exchange import Answer
from wallet_sim.faults import (
    FAULTS,
    Fate,
    NotApplicable,
    PossessionFault,
    RequestFault,
    RequestIngredients,
    Stage,
)
from wallet_sim.issuance import Issuance
from wallet_sim.possession import Possession, ProofRequest

STRANGER = world.key("stranger")

TOKEN: dict[str, tuple[str, str]] = {
    "token_code_missing": ("code_missing", "invalid_request"),
    "token_code_wrong": ("code_unknown", "invalid_grant"),
    "token_code_replayed": ("code_unknown", "invalid_grant"),
    "token_code_repeated": ("form_malformed", "invalid_request"),
    "token_tx_code_missing": ("tx_code_missing", "invalid_request"),
    "token_tx_code_wrong": ("tx_code_wrong", "invalid_grant"),
    "token_grant_type_missing": ("grant_type_wrong", "unsupported_grant_type"),
    "token_grant_type_unknown": ("grant_type_wrong", "unsupported_grant_type"),
    "token_request_json": ("form_malformed", "invalid_request"),
}
CREDENTIAL: dict[str, tuple[str, str]] = {
    "proof_alg_none": ("algorithm_not_allowed", "invalid_proof"),
    "proof_alg_hs256": ("algorithm_not_allowed", "invalid_proof"),
    "proof_alg_not_listed": ("algorithm_not_allowed", "invalid_proof"),
    "proof_typ_jwt": ("type_wrong", "invalid_proof"),
    "proof_typ_missing": ("type_wrong", "invalid_proof"),
    "proof_critical_header": ("critical_header_unknown", "invalid_proof"),
    "proof_signature_broken": ("signature_invalid", "invalid_proof"),
    "proof_signed_by_other_key": ("signature_invalid", "invalid_proof"),
    "proof_jwk_private": ("jwk_private", "invalid_proof"),
    "proof_jwk_and_kid": ("key_ambiguous", "invalid_proof"),
    "proof_key_missing": ("key_missing", "invalid_proof"),
    "proof_aud_wrong": ("aud_wrong", "invalid_proof"),
    "proof_aud_array": ("aud_malformed", "invalid_proof"),
    "proof_aud_missing": ("aud_missing", "invalid_proof"),
    "proof_iat_old": ("iat_too_old", "invalid_proof"),
    "proof_iat_future": ("iat_in_future", "invalid_proof"),
    "proof_iat_missing": ("iat_missing", "invalid_proof"),
    "proof_nonce_missing": ("proof_without_nonce", "invalid_proof"),
    "proof_nonce_random": ("c_nonce_refused", "invalid_nonce"),
    "proof_nonce_replayed": ("c_nonce_refused", "invalid_nonce"),
    "proof_nonce_number": ("nonce_malformed", "invalid_proof"),
    "proof_iss_unexpected": ("iss_unexpected", "invalid_proof"),
    "proof_not_jwt": ("jws_malformed", "invalid_proof"),
    "proof_missing": ("proofs_malformed", "invalid_proof"),
    "proofs_empty": ("proofs_not_single", "invalid_proof"),
    "proofs_no_type": ("proofs_malformed", "invalid_proof"),
    "proofs_two_types": ("proofs_malformed", "invalid_proof"),
    "proofs_too_many": ("proofs_not_single", "invalid_proof"),
    "proof_singular": ("proofs_malformed", "invalid_proof"),
    "configuration_unknown": ("configuration_unknown", "unknown_credential_configuration"),
    "identifier_unknown": ("identifier_unknown", "unknown_credential_identifier"),
    "identifiers_both": ("identifier_not_single", "invalid_credential_request"),
    "identifiers_missing": ("identifier_not_single", "invalid_credential_request"),
    "body_malformed": ("json_malformed", "invalid_credential_request"),
    "body_member_repeated": ("json_member_repeated", "invalid_credential_request"),
    "body_not_object": ("json_not_object", "invalid_credential_request"),
    "body_too_large": ("body_too_large", "invalid_credential_request"),
    "content_type_wrong": ("content_type_wrong", "invalid_credential_request"),
    "response_encryption_unsupported": ("encryption_unsupported", "invalid_encryption_parameters"),
    "access_token_missing": ("token_refused", "invalid_token"),
    "access_token_wrong": ("token_refused", "invalid_token"),
    "access_token_in_query": ("token_refused", "invalid_token"),
    "credential_twice": ("c_nonce_refused", "invalid_nonce"),
}
POSSESSION: dict[str, str] = {
    "dpop_missing": "dpop_missing",
    "dpop_not_jwt": "jws_malformed",
    "dpop_two_headers": "dpop_repeated",
    "dpop_signature_broken": "signature_invalid",
    "dpop_signed_by_other_key": "signature_invalid",
    "dpop_alg_none": "algorithm_not_allowed",
    "dpop_alg_missing": "algorithm_missing",
    "dpop_alg_rs256": "algorithm_not_allowed",
    "dpop_alg_hs256": "algorithm_not_allowed",
    "dpop_typ_missing": "type_wrong",
    "dpop_typ_wrong": "type_wrong",
    "dpop_jwk_missing": "jwk_missing",
    "dpop_jwk_private": "jwk_private",
    "dpop_jti_missing": "jti_missing",
    "dpop_htm_missing": "htm_missing",
    "dpop_htm_wrong": "htm_wrong",
    "dpop_htu_missing": "htu_missing",
    "dpop_htu_wrong": "htu_wrong",
    "dpop_iat_missing": "iat_missing",
    "dpop_iat_hour_past": "iat_too_old",
    "dpop_iat_hour_future": "iat_in_future",
    "dpop_jti_reused": "jti_reused",
}
WITH_TOKEN: dict[str, str] = {
    "dpop_bearer_scheme": "token_refused",
    "dpop_ath_missing": "ath_missing",
    "dpop_ath_wrong": "ath_wrong",
    "dpop_key_other": "jkt_wrong",
}


@pytest.fixture
def issuance(tmp_path: Path, network: Network, issuer: FakeIssuer) -> Issuance:
    wallet = make_wallet(tmp_path / "wallet", network)
    offer = wallet.open_offer(issuer.link)
    return Issuance.begin(offer, wallet.exchange, random=world.seeded("issuance"), now=NOW)


def requests(stage: Stage, fate: Fate) -> list[RequestFault]:
    return [
        fault
        for fault in FAULTS.values()
        if isinstance(fault, RequestFault) and (fault.stage, fault.fate) == (stage, fate)
    ]


def possessions(fate: Fate, *, needs_token: bool) -> list[PossessionFault]:
    return [
        fault
        for fault in FAULTS.values()
        if isinstance(fault, PossessionFault) and (fault.fate, fault.needs_token) == (fate, needs_token)
    ]


def by_id(fault: RequestFault | PossessionFault) -> str:
    return fault.id


def error_of(answer: Answer) -> str:
    error: str = httpx2.Response(answer.status, content=answer.body).json()["error"]
    return error


# --------------------------------------------------------------------------------------------------------------- tokens
def ask_for_token(issuance: Issuance, fault: RequestFault, tx_code: str | None = "123456") -> Answer:
    x = RequestIngredients(key=STRANGER, stranger=STRANGER, now=NOW)
    drafts = fault.alter(issuance.plan_token(tx_code), x)
    return [issuance.possession.post(draft, now=NOW) for draft in drafts][-1]


TOKEN_FAULTS = [fault for fault in requests(Stage.TOKEN_REQUEST, Fate.REFUSED) if fault.id in TOKEN]


@pytest.mark.parametrize("fault", TOKEN_FAULTS, ids=by_id)
def test_a_bad_token_request_is_refused(issuance: Issuance, issuer: FakeIssuer, fault: RequestFault) -> None:
    answer = ask_for_token(issuance, fault)
    assert (issuer.refused, error_of(answer)) == ([TOKEN[fault.id][0]], TOKEN[fault.id][1])


@pytest.mark.parametrize("fault", requests(Stage.TOKEN_REQUEST, Fate.TOLERATED), ids=by_id)
def test_a_token_request_with_more_in_it_is_taken(issuance: Issuance, fault: RequestFault) -> None:
    assert ask_for_token(issuance, fault).status == 200


def test_a_code_that_was_not_asked_for_is_refused(tmp_path: Path, network: Network, issuer: FakeIssuer) -> None:
    del issuer.grant["tx_code"]
    wallet = make_wallet(tmp_path / "wallet", network)
    issuance = Issuance.begin(wallet.open_offer(issuer.link), wallet.exchange, random=world.seeded("issuance"), now=NOW)
    (fault,) = [fault for fault in requests(Stage.TOKEN_REQUEST, Fate.REFUSED) if fault.id not in TOKEN]
    ask_for_token(issuance, fault, None)
    assert (fault.id, issuer.refused) == ("token_tx_code_unexpected", ["tx_code_wrong"])


def test_a_code_that_was_asked_for_is_not_unexpected(issuance: Issuance) -> None:
    fault = FAULTS["token_tx_code_unexpected"]
    assert isinstance(fault, RequestFault)
    with pytest.raises(NotApplicable):
        ask_for_token(issuance, fault)


# ---------------------------------------------------------------------------------------------------------- credentials
def ask_for_credential(issuance: Issuance, fault: RequestFault) -> Answer:
    """For the second configuration; the first has been collected, and its nonce spent."""
    token = issuance.redeem(issuance.plan_token("123456"))
    first, second = issuance.offer.configurations
    issuance.possession.post(issuance.plan_credential(first, token).draft, now=NOW)
    planned = issuance.plan_credential(second, token)
    assert planned.key is not None
    x = RequestIngredients(key=planned.key, stranger=STRANGER, now=NOW, spent_nonce="nonce-0")
    return [issuance.possession.post(draft, now=NOW) for draft in fault.alter(planned.draft, x)][-1]


@pytest.mark.parametrize("fault", requests(Stage.CREDENTIAL_REQUEST, Fate.REFUSED), ids=by_id)
def test_a_bad_credential_request_is_refused(issuance: Issuance, issuer: FakeIssuer, fault: RequestFault) -> None:
    answer = ask_for_credential(issuance, fault)
    assert (issuer.refused, error_of(answer)) == ([CREDENTIAL[fault.id][0]], CREDENTIAL[fault.id][1])


@pytest.mark.parametrize("fault", requests(Stage.CREDENTIAL_REQUEST, Fate.TOLERATED), ids=by_id)
def test_a_credential_request_with_more_in_it_is_taken(issuance: Issuance, fault: RequestFault) -> None:
    assert ask_for_credential(issuance, fault).status == 200


# ----------------------------------------------------------------------------------------------------------- possession
def deviating(issuance: Issuance, fault: PossessionFault) -> Possession:
    return replace(issuance.possession, prove=lambda request: fault.prove(request, STRANGER))


def prove_at_token_endpoint(issuance: Issuance, fault: PossessionFault) -> Answer:
    possession = deviating(issuance, fault)
    draft = issuance.plan_token("123456")
    return [possession.post(draft, now=NOW) for _ in range(fault.sends)][-1]


def prove_at_credential_endpoint(issuance: Issuance, fault: PossessionFault) -> Answer:
    token = issuance.redeem(issuance.plan_token("123456"))
    draft = issuance.plan_credential(issuance.offer.configurations[0], token).draft
    possession = deviating(issuance, fault)
    return [possession.post(draft, now=NOW) for _ in range(fault.sends)][-1]


@pytest.mark.parametrize("fault", possessions(Fate.REFUSED, needs_token=False), ids=by_id)
def test_a_bad_proof_is_refused_at_the_token_endpoint(
    issuance: Issuance, issuer: FakeIssuer, fault: PossessionFault
) -> None:
    answer = prove_at_token_endpoint(issuance, fault)
    assert (issuer.refused, error_of(answer)) == ([POSSESSION[fault.id]], "invalid_dpop_proof")


@pytest.mark.parametrize(
    "fault",
    [*possessions(Fate.REFUSED, needs_token=False), *possessions(Fate.REFUSED, needs_token=True)],
    ids=by_id,
)
def test_a_bad_proof_is_refused_at_the_credential_endpoint(
    issuance: Issuance, issuer: FakeIssuer, fault: PossessionFault
) -> None:
    answer = prove_at_credential_endpoint(issuance, fault)
    assert (issuer.refused, answer.status) == ([{**POSSESSION, **WITH_TOKEN}[fault.id]], 401)


@pytest.mark.parametrize("fault", possessions(Fate.TOLERATED, needs_token=False), ids=by_id)
def test_what_has_to_be_put_up_with_is(issuance: Issuance, issuer: FakeIssuer, fault: PossessionFault) -> None:
    assert prove_at_credential_endpoint(issuance, fault).status == 200
    assert issuer.refused == []


def test_the_blocks_of_the_public_suite_are_there() -> None:
    """OpenID Foundation, `dpop-negative-tests`: thirty blocks."""
    refused = {fault.id for fault in possessions(Fate.REFUSED, needs_token=False)}
    with_token = {fault.id for fault in possessions(Fate.REFUSED, needs_token=True)}
    assert (refused, with_token) == (set(POSSESSION), set(WITH_TOKEN))
    assert len([fault for fault in FAULTS.values() if fault.stage is Stage.POSSESSION]) >= 30


def test_a_port_that_is_no_default_cannot_be_left_out() -> None:
    fault = FAULTS["dpop_htu_default_port"]
    assert isinstance(fault, PossessionFault)
    request = ProofRequest(
        signer=STRANGER, method="POST", url="http://127.0.0.1:8001/token", jti="j", issued_at=NOW, access_token=None,
        nonce=None,
    )  # fmt: skip
    with pytest.raises(NotApplicable):
        fault.prove(request, STRANGER)
