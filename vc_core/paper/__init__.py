"""Documents on paper: A4 pages as PDF, with text in any European script and QR codes sharp enough for any printer.

A document is a title and blocks in their order. The same blocks make the same bytes: no time and no randomness enters.
Text is embedded with its characters, so that it can be searched, copied and read aloud, and its language is named.
`blocks` are the values, `pages` sets them; it is loaded when the first document is made, since most programs make none.
"""

from collections.abc import Sequence

from vc_core.paper.blocks import Block, Code, Fact, Heading, NewPage, Text

__all__ = ["Block", "Code", "Fact", "Heading", "NewPage", "Text", "pdf"]


def pdf(title: str, blocks: Sequence[Block], *, language: str, author: str, footer: str) -> bytes:
    """The document as PDF. language: BCP 47 tag. footer: stands on every page, with the page's number.

    Raises `ValueError` if a code is too large for its place.
    """
    from vc_core.paper import pages

    return pages.build(title, blocks, language=language, author=author, footer=footer)
