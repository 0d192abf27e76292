"""Registrations are found by their document, of which nothing but the key is kept when it is erased."""

from alembic import op

revision = "r0015"
down_revision = "r0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_registration_document_id", "registration", ["document_id"])


def downgrade() -> None:
    op.drop_index("ix_registration_document_id", "registration")
