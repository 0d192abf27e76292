"""SessionTranscript: OpenID4VP 1.0, B.2.6."""

from typing import Any

import pytest

from tests.vectors import read_json, vectors
from vc_core import cbor, jose, session_transcript


@pytest.fixture(scope="module")
def published() -> Any:
    return read_json(vectors("openid4vp-1.0") / "session_transcript_vectors.json")


@pytest.fixture(scope="module")
def thumbprint(published: Any) -> bytes:
    return jose.jwk_thumbprint(published["verifier_encryption_jwk"])


def redirect(published: Any, jwk_thumbprint: bytes | None) -> bytes:
    inputs = {name: published["redirect"][name] for name in ("client_id", "nonce", "response_uri")}
    return session_transcript.openid4vp_redirect(**inputs, jwk_thumbprint=jwk_thumbprint)


def dc_api(published: Any, jwk_thumbprint: bytes | None) -> bytes:
    inputs = {name: published["dc_api"][name] for name in ("origin", "nonce")}
    return session_transcript.openid4vp_dc_api(**inputs, jwk_thumbprint=jwk_thumbprint)


def test_b_2_6_1_redirect(published: Any, thumbprint: bytes) -> None:
    expected = published["redirect"]
    assert thumbprint.hex() == published["jwk_thumbprint_sha256_hex"]
    assert redirect(published, thumbprint).hex() == expected["SessionTranscript_hex"]
    handover = cbor.loads(redirect(published, thumbprint))[2]
    assert cbor.dumps(handover).hex() == expected["OpenID4VPHandover_hex"]


def test_b_2_6_2_digital_credentials_api(published: Any, thumbprint: bytes) -> None:
    expected = published["dc_api"]
    assert dc_api(published, thumbprint).hex() == expected["SessionTranscript_hex"]
    handover = cbor.loads(dc_api(published, thumbprint))[2]
    assert cbor.dumps(handover).hex() == expected["OpenID4VPDCAPIHandover_hex"]


def test_without_encryption_the_thumbprint_is_null(published: Any) -> None:
    derived = published["derived_not_published"]
    assert redirect(published, None).hex() == derived["redirect_unencrypted_SessionTranscript_hex"]
    assert dc_api(published, None).hex() == derived["dc_api_unencrypted_SessionTranscript_hex"]


def test_every_input_changes_the_transcript() -> None:
    inputs: dict[str, Any] = {
        "client_id": "x509_hash:abc", "nonce": "n", "response_uri": "https://v.example/r", "jwk_thumbprint": bytes(32)
    }  # fmt: skip
    others = {"client_id": "x509_hash:abd", "nonce": "m", "response_uri": "https://v.example/s", "jwk_thumbprint": None}
    transcripts = [session_transcript.openid4vp_redirect(**{**inputs, name: other}) for name, other in others.items()]
    assert len({*transcripts, session_transcript.openid4vp_redirect(**inputs)}) == 5
