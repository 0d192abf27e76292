"""Faults of what a browser brings to a page: each is refused where its answer is read, or put up with.

What a verifier's service says of each is told by the scenarios (`conformance/scenarios/dc_api.toml`).
"""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.wallet_sim import world
from tests.wallet_sim.fakes import a1_query
from tests.wallet_sim.world import NOW, SD_JWT, VERIFIER
from vc_core.authorization_request import build_client_metadata, encryption_key_id
from vc_core.authorization_response import ResponseParameters, WalletError, parse_dc_response
from vc_core.dc_api import DcApiMode, DcApiRequest, Trusted, accept_dc_request, encode_unsigned
from vc_core.formats.registry import QUERY_FORMATS, WALLET_FORMATS
from vc_core.rejection import Rejection
from wallet_sim.faults import DcResponseFault, DcResponseIngredients, Fate, NotApplicable
from wallet_sim.faults.dc_api_responses import DC_RESPONSE_FAULTS

KEY = world.key("encryption").private_key
FORMATS = {id_: dict(one.vp_formats) for id_, one in WALLET_FORMATS.items()}
FAULTS = {fault.id.removeprefix("dc_response_"): fault for fault in DC_RESPONSE_FAULTS}
ENCRYPTED = {
    "in_clear": "response_not_encrypted",
    "key_other": "jwe_undecryptable",
    "kid_wrong": "jwe_kid_unknown",
    "tag_broken": "jwe_undecryptable",
    "vp_token_missing": "vp_token_missing",
    "vp_token_empty": "vp_token_empty",
    "vp_token_array": "vp_token_malformed",
    "error_beside": "response_ambiguous",
}
READ = {"query_id_unknown", "two_presentations", "replayed", "unknown_parameter"}
"""The answer as such is well formed: what is wrong shows when it is held against the request."""


def ingredients(mode: DcApiMode) -> DcResponseIngredients:
    key = KEY.public_key() if mode is DcApiMode.DC_API_JWT else None
    request = DcApiRequest(
        nonce="a-nonce-of-the-page",
        response_mode=mode,
        dcql_query=a1_query(SD_JWT),
        client_metadata=build_client_metadata(FORMATS, key),
    )
    accepted = accept_dc_request(
        encode_unsigned(request), origin=VERIFIER, trusted=Trusted(), now=NOW, formats=QUERY_FORMATS
    )
    return DcResponseIngredients(accepted=accepted, vp_token={"a1": ["shown"]}, stranger=world.key("stranger"))


def read(data: Mapping[str, Any], mode: DcApiMode) -> ResponseParameters | WalletError:
    keys = {encryption_key_id(KEY.public_key()): KEY}
    return parse_dc_response(data, encrypted=mode is DcApiMode.DC_API_JWT, keys=keys)


@pytest.mark.parametrize(("name", "reason"), ENCRYPTED.items())
def test_a_bad_answer_is_refused(name: str, reason: str) -> None:
    (data,) = FAULTS[name].make(ingredients(DcApiMode.DC_API_JWT))
    with pytest.raises(Rejection) as caught:
        read(data, DcApiMode.DC_API_JWT)
    assert caught.value.reason == reason


def test_an_answer_encrypted_unasked_is_refused() -> None:
    (data,) = FAULTS["encrypted_unasked"].make(ingredients(DcApiMode.DC_API))
    with pytest.raises(Rejection):
        read(data, DcApiMode.DC_API)


@pytest.mark.parametrize("mode", DcApiMode)
@pytest.mark.parametrize("name", sorted(READ))
def test_what_is_wrong_is_not_the_form(name: str, mode: DcApiMode) -> None:
    answers = [read(data, mode) for data in FAULTS[name].make(ingredients(mode))]
    honest = ResponseParameters(vp_token={"a1": ("shown",)}, state=None)
    assert (answers == [honest, honest]) == (name == "replayed")
    assert (answers == [honest]) == (name == "unknown_parameter")


def test_a_wallet_may_decline() -> None:
    (data,) = FAULTS["error"].make(ingredients(DcApiMode.DC_API_JWT))
    answer = read(data, DcApiMode.DC_API_JWT)
    assert isinstance(answer, WalletError)
    assert answer.error == "access_denied"


@pytest.mark.parametrize(
    ("name", "mode"),
    [("encrypted_unasked", DcApiMode.DC_API_JWT), *((name, DcApiMode.DC_API) for name in ("in_clear", "key_other"))],
)
def test_what_concerns_encryption_is_not_applicable_otherwise(name: str, mode: DcApiMode) -> None:
    with pytest.raises(NotApplicable):
        FAULTS[name].make(ingredients(mode))


def test_every_fault_is_tried() -> None:
    assert set(FAULTS) == {*ENCRYPTED, *READ, "encrypted_unasked", "error"}
    tolerated = {name for name, fault in FAULTS.items() if fault.fate is Fate.TOLERATED}
    assert tolerated == {"unknown_parameter", "error"}
    assert all(isinstance(fault, DcResponseFault) for fault in FAULTS.values())
