"""Authorization server metadata, transaction codes and token answers: read, or rejected by name."""

import json
from contextlib import suppress
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vc_core.forged_jws import JSON
from vc_core.addresses import LoopbackHttp
from vc_core.credential_offer import InputMode, PreAuthorizedCodeGrant, TxCode
from vc_core.rejection import Rejection
from wallet_sim.access_token import (
    AuthorizationServer,
    parse_server_metadata,
    read_token,
    require_tx_code,
    token_request,
)
from wallet_sim.credential_request import read_credentials, read_nonce
from wallet_sim.exchange import Answer
from wallet_sim.refusals import TransactionCodeRefused, WalletRefusal

SERVER = AuthorizationServer(issuer="https://a.example", token_endpoint="https://a.example/token")
GRANT = PreAuthorizedCodeGrant(pre_authorized_code="a code+with/signs", tx_code=TxCode())


def test_a_token_request_is_a_form() -> None:
    """OpenID4VCI 1.0, section 6.1; no `client_id`, since the client is anonymous."""
    draft = token_request(SERVER, GRANT, "4711")
    assert draft.content == (
        b"grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Apre-authorized_code"
        b"&pre-authorized_code=a+code%2Bwith%2Fsigns&tx_code=4711"
    )
    assert (draft.url, draft.media_type) == (SERVER.token_endpoint, "application/x-www-form-urlencoded")


@pytest.mark.parametrize("code", ["a b", "ä", "0"])
def test_a_text_code_may_be_anything(code: str) -> None:
    require_tx_code(TxCode(input_mode=InputMode.TEXT), code)


def test_its_length_is_counted() -> None:
    with pytest.raises(TransactionCodeRefused):
        require_tx_code(TxCode(input_mode=InputMode.TEXT, length=2), "abc")


@pytest.mark.parametrize("scheme", ["DPoP", "dpop", "DPOP"])
def test_the_token_type_has_no_case(scheme: str) -> None:
    """RFC 6749, section 5.1; a module of the OpenID Foundation's suite."""
    assert read_token(ok({"access_token": "t", "token_type": scheme})).value == "t"


def test_a_token_without_expiry_is_good() -> None:
    """RFC 6749, section 5.1: `expires_in` is only recommended; unknown members are ignored."""
    assert (
        read_token(ok({"access_token": "t", "token_type": "DPoP", "c_nonce": "old", "unheard_of": 1})).identifiers == {}
    )


def test_a_token_is_not_shown_by_accident() -> None:
    assert "secret" not in repr(read_token(ok({"access_token": "secret", "token_type": "DPoP"})))


def ok(body: Any) -> Answer:
    return answer(json.dumps(body).encode())


def answer(body: bytes, status: int = 200) -> Answer:
    return Answer(url="https://a.example", status=status, headers={"content-type": "application/json"}, body=body)


@given(JSON)
def test_nothing_but_a_rejection_comes_of_any_json(value: Any) -> None:
    bodies = [
        value,
        {"access_token": value, "token_type": "DPoP"},
        {"access_token": "t", "token_type": "DPoP", "authorization_details": value},
        {"access_token": "t", "token_type": "DPoP", "authorization_details": [value]},
        {"credentials": value},
        {"credentials": [value]},
        {"issuer": "https://a.example", "grant_types_supported": value},
    ]
    for body in bodies:
        for read in (read_token, read_nonce, partial(read_credentials, at_most=1)):
            with suppress(Rejection, WalletRefusal):
                read(ok(body))
        with suppress(Rejection):
            octets = json.dumps(body).encode()
            parse_server_metadata(octets, issuer="https://a.example", http=LoopbackHttp.REFUSED)


@given(st.binary(max_size=64), st.sampled_from([200, 202, 400, 401, 500]))
def test_nothing_but_a_refusal_comes_of_any_bytes(body: bytes, status: int) -> None:
    for read in (read_token, read_nonce, partial(read_credentials, at_most=1)):
        with suppress(Rejection, WalletRefusal):
            read(answer(body, status))
