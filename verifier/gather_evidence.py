"""Gathers what a verification has to know from outside: the trust lists, and the status lists that are needed.

How a status list is got and used again is told in `status_lists`. Which addresses may be asked is decided by the trust
list (`wanted_status_lists`), so that nobody makes this service call an address of their choice, and none is asked
about a credential that is not genuine.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from vc_core.trust import TrustLists
from vc_core.verification import Evidence
from vc_core.verification.recheck import PendingStatus
from verifier.ports import ReadTrust
from verifier.status_lists import StatusLists


@dataclass(frozen=True, slots=True, kw_only=True)
class GatherEvidence:
    read_trust: ReadTrust
    lists: StatusLists

    def __call__(self, trust: TrustLists, uris: Iterable[str], now: datetime) -> Evidence:
        """trust: as it was read for this verification, which begins with it. uris: of the lists that it needs."""
        permitted = _permission(trust)
        return Evidence(trust=trust, status={uri: self.lists.needed(uri, permitted, now) for uri in uris})

    def again(self, pending: Sequence[PendingStatus], now: datetime) -> Evidence:
        """For rechecks: the trust lists, and every status list that it permits, each once."""
        trust = TrustLists.of(self.read_trust(now))
        uris = dict.fromkeys(uri for one in pending if (uri := one.permitted_uri(trust)) is not None)
        return self(trust, uris, now)


def _permission(trust: TrustLists) -> Callable[[str], bool]:
    """Addresses that a redirect may lead to: those of any institution on a list."""
    return lambda uri: any(entry.permits_status_uri(uri) for entry in trust.all_entries())
