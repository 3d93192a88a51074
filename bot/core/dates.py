"""Dates and names inside a sentence: "rewrite the FAQ, Chi, by 12 June". Pure: `now` is handed in."""

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

from storage.people import Member
from storage.records import State

BY = re.compile(r"\b(?:by|until|before|due)\s", re.IGNORECASE)
LONGEST_DATE = 60
"""No date is longer; reading one takes time, so longer texts are not tried."""
MOST_PIECES = 20
"""So many comma-separated pieces of a sentence may be a name."""
END = LONGEST_DATE + 20
"""How much of a sentence's end is searched for one. The searching is linear in this."""


def date_in(text: str, now: datetime, zone: str) -> date | None:
    """Read a date as people write it ("Friday", "12 June", "2026-06-12", "in 2 weeks").

    Relative to `now` in the committee's zone, and in the future where that is left open. None where
    no date can be read.
    """
    text = text.strip().strip(".").removeprefix("next ")
    if len(text) > LONGEST_DATE:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        pass
    import dateparser  # it takes a third of a second to load, and few need it

    local = now.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    found = dateparser.parse(
        text,
        languages=["en"],
        settings={
            "RELATIVE_BASE": local,
            "PREFER_DATES_FROM": "future",
            "DATE_ORDER": "DMY",
            "RETURN_AS_TIMEZONE_AWARE": False,
        },
    )
    if found is None:
        return None
    day = found.date()
    # dateparser takes the day that is today for one of next year
    this_day = (day.month, day.day) == (local.month, local.day)
    return local.date() if this_day and str(day.year) not in text else day


def split_date(text: str, now: datetime, zone: str) -> tuple[str, date | None]:
    """Take "by DATE" off the end of a sentence; the sentence is whole where there is none."""
    begin = max(0, len(text) - END)
    for match in reversed(list(BY.finditer(text, begin))):
        when = text[match.end() :].strip().removesuffix(")").strip()
        if when and not set(when) & set(",;()") and (found := date_in(when, now, zone)):
            return text[: match.start()].rstrip(" \t\n,;("), found
    return text, None


def member_named(state: State, name: str) -> tuple[Member, ...]:
    """The active members meant by a name: exactly, else by first name, else by beginning."""
    wanted = name.strip().lstrip("@").casefold()
    people = [m for m in state.members.values() if m.active]
    tests = (
        lambda m: wanted in (m.name.casefold(), m.email.casefold(), m.id),
        lambda m: m.name.casefold().split()[:1] == [wanted],
        lambda m: m.name.casefold().startswith(wanted),
    )
    for test in tests if wanted else ():
        found = tuple(m for m in people if test(m))
        if found:
            return found
    return ()


def who_and_when(text: str, state: State, now: datetime) -> tuple[str, str, date | None]:
    """Split "rewrite the FAQ, Chi, by 12 June" into what, whose member id, and by when.

    A name counts where it stands alone between commas or after an @. Whatever is not understood
    stays in the text.
    """
    text, due = split_date(text, now, state.committee.zone)
    mention = re.search(r"@(\w[\w'’-]*(?: \w[\w'’-]*)?)", text)
    if mention:
        for name in (mention[1], mention[1].split()[0]):
            found = member_named(state, name)
            if len(found) == 1:
                whole = f"@{name}"
                rest = text.replace(whole, "", 1)
                return " ".join(rest.split()).strip(" ,;"), found[0].id, due
    pieces = [piece.strip() for piece in text.split(",", MOST_PIECES)]
    for n, piece in enumerate(pieces):
        found = member_named(state, piece) if len(pieces) > 1 else ()
        if len(found) == 1:
            return ", ".join(p for m, p in enumerate(pieces) if m != n and p), found[0].id, due
    return text.strip(), "", due
