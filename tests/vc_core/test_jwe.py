"""Encrypted responses: RFC 7516 with ECDH-ES (OpenID4VP 1.0, section 8.3; HAIP 1.0, section 5)."""

import contextlib
import json
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwe import JWERegistry, encrypt_compact
from joserfc.jwk import ECKey

from tests.vc_core.forged_jws import ABSENT, JSON, changed, forge, software_key
from tests.vectors import read_json, vectors
from vc_core import base64url, jose, jwe, strict_json
from vc_core.rejection import Rejection

KEY = software_key(41)
OTHER_KEY = software_key(42)
KEYS = {"ac": KEY.private_key}
JWK = {**jose.jwk_from_public_key(KEY.public_key), "kid": "ac", "use": "enc", "alg": "ECDH-ES"}
P384_JWK = jose.jwk_from_public_key(software_key(43, ec.SECP384R1()).public_key)
PAYLOAD = {"vp_token": {"a1": ["é"]}, "state": "s"}
VALID = jwe.encrypt(PAYLOAD, JWK, "A128GCM")
HEADER = json.loads(base64url.decode(VALID.split(".")[0]))


def rejection_of(action: Callable[[], object]) -> tuple[str, str]:
    with pytest.raises(Rejection) as caught:
        action()
    return caught.value.reason, caught.value.where


def with_header(changes: dict[str, Any]) -> str:
    """The header exchanged, the rest kept: what stands in the header is judged before anything is decrypted."""
    return with_part(0, strict_json.dump(changed(HEADER, changes)))


def with_part(index: int, octets: bytes) -> str:
    parts = VALID.split(".")
    parts[index] = base64url.encode(octets)
    return ".".join(parts)


def flipped(index: int) -> str:
    octets = bytearray(base64url.decode(VALID.split(".")[index]))
    octets[0] ^= 1
    return with_part(index, bytes(octets))


def tag_moved(length: int) -> str:
    """The octets of ciphertext and tag as they are, with the boundary so far before the end."""
    *head, ciphertext, tag = VALID.split(".")
    octets = base64url.decode(ciphertext) + base64url.decode(tag)
    cut = len(octets) - length
    return ".".join((*head, base64url.encode(octets[:cut]), base64url.encode(octets[cut:])))


def encrypted(plaintext: bytes, **header: Any) -> str:
    """Any plaintext and any header, by the library itself."""
    registry = JWERegistry(algorithms=["ECDH-ES", "A128GCM", "DEF"], strict_check_header=False)
    protected = {"alg": "ECDH-ES", "enc": "A128GCM", "kid": "ac", **header}
    return encrypt_compact(protected, plaintext, ECKey.import_key(KEY.public_key), registry=registry)


# --- accepted


def test_openid4vp_section_8_3() -> None:
    published = read_json(vectors("openid4vp-1.0") / "encrypted_response_8.3.json")
    jwk = published["decryption_private_jwk"]
    key = ec.derive_private_key(int.from_bytes(base64url.decode(jwk["d"]), "big"), ec.SECP256R1())
    assert jose.jwk_from_public_key(key.public_key()) == {name: jwk[name] for name in ("kty", "crv", "x", "y")}
    assert jwe.decrypt(published["response_jwe"], {jwk["kid"]: key}) == json.loads(published["expected_plaintext"])


APPENDIX_C = {
    "alg": "ECDH-ES",
    "enc": "A128GCM",
    "kid": "bob",
    "apu": "QWxpY2U",
    "apv": "Qm9i",
    "epk": {
        "kty": "EC",
        "crv": "P-256",
        "x": "gI0GAILBdu7T53akrFmMyGcsF3n5dO7MmwNBHKW5SV0",
        "y": "SLW_xSffzlPWrHEVI30DHM_4egVwt3NQqeUD7nMFpps",
    },
}


def appendix_c(*, iv: bytes) -> dict[str, Any]:
    """A message under the key that RFC 7518, appendix C prints as agreed between Alice and Bob, read by Bob."""
    secret = int.from_bytes(base64url.decode("VEmDZpDXXK8p8N0Cndsxs924q6nS1RXFASRl6BfUqdw"), "big")
    protected = base64url.encode(strict_json.dump(APPENDIX_C))
    agreed = AESGCM(base64url.decode("VqqN6vgjbSBcIijNcacQGg"))
    sealed = agreed.encrypt(iv, strict_json.dump(PAYLOAD), protected.encode())
    parts = (base64url.encode(part) for part in (b"", iv, sealed[:-16], sealed[-16:]))
    return jwe.decrypt(".".join((protected, *parts)), {"bob": ec.derive_private_key(secret, ec.SECP256R1())})


