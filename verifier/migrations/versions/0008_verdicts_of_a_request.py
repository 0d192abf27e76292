"""The verdicts on an answer stand in the row of their request, those on what was handed in in a table of their own."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_OF_REQUESTS = "SELECT request_id, id, identity_compared, body FROM verdict WHERE request_id IS NOT NULL"
_KEEP = sa.text("UPDATE request SET verdicts = :verdicts WHERE id = :id")


def upgrade() -> None:
    op.add_column("request", sa.Column("verdicts", sa.Text))
    op.add_column("request", sa.Column("identity_compared", sa.String(10)))
    op.create_table(
        "handed_in",
        sa.Column("id", sa.String(22), primary_key=True),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("word", sa.String(24), nullable=False),
        sa.Column("identity_compared", sa.String(10), nullable=False),
        sa.Column("token_fingerprint", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_handed_in_at", "handed_in", ["at"])
    op.execute(
        "INSERT INTO handed_in SELECT id, at, word, identity_compared, token_fingerprint FROM verdict"
        " WHERE request_id IS NULL AND token_fingerprint IS NOT NULL"
    )
    _move()
    op.drop_table("verdict")


def _move() -> None:
    connection = op.get_bind()
    verdicts: dict[str, list[str]] = {}
    for of, id_, compared, body in connection.exec_driver_sql(f"{_OF_REQUESTS} ORDER BY request_id, position"):
        one = f'{{"id":"{id_}","identity_compared":"{compared}","body":{body}}}'
        verdicts.setdefault(of, []).append(one)
    rows = [{"id": of, "verdicts": f"[{','.join(kept)}]"} for of, kept in verdicts.items()]
    if rows:
        connection.execute(_KEEP, rows)
