"""Names are searched in their order, page by page, without looking at the rows."""

from alembic import op

revision = "r0019"
down_revision = "r0018"
branch_labels = None
depends_on = None

COLUMNS = ["institution_id", "type_id", "family_name"]


def upgrade() -> None:
    op.drop_index("subject_of_name", "subject")
    op.create_index("subject_of_name", "subject", [*COLUMNS, "document_id"])


def downgrade() -> None:
    op.drop_index("subject_of_name", "subject")
    op.create_index("subject_of_name", "subject", COLUMNS)
