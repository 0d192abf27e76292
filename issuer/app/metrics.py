"""Wiring of the service's numbers: kept only where the operator has set a token to read them with."""

from fastapi import FastAPI

from issuer.adapters.database import Database
from issuer.adapters.metrics import Metrics
from issuer.adapters.standing import Standing
from issuer.http.metrics_api import metrics_router
from issuer.ports import Clock
from issuer.settings import IssuerSettings


def build_metrics(settings: IssuerSettings, database: Database, clock: Clock) -> Metrics | None:
    return None if settings.metrics_token is None else Metrics(Standing(database, clock))


def show_metrics(app: FastAPI, settings: IssuerSettings, metrics: Metrics | None) -> None:
    if metrics is None or settings.metrics_token is None:
        return
    app.include_router(metrics_router(metrics.text, settings.metrics_token.get_secret_value()))
