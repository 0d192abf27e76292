"""Documents on hold, and credentials that wallets wait for."""

import sqlalchemy as sa
from alembic import op

revision = "r0010"
down_revision = "r0009"
branch_labels = None
depends_on = None

ID = sa.String(64)


def upgrade() -> None:
    op.create_table(
        "issuance_hold",
        sa.Column("document_id", ID, sa.ForeignKey("document.id"), primary_key=True),
        sa.Column("since", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "deferral",
        sa.Column("fingerprint", sa.LargeBinary, primary_key=True),
        sa.Column("family", sa.LargeBinary, nullable=False),
        sa.Column("offer_id", ID, sa.ForeignKey("offer.id"), nullable=False),
        sa.Column("document_id", ID, sa.ForeignKey("document.id"), nullable=False),
        sa.Column("configuration_id", sa.String(255), nullable=False),
        sa.Column("keys", sa.Text, nullable=False),
        sa.Column("asked_at", sa.BigInteger, nullable=False),
        sa.UniqueConstraint("offer_id", "configuration_id", name="deferral_of_offer"),
    )
    op.create_index("ix_deferral_asked_at", "deferral", ["asked_at"])


def downgrade() -> None:
    op.drop_table("deferral")
    op.drop_table("issuance_hold")
