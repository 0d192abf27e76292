"""Entries of the audit log: their bytes and hashes are as described, whatever program reads them in ten years."""

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from issuer.audit import GENESIS, INSTITUTION, START, AuditEvent, LogEvent, chained, officer

AT = datetime(2026, 2, 15, 10, 0, 0, 250000, tzinfo=UTC)
EVENT = LogEvent(
    institution_id="FR:117000",
    event=AuditEvent.DOCUMENT_WITHDRAWN,
    at=AT,
    document_id="d1",
    details={"reason": "replaced", "effective_from": "2026-02-15"},
)
CONTENT = (
    b'{"actor":"institution","at":"2026-02-15T10:00:00.250000Z",'
    b'"details":{"effective_from":"2026-02-15","reason":"replaced"},"document":"d1",'
    b'"event":"document.withdrawn","institution":"FR:117000","sequence":1}'
)


def test_the_bytes_of_an_entry() -> None:
    (entry,) = chained(START, [EVENT], INSTITUTION)
    assert entry.content == CONTENT
    assert entry.hash == hashlib.sha256(bytes(32) + CONTENT).digest()
    assert entry.members() == json.loads(CONTENT)


def test_entries_are_numbered_and_linked() -> None:
    first, second = chained(START, [EVENT, EVENT], officer("m.martin"))
    assert (first.sequence, second.sequence) == (1, 2)
    assert second.hash == hashlib.sha256(first.hash + second.content).digest()
    assert second.members()["actor"] == "officer:m.martin"
    assert GENESIS not in (first.hash, second.hash)


def test_one_instant_has_one_spelling() -> None:
    elsewhere = replace(EVENT, at=AT.astimezone(timezone(timedelta(hours=2))))
    assert [entry.content for entry in chained(START, [elsewhere], INSTITUTION)] == [CONTENT]


def test_an_entry_of_any_size_is_refused() -> None:
    with pytest.raises(ValueError, match="an audit entry of"):
        list(chained(START, [replace(EVENT, details={"reason": "x" * 20_000})], INSTITUTION))
