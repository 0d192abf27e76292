"""A case file as PDF, for the institution's records and for whoever has no EESSI client at hand (users.md, J13, AC1).

Made of the same values as the JSON and the page (`case_file_view`), in the same order and words.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from vc_core import paper
from vc_core.paper import Block, Fact, Heading, Text
from verifier.http.words import Words


def case_file_pdf(case: Mapping[str, Any], words: Words) -> bytes:
    """case: the case file's JSON, in the language of `words`. The same for the same case."""
    footer = f"{case['title']} · {words('dialogue', 'made', time=case['made_at'])} · {case['id']}"
    verifier = str(case["evidence"]["verifier"])
    blocks = (
        Text(case["statement"]),
        *_addressee(case, words),
        *_about(case, words),
        *_facts(case, words),
        *_result(case, words),
        *_evidence(case, words),
    )
    return paper.pdf(case["title"], blocks, language=words.tag, author=verifier, footer=footer)


def _addressee(case: Mapping[str, Any], words: Words) -> Iterator[Block]:
    to, eessi = case["addressee"], case["eessi"]
    yield Heading(words("dialogue", "addressee"))
    yield Text("\n".join(part for part in (to["name"], to["institution_id"], to["country"]) if part))
    if not to["established"]:
        yield Text(words("dialogue", "not_established"))
    yield Text(
        words("dialogue", "eessi", process=eessi["process"], message=eessi["message"]) + f"\n{eessi['citation']}"
    )


def _about(case: Mapping[str, Any], words: Words) -> Iterator[Block]:
    since, until = case["period"]["since"], case["period"].get("until")
    days = words("facts", "from_to", start=since, end=until) if until else words("facts", "since", start=since)
    yield Heading(words("dialogue", "about"))
    for name, value in case["person"].items():
        yield Fact(label=words("dialogue", name), value=value)
    yield Fact(label=words("dialogue", "period"), value=days)
    if number := case["document"].get("document_number"):
        yield Fact(label=words("facts", "document_number"), value=number)
    if case["remark"]:
        yield Heading(words("dialogue", "remark"))
        yield Text(case["remark"])


def _facts(case: Mapping[str, Any], words: Words) -> Iterator[Block]:
    if case["facts"]:
        yield Heading(words("facts", "unproven" if case["result"]["verdict"] == "CANNOT_CONFIRM" else "heading"))
    for fact in case["facts"]:
        yield Fact(label=fact["label"], value="\n".join(fact["lines"]), box=fact.get("box", ""))


def _result(case: Mapping[str, Any], words: Words) -> Iterator[Block]:
    result = case["result"]
    yield Heading(words("dialogue", "result"))
    yield Text(f"{words('verdict', result['verdict'], 'headline')} · {result['verdict']} · {result['at']}")
    for check in result["checks"]:
        reason = f" · {check['reason']}" if check.get("reason") else ""
        yield Fact(label=check["id"], value=words("reasons", check["outcome"]) + reason)


def _evidence(case: Mapping[str, Any], words: Words) -> Iterator[Block]:
    evidence = case["evidence"]
    yield Heading(words("dialogue", "evidence"))
    for name in ("verifier", "policy", "trust_list"):
        if evidence[name]:
            yield Fact(label=words("dialogue", name), value=str(evidence[name]))
    for one in evidence["status_lists"]:
        yield Fact(label=words("dialogue", "status_list"), value=f"{one['uri']}\n{one['sha256']}")
    yield Fact(label=words("dialogue", "receipt"), value=case["receipt"])
