"""Reading a list out of a reply: one entry a line, or a single line that plainly is several.

A single line is split on semicolons. On commas it is split only where it cannot be a sentence: three
pieces or more, none over four words, none with a word or a mark that sentences have. A line that
opens with a bullet is one entry, whatever is in it.
"""

import re
from collections.abc import Iterable

from questions.reading import EMPTY, Rejected, keys, word_set
from questions.values import ListValue

TOO_MANY = (
    "That makes {count} entries, and one answer holds {limit}. "
    "Putting some of them together on one line works."
)

MAX_ENTRIES = 100
_COMMA_PIECES, _COMMA_WORDS = 3, 4

# A dash, star or plus is a bullet only with a blank after it: "-5 %" and "*bold*" are not.
_BULLET = re.compile(
    r"\s*(?:[•‣▪◦●○■□▸►\u2043]\s*|[-*+–—·](?:\s+|$)|\(?(?:\d{1,2}[.)]|[A-Za-z]\))(?:\s+|$))"
)
_SEMICOLON = re.compile(r"[;\uff1b]")
_COMMA = re.compile(r"(?<!\d)[,،、\uff0c]|[,،、\uff0c](?!\d)")
_AND = re.compile(r"^(?:and|or|&)\s+", re.IGNORECASE)
_SENTENCE_WORDS = word_set(
    """
    i we it they you he she there this that these those is are was were am be been will
    would should can could must may might do does did has have had because since which who
    if so but not however then please yes no
    """
)
_SENTENCE_MARK = re.compile(r"[.!?:…](?:\s|$)")
_PAIRS = (("(", ")"), ("[", "]"), ("{", "}"), ("“", "”"), ("«", "»"))


def read_entries(text: str) -> ListValue | Rejected:
    """The entries of one plain reply. Rejected as "empty" or, over `MAX_ENTRIES`, "too-long"."""
    if "\n" in text or _BULLET.match(text):
        return entries_of(text.split("\n"))
    return entries_of(_pieces(text))


def entries_of(lines: Iterable[str]) -> ListValue | Rejected:
    """One entry a line: bullets and numbers off, empty lines and exact repeats dropped."""
    entries = tuple(dict.fromkeys(entry for line in lines if (entry := _bare(line))))
    if not entries:
        return Rejected(reason=EMPTY, code="empty")
    if len(entries) > MAX_ENTRIES:
        reason = TOO_MANY.format(count=len(entries), limit=MAX_ENTRIES)
        return Rejected(reason=reason, code="too-long")
    return ListValue(entries=entries)


def _bare(line: str) -> str:
    # To the end, so that an entry that is shown and sent again comes back as it is.
    while found := _BULLET.match(line):
        line = line[found.end() :]
    return line.strip()


def _pieces(line: str) -> list[str]:
    parts = [part.strip() for part in _SEMICOLON.split(line) if part.strip()]
    if len(parts) > 1 and all(keys(part) for part in parts):
        return parts
    parts = [part.strip() for part in _COMMA.split(line) if part.strip()]
    if len(parts) >= _COMMA_PIECES:
        parts[-1] = _AND.sub("", parts[-1])
        if all(map(_short_item, parts)):
            return parts
    return [line]


def _short_item(part: str) -> bool:
    found = keys(part)
    return (
        0 < len(found) <= _COMMA_WORDS
        and not _SENTENCE_WORDS.intersection(found)
        and not _SENTENCE_MARK.search(part)
        and part.count('"') % 2 == 0
        and all(part.count(opens) == part.count(closes) for opens, closes in _PAIRS)
    )
