"""Gathers what judging a presented identity needs: the trust list, and the status list token.

A status list of this service itself is read where it is made, others are fetched; which addresses may be asked is
decided by the trust list (`wanted_status_lists`).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from issuer.addresses import Addresses
from issuer.refusals import StatusListUnknown
from issuer.use_cases.publish_status import ServeStatus
from vc_core.status_token import TokenFormat
from vc_core.trust import TrustList
from vc_core.verification import StatusFetched, StatusUnavailable, TrustUnavailable

ReadTrust = Callable[[datetime], TrustList | TrustUnavailable]
"""The trust list as it is at an instant, or why there is none."""

FetchStatus = Callable[[str, datetime], StatusFetched | StatusUnavailable]
"""What lies at the address of a status list, or why it could not be had."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GatherEvidence:
    read_trust: ReadTrust
    fetch_status: FetchStatus
    serve_status: ServeStatus
    addresses: Addresses

    def __call__(self, uris: Iterable[str], now: datetime) -> Mapping[str, StatusFetched | StatusUnavailable]:
        """uris: of the lists that a verification needs, which begins with the trust list as it was read."""
        return {uri: self._token(uri, now) for uri in uris}

    def _token(self, uri: str, now: datetime) -> StatusFetched | StatusUnavailable:
        own, _, shard_id = uri.rpartition("/")
        if own != self.addresses.status_lists:
            return self.fetch_status(uri, now)
        try:
            served = self.serve_status(shard_id, TokenFormat.JWT)
        except StatusListUnknown:
            return StatusUnavailable(reason="status_list_unknown")
        return StatusFetched(body=served.body, content_type=served.media_type.value, fetched_at=now)