def test_rfc7518_appendix_c() -> None:
    assert appendix_c(iv=bytes(12)) == PAYLOAD


def test_iv_of_128_bits() -> None:
    """RFC 7518, section 5.3: the IV has 96 bits, though the cipher takes others."""
    assert rejection_of(lambda: appendix_c(iv=bytes(16))) == ("jwe_undecryptable", "")


def test_openid4vp_section_8_3_keys_and_encryptions_on_offer() -> None:
    metadata = read_json(vectors("openid4vp-1.0") / "encrypted_response_8.3.json")["request"]["client_metadata"]
    assert jwe.choose_key(metadata["jwks"]["keys"])["kid"] == "ac"
    assert jwe.choose_key(metadata["jwks"]["keys"][::-1])["kid"] == "ac"
    assert jwe.choose_encryption(metadata["encrypted_response_enc_values_supported"]) == "A128GCM"


@pytest.mark.parametrize("enc", jwe.ENCRYPTIONS)
def test_round_trip(enc: str) -> None:
    text = jwe.encrypt(PAYLOAD, JWK, enc)
    header = json.loads(base64url.decode(text.split(".")[0]))
    assert (header["alg"], header["enc"], header["kid"]) == ("ECDH-ES", enc, "ac")
    assert set(header) == {"alg", "enc", "kid", "epk"}
    assert jwe.decrypt(text, {"other": OTHER_KEY.private_key, **KEYS}) == PAYLOAD


def test_every_message_has_an_ephemeral_key_of_its_own() -> None:
    first, second = (json.loads(base64url.decode(jwe.encrypt(PAYLOAD, JWK, "A128GCM").split(".")[0])) for _ in "ab")
    assert first["epk"] != second["epk"]


def test_party_information_is_part_of_the_key() -> None:
    """A wallet that sets apu and apv (as ISO/IEC 18013-7 asked) must still be read."""
    text = jwe.encrypt(PAYLOAD, JWK, "A256GCM", apu=b"mdoc nonce", apv=b"nonce")
    header = json.loads(base64url.decode(text.split(".")[0]))
    assert (header["apu"], header["apv"]) == (base64url.encode(b"mdoc nonce"), base64url.encode(b"nonce"))
    assert jwe.decrypt(text, KEYS) == PAYLOAD


def test_unknown_header_members_are_ignored() -> None:
    assert jwe.decrypt(encrypted(b'{"a":1}', foo=[1], typ="JWT", cty="json"), KEYS) == {"a": 1}


def test_payload_of_a_hundred_kilobytes() -> None:
    payload = {"vp_token": {"a1": ["x" * 100_000]}}
    assert jwe.decrypt(jwe.encrypt(payload, JWK, "A128GCM"), KEYS) == payload


# --- refused

