"""What wallets report of the credentials they were given."""

import sqlalchemy as sa
from alembic import op

revision = "r0004"
down_revision = "r0003"
branch_labels = None
depends_on = None

ID = sa.String(64)


def upgrade() -> None:
    op.create_table(
        "notice",
        sa.Column("fingerprint", sa.LargeBinary, primary_key=True),
        sa.Column("offer_id", ID, sa.ForeignKey("offer.id"), nullable=False),
        sa.Column("document_id", ID, sa.ForeignKey("document.id"), nullable=False),
        sa.Column("event", ID),
        sa.Column("reported_at", sa.BigInteger),
    )


def downgrade() -> None:
    op.drop_table("notice")
