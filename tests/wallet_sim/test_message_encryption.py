"""Encrypted credential requests and answers of the wallet: OpenID4VCI 1.0, section 10; VCI-17."""

import json
from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from tests.wallet_sim import world
from tests.wallet_sim.fakes import FakeIssuer, Reply
from tests.wallet_sim.world import ISSUER
from vc_core import jwe
from vc_core.jose import jwk_from_public_key
from vc_core.rejection import Rejection
from wallet_sim.refusals import PeerDeclined
from wallet_sim.wallet import Wallet

CREDENTIAL = f"POST {ISSUER}/credential"
KEY = world.key("issuer encryption").private_key
Json = dict[str, Any]


def offered(**changes: Any) -> Json:
    """What the issuer says of encryption."""
    jwk = {**jwk_from_public_key(KEY.public_key()), "kid": "r1", "use": "enc", "alg": "ECDH-ES"}
    methods = {"enc_values_supported": ["A128GCM", "A256GCM"], "encryption_required": False}
    return {
        "credential_request_encryption": {"jwks": {"keys": [jwk]}, **methods},
        "credential_response_encryption": {"alg_values_supported": ["ECDH-ES"], **methods},
        **changes,
    }


def requests(issuer: FakeIssuer) -> list[Json]:
    """What was asked for, decrypted."""
    return [jwe.decrypt(body.decode(), {"r1": KEY}) for body in issuer.network.sent(CREDENTIAL)]


def seal(request: Json, body: Json) -> httpx2.Response:
    wanted = request["credential_response_encryption"]
    text = jwe.encrypt(body, wanted["jwk"], wanted["enc"])
    return httpx2.Response(200, text=text, headers={"Content-Type": "application/jwt"})


def encrypting(issuer: FakeIssuer, answer: Callable[[Json, httpx2.Response], httpx2.Response]) -> Reply:
    """The issuer's credential endpoint behind an encryption; `answer` makes what the wallet gets of the plain one."""
    plain = issuer.network.replies[CREDENTIAL]

    def reply(request: httpx2.Request) -> httpx2.Response:
        assert request.headers["Content-Type"] == "application/jwt"
        asked = jwe.decrypt(request.content.decode(), {"r1": KEY})
        body = {name: value for name, value in asked.items() if name != "credential_response_encryption"}
        headers = {**request.headers, "Content-Type": "application/json"}
        headers.pop("content-length"), headers.pop("content-type")
        return answer(asked, plain(httpx2.Request("POST", request.url, headers=headers, content=json.dumps(body))))

    return reply


@pytest.fixture
def encrypted(issuer: FakeIssuer) -> FakeIssuer:
    issuer.metadata.update(offered())
    issuer.network.replies[CREDENTIAL] = encrypting(issuer, lambda asked, plain: seal(asked, plain.json()))
    return issuer


def test_request_and_answer_are_encrypted_where_it_is_offered(wallet: Wallet, encrypted: FakeIssuer) -> None:
    """HAIP 1.0, section 5: the better of two content encryptions; a key of its own for each answer."""
    assert len(wallet.receive(encrypted.link, "123456")) == 2
    wanted = [one["credential_response_encryption"] for one in requests(encrypted)]
    assert [one["enc"] for one in wanted] == ["A256GCM", "A256GCM"]
    assert {one["jwk"]["alg"] for one in wanted} == {"ECDH-ES"}
    assert len({one["jwk"]["x"] for one in wanted}) == 2
    assert not any("d" in one["jwk"] for one in wanted)


def test_only_the_request_is_encrypted_where_no_more_is_offered(wallet: Wallet, issuer: FakeIssuer) -> None:
    issuer.metadata.update(offered())
    del issuer.metadata["credential_response_encryption"]
    issuer.network.replies[CREDENTIAL] = encrypting(issuer, lambda asked, plain: plain)
    assert len(wallet.receive(issuer.link, "123456")) == 2
    assert all("credential_response_encryption" not in one for one in requests(issuer))