BAD_HEADER: dict[str, tuple[dict[str, Any], str, str]] = {
    "alg_missing": ({"alg": ABSENT}, "jwe_algorithm_not_allowed", "/header/alg"),
    "alg_rsa1_5": ({"alg": "RSA1_5"}, "jwe_algorithm_not_allowed", "/header/alg"),
    "alg_dir": ({"alg": "dir"}, "jwe_algorithm_not_allowed", "/header/alg"),
    "alg_with_key_wrapping": ({"alg": "ECDH-ES+A128KW"}, "jwe_algorithm_not_allowed", "/header/alg"),
    "alg_pbes2": ({"alg": "PBES2-HS256+A128KW", "p2c": 10**9}, "jwe_algorithm_not_allowed", "/header/alg"),
    "alg_a_number": ({"alg": 1}, "jwe_algorithm_not_allowed", "/header/alg"),
    "enc_missing": ({"enc": ABSENT}, "jwe_encryption_not_allowed", "/header/enc"),
    "enc_unknown": ({"enc": "A128CBC-HS256"}, "jwe_encryption_not_allowed", "/header/enc"),
    "enc_an_array": ({"enc": ["A128GCM"]}, "jwe_encryption_not_allowed", "/header/enc"),
    "zip": ({"zip": "DEF"}, "jwe_compressed", "/header/zip"),
    "crit": ({"crit": ["foo"], "foo": 1}, "critical_header_unknown", "/header/crit"),
    "kid_missing": ({"kid": ABSENT}, "jwe_kid_missing", "/header/kid"),
    "kid_a_number": ({"kid": 1}, "jwe_kid_missing", "/header/kid"),
    "kid_of_another_key": ({"kid": "zz"}, "jwe_kid_unknown", "/header/kid"),
    "epk_missing": ({"epk": ABSENT}, "epk_missing", "/header/epk"),
    "epk_a_string": ({"epk": "abc"}, "jwk_malformed", "/header/epk"),
    "epk_on_another_curve": ({"epk": P384_JWK}, "jwk_unsupported", "/header/epk"),
    "epk_x25519": ({"epk": {"kty": "OKP", "crv": "X25519", "x": "AA"}}, "jwk_unsupported", "/header/epk"),
    "epk_not_on_curve": ({"epk": {**HEADER["epk"], "y": HEADER["epk"]["x"]}}, "jwk_not_on_curve", "/header/epk"),
    "epk_private": ({"epk": {**HEADER["epk"], "d": "AQ"}}, "jwk_private", "/header/epk"),
    "apu_a_number": ({"apu": 1}, "apu_malformed", "/header/apu"),
    "apu_null": ({"apu": None}, "apu_malformed", "/header/apu"),
    "apv_padded": ({"apv": "AA=="}, "base64url_malformed", "/header/apv"),
    "apu_added_afterwards": ({"apu": "AA"}, "jwe_undecryptable", ""),
    "enc_exchanged": ({"enc": "A256GCM"}, "jwe_undecryptable", ""),
    "epk_of_another_message": ({"epk": jose.jwk_from_public_key(OTHER_KEY.public_key)}, "jwe_undecryptable", ""),
}


@pytest.mark.parametrize(("header", "reason", "where"), BAD_HEADER.values(), ids=BAD_HEADER)
def test_bad_header(header: dict[str, Any], reason: str, where: str) -> None:
    assert rejection_of(lambda: jwe.decrypt(with_header(header), KEYS)) == (reason, where)


BAD_TEXT = {
    "empty": ("", "jwe_malformed"),
    "garbage": ("garbage", "jwe_malformed"),
    "plaintext_json": ('{"vp_token":{}}', "jwe_malformed"),
    "four_parts": (VALID.rpartition(".")[0], "jwe_malformed"),
    "six_parts": (VALID + ".", "jwe_malformed"),
    "jws_instead": (forge({"alg": "ES256"}, PAYLOAD, KEY), "jwe_malformed"),
    "encrypted_key_present": (VALID.replace("..", ".AAAA."), "jwe_malformed"),
    "header_not_json": (with_part(0, b"abc"), "json_malformed"),
    "header_alg_twice": (with_part(0, b'{"alg":"ECDH-ES","alg":"dir"}'), "json_member_repeated"),
    "tag_padded": (VALID + "==", "base64url_malformed"),
    "tag_broken": (flipped(4), "jwe_undecryptable"),
    "tag_truncated": (with_part(4, base64url.decode(VALID.split(".")[4])[:12]), "jwe_undecryptable"),
    "tag_empty": (with_part(4, b""), "jwe_undecryptable"),
    "tag_in_the_ciphertext": (tag_moved(0), "jwe_undecryptable"),
    "tag_begun_in_the_ciphertext": (tag_moved(8), "jwe_undecryptable"),
    "iv_broken": (flipped(2), "jwe_undecryptable"),
    "iv_too_short": (with_part(2, bytes(8)), "jwe_undecryptable"),
    "iv_empty": (with_part(2, b""), "jwe_undecryptable"),
    "ciphertext_broken": (flipped(3), "jwe_undecryptable"),
    "ciphertext_empty": (with_part(3, b""), "jwe_undecryptable"),
    "nested_jws": (encrypted(forge({"alg": "ES256"}, PAYLOAD, KEY).encode(), cty="JWT"), "jwe_nested_jws"),
    "nested_unsecured_jws": (encrypted(b"eyJhbGciOiJub25lIn0.e30."), "jwe_nested_jws"),
    "payload_not_json": (encrypted(b"vp_token=abc"), "json_malformed"),
    "payload_empty": (encrypted(b""), "json_malformed"),
    "payload_an_array": (encrypted(b"[]"), "json_not_object"),
    "payload_member_twice": (encrypted(b'{"state":"a","state":"b"}'), "json_member_repeated"),
    "compressed": (encrypted(b'{"a":"' + b"x" * 10**6 + b'"}', zip="DEF"), "jwe_compressed"),
}


