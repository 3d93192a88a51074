"""Progress as a picture: small, the same each time, and to be seen on light and on dark."""

import io

import pytest
from PIL import Image

from bot.picture import BAR, GAP, SCALE, WIDTH, Bar, bars, height

SIX = (Bar(35, 35), Bar(9, 12), Bar(3, 20), Bar(1, 300), Bar(0, 13), Bar(5, 9))
LIGHT, DARK = (255, 255, 255), (41, 41, 41)
"""The grounds of cards in Teams (Microsoft's host configs for it)."""
STANDS_OUT = 3.0
"""Contrast of a picture's parts: https://www.w3.org/TR/WCAG22/#non-text-contrast."""


def drawn(*rows: Bar) -> Image.Image:
    """The picture, with its points as red, green, blue and opacity."""
    return Image.open(io.BytesIO(bars(*rows))).convert("RGBA")


def full(picture: Image.Image, row: int) -> float:
    """How much of a row's bar is filled, seen along its middle."""
    y = (row * (BAR + GAP) + BAR // 2) * SCALE
    across = [picture.getpixel((x, y)) for x in range(picture.width)]
    return sum(isinstance(p, tuple) and p[3] == 255 for p in across) / picture.width


def contrast(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    """By https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio."""

    def light(colour: tuple[int, ...]) -> float:
        parts = [c / 255 for c in colour[:3]]
        r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    brighter, darker = sorted((light(one), light(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def test_six_bars_are_small_and_the_same_each_time() -> None:
    """A card has room for them many times over."""
    made = bars(*SIX)
    bars.cache_clear()
    assert bars(*SIX) == made
    assert len(made) < 3000
    assert drawn(*SIX).size == (WIDTH * SCALE, height(6) * SCALE)
    assert height(1) == BAR


@pytest.mark.parametrize("row", range(len(SIX)))
def test_each_bar_is_as_full_as_its_numbers_say(row: int) -> None:
    """A start is seen, however small; nothing done is nothing filled."""
    done, total = SIX[row]
    wanted = max(done / total, BAR / WIDTH) if done else 0
    assert full(drawn(*SIX), row) == pytest.approx(wanted, abs=0.02)


@pytest.mark.parametrize("bar", [Bar(0, 0), Bar(3, 0), Bar(9, 4), Bar(-1, 4)])
def test_odd_numbers_are_drawn_all_the_same(bar: Bar) -> None:
    """No more than full, and no less than empty."""
    assert full(drawn(bar), 0) == (1 if bar.done > bar.total > 0 else 0)


@pytest.mark.parametrize("ground", [LIGHT, DARK])
def test_what_is_done_stands_out_from_the_ground(ground: tuple[int, ...]) -> None:
    """On a card in light and in dark; the ground itself is let through."""
    picture = drawn(Bar(1, 2))
    point = picture.getpixel((BAR * SCALE, BAR))
    assert isinstance(point, tuple)
    assert contrast(point, ground) >= STANDS_OUT
    corner = picture.getpixel((0, 0))
    assert isinstance(corner, tuple)
    assert corner[3] < 40
