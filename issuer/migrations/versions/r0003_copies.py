"""Several copies of one credential for one offer, issued together."""

import sqlalchemy as sa
from alembic import op

revision = "r0003"
down_revision = "r0002"
branch_labels = None
depends_on = None

UNIQUE = "credential_of_offer"


def upgrade() -> None:
    with op.batch_alter_table("credential") as table:
        table.add_column(sa.Column("copy", sa.Integer, nullable=False, server_default="0"))
        table.drop_constraint(UNIQUE, type_="unique")
        table.create_unique_constraint(UNIQUE, ["offer_id", "configuration_id", "copy"])


def downgrade() -> None:
    with op.batch_alter_table("credential") as table:
        table.drop_constraint(UNIQUE, type_="unique")
        table.create_unique_constraint(UNIQUE, ["offer_id", "configuration_id"])
        table.drop_column("copy")
