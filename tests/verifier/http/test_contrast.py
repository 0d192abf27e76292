"""Text and ground on the inspector's page keep the contrast of WCAG 2.2, success criterion 1.4.3, light and dark."""

import re
from pathlib import Path

import pytest

CSS = (Path(__file__).parents[3] / "verifier" / "static" / "inspector.css").read_text()
LIGHT_BLOCK, DARK_BLOCK = re.findall(r":root {([^}]*)}", CSS)


def colours(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))


LIGHT = colours(LIGHT_BLOCK)
DARK = LIGHT | colours(DARK_BLOCK)
TEXTS = [
    ("ink", "ground"),
    ("ink", "paper"),
    ("ink-quiet", "ground"),
    ("ink-quiet", "paper"),
    ("action", "ground"),
    ("action", "paper"),
    ("on-action", "action"),
    ("on-note", "note"),
    ("on-confirmed", "confirmed"),
    ("on-old", "old"),
    ("on-not-covered", "not-covered"),
    ("on-withdrawn", "withdrawn"),
    ("on-cannot", "cannot"),
]
SHAPES = [("line", "ground"), ("line", "paper"), ("focus", "ground"), ("focus", "paper")]


def luminance(colour: str) -> float:
    parts = [int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXTS)
def test_text_can_be_read(theme: dict[str, str], text: str, ground: str) -> None:
    assert contrast(theme[text], theme[ground]) >= 4.5


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("shape", "ground"), SHAPES)
def test_borders_and_focus_can_be_seen(theme: dict[str, str], shape: str, ground: str) -> None:
    """Success criterion 1.4.11."""
    assert contrast(theme[shape], theme[ground]) >= 3


def test_every_colour_of_the_dark_theme_is_one_of_the_light_theme() -> None:
    assert set(colours(DARK_BLOCK)) <= set(LIGHT)
