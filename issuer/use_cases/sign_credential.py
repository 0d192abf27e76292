"""Signs one credential: a place on a status list, the plan, the signature, the digest, in one transaction.

What cannot be withdrawn must not exist, so nothing is signed before its plan stands in the register and nothing leaves
before the transaction has committed (`design.md` 3). Instants in a credential are rounded, because the exact second
would link the copies that were issued together (RFC 9901, section 10.1).
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from issuer.audit import AuditEvent, LogEvent, certificate_digest, key_id
from issuer.credentials import Issued, Planned, StatusEntry
from issuer.document_facts import covered_period
from issuer.documents import Document
from issuer.identifiers import unlinkable_id
from issuer.institutions import Institution
from issuer.ports import RandomBytes, Register
from issuer.refusals import CredentialDenied, InstitutionNotCompetent, SignerNotCertified
from issuer.use_cases.check_entitlement import CheckEntitlement
from issuer.use_cases.reserve_status import ReserveStatus
from vc_core import base64url
from vc_core.formats.base import Format, PlannedCredential
from vc_core.formats.registry import INSPECTION_CODE
from vc_core.inspection_code import CodeTooLargeError
from vc_core.rulebook import Rulebook, WireType
from vc_core.signer import PublicKey, Signer


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialOrder:
    """What is to be signed. wire, configuration_id, offer_id: None for a code that no wallet collects; its text is
    kept. holder_key: None for what is bound to none.
    copy: number among those that are issued together."""

    institution: Institution
    document: Document
    rulebook: Rulebook
    format: Format
    wire: WireType | None = None
    holder_key: PublicKey | None = None
    configuration_id: str | None = None
    offer_id: str | None = None
    copy: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SignCredential:
    """issuer_uri: the credential issuer identifier. entitled: whether the institution may sign on that day."""

    issuer_uri: str
    reserve_status: ReserveStatus
    entitled: CheckEntitlement
    random: RandomBytes

    def __call__(self, register: Register, order: CredentialOrder, *, now: datetime) -> str:
        """The credential as it travels. Refuses as `plan` and, for an offer's second copy of one configuration, with
        `CredentialDenied`."""
        status = self.reserve_status(register, order.institution, order.rulebook.status, now=now)
        planned = self.plan(order, status, now=now)
        if not register.credentials.plan(planned):
            raise CredentialDenied("configuration_collected_already")
        text, issued = self.signed(register, order, planned)
        register.credentials.issue(issued)
        return text

    def code(
        self, register: Register, institution: Institution, rulebook: Rulebook, document: Document, *, now: datetime
    ) -> str | None:
        """The text of a new inspection code; None if the type has none, or the document says too much for one. Refuses
        as `plan`."""
        if rulebook.inspection_code is None:
            return None
        try:
            return self(register, code_order(institution, rulebook, document), now=now)
        except CodeTooLargeError:
            return None

    def plan(self, order: CredentialOrder, status: StatusEntry, *, now: datetime) -> Planned:
        """Everything about the credential but its signature. Refuses with `SignerNotCertified` and, outside the periods
        in which the institution is competent, with `InstitutionNotCompetent`, or `CredentialDenied` for a wallet."""
        issued_at, expires_at = _validity(order, order.institution.document_signer, now)
        if not self.entitled(order.institution.id, order.rulebook.type_id, issued_at.date(), now=now):
            raise InstitutionNotCompetent if order.wire is None else CredentialDenied("institution_not_competent")
        return Planned(
            id=unlinkable_id(self.random),
            document_id=order.document.id,
            offer_id=order.offer_id,
            configuration_id=order.configuration_id,
            format_id=order.format.id,
            planned_at=now,
            issued_at=issued_at,
            expires_at=expires_at,
            status=status,
            copy=order.copy,
        )

    def signed(self, register: Register, order: CredentialOrder, planned: Planned) -> tuple[str, Issued]:
        """The credential as it travels, and what is to be kept of it; logged, and not to leave before the transaction
        has committed."""
        signer = order.institution.document_signer
        text = order.format.encode(self._described(order, planned), signer=signer, random=self.random)
        kept = text if order.wire is None else None
        issued = Issued(planned=planned, digest=hashlib.sha256(text.encode()).digest(), text=kept)
        register.audit.append([_signed(order, issued, signer)])
        return text, issued

    def _described(self, order: CredentialOrder, planned: Planned) -> PlannedCredential:
        return PlannedCredential(
            rulebook=order.rulebook,
            wire=order.wire,
            claims=order.document.claims,
            issuer_uri=self.issuer_uri,
            credential_id=planned.id,
            issued_at=planned.issued_at,
            expires_at=planned.expires_at,
            holder_key=order.holder_key,
            status=planned.status.reference,
        )


def code_order(institution: Institution, rulebook: Rulebook, document: Document) -> CredentialOrder:
    """An inspection code."""
    return CredentialOrder(institution=institution, document=document, rulebook=rulebook, format=INSPECTION_CODE)


def _signed(order: CredentialOrder, issued: Issued, signer: Signer) -> LogEvent:
    """digest: SHA-256 of the credential's text, exactly as it left."""
    planned, leaf = issued.planned, signer.chain[0]
    return LogEvent(
        institution_id=order.institution.id,
        event=AuditEvent.CREDENTIAL_SIGNED,
        at=planned.planned_at,
        document_id=planned.document_id,
        details={
            "credential": planned.id,
            "format": planned.format_id,
            "configuration": planned.configuration_id,
            "digest": base64url.encode(issued.digest),
            "key": key_id(leaf),
            "certificate": certificate_digest(leaf),
            "status_list": planned.status.shard_id,
            "status_index": planned.status.reference.idx,
        },
    )


def _validity(order: CredentialOrder, signer: Signer, now: datetime) -> tuple[datetime, datetime]:
    """From the beginning of the day (UTC), within the signer's certificate. Refuses with `SignerNotCertified`.

    A wallet renews its copy, paper does not: a code lasts at least as long as what the document covers.
    """
    leaf = signer.chain[0]
    if not leaf.not_valid_before_utc <= now < leaf.not_valid_after_utc:
        raise SignerNotCertified
    issued_at = max(_midnight(now.date()), leaf.not_valid_before_utc)
    expires_at = issued_at + order.rulebook.credential_lifetime
    period = covered_period(order.rulebook, order.document.claims)
    if order.wire is None and period is not None and period.end < leaf.not_valid_after_utc.date():
        expires_at = max(expires_at, _midnight(period.end + timedelta(days=1)))
    return issued_at, min(expires_at, leaf.not_valid_after_utc)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
