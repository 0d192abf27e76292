"""Bulk jobs and the faults of their rows."""

import sqlalchemy as sa
from alembic import op

revision = "r0011"
down_revision = "r0010"
branch_labels = None
depends_on = None

ID = sa.String(64)
KEY = sa.String(255)


def upgrade() -> None:
    op.create_table(
        "job",
        sa.Column("id", ID, primary_key=True),
        sa.Column("institution_id", ID, nullable=False),
        sa.Column("type_id", ID, nullable=False),
        sa.Column("form", sa.String(8), nullable=False),
        sa.Column("mode", sa.String(8), nullable=False),
        sa.Column("rows", sa.Integer, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("source", KEY),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("leased_until", sa.BigInteger),
        sa.Column("finished_at", sa.BigInteger),
        sa.Column("offset", sa.BigInteger, nullable=False),
        sa.Column("issued", sa.Integer, nullable=False),
        sa.Column("failed", sa.Integer, nullable=False),
        sa.Column("duplicate", sa.Integer, nullable=False),
        sa.Column("worked", sa.BigInteger, nullable=False),
    )
    op.create_index("job_of_institution", "job", ["institution_id", "created_at"])
    op.create_table(
        "job_fault",
        sa.Column("job_id", ID, sa.ForeignKey("job.id"), primary_key=True),
        sa.Column("row", sa.Integer, primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("key", sa.String),
        sa.Column("pointer", sa.String, nullable=False),
        sa.Column("code", ID, nullable=False),
        sa.Column("message", sa.Text, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("job_fault")
    op.drop_table("job")
