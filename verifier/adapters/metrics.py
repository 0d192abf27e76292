"""The numbers of the service for Prometheus, in its text format.

Each application has a registry of its own. Where several processes serve one address, whoever starts them lets
`prometheus_client` keep its values in files that they share (`PROMETHEUS_MULTIPROC_DIR`); then each of them answers
with the numbers of all. What the database knows is asked of it (`Standing`) and is the same for all anyway. Labels take
few values, all known beforehand but the routes' templates; none comes from what somebody sent.
"""

import os
import re
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, values
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from vc_core.checks import QUESTIONS
from vc_core.verdict import Word
from vc_core.verification import RULES, Watch
from verifier.adapters.check_times import CheckTimes
from verifier.ports import Answered

UNMATCHED = "unmatched"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_REQUEST_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_HTTP_STATUS = re.compile(r"http_(\d)\d\d")


class Metrics:
    """`ports.Measures`, and the text that is scraped."""

    def __init__(self, standing: Collector) -> None:
        own, folder = CollectorRegistry(), _shared_folder()
        self._requests = Counter(
            "socsec_verifier_http_requests", "Requests answered", ("method", "route", "status"), registry=own
        )
        self._request_seconds = Histogram(
            "socsec_verifier_http_request_seconds",
            "From the arrival of a request to the end of its answer",
            ("method", "route"),
            buckets=_REQUEST_SECONDS,
            registry=own,
        )
        verdicts = Counter("socsec_verifier_verdicts", "What was judged, by its verdict", ("verdict",), registry=own)
        self._fetches = Counter(
            "socsec_verifier_fetches", "Status and trust lists asked for, by what came", ("outcome",), registry=own
        )
        self._fetch_seconds = Histogram(
            "socsec_verifier_fetch_seconds", "Asking for a list", buckets=_REQUEST_SECONDS, registry=own
        )
        self._not_awaited = Counter(
            "socsec_verifier_lists_not_awaited",
            "Status lists that were not waited for, because too many were waiting",
            registry=own,
        )
        self._set_aside = Counter(
            "socsec_verifier_rechecks_set_aside", "Verdicts in the queue of rechecks that cannot be read", registry=own
        )
        self._verdicts = {word: verdicts.labels(word.value) for word in Word}
        self._checks = CheckTimes((*(question.id for question in QUESTIONS), RULES), folder)
        self._shown = CollectorRegistry()
        self._shown.register(own if folder is None else MultiProcessCollector(None))  # type: ignore[no-untyped-call]
        self._shown.register(self._checks)
        self._shown.register(standing)

    def text(self) -> bytes:
        return generate_latest(self._shown)

    def answered(self, answered: Answered) -> None:
        method = answered.method if answered.method in _METHODS else "other"
        route = answered.route or UNMATCHED
        self._requests.labels(method, route, f"{answered.status // 100}xx").inc()
        self._request_seconds.labels(method, route).observe(answered.seconds)

    def watch(self) -> Watch:
        return self._checks.begin()

    def judged(self, word: Word) -> None:
        self._verdicts[word].inc()

    def fetched(self, outcome: str, seconds: float) -> None:
        self._fetches.labels(_HTTP_STATUS.sub(r"http_\1xx", outcome)).inc()
        self._fetch_seconds.observe(seconds)

    def not_awaited(self) -> None:
        self._not_awaited.inc()

    def set_aside(self, rechecks: int) -> None:
        self._set_aside.inc(rechecks)


def _shared_folder() -> Path | None:
    """None where this process keeps its numbers to itself."""
    return None if values.ValueClass is values.MutexValue else Path(os.environ["PROMETHEUS_MULTIPROC_DIR"])
