"""Bulk jobs, and what was wrong with their rows."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

from issuer.adapters.columns import Instant, Name
from issuer.adapters.tables.ground import ID, KEY, metadata

job = Table(
    "job",
    metadata,
    Column("id", ID, primary_key=True),
    Column("institution_id", ID, nullable=False),
    Column("type_id", ID, nullable=False),
    Column("form", String(8), nullable=False),
    Column("mode", String(8), nullable=False),
    Column("rows", Integer, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("source", KEY),
    Column("created_at", Instant, nullable=False),
    Column("leased_until", Instant),
    Column("finished_at", Instant),
    Column("offset", BigInteger, nullable=False),
    Column("issued", Integer, nullable=False),
    Column("failed", Integer, nullable=False),
    Column("duplicate", Integer, nullable=False),
    Column("worked", BigInteger, nullable=False),
    Index("job_of_institution", "institution_id", "created_at"),
)
"""offset: bytes that are done. worked: microseconds."""

job_fault = Table(
    "job_fault",
    metadata,
    Column("job_id", ID, ForeignKey("job.id"), primary_key=True),
    Column("row", Integer, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("key", Name),
    Column("pointer", Name, nullable=False),
    Column("code", ID, nullable=False),
    Column("message", Text, nullable=False),
    Index("job_fault_key", "key"),
)
"""position: counts the faults of a row, from 0. key, pointer: NULL and empty once they are erased."""
