"""Names are searched in their order, page by page, without looking at the rows."""

from alembic import op

revision = "r0019"
down_revision = "r0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("subject_of_name", "subject", ["institution_id", "type_id", "family_name", "document_id"])


def downgrade() -> None:
    op.drop_index("subject_of_name", "subject")
