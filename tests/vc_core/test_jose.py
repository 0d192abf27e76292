"""Compact JWS, JWK and x5c: RFC 7515, 7517, 7518, 7638, and the algorithms HAIP 1.0 allows."""

import base64
import contextlib
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from tests.vc_core.forged_jws import ABSENT, JSON, changed, forge, software_key
from tests.vectors import read_json, vectors
from vc_core import base64url, jose, strict_json
from vc_core.rejection import Rejection
from vc_core.signer import Signer

KEY = software_key(11)
OTHER_KEY = software_key(12)
P384_KEY = software_key(13, ec.SECP384R1())
P521_KEY = software_key(14, ec.SECP521R1())
HEADER = {"alg": "ES256", "typ": "example+jwt"}
CLAIMS = {"iss": "https://issuer.example", "n": 1}
VALID = forge(HEADER, CLAIMS, KEY)
JWK = jose.jwk_from_public_key(KEY.public_key)

# RFC 7515, appendix A.3
RFC7515_A3_KEY = {
    "kty": "EC",
    "crv": "P-256",
    "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
}
RFC7515_A3 = (
    "eyJhbGciOiJFUzI1NiJ9"
    ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
    ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"
)


def rejection_of(action: Callable[[], object]) -> tuple[str, str]:
    with pytest.raises(Rejection) as caught:
        action()
    return caught.value.reason, caught.value.where


def with_part(index: int, part: str) -> str:
    parts = VALID.split(".")
    parts[index] = part
    return ".".join(parts)


def with_header(header: bytes) -> str:
    return with_part(0, base64url.encode(header))


# --- parsing


def test_parts_as_received() -> None:
    jws = jose.parse_jws(VALID)
    assert jws.header == HEADER
    assert jws.claims() == CLAIMS
    assert jws.signing_input.decode() + "." + base64url.encode(jws.signature) == jws.text == VALID
    with pytest.raises(TypeError):
        jws.header["alg"] = "none"  # type: ignore[index]


MALFORMED_JWS = {
    "empty": ("", "jws_malformed", ""),
    "two_parts": ("a.b", "jws_malformed", ""),
    "four_parts": (VALID + ".", "jws_malformed", ""),
    "five_parts_a_jwe": ("a.b.c.d.e", "jws_malformed", ""),
    "header_padded": (with_part(0, VALID.split(".")[0] + "=="), "base64url_malformed", "/header"),
    "payload_standard_alphabet": (with_part(1, "+/+/"), "base64url_malformed", "/payload"),
    "signature_with_newline": (VALID + "\n", "base64url_malformed", "/signature"),
    "header_not_json": (with_header(b"alg"), "json_malformed", "/header"),
    "header_an_array": (with_header(b"[]"), "json_not_object", "/header"),
    "header_alg_twice": (with_header(b'{"alg":"ES256","alg":"none"}'), "json_member_repeated", "/header"),
    "alg_missing": (with_header(b'{"typ":"a"}'), "algorithm_missing", "/header/alg"),
    "alg_a_number": (with_header(b'{"alg":-7}'), "algorithm_missing", "/header/alg"),
    "crit_unknown": (with_header(b'{"alg":"ES256","crit":["x"],"x":1}'), "critical_header_unknown", "/header/crit"),
    "crit_empty": (with_header(b'{"alg":"ES256","crit":[]}'), "critical_header_unknown", "/header/crit"),
    "crit_b64": (with_header(b'{"alg":"ES256","crit":["b64"],"b64":false}'), "critical_header_unknown", "/header/crit"),
    "b64_without_crit": (with_header(b'{"alg":"ES256","b64":false}'), "payload_unencoded", "/header/b64"),
}


@pytest.mark.parametrize(("text", "reason", "where"), MALFORMED_JWS.values(), ids=MALFORMED_JWS)
def test_malformed_jws(text: str, reason: str, where: str) -> None:
    assert rejection_of(lambda: jose.parse_jws(text)) == (reason, where)


def test_jws_beyond_the_bound() -> None:
    assert rejection_of(lambda: jose.parse_jws(VALID, max_bytes=len(VALID) - 1, where="/proof")) == (
        "jws_too_large",
        "/proof",
    )


