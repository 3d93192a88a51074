"""Splits a text that is longer than what holds it, where a reader would; nothing is left out. Pure."""

import unicodedata
from collections.abc import Callable, Iterator

JOINER, SKINS = "\u200d", range(0x1F3FB, 0x1F400)
CLUSTER = 32
"""So many signs at most are taken for one letter with its marks."""


def split(text: str, reach: Callable[[str], int]) -> Iterator[str]:
    """A text in pieces, split at a line or a word where there is one; together they are the text.

    `reach` says how many characters from a text's start fit into one piece, one at least. No piece
    splits a letter from its marks, unless one such letter is longer than a piece.
    """
    rest = text
    while (end := reach(rest)) < len(rest):
        end = _cut(rest, end)
        yield rest[:end]
        rest = rest[end:]
    if rest:
        yield rest


def _cut(text: str, end: int) -> int:
    """The best place to split at or before `end`: after a line, after a word, between letters."""
    for sign in "\n ":
        at = text.rfind(sign, 0, end)
        if at >= end // 2:
            return at + 1
    at = end
    while at > 1 and end - at < CLUSTER and _belongs(text[at - 1], text[at]):
        at -= 1
    return at if end - at < CLUSTER and not _belongs(text[at - 1], text[at]) else end


def _belongs(before: str, sign: str) -> bool:
    """Whether a sign is part of the letter before it."""
    marks = unicodedata.category(sign) in ("Mn", "Mc", "Me")
    return marks or JOINER in (before, sign) or ord(sign) in SKINS
