"""Progress as a picture: one bar below another, as a PNG. Pure.

For platforms that take pictures and draw none themselves. There are no words in it: they stand
beside it as text, and in its alternative text. The ground is transparent and the colours stand out
from light and from dark (3:1 and more, https://www.w3.org/TR/WCAG22/#non-text-contrast). The same
numbers give the same bytes.
"""

import io
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple, Protocol

from PIL import Image, ImageDraw, ImageFont

WIDTH, BAR, GAP = 120, 8, 12
"""Of a bar, and between two of them, as shown."""
SCALE = 2
"""Drawn so many times larger than it is shown, for fine displays."""
SMOOTH = 4
"""Each point is made of so many by so many."""
COLOURS = 32
"""Of the palette: enough for two bars' smooth edges, and small."""

TRACK, DONE = (128, 134, 131, 96), (31, 148, 128, 255)


CHART, ROW, SIGNS = 480, 44, 16
"""Of a chart, as shown: its width, the height of a row, and of its letters."""
INK, TRACK_OPAQUE = (122, 128, 125, 255), (128, 134, 131, 110)
COUNT = "{done} of {total}"


class Titled(Protocol):
    """How far something is, with its name."""

    @property
    def title(self) -> str:
        """What it is called."""

    @property
    def done(self) -> int:
        """How much is done."""

    @property
    def total(self) -> int:
        """Of how much."""


class Bar(NamedTuple):
    """How far something is."""

    done: int
    total: int


def height(rows: int) -> int:
    """How high a picture of so many bars is, as shown."""
    return rows * BAR + max(rows - 1, 0) * GAP


@lru_cache(maxsize=500)
def bars(*rows: Bar) -> bytes:
    """A PNG of one bar for each row; at least one. To be shown `WIDTH` wide and `height` high."""
    across, down = WIDTH * SCALE, height(len(rows)) * SCALE
    large = Image.new("RGBA", (across * SMOOTH, down * SMOOTH), (*DONE[:3], 0))
    pen = ImageDraw.Draw(large)
    unit = SCALE * SMOOTH
    for n, row in enumerate(rows):
        top = n * (BAR + GAP) * unit
        _capsule(pen, top, WIDTH * unit, TRACK)
        if row.done > 0 and row.total > 0:
            share = min(row.done / row.total, 1)
            _capsule(pen, top, max(round(WIDTH * share), BAR) * unit, DONE)
    small = large.resize((across, down), Image.Resampling.BOX)
    paletted = small.quantize(COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    out = io.BytesIO()
    paletted.save(out, "PNG", optimize=True)  # as small as it gets
    return out.getvalue()


@lru_cache(maxsize=100)
def chart(rows: Sequence[Titled]) -> bytes:
    """A PNG of bars with their titles and numbers, for where no words stand beside it; at least one.

    The letters are those of Pillow's own font, which holds Latin ones; what it lacks is left to the
    alternative text.
    """
    font = ImageFont.load_default(SIGNS * SCALE)
    across, down = CHART * SCALE, (len(rows) * ROW + GAP) * SCALE
    drawn = Image.new("RGBA", (across, down), (*DONE[:3], 0))
    pen = ImageDraw.Draw(drawn)
    for n, row in enumerate(rows):
        top = (n * ROW + GAP // 2) * SCALE
        count = COUNT.format(done=row.done, total=row.total)
        pen.text((0, top), _latin(row.title), INK, font)
        pen.text((across, top), count, INK, font, anchor="ra")
        line = top + (SIGNS + 6) * SCALE
        _bar(pen, line, across, TRACK_OPAQUE)
        if row.done > 0 and row.total > 0:
            _bar(pen, line, max(round(across * min(row.done / row.total, 1)), BAR * SCALE), DONE)
    out = io.BytesIO()
    drawn.quantize(COLOURS * 2, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(
        out, "PNG", optimize=True
    )
    return out.getvalue()


def _latin(title: str) -> str:
    return title.encode("latin-1", "replace").decode("latin-1")


def _bar(pen: ImageDraw.ImageDraw, top: int, width: int, colour: tuple[int, int, int, int]) -> None:
    height = BAR * SCALE
    pen.rounded_rectangle((0, top, width - 1, top + height - 1), height // 2, colour)


def _capsule(
    pen: ImageDraw.ImageDraw, top: int, width: int, colour: tuple[int, int, int, int]
) -> None:
    """A bar with round ends."""
    bottom = top + BAR * SCALE * SMOOTH - 1
    pen.rounded_rectangle((0, top, width - 1, bottom), (bottom - top + 1) // 2, colour)
