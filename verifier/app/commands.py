"""Parts of the verifier for commands, which work on the service's database without the service."""

from collections.abc import Iterator
from contextlib import contextmanager

from vc_core.catalogue import Catalogue
from verifier.adapters.database import Database
from verifier.adapters.status_fetcher import HttpFetcher
from verifier.app.evidence import gathering_evidence, prefetch_status
from verifier.gather_evidence import GatherEvidence
from verifier.judge_presentation import JudgePresentation
from verifier.ports import ReadTrust, Unmeasured
from verifier.prefetch_status import PrefetchStatus
from verifier.settings import VerifierSettings


@contextmanager
def judging(settings: VerifierSettings) -> Iterator[JudgePresentation]:
    """The service's judgement without the service: for a command that judges one text."""
    with _gathering(settings) as gather:
        yield JudgePresentation(gather=gather, catalogue=Catalogue.load())


@contextmanager
def prefetching(settings: VerifierSettings) -> Iterator[PrefetchStatus]:
    """For a command that fetches all status lists beforehand, into the service's database."""
    with _gathering(settings) as gather:
        yield prefetch_status(gather)


@contextmanager
def trusting(settings: VerifierSettings) -> Iterator[ReadTrust]:
    """For a command that shows which trust lists are gone by, with what the service's database remembers of them."""
    with _gathering(settings) as gather:
        yield gather.read_trust


def upgrade_database(settings: VerifierSettings) -> None:
    """So that the service, when it starts, finds its database as it needs it."""
    database = Database(settings.database)
    try:
        database.upgrade()
    finally:
        database.close()


@contextmanager
def _gathering(settings: VerifierSettings) -> Iterator[GatherEvidence]:
    database = Database(settings.database)
    database.upgrade()
    fetcher = HttpFetcher(policy=settings.loopback_http, timeout=settings.fetch_timeout_seconds)
    try:
        yield gathering_evidence(settings, database, fetcher, Unmeasured())
    finally:
        fetcher.close()
        database.close()
