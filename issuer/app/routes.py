"""The routes of the service, each with the use cases that answer."""

from collections.abc import Iterator

from fastapi import APIRouter, FastAPI

from issuer.app.bulk import BulkRegistration, jobs_routers
from issuer.app.directory import service_directory
from issuer.app.house import House
from issuer.app.institution_access import institution_access
from issuer.app.notices import Notices
from issuer.app.office import back_office
from issuer.http.audit_api import audit_router
from issuer.http.authorization_api import authorization_pages, authorization_router
from issuer.http.correction_api import correction_router
from issuer.http.credentials_api import credentials_router
from issuer.http.directory_api import directory_router
from issuer.http.directory_keeping_api import directory_keeping_router
from issuer.http.documents_api import documents_router
from issuer.http.events_api import events_router
from issuer.http.history_api import history_router
from issuer.http.imports_api import imports_router
from issuer.http.inspection_code_api import inspection_code_router
from issuer.http.letter_api import letter_router
from issuer.http.metadata_api import type_metadata_router, well_known_router
from issuer.http.offers_api import offers_router
from issuer.http.office_api import office_router
from issuer.http.search_api import search_router
from issuer.http.status_api import status_router
from issuer.http.suspensions_api import suspensions_router
from issuer.http.token_api import token_router
from issuer.http.withdrawals_api import withdrawals_router


def add_routes(app: FastAPI, house: House, notices: Notices, bulk: BulkRegistration) -> None:
    """An address with a fixed first part stands before those that begin with a type.

    Each router goes into the application itself: FastAPI makes the routes of a router within a router several times,
    which took half of the time to build the application.
    """
    path = house.ground.settings.path
    app.include_router(well_known_router(house.credentials.describe, path))
    for router in (*_institution_routers(house, notices, bulk), *_wallet_routers(house)):
        app.include_router(router, prefix=path)


def _institution_routers(house: House, notices: Notices, bulk: BulkRegistration) -> Iterator[APIRouter]:
    ground, use = house.ground, house.institution
    addresses, max_body_bytes = ground.addresses, ground.settings.max_body_bytes
    access = institution_access(ground)
    yield directory_router(use.competent)
    directory = service_directory(ground)
    if directory is not None:
        yield directory_keeping_router(access, directory)
    yield correction_router(access, use.correct, addresses, max_body_bytes)
    yield letter_router(access, use.letter, ground.catalogue)
    yield imports_router(access, use.read_foreign)
    yield from jobs_routers(bulk, access, addresses)
    yield audit_router(access, use.audit)
    yield history_router(access, use.history)
    yield events_router(access, notices.list, addresses)
    yield withdrawals_router(access, use.withdraw, use.decide_withdrawal, use.show_withdrawals)
    yield documents_router(
        access=access,
        register=use.register,
        show=use.show,
        release=use.release,
        withdraw=use.withdraw,
        addresses=addresses,
        max_body_bytes=max_body_bytes,
    )
    yield suspensions_router(access, use.suspend, use.lift, max_body_bytes)
    yield search_router(access, use.search, ground.catalogue, addresses)
    yield offers_router(access, use.offers, use.bundle, addresses, max_body_bytes)
    yield inspection_code_router(access, use.show, addresses)
    yield office_router(back_office(ground, access, use, bulk))


def _wallet_routers(house: House) -> Iterator[APIRouter]:
    ground, tokens, credentials = house.ground, house.tokens, house.credentials
    addresses, max_body_bytes = ground.addresses, ground.settings.max_body_bytes
    yield token_router(
        redeem=tokens.offer,
        redeem_code=tokens.code,
        refresh=tokens.refresh,
        limit=ground.limit,
        addresses=addresses,
        max_body_bytes=max_body_bytes,
    )
    yield credentials_router(
        offers=house.institution.offers,
        issue=credentials.issue,
        collect_deferred=credentials.collect_deferred,
        notify=credentials.notify,
        limit=ground.limit,
        addresses=addresses,
        max_body_bytes=max_body_bytes,
    )
    if house.flow is not None:
        yield authorization_router(house.flow, ground.limit, addresses, max_body_bytes)
        yield authorization_pages(house.flow, addresses, ground.configurations, max_body_bytes)
    yield status_router(house.signing.serve_status)
    yield type_metadata_router(credentials.describe)
