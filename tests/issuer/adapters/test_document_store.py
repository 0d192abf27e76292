"""Documents are looked for in a way that does not take longer the more of them there are."""

import pytest
from sqlalchemy import Engine, create_engine

from issuer.adapters.document_store import in_force_of
from issuer.adapters.tables import metadata


@pytest.fixture
def engine() -> Engine:
    engine = create_engine("sqlite://")
    metadata.create_all(engine)
    return engine


@pytest.mark.parametrize("persons", [1, 1000])
def test_the_documents_of_persons_are_found_by_the_person(engine: Engine, persons: int) -> None:
    """SQLite, with no statistics, thinks more of an index that begins with institution and type."""
    wanted = in_force_of("FR:910000", "any", [number.to_bytes(32, "big") for number in range(persons)])
    compiled = wanted.compile(dialect=engine.dialect, compile_kwargs={"render_postcompile": True})
    values = tuple(compiled.params[name] for name in compiled.positiontup or ())
    with engine.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}", values).all()
    assert plan[0].detail == "SEARCH document USING INDEX document_of_person (person_key=?)"
