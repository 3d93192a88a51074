"""The ground that reading a reply stands on: what may come in at all, and where its words are.

Pure. Text from people is data: beyond newlines and the blank at both ends nothing is changed, so
right-to-left overrides, emoji and combining marks stay as they were typed.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from questions.model import Frozen

EMPTY = "There is nothing in that yet. Write a few words and send it again."
TOO_LONG = (
    "That is {length:,} characters, and one answer holds {limit:,}. "
    "A shorter version works, or a link to the full text."
)
UNREADABLE = (
    "There are broken characters in that, so I can't keep it as it stands. "
    "Typing it again, or pasting it as plain text, works."
)

MAX_TEXT = 20_000
"""The longest text that one answer holds, in characters."""

READ_WORDS = 400

Fields = Mapping[str, str | Sequence[str]]
"""The fields of a form, by name: one value, or several."""

PUNCTUATION = " \t\n,.;:!?)]}-–—…\"'”’*_~`>+=|"
"""What can stand between a choice and the words after it."""

# NUL, surrogates and Unicode's non-characters: stores and wire formats refuse or mangle them.
_BROKEN = re.compile(
    "[\x00\ud800-\udfff\ufdd0-\ufdef"
    + "".join(chr(plane << 16 | low) for plane in range(17) for low in (0xFFFE, 0xFFFF))
    + "]"
)
# Letters and marks by category, and yet nothing that an eye can see.
_INVISIBLE = frozenset("\u034f\u115f\u1160\u2800\u3164\uffa0") | {
    chr(code) for code in range(0xFE00, 0xFE10)
}
_APOSTROPHES = frozenset("'\u2018\u2019\u02bc`\u00b4\uff07")


class Rejected(Frozen):
    """Why a reply could not become a value, and what would work.

    `reason` is one or two friendly sentences for the person. `code` is for the program: "no-match",
    "ambiguous", "needs-words", "empty", "too-long", "unreadable" or "not-answerable". `hints` are
    the option ids, or "yes" and "no", that can be offered as buttons.
    """

    reason: str
    code: str
    hints: tuple[str, ...] = ()


def readable(text: str) -> str | Rejected:
    """Check a text at the door and return it with `\\n` newlines and no blank at either end.

    Rejected as "empty" where nothing visible is in it, "too-long" over `MAX_TEXT` characters, and
    "unreadable" with NUL, lone surrogates or non-characters. Everything else is kept as typed.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if len(text) > MAX_TEXT:
        return too_long(len(text))
    if _BROKEN.search(text):
        return Rejected(reason=UNREADABLE, code="unreadable")
    if not any(map(_visible, text)):
        return Rejected(reason=EMPTY, code="empty")
    return text


def too_long(length: int) -> Rejected:
    """The refusal of a text of `length` characters."""
    return Rejected(reason=TOO_LONG.format(length=length, limit=MAX_TEXT), code="too-long")


def excerpt(text: str, limit: int = 40) -> str:
    """The first words of a text on one line, fit to stand in quotes inside a sentence."""
    line = " ".join(
        "".join(
            c for c in text if c.isspace() or unicodedata.category(c) not in ("Cc", "Cf")
        ).split()
    )
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a text: `key` is how it compares, `start` and `end` where it stands."""

    key: str
    start: int
    end: int


def words(text: str) -> list[Word]:
    """The first words of a text, keys without case, accents and apostrophes ("Don’t" -> "dont").

    Up to `READ_WORDS` of them: who says it later than that is telling a story, not choosing.
    """
    return list(islice(_words(text), READ_WORDS))


def keys(text: str) -> tuple[str, ...]:
    """The keys alone of a text's words."""
    return tuple(word.key for word in _words(text))


def word_set(text: str) -> frozenset[str]:
    """The words of a vocabulary that is written as one text."""
    return frozenset(text.split())


def numbered_words(text: str) -> dict[str, int]:
    """The words of a text with their places, from 1."""
    return {word: place for place, word in enumerate(text.split(), 1)}


def is_blank(text: str) -> bool:
    """Whether nothing but blanks, punctuation and plain signs stands in a text (no emoji)."""
    return all(
        not _visible(c) or c in PUNCTUATION or unicodedata.category(c)[0] == "P" for c in text
    )


def light(text: str) -> str:
    """A text without case and doubled blanks, symbols kept: compares labels that are no words."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    for apostrophe in _APOSTROPHES:
        folded = folded.replace(apostrophe, "'")
    return " ".join(folded.replace("\u201c", '"').replace("\u201d", '"').split())


def _words(text: str) -> Iterator[Word]:
    key, start = "", 0
    for at, char in enumerate(text):
        piece = _piece(char)
        if char in _APOSTROPHES:
            inside = key and at + 1 < len(text) and _piece(text[at + 1])
            piece = "" if inside else None
        if piece is None:
            if key:
                yield Word(key, start, at)
            key = ""
        elif piece or key:
            if not key:
                start = at
            key += piece
    if key:
        yield Word(key, start, len(text))


@lru_cache(maxsize=4096)
def _piece(char: str) -> str | None:
    """What a character adds to a word's key; "" for marks and format characters, None between."""
    if unicodedata.category(char) in ("Cf", "Mn", "Me"):
        return ""
    decomposed = unicodedata.normalize("NFKD", char).casefold().replace("\u0131", "i")
    piece = "".join(c for c in decomposed if c.isalnum() or unicodedata.category(c) == "Mc")
    return piece or None


def _visible(char: str) -> bool:
    kind = unicodedata.category(char)
    return kind[0] != "Z" and kind not in ("Cc", "Cf") and char not in _INVISIBLE
