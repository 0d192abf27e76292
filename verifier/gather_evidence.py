"""Gathers what a verification has to know from outside: the trust list, and the status lists that are needed.

A status list is used again for a short while without asking, then its server is asked whether it has changed (`ETag`);
when the server does not answer, the token last fetched is handed to the core, which judges its age (Token Status List,
section 13.7). Which addresses may be asked is decided by the trust list (`needed_status_lists`), so that nobody makes
this service call an address of their choice, and none is asked about a credential that is not genuine.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import assert_never

from vc_core.catalogue import Catalogue
from vc_core.formats.base import ParsedPresentation
from vc_core.rejection import Rejection
from vc_core.status_token import parse_token
from vc_core.trust import TrustList
from vc_core.verification import (
    Evidence,
    Policy,
    StatusFetched,
    StatusUnavailable,
    TrustUnavailable,
    needed_status_lists,
)
from verifier.ports import CachedStatusToken, Downloaded, Fetch, NotModified, ReadTrust, StatusCache

ACCEPT = "application/statuslist+jwt, application/statuslist+cwt"


@dataclass(frozen=True, slots=True, kw_only=True)
class GatherEvidence:
    """reuse: for so long a status list is not asked for again."""

    read_trust: ReadTrust
    fetch: Fetch
    cache: StatusCache
    catalogue: Catalogue
    reuse: timedelta

    def __call__(self, parsed: ParsedPresentation, policy: Policy, now: datetime) -> Evidence:
        trust = self.read_trust(now)
        uris = needed_status_lists(parsed, trust, policy, now, self.catalogue)
        permitted = _permission(trust)
        return Evidence(trust=trust, status={uri: self._token(uri, permitted, now) for uri in uris})

    def _token(self, uri: str, permitted: Callable[[str], bool], now: datetime) -> StatusFetched | StatusUnavailable:
        known = self.cache.find(uri)
        if known is not None and now - known.token.fetched_at < self.reuse:
            return known.token
        answer = self.fetch(uri, accept=ACCEPT, etag=None if known is None else known.etag, permitted=permitted)
        match answer:
            case Downloaded(body=body, content_type=content_type, etag=etag):
                token = StatusFetched(body=body, content_type=content_type, fetched_at=now)
                if _readable(token):
                    self.cache.put(uri, CachedStatusToken(token=token, etag=etag))
                return token
            case NotModified() if known is not None:
                token = replace(known.token, fetched_at=now)
                self.cache.put(uri, CachedStatusToken(token=token, etag=known.etag))
                return token
            case NotModified():
                return StatusUnavailable(reason="not_modified_unasked")
            case StatusUnavailable():
                return answer if known is None else known.token
            case _:
                assert_never(answer)


def _readable(token: StatusFetched) -> bool:
    """What is no token at all does not replace the last one that was."""
    try:
        parse_token(token.body, token.content_type)
    except Rejection:
        return False
    return True


def _permission(trust: TrustList | TrustUnavailable) -> Callable[[str], bool]:
    """Addresses that a redirect may lead to: those of any institution on the list."""
    if isinstance(trust, TrustUnavailable):
        return lambda _: False
    return lambda uri: any(trust.permits_status_uri(entity, uri) for entity in trust.entities)
