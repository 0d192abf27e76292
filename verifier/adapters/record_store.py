"""Verdicts on what was handed in, in the database: word and instant only."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from vc_core.verdict import IdentityCompared, Word
from verifier.adapters import tables
from verifier.adapters.database import Database
from verifier.identifiers import is_id
from verifier.ports import HandedIn

_handed_in = tables.handed_in.c
_FIND = select(tables.handed_in).where(_handed_in.id == bindparam("of"))
_COMPARED = update(tables.handed_in).where(_handed_in.id == bindparam("of"))


class RecordStore:
    """`ports.Records` on the table `handed_in`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._add = database.prepare(insert(tables.handed_in), *_handed_in.keys())
        self._find = database.prepare(_FIND)
        self._compared = database.prepare(_COMPARED, "identity_compared")

    def add(self, record: HandedIn) -> None:
        self._database.changed(self._add, **asdict(record))

    def find(self, record_id: str) -> HandedIn | None:
        found = self._database.rows(self._find, of=record_id) if is_id(record_id) else []
        return _handed_in_of(found[0]) if found else None

    def set_identity(self, record_id: str, identity: IdentityCompared) -> None:
        self._database.changed(self._compared, of=record_id, identity_compared=identity.value)


def _handed_in_of(row: Mapping[str, Any]) -> HandedIn:
    word, identity = Word(row["word"]), IdentityCompared(row["identity_compared"])
    return HandedIn(**{**row, "word": word, "identity_compared": identity})