@pytest.mark.parametrize(
    ("payload", "reason"),
    [(b"", "json_malformed"), (b"[]", "json_not_object"), (b'{"a":1,"a":1}', "json_member_repeated")],
    ids=["empty", "array", "claim_twice"],
)
def test_malformed_claims(payload: bytes, reason: str) -> None:
    jws = jose.parse_jws(jose.sign_jws(HEADER, payload, KEY))
    assert rejection_of(jws.claims) == (reason, "/payload")


def test_type_is_compared_exactly() -> None:
    """RFC 8725, section 3.11."""
    jws = jose.parse_jws(VALID)
    jose.require_type(jws, "example+jwt")
    for other in ("EXAMPLE+JWT", "application/example+jwt", "JWT"):
        assert rejection_of(partial(jose.require_type, jws, other)) == ("type_wrong", "/header/typ")


# --- signatures


def test_rfc7515_a3() -> None:
    jws = jose.parse_jws(RFC7515_A3)
    jose.verify_jws(jws, jose.public_key_from_jwk(RFC7515_A3_KEY))
    assert jws.claims() == {"iss": "joe", "exp": 1300819380, "http://example.com/is_root": True}


@pytest.mark.parametrize("key", [KEY, P384_KEY, P521_KEY], ids=["ES256", "ES384", "ES512"])
def test_sign_and_verify(key: Signer) -> None:
    text = jose.sign_jws({"alg": "none", "typ": "a"}, CLAIMS, key)
    jws = jose.parse_jws(text)
    jose.verify_jws(jws, key.public_key, jose.ALGORITHMS)
    assert jws.header == {"alg": key.algorithm, "typ": "a"}
    assert jws.claims() == CLAIMS


def test_header_encoded_once_gives_the_same_input() -> None:
    header_b64 = jose.encode_header({"typ": "example+jwt"}, KEY.algorithm)
    text = jose.sign_input(header_b64, base64url.encode(strict_json.dump(CLAIMS)), KEY)
    jose.verify_jws(jose.parse_jws(text), KEY.public_key)
    assert (
        jose.parse_jws(text).signing_input
        == jose.parse_jws(jose.sign_jws({"typ": "example+jwt"}, CLAIMS, KEY)).signing_input
    )


def resigned(changes: dict[str, Any]) -> str:
    return forge(changed(HEADER, changes), CLAIMS, KEY)


def flipped(text: str, part: int) -> str:
    octets = bytearray(base64url.decode(text.split(".")[part]))
    octets[-1] ^= 1
    return with_part(part, base64url.encode(bytes(octets)))


SIGNATURE = base64url.decode(VALID.split(".")[2])
DER_SIGNATURE = KEY.private_key.sign(jose.parse_jws(VALID).signing_input, ec.ECDSA(hashes.SHA256()))

UNVERIFIED = {
    "alg_none": (resigned({"alg": "none"}), "algorithm_not_allowed"),
    "alg_none_without_signature": (resigned({"alg": "none"}).rpartition(".")[0] + ".", "algorithm_not_allowed"),
    "alg_hs256": (resigned({"alg": "HS256"}), "algorithm_not_allowed"),
    "alg_rs256": (resigned({"alg": "RS256"}), "algorithm_not_allowed"),
    "alg_eddsa": (resigned({"alg": "EdDSA"}), "algorithm_not_allowed"),
    "alg_es384_known_but_not_allowed": (resigned({"alg": "ES384"}), "algorithm_not_allowed"),
    "alg_lower_case": (resigned({"alg": "es256"}), "algorithm_not_allowed"),
    "other_key": (forge(HEADER, CLAIMS, OTHER_KEY), "signature_invalid"),
    "payload_changed": (flipped(VALID, 1), "signature_invalid"),
    "signature_changed": (flipped(VALID, 2), "signature_invalid"),
    "header_changed": (with_header(b'{"alg":"ES256","typ":"other"}'), "signature_invalid"),
    "signature_empty": (with_part(2, ""), "signature_invalid"),
    "signature_truncated": (with_part(2, base64url.encode(SIGNATURE[:-1])), "signature_invalid"),
    "signature_longer": (with_part(2, base64url.encode(SIGNATURE + b"\x00")), "signature_invalid"),
    "signature_der": (with_part(2, base64url.encode(DER_SIGNATURE)), "signature_invalid"),
    "signature_zero": (with_part(2, base64url.encode(bytes(64))), "signature_invalid"),
}


