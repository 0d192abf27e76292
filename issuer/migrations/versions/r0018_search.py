"""What officers find documents by: person, days covered, institution.

Of documents that are here already it stays empty: `institution_id` is NULL until the service has read them
(`issuer.use_cases.index_documents`). So this step reads no claims, and does not change with what finds them.
"""

import sqlalchemy as sa
from alembic import op

revision = "r0018"
down_revision = "r0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("subject") as table:
        table.add_column(sa.Column("institution_id", sa.String(64)))
        table.add_column(sa.Column("personal_number", sa.String))
        table.add_column(sa.Column("family_name", sa.LargeBinary))
        table.add_column(sa.Column("covers_from", sa.String(10)))
        table.add_column(sa.Column("covers_until", sa.String(10)))
        table.alter_column("birth_key", existing_type=sa.LargeBinary, nullable=True)
    op.execute(
        "INSERT INTO subject (document_id, type_id) SELECT id, type_id FROM document "
        "WHERE erased_at IS NULL AND NOT EXISTS (SELECT 1 FROM subject WHERE document_id = document.id)"
    )
    unread = sa.text("institution_id IS NULL")
    op.create_index(
        "subject_unread", "subject", ["type_id", "document_id"], sqlite_where=unread, postgresql_where=unread
    )
    op.create_index("subject_of_number", "subject", ["institution_id", "type_id", "personal_number"])
    op.create_index("document_of_institution", "document", ["institution_id", "type_id", "id"])
    for state in ("suspended", "withdrawn"):
        few = sa.text(f"{state}_at IS NOT NULL")
        columns = ["institution_id", "type_id", "id"]
        op.create_index(f"document_{state}", "document", columns, sqlite_where=few, postgresql_where=few)


def downgrade() -> None:
    op.drop_index("document_withdrawn", "document")
    op.drop_index("document_suspended", "document")
    op.drop_index("document_of_institution", "document")
    op.drop_index("subject_of_number", "subject")
    op.drop_index("subject_unread", "subject")
    op.execute("DELETE FROM subject WHERE birth_key IS NULL")
    with op.batch_alter_table("subject") as table:
        table.alter_column("birth_key", existing_type=sa.LargeBinary, nullable=False)
        for name in ("covers_until", "covers_from", "family_name", "personal_number", "institution_id"):
            table.drop_column(name)
