"""Wiring of the back office's pages."""

from datetime import timedelta

from issuer.app.bulk import BulkRegistration
from issuer.app.evidence import read_roots
from issuer.app.ground import Ground
from issuer.app.institution_use_cases import InstitutionUseCases
from issuer.http.institution_access import InstitutionAccess
from issuer.http.office_api import Office
from issuer.http.office_audit import AuditDesk
from issuer.http.office_corrections import CorrectionDesk
from issuer.http.office_documents import DocumentDesk
from issuer.http.office_history import HistoryDesk
from issuer.http.office_jobs import JobDesk
from issuer.http.office_reception import Reception
from issuer.http.office_search import SearchDesk
from issuer.http.office_suspensions import SuspensionDesk
from issuer.http.office_withdrawals import WithdrawalDesk
from issuer.office_sessions import OfficeSessions
from issuer.use_cases.find_by_number import FindByNumber
from issuer.use_cases.show_audit import ShowAudit


def back_office(
    ground: Ground, access: InstitutionAccess, institution: InstitutionUseCases, bulk: BulkRegistration
) -> Office:
    return Office(
        reception=Reception(
            sessions=OfficeSessions(
                key=ground.secret.derive("office session"),
                lifetime=timedelta(seconds=ground.settings.office_seconds),
                random=ground.random,
            ),
            access=access,
            addresses=ground.addresses,
            clock=ground.clock,
        ),
        documents=DocumentDesk(
            catalogue=ground.catalogue,
            register=institution.register,
            release=institution.release,
            show=institution.show,
            find=FindByNumber(transactions=ground.transactions),
            offers=institution.offers,
            letter=institution.letter,
            max_body_bytes=ground.settings.max_body_bytes,
            random=ground.random,
        ),
        corrections=CorrectionDesk(
            catalogue=ground.catalogue,
            show=institution.show,
            correct=institution.correct,
            max_body_bytes=ground.settings.max_body_bytes,
        ),
        suspensions=SuspensionDesk(
            catalogue=ground.catalogue, show=institution.show, suspend=institution.suspend, lift=institution.lift
        ),
        search=SearchDesk(catalogue=ground.catalogue, search=institution.search),
        withdrawals=WithdrawalDesk(
            catalogue=ground.catalogue,
            show=institution.show,
            withdraw=institution.withdraw,
            decide=institution.decide_withdrawal,
            requests=institution.show_withdrawals,
        ),
        jobs=JobDesk(
            catalogue=ground.catalogue,
            submit=bulk.submit,
            show=bulk.show,
            max_upload_bytes=ground.settings.bulk_upload_bytes,
        ),
        history=HistoryDesk(catalogue=ground.catalogue, tell=institution.history),
        audit=AuditDesk(
            catalogue=ground.catalogue,
            show=ShowAudit(transactions=ground.transactions, anchors=read_roots(ground.settings.data)),
            export=institution.audit,
        ),
    )
