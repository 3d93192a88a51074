"""The lines of a text file or a PDF copy -> blocks: wrapped lines joined, levels found.

Pure. What a page adds (numbers, repeated headers, breaks) is taken out in `outline_pages`.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from questions.outline_blocks import (
    CONSIDER,
    Block,
    Levels,
    Page,
    Shape,
    brief,
    closed,
    lower_start,
    spaced,
    title_like,
)
from questions.outline_pages import Line, page_lines
from questions.outline_signs import DOT, RING, SQUARE, Sign, split_sign

NOTE_LEVEL = "These bullets lost their signs in copying. They became questions of their own, but may be parts of the one before: {quotes}."

_LOST = Sign("lost", 0)
_NARROW = 50  # columns; below this nobody wraps lines
_FULL = 0.8  # of the width: a line this long may have been wrapped
_HASHES = re.compile(r"^(#{1,6})\s+(?=[^#\s])(.+)$")
_HASHES_BEHIND = re.compile(r"\s#+$")
_BELOW_HASHES = 7
_OPEN_END = re.compile(
    r"(?:,|\b(?:a|an|and|are|as|at|by|for|from|in|is|of|on|or|our|the|their|to|with|your))$",
    re.IGNORECASE,
)
_BOLD_LINE = re.compile(r"^(\*\*|__)(?P<text>[^*_]+)\1:?$")
_PHASE = re.compile(r"^(phase|part|step|stage)\s+(\d+|[ivx]+|[a-z])\b(?!.*[?.;]$)", re.IGNORECASE)
_LONGEST_WORD = 80
_PARTED = re.compile(r"([^\W\d_]+(?:[-‐][^\W\d_]+)*)[-‐]$")
_TIED = re.compile(r"\S[-‐/]$")
_WORD = re.compile(r"[^\W\d_]+(?:[-‐][^\W\d_]+)*")
# What tells a third-level bullet from a first-level one where neither has a sign.
_LEANS_BACK = re.compile(
    r"^(if (so|not|yes|no)\b|and\b|or\b|why( (not|or why not|so))?\?|e\.g|which of (these|those|them)\b|"
    r"(do|are|will|can|should|how (do|will|can|are)) (they|these|those|them)\b)",
    re.IGNORECASE,
)


@dataclass
class _Item:
    """A block in the making."""

    shape: Shape
    last: str
    indent: int = 0
    signs: tuple[Sign, ...] = ()
    level: int = 1
    lost: bool = False
    before: list[str] = field(default_factory=list)
    """What stands before the last line, the spaces between lines included."""

    @property
    def text(self) -> str:
        """The whole text."""
        return spaced("".join([*self.before, self.last]).rstrip("\u00ad"))

    def append(self, line: str, last: str, space: str) -> None:
        """Add a line; `last` is what the line above turns into, `space` what stands between."""
        self.before += [last, space]
        self.last = line


def read_lines(lines: Iterable[str], *, markdown: bool = False) -> Page:
    """Read the lines of a text as blocks.

    `markdown` tells that levels are by indent alone, `- ` and `* ` being the same sign. Raises
    `OutlineError` for what is no text (NUL, broken characters).
    """
    kept, notes = page_lines(lines)
    if not kept:
        return Page((), notes)
    items = _Joiner(kept).items()
    _place(items, markdown)
    blocks = tuple(Block(i.shape, text, i.level, i.lost) for i in items if (text := i.text))
    lost = [f"“{brief(block.text)}”" for block in blocks if block.lost]
    unsure = (NOTE_LEVEL.format(quotes=", ".join(lost)),) if lost else ()
    return Page(blocks, notes + unsure)


class _Joiner:
    """Walks the lines once and says for each whether it opens a block or goes on with one."""

    def __init__(self, lines: list[Line]) -> None:
        self.lines = lines
        lengths = sorted(line.indent + len(line.text) for line in lines)
        self.width = max(_NARROW, lengths[int(0.95 * (len(lengths) - 1))])
        text = "\n".join(line.text for line in lines).lower()
        self.known = set(_WORD.findall(text))
        self.headed = any(line.heading or _HASHES.match(line.text) for line in lines)
        self.signs = [split_sign(line.text) for line in lines]
        self.lost = _signs_lost(lines, self.signs)
        if self.lost:
            self._restore()

    def _restore(self) -> None:
        """Give the lines that lost their sign in copying the sign `lost`."""
        before, alone = "", False
        for place, line in enumerate(self.lines):
            signs, rest = self.signs[place]
            if not signs and line.indent and not line.heading and not alone:
                broken = lower_start(line.text) and before and not closed(before)
                if not broken:
                    self.signs[place] = ((_LOST,), rest)
            elif signs and signs[0].order and title_like(rest):
                self.signs[place] = ((), line.text)  # a numbered heading
            before, alone = line.text, bool(signs) and not rest

    def items(self) -> list[_Item]:
        """Every block, its lines joined."""
        items: list[_Item] = []
        for place, line in enumerate(self.lines):
            signs, rest = self.signs[place]
            fresh = self._heading(place, items[-1] if items else None)
            if fresh is None and signs:
                fresh = _Item(Shape.BULLET, rest, line.indent, signs)
            if fresh is None and (not items or not self._goes_on(place, items[-1])):
                fresh = _Item(Shape.PARAGRAPH, line.text, line.indent)
            if fresh:
                items.append(fresh)
            else:
                items[-1].append(line.text, *self._seam(items[-1].last, line.text))
        return items

    def _heading(self, place: int, last: _Item | None) -> _Item | None:
        line = self.lines[place]
        if line.heading:
            return _Item(Shape.HEADING, line.text, level=line.heading)
        if hashes := _HASHES.match(line.text):
            return _Item(Shape.HEADING, _HASHES_BEHIND.sub("", hashes[2]), level=len(hashes[1]))
        bold = _BOLD_LINE.match(line.text)
        if self.signs[place][0] or (self.headed and not bold):
            return None
        text = bold["text"] if bold else line.text
        if not title_like(text) or not self._free(place, last):
            return None
        plain = bold or _PHASE.match(text) or (text.isupper() and len(text) > 3)
        if plain or self._before_bullet(place) or self._stands_alone(place, last):
            return _Item(Shape.HEADING, text, level=_BELOW_HASHES if self.headed else 1)
        return None

    def _free(self, place: int, last: _Item | None) -> bool:
        """Whether a line cannot be the rest of the one above."""
        line = self.lines[place]
        if last is None or last.shape is Shape.HEADING:
            return True
        if not last.last:
            return False  # a sign alone on its line: its words come next
        if line.gap:
            return True
        if line.indent > 1:
            return False
        return closed(last.last) or not (self._full(place) or _OPEN_END.search(last.last[-10:]))

    def _before_bullet(self, place: int) -> bool:
        after = place + 1
        if after >= len(self.lines) or not self.signs[after][0]:
            return False
        return self.lines[place].indent <= max(1, self.lines[after].indent)

    def _stands_alone(self, place: int, last: _Item | None) -> bool:
        line, after = self.lines[place], self.lines[place + 1 : place + 2]
        if not after or lower_start(after[0].text) or line.indent > 1:
            return False
        above = line.gap or last is None or last.shape is Shape.HEADING
        if not above:
            return False
        title = title_like(after[0].text) and self._before_bullet(place + 1)
        return after[0].gap or title or not self._full(place + 1)

    def _full(self, place: int) -> bool:
        """Whether the line above was so long that this line's first word had no room on it."""
        above = self.lines[place - 1]
        first = len(self.lines[place].text.split()[0])
        return above.indent + len(above.text) + 1 + first > _FULL * self.width

    def _goes_on(self, place: int, last: _Item) -> bool:
        line = self.lines[place]
        if last.shape is Shape.HEADING or CONSIDER.match(line.text):
            return False
        if not last.last:
            return True  # a sign alone on its line: its words come next
        if lower_start(line.text):
            return not (line.gap and closed(last.last))
        if line.gap:
            return last.shape is Shape.BULLET and not closed(last.last) and self._full(place)
        if not closed(last.last) or self._full(place):
            return True
        if last.shape is Shape.BULLET:
            return line.indent > last.indent and not self.lost
        return not last.last.endswith("?")

    def _seam(self, above: str, below: str) -> tuple[str, str]:
        """What a line turns into where the next goes on with it, and what stands between them."""
        if above.endswith("\u00ad"):
            return above[:-1], ""
        tail = _PARTED.search(above[-_LONGEST_WORD:])
        if tail and lower_start(below):
            head = _WORD.match(below[:_LONGEST_WORD])
            whole = (tail[1] + (head[0] if head else "")).lower()
            # Only a word that the outline also writes in one piece was parted by the page.
            return (above[:-1] if whole in self.known else above), ""
        return above, "" if not above or _TIED.search(above[-2:]) else " "


