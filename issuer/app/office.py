"""Wiring of the back office's pages."""

from datetime import timedelta

from issuer.adapters.institution_directory import InstitutionDirectory
from issuer.addresses import Addresses
from issuer.http.office_api import Office
from issuer.office_sessions import OfficeSessions
from issuer.settings import IssuerSettings
from issuer.use_cases.decide_withdrawal import DecideWithdrawal, ShowWithdrawals
from issuer.use_cases.find_by_number import FindByNumber
from issuer.use_cases.make_offer import MakeOffer
from issuer.use_cases.order_withdrawal import OrderWithdrawal
from issuer.use_cases.register_document import RegisterDocument
from issuer.use_cases.show_document import ShowDocument


def back_office(
    settings: IssuerSettings,
    *,
    institutions: InstitutionDirectory,
    addresses: Addresses,
    register: RegisterDocument,
    show: ShowDocument,
    offers: MakeOffer,
    withdraw: OrderWithdrawal,
    decide: DecideWithdrawal,
    withdrawals: ShowWithdrawals,
) -> Office:
    """Register, secret, clock, randomness and types are those that documents are registered with."""
    return Office(
        sessions=OfficeSessions(
            key=register.secret.derive("office session"),
            lifetime=timedelta(seconds=settings.office_seconds),
            random=register.random,
        ),
        institutions=institutions,
        catalogue=register.catalogue,
        register=register,
        show=show,
        find=FindByNumber(transactions=register.transactions),
        offers=offers,
        withdraw=withdraw,
        decide=decide,
        withdrawals=withdrawals,
        addresses=addresses,
        max_body_bytes=settings.max_body_bytes,
        clock=register.clock,
        random=register.random,
    )
