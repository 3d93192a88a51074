"""The words of an answer, as the full-text index knows them. Pure.

An index term is the committee's number and the folded word ("12_prices"). So a search, prefixes
included, reads only the terms of its own committee, and costs the same however many answers of
others the index holds. A term has only letters, digits and the underscore, so that no character of
a person's text can be query syntax.
"""

import re
import unicodedata
from collections.abc import Iterator

from questions.model import Question
from questions.values import NO, YES, ManyValue, OneValue, Value, YesNoValue, plain, said_words

OPEN, CLOSE = "\x02", "\x03"
"""Stand before and after a match in `Hit.marked`."""

MOST_WORDS = 32
"""A longer query is cut: a whole page pasted into the search box finds nothing slowly otherwise."""

# Marks that combine with the letter before them belong to its word. Scripts that write without
# spaces are taken sign by sign, so that a word is found inside a sentence.
_SIGNS = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_SIGNS}]|(?:(?![{_SIGNS}])[^\W_]|[\u0300-\u036f])+")
_ASCII_WORD = re.compile(r"[a-z0-9]+")


def fold(word: str) -> str:
    """One form for the spellings a person takes as the same: no case, no accents ("Été" -> "ete")."""
    if word.isascii():
        return word.lower()
    apart = unicodedata.normalize("NFKD", word.casefold())
    return "".join(sign for sign in apart if sign.isalnum()).casefold()


def _found(text: str) -> Iterator[tuple[int, int, str]]:
    for match in _WORD.finditer(text):
        if folded := fold(match.group()):
            yield match.start(), match.end(), folded


def folded(text: str) -> list[str]:
    """The folded words of a text, in order."""
    if text.isascii():
        return _ASCII_WORD.findall(text.lower())
    return [word for _, _, word in _found(text)]


def terms(number: int, text: str) -> str:
    """What the index keeps of a text of committee `number`: its terms with spaces between."""
    words = folded(text)
    return f"{number}_" + f" {number}_".join(words) if words else ""


def asked(words: str) -> tuple[str, ...]:
    """The different folded words of a query, at most MOST_WORDS."""
    return tuple(dict.fromkeys(folded(words)))[:MOST_WORDS]


def match(number: int, wanted: tuple[str, ...]) -> str:
    """The full-text expression for a committee's answers with all these words; prefixes count."""
    return " AND ".join(f'"{number}_{word}" *' for word in wanted)


def marked(text: str, wanted: tuple[str, ...]) -> str:
    """The text with every word that begins with a wanted one between OPEN and CLOSE."""
    text = text.replace(OPEN, "").replace(CLOSE, "")
    pieces: list[str] = []
    at = 0
    for start, end, word in _found(text):
        if word.startswith(wanted):
            pieces += (text[at:start], OPEN, text[start:end], CLOSE)
            at = end
    return "".join((*pieces, text[at:]))


def spoken(value: Value | None, question: Question | None) -> str:
    """An answer's value as a reader sees it: the choice's label, then the member's own words.

    Without the question (its bank is not stored) an option's id stands for its label.
    """
    match value:
        case None:
            return ""
        case OneValue() | ManyValue() if question is not None:
            return plain(question, value)
        case OneValue(option=option, other=other):
            choice = f"{option} {other}"
        case ManyValue(options=options, other=other):
            choice = " ".join((*options, other))
        case YesNoValue(yes=yes):
            choice = YES if yes else NO
        case _:
            choice = ""
    return ": ".join(filter(None, (choice.strip(), said_words(value))))
