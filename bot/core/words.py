"""Small words that several modules say: counting, names in a row, dates as people say them.

Each module's own sentences stand at its top; here stands only the grammar they share.
"""

import re
from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

NUMBERS = "no one two three four five six seven eight nine ten".split()
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control characters, overrides of the writing direction, halves of characters."""


def number(count: int) -> str:
    """A small number in words, a large one in digits."""
    return NUMBERS[count] if 0 <= count < len(NUMBERS) else str(count)


def several(count: int, noun: str, plural: str = "") -> str:
    """A count with its noun: "1 answer", "3 answers"."""
    return f"{count} {noun if count == 1 else plural or noun + 's'}"


def series(names: Sequence[str], last: str = "and") -> str:
    """Names in a row: "Ana, Ben and Chi"."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {last} {names[-1]}"


def capital(text: str) -> str:
    """The text with its first letter large."""
    return text[:1].upper() + text[1:]


def short(text: str, limit: int = 80) -> str:
    """The first words of a text, on one line, cut at a word with an ellipsis.

    Fit to stand inside a sentence: signs that nobody sees, and those that turn the direction of the
    words after them, are left out.
    """
    line = " ".join(UNSEEN.sub(" ", text).split())
    if len(line) <= limit:
        return line
    return line[: limit - 1].rsplit(" ", 1)[0].rstrip(",;:.") + "…"


def day(when: date) -> str:
    """A date as people say it: "12 May"."""
    return f"{when.day} {MONTHS[when.month - 1]}"


def local_day(when: datetime, zone: str) -> str:
    """The local day of a UTC time, as people say it."""
    return day(when.astimezone(ZoneInfo(zone)).date())


def today(now: datetime, zone: str) -> date:
    """The local date of `now` in a zone."""
    return now.astimezone(ZoneInfo(zone)).date()
