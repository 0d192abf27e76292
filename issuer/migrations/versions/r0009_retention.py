"""When the claims of a document were erased."""

import sqlalchemy as sa
from alembic import op

revision = "r0009"
down_revision = "r0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("document") as table:
        table.add_column(sa.Column("erased_at", sa.BigInteger))
    op.create_index("document_not_erased", "document", ["type_id", "erased_at", "id"])


def downgrade() -> None:
    op.drop_index("document_not_erased", "document")
    op.drop_column("document", "erased_at")
