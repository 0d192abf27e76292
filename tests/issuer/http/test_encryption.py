"""Encrypted credential requests and responses: OpenID4VCI 1.0, sections 8.2, 8.3.1.2 and 10; VCI-17."""

import json
import os
from collections.abc import Callable, Mapping
from typing import Any

import httpx2
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from joserfc.jwe import JWERegistry, encrypt_compact
from joserfc.jwk import ECKey, OctKey

from issuer.server_secret import ServerSecret
from tests.issuer.conftest import MakeWorld
from tests.issuer.world import Registered, Wallet, World
from vc_core import base64url, jose, jwe
from vc_core.pilot import new_key

SD_JWT = "eu.europa.ec.eudi.pda1_sd_jwt_vc"
ISSUER = "/.well-known/openid-credential-issuer"
ANSWER_KEY = new_key(os.urandom)
Members = dict[str, Any]


@pytest.fixture
def ready(wallet: Wallet, registered: Registered) -> Wallet:
    assert wallet.redeem(registered).status_code == 200
    return wallet


def metadata(world: World) -> Members:
    document: Members = world.client().get(ISSUER).json()
    return document


def request_key(world: World) -> Members:
    (key,) = metadata(world)["credential_request_encryption"]["jwks"]["keys"]
    found: Members = key
    return found


def answer_jwk(**changes: Any) -> Members:
    jwk = jose.jwk_from_public_key(ANSWER_KEY.public_key())
    return {**jwk, "kid": "k1", "use": "enc", "alg": "ECDH-ES", **changes}


def wanting(enc: str = "A256GCM", **changes: Any) -> Members:
    return {"jwk": answer_jwk(), "enc": enc, **changes}


def post(wallet: Wallet, content: str, media_type: str = "application/jwt") -> httpx2.Response:
    headers = {**wallet.headers(), "Content-Type": media_type}
    return wallet.world.client().post("/credential", content=content, headers=headers)


def sealed(wallet: Wallet, body: Mapping[str, Any], enc: str = "A256GCM", **key: Any) -> str:
    return jwe.encrypt(body, {**request_key(wallet.world), **key}, enc)


def test_metadata(world: World) -> None:
    """Section 12.2.4: every key has a `kid`; section 10: and an `alg`."""
    found = metadata(world)
    key = request_key(world)
    assert {name: key[name] for name in ("kty", "crv", "use", "alg")} == {
        "kty": "EC", "crv": "P-256", "use": "enc", "alg": "ECDH-ES"
    }  # fmt: skip
    assert key["kid"]
    assert "d" not in key
    methods = {"enc_values_supported": ["A256GCM", "A128GCM"], "encryption_required": False}
    assert found["credential_request_encryption"] == {"jwks": {"keys": [key]}, **methods}
    assert found["credential_response_encryption"] == {"alg_values_supported": ["ECDH-ES"], **methods}


def test_every_process_has_the_same_key() -> None:
    keys = [ServerSecret(bytes([fill]) * 32).request_encryption_key().private_numbers() for fill in (1, 1, 2)]
    assert keys[0] == keys[1] != keys[2]


@pytest.mark.parametrize("enc", ["A128GCM", "A256GCM"])
def test_request_and_answer_encrypted(ready: Wallet, enc: str) -> None:
    body = {**ready.request(SD_JWT), "credential_response_encryption": wanting(enc)}
    response = post(ready, sealed(ready, body, enc))
    assert response.status_code == 200
    assert (response.headers["Content-Type"], response.headers["Cache-Control"]) == ("application/jwt", "no-store")
    header = json.loads(base64url.decode(response.text.partition(".")[0]))
    assert (header["alg"], header["enc"], header["kid"]) == ("ECDH-ES", enc, "k1")
    assert set(jwe.decrypt(response.text, {"k1": ANSWER_KEY})) == {"credentials", "notification_id"}


def test_only_the_request_encrypted(ready: Wallet) -> None:
    response = post(ready, sealed(ready, ready.request(SD_JWT)))
    assert (response.status_code, response.headers["Content-Type"]) == (200, "application/json")


