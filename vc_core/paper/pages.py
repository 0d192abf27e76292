"""Sets the blocks of a document on A4 pages (reportlab).

The fonts (DejaVu Sans, `../fonts/LICENSE`) come with the package and are read when this module is loaded. Left out:
images, several columns, tagged structure.
"""

import io
import threading
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any, assert_never
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Flowable, KeepTogether, PageBreak, Paragraph, SimpleDocTemplate, Spacer, Table

from vc_core import qr
from vc_core.paper.blocks import Block, Code, Fact, Heading, NewPage, Text

REGULAR, BOLD = "DejaVuSans", "DejaVuSans-Bold"
_FONTS = Path(__file__).parents[1] / "fonts"
_MARGIN = 20 * mm
_PADDING = 6
_WIDTH = A4[0] - 2 * (_MARGIN + _PADDING)
_LABEL_WIDTH = 0.42 * _WIDTH
_ONE_AT_A_TIME = threading.Lock()
"""Documents share the fonts, and a font keeps its place in its file while its glyphs are copied."""
_INK, _QUIET, _LINE = HexColor(0x141A22), HexColor(0x48535F), HexColor(0xC3CAD2)

for _name in (REGULAR, BOLD):
    pdfmetrics.registerFont(TTFont(_name, str(_FONTS / f"{_name}.ttf")))
pdfmetrics.registerFontFamily(REGULAR, normal=REGULAR, bold=BOLD, italic=REGULAR, boldItalic=BOLD)


def build(title: str, blocks: Sequence[Block], *, language: str, author: str, footer: str) -> bytes:
    """As `vc_core.paper.pdf`."""
    out = io.BytesIO()
    template = SimpleDocTemplate(
        out,
        pagesize=A4,
        title=title,
        subject=title,
        creator=author,
        author=author,
        lang=language,
        invariant=1,
        leftMargin=_MARGIN,
        rightMargin=_MARGIN,
        topMargin=_MARGIN,
        bottomMargin=_MARGIN + 8 * mm,
    )
    draw_footer = partial(_draw_footer, footer)
    story = [Paragraph(_markup(title), _style(18, BOLD, after=10)), *_flowables(blocks)]
    with _ONE_AT_A_TIME:
        template.build(story, onFirstPage=draw_footer, onLaterPages=draw_footer)
    return out.getvalue()


def _flowables(blocks: Sequence[Block]) -> list[Any]:
    story: list[Any] = []
    for block in blocks:
        match block:
            case Heading(text=text):
                story.append(Paragraph(_markup(text), _style(12, BOLD, before=10, after=4, keep=True)))
            case Text(text=text):
                story.append(_paragraph(text))
            case Fact():
                story.append(_fact(block))
            case Code():
                story.append(_code(block))
            case NewPage():
                story.append(PageBreak())
            case _:
                assert_never(block)
    return story


def _style(size: float, font: str = REGULAR, *, before: float = 0, after: float = 5, keep: bool = False) -> Any:
    return ParagraphStyle(
        f"{font} {size}",
        fontName=font,
        fontSize=size,
        leading=1.35 * size,
        textColor=_INK,
        spaceBefore=before,
        spaceAfter=after,
        keepWithNext=keep,
        splitLongWords=True,
    )


def _paragraph(text: str, size: float = 10) -> Any:
    return Paragraph("<br/>".join(map(_markup, text.split("\n"))), _style(size))


def _markup(text: str) -> str:
    """Text as the paragraphs' markup has it; characters that cannot be printed are blanks."""
    return escape("".join(sign if sign.isprintable() else " " for sign in text))


def _fact(fact: Fact) -> Any:
    label = f"<b>{_markup(fact.box)}</b>  {_markup(fact.label)}" if fact.box else _markup(fact.label)
    row = [Paragraph(label, _style(8.5, after=0)), _paragraph(fact.value, 9.5)]
    return Table([row], colWidths=[_LABEL_WIDTH, _WIDTH - _LABEL_WIDTH], style=_FACT_LINES, splitInRow=1)


_FACT_LINES = [
    ("LINEBELOW", (0, 0), (-1, -1), 0.5, _LINE),
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("LEFTPADDING", (0, 0), (-1, -1), 0),
    ("TOPPADDING", (0, 0), (-1, -1), 3),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
]


def _code(code: Code) -> Any:
    """The symbol on the left, its text on the right, together on one page."""
    symbol = _Symbol(qr.symbol(code.text, max_version=code.max_version), code.side * mm)
    beside = [Paragraph(_markup(code.heading), _style(12, BOLD)), _paragraph(code.how)]
    widths = [code.side * mm + 6 * mm, _WIDTH - code.side * mm - 6 * mm]
    lines = [("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0)]
    return KeepTogether([Spacer(1, 4 * mm), Table([[symbol, beside]], colWidths=widths, style=lines)])


class _Symbol(Flowable):  # type: ignore[misc]
    """A QR symbol as filled rectangles, one a run of dark modules, within its quiet zone."""

    def __init__(self, symbol: qr.Symbol, side: float) -> None:
        super().__init__()
        self._symbol, self.width, self.height = symbol, side, side

    def draw(self) -> None:
        modules = self._symbol.modules
        unit = self.width / (len(modules) + 2 * qr.QUIET_ZONE)
        path = self.canv.beginPath()
        for y, row in enumerate(modules):
            for start, length in _dark_runs(row):
                left = (start + qr.QUIET_ZONE) * unit
                path.rect(left, self.height - (y + 1 + qr.QUIET_ZONE) * unit, length * unit, unit)
        self.canv.setFillColorRGB(0, 0, 0)
        self.canv.drawPath(path, stroke=0, fill=1)


def _dark_runs(row: Sequence[bool]) -> list[tuple[int, int]]:
    """Beginnings and lengths of the dark stretches of a row."""
    runs: list[tuple[int, int]] = []
    for x, dark in enumerate(row):
        if dark and runs and sum(runs[-1]) == x:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        elif dark:
            runs.append((x, 1))
    return runs


def _draw_footer(footer: str, canvas: Any, template: Any) -> None:
    canvas.saveState()
    canvas.setFont(REGULAR, 7.5)
    canvas.setFillColor(_QUIET)
    canvas.drawString(_MARGIN + _PADDING, 12 * mm, footer)
    canvas.drawRightString(A4[0] - _MARGIN - _PADDING, 12 * mm, str(template.page))
    canvas.restoreState()
