"""A wallet in the part of a browser's credential handler: OpenID4VP 1.0, appendix A; HAIP 1.0, section 5.2."""

from typing import Any

import pytest

from tests.wallet_sim import world
from tests.wallet_sim.fakes import FakeIssuer, Network, a1_query, judge
from tests.wallet_sim.world import MDOC, NOW, RELYING_PARTY, SD_JWT, VERIFIER
from vc_core.authorization_request import (
    ErrorCode,
    build_client_metadata,
    encryption_key_id,
    x509_hash_client_id,
)
from vc_core.authorization_response import ResponseParameters, parse_dc_response
from vc_core.dc_api import (
    DcApiMode,
    DcApiRequest,
    Identity,
    Protocol,
    encode_multisigned,
    encode_signed,
    encode_unsigned,
)
from vc_core.dcql import parse_query
from vc_core.formats.base import HolderChallenge
from vc_core.formats.registry import QUERY_FORMATS, WALLET_FORMATS
from vc_core.jose import jwk_from_public_key, jwk_thumbprint
from vc_core.verdict import Word
from wallet_sim.dc_api import error_for
from wallet_sim.refusals import NothingToPresent, RequestRefused
from wallet_sim.wallet import Wallet

KEY = world.key("encryption").private_key
FORMATS = {id_: dict(one.vp_formats) for id_, one in WALLET_FORMATS.items()}
IDENTITY = Identity(client_id=x509_hash_client_id(RELYING_PARTY.chain[0]), signer=RELYING_PARTY)


@pytest.fixture
def held(wallet: Wallet, issuer: FakeIssuer) -> Wallet:
    wallet.receive(issuer.link, "123456")
    return wallet


def planned(format_id: str = SD_JWT, mode: DcApiMode = DcApiMode.DC_API_JWT, **changes: Any) -> DcApiRequest:
    encrypted = mode is DcApiMode.DC_API_JWT
    values: dict[str, Any] = {
        "nonce": "a-nonce-of-the-page",
        "response_mode": mode,
        "dcql_query": a1_query(format_id),
        "client_metadata": build_client_metadata(FORMATS, KEY.public_key() if encrypted else None),
        "expected_origins": (VERIFIER,),
    }
    return DcApiRequest(**(values | changes))


def encoded(request: DcApiRequest, protocol: Protocol) -> dict[str, Any]:
    return {
        Protocol.UNSIGNED: lambda: encode_unsigned(request),
        Protocol.SIGNED: lambda: encode_signed(request, IDENTITY, issued_at=NOW),
        Protocol.MULTISIGNED: lambda: encode_multisigned(request, [IDENTITY], issued_at=NOW),
    }[protocol]()


@pytest.mark.parametrize("protocol", list(Protocol))
@pytest.mark.parametrize("mode", list(DcApiMode))
@pytest.mark.parametrize("format_id", [SD_JWT, MDOC])
def test_a_page_confirms_what_is_shown(held: Wallet, format_id: str, mode: DcApiMode, protocol: Protocol) -> None:
    request = planned(format_id, mode)
    opened = held.open_dc_request(encoded(request, protocol), origin=VERIFIER)
    data = held.answer_dc_request(opened)
    encrypted = mode is DcApiMode.DC_API_JWT
    read = parse_dc_response(data, encrypted=encrypted, keys={encryption_key_id(KEY.public_key()): KEY})
    assert isinstance(read, ResponseParameters)
    challenge = HolderChallenge(
        nonce=request.nonce,
        client_id="",
        response_uri="",
        origin=VERIFIER,
        encryption_thumbprint=jwk_thumbprint(jwk_from_public_key(KEY.public_key())) if encrypted else None,
    )
    query = parse_query(request.dcql_query, QUERY_FORMATS).credentials[0]
    assert judge(read.vp_token["a1"][0], challenge, query).word is Word.CONFIRMED


def test_the_holder_sees_who_asks(held: Wallet) -> None:
    signed = held.open_dc_request(encoded(planned(), Protocol.SIGNED), origin=VERIFIER)
    unsigned = held.open_dc_request(encoded(planned(), Protocol.UNSIGNED), origin=VERIFIER)
    assert (signed.verifier, unsigned.verifier) == ("Labour inspectorate of the pilot", f"origin:{VERIFIER}")
    assert [shown.credential.format for shown in held.would_show(unsigned)] == [SD_JWT]


@pytest.mark.parametrize(
    ("request_", "reason", "error"),
    [
        (encoded(planned(expected_origins=("https://elsewhere.example",)), Protocol.SIGNED), "origin_not_expected",
         ErrorCode.INVALID_REQUEST),
        (encoded(planned(transaction_data=["eyJ0eXBlIjoieCJ9"]), Protocol.SIGNED), "transaction_data_unsupported",
         ErrorCode.INVALID_TRANSACTION_DATA),
        ({"protocol": "openid4vp", "data": {}}, "protocol_unknown", ErrorCode.INVALID_REQUEST),
    ],
    ids=["wrong_expected_origins", "unknown_transaction_data", "unknown_protocol"],
)  # fmt: skip
def test_a_request_that_is_refused(held: Wallet, request_: dict[str, Any], reason: str, error: ErrorCode) -> None:
    with pytest.raises(RequestRefused) as refused:
        held.open_dc_request(request_, origin=VERIFIER)
    assert (refused.value.reason, error_for(refused.value), refused.value.told) == (
        reason, {"error": error.value}, False,
    )  # fmt: skip


def test_nothing_held_answers(wallet: Wallet, network: Network) -> None:
    with pytest.raises(NothingToPresent) as refused:
        wallet.open_dc_request(encoded(planned(), Protocol.UNSIGNED), origin=VERIFIER)
    assert (error_for(refused.value), network.bodies) == ({"error": "access_denied"}, [])
