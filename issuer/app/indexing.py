"""Wiring of the reading of older documents for searches, beside the service."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from issuer.adapters.repeating import repeated
from issuer.use_cases.index_documents import IndexDocuments

LOOK_EVERY_SECONDS = 60
PAUSE_SECONDS = 0.05
"""After each few documents, for others who want to write."""

_log = structlog.get_logger()


@contextmanager
def documents_indexed(index: IndexDocuments) -> Iterator[None]:
    """In a thread meanwhile, at once, and again for what was held just then."""
    over = threading.Event()

    def work() -> None:
        if documents := index(lambda: over.wait(PAUSE_SECONDS)):
            _log.info("documents_indexed", documents=documents)

    with repeated(work, every_seconds=LOOK_EVERY_SECONDS):
        try:
            yield
        finally:
            over.set()
