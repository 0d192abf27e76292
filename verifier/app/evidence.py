"""How the service comes by what a verification has to know: the trust list and the status lists."""

import time
from datetime import timedelta
from pathlib import Path

from vc_core.catalogue import Catalogue
from verifier.adapters.database import Database
from verifier.adapters.fetch_leases import StoredLeases
from verifier.adapters.keys import load_certificate
from verifier.adapters.status_cache import StoredStatusTokens
from verifier.adapters.trust_list import AddressSource, FileSource, Source, StoredTrustMemory, TrustListReader
from verifier.gather_evidence import GatherEvidence
from verifier.ports import Fetch
from verifier.prefetch_status import PrefetchStatus
from verifier.settings import VerifierSettings
from verifier.status_lists import StatusLists


def gathering_evidence(
    settings: VerifierSettings, database: Database, fetch: Fetch, catalogue: Catalogue
) -> GatherEvidence:
    cache = StoredStatusTokens(
        database, max_lists=settings.status_cache_lists, max_bytes=settings.status_cache_megabytes * 2**20
    )
    lists = StatusLists(
        fetch=fetch,
        cache=cache,
        leases=StoredLeases(database),
        reuse=timedelta(seconds=settings.status_reuse_seconds),
        patience=timedelta(seconds=2 * settings.fetch_timeout_seconds),
        pause=time.sleep,
    )
    return GatherEvidence(read_trust=_trust_list(settings, database, fetch), lists=lists, catalogue=catalogue)


def prefetch_status(gather: GatherEvidence) -> PrefetchStatus:
    return PrefetchStatus(read_trust=gather.read_trust, fetch=gather.lists.fetch, lists=gather.lists)


def _trust_list(settings: VerifierSettings, database: Database, fetch: Fetch) -> TrustListReader:
    place = settings.trust_list_source
    reuse = timedelta(seconds=settings.trust_list_reuse_seconds)
    remote = place.startswith(("https://", "http://"))
    source: Source = AddressSource(place, fetch=fetch, reuse=reuse) if remote else FileSource(Path(place))
    operator = load_certificate(settings.operator_certificate_file)
    return TrustListReader(source, operator=operator, memory=StoredTrustMemory(database))
