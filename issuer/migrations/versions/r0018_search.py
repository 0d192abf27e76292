"""What officers find documents by: person, days covered, institution. Known documents are read once for that."""

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

from issuer.adapters.columns import Day, Json, Name
from issuer.subjects import Subject, subject_of
from vc_core.catalogue import Catalogue

revision = "r0018"
down_revision = "r0017"
branch_labels = None
depends_on = None

AT_A_TIME = 1000
_ID = Name(64)
_document = sa.table(
    "document",
    sa.column("id", _ID),
    sa.column("institution_id", _ID),
    sa.column("type_id", _ID),
    sa.column("claims", Json),
    sa.column("erased_at", sa.BigInteger),
)
_subject = sa.table(
    "subject",
    sa.column("document_id", _ID),
    sa.column("institution_id", _ID),
    sa.column("type_id", _ID),
    sa.column("birth_key", sa.LargeBinary),
    sa.column("personal_number", Name),
    sa.column("family_name", sa.LargeBinary),
    sa.column("covers_from", Day),
    sa.column("covers_until", Day),
)


def upgrade() -> None:
    with op.batch_alter_table("subject") as table:
        table.add_column(sa.Column("institution_id", _ID))
        table.add_column(sa.Column("personal_number", Name))
        table.add_column(sa.Column("family_name", sa.LargeBinary))
        table.add_column(sa.Column("covers_from", Day))
        table.add_column(sa.Column("covers_until", Day))
        table.alter_column("birth_key", existing_type=sa.LargeBinary, nullable=True)
    _fill(op.get_bind())
    with op.batch_alter_table("subject") as table:
        table.alter_column("institution_id", existing_type=_ID, nullable=False)
    op.create_index("subject_of_number", "subject", ["institution_id", "type_id", "personal_number"])
    op.create_index("subject_of_name", "subject", ["institution_id", "type_id", "family_name"])
    op.create_index("document_of_institution", "document", ["institution_id", "type_id", "id"])
    for state in ("suspended", "withdrawn"):
        few = sa.text(f"{state}_at IS NOT NULL")
        columns = ["institution_id", "type_id", "id"]
        op.create_index(f"document_{state}", "document", columns, sqlite_where=few, postgresql_where=few)


def downgrade() -> None:
    op.drop_index("document_withdrawn", "document")
    op.drop_index("document_suspended", "document")
    op.drop_index("document_of_institution", "document")
    op.drop_index("subject_of_name", "subject")
    op.drop_index("subject_of_number", "subject")
    op.execute(sa.delete(_subject).where(_subject.c.birth_key.is_(None)))
    with op.batch_alter_table("subject") as table:
        table.alter_column("birth_key", existing_type=sa.LargeBinary, nullable=False)
        for name in ("covers_until", "covers_from", "family_name", "personal_number", "institution_id"):
            table.drop_column(name)


def _fill(connection: sa.Connection) -> None:
    """Writes the row of every document that has its claims. Of a type that is there no more, only whose it is."""
    rulebooks = None
    for rows in _documents(connection):
        rulebooks = rulebooks or Catalogue.load().rulebooks
        held = sa.select(_subject.c.document_id, _subject.c.birth_key)
        held = held.where(_subject.c.document_id.in_([row.id for row in rows]))
        keys = {row.document_id: row.birth_key for row in connection.execute(held)}
        connection.execute(sa.delete(_subject).where(_subject.c.document_id.in_(list(keys))))
        added = []
        for row in rows:
            rulebook = rulebooks.get(row.type_id)
            about = None if rulebook is None else subject_of(rulebook, row.claims, keys.get(row.id))
            added.append({**_row(about), "document_id": row.id, "birth_key": keys.get(row.id)} | _home(row))
        connection.execute(sa.insert(_subject), added)


def _documents(connection: sa.Connection) -> Iterator[Sequence[sa.Row[Any]]]:
    last = ""
    while True:
        wanted = sa.select(_document).where(_document.c.erased_at.is_(None), _document.c.id > last)
        rows = connection.execute(wanted.order_by(_document.c.id).limit(AT_A_TIME)).all()
        if not rows:
            return
        yield rows
        last = rows[-1].id


def _home(row: sa.Row[Any]) -> dict[str, Any]:
    return {"institution_id": row.institution_id, "type_id": row.type_id}


def _row(about: Subject | None) -> dict[str, Any]:
    name, period = about and about.family_name, about and about.period
    return {
        "personal_number": about and about.personal_number,
        "family_name": name and name.encode(),
        "covers_from": period and period.start,
        "covers_until": period and period.end,
    }
