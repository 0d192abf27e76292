"""QR codes: what is written can be read by another implementation, and images from peers are bounded."""

import io

import pytest
from PIL import Image

from vc_core import qr
from vc_core.rejection import Rejection

TEXT = "SSC1:" + "6BF+70790T9WJWG.FKY*4GO0.O1CV2 O5 N2FBBRW1" * 8


def test_png_is_read_back_by_zxing() -> None:
    assert qr.read(qr.png(TEXT)) == (TEXT,)


def test_svg_draws_the_same_modules_as_the_png() -> None:
    symbol = qr.symbol("HELLO WORLD")
    drawn = symbol.svg().count("h1v1h-1z")
    assert drawn == sum(sum(row) for row in symbol.modules)
    assert f'viewBox="0 0 {len(symbol.modules) + 8} {len(symbol.modules) + 8}"' in symbol.svg()


def test_alphanumeric_text_takes_the_compact_mode() -> None:
    assert qr.symbol("A" * 311).version == 10  # version 10-M holds 311 alphanumeric characters or 213 bytes


def test_text_above_the_version_limit_is_a_fault_of_the_program() -> None:
    with pytest.raises(ValueError, match=r"need version"):
        qr.symbol("a" * 214, max_version=10)


def test_text_that_fits_no_symbol() -> None:
    with pytest.raises(ValueError, match="fit no QR code"):
        qr.symbol("a" * 3000)


def test_image_without_a_code_reads_as_nothing() -> None:
    out = io.BytesIO()
    Image.new("L", (200, 200), 255).save(out, "PNG")
    assert qr.read(out.getvalue()) == ()


@pytest.mark.parametrize(
    ("image", "reason"),
    [
        pytest.param(b"not an image", "image_unreadable", id="not_an_image"),
        pytest.param(b"", "image_unreadable", id="empty"),
        pytest.param(qr.png("x")[:60], "image_unreadable", id="truncated_png"),
        pytest.param(b"\0" * (qr.MAX_IMAGE_BYTES + 1), "image_too_large", id="too_many_bytes"),
    ],
)
def test_bad_images_are_refused(image: bytes, reason: str) -> None:
    with pytest.raises(Rejection) as caught:
        qr.read(image)
    assert caught.value.reason == reason


def test_image_with_too_many_pixels_is_refused_before_it_is_decoded() -> None:
    out = io.BytesIO()
    Image.new("1", (6000, 5000), 1).save(out, "PNG")
    with pytest.raises(Rejection) as caught:
        qr.read(out.getvalue())
    assert caught.value.reason == "image_too_large"
