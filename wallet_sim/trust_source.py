"""Where a wallet gets its trust lists: from files or https addresses, each signed by its operator, who is pinned.

A list counts if its signature holds, it is in force, and it is not older than one relied upon before, which the
wallet's directory remembers (ETSI TS 119 602; judged by `vc_core.trust`). A failure of any kind is a value.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography import x509

from vc_core import trust
from vc_core.rejection import Rejection
from vc_core.trust import ConsultedList, TrustList, TrustLists, TrustUnavailable
from vc_core.trust.lists_file import ListPlace
from wallet_sim.exchange import Exchange, require_ok
from wallet_sim.refusals import PeerUnavailable
from wallet_sim.store import WalletStore

MAX_BYTES = 4 * 1024 * 1024
UNREADABLE = "trust_list_unreadable"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustSource:
    """`evidence.ReadTrust` of one list."""

    place: ListPlace
    store: WalletStore
    exchange: Exchange

    def __call__(self, now: datetime) -> TrustList | TrustUnavailable:
        try:
            operator = x509.load_pem_x509_certificate(self.place.operator_certificate.read_bytes())
            minimum = max(self.place.minimum_sequence, self.store.trust_sequence(self.place.name))
            read = trust.read_trust_list(self._text(), operator=operator, now=now, minimum_sequence=minimum)
        except (Rejection, PeerUnavailable) as failure:
            return TrustUnavailable(reason=failure.reason)
        except (OSError, ValueError):
            return TrustUnavailable(reason=UNREADABLE)
        self.store.remember_trust_sequence(read.sequence, self.place.name)
        return read

    def _text(self) -> str:
        if not self.place.is_remote:
            with Path(self.place.source).open("rb") as file:
                return file.read(MAX_BYTES + 1).decode("ascii")
        answer = self.exchange.get(self.place.source, accept="*/*", max_bytes=MAX_BYTES)
        return require_ok(answer, answer.media_type).decode("ascii")


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustSources:
    """`evidence.ReadTrust` of several lists: one that fails takes nothing from the others."""

    sources: tuple[TrustSource, ...]

    def __call__(self, now: datetime) -> TrustLists:
        return TrustLists(
            lists=tuple(
                ConsultedList(
                    name=one.place.name, territories=one.place.territories, types=one.place.types, published=one(now)
                )
                for one in self.sources
            )
        )