def test_errors_are_never_encrypted(ready: Wallet) -> None:
    body = {**ready.request("unknown"), "credential_response_encryption": wanting()}
    response = post(ready, sealed(ready, body))
    assert (response.status_code, response.headers["Content-Type"]) == (400, "application/json")
    assert response.json()["error"] == "unknown_credential_configuration"


# --- the parameters of the answer

BAD_WISHES: dict[str, tuple[Any, str]] = {
    "not_an_object": ("A256GCM", "response_encryption_malformed"),
    "key_missing": ({"enc": "A256GCM"}, "jwk_missing"),
    "enc_missing": ({"jwk": answer_jwk()}, "enc_missing"),
    "enc_not_offered": (wanting("A192GCM"), "response_enc_unsupported"),
    "enc_of_another_kind": (wanting("A128CBC-HS256"), "response_enc_unsupported"),
    "alg_missing": (wanting(jwk={**answer_jwk(), "alg": None}), "alg_malformed"),
    "alg_not_offered": (wanting(jwk=answer_jwk(alg="ECDH-ES+A256KW")), "response_alg_unsupported"),
    "alg_rsa": (wanting(jwk=answer_jwk(alg="RSA-OAEP-256")), "response_alg_unsupported"),
    "key_for_signatures": (wanting(jwk=answer_jwk(use="sig")), "response_key_use_wrong"),
    "key_private": (wanting(jwk=answer_jwk(d="AQ")), "jwk_private"),
    "key_off_the_curve": (wanting(jwk=answer_jwk(x=answer_jwk()["y"])), "jwk_not_on_curve"),
    "curve_not_offered": (
        wanting(
            jwk={
                **jose.jwk_from_public_key(ec.derive_private_key(7, ec.SECP384R1()).public_key()),
                "alg": "ECDH-ES",
            }
        ),
        "jwk_unsupported",
    ),
    "compression_not_offered": (wanting(zip="DEF"), "response_zip_unsupported"),
}


@pytest.mark.parametrize(("wish", "reason"), BAD_WISHES.values(), ids=BAD_WISHES)
def test_answer_parameters_refused(ready: Wallet, wish: Any, reason: str) -> None:
    """OIDF `fail-unsupported-encryption-algorithm`."""
    body = {**ready.request(SD_JWT), "credential_response_encryption": wish}
    assert_refused(ready, sealed(ready, body), reason)


def test_encrypted_answer_to_a_request_in_the_clear(ready: Wallet) -> None:
    """Section 8.2: whoever is on the way could have put another key there."""
    body = {**ready.request(SD_JWT), "credential_response_encryption": wanting()}
    assert_refused(ready, json.dumps(body), "request_not_encrypted", media_type="application/json")


def assert_refused(
    wallet: Wallet,
    content: str,
    reason: str,
    code: str = "invalid_encryption_parameters",
    *,
    media_type: str = "application/jwt",
) -> None:
    headers = {**wallet.headers(), "Content-Type": media_type}
    before = wallet.world.rows()
    response = wallet.world.client().post("/credential", content=content, headers=headers)
    assert (response.status_code, response.json()) == (400, {"error": code, "error_description": reason})
    assert wallet.world.rows() == before


# --- the encryption of the request


class _Anything(JWERegistry):
    """Encrypts also in ways that are not offered."""

    def __init__(self) -> None:
        super().__init__(algorithms=["ECDH-ES", "ECDH-ES+A128KW", "dir", "A128CBC-HS256", "A256GCM", "DEF"])


def _made(header: Members, content: bytes, key: Any = None) -> Callable[[Wallet], str]:
    def make(wallet: Wallet) -> str:
        recipient = key or ECKey.import_key(request_key(wallet.world))
        named = {"alg": "ECDH-ES", "enc": "A256GCM", "kid": request_key(wallet.world)["kid"], **header}
        used = {name: value for name, value in named.items() if value is not None}
        return encrypt_compact(used, content, recipient, registry=_Anything())

    return make


