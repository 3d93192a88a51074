"""What an outline is made of once it is read: headings, bullets and paragraphs, in reading order.

Text files and Word files both come down to these blocks; `questions.outline_draft` turns blocks
into a bank. Pure.
"""

import re
from dataclasses import dataclass, field
from enum import StrEnum


class OutlineError(ValueError):
    """The outline cannot be read. The message is one clear sentence for the person who gave it."""


class Shape(StrEnum):
    """What a block is on the page."""

    HEADING = "heading"
    BULLET = "bullet"
    PARAGRAPH = "paragraph"


@dataclass(frozen=True)
class Block:
    """One heading, bullet or paragraph, its wrapped lines joined.

    `level` counts from 1 and may skip; for a heading 1 is the highest. `lost` marks a bullet whose
    level is a guess, because the sign before it was lost in copying.
    """

    shape: Shape
    text: str
    level: int = 1
    lost: bool = False


@dataclass(frozen=True)
class Page:
    """A whole outline as blocks, and what its reader was unsure of."""

    blocks: tuple[Block, ...]
    unsure: tuple[str, ...] = ()


@dataclass
class Levels:
    """Turns marks on the page (indent and sign) into levels by what has been seen so far.

    Two marks are of one level where sign and indent agree. Otherwise a deeper indent is a deeper
    level; at the same indent a new sign is a deeper level only if the outline (`indented` false)
    shows its levels by signs alone.
    """

    indented: bool
    by_sign: bool = True
    _open: list[tuple[int, str, int]] = field(default_factory=list)
    """The open levels, outermost first: indent, sign, the sign's usual rank."""

    def place(self, indent: int, sign: str, rank: int = -1) -> int:
        """The level (from 1) of a bullet with this `sign`, `indent` columns in."""
        if not self.by_sign:
            sign, rank = "", -1
        for depth in range(len(self._open), 0, -1):
            known = self._open[depth - 1]
            if known[1] == sign and abs(known[0] - indent) <= 1:
                del self._open[depth:]
                return depth
        while self._open and self._above(self._open[-1], indent, rank):
            self._open.pop()
        if self._open and self._beside(self._open[-1], indent, rank):
            self._open.pop()
        self._open.append((indent, sign, rank))
        return len(self._open)

    def _above(self, last: tuple[int, str, int], indent: int, rank: int) -> bool:
        if last[0] > indent + 1:
            return True
        return not self.indented and -1 < rank < last[2]

    def _beside(self, last: tuple[int, str, int], indent: int, rank: int) -> bool:
        """Whether a new sign stands for the same level as the last one."""
        if not self.indented or (rank > last[2] > -1):
            return False
        return indent <= last[0] + (not self.by_sign)

    def signs(self) -> tuple[str, ...]:
        """The signs of the levels now open, outermost first."""
        return tuple(sign for _, sign, _ in self._open)

    def restart(self) -> None:
        """Forget everything: a heading begins a new tree."""
        self._open.clear()


_CLOSED = re.compile(r"[.?!:;…][\"'”’»)\]]*$|[)\]]$")
_TITLE_WORDS, _TITLE_LENGTH = 10, 80
CONSIDER = re.compile(r"^consider (how|what|whether|the|where)\b", re.IGNORECASE)


def closed(text: str) -> bool:
    """Whether a text ends as a finished one does."""
    return bool(_CLOSED.search(text[-40:].rstrip()))


def lower_start(text: str) -> bool:
    """Whether a text begins in lower case, as the rest of a broken line does."""
    bare = text.lstrip("\"'“‘«([ ")
    return bare[:1].islower()


def title_like(text: str) -> bool:
    """Whether a text is short and open-ended enough to be a heading."""
    bare = text.strip().removesuffix(":")
    return (
        0 < len(bare) <= _TITLE_LENGTH
        and len(bare.split()) <= _TITLE_WORDS
        and any(letter.isalpha() for letter in bare)
        and not lower_start(bare)
        and not re.search(r"[?!;]|[.,]$|:.*:", bare)
        and not CONSIDER.match(bare)
    )


def spaced(text: str) -> str:
    """Every run of white space as one space, no-break spaces kept, ends trimmed."""
    return re.sub(r"[^\S\u00a0\u202f]+", " ", text).strip()


def brief(text: str, most: int = 60) -> str:
    """A text short enough to be quoted in a sentence."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
