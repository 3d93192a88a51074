"""Takes out of a text what its pages put in: breaks, page numbers, repeated headers and footers.

Pure. What is left is one `Line` for each line that says something.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from unicodedata import category

from questions.outline_blocks import OutlineError, lower_start, title_like
from questions.outline_signs import split_sign

NOT_TEXT = "This file holds characters that are not text; save it again as plain text in UTF-8."
TOO_LONG = "This text is too long to be an outline; give me the outline alone."
NOTE_TABLE = "A table was left out: a bank is made of questions, one a line."
NOTE_FURNITURE = "“{text}” stands on several pages and was taken as a header or footer."

_BREAKS = re.compile(r"\r\n|[\n\r\v\x1c-\x1e\x85\u2028\u2029]")
MOST_CHARACTERS = 1_000_000

_COUNT = r"(?:(?:page|p\.|pg\.?)\s*)?\d{1,3}(?:\s*(?:of|/)\s*\d{1,3})?"
_PAGE_NUMBER = re.compile(
    rf"^(?:{_COUNT}|[-–—]\s*{_COUNT}\s*[-–—]|\[{_COUNT}\]|\|\s*{_COUNT}\s*\|?)$", re.IGNORECASE
)
_TABLE_ROW = re.compile(r"^\|.*\|$")
# Controls, zero-width spaces and marks that turn the writing direction would travel into every card.
_UNSEEN = dict.fromkeys(
    ord(letter)
    for letter in map(chr, range(0xFFFF))
    if not letter.isspace()
    and category(letter) in ("Cc", "Cf")
    and letter not in "\u00ad\u200c\u200d"
)
_RULE = re.compile(r"^(?:[-=_*~.–—]\s*){3,}$")
_NUMBERED = re.compile(
    r"^(phase|part|step|stage|section|module|chapter|unit)\b|^\d+[.)]", re.IGNORECASE
)
_NUMBER_SIGN = re.compile(r"^\(?\w{1,3}[.)]\s")
_TITLE_LENGTH = 120
_EDGE = 2  # lines at the top and at the foot of a page that may be header or footer


@dataclass(frozen=True)
class Line:
    """A line that says something. `indent` in columns, `gap` after a blank line, `page` from 0.

    `heading` is the level of a line that is underlined as a heading, 0 for every other line.
    """

    text: str
    indent: int = 0
    gap: bool = False
    page: int = 0
    heading: int = 0


def page_lines(lines: Iterable[str]) -> tuple[list[Line], tuple[str, ...]]:
    """The lines of an outline without its page furniture, and what was unsure about that.

    Raises `OutlineError` for more than a million characters and for what no text holds: NUL, and
    halves of characters.
    """
    found: list[Line] = []
    notes: list[str] = []
    page, gap = 0, True
    for piece in _pieces(lines):
        page += piece is None
        text, indent = _clean(piece or "")
        if not text:
            # A page's end is no paragraph's end.
            gap = gap or piece is not None
        elif _PAGE_NUMBER.match(text):
            page += 1
        elif _RULE.match(text):
            _underline(found, text, gap)
            gap = True
        elif _TABLE_ROW.match(text):
            notes = [NOTE_TABLE]
            gap = True
        else:
            found.append(Line(text, indent, gap, page))
            gap = False
    margin = min((line.indent for line in found), default=0)
    found = [replace(line, indent=line.indent - margin) for line in found]
    kept, furniture = _without_furniture(found)
    return kept, (*notes, *furniture)


def _pieces(lines: Iterable[str]) -> Iterator[str | None]:
    """Every line of its own, None for each page break."""
    length = 0
    for raw in lines:
        length += len(raw)
        if length > MOST_CHARACTERS:
            raise OutlineError(TOO_LONG)
        for number, part in enumerate(raw.split("\f")):
            if number:
                yield None
            # "a\fb" ends a line at the break: what is empty around a break is no blank line.
            if part.strip() or (not number and part == raw):
                yield from _BREAKS.split(part)


def unseen(text: str) -> str:
    """A text without its controls and direction marks, white space kept as it is.

    Raises `OutlineError` for NUL and for halves of characters, which no text holds.
    """
    if "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise OutlineError(NOT_TEXT)
    return text.translate(_UNSEEN)


def _clean(raw: str) -> tuple[str, int]:
    shown = unseen(raw.expandtabs(4))
    text = shown.strip()
    soft = text.endswith("\u00ad")  # at a line's end it parts a word, elsewhere it is unseen
    return text.replace("\u00ad", "") + "\u00ad" * soft, len(shown) - len(shown.lstrip())


def _underline(found: list[Line], rule: str, gap: bool) -> None:
    """A row of = or - right under a line of words makes that line a heading."""
    if not found or gap or rule[0] not in "=-":
        return
    last = found[-1]
    if not last.indent and len(last.text) <= _TITLE_LENGTH and _may_repeat(last):
        found[-1] = replace(last, heading=1 if rule[0] == "=" else 2)


def _without_furniture(lines: list[Line]) -> tuple[list[Line], tuple[str, ...]]:
    pages = [
        list(group) for _, group in groupby(_could_repeat(lines), key=lambda pair: pair[0].page)
    ]
    seen = Counter[str]()
    if len(pages) > 1:
        for page in pages:
            edge = page[:_EDGE] + page[-_EDGE:]
            seen.update({_same(line) for line, could in edge if could})
        furniture = {text for text, times in seen.items() if times > 1 and times * 2 >= len(pages)}
    else:  # a copy that lost its page breaks
        seen.update(
            _same(line) for line, could in _could_repeat(lines) if could and not line.indent
        )
        furniture = {text for text, times in seen.items() if times > 2 and title_like(text)}
    kept: list[Line] = []
    dropped: dict[str, str] = {}
    gap = False
    for place, (line, could) in enumerate(_could_repeat(lines)):
        if place and could and _same(line) in furniture:
            dropped.setdefault(_same(line), line.text)
            gap = gap or (line.gap and len(pages) == 1)
        else:
            kept.append(replace(line, gap=line.gap or gap))
            gap = False
    return kept, tuple(NOTE_FURNITURE.format(text=text) for text in dropped.values())


def _could_repeat(lines: list[Line]) -> Iterator[tuple[Line, bool]]:
    """Each line, and whether it could be a header or footer: not where a sign before it waits for words."""
    waiting = -1  # the page on which a sign stands alone, right before
    for line in lines:
        yield line, line.page != waiting and _may_repeat(line)
        waiting = line.page if _stands_alone(line) else -1


def _stands_alone(line: Line) -> bool:
    signs, rest = split_sign(line.text)
    return bool(signs) and not rest


def _may_repeat(line: Line) -> bool:
    """Whether a line could be a header or footer: no bullet, question or rest of a sentence."""
    rest = lower_start(line.text) and not re.search(r"[./]\w|©|\d", line.text)
    sign = split_sign(line.text)[0] or _NUMBER_SIGN.match(line.text)
    return not (rest or sign or line.text.endswith("?") or line.heading)


def _same(line: Line) -> str:
    """What is equal for a header on every page, though it counts the pages."""
    return line.text if _NUMBERED.match(line.text) else re.sub(r"\d+", "#", line.text)