def test_an_error_comes_in_the_clear(wallet: Wallet, encrypted: FakeIssuer) -> None:
    """Section 8.3.1.2."""
    refused = httpx2.Response(400, json={"error": "credential_request_denied"})
    encrypted.network.replies[CREDENTIAL] = lambda _: refused
    with pytest.raises(PeerDeclined, match="credential_request_denied"):
        wallet.receive(encrypted.link, "123456")


OTHER = world.key("another").private_key
BAD_ANSWERS: dict[str, tuple[Callable[[Json, httpx2.Response], httpx2.Response], str]] = {
    "in_the_clear": (lambda asked, plain: plain, "answer_not_encrypted"),
    "other_encryption": (
        lambda asked, plain: seal(
            {"credential_response_encryption": {**asked["credential_response_encryption"], "enc": "A128GCM"}},
            plain.json(),
        ),
        "jwe_encryption_not_allowed",
    ),
    "to_another_key": (
        lambda asked, plain: seal(
            {
                "credential_response_encryption": {
                    "jwk": {**jwk_from_public_key(OTHER.public_key()), "kid": "answer"},
                    "enc": "A256GCM",
                }
            },
            plain.json(),
        ),
        "jwe_undecryptable",
    ),
    "no_jwe": (
        lambda asked, plain: httpx2.Response(200, text="x", headers={"Content-Type": "application/jwt"}),
        "jwe_malformed",
    ),
}


@pytest.mark.parametrize(("answer", "reason"), BAD_ANSWERS.values(), ids=BAD_ANSWERS)
def test_bad_answers_are_refused(
    wallet: Wallet,
    issuer: FakeIssuer,
    answer: Callable[[Json, httpx2.Response], httpx2.Response],
    reason: str,
) -> None:
    issuer.metadata.update(offered())
    issuer.network.replies[CREDENTIAL] = encrypting(issuer, answer)
    with pytest.raises(Rejection, match=reason):
        wallet.receive(issuer.link, "123456")
    assert wallet.list() == ()


def _required(name: str, **changes: Any) -> Json:
    whole = offered()
    return {name: {**whole[name], "encryption_required": True, **changes}}


RSA = {"keys": [{"kty": "RSA", "n": "AQ", "e": "AQAB", "alg": "RSA-OAEP-256", "kid": "1"}]}
DEMANDED: dict[str, tuple[Json, str]] = {
    "request_key_not_ours": (
        offered(**_required("credential_request_encryption", jwks=RSA)), "request_encryption_unsupported"
    ),
    "request_enc_not_ours": (
        offered(**_required("credential_request_encryption", enc_values_supported=["A128CBC-HS256"])),
        "request_encryption_unsupported",
    ),
    "answer_alg_not_ours": (
        offered(**_required("credential_response_encryption", alg_values_supported=["RSA-OAEP-256"])),
        "response_encryption_unsupported",
    ),
    "answer_enc_not_ours": (
        offered(**_required("credential_response_encryption", enc_values_supported=["A128CBC-HS256"])),
        "response_encryption_unsupported",
    ),
    "answer_without_request": (
        _required("credential_response_encryption"), "response_encryption_unsupported"
    ),
    "keys_missing": (offered(credential_request_encryption={"enc_values_supported": ["A256GCM"]}), "jwks_missing"),
    "keys_empty": (
        offered(credential_request_encryption={"enc_values_supported": ["A256GCM"], "jwks": {"keys": []}}),
        "keys_empty",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("members", "reason"), DEMANDED.values(), ids=DEMANDED)
def test_what_is_demanded_and_not_ours_is_refused_before_anything_is_sent(
    wallet: Wallet, issuer: FakeIssuer, members: Json, reason: str
) -> None:
    issuer.metadata.update(members)
    with pytest.raises(Rejection, match=reason):
        wallet.receive(issuer.link, "123456")
    assert not [place for place in issuer.network.log if place.startswith("POST")]


def test_what_is_offered_and_not_ours_is_left(wallet: Wallet, issuer: FakeIssuer) -> None:
    issuer.metadata.update(offered())
    issuer.metadata["credential_request_encryption"]["jwks"] = RSA
    assert len(wallet.receive(issuer.link, "123456")) == 2
