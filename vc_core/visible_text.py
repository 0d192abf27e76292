"""Text that a reader can see: what an institution has printed and signed is what a reader reads.

Refused are text of nothing but spaces; characters that are not seen, which make two texts look the same or one look
like another (controls but for tab and line break, U+200B, U+2060, U+FEFF, and the embeddings, overrides and isolates
of Unicode Standard Annex #9); and U+FFFD and noncharacters, which a wrong encoding leaves behind. Joiners and the marks
U+200E and U+200F are part of writing and stay. Asked of documents at their issue only: what others have signed is
judged by its schema.
"""

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum

from vc_core.claims import ClaimPath

_INVISIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u2060\ufeff\u202a-\u202e\u2066-\u2069]")
_DAMAGED = re.compile("[\ufffd-\uffff\ufdd0-\ufdef]")


class TextFault(StrEnum):
    """What is wrong with a text."""

    BLANK = "blank"
    INVISIBLE = "invisible"
    DAMAGED = "damaged"


def text_faults(value: object, path: ClaimPath = ()) -> Iterator[tuple[ClaimPath, TextFault]]:
    """Every text in JSON claims that is not as it has to be, by its concrete path, in the order of the claims."""
    if isinstance(value, str):
        if (fault := text_fault(value)) is not None:
            yield path, fault
    elif isinstance(value, Mapping):
        for name, member in value.items():
            yield from text_faults(member, (*path, name))
    elif isinstance(value, list | tuple):
        for index, element in enumerate(value):
            yield from text_faults(element, (*path, index))


def text_fault(text: str) -> TextFault | None:
    """What is wrong with one text; nothing with one that is empty, which is for the schema to allow."""
    if text.isascii() and text.isprintable():
        return TextFault.BLANK if text.isspace() else None
    if _DAMAGED.search(text):
        return TextFault.DAMAGED
    if _INVISIBLE.search(text):
        return TextFault.INVISIBLE
    return TextFault.BLANK if text.isspace() else None
