"""A reply as words with signs between them, and the numbers in it that can pick an option.

A place in a reply is the index of a word. "2 years" and "2.5" pick nothing.
"""

import re
from dataclasses import dataclass
from typing import NamedTuple

from questions.reading import Word, numbered_words, word_set

_NUMBERS = numbered_words("one two three four five six seven eight nine ten")
_ORDINALS = numbered_words("first second third fourth fifth sixth seventh eighth ninth tenth")
_COUNTED = word_set("option options number choice answer nr opt")
_ORDINAL_NOUNS = word_set("one option choice answer")
# Words after which a number counts or measures something and picks nothing.
_UNITS = word_set(
    """year years yr yrs month months week weeks day days hour hours hr hrs minute minutes min mins
    second seconds euro euros dollar dollars pound pounds usd eur percent per times x people persons
    person members member candidates learners of to out questions options things reasons parts more
    less others other levels steps modules credits points pm am th nd st rd k m"""
)
_ROUGHLY = word_set("so more less fewer")
CONNECTORS = word_set(
    """because cause since as i we but though although for on with if by in after plus and or then
    please so instead rather until unless given while when would is"""
)
_STOP = re.compile(r"[,.;:!?\n()\[\]…–—|&/+=]|-\s|\s-")
_SEPARATOR = re.compile(r"[,;/&+|\n]")
_DASHES = ("-", "–", "—")
# A price, a share or a signed number, by the sign before it and the sign after it.
_SIGNED = re.compile(r"[$€£¥]\s*$|[-−.]$")
_MEASURED = ("%", "€", "$", "£")


class Found(NamedTuple):
    """Options at a place, by index, and the word after them.

    Several are candidates for one, and so ambiguous, but in a `series` ("1-3") all are meant.
    """

    options: tuple[int, ...]
    end: int
    series: bool = False


@dataclass
class Reply:
    """What was typed, and its words."""

    text: str
    words: list[Word]

    def gap(self, place: int) -> str:
        """What stands between the word before a place and the word at it, or the text's end."""
        start = self.words[place - 1].end if place else 0
        return self.text[start : self.words[place].start if place < len(self.words) else None]

    def stop(self, place: int) -> bool:
        """Whether the text ends, or a sign separates, before a place."""
        return place >= len(self.words) or _STOP.search(self.gap(place)) is not None

    def separated(self, place: int) -> bool:
        """Whether a sign that lists things (comma, slash, new line …) stands before a place."""
        return place < len(self.words) and _SEPARATOR.search(self.gap(place)) is not None

    def closed(self, place: int) -> bool:
        """Whether what was said before a place can stand for itself."""
        return self.stop(place) or self.words[place].key in CONNECTORS


def numbered(reply: Reply, place: int, count: int, strict: bool) -> Found | None:
    """The option, of `count`, whose number is said at a place ("2", "#2", "the second one", "1-3").

    With `strict` a number that other words follow without a sign picks nothing.
    """
    key, counted = reply.words[place].key, False
    if key in _COUNTED and place + 1 < len(reply.words):
        place, counted = place + 1, True
        key = reply.words[place].key
    if ordinal := _ordinal(reply, place, count):
        return ordinal
    spelled = _NUMBERS.get(key)
    if not (spelled or (key.isdecimal() and len(key) < 4)) or _SIGNED.search(reply.gap(place)):
        return None
    number, end = spelled or int(key), place + 1
    if not 1 <= number <= count or reply.gap(end).startswith(_MEASURED):
        return None
    if end < len(reply.words) and reply.words[end].key.isdecimal():
        gap, digits = reply.gap(end), reply.words[end].key
        if gap.strip() in _DASHES:
            return _series(reply, number, end, count)
        if gap in (".", ":") or (gap == "," and len(digits) > 2):
            return None
    elif not reply.stop(end):
        if _measures(reply, end):
            return None
        if (strict or spelled) and not counted and not reply.closed(end):
            return None
    return Found((number - 1,), end)


def _measures(reply: Reply, place: int) -> bool:
    """Whether the words at a place make the number before them an amount ("years", "or so")."""
    found = [word.key for word in reply.words[place : place + 2]]
    return found[0] in _UNITS or (found[0] == "or" and found[-1] in _ROUGHLY)


def _series(reply: Reply, first: int, place: int, count: int) -> Found | None:
    last = int(reply.words[place].key[:4])
    if not first < last <= count or not reply.closed(place + 1):
        return None
    return Found(tuple(range(first - 1, last)), place + 1, series=True)


def _ordinal(reply: Reply, place: int, count: int) -> Found | None:
    if reply.words[place].key == "the":
        place += 1
    if place >= len(reply.words):
        return None
    key = reply.words[place].key
    number = _ORDINALS.get(key)
    if number is None and (digits := re.fullmatch(r"(\d{1,2})(st|nd|rd|th)", key)):
        number = int(digits[1])
    if key == "last":
        number = count
    if number is None or not 1 <= number <= count:
        return None
    end = place + 1
    if end < len(reply.words) and reply.words[end].key in _ORDINAL_NOUNS:
        return Found((number - 1,), end + 1)
    alone = end == len(reply.words) and key != "last"
    return Found((number - 1,), end) if alone else None
