"""QR codes (ISO/IEC 18004): text to a symbol as SVG or PNG, and the texts of the codes in an image.

Error correction is level M throughout (users read codes from phone screens and paper). Writing uses `qrcode`, reading
`zxing-cpp`. Images from peers are bounded in bytes and pixels before they are decoded.
"""

import io
from dataclasses import dataclass
from typing import Any

import qrcode
import zxingcpp
from PIL import Image
from qrcode.constants import ERROR_CORRECT_M
from qrcode.exceptions import DataOverflowError

from vc_core.rejection import Rejection

MAX_IMAGE_BYTES = 8 * 1024 * 1024
MAX_IMAGE_PIXELS = 24_000_000
QUIET_ZONE = 4
"""Modules of white border that ISO/IEC 18004 asks for."""


@dataclass(frozen=True, slots=True)
class Symbol:
    """One QR symbol: `modules[row][column]`, true for dark, without the quiet zone."""

    version: int
    modules: tuple[tuple[bool, ...], ...]

    def svg(self) -> str:
        """A standalone SVG document, one unit a module, dark on white whatever the page around it."""
        size = len(self.modules) + 2 * QUIET_ZONE
        path = "".join(
            f"M{x + QUIET_ZONE},{y + QUIET_ZONE}h1v1h-1z"
            for y, row in enumerate(self.modules)
            for x, dark in enumerate(row)
            if dark
        )
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" shape-rendering="crispEdges">'
            f'<rect width="{size}" height="{size}" fill="#fff"/><path d="{path}" fill="#000"/></svg>'
        )

    def png(self, *, scale: int = 8) -> bytes:
        """A PNG of `scale` pixels a module."""
        size = len(self.modules) + 2 * QUIET_ZONE
        image = Image.new("1", (size, size), 1)
        for y, row in enumerate(self.modules):
            for x, dark in enumerate(row):
                if dark:
                    image.putpixel((x + QUIET_ZONE, y + QUIET_ZONE), 0)
        out = io.BytesIO()
        image.resize((size * scale, size * scale), Image.Resampling.NEAREST).save(out, "PNG", optimize=True)
        return out.getvalue()


def symbol(text: str, *, max_version: int = 40) -> Symbol:
    """The smallest symbol at level M that holds `text`.

    Raises `ValueError` if it needs a version above `max_version`: the program tried to write too much into one code.
    """
    code = _fitted(text, max_version)
    code.make(fit=True)
    return Symbol(code.version, tuple(tuple(bool(cell) for cell in row) for row in code.get_matrix()))


def require_fit(text: str, *, max_version: int) -> None:
    """Raises `ValueError` as `symbol` would; draws nothing, which is most of the work."""
    _fitted(text, max_version)


def svg(text: str, *, max_version: int = 40) -> str:
    return symbol(text, max_version=max_version).svg()


def png(text: str, *, max_version: int = 40, scale: int = 8) -> bytes:
    return symbol(text, max_version=max_version).png(scale=scale)


def read(image: bytes) -> tuple[str, ...]:
    """The texts of all QR codes in a PNG, JPEG, WebP, GIF or BMP image, in reading order; empty if none is found.

    Raises `Rejection` with `image_too_large` or `image_unreadable`.
    """
    if len(image) > MAX_IMAGE_BYTES:
        raise Rejection("image_too_large", evidence={"bytes": len(image), "limit": MAX_IMAGE_BYTES})
    try:
        picture = Image.open(io.BytesIO(image), formats=("PNG", "JPEG", "WEBP", "GIF", "BMP"))
        if picture.width * picture.height > MAX_IMAGE_PIXELS:
            raise Rejection("image_too_large", evidence={"pixels": picture.width * picture.height})
        grey = picture.convert("L")
    except Rejection:
        raise
    except Exception as error:
        raise Rejection("image_unreadable") from error
    wanted = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    return tuple(code.text for code in zxingcpp.read_barcodes(grey, formats=wanted))


def _fitted(text: str, max_version: int) -> qrcode.QRCode[Any]:
    """The code with its version, not yet drawn."""
    code: qrcode.QRCode[Any] = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=0)
    code.add_data(text)
    try:
        version = code.best_fit()
    except (DataOverflowError, ValueError) as error:
        raise ValueError(f"{len(text)} characters fit no QR code") from error
    if version > max_version:
        raise ValueError(f"{len(text)} characters need version {version}-M, {max_version}-M is the limit")
    return code
