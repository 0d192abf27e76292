"""In force, and for whom: RFC 9901, section 7.1, step 6."""

from typing import Any

import pytest

from tests.vc_core.sd_jwt.handmade import NOW
from vc_core.rejection import Rejection
from vc_core.sd_jwt.validity import require_addressed_to, require_valid_at

SECONDS = int(NOW.timestamp())

VALID: dict[str, dict[str, Any]] = {
    "no_limits": {},
    "within": {"nbf": SECONDS - 1, "exp": SECONDS + 1},
    "starts_now": {"nbf": SECONDS},
    "clock_a_little_behind": {"nbf": SECONDS + 10},
    "clock_a_little_ahead": {"exp": SECONDS - 9},
    "fractions": {"exp": SECONDS + 0.5},
}


@pytest.mark.parametrize("claims", VALID.values(), ids=VALID)
def test_in_force(claims: dict[str, Any]) -> None:
    require_valid_at(claims, NOW)


INVALID: dict[str, tuple[dict[str, Any], str]] = {
    "expired": ({"exp": SECONDS - 11}, "exp_passed"),
    "not_yet_valid": ({"nbf": SECONDS + 11}, "nbf_in_future"),
    "exp_a_string": ({"exp": "2042"}, "exp_malformed"),
    "nbf_null": ({"nbf": None}, "nbf_malformed"),
    "exp_true": ({"exp": True}, "exp_malformed"),
}


@pytest.mark.parametrize(("claims", "reason"), INVALID.values(), ids=INVALID)
def test_not_in_force(claims: dict[str, Any], reason: str) -> None:
    with pytest.raises(Rejection) as caught:
        require_valid_at(claims, NOW)
    assert caught.value.reason == reason


def test_a_required_claim_is_missing() -> None:
    with pytest.raises(Rejection) as caught:
        require_valid_at({"nbf": SECONDS}, NOW, required=("nbf", "exp"))
    assert (caught.value.reason, caught.value.where) == ("exp_missing", "/exp")


@pytest.mark.parametrize("claims", [{}, {"aud": "me"}, {"aud": ["you", "me"]}])
def test_addressed_to_me(claims: dict[str, Any]) -> None:
    require_addressed_to(claims, "me")


@pytest.mark.parametrize("claims", [{"aud": "you"}, {"aud": []}, {"aud": None}, {"aud": {"me": 1}}])
def test_addressed_to_others(claims: dict[str, Any]) -> None:
    with pytest.raises(Rejection) as caught:
        require_addressed_to(claims, "me")
    assert caught.value.reason == "aud_wrong"
