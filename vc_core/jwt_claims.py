"""Instants in the claims of a JWT: how old it is, whether it is in force (RFC 7519, sections 2 and 4.1).

Shared by whatever is signed for one moment (`dpop`, `key_proof`); reasons carry the claim's name, as `iat_in_future`.
Left out: other claims (`members` reads them), and how long a credential is valid, which is a check of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from vc_core.rejection import Evidence, Rejection


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """How far from now an `iat` may lie: `past` for the age accepted, `future` for a clock that runs ahead."""

    past: timedelta
    future: timedelta = timedelta(seconds=10)


def numeric_date(claims: Mapping[str, Any], name: str, *, section: str) -> float | None:
    """Seconds since 1970-01-01T00:00:00Z, fractions allowed (RFC 7519, section 2); None when absent.

    Rejects with `<name>_malformed` when it is not a number.
    """
    if name not in claims:
        return None
    value = claims[name]
    if type(value) not in (int, float):
        raise Rejection(f"{name}_malformed", where=f"/payload/{name}", section=section)
    return float(value)


def issued_at(claims: Mapping[str, Any], *, now: datetime, window: Window, section: str) -> datetime:
    """The instant of `iat`, which lies in the window around `now`.

    Rejects with `iat_missing`, `iat_malformed`, `iat_too_old` or `iat_in_future`.
    """
    seconds = numeric_date(claims, "iat", section=section)
    if seconds is None:
        raise Rejection("iat_missing", where="/payload/iat", section=section)
    age = now.timestamp() - seconds
    if age > window.past.total_seconds():
        raise Rejection("iat_too_old", where="/payload/iat", section=section, evidence=_gap(age, window.past))
    if -age > window.future.total_seconds():
        raise Rejection("iat_in_future", where="/payload/iat", section=section, evidence=_gap(-age, window.future))
    return datetime.fromtimestamp(seconds, UTC)


def _gap(seconds: float, limit: timedelta) -> dict[str, Evidence]:
    """Seconds between token and now, bounded since the number is the peer's, and the limit."""
    return {"seconds": int(min(seconds, 10**12)), "limit": int(limit.total_seconds())}


def require_current(claims: Mapping[str, Any], *, now: datetime, leeway: timedelta, section: str) -> None:
    """Holds `nbf` and `exp` against `now` where a token carries them (RFC 7519, sections 4.1.4 and 4.1.5).

    Rejects with `nbf_malformed`, `exp_malformed`, `nbf_in_future` or `exp_passed`.
    """
    seconds, slack = now.timestamp(), leeway.total_seconds()
    not_before = numeric_date(claims, "nbf", section=section)
    if not_before is not None and seconds + slack < not_before:
        raise Rejection("nbf_in_future", where="/payload/nbf", section="RFC 7519, section 4.1.5")
    expires = numeric_date(claims, "exp", section=section)
    if expires is not None and seconds - slack >= expires:
        raise Rejection("exp_passed", where="/payload/exp", section="RFC 7519, section 4.1.4")
