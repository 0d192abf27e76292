"""Status lists as this verifier has them: kept for all its workers, asked for when they may have changed.

A list is used without asking for a short while after it was fetched, and one fetched beforehand (`prefetch_status`) for
as long as that was for, within its `ttl` and `exp`; then its server is asked whether it has changed (`ETag`). When the
server does not answer, the token last fetched is handed to the core, which judges its age (Token Status List, section
13.7). Whoever needs the same list at the same moment waits for one download: within a process by `single_flight`,
across workers by a lease in the database. Only so many may wait at all (`MOST_WAITING`), so that servers that are slow
do not hold up those whose lists are here, or who need none.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import assert_never

from vc_core.rejection import Rejection
from vc_core.status_token import parse_token
from vc_core.verification import Policy, StatusFetched, StatusUnavailable
from verifier.places import Places
from verifier.ports import (
    CachedStatusToken,
    Downloaded,
    Fetch,
    FetchLeases,
    Measures,
    NotModified,
    StatusCache,
    Unmeasured,
)
from verifier.recently import Recently
from verifier.single_flight import SingleFlight

ACCEPT = "application/statuslist+jwt, application/statuslist+cwt"
POLL_SECONDS = 0.02
GLANCE = timedelta(seconds=1)
"""For so long a worker goes by the list that it read last, before it looks whether another has a newer one."""
MOST_AT_HAND = 16
"""Lists, each as large as a list may be."""
MOST_WAITING = 4
"""Requests of one process that may wait for lists at the same time, whichever lists: half of those that a worker works
on at once, which is so many twice (`socsec.workers`). The other half goes on, however slow the servers are."""
MOMENT_SECONDS = 0.1
"""For so long the others wait for a place (`Places`). A server that is well has mostly answered by then, so that nobody
goes without its list because many came together."""
TOO_MANY_WAITING = "too_many_waiting"

StatusAnswer = StatusFetched | StatusUnavailable
Permitted = Callable[[str], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusLists:
    """reuse: for so long a list is not asked for again. patience: how long a download may take at most.

    pause: waits for so many seconds, while another worker downloads. places: of the requests that wait.
    """

    fetch: Fetch
    cache: StatusCache
    leases: FetchLeases
    reuse: timedelta
    patience: timedelta
    pause: Callable[[float], None]
    places: Places
    measures: Measures = field(default_factory=Unmeasured)
    flights: SingleFlight[StatusAnswer] = field(default_factory=SingleFlight)
    recent: Recently[CachedStatusToken] = field(default_factory=lambda: Recently(GLANCE, MOST_AT_HAND))

    def needed(self, uri: str, permitted: Permitted, now: datetime) -> StatusAnswer:
        """The list for a verification. Who finds no place to wait for it goes by what is kept."""
        known = self.recent.get(uri, now)
        if known is None or not self._usable(known, now):
            known = self._found(uri, now)
        if known is not None and self._usable(known, now):
            return known.token
        if not self.places.take():
            self.measures.not_awaited()
            return StatusUnavailable(reason=TOO_MANY_WAITING) if known is None else known.token
        try:
            return self.flights(uri, lambda: self._in_turn(uri, permitted, now, timedelta(0)))
        finally:
            self.places.give_back()

    def renewed(self, uri: str, permitted: Permitted, now: datetime, hold: timedelta) -> StatusAnswer:
        """The list asked for beforehand, to be used without asking until `hold`, which is not zero, has passed.

        No request waits for it, and it takes no place. `StatusUnavailable` where it could not be had anew, whatever is
        kept.
        """
        return self.flights(f"renewed {uri}", lambda: self._in_turn(uri, permitted, now, hold))

    def _found(self, uri: str, now: datetime) -> CachedStatusToken | None:
        known = self.cache.find(uri)
        if known is not None:
            self.recent.put(uri, known, now)
        return known

    def _usable(self, known: CachedStatusToken, now: datetime) -> bool:
        held = known.held_until is not None and now < known.held_until
        return held or now - known.token.fetched_at < self.reuse

    def _in_turn(self, uri: str, permitted: Permitted, now: datetime, hold: timedelta) -> StatusAnswer:
        """Holding the lease; who waits for it in vain goes by what is kept."""
        for _ in range(int(self.patience.total_seconds() / POLL_SECONDS) + 1):
            if self.leases.acquire(uri, now=now, until=now + self.patience):
                try:
                    return self._asked_unless_here(uri, permitted, now, hold)
                finally:
                    self.leases.release(uri)
            self.pause(POLL_SECONDS)
            known = self.cache.find(uri)
            if known is not None and not hold and self._here(known, now):
                return known.token
        known = self.cache.find(uri)
        return StatusUnavailable(reason="timeout") if known is None or hold else known.token

    def _here(self, known: CachedStatusToken, now: datetime) -> bool:
        """Whether another worker has fetched it meanwhile."""
        return known.token.fetched_at >= now or self._usable(known, now)

    def _asked_unless_here(self, uri: str, permitted: Permitted, now: datetime, hold: timedelta) -> StatusAnswer:
        known = self.cache.find(uri)
        if known is not None and not hold and self._here(known, now):
            return known.token
        answer = self.fetch(uri, accept=ACCEPT, etag=None if known is None else known.etag, permitted=permitted)
        match answer:
            case Downloaded(body=body, content_type=content_type, etag=etag):
                return self._kept(uri, StatusFetched(body=body, content_type=content_type, fetched_at=now), etag, hold)
            case NotModified() if known is not None:
                return self._kept(uri, replace(known.token, fetched_at=now), known.etag, hold)
            case NotModified():
                return StatusUnavailable(reason="not_modified_unasked")
            case StatusUnavailable():
                return answer if known is None or hold else known.token
            case _:
                assert_never(answer)

    def _kept(self, uri: str, token: StatusFetched, etag: str | None, hold: timedelta) -> StatusFetched:
        """What is no token at all does not replace the last one that was."""
        try:
            fresh_until = _fresh_until(token)
        except Rejection:
            return token
        held_until = min(token.fetched_at + hold, fresh_until) if hold else None
        self.cache.put(uri, CachedStatusToken(token=token, etag=etag, held_until=held_until))
        return token


def _fresh_until(fetched: StatusFetched) -> datetime:
    """The end of the token's `ttl`, or its `exp` if that is earlier. Raises `Rejection`."""
    token, policy = parse_token(fetched.body, fetched.content_type), Policy()
    longest = policy.longest_ttl.total_seconds()
    ttl = policy.default_ttl if token.ttl is None else timedelta(seconds=min(token.ttl, longest))
    end = token.issued_at + ttl
    return end if token.expires is None else min(end, token.expires)
