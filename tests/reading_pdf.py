"""A PDF as a reader has it: drawn by an implementation that is not ours (PDFium), its text and its QR codes."""

import ctypes
from collections.abc import Sequence
from typing import Any

import pypdfium2
import zxingcpp

DOTS = 150 / 72
"""150 dots an inch, what an office printer or a camera at reading distance has at least."""


class ReadPdf:
    def __init__(self, content: bytes) -> None:
        self._document = pypdfium2.PdfDocument(content)

    @property
    def pages(self) -> int:
        return len(self._document)

    @property
    def title(self) -> str:
        return str(self._document.get_metadata_dict()["Title"])

    @property
    def language(self) -> str:
        """The catalogue's `Lang`."""
        return _utf16(pypdfium2.raw.FPDFCatalog_GetLanguage, self._document.raw)

    def text(self, page: int) -> str:
        return str(self._document[page].get_textpage().get_text_range())

    @property
    def all_text(self) -> str:
        """In one line: where lines are broken is no matter."""
        return " ".join(" ".join(self.text(page) for page in range(self.pages)).split())

    def codes(self, page: int) -> Sequence[str]:
        image = self._document[page].render(scale=DOTS).to_pil()
        wanted = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
        return [code.text for code in zxingcpp.read_barcodes(image, formats=wanted)]


def _utf16(function: Any, *arguments: Any) -> str:
    """What a PDFium function writes: UTF-16 with a zero at its end, its length in bytes asked for first."""
    size = function(*arguments, None, 0)
    buffer = (ctypes.c_ushort * (size // 2))()
    function(*arguments, buffer, size)
    return bytes(buffer).decode("utf-16-le").rstrip("\0")