@pytest.mark.parametrize(("text", "reason"), UNVERIFIED.values(), ids=UNVERIFIED)
def test_unverified(text: str, reason: str) -> None:
    """RFC 7515, section 5.2; RFC 8725, sections 2.1 and 3.1."""
    jws = jose.parse_jws(text)
    assert rejection_of(lambda: jose.verify_jws(jws, KEY.public_key))[0] == reason


def test_curve_has_to_fit_the_algorithm() -> None:
    """RFC 7518, section 3.4: ES256 is ECDSA on P-256 only."""
    jws = jose.parse_jws(forge(HEADER, CLAIMS, P384_KEY))
    assert rejection_of(lambda: jose.verify_jws(jws, P384_KEY.public_key)) == ("algorithm_key_mismatch", "/header/alg")


def test_an_algorithm_that_does_not_exist_here_is_not_allowed_by_a_list() -> None:
    jws = jose.parse_jws(resigned({"alg": "none"}))
    reason, _ = rejection_of(lambda: jose.verify_jws(jws, KEY.public_key, frozenset({"none", "ES256"})))
    assert reason == "algorithm_not_allowed"


def test_client_attestation_examples() -> None:
    """The PoP verifies with the attestation's `cnf` key, and headers and payloads are as published."""
    examples = read_json(vectors("client-attestation") / "examples.json")["examples"]
    parsed = [jose.parse_jws(example["jwt"]) for example in examples]
    for jws, example in zip(parsed, examples, strict=True):
        assert jws.header == example["header"]
        assert jws.claims() == example["payload"]
    attestation, *proofs = parsed
    key = jose.public_key_from_jwk(attestation.claims()["cnf"]["jwk"])
    for proof in proofs:
        jose.require_type(proof, "oauth-client-attestation-pop+jwt")
        jose.verify_jws(proof, key)
    assert rejection_of(lambda: jose.verify_jws(attestation, key))[0] == "signature_invalid"


SIGNED_WITH_X5C = {
    "wallet_attestation": ("wallet_attestation.jwt.txt", "wallet_attestation.decoded.json"),
    "issuer_metadata": ("credential_issuer_metadata_sd_jwt_jwt.txt", "signed_metadata.decoded.json"),
}


@pytest.mark.parametrize(("source", "decoded"), SIGNED_WITH_X5C.values(), ids=SIGNED_WITH_X5C)
def test_published_jwt_signed_with_x5c(source: str, decoded: str) -> None:
    folder = vectors("openid4vci-1.0")
    jws = jose.parse_jws("".join((folder / "examples" / source).read_text().split()))
    expected = read_json(folder / "derived" / decoded)
    assert (jws.header, jws.claims()) == (expected["header"], expected["payload"])
    chain = jose.parse_x5c(jws.header)
    key = chain[0].public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    jose.verify_jws(jws, key)
    assert jose.x5c_header(chain) == jws.header["x5c"]


# --- keys


@pytest.mark.parametrize("key", [KEY, P384_KEY, P521_KEY], ids=["P-256", "P-384", "P-521"])
def test_jwk_round_trip(key: Signer) -> None:
    assert jose.public_key_from_jwk(jose.jwk_from_public_key(key.public_key)) == key.public_key


def test_unknown_members_are_ignored() -> None:
    """RFC 7517, section 4; an example of the OpenID Foundation's suite has a minimal key, others have more members."""
    assert jose.public_key_from_jwk({**JWK, "kid": "1", "use": "sig", "alg": "ES256", "x5u": 7}) == KEY.public_key


def moved(coordinate: str) -> str:
    octets = bytearray(base64url.decode(coordinate))
    octets[-1] ^= 1
    return base64url.encode(bytes(octets))