def _signs_lost(lines: list[Line], signs: list[tuple[tuple[Sign, ...], str]]) -> bool:
    """Whether this is a copy whose first-level bullets are nothing but a leading space."""
    bare, first = 0, 0
    for line, (found, rest) in zip(lines, signs, strict=True):
        if found:
            # Rings and squares survive such a copy; a numbered title is a heading.
            if found[0].style not in (RING, SQUARE) and not (found[0].order and title_like(rest)):
                return False
        elif line.indent and not line.heading:
            bare += 1
            first += not lower_start(line.text)
    opened = any(
        not above.indent and not signs[place][0] and below.indent and not signs[place + 1][0]
        for place, (above, below) in enumerate(pairwise(lines))
    )
    opened = opened or bool(lines[0].indent and not signs[0][0])
    return opened and first > 0 and first * 2 > bare


def _place(items: list[_Item], markdown: bool) -> None:
    bullets = [item for item in items if item.shape is Shape.BULLET]
    if any(item.signs[0] is _LOST for item in bullets):
        _place_lost(items)
        return
    indents = [item.indent for item in bullets]
    spread = bool(indents) and max(indents) - min(indents) > 1
    levels = Levels(indented=spread or markdown, by_sign=not markdown)
    orders: dict[str, int] = {}
    for item in items:
        if item.shape is Shape.HEADING:
            levels.restart()
        elif item.shape is Shape.BULLET:
            sign = _which(item.signs, levels.signs(), orders)
            orders[sign.style] = sign.order
            item.level = levels.place(item.indent, sign.style, sign.rank)


