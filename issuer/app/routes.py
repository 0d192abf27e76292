"""The routes of the service, each with the use cases that answer."""

from fastapi import APIRouter

from issuer.app.bulk import BulkRegistration, jobs_api
from issuer.app.house import House
from issuer.app.notices import Notices
from issuer.app.office import back_office
from issuer.http.audit_api import audit_router
from issuer.http.authorization_api import authorization_pages, authorization_router
from issuer.http.correction_api import correction_router
from issuer.http.directory_api import directory_router
from issuer.http.events_api import events_router
from issuer.http.imports_api import imports_router
from issuer.http.institution_api import institution_router
from issuer.http.letter_api import letter_router
from issuer.http.metadata_api import type_metadata_router, well_known_router
from issuer.http.office_api import office_router
from issuer.http.status_api import status_router
from issuer.http.wallet_api import wallet_router
from issuer.http.withdrawals_api import withdrawals_router
from issuer.settings import IssuerSettings
from issuer.use_cases.correct_document import CorrectDocument
from issuer.use_cases.export_audit import ExportAudit
from issuer.use_cases.prepare_letter import PrepareLetter


def routers(settings: IssuerSettings, house: House, notices: Notices, bulk: BulkRegistration) -> tuple[APIRouter, ...]:
    below = APIRouter(prefix=settings.path)
    below.include_router(directory_router(house.competent))
    correct = CorrectDocument(registration=house.register)
    below.include_router(correction_router(house.institutions, correct, house.addresses, settings.max_body_bytes))
    prepare = PrepareLetter(show=house.show, offers=house.offers)
    below.include_router(letter_router(house.institutions, prepare, house.register.catalogue))
    below.include_router(imports_router(house.institutions, house.read_foreign))
    below.include_router(jobs_api(bulk, house.addresses))
    below.include_router(audit_router(house.institutions, ExportAudit(transactions=house.register.transactions)))
    below.include_router(events_router(house.institutions, notices.list, house.addresses))
    below.include_router(
        withdrawals_router(house.institutions, house.withdraw, house.decide_withdrawal, house.show_withdrawals)
    )
    below.include_router(
        institution_router(
            institutions=house.institutions,
            register=house.register,
            show=house.show,
            release=house.release,
            withdraw=house.withdraw,
            offers=house.offers,
            bundle=house.bundle,
            addresses=house.addresses,
            max_body_bytes=settings.max_body_bytes,
        )
    )
    below.include_router(
        wallet_router(
            offers=house.offers,
            redeem=house.redeem,
            redeem_code=house.redeem_code,
            refresh=house.refresh,
            issue=house.issue,
            collect_deferred=house.collect_deferred,
            notify=house.notify,
            addresses=house.addresses,
            max_body_bytes=settings.max_body_bytes,
        )
    )
    if house.flow is not None:
        below.include_router(authorization_router(house.flow, house.addresses, settings.max_body_bytes))
        below.include_router(
            authorization_pages(house.flow, house.addresses, house.configurations, settings.max_body_bytes)
        )
    office = back_office(
        settings,
        institutions=house.institutions,
        addresses=house.addresses,
        register=house.register,
        show=house.show,
        offers=house.offers,
        withdraw=house.withdraw,
        decide=house.decide_withdrawal,
        withdrawals=house.show_withdrawals,
    )
    below.include_router(office_router(office))
    below.include_router(status_router(house.serve_status))
    below.include_router(type_metadata_router(house.describe))
    return well_known_router(house.describe, settings.path), below
