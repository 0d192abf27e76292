"""A verdict in the queue of rechecks in the words of the page: which document, what was said, what is said now."""

from collections.abc import Sequence
from dataclasses import dataclass

from vc_core.catalogue import Catalogue
from verifier.http.verdict_answers import instant
from verifier.http.words import Words
from verifier.rechecks import Queued


@dataclass(frozen=True, slots=True, kw_only=True)
class RecheckView:
    """document: lines that name it, as far as the role may know. given_at: RFC 3339."""

    word: str
    headline: str
    given: str
    given_at: str
    document: Sequence[str]
    changed: bool
    is_open: bool


def recheck_view(queued: Queued, catalogue: Catalogue, words: Words) -> RecheckView:
    document = queued.document
    rulebook = catalogue.rulebooks.get(document.get("type_id", ""))
    title = document.get("title", "") if rulebook is None else rulebook.title(words.tag)
    named = (title, document.get("document_number", ""), document.get("institution_name", ""))
    return RecheckView(
        word=queued.word.value,
        headline=words("verdict", queued.word.value, "headline"),
        given=words("verdict", queued.given.value, "headline"),
        given_at=instant(queued.given_at),
        document=tuple(line for line in named if line),
        changed=queued.changed,
        is_open=queued.pending is not None,
    )