BAD_JWK = {
    "not_an_object": ("abc", "jwk_malformed", "/jwk"),
    "null": (None, "jwk_malformed", "/jwk"),
    "array": ([JWK], "jwk_malformed", "/jwk"),
    "kty_missing": (changed(JWK, {"kty": ABSENT}), "jwk_malformed", "/jwk"),
    "crv_missing": (changed(JWK, {"crv": ABSENT}), "jwk_malformed", "/jwk"),
    "crv_an_array": (changed(JWK, {"crv": ["P-256"]}), "jwk_malformed", "/jwk"),
    "kty_rsa": (changed(JWK, {"kty": "RSA"}), "jwk_unsupported", "/jwk"),
    "kty_okp": (changed(JWK, {"kty": "OKP", "crv": "X25519"}), "jwk_unsupported", "/jwk"),
    "crv_secp256k1": (changed(JWK, {"crv": "secp256k1"}), "jwk_unsupported", "/jwk"),
    "crv_lower_case": (changed(JWK, {"crv": "p-256"}), "jwk_unsupported", "/jwk"),
    "private": (changed(JWK, {"d": "AQ"}), "jwk_private", "/jwk"),
    "private_null": (changed(JWK, {"d": None}), "jwk_private", "/jwk"),
    "symmetric": ({"kty": "oct", "k": "AQ"}, "jwk_private", "/jwk"),
    "private_rsa": ({"kty": "RSA", "n": "AQ", "e": "AQAB", "p": "AQ"}, "jwk_private", "/jwk"),
    "x_missing": (changed(JWK, {"x": ABSENT}), "jwk_malformed", "/jwk/x"),
    "y_missing": (changed(JWK, {"y": ABSENT}), "jwk_malformed", "/jwk/y"),
    "x_a_number": (changed(JWK, {"x": 7}), "jwk_malformed", "/jwk/x"),
    "x_padded": (changed(JWK, {"x": JWK["x"] + "="}), "base64url_malformed", "/jwk/x"),
    "x_without_its_leading_byte": (
        changed(JWK, {"x": base64url.encode(base64url.decode(JWK["x"])[1:])}),
        "jwk_malformed",
        "/jwk/x",
    ),
    "y_with_a_leading_zero": (
        changed(JWK, {"y": base64url.encode(b"\x00" + base64url.decode(JWK["y"]))}),
        "jwk_malformed",
        "/jwk/y",
    ),
    "not_on_curve": (changed(JWK, {"y": moved(JWK["y"])}), "jwk_not_on_curve", "/jwk"),
    "coordinates_zero": (
        changed(JWK, {"x": base64url.encode(bytes(32)), "y": base64url.encode(bytes(32))}),
        "jwk_not_on_curve",
        "/jwk",
    ),
    "coordinate_beyond_the_field": (changed(JWK, {"x": base64url.encode(b"\xff" * 32)}), "jwk_not_on_curve", "/jwk"),
    "of_another_curve": (
        changed(JWK, {"crv": "P-384", "x": "A" * 64, "y": "A" * 64}),
        "jwk_not_on_curve",
        "/jwk",
    ),
}


@pytest.mark.parametrize(("jwk", "reason", "where"), BAD_JWK.values(), ids=BAD_JWK)
def test_bad_jwk(jwk: object, reason: str, where: str) -> None:
    """RFC 7518, section 6.2."""
    assert rejection_of(lambda: jose.public_key_from_jwk(jwk, where="/jwk")) == (reason, where)


def test_thumbprint_of_published_dpop_key() -> None:
    """RFC 9449's example key has members in another order and a published thumbprint (section 6.1)."""
    example = read_json(vectors("dpop-rfc9449") / "examples.json")
    for proof in example["proofs"].values():
        assert base64url.encode(jose.jwk_thumbprint(proof["header"]["jwk"])) == example["expected_jkt"]


# --- certificates


def self_signed(name: str) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    start = datetime(2026, 1, 1, tzinfo=UTC)
    builder = x509.CertificateBuilder(subject, subject, KEY.public_key, 1, start, start + timedelta(days=1))
    return builder.sign(KEY.private_key, hashes.SHA256())


CERTIFICATE = self_signed("leaf")
X5C = jose.x5c_header([CERTIFICATE])

