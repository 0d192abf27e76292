"""Wiring of what institutions do with documents."""

from collections.abc import Container
from dataclasses import dataclass
from datetime import timedelta

from issuer.app.ground import Ground
from issuer.app.signing import Signing
from issuer.use_cases.correct_document import CorrectDocument
from issuer.use_cases.decide_withdrawal import DecideWithdrawal, ShowWithdrawals
from issuer.use_cases.draft_document import DraftDocument
from issuer.use_cases.export_audit import ExportAudit
from issuer.use_cases.find_competent import FindCompetent
from issuer.use_cases.make_offer import MakeOffer
from issuer.use_cases.offer_bundle import OfferBundle
from issuer.use_cases.order_withdrawal import OrderWithdrawal
from issuer.use_cases.prepare_letter import PrepareLetter
from issuer.use_cases.read_foreign import ReadForeign
from issuer.use_cases.register_document import RegisterDocument
from issuer.use_cases.release_document import ReleaseDocument
from issuer.use_cases.search_documents import SearchDocuments
from issuer.use_cases.show_document import ShowDocument
from issuer.use_cases.suspend_document import LiftSuspension, SuspendDocument
from issuer.use_cases.tell_history import TellHistory


@dataclass(frozen=True, slots=True, kw_only=True)
class InstitutionUseCases:
    register: RegisterDocument
    release: ReleaseDocument
    correct: CorrectDocument
    show: ShowDocument
    suspend: SuspendDocument
    lift: LiftSuspension
    withdraw: OrderWithdrawal
    decide_withdrawal: DecideWithdrawal
    show_withdrawals: ShowWithdrawals
    offers: MakeOffer
    bundle: OfferBundle
    letter: PrepareLetter
    read_foreign: ReadForeign
    audit: ExportAudit
    history: TellHistory
    search: SearchDocuments
    competent: FindCompetent


def build_offers(ground: Ground, *, identified: Container[str]) -> MakeOffer:
    """identified: as `MakeOffer` has it."""
    return MakeOffer(
        transactions=ground.transactions,
        configurations=ground.configurations,
        addresses=ground.addresses,
        secret=ground.secret,
        lifetime=timedelta(seconds=ground.settings.offer_seconds),
        identified=identified,
        clock=ground.clock,
        random=ground.random,
    )


def build_registration(ground: Ground, signing: Signing, offers: MakeOffer) -> RegisterDocument:
    return RegisterDocument(
        transactions=ground.transactions,
        catalogue=ground.catalogue,
        draft=DraftDocument(secret=ground.secret, random=ground.random),
        make_offer=offers,
        sign=signing.sign,
        withdraw=signing.withdraw,
        max_body_bytes=ground.settings.max_body_bytes,
        end_notice=timedelta(days=ground.settings.end_notice_days),
        clock=ground.clock,
        random=ground.random,
    )


def build_institution_use_cases(ground: Ground, signing: Signing, offers: MakeOffer) -> InstitutionUseCases:
    transactions, clock, random = ground.transactions, ground.clock, ground.random
    register = build_registration(ground, signing, offers)
    show = ShowDocument(transactions=transactions, clock=clock)
    withdraw = OrderWithdrawal(transactions=transactions, withdraw=signing.withdraw, clock=clock, random=random)
    return InstitutionUseCases(
        register=register,
        release=ReleaseDocument(transactions=transactions, registration=register, clock=clock),
        correct=CorrectDocument(registration=register),
        show=show,
        suspend=SuspendDocument(
            transactions=transactions, catalogue=ground.catalogue, republish=signing.republish, clock=clock
        ),
        lift=LiftSuspension(transactions=transactions, republish=signing.republish, clock=clock),
        withdraw=withdraw,
        decide_withdrawal=DecideWithdrawal(transactions=transactions, order=withdraw, clock=clock),
        show_withdrawals=ShowWithdrawals(transactions=transactions),
        offers=offers,
        bundle=OfferBundle(
            transactions=transactions, secret=ground.secret, make_offer=offers, clock=clock, random=random
        ),
        letter=PrepareLetter(show=show, offers=offers),
        read_foreign=ReadForeign(
            catalogue=ground.catalogue, max_body_bytes=ground.settings.max_body_bytes, clock=clock
        ),
        audit=ExportAudit(transactions=transactions),
        history=TellHistory(transactions=transactions, catalogue=ground.catalogue, clock=clock),
        search=SearchDocuments(transactions=transactions, catalogue=ground.catalogue),
        competent=FindCompetent(transactions=transactions, catalogue=ground.catalogue, clock=clock),
    )