def _broken_tag(wallet: Wallet) -> str:
    text = sealed(wallet, wallet.request(SD_JWT))
    head, _, tag = text.rpartition(".")
    return f"{head}.{'A' if tag[0] != 'A' else 'B'}{tag[1:]}"


ENCRYPTION, REQUEST = "invalid_encryption_parameters", "invalid_credential_request"
BAD_REQUESTS: dict[str, tuple[Callable[[Wallet], str], str, str]] = {
    "garbage": (lambda w: "garbage", ENCRYPTION, "jwe_malformed"),
    "not_ascii": (lambda w: "é.é.é.é.é", ENCRYPTION, "jwe_malformed"),
    "plain_json": (lambda w: json.dumps(w.request(SD_JWT)), ENCRYPTION, "jwe_malformed"),
    "a_signature": (lambda w: w.key_proof(), ENCRYPTION, "jwe_malformed"),
    "alg_with_key_wrapping": (_made({"alg": "ECDH-ES+A128KW"}, b"{}"), ENCRYPTION, "jwe_malformed"),
    "alg_dir": (_made({"alg": "dir"}, b"{}", OctKey.import_key(b"k" * 32)), ENCRYPTION, "jwe_algorithm_not_allowed"),
    "enc_not_offered": (_made({"enc": "A128CBC-HS256"}, b"{}"), ENCRYPTION, "jwe_encryption_not_allowed"),
    "kid_missing": (_made({"kid": None}, b"{}"), ENCRYPTION, "jwe_kid_missing"),
    "kid_unknown": (_made({"kid": "other"}, b"{}"), ENCRYPTION, "jwe_kid_unknown"),
    "to_another_key": (
        lambda w: sealed(w, w.request(SD_JWT), **jose.jwk_from_public_key(ANSWER_KEY.public_key())),
        ENCRYPTION,
        "jwe_undecryptable",
    ),
    "tag_broken": (_broken_tag, ENCRYPTION, "jwe_undecryptable"),
    "zip_bomb": (_made({"zip": "DEF"}, b" " * 4_000_000), ENCRYPTION, "jwe_compressed"),
    "not_json": (_made({}, b"{"), REQUEST, "json_malformed"),
    "member_twice": (_made({}, b'{"a":1,"a":1}'), REQUEST, "json_member_repeated"),
    "array": (_made({}, b"[]"), REQUEST, "json_not_object"),
    "nothing_asked_for": (_made({}, b"{}"), REQUEST, "one_of_identifier_and_configuration_needed"),
    "signed_inside": (_made({}, b"e30.e30.AAAA"), REQUEST, "jwe_nested_jws"),
}


@pytest.mark.parametrize(("make", "code", "reason"), BAD_REQUESTS.values(), ids=BAD_REQUESTS)
def test_request_refused(ready: Wallet, make: Callable[[Wallet], str], code: str, reason: str) -> None:
    assert_refused(ready, make(ready), reason, code)


# --- where encryption is required


@pytest.fixture(scope="module")
def strict(make_world: MakeWorld) -> World:
    return make_world(encryption="required")


@pytest.fixture
def bound(strict: World) -> Wallet:
    wallet = Wallet(strict)
    assert wallet.redeem(strict.register()).status_code == 200
    return wallet


def test_required_is_announced(strict: World) -> None:
    for member in ("credential_request_encryption", "credential_response_encryption"):
        assert metadata(strict)[member]["encryption_required"] is True


def test_required_and_done(bound: Wallet) -> None:
    body = {**bound.request(SD_JWT), "credential_response_encryption": wanting()}
    assert "credentials" in jwe.decrypt(post(bound, sealed(bound, body)).text, {"k1": ANSWER_KEY})


def test_required_and_the_request_is_in_the_clear(bound: Wallet) -> None:
    content = json.dumps(bound.request(SD_JWT))
    assert_refused(bound, content, "request_not_encrypted", media_type="application/json")


def test_required_and_no_encrypted_answer_asked_for(bound: Wallet) -> None:
    assert_refused(bound, sealed(bound, bound.request(SD_JWT)), "response_encryption_missing")
