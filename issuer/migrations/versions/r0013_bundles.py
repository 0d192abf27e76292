"""Offers that stand for several documents."""

import sqlalchemy as sa
from alembic import op

revision = "r0013"
down_revision = "r0012"
branch_labels = None
depends_on = None

ID = sa.String(64)


def upgrade() -> None:
    op.create_table(
        "offer_bundle",
        sa.Column("bundle_id", ID, sa.ForeignKey("offer.id"), primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("offer_id", ID, sa.ForeignKey("offer.id"), nullable=False, unique=True),
    )


def downgrade() -> None:
    op.drop_table("offer_bundle")
