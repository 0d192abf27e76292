"""Credentials, planned and issued, as rows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, select, update

from issuer.adapters.database import insert_once
from issuer.adapters.tables import credential, document
from issuer.credentials import Issued, Planned, StatusEntry
from vc_core.status_list import Status, StatusReference

_PLANNED, _ISSUED = "planned", "issued"
_AT_ONCE = 1000
"""Rows read, or named in a statement, together."""


@dataclass(frozen=True, slots=True)
class CredentialStore:
    """`issuer.ports.Credentials`."""

    connection: Connection

    def plan(self, planned: Planned) -> bool:
        return insert_once(
            self.connection, credential, planned_row(planned), unique=("offer_id", "configuration_id", "copy")
        )

    def issue(self, issued: Issued) -> None:
        self.connection.execute(
            update(credential).where(credential.c.id == issued.planned.id).values(**issued_values(issued))
        )

    def of_document(self, document_id: str) -> tuple[Issued, ...]:
        wanted = (
            select(credential)
            .where(credential.c.document_id == document_id, credential.c.state == _ISSUED)
            .order_by(credential.c.planned_at, credential.c.id)
        )
        return tuple(_issued(row) for row in self.connection.execute(wanted))

    def institutions(self) -> tuple[str, ...]:
        wanted = select(document.c.institution_id).join(credential, credential.c.document_id == document.c.id)
        return tuple(self.connection.execute(wanted.distinct()).scalars())

    def of_institution(self, institution_id: str) -> Iterator[Issued]:
        wanted = (
            select(credential)
            .join(document, credential.c.document_id == document.c.id)
            .where(document.c.institution_id == institution_id, credential.c.state == _ISSUED)
            .execution_options(yield_per=_AT_ONCE)
        )
        for row in self.connection.execute(wanted):
            yield _issued(row)

    def end(self, credential_ids: Sequence[str]) -> tuple[Issued, ...]:
        ended = [
            _issued(row)
            for start in range(0, len(credential_ids), _AT_ONCE)
            for row in self.connection.execute(
                update(credential)
                .where(
                    credential.c.id.in_(credential_ids[start : start + _AT_ONCE]),
                    credential.c.status != Status.INVALID,
                    credential.c.state == _ISSUED,
                )
                .values(status=Status.INVALID, text=None)
                .returning(credential)
            )
        ]
        return tuple(sorted(ended, key=lambda one: one.planned.id))

    def supersede(self, document_id: str) -> tuple[str, ...]:
        self.connection.execute(
            update(credential).where(credential.c.document_id == document_id).values(text=None)
        )  # fmt: skip
        return self.invalidate(document_id)

    def suspend(self, document_id: str) -> tuple[str, ...]:
        return self._set(document_id, Status.SUSPENDED, credential.c.status == Status.VALID)

    def restore(self, document_id: str) -> tuple[str, ...]:
        return self._set(document_id, Status.VALID, credential.c.status == Status.SUSPENDED)

    def invalidate(self, document_id: str) -> tuple[str, ...]:
        return self._set(document_id, Status.INVALID)

    def _set(self, document_id: str, status: Status, *those: ColumnElement[bool]) -> tuple[str, ...]:
        changed = (
            update(credential)
            .where(credential.c.document_id == document_id, *those)
            .values(status=status)
            .returning(credential.c.shard_id)
        )
        return tuple(sorted(set(self.connection.execute(changed).scalars())))


def planned_row(planned: Planned) -> dict[str, Any]:
    return {
        "id": planned.id,
        "document_id": planned.document_id,
        "offer_id": planned.offer_id,
        "configuration_id": planned.configuration_id,
        "copy": planned.copy,
        "format_id": planned.format_id,
        "planned_at": planned.planned_at,
        "issued_at": planned.issued_at,
        "expires_at": planned.expires_at,
        "shard_id": planned.status.shard_id,
        "status_uri": planned.status.reference.uri,
        "status_index": planned.status.reference.idx,
        "status": Status.VALID,
        "state": _PLANNED,
    }


def issued_values(issued: Issued) -> dict[str, Any]:
    """What changes in the row when the credential is signed."""
    return {"state": _ISSUED, "digest": issued.digest, "text": issued.text}


def _issued(row: Row[Any]) -> Issued:
    reference = StatusReference(uri=row.status_uri, idx=row.status_index)
    planned = Planned(
        id=row.id,
        document_id=row.document_id,
        offer_id=row.offer_id,
        configuration_id=row.configuration_id,
        copy=row.copy,
        format_id=row.format_id,
        planned_at=row.planned_at,
        issued_at=row.issued_at,
        expires_at=row.expires_at,
        status=StatusEntry(shard_id=row.shard_id, reference=reference),
    )
    return Issued(planned=planned, digest=row.digest, text=row.text)
