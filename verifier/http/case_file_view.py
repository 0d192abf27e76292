"""A case file as JSON, in the words of one language; the printable page is made of the same values."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from verifier.case_file import CaseFile
from verifier.http.facts import DocumentFacts, asked_day
from verifier.http.verdict_answers import instant
from verifier.http.words import Words

_VERDICT = ("verdict", "at", "deciding", "identity_compared", "holder_proof", "checks")


def case_file_json(case: CaseFile, words: Words) -> dict[str, Any]:
    """`statement` says what the law says meanwhile; `eessi` by which message the question travels."""
    verdict, dialogue, question = case.verdict, case.dialogue, case.question
    since = question.since or asked_day(verdict)
    return {
        "id": verdict["id"],
        "purpose": question.purpose,
        "title": dialogue.title(words.tag),
        "statement": dialogue.statement(words.tag),
        "made_at": instant(case.made_at),
        "language": words.tag,
        "eessi": {"process": dialogue.process, "message": dialogue.message, "citation": dialogue.citation},
        "addressee": asdict(case.addressee),
        "period": {"since": since.isoformat(), **({"until": question.until.isoformat()} if question.until else {})},
        "person": {name: value for name, value in asdict(case.person).items() if value is not None},
        "document": dict(verdict["document"]),
        "facts": [
            {"label": fact.label, "lines": list(fact.lines), **({"box": fact.box} if fact.box else {})}
            for fact in _facts(case, words)
        ],
        "claims": verdict["claims"],
        "result": {name: verdict[name] for name in _VERDICT},
        "evidence": _evidence(case.receipt),
        "receipt": verdict["receipt"],
        "remark": question.remark,
    }


def _facts(case: CaseFile, words: Words) -> list[Any]:
    return DocumentFacts(case.verdict, case.rulebook, words).all() if case.verdict["claims"] else []


def _evidence(receipt: Mapping[str, Any]) -> dict[str, Any]:
    """What the verdict rests on, to be held against the published history. trust_list, sha256: base64url."""
    return {
        "verifier": receipt["iss"],
        "policy": receipt["policy"],
        "trust_list": receipt.get("trust_list", ""),
        "status_lists": receipt.get("status_lists", []),
    }
