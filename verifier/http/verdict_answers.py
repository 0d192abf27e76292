"""Verdicts and transactions as the interface's JSON. The verdict itself is `vc_core.verdict_json`; here stands what is
known beside it: its id, the identity step, the state of the transaction."""

from datetime import datetime
from typing import Any

from verifier.ports import Record, Result
from verifier.rechecks import Queued
from verifier.transactions import Refused
from verifier.verify_text import Handed


def instant(moment: datetime) -> str:
    """RFC 3339, UTC."""
    return moment.isoformat().replace("+00:00", "Z")


def handed_json(handed: Handed) -> dict[str, Any]:
    """The verdict as the role sees it, and what belongs to it alone."""
    sealed = {"sealed": handed.sealed} if handed.sealed else {}
    return {"id": handed.id, "identity_token": handed.identity_token, **handed.seen, **sealed}


def record_json(record: Record) -> dict[str, Any]:
    """A verdict that is kept, with the identity step as it is now."""
    return {"id": record.id, **record.body, "identity_compared": record.identity_compared.value}


def result_json(result: Result) -> dict[str, Any]:
    transaction = result.transaction
    refusal = {}
    if isinstance(transaction, Refused):
        told = {"error": transaction.error, "check": transaction.check}
        refusal = {"refusal": {name: value for name, value in told.items() if value is not None}}
    return {
        "id": transaction.terms.id,
        "state": transaction.name,
        "expires_at": instant(transaction.terms.expires_at),
        **refusal,
        "verdicts": [record_json(record) for record in result.records],
    }


def queued_json(queued: Queued) -> dict[str, Any]:
    again = queued.rechecked_at
    return {
        "id": queued.id,
        "at": instant(queued.given_at),
        "given": queued.given.value,
        "verdict": queued.word.value,
        "changed": queued.changed,
        "open": queued.pending is not None,
        "deciding": list(queued.deciding),
        "document": dict(queued.document),
        "rechecked_at": None if again is None else instant(again),
    }
