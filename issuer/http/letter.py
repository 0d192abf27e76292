"""A letter for people without a phone: what the document says by the boxes of the form, its inspection code, and an
offer for a wallet.

The transaction code is not in it: it reaches the holder by another way. Words come from the table `letter` of
`issuer/words/*.toml`, titles and labels from the rulebook.
"""

from collections.abc import Iterator, Mapping

from issuer.http.consent_pages import WORDS
from issuer.http.office_pages import rows
from issuer.http.qr_images import OFFER_QR_VERSION
from issuer.institutions import Institution
from issuer.use_cases.prepare_letter import LetterFacts
from vc_core import inspection_code, paper
from vc_core.paper import Block, Code, Fact, Heading, NewPage, Text
from vc_core.rulebook import Rulebook

OFFER_SIDE, CODE_SIDE = 62, 92
"""Millimetres: a module is 1 mm wide at least of an offer, 0.87 mm of an inspection code."""
LANGUAGES = tuple(WORDS)


def letter_pdf(institution: Institution, rulebook: Rulebook, facts: LetterFacts, language: str) -> bytes:
    """In one of `LANGUAGES`; the same for the same facts."""
    words = WORDS[language]["letter"]
    title, number = rulebook.title(language), facts.file.document.number or ""
    footer = words["footer"].format(title=title, number=number, institution=institution.name, id=institution.id)
    blocks = (
        Text(words["about"]),
        *_heading(institution, facts, words),
        *_inspection(rulebook, facts, words),
        *_collection(facts, words),
        NewPage(),
        Heading(words["content"]),
        *(
            Fact(box=row.box or "", label=row.label, value=row.value)
            for row in rows(rulebook, facts.file.document, language)
        ),
    )
    return paper.pdf(title, blocks, language=language, author=institution.name, footer=footer)


def _heading(institution: Institution, facts: LetterFacts, words: Mapping[str, str]) -> Iterator[Block]:
    yield Fact(label=words["institution"], value=f"{institution.name} ({institution.id})")
    if facts.file.document.number is not None:
        yield Fact(label=words["number"], value=facts.file.document.number)
    yield Fact(label=words["day"], value=facts.file.now.date().isoformat())


def _inspection(rulebook: Rulebook, facts: LetterFacts, words: Mapping[str, str]) -> Iterator[Block]:
    if facts.code is not None:
        yield Code(
            heading=words["for_inspectors"],
            how=words["inspect"],
            text=facts.code,
            side=CODE_SIDE,
            max_version=inspection_code.MAX_QR_VERSION,
        )
    elif rulebook.inspection_code is not None:
        yield Text(words["no_code"])


def _collection(facts: LetterFacts, words: Mapping[str, str]) -> Iterator[Block]:
    if facts.offer is None:
        yield Text(words["no_offer"])
        return
    until = facts.offer.offer.expires_at.strftime("%Y-%m-%d %H:%M UTC")
    yield Code(
        heading=words["for_wallet"],
        how=words["collect"].format(until=until),
        text=facts.offer.url,
        side=OFFER_SIDE,
        max_version=OFFER_QR_VERSION,
    )
