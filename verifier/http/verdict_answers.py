"""Verdicts and transactions as the interface's JSON. The verdict itself is `vc_core.verdict_json`; here stands what is
known beside it: its id, the identity step, the state of the transaction."""

from typing import Any

from vc_core.verdict_json import verdict_json
from verifier.ports import Record
from verifier.read_result import Result
from verifier.transactions import Refused
from verifier.verify_text import Handed


def handed_json(handed: Handed) -> dict[str, Any]:
    beside = {"id": handed.id, "identity_token": handed.identity_token, "receipt": handed.receipt}
    return {**beside, **verdict_json(handed.verdict)}


def record_json(record: Record) -> dict[str, Any]:
    """A verdict that is kept, with the identity step as it is now."""
    return {"id": record.id, **(record.body or {}), "identity_compared": record.identity_compared.value}


def result_json(result: Result) -> dict[str, Any]:
    transaction = result.transaction
    refusal = {}
    if isinstance(transaction, Refused):
        told = {"error": transaction.error, "check": transaction.check}
        refusal = {"refusal": {name: value for name, value in told.items() if value is not None}}
    return {
        "id": transaction.terms.id,
        "state": transaction.name,
        "expires_at": transaction.terms.expires_at.isoformat().replace("+00:00", "Z"),
        **refusal,
        "verdicts": [record_json(record) for record in result.records],
    }
