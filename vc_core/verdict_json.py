"""A verdict as JSON: one form for the service, the command line, the inspector's page and the harness.

`{verdict, identity_compared, holder_proof, deciding, document, claims, checks, at}`, and `identity_match: {type_id,
reason}` where an identity document was presented beside it; every check has `id`, `outcome`,
`severity`, `refs` and, where they say something, `reason`, `where`, `evidence` and `blocked_by`.
"""

from typing import Any

from vc_core.checks import Check
from vc_core.verdict import Document, Verdict


def verdict_json(verdict: Verdict) -> dict[str, Any]:
    match = verdict.identity_match
    matched = {} if match is None else {"identity_match": {"type_id": match.type_id, "reason": match.reason}}
    return {
        "verdict": verdict.word.value,
        "identity_compared": verdict.identity_compared.value,
        **matched,
        "holder_proof": verdict.holder_proof,
        "deciding": list(verdict.deciding),
        "document": document_json(verdict.document),
        "claims": dict(verdict.claims),
        "checks": [check_json(check) for check in verdict.checks],
        "at": verdict.at.isoformat().replace("+00:00", "Z"),
    }


def document_json(document: Document) -> dict[str, str]:
    """What is known of it."""
    return {name: getattr(document, name) for name in document.__slots__ if getattr(document, name)}


def check_json(check: Check) -> dict[str, Any]:
    members: dict[str, Any] = {
        "id": check.id,
        "outcome": str(check.outcome),
        "severity": str(check.severity),
        "refs": list(check.refs),
    }
    if check.reason:
        members["reason"] = check.reason
    if check.where:
        members["where"] = check.where
    if check.evidence:
        members["evidence"] = dict(check.evidence)
    if check.blocked_by:
        members["blocked_by"] = check.blocked_by
    return members
