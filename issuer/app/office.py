"""Wiring of the back office's pages."""

from datetime import timedelta

from issuer.adapters.institution_directory import InstitutionDirectory
from issuer.addresses import Addresses
from issuer.http.office_api import Office
from issuer.office_sessions import OfficeSessions
from issuer.settings import IssuerSettings
from issuer.use_cases.find_by_number import FindByNumber
from issuer.use_cases.make_offer import MakeOffer
from issuer.use_cases.register_document import RegisterDocument
from issuer.use_cases.show_document import ShowDocument
from issuer.use_cases.withdraw_document import WithdrawDocument


def back_office(
    settings: IssuerSettings,
    *,
    institutions: InstitutionDirectory,
    addresses: Addresses,
    register: RegisterDocument,
    show: ShowDocument,
    offers: MakeOffer,
    withdraw: WithdrawDocument,
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
        addresses=addresses,
        max_body_bytes=settings.max_body_bytes,
        clock=register.clock,
        random=register.random,
    )
