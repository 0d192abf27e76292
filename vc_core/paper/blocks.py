"""What stands in a document, as values: headings, paragraphs, rows of label and value, QR codes."""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Heading:
    text: str


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph; a line break stays one."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A row of label and value. box: its number on the paper form."""

    label: str
    value: str
    box: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A QR code with what it is for beside or below it. side: of the symbol with its quiet zone, in millimetres.

    max_version: of the symbol; more is refused (`ValueError`), since it could not be read at the size meant for it.
    """

    heading: str
    text: str
    how: str
    side: float
    max_version: int


@dataclass(frozen=True, slots=True)
class NewPage:
    """What follows begins on a page of its own."""


Block: TypeAlias = Heading | Text | Fact | Code | NewPage
