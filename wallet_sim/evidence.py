"""What has to be known from outside before a credential can be weighed: the trust list, and its status list.

A failed fetch is a value here, not an exception: the core says what follows from it. Only addresses that the trust list
permits for the credential's issuer are asked, and only for a credential that is genuine (Token Status List, 8.3, 11.4).
"""

from collections.abc import Callable
from datetime import datetime
from typing import TypeAlias

from vc_core.catalogue import Catalogue
from vc_core.formats.base import ParsedPresentation
from vc_core.rejection import Rejection
from vc_core.status_token import MAX_TOKEN_BYTES, TokenFormat
from vc_core.trust import Trust
from vc_core.verdict import Verdict
from vc_core.verification import (
    Expected,
    Policy,
    StatusFetched,
    StatusUnavailable,
    begin,
    finish,
    wanted_status_lists,
)
from wallet_sim.exchange import Exchange
from wallet_sim.refusals import PeerUnavailable

ACCEPT = ", ".join(form.value for form in TokenFormat)

ReadTrust: TypeAlias = Callable[[datetime], Trust]
"""The trust lists as they are at an instant, or why there is none."""


def judge(
    parsed: ParsedPresentation, trust: Trust, exchange: Exchange, *, now: datetime, catalogue: Catalogue
) -> Verdict:
    """What every verifier would say of it today, with its status list fetched."""
    begun = begin(parsed, Expected(day=now.date()), trust, Policy(), now, catalogue)
    return finish(begun, {uri: _fetch(uri, exchange, now) for uri in wanted_status_lists(begun)})


def _fetch(uri: str, exchange: Exchange, now: datetime) -> StatusFetched | StatusUnavailable:
    try:
        answer = exchange.get(uri, accept=ACCEPT, max_bytes=MAX_TOKEN_BYTES)
    except (PeerUnavailable, Rejection) as failure:
        return StatusUnavailable(reason=failure.reason)
    if not 200 <= answer.status < 300:
        return StatusUnavailable(reason=f"http_{answer.status}")
    return StatusFetched(body=answer.body, content_type=answer.media_type, fetched_at=now)
