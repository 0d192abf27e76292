"""Key attestations: OpenID4VCI 1.0, appendices D.1, F.1 and F.3; checklist row VCI-16."""

import contextlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import pilot
from tests.vc_core.forged_jws import ABSENT, JSON, changed, forge, software_key
from vc_core import jose, key_attestation, key_proof
from vc_core.key_attestation import Carrier, KeyAttestation
from vc_core.rejection import Rejection

NOW = pilot.NOW
IAT = int(NOW.timestamp())
ISSUER = "https://issuer.example"
KEY, SECOND, STRANGER = software_key(51), software_key(52), software_key(53)
JWKS = [jose.jwk_from_public_key(key.public_key) for key in (KEY, SECOND)]
HEADER = {
    "typ": "key-attestation+jwt",
    "alg": "ES256",
    "x5c": jose.x5c_header(pilot.WALLET_PROVIDER.chain),
}
CLAIMS = {"iat": IAT, "exp": IAT + 3600, "nonce": "n1", "attested_keys": JWKS}
ANCHORS = (pilot.WALLET_ROOT.certificate,)


def attestation(*, header: dict[str, Any] | None = None, claims: dict[str, Any] | None = None) -> str:
    return forge(changed(HEADER, header or {}), changed(CLAIMS, claims or {}), pilot.WALLET_PROVIDER)


def check(text: str, carrier: Carrier = Carrier.JWT_PROOF, **overrides: Any) -> KeyAttestation:
    return key_attestation.check_attestation(text, carrier=carrier, **{"now": NOW, "anchors": ANCHORS, **overrides})


def reason_of(action: Callable[[], object]) -> str:
    with pytest.raises(Rejection) as caught:
        action()
    return caught.value.reason


def test_what_we_make() -> None:
    made = key_attestation.make_attestation(
        pilot.WALLET_PROVIDER,
        [KEY.public_key, SECOND.public_key],
        issued_at=NOW,
        expires_at=NOW + timedelta(hours=1),
        nonce="n1",
        key_storage=["iso_18045_moderate"],
        user_authentication=["iso_18045_moderate"],
    )
    assert check(made) == KeyAttestation(
        keys=(KEY.public_key, SECOND.public_key),
        thumbprints=tuple(map(jose.jwk_thumbprint, JWKS)),
        nonce="n1",
        issued_at=NOW,
        key_storage=("iso_18045_moderate",),
        user_authentication=("iso_18045_moderate",),
    )


def test_attestation_as_proof_need_not_expire() -> None:
    """Appendix D.1: `exp` is required with the `jwt` proof type only."""
    made = key_attestation.make_attestation(pilot.WALLET_PROVIDER, [KEY.public_key], issued_at=NOW)
    assert check(made, Carrier.ATTESTATION_PROOF).nonce is None
    assert reason_of(lambda: check(made)) == "exp_missing"


BAD: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "typ_of_a_proof": ({"typ": "openid4vci-proof+jwt"}, {}, "type_wrong"),
    "alg_none": ({"alg": "none"}, {}, "algorithm_not_allowed"),
    "alg_hs256": ({"alg": "HS256"}, {}, "algorithm_not_allowed"),
    "x5c_missing": ({"x5c": ABSENT}, {}, "x5c_missing"),
    "iat_missing": ({}, {"iat": ABSENT}, "iat_missing"),
    "iat_ahead": ({}, {"iat": IAT + 3600}, "iat_in_future"),
    "exp_missing": ({}, {"exp": ABSENT}, "exp_missing"),
    "exp_passed": ({}, {"exp": IAT - 600}, "exp_passed"),
    "keys_missing": ({}, {"attested_keys": ABSENT}, "attested_keys_missing"),
    "keys_empty": ({}, {"attested_keys": []}, "attested_keys_empty"),
    "keys_too_many": ({}, {"attested_keys": JWKS[:1] * 65}, "attested_keys_too_many"),
    "key_twice": ({}, {"attested_keys": [JWKS[0], JWKS[0]]}, "attested_key_repeated"),
    "key_private": ({}, {"attested_keys": [{**JWKS[0], "d": "AQ"}]}, "jwk_private"),
    "nonce_a_number": ({}, {"nonce": 1}, "nonce_malformed"),
    "key_storage_a_text": ({}, {"key_storage": "high"}, "key_storage_malformed"),
}


