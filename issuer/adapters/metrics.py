"""The numbers of the service for Prometheus, in its text format.

Each application has a registry of its own. Where several processes serve one address, whoever starts them lets
`prometheus_client` keep its values in files that they share (`PROMETHEUS_MULTIPROC_DIR`); then each of them answers
with the numbers of all. What the database knows is asked of it (`Standing`) and is the same for all anyway. Labels take
few values, all known beforehand but the routes' templates; none comes from what somebody sent.
"""

from collections import Counter as Tally
from collections.abc import Sequence
from contextlib import AbstractContextManager

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, values
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from issuer.audit import AuditEvent, LogEvent
from issuer.ports import Answered
from vc_core.formats.registry import FORMATS

UNMATCHED = "unmatched"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_REQUEST_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_PUBLICATION_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)


class Metrics:
    """`issuer.ports.Measures`, and the text that is scraped."""

    def __init__(self, standing: Collector) -> None:
        own = CollectorRegistry()
        self._requests = Counter(
            "socsec_issuer_http_requests", "Requests answered", ("method", "route", "status"), registry=own
        )
        self._request_seconds = Histogram(
            "socsec_issuer_http_request_seconds",
            "From the arrival of a request to the end of its answer",
            ("method", "route"),
            buckets=_REQUEST_SECONDS,
            registry=own,
        )
        self._refusals = Counter(
            "socsec_issuer_refusals", "Requests refused, by the code of the problem", ("code",), registry=own
        )
        self._logged = Counter(
            "socsec_issuer_logged", "What this service has logged, by event of the audit log", ("event",), registry=own
        )
        self._credentials = Counter(
            "socsec_issuer_credentials_issued", "Credentials and inspection codes signed", ("format",), registry=own
        )
        self._publication = Histogram(
            "socsec_issuer_status_list_publication_seconds",
            "Making the tokens of one status list",
            buckets=_PUBLICATION_SECONDS,
            registry=own,
        )
        for event in AuditEvent:
            self._logged.labels(event.value)
        for format_id in FORMATS:
            self._credentials.labels(format_id)
        self._shown = CollectorRegistry()
        self._shown.register(_of_all_processes() or own)
        self._shown.register(standing)

    def text(self) -> bytes:
        return generate_latest(self._shown)

    def answered(self, answered: Answered) -> None:
        method = answered.method if answered.method in _METHODS else "other"
        route = answered.route or UNMATCHED
        self._requests.labels(method, route, f"{answered.status // 100}xx").inc()
        self._request_seconds.labels(method, route).observe(answered.seconds)
        if answered.refused:
            self._refusals.labels(answered.refused).inc()

    def logged(self, events: Sequence[LogEvent]) -> None:
        for event, count in Tally(one.event for one in events).items():
            self._logged.labels(event.value).inc(count)
        signed = (one.details["format"] for one in events if one.event is AuditEvent.CREDENTIAL_SIGNED)
        for format_id, count in Tally(signed).items():
            self._credentials.labels(format_id).inc(count)

    def publication(self) -> AbstractContextManager[object]:
        return self._publication.time()


def _of_all_processes() -> Collector | None:
    """None where this process keeps its numbers to itself."""
    if values.ValueClass is values.MutexValue:
        return None
    return MultiProcessCollector(None)  # type: ignore[no-untyped-call]
