"""Gathers what a verification has to know from outside: the trust lists, and the status lists that are needed.

How a status list is got and used again is told in `status_lists`. Which addresses may be asked is decided by the trust
list (`needed_status_lists`), so that nobody makes this service call an address of their choice, and none is asked
about a credential that is not genuine.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from vc_core.catalogue import Catalogue
from vc_core.formats.base import ParsedPresentation
from vc_core.trust import TrustLists
from vc_core.verification import Evidence, Policy, needed_status_lists
from vc_core.verification.recheck import PendingStatus
from verifier.ports import ReadTrust
from verifier.status_lists import StatusLists


@dataclass(frozen=True, slots=True, kw_only=True)
class GatherEvidence:
    read_trust: ReadTrust
    lists: StatusLists
    catalogue: Catalogue

    def __call__(self, parsed: ParsedPresentation, policy: Policy, now: datetime) -> Evidence:
        trust = TrustLists.of(self.read_trust(now))
        return self._with_lists(trust, needed_status_lists(parsed, trust, policy, now, self.catalogue), now)

    def again(self, pending: Sequence[PendingStatus], now: datetime) -> Evidence:
        """For rechecks: the trust lists, and every status list that it permits, each once."""
        trust = TrustLists.of(self.read_trust(now))
        uris = dict.fromkeys(uri for one in pending if (uri := one.permitted_uri(trust)) is not None)
        return self._with_lists(trust, uris, now)

    def _with_lists(self, trust: TrustLists, uris: Iterable[str], now: datetime) -> Evidence:
        permitted = _permission(trust)
        return Evidence(trust=trust, status={uri: self.lists.needed(uri, permitted, now) for uri in uris})


def _permission(trust: TrustLists) -> Callable[[str], bool]:
    """Addresses that a redirect may lead to: those of any institution on a list."""
    return lambda uri: any(entry.permits_status_uri(uri) for entry in trust.all_entries())