@pytest.mark.parametrize(("header", "claims", "reason"), BAD.values(), ids=BAD)
def test_bad_attestation(header: dict[str, Any], claims: dict[str, Any], reason: str) -> None:
    assert reason_of(lambda: check(attestation(header=header, claims=claims))) == reason


def test_provider_untrusted() -> None:
    assert reason_of(lambda: check(attestation(), anchors=(pilot.ACCESS_ROOT.certificate,))) == "issuer_unknown"


def test_signed_by_the_attested_key_itself() -> None:
    assert reason_of(lambda: check(forge(HEADER, CLAIMS, KEY))) == "signature_invalid"


# --- in the header of a key proof


def proven(text: object, *, signer: Any = KEY, nonce: str = "n1") -> key_proof.KeyProof:
    header = {"typ": "openid4vci-proof+jwt", "alg": "ES256", "key_attestation": text}
    header["jwk"] = jose.jwk_from_public_key(signer.public_key)
    proof = forge(header, {"aud": ISSUER, "iat": IAT, "nonce": nonce}, signer)
    return key_proof.check_proof(proof, audience=ISSUER, now=NOW, attesters=ANCHORS)


def test_proof_with_attestation() -> None:
    checked = proven(attestation(), signer=SECOND)
    assert checked.public_key == SECOND.public_key
    assert checked.attestation == check(attestation())


def test_proof_that_we_make() -> None:
    text = key_proof.make_proof(KEY, audience=ISSUER, nonce="n1", issued_at=NOW, key_attestation=attestation())
    checked = key_proof.check_proof(text, audience=ISSUER, now=NOW, attesters=ANCHORS)
    assert checked.attestation is not None


IN_PROOF: dict[str, tuple[dict[str, Any], str]] = {
    "proof_key_not_attested": ({"text": attestation(), "signer": STRANGER}, "key_not_attested"),
    "nonce_of_another_proof": ({"text": attestation(), "nonce": "n2"}, "key_attestation_nonce_wrong"),
    "nonce_left_out": ({"text": attestation(claims={"nonce": ABSENT})}, "key_attestation_nonce_wrong"),
    "no_text": ({"text": {}}, "key_attestation_malformed"),
    "no_jwt": ({"text": "a.b"}, "key_attestation_jws_malformed"),
    "expired": ({"text": attestation(claims={"exp": IAT - 600})}, "key_attestation_exp_passed"),
    "never_expiring": ({"text": attestation(claims={"exp": ABSENT})}, "key_attestation_exp_missing"),
    "signature_broken": ({"text": forge(HEADER, CLAIMS, KEY)}, "key_attestation_signature_invalid"),
}


@pytest.mark.parametrize(("given", "reason"), IN_PROOF.values(), ids=IN_PROOF)
def test_bad_attestation_in_a_proof(given: dict[str, Any], reason: str) -> None:
    """OpenID4VCI 1.0, appendix F.1."""
    assert reason_of(lambda: proven(**given)) == reason


@given(st.text())
def test_any_text_is_rejected(text: str) -> None:
    with pytest.raises(Rejection):
        check(text)


@given(st.dictionaries(st.sampled_from([*CLAIMS, "key_storage"]), JSON, min_size=1, max_size=2))
def test_claims_of_any_value_raise_nothing_but_a_rejection(claims: dict[str, Any]) -> None:
    with contextlib.suppress(Rejection):
        check(attestation(claims=claims))
