"""Documents that have no effect for the time being."""

import sqlalchemy as sa
from alembic import op

revision = "r0016"
down_revision = "r0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("document") as table:
        table.add_column(sa.Column("suspended_at", sa.BigInteger))
        table.add_column(sa.Column("suspended_by", sa.String(64)))
        table.add_column(sa.Column("suspension_order", sa.Text))


def downgrade() -> None:
    """What is suspended stays so on the status lists; lift or withdraw it first."""
    for name in ("suspension_order", "suspended_by", "suspended_at"):
        op.drop_column("document", name)
