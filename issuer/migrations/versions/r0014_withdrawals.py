"""Withdrawals that need two officers."""

import sqlalchemy as sa
from alembic import op

revision = "r0014"
down_revision = "r0013"
branch_labels = None
depends_on = None

ID = sa.String(64)


def upgrade() -> None:
    op.create_table(
        "withdrawal_request",
        sa.Column("id", ID, primary_key=True),
        sa.Column("institution_id", ID, nullable=False),
        sa.Column("type_id", ID, nullable=False),
        sa.Column("withdrawal_order", sa.Text, nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("asked_by", ID, nullable=False),
        sa.Column("asked_at", sa.BigInteger, nullable=False),
        sa.Column("decided_by", ID),
        sa.Column("decided_at", sa.BigInteger),
    )
    op.create_index(
        "withdrawal_request_of_institution", "withdrawal_request", ["institution_id", "state", "id"]
    )  # fmt: skip
    op.create_table(
        "withdrawal_item",
        sa.Column("request_id", ID, sa.ForeignKey("withdrawal_request.id"), primary_key=True),
        sa.Column("document_id", ID, sa.ForeignKey("document.id"), primary_key=True),
    )
    op.create_index("withdrawal_item_of_document", "withdrawal_item", ["document_id"])


def downgrade() -> None:
    op.drop_table("withdrawal_item")
    op.drop_table("withdrawal_request")
