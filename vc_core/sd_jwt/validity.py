"""Whether a processed payload is in force, and for whom (RFC 9901, section 7.1, step 6; RFC 7519).

Asked of the processed payload, after `process`. What a credential's own dates mean (a document's period, the days it
covers) is not technical validity and not asked here.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from vc_core.jwt_claims import require_current
from vc_core.rejection import Rejection

LEEWAY = timedelta(seconds=10)

_SECTION = "RFC 9901, section 7.1"


def require_valid_at(
    claims: Mapping[str, Any], now: datetime, *, required: Iterable[str] = (), leeway: timedelta = LEEWAY
) -> None:
    """`nbf` <= now < `exp`, where they are present; `required` names those that must be.

    Rejects with `<name>_missing`, or as `jwt_claims.require_current`.
    """
    for name in required:
        if name not in claims:
            raise Rejection(f"{name}_missing", where=f"/{name}", section="RFC 9901, section 9.7")
    require_current(claims, now=now, leeway=leeway, section=_SECTION)


def require_addressed_to(claims: Mapping[str, Any], audience: str) -> None:
    """`aud`, where it is present, names this recipient, alone or in an array (RFC 7519, section 4.1.3).

    Rejects with `aud_wrong`.
    """
    named = claims.get("aud", audience)
    if audience not in (named if isinstance(named, list) else [named]):
        raise Rejection("aud_wrong", where="/aud", section=_SECTION)
