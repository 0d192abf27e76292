"""The directory of competent institutions, as rows."""

import base64
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from sqlalchemy import ColumnElement, Connection, Row, delete, or_, select, update

from issuer.adapters.database import insert, insert_once
from issuer.adapters.tables import competence, directory_change, directory_entry, published_list
from issuer.directory import Competence, DirectoryChange, DirectoryEntry, PublishedList
from issuer.ports import Lock
from vc_core.trust import Contact, SchemeOperator


@dataclass(frozen=True, slots=True)
class DirectoryStore:
    """`issuer.ports.Directory`."""

    connection: Connection

    def is_empty(self) -> bool:
        return self.connection.execute(select(directory_entry.c.id).limit(1)).first() is None

    def all(self) -> tuple[DirectoryEntry, ...]:
        rows = self.connection.execute(select(directory_entry).order_by(directory_entry.c.id)).all()
        return self._entries(rows, competence.c.institution_id.is_not(None))

    def find(self, institution_id: str, *, lock: Lock = Lock.NONE) -> DirectoryEntry | None:
        wanted = select(directory_entry).where(directory_entry.c.id == institution_id)
        rows = self.connection.execute(wanted.with_for_update() if lock is Lock.HELD else wanted).all()
        return next(iter(self._entries(rows, competence.c.institution_id == institution_id)), None)

    def competent(self, country: str, type_id: str, *, on: date) -> tuple[DirectoryEntry, ...]:
        ids = (
            select(competence.c.institution_id)
            .where(
                competence.c.type_id == type_id,
                competence.c.issue_from <= on,
                or_(competence.c.issue_until.is_(None), competence.c.issue_until >= on),
            )
            .scalar_subquery()
        )
        wanted = select(directory_entry).where(directory_entry.c.country == country, directory_entry.c.id.in_(ids))
        rows = self.connection.execute(wanted.order_by(directory_entry.c.id)).all()
        return self._entries(rows, competence.c.institution_id.in_([row.id for row in rows]))

    def add(self, entry: DirectoryEntry, change: DirectoryChange) -> bool:
        if not insert_once(self.connection, directory_entry, _row(entry), unique=("id",)):
            return False
        self._add_competences(entry)
        self._add_change(change)
        return True

    def save(self, entry: DirectoryEntry, change: DirectoryChange) -> None:
        changed = update(directory_entry).where(directory_entry.c.id == entry.id).values(_row(entry))
        self.connection.execute(changed)
        self.connection.execute(delete(competence).where(competence.c.institution_id == entry.id))
        self._add_competences(entry)
        self._add_change(change)

    def history(self, institution_id: str) -> tuple[DirectoryChange, ...]:
        wanted = select(directory_change).where(directory_change.c.institution_id == institution_id)
        rows = self.connection.execute(wanted.order_by(directory_change.c.number))
        return tuple(
            DirectoryChange(
                institution_id=row.institution_id,
                number=row.number,
                at=row.at,
                actor=row.actor,
                members={name: (before, after) for name, (before, after) in row.members.items()},
            )
            for row in rows
        )

    def last_list(self) -> PublishedList | None:
        wanted = select(published_list).order_by(published_list.c.sequence.desc()).limit(1)
        row = self.connection.execute(wanted).one_or_none()
        if row is None:
            return None
        operator = SchemeOperator(**{**row.operator, "contact": Contact(**row.operator["contact"])})
        return PublishedList(
            sequence=row.sequence,
            issued_at=row.issued_at,
            digest=row.digest,
            operator=operator,
            access_anchors=_certificates(row.access_anchors),
        )

    def publish(self, published: PublishedList) -> bool:
        row = {
            "sequence": published.sequence,
            "issued_at": published.issued_at,
            "digest": published.digest,
            "operator": asdict(published.operator),
            "access_anchors": _texts(published.access_anchors),
        }
        return insert_once(self.connection, published_list, row, unique=("sequence",))

    def _add_competences(self, entry: DirectoryEntry) -> None:
        rows = [
            {**asdict(one), "institution_id": entry.id, "postcodes": list(one.postcodes)} for one in entry.competences
        ]
        if rows:
            self.connection.execute(insert(self.connection, competence), rows)

    def _add_change(self, change: DirectoryChange) -> None:
        values = {
            "institution_id": change.institution_id,
            "number": change.number,
            "at": change.at,
            "actor": change.actor,
            "members": {name: list(pair) for name, pair in change.members.items()},
        }
        self.connection.execute(insert(self.connection, directory_change).values(values))

    def _entries(self, rows: Iterable[Row[Any]], of: ColumnElement[bool]) -> tuple[DirectoryEntry, ...]:
        """The entries of the rows, with their competences, which fulfil `of`."""
        by_institution: defaultdict[str, list[Competence]] = defaultdict(list)
        wanted = select(competence).where(of).order_by(competence.c.type_id, competence.c.issue_from)
        for row in self.connection.execute(wanted):
            by_institution[row.institution_id].append(
                Competence(
                    type_id=row.type_id,
                    issue_from=row.issue_from,
                    issue_until=row.issue_until,
                    postcodes=tuple(row.postcodes),
                )
            )
        return tuple(_entry(row, tuple(by_institution[row.id])) for row in rows)


def _row(entry: DirectoryEntry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "country": entry.country,
        "names": dict(entry.names),
        "contact": asdict(entry.contact),
        "anchors": _texts(entry.anchors),
        "signers": _texts(entry.signers),
        "status_anchors": _texts(entry.status_anchors),
        "status_prefixes": list(entry.status_prefixes),
        "revoked": sorted(one.hex() for one in entry.revoked),
    }


def _entry(row: Row[Any], competences: tuple[Competence, ...]) -> DirectoryEntry:
    return DirectoryEntry(
        id=row.id,
        names=row.names,
        country=row.country,
        contact=Contact(**row.contact),
        anchors=_certificates(row.anchors),
        signers=_certificates(row.signers),
        status_anchors=_certificates(row.status_anchors),
        status_prefixes=tuple(row.status_prefixes),
        revoked=frozenset(map(bytes.fromhex, row.revoked)),
        competences=competences,
    )


def _texts(certificates: Iterable[x509.Certificate]) -> list[str]:
    return [base64.b64encode(one.public_bytes(Encoding.DER)).decode() for one in certificates]


def _certificates(texts: Iterable[str]) -> tuple[x509.Certificate, ...]:
    return tuple(x509.load_der_x509_certificate(base64.b64decode(text)) for text in texts)
