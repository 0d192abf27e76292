"""How the service comes by what a verification has to know: the trust lists and the status lists."""

import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from vc_core.trust.lists_file import ListPlace, parse_trust_lists_file
from verifier.adapters.database import Database
from verifier.adapters.fetch_leases import StoredLeases
from verifier.adapters.keys import load_certificate
from verifier.adapters.status_cache import StoredStatusTokens
from verifier.adapters.trust_list import AddressSource, FileSource, Source, StoredTrustMemory, TrustListReader
from verifier.adapters.trust_lists import NamedReader, TrustListsReader
from verifier.gather_evidence import GatherEvidence
from verifier.places import Places
from verifier.ports import Fetch, Measures, ReadTrust
from verifier.prefetch_status import PrefetchStatus
from verifier.settings import VerifierSettings
from verifier.status_lists import MOMENT_SECONDS, MOST_WAITING, StatusLists


def gathering_evidence(
    settings: VerifierSettings, database: Database, fetch: Fetch, measures: Measures
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
        places=Places(MOST_WAITING, moment=MOMENT_SECONDS, seconds=time.monotonic),
        measures=measures,
    )
    return GatherEvidence(read_trust=_trust_lists(settings, database, fetch), lists=lists)


def gathering_beside_requests(gather: GatherEvidence) -> GatherEvidence:
    """For one thread that works on no request: it has a place of its own, and takes none from those that do."""
    place = Places(1, moment=MOMENT_SECONDS, seconds=time.monotonic)
    return replace(gather, lists=replace(gather.lists, places=place))


def prefetch_status(gather: GatherEvidence) -> PrefetchStatus:
    return PrefetchStatus(read_trust=gather.read_trust, fetch=gather.lists.fetch, lists=gather.lists)


def _trust_lists(settings: VerifierSettings, database: Database, fetch: Fetch) -> ReadTrust:
    """Raises `ValueError` for a file of several lists that is at fault, `OSError` if it cannot be read."""
    reuse = timedelta(seconds=settings.trust_list_reuse_seconds)

    def reader(place: ListPlace) -> TrustListReader:
        source: Source = FileSource(Path(place.source))
        if place.is_remote:
            source = AddressSource(place.source, fetch=fetch, reuse=reuse)
        return TrustListReader(
            source,
            operator=load_certificate(place.operator_certificate),
            memory=StoredTrustMemory(database, place.name),
            minimum_sequence=place.minimum_sequence,
        )

    file = settings.trust_lists_file
    if file is None:
        only = ListPlace(
            source=settings.trust_list_source, operator_certificate=settings.operator_certificate_file
        )  # fmt: skip
        return reader(only)
    places = parse_trust_lists_file(file.read_text(encoding="utf-8"), file)
    return TrustListsReader(
        [
            NamedReader(reader(place), name=place.name, territories=place.territories, types=place.types)
            for place in places
        ]
    )
