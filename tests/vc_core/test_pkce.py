"""PKCE: RFC 7636, method S256."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vc_core import pkce
from vc_core.rejection import Rejection

VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_published_example() -> None:
    """RFC 7636, appendix B."""
    assert pkce.challenge_of(VERIFIER) == CHALLENGE
    pkce.check_verifier(VERIFIER, pkce.parse_challenge(CHALLENGE, "S256"))


BAD_CHALLENGES: dict[str, tuple[str | None, str | None, str]] = {
    "missing": (None, "S256", "code_challenge_missing"),
    "empty": ("", "S256", "code_challenge_missing"),
    "method_plain": (CHALLENGE, "plain", "code_challenge_method_unsupported"),
    "method_missing": (CHALLENGE, None, "code_challenge_method_unsupported"),
    "method_in_lower_case": (CHALLENGE, "s256", "code_challenge_method_unsupported"),
    "too_short": (CHALLENGE[:-1], "S256", "code_challenge_malformed"),
    "padded": (f"{CHALLENGE}=", "S256", "code_challenge_malformed"),
}


@pytest.mark.parametrize(("challenge", "method", "reason"), BAD_CHALLENGES.values(), ids=BAD_CHALLENGES)
def test_bad_challenge(challenge: str | None, method: str | None, reason: str) -> None:
    with pytest.raises(Rejection) as caught:
        pkce.parse_challenge(challenge, method)
    assert caught.value.reason == reason


BAD_VERIFIERS: dict[str, tuple[str | None, str]] = {
    "missing": (None, "code_verifier_missing"),
    "empty": ("", "code_verifier_missing"),
    "too_short": (VERIFIER[:-1], "code_verifier_malformed"),
    "too_long": ("a" * 129, "code_verifier_malformed"),
    "other_letters": (f"{VERIFIER}é", "code_verifier_malformed"),
    "wrong": (f"{VERIFIER}A", "code_verifier_wrong"),
    "the_challenge_itself": (CHALLENGE, "code_verifier_wrong"),
}


@pytest.mark.parametrize(("verifier", "reason"), BAD_VERIFIERS.values(), ids=BAD_VERIFIERS)
def test_bad_verifier(verifier: str | None, reason: str) -> None:
    with pytest.raises(Rejection) as caught:
        pkce.check_verifier(verifier, CHALLENGE)
    assert caught.value.reason == reason


@given(st.text(), st.text())
def test_any_text_is_rejected(verifier: str, challenge: str) -> None:
    with pytest.raises(Rejection):
        pkce.check_verifier(verifier, CHALLENGE)
    with pytest.raises(Rejection):
        pkce.parse_challenge(challenge, "plain")
