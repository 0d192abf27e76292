"""The verifier as a service: settings, adapters, use cases and routes become one ASGI application."""

import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.telemetry import TelemetryConfig
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles

from vc_core import qr
from vc_core.authorization_request import RequestUriMethod, authorization_url
from vc_core.catalogue import Catalogue
from vc_core.verification import Policy
from verifier.adapters.database import Database
from verifier.adapters.keys import load_signer
from verifier.adapters.measured_fetch import MeasuredFetch
from verifier.adapters.recheck_store import RecheckStore
from verifier.adapters.record_store import RecordStore
from verifier.adapters.repeating import Repeating
from verifier.adapters.request_store import RequestStore
from verifier.adapters.secret_file import load_or_make_secret
from verifier.adapters.status_fetcher import HttpFetcher
from verifier.adapters.vault import Vault
from verifier.app.endpoints import endpoints
from verifier.app.evidence import gathering_evidence
from verifier.app.ground import Ground
from verifier.app.interface import Interface
from verifier.app.metrics import build_metrics, show_metrics
from verifier.app.readiness import build_readiness
from verifier.app.tasks import repeating_tasks
from verifier.case_file import SealedVerdicts
from verifier.create_request import SCHEME
from verifier.http.docs import docs_router
from verifier.http.edges import Outermost, framework_refusal, validation_refusal
from verifier.http.health import health_router
from verifier.http.pages import Pages
from verifier.http.refusal_table import refusal_response
from verifier.http.requests_api import MAX_QR_VERSION
from verifier.http.words import load_languages
from verifier.identifiers import new_id
from verifier.inspection_profiles import load_profiles
from verifier.ports import Clock, Fetch, Measures, RandomBytes, Unmeasured
from verifier.rechecks import RunRechecks
from verifier.refusals import Refusal
from verifier.relying_party import RelyingParty, relying_party
from verifier.settings import VerifierSettings

_STATIC = Path(__file__).parents[1] / "static"
_TELEMETRY: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False, "auto_configure": False}
"""The framework's own would record texts of errors, which may quote a claim; ours is `metrics` and the log."""


def utc_now() -> datetime:
    return datetime.now(UTC)


def build_app(
    settings: VerifierSettings,
    *,
    clock: Clock = utc_now,
    random: RandomBytes = os.urandom,
    fetch: Fetch | None = None,
    catalogue: Catalogue | None = None,
) -> FastAPI:
    """The service as an ASGI application. fetch: how status lists and a remote trust list are got; HTTP by default.

    Raises `ValueError` for settings that cannot work together.
    """
    party = relying_party(
        settings.client_id_prefix,
        load_signer(settings.access_certificate_file, settings.access_key_file),
        settings.base_url.rstrip("/"),
        attested=_text_of(settings.verifier_attestation),
        registration=_text_of(settings.registration_certificate),
    )
    _require_small_code(party, clock, random)
    database = Database(settings.database)
    database.upgrade()
    fetcher = HttpFetcher(policy=settings.loopback_http, timeout=settings.fetch_timeout_seconds)
    metrics = build_metrics(settings, database, clock)
    measures: Measures = metrics or Unmeasured()
    measured = MeasuredFetch(fetch=fetch or fetcher, measures=measures)
    gather, catalogue = gathering_evidence(settings, database, measured, measures), catalogue or Catalogue.load()
    secret = load_or_make_secret(settings.secret, random)
    queue = RecheckStore(database, Vault(secret, "rechecks", random), measures)
    run = RunRechecks(queue=queue, gather=gather, policy=Policy())
    sealed = SealedVerdicts(vault=Vault(secret, "sealed verdicts", random), catalogue=catalogue)
    app = _application(database, fetcher, repeating_tasks(settings, database, run, clock))
    profiles = load_profiles()
    ground = Ground(
        settings=settings,
        party=party,
        catalogue=catalogue,
        profiles=profiles,
        requests=RequestStore(database),
        records=RecordStore(database),
        rechecks=run,
        measures=measures,
        sealed=sealed,
        pages=Pages(
            catalogue=catalogue, languages=load_languages(), clock=clock, state=settings.state, profiles=profiles
        ),
        clock=clock,
        random=random,
    )
    app.add_exception_handler(HTTPException, framework_refusal(ground.pages))
    for router in (*endpoints(ground), health_router(build_readiness(database, ground))):
        app.add(router)
    app.add(docs_router(app))
    show_metrics(app, settings, metrics)
    return app


def _application(database: Database, fetcher: HttpFetcher, repeating: Sequence[Repeating]) -> Interface:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        for task in repeating:
            task.start()
        yield
        for task in repeating:
            task.stop()
        fetcher.close()
        database.close()

    app = Interface(
        title="Verifier", version="1", docs_url=None, redoc_url=None, lifespan=lifespan, telemetry=_TELEMETRY
    )  # fmt: skip
    app.add_middleware(Outermost)
    app.add_exception_handler(Refusal, refusal_response)
    app.add_exception_handler(RequestValidationError, validation_refusal)
    app.mount("/static", StaticFiles(directory=_STATIC), name="static")
    return app


def _require_small_code(party: RelyingParty, clock: Clock, random: RandomBytes) -> None:
    """Raises `ValueError` if the base address is so long that a request's code would be hard to read."""
    if not party.signs:
        return
    longest = party.request_uri(new_id(clock(), random))
    url = authorization_url(SCHEME, party.client_id(""), longest, RequestUriMethod.POST)
    qr.require_fit(url, max_version=MAX_QR_VERSION)


def _text_of(file: Path | None) -> str | None:
    return None if file is None else file.read_text(encoding="ascii").strip()