def _which(signs: tuple[Sign, ...], open_signs: tuple[str, ...], orders: dict[str, int]) -> Sign:
    """The reading of a letter that goes on with an open list, else the one that begins a list."""
    for sign in signs:
        if sign.style in open_signs and orders.get(sign.style) == sign.order - 1:
            return sign
    return next((sign for sign in signs if sign.order == 1), signs[0])


def _place_lost(items: list[_Item]) -> None:
    """Levels where first and third-level signs are gone and only rings are left for the second."""
    indents = {item.indent for item in items if item.signs and item.signs[0] is _LOST}
    ring: _Item | None = None
    before: _Item | None = None
    for item in items:
        if item.shape is Shape.HEADING:
            ring = before = None
        if item.shape is not Shape.BULLET:
            continue
        style = item.signs[0].style
        if style == RING:
            item.level, ring = 2, item
        elif style == SQUARE:
            item.level = 3
        elif style == DOT or style != _LOST.style:
            item.level, ring = 1, None
        elif len(indents) > 1:
            item.level = 1 if item.indent == min(indents) else 3
        elif ring and _below(item, ring, before):
            item.level = 3
        else:
            item.level, item.lost, ring = 1, ring is not None, None
        before = item


def _below(item: _Item, ring: _Item, before: _Item | None) -> bool:
    if _LEANS_BACK.match(item.text) or lower_start(item.text):
        return True
    if not ring.text.endswith(":"):
        return False
    # What follows a colon stays below it for as long as it is of one kind: questions or phrases.
    return before is ring or before is None or ("?" in before.text) == ("?" in item.text)
