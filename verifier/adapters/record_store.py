"""Verdicts on what was handed in, in the database: word and instant only."""

from dataclasses import asdict

from sqlalchemy import bindparam, insert, select, update

from vc_core.verdict import IdentityCompared, Word
from verifier.adapters import tables
from verifier.adapters.database import Database
from verifier.identifiers import is_id
from verifier.ports import HandedIn

_handed_in = tables.handed_in.c
_ADD = insert(tables.handed_in)
_FIND = select(tables.handed_in).where(_handed_in.id == bindparam("of"))
_COMPARED = update(tables.handed_in).where(_handed_in.id == bindparam("of"))


class RecordStore:
    """`ports.Records` on the table `handed_in`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, record: HandedIn) -> None:
        self._database.statement(lambda connection: connection.execute(_ADD, asdict(record)))

    def find(self, record_id: str) -> HandedIn | None:
        if not is_id(record_id):
            return None
        row = self._database.statement(
            lambda connection: connection.execute(_FIND, {"of": record_id}).mappings().one_or_none()
        )
        if row is None:
            return None
        word, identity = Word(row["word"]), IdentityCompared(row["identity_compared"])
        return HandedIn(**{**row, "word": word, "identity_compared": identity})

    def set_identity(self, record_id: str, identity: IdentityCompared) -> None:
        change = {"of": record_id, "identity_compared": identity.value}
        self._database.statement(lambda connection: connection.execute(_COMPARED, change))
