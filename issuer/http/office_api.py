"""The back office: officers sign in with their keys and make, find, offer, correct and withdraw documents,
one by one or by files; the log shows who did what.

Who asks is told by `office_reception`; each concern has a module of its own beside this one.
"""

from dataclasses import dataclass

from fastapi import APIRouter

from issuer.http.office_audit import AuditDesk, add_audit
from issuer.http.office_corrections import CorrectionDesk, add_correction
from issuer.http.office_documents import DocumentDesk, add_document
from issuer.http.office_entrance import add_entrance
from issuer.http.office_history import HistoryDesk, add_history
from issuer.http.office_jobs import JobDesk, add_jobs
from issuer.http.office_making import add_making
from issuer.http.office_pages import OfficeRoute
from issuer.http.office_reception import Reception
from issuer.http.office_search import SearchDesk, add_search
from issuer.http.office_suspensions import SuspensionDesk, add_suspension
from issuer.http.office_withdrawals import WithdrawalDesk, add_second_officer, add_withdrawal


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """What the pages need."""

    reception: Reception
    documents: DocumentDesk
    corrections: CorrectionDesk
    suspensions: SuspensionDesk
    search: SearchDesk
    withdrawals: WithdrawalDesk
    jobs: JobDesk
    audit: AuditDesk
    history: HistoryDesk


def office_router(office: Office) -> APIRouter:
    router = APIRouter(prefix="/office", route_class=OfficeRoute, include_in_schema=False)
    add_entrance(router, office.reception, office.documents.catalogue)
    add_making(router, office.reception, office.documents)
    add_document(router, office.reception, office.documents)
    add_correction(router, office.reception, office.corrections)
    add_suspension(router, office.reception, office.suspensions)
    add_search(router, office.reception, office.search)
    add_withdrawal(router, office.reception, office.withdrawals)
    add_second_officer(router, office.reception, office.withdrawals)
    add_jobs(router, office.reception, office.jobs)
    add_audit(router, office.reception, office.audit)
    add_history(router, office.reception, office.history)
    return router
