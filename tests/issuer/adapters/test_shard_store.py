"""A status list is made from the entries that are not VALID, however many there are that are."""

from sqlalchemy import create_engine

from issuer.adapters.shard_store import not_valid_of
from issuer.adapters.tables import metadata


def test_entries_that_are_valid_are_not_read() -> None:
    engine = create_engine("sqlite://")
    metadata.create_all(engine)
    statement = not_valid_of("shard").compile(dialect=engine.dialect)
    values = tuple(statement.params[name] for name in statement.positiontup or ())
    with engine.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()
    assert [step.detail for step in plan] == [
        "SEARCH credential USING INDEX credential_not_valid (shard_id=? AND status>?)"
    ]
