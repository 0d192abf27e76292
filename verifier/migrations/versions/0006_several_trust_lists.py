"""Each trust list remembers how far it was: one operator may sign several."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.rename_table("trust_list", "only_trust_list")
    op.create_table(
        "trust_list",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("operator", sa.LargeBinary, nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        sa.Column("seen_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("name", "operator", name="known_trust_list"),
    )
    op.execute(
        "INSERT INTO trust_list (name, operator, sequence, seen_at) "
        "SELECT '', operator, sequence, seen_at FROM only_trust_list"
    )
    op.drop_table("only_trust_list")
