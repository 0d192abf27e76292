"""Instants in JWT claims (RFC 7519); what `dpop` and `key_proof` make of them is tested there."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from vc_core import jwt_claims
from vc_core.rejection import Rejection

NOW = datetime(2026, 2, 15, 10, 0, 0, tzinfo=UTC)
SECONDS = int(NOW.timestamp())
WINDOW = jwt_claims.Window(past=timedelta(minutes=1))


def issued_at(value: object) -> datetime:
    return jwt_claims.issued_at({"iat": value}, now=NOW, window=WINDOW, section="here")


def test_instant_is_aware_and_keeps_fractions() -> None:
    assert issued_at(SECONDS - 0.5) == NOW - timedelta(milliseconds=500)
    assert issued_at(SECONDS).tzinfo is UTC


def test_now_may_be_in_any_zone() -> None:
    paris = NOW.astimezone(timezone(timedelta(hours=1)))
    assert jwt_claims.issued_at({"iat": SECONDS}, now=paris, window=WINDOW, section="here") == NOW


@pytest.mark.parametrize("value", [None, True, "1", [], {}, ""], ids=repr)
def test_what_is_no_number_is_malformed(value: object) -> None:
    with pytest.raises(Rejection) as caught:
        issued_at(value)
    assert (caught.value.reason, caught.value.where, caught.value.section) == ("iat_malformed", "/payload/iat", "here")


@pytest.mark.parametrize("value", [0, -1, -1e300, -(2**63)])
def test_long_past(value: float) -> None:
    with pytest.raises(Rejection) as caught:
        issued_at(value)
    assert caught.value.reason == "iat_too_old"


LIFETIMES: dict[str, tuple[dict[str, Any], str | None]] = {
    "neither": ({}, None),
    "expires_now_within_leeway": ({"exp": SECONDS - 9}, None),
    "expired_at_the_end_of_the_leeway": ({"exp": SECONDS - 10}, "exp_passed"),
    "begins_at_the_end_of_the_leeway": ({"nbf": SECONDS + 10}, None),
    "begins_later": ({"nbf": SECONDS + 11}, "nbf_in_future"),
    "expires_at_null": ({"exp": None}, "exp_malformed"),
    "begins_at_a_string": ({"nbf": "now"}, "nbf_malformed"),
}


@pytest.mark.parametrize(("claims", "reason"), LIFETIMES.values(), ids=LIFETIMES)
def test_lifetime(claims: dict[str, Any], reason: str | None) -> None:
    """RFC 7519, sections 4.1.4 and 4.1.5."""
    found = None
    try:
        jwt_claims.require_current(claims, now=NOW, leeway=timedelta(seconds=10), section="here")
    except Rejection as rejection:
        found = rejection.reason
    assert found == reason