BAD_X5C: dict[str, tuple[object, str]] = {
    "missing": (ABSENT, "x5c_missing"),
    "a_string": (X5C[0], "x5c_malformed"),
    "empty": ([], "x5c_malformed"),
    "a_number_inside": ([7], "x5c_malformed"),
    "not_der": (["AAAA"], "x5c_malformed"),
    "empty_certificate": ([""], "x5c_malformed"),
    "base64url": ([base64.urlsafe_b64encode(base64.b64decode(X5C[0])).decode().rstrip("=") + "-_"], "x5c_malformed"),
    "line_breaks": ([base64.encodebytes(base64.b64decode(X5C[0])).decode()], "x5c_malformed"),
    "pem": (["-----BEGIN CERTIFICATE-----" + X5C[0]], "x5c_malformed"),
    "trailing_bytes": ([base64.b64encode(base64.b64decode(X5C[0]) + b"\x00").decode()], "x5c_malformed"),
    "not_ascii": (["é"], "x5c_malformed"),
    "nine": (X5C * 9, "x5c_too_long"),
}


@pytest.mark.parametrize(("value", "reason"), BAD_X5C.values(), ids=BAD_X5C)
def test_bad_x5c(value: object, reason: str) -> None:
    """RFC 7515, section 4.1.6."""
    header = changed(HEADER, {"x5c": value})
    assert rejection_of(lambda: jose.parse_x5c(header)) == (reason, "/header/x5c")


def test_x5c_keeps_the_order() -> None:
    chain = (CERTIFICATE, self_signed("intermediate"))
    assert jose.parse_x5c({"x5c": jose.x5c_header(chain)}) == chain


# --- properties


@given(st.text() | st.tuples(st.text(), st.text(), st.text()).map(".".join))
def test_parse_raises_nothing_but_a_rejection(text: str) -> None:
    with contextlib.suppress(Rejection):
        jose.parse_jws(text)


@given(st.dictionaries(st.sampled_from(["alg", "crit", "b64", "x5c", "jwk", "typ"]), JSON), st.binary(max_size=70))
def test_header_of_any_values_raises_nothing_but_a_rejection(header: dict[str, Any], signature: bytes) -> None:
    encoded = base64url.encode(json.dumps(header).encode())
    try:
        jws = jose.parse_jws(f"{encoded}.{base64url.encode(b'{}')}.{base64url.encode(signature)}")
        jose.parse_x5c(jws.header)
        jose.verify_jws(jws, KEY.public_key)
    except Rejection:
        pass


@given(
    st.dictionaries(st.sampled_from(["kty", "crv", "x", "y", "d"]), JSON | st.sampled_from(["EC", "P-256", "A" * 43]))
    | JSON
)
def test_jwk_of_any_values_raises_nothing_but_a_rejection(jwk: object) -> None:
    with contextlib.suppress(Rejection):
        jose.public_key_from_jwk(jwk)


@given(st.binary(max_size=200))
def test_x5c_of_any_bytes_raises_nothing_but_a_rejection(der: bytes) -> None:
    assert rejection_of(lambda: jose.parse_x5c({"x5c": [base64.b64encode(der).decode()]}))[0] == "x5c_malformed"


@given(st.integers(0, len(base64.b64decode(X5C[0])) - 1), st.integers(1, 255))
def test_x5c_with_one_byte_changed_raises_nothing_but_a_rejection(position: int, flip: int) -> None:
    der = bytearray(base64.b64decode(X5C[0]))
    der[position] ^= flip
    with contextlib.suppress(Rejection):
        jose.parse_x5c({"x5c": [base64.b64encode(bytes(der)).decode()]})


@given(
    st.binary(),
    st.dictionaries(
        st.text(st.characters(codec="utf-8"), min_size=1, max_size=5).filter(
            lambda name: name not in {"alg", "crit", "b64"}
        ),
        JSON,
    ),
)
def test_round_trip(payload: bytes, header: dict[str, Any]) -> None:
    jws = jose.parse_jws(jose.sign_jws(header, payload, KEY))
    jose.verify_jws(jws, KEY.public_key)
    assert jws.payload == payload
    assert jws.header == {**header, "alg": "ES256"}
