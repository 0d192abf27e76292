"""Faults of rows are found by the document number, whose document may have to be erased."""

from alembic import op

revision = "r0021"
down_revision = "r0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("job_fault_key", "job_fault", ["key"])


def downgrade() -> None:
    op.drop_index("job_fault_key", "job_fault")