@pytest.mark.parametrize(("text", "reason"), BAD_TEXT.values(), ids=BAD_TEXT)
def test_bad_text(text: str, reason: str) -> None:
    assert rejection_of(lambda: jwe.decrypt(text, KEYS))[0] == reason


def test_other_key_under_the_same_kid() -> None:
    assert rejection_of(lambda: jwe.decrypt(VALID, {"ac": OTHER_KEY.private_key})) == ("jwe_undecryptable", "")


def test_encryption_that_was_not_offered() -> None:
    action = lambda: jwe.decrypt(VALID, KEYS, encryptions={"A256GCM"})  # noqa: E731
    assert rejection_of(action) == ("jwe_encryption_not_allowed", "/header/enc")


def test_encryption_that_does_not_exist_here_is_not_allowed_by_an_offer() -> None:
    text = with_header({"enc": "A128CBC-HS256"})
    action = lambda: jwe.decrypt(text, KEYS, encryptions={"A128CBC-HS256"})  # noqa: E731
    assert rejection_of(action) == ("jwe_encryption_not_allowed", "/header/enc")


def test_beyond_the_bound() -> None:
    assert jwe.decrypt(VALID, KEYS, max_bytes=len(VALID)) == PAYLOAD
    assert rejection_of(lambda: jwe.decrypt(VALID, KEYS, max_bytes=len(VALID) - 1)) == ("jwe_too_large", "")


UNUSABLE_KEYS: dict[str, object] = {
    "for_signatures": {**JWK, "use": "sig"},
    "for_key_wrapping": {**JWK, "alg": "ECDH-ES+A256KW"},
    "on_another_curve": {**P384_JWK, "kid": "ac"},
    "private": {**JWK, "d": "AQ"},
    "not_on_curve": {**JWK, "y": JWK["x"]},
    "not_an_object": "ac",
}


@pytest.mark.parametrize("key", UNUSABLE_KEYS.values(), ids=UNUSABLE_KEYS)
def test_unusable_key_is_passed_over(key: object) -> None:
    assert jwe.choose_key([key, JWK]) is JWK
    assert rejection_of(lambda: jwe.choose_key([key])) == ("jwe_key_none_usable", "/jwks")


def test_key_without_use_is_usable() -> None:
    key = changed(JWK, {"use": ABSENT})
    assert jwe.choose_key([key]) is key


def test_encryption_chosen() -> None:
    assert jwe.choose_encryption(["A128GCM", "A256GCM"]) == "A256GCM"
    assert rejection_of(lambda: jwe.choose_encryption(["A128CBC-HS256", 1]))[0] == "jwe_encryption_none_usable"


def test_encrypting_to_another_curve() -> None:
    assert rejection_of(lambda: jwe.encrypt(PAYLOAD, P384_JWK, "A128GCM"))[0] == "jwk_unsupported"


# --- properties
MEMBERS = ["alg", "enc", "kid", "epk", "apu", "apv", "zip", "crit", "typ", "cty", "jwk", "x5c", "x5u", "b64"]


@given(st.text() | st.lists(st.text(alphabet="AQgw"), min_size=5, max_size=5).map(".".join))
def test_any_text_is_rejected(text: str) -> None:
    with pytest.raises(Rejection):
        jwe.decrypt(text, KEYS)


@given(st.dictionaries(st.sampled_from(MEMBERS), JSON, min_size=1, max_size=2))
def test_header_of_any_values_is_rejected(header: dict[str, Any]) -> None:
    with pytest.raises(Rejection):
        jwe.decrypt(with_header(header), KEYS)


@given(st.dictionaries(st.sampled_from(["kty", "crv", "x", "y", "use", "key_ops", "kid", "alg", "x5u"]), JSON))
def test_ephemeral_key_of_any_values_raises_nothing_but_a_rejection(epk: dict[str, Any]) -> None:
    with pytest.raises(Rejection):
        jwe.decrypt(with_header({"epk": {**HEADER["epk"], **epk}, "nonce": 1}), KEYS)


@given(st.binary(max_size=60))
def test_plaintext_of_any_bytes_raises_nothing_but_a_rejection(plaintext: bytes) -> None:
    with contextlib.suppress(Rejection):
        jwe.decrypt(encrypted(plaintext), KEYS)


@given(st.dictionaries(st.text(st.characters(codec="utf-8"), max_size=6), JSON))
def test_round_trip_of_any_object(payload: dict[str, Any]) -> None:
    assert jwe.decrypt(jwe.encrypt(payload, JWK, "A256GCM"), KEYS) == payload
