"""What the credentials of a document are bound to."""

import sqlalchemy as sa
from alembic import op

revision = "r0012"
down_revision = "r0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("document") as table:
        table.add_column(sa.Column("binding", sa.String(8), nullable=False, server_default="key"))


def downgrade() -> None:
    op.drop_column("document", "binding")
