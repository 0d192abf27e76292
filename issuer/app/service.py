"""The issuer as a service: settings, adapters, use cases and routes become one ASGI application."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

from fastapi import FastAPI
from starlette.exceptions import HTTPException

from issuer.adapters.database import Database
from issuer.adapters.repeating import repeated
from issuer.app.bulk import bulk_jobs
from issuer.app.directory import begin_directory
from issuer.app.evidence import heads_signed_daily
from issuer.app.ground import utc_now
from issuer.app.house import build_house
from issuer.app.indexing import documents_indexed
from issuer.app.interface import Interface
from issuer.app.metrics import build_metrics, show_metrics
from issuer.app.notices import build_notices
from issuer.app.readiness import build_readiness
from issuer.app.routes import add_routes
from issuer.http.docs_api import docs_router
from issuer.http.framework_answers import answer_framework
from issuer.http.health_api import health_router
from issuer.http.problems import answer_refusal
from issuer.http.request_log import RequestLog
from issuer.ports import Clock, RandomBytes, Unmeasured
from issuer.rates import WINDOW
from issuer.refusals import Refusal
from issuer.settings import IssuerSettings
from issuer.use_cases.index_documents import IndexDocuments
from issuer.use_cases.sign_audit_heads import SignAuditHeads
from vc_core.catalogue import Catalogue


def build_app(
    settings: IssuerSettings,
    *,
    clock: Clock = utc_now,
    random: RandomBytes = os.urandom,
    catalogue: Catalogue | None = None,
) -> FastAPI:
    """The issuer service. catalogue: the one that comes with the program unless another is given."""
    database = Database(settings.database)
    database.upgrade()
    catalogue = catalogue or Catalogue.load()
    metrics = build_metrics(settings, database, clock)
    measures = metrics or Unmeasured()
    house = build_house(settings, database, catalogue, clock, random, measures)
    begin_directory(settings, database, catalogue, clock)

    bulk = bulk_jobs(settings, house.ground.institutions, house.institution.register)
    notices = build_notices(settings, database, house.ground.secret, clock)
    sign_heads = SignAuditHeads(
        transactions=house.ground.transactions, institutions=house.ground.institutions, clock=clock
    )

    index = IndexDocuments(transactions=house.ground.transactions, catalogue=catalogue)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        delivered = repeated(notices.deliver, every_seconds=settings.notice_seconds)
        swept = repeated(house.ground.limit.forget, every_seconds=WINDOW.total_seconds())
        with delivered, swept, heads_signed_daily(sign_heads), bulk.worked(), documents_indexed(index):
            yield
        database.close()

    app = Interface(
        catalogue=catalogue,
        title="socsec issuer",
        summary="Institutions register documents; wallets collect them as verifiable credentials",
        version=version("socsec"),
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        exception_handlers={Refusal: answer_refusal, HTTPException: answer_framework},
        generate_unique_id_function=lambda route: route.name,
    )
    add_routes(app, house, notices, bulk)
    app.include_router(health_router(build_readiness(database, house)))
    app.include_router(docs_router(app))
    app.add_middleware(RequestLog, tell=measures.answered)
    show_metrics(app, settings, metrics)
    return app
