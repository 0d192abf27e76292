"""Wiring of the service's numbers: kept only where the operator has set a token to read them with."""

from verifier.adapters.database import Database
from verifier.adapters.metrics import Metrics
from verifier.adapters.standing import Standing
from verifier.app.interface import Interface
from verifier.http.measured import Measured
from verifier.http.metrics import metrics_router
from verifier.ports import Clock
from verifier.settings import VerifierSettings


def build_metrics(settings: VerifierSettings, database: Database, clock: Clock) -> Metrics | None:
    return None if settings.metrics_token is None else Metrics(Standing(database, clock))


def show_metrics(app: Interface, settings: VerifierSettings, metrics: Metrics | None) -> None:
    """Added last, so that it measures whatever else the application does."""
    if metrics is None or settings.metrics_token is None:
        return
    app.add(metrics_router(metrics.text, settings.metrics_token.get_secret_value()))
    app.add_middleware(Measured, tell=metrics.answered)
