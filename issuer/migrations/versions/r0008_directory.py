"""The directory of competent institutions, kept with its history, and the trust lists made of it."""

import sqlalchemy as sa
from alembic import op

revision = "r0008"
down_revision = "r0007"
branch_labels = None
depends_on = None

ID = sa.String(64)
OF_ENTRY = "directory_entry.id"


def upgrade() -> None:
    op.create_table(
        "directory_entry",
        sa.Column("id", ID, primary_key=True),
        sa.Column("country", sa.String(2), nullable=False),
        *(
            sa.Column(name, sa.Text, nullable=False)
            for name in ("names", "contact", "anchors", "signers", "status_anchors", "status_prefixes", "revoked")
        ),
    )
    op.create_table(
        "competence",
        sa.Column("institution_id", ID, sa.ForeignKey(OF_ENTRY), primary_key=True),
        sa.Column("type_id", ID, primary_key=True),
        sa.Column("issue_from", sa.String(10), primary_key=True),
        sa.Column("issue_until", sa.String(10)),
        sa.Column("postcodes", sa.Text, nullable=False),
    )
    op.create_index("competence_of_type", "competence", ["type_id", "issue_from"])
    op.create_table(
        "directory_change",
        sa.Column("institution_id", ID, sa.ForeignKey(OF_ENTRY), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("actor", sa.String(255), nullable=False),
        sa.Column("members", sa.Text, nullable=False),
    )
    op.create_table(
        "published_list",
        sa.Column("sequence", sa.Integer, primary_key=True),
        sa.Column("issued_at", sa.BigInteger, nullable=False),
        sa.Column("digest", ID, nullable=False),
        sa.Column("operator", sa.Text, nullable=False),
        sa.Column("access_anchors", sa.Text, nullable=False),
    )


def downgrade() -> None:
    for table in ("published_list", "directory_change", "competence", "directory_entry"):
        op.drop_table(table)
