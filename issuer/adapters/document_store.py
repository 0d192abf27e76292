"""Documents and the idempotency keys they were registered with, as rows."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, select, update

from issuer.adapters.database import insert, insert_once
from issuer.adapters.tables import (
    credential,
    document,
    person,
    registration,
    subject,
    withdrawal_item,
    withdrawal_request,
)
from issuer.documents import (
    Document,
    InForce,
    Remark,
    Standing,
    Suspended,
    SuspensionOrder,
    WithdrawalOrder,
    Withdrawn,
)
from issuer.ports import Lock
from issuer.withdrawals import RequestState
from vc_core.checks import Severity
from vc_core.rulebook import BindingMode

_NOT_SUSPENDED = {"suspended_at": None, "suspended_by": None, "suspension_order": None}


@dataclass(frozen=True, slots=True)
class DocumentStore:
    """`issuer.ports.Documents`."""

    connection: Connection

    def add(self, added: Document) -> bool:
        return insert_once(
            self.connection, document, document_row(added), unique=("institution_id", "type_id", "number")
        )

    def find(self, institution_id: str, type_id: str, document_id: str, *, lock: Lock = Lock.NONE) -> Document | None:
        wanted = select(document).where(
            document.c.id == document_id,
            document.c.institution_id == institution_id,
            document.c.type_id == type_id,
        )
        return self._one(wanted, lock)

    def by_id(self, document_id: str, *, lock: Lock = Lock.NONE) -> Document:
        found = self._one(select(document).where(document.c.id == document_id), lock)
        if found is None:
            raise LookupError(f"no document {document_id}")
        return found

    def by_number(self, institution_id: str, type_id: str, number: str) -> Document | None:
        wanted = select(document).where(
            document.c.institution_id == institution_id, document.c.type_id == type_id, document.c.number == number
        )
        return self._one(wanted, Lock.NONE)

    def of_person(self, institution_id: str, type_id: str, person_key: bytes, *, now: datetime) -> tuple[Document, ...]:
        hold_persons(self.connection, [person_key], now=now)
        wanted = in_force_of(institution_id, type_id, [person_key]).with_for_update()
        return tuple(read_document(row) for row in self.connection.execute(wanted))

    def save_remarks(self, changed: Document) -> None:
        remarks = [asdict(remark) for remark in changed.remarks]
        self.connection.execute(update(document).where(document.c.id == changed.id).values(remarks=remarks))

    def correct(self, corrected: Document) -> None:
        self.connection.execute(
            update(document)
            .where(document.c.id == corrected.id)
            .values(
                claims=corrected.claims,
                person_key=corrected.person_key,
                retroactive=corrected.retroactive,
                version=corrected.version,
                remarks=[asdict(remark) for remark in corrected.remarks],
            )
        )

    def suspend(self, document_id: str, suspended: Suspended) -> None:
        self._stands(
            document_id,
            suspended_at=suspended.suspended_at,
            suspended_by=suspended.suspended_by,
            suspension_order=asdict(suspended.order),
        )

    def lift(self, document_id: str) -> None:
        self._stands(document_id, **_NOT_SUSPENDED)

    def withdraw(self, document_id: str, withdrawn: Withdrawn) -> None:
        self._stands(
            document_id,
            withdrawn_at=withdrawn.withdrawn_at,
            effective_from=withdrawn.effective_from,
            withdrawal_order=order_json(withdrawn.order),
            **_NOT_SUSPENDED,
        )

    def _stands(self, document_id: str, **values: Any) -> None:
        self.connection.execute(update(document).where(document.c.id == document_id).values(**values))

    def not_erased(self, type_id: str, *, registered_before: datetime, after: str, limit: int) -> tuple[Document, ...]:
        wanted = (
            select(document)
            .where(
                document.c.type_id == type_id,
                document.c.erased_at.is_(None),
                document.c.registered_at < registered_before,
                document.c.id > after,
            )
            .order_by(document.c.id)
            .limit(limit)
        )
        return tuple(read_document(row) for row in self.connection.execute(wanted))

    def erase(self, erased: Document, *, at: datetime) -> None:
        self.connection.execute(
            update(document)
            .where(document.c.id == erased.id)
            .values(erased_at=at, claims={}, number=None, person_key=None, remarks=[])
        )
        match erased.standing:
            case Withdrawn(order=withdrawal):
                self.withdraw(erased.id, replace(erased.standing, order=replace(withdrawal, case_ref=None)))
            case Suspended(order=suspension):
                self.suspend(erased.id, replace(erased.standing, order=replace(suspension, case_ref=None)))
        of_document = (
            delete(subject).where(subject.c.document_id == erased.id),
            update(registration).where(registration.c.document_id == erased.id).values(body_digest=b""),
            update(credential).where(credential.c.document_id == erased.id).values(text=None),
        )
        for statement in of_document:
            self.connection.execute(statement)
        self._forget_cases(erased.id)

    def _forget_cases(self, document_id: str) -> None:
        """References in decided requests that name the document; a request that waits is still to be carried out."""
        named = (
            select(withdrawal_request.c.id, withdrawal_request.c.withdrawal_order)
            .join(withdrawal_item, withdrawal_item.c.request_id == withdrawal_request.c.id)
            .where(withdrawal_item.c.document_id == document_id, withdrawal_request.c.state != RequestState.WAITING)
        )
        for row in self.connection.execute(named).all():
            order = order_json(replace(read_order(row.withdrawal_order), case_ref=None))
            self.connection.execute(
                update(withdrawal_request).where(withdrawal_request.c.id == row.id).values(withdrawal_order=order)
            )

    def _one(self, wanted: Select[Any], lock: Lock) -> Document | None:
        row = self.connection.execute(wanted.with_for_update() if lock is Lock.HELD else wanted).one_or_none()
        return None if row is None else read_document(row)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRegistration:
    body_digest: bytes
    document_id: str
    offer_id: str


@dataclass(frozen=True, slots=True)
class RegistrationStore:
    """`issuer.ports.Registrations`."""

    connection: Connection

    def claim(
        self,
        institution_id: str,
        idempotency_key: str,
        body_digest: bytes,
        *,
        document_id: str,
        offer_id: str,
        at: datetime,
    ) -> bool:
        row = {
            "institution_id": institution_id,
            "idempotency_key": idempotency_key,
            "body_digest": body_digest,
            "document_id": document_id,
            "offer_id": offer_id,
            "at": at,
        }
        return insert_once(self.connection, registration, row, unique=("institution_id", "idempotency_key"))

    def find(self, institution_id: str, idempotency_key: str) -> StoredRegistration | None:
        columns = registration.c
        wanted = select(columns.body_digest, columns.document_id, columns.offer_id).where(
            columns.institution_id == institution_id, columns.idempotency_key == idempotency_key
        )
        row = self.connection.execute(wanted).one_or_none()
        return None if row is None else StoredRegistration(**row._mapping)


def hold_persons(connection: Connection, person_keys: Sequence[bytes], *, now: datetime) -> None:
    """Locks persons until the transaction ends. person_keys: sorted, so that no two transactions wait crosswise."""
    held = insert(connection, person)
    held = held.on_conflict_do_update(index_elements=["key"], set_={"touched": held.excluded.touched})
    connection.execute(held, [{"key": key, "touched": now} for key in person_keys])


def in_force_of(institution_id: str, type_id: str, person_keys: Sequence[bytes]) -> Select[Any]:
    """The persons' documents in force or suspended, by id.

    Institution and type are compared as expressions: SQLite would take them for the better way in than the person, and
    read through all documents of the institution.
    """
    columns = document.c
    wanted = select(document).where(
        columns.person_key.in_(person_keys),
        columns.institution_id.concat("") == institution_id,
        columns.type_id.concat("") == type_id,
        columns.withdrawn_at.is_(None),
    )
    return wanted.order_by(columns.id)


def document_row(added: Document) -> dict[str, Any]:
    """A document as it is when it is registered."""
    return {
        "id": added.id,
        "institution_id": added.institution_id,
        "type_id": added.type_id,
        "number": added.number,
        "person_key": added.person_key,
        "claims": added.claims,
        "version": added.version,
        "retroactive": added.retroactive,
        "remarks": [asdict(remark) for remark in added.remarks],
        "registered_at": added.registered_at,
        "binding": added.binding,
    }


def read_document(row: Row[Any]) -> Document:
    return Document(
        id=row.id,
        institution_id=row.institution_id,
        type_id=row.type_id,
        number=row.number,
        person_key=row.person_key,
        claims=row.claims,
        version=row.version,
        retroactive=row.retroactive,
        remarks=tuple(_remark(remark) for remark in row.remarks),
        registered_at=row.registered_at,
        standing=_standing(row),
        erased_at=row.erased_at,
        binding=BindingMode(row.binding),
    )


def order_json(order: WithdrawalOrder) -> dict[str, Any]:
    return {
        "reason_code": order.reason_code,
        "effective_from": order.effective_from and order.effective_from.isoformat(),
        "case_ref": order.case_ref,
    }


def read_order(stored: Mapping[str, Any]) -> WithdrawalOrder:
    day = stored["effective_from"]
    return WithdrawalOrder(
        reason_code=stored["reason_code"],
        effective_from=date.fromisoformat(day) if day else None,
        case_ref=stored["case_ref"],
    )


def _remark(stored: Mapping[str, Any]) -> Remark:
    return Remark(**{**stored, "severity": Severity(stored["severity"])})


def _standing(row: Row[Any]) -> Standing:
    if row.withdrawn_at is not None:
        return Withdrawn(
            order=read_order(row.withdrawal_order),
            effective_from=row.effective_from,
            withdrawn_at=row.withdrawn_at,
        )
    if row.suspended_at is not None:
        return Suspended(
            order=SuspensionOrder(**row.suspension_order),
            suspended_by=row.suspended_by,
            suspended_at=row.suspended_at,
        )
    return InForce()
