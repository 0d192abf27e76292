"""A verifier that somebody vouches for: OpenID4VP 1.0, sections 5.9.3 and 12; each bad case differs in one thing."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.pilot import NOW, private_key
from tests.vc_core.authorization_request.examples import ANCHORS, NONCE, REQUEST, WALLET_NONCE
from tests.vc_core.dcql.examples import FORMATS
from vc_core.authorization_request import (
    AuthenticRequest,
    VerifierAttestation,
    accept_request,
    authenticate_request_object,
    encode_request_object,
    encode_verifier_attestation,
    error_target,
)
from vc_core.jose import jwk_from_public_key, sign_jws
from vc_core.rejection import Rejection
from vc_core.signer import SoftwareKey

ATTESTER, VERIFIER, STRANGER = (SoftwareKey(private_key(number)) for number in (71, 72, 73))
ISSUER = "https://attester.example"
ATTESTERS = {ISSUER: ATTESTER.public_key}
CLIENT_ID = "verifier_attestation:zoll.example"
GOOD = VerifierAttestation(
    issuer=ISSUER,
    subject="zoll.example",
    key=VERIFIER.public_key,
    expires_at=NOW + timedelta(hours=1),
    redirect_uris=(REQUEST.response_uri,),
)
CLAIMS: dict[str, Any] = {
    "iss": ISSUER,
    "sub": "zoll.example",
    "exp": int(NOW.timestamp()) + 3600,
    "cnf": {"jwk": jwk_from_public_key(VERIFIER.public_key)},
}


def authenticate(attested: object, *, signer: SoftwareKey = VERIFIER, client_id: str = CLIENT_ID) -> AuthenticRequest:
    request = replace(REQUEST, client_id=client_id)
    text = encode_request_object(request, signer, issued_at=NOW, attested=attested)  # type: ignore[arg-type]
    return authenticate_request_object(
        text, client_id=client_id, anchors=ANCHORS, now=NOW, wallet_nonce=WALLET_NONCE, attesters=ATTESTERS
    )


def test_a_verifier_that_is_vouched_for() -> None:
    authentic = authenticate(encode_verifier_attestation(GOOD, ATTESTER))
    assert (authentic.client_id, authentic.chain, authentic.addresses) == (CLIENT_ID, (), (REQUEST.response_uri,))
    assert accept_request(authentic, formats=FORMATS).request.nonce == NONCE


def test_an_attestation_that_names_no_address_leaves_any() -> None:
    authentic = authenticate(encode_verifier_attestation(replace(GOOD, redirect_uris=None), ATTESTER))
    assert accept_request(authentic, formats=FORMATS).request.response_uri == REQUEST.response_uri


def test_an_answer_goes_to_an_attested_address_only() -> None:
    """Section 5.9.3; not even an error is posted there."""
    elsewhere = replace(GOOD, redirect_uris=("https://a.example/",))
    authentic = authenticate(encode_verifier_attestation(elsewhere, ATTESTER))
    with pytest.raises(Rejection, match="response_uri_not_attested"):
        accept_request(authentic, formats=FORMATS)
    assert error_target(authentic) is None


def signed(*, header: dict[str, Any] | None = None, signer: SoftwareKey = ATTESTER, **changes: Any) -> str:
    members = {name: value for name, value in (CLAIMS | changes).items() if value is not None}
    return sign_jws({"typ": "verifier-attestation+jwt"} | (header or {}), members, signer)


BAD: dict[str, tuple[Callable[[], object], str]] = {
    "number": (lambda: 7, "attestation_malformed"),
    "not_a_jwt": (lambda: "abc", "jws_malformed"),
    "typ_of_a_plain_jwt": (lambda: signed(header={"typ": "JWT"}), "type_wrong"),
    "of_an_attester_that_nobody_trusts": (lambda: signed(iss="https://elsewhere.example"), "attester_unknown"),
    "iss_missing": (lambda: signed(iss=None), "iss_missing"),
    "signed_by_another_key": (lambda: signed(signer=STRANGER), "signature_invalid"),
    "signed_by_the_verifier_itself": (lambda: signed(signer=VERIFIER), "signature_invalid"),
    "expired": (lambda: signed(exp=int(NOW.timestamp()) - 61), "exp_passed"),
    "not_yet_valid": (lambda: signed(nbf=int(NOW.timestamp()) + 61), "nbf_in_future"),
    "exp_missing": (lambda: signed(exp=None), "exp_missing"),
    "of_another_verifier": (lambda: signed(sub="other.example"), "attestation_subject_mismatch"),
    "sub_with_the_prefix": (lambda: signed(sub=CLIENT_ID), "attestation_subject_mismatch"),
    "sub_missing": (lambda: signed(sub=None), "sub_missing"),
    "cnf_missing": (lambda: signed(cnf=None), "cnf_missing"),
    "cnf_without_key": (lambda: signed(cnf={"kid": "1"}), "jwk_missing"),
    "cnf_with_private_key": (lambda: signed(cnf={"jwk": CLAIMS["cnf"]["jwk"] | {"d": "AA"}}), "jwk_private"),
    "redirect_uris_text": (lambda: signed(redirect_uris="https://a.example"), "redirect_uris_malformed"),
    "redirect_uris_empty": (lambda: signed(redirect_uris=[]), "redirect_uris_empty"),
}


@pytest.mark.parametrize(("attested", "reason"), BAD.values(), ids=BAD)
def test_attestations_that_do_not_hold(attested: Callable[[], object], reason: str) -> None:
    with pytest.raises(Rejection) as caught:
        authenticate(attested())
    assert caught.value.reason == reason


def test_the_request_is_signed_by_another_key_than_the_attested_one() -> None:
    with pytest.raises(Rejection, match="signature_invalid"):
        authenticate(signed(), signer=STRANGER)


def test_the_request_is_of_another_client_than_the_attested_one() -> None:
    with pytest.raises(Rejection, match="attestation_subject_mismatch"):
        authenticate(signed(), client_id="verifier_attestation:other.example")


@given(name=st.sampled_from(["iss", "sub", "exp", "nbf", "cnf", "redirect_uris"]), value=st.text() | st.integers(0, 9))
def test_any_claim_is_read_or_rejected(name: str, value: Any) -> None:
    with suppress(Rejection):
        authenticate(signed(**{name: value}))
