"""How the pages say times, days and people: pure filters for the templates.

Times come in as aware datetimes in UTC and go out in the reader's zone, as people say them.
"""

import zlib
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from heroicons.jinja import heroicon_mini
from markupsafe import Markup

from bot.core import folding, showing
from bot.core.effects import Bar, Group, Line
from bot.core.standing import Progress
from bot.core.words import MONTHS
from bot.web import picture
from storage.people import Pace, Role
from storage.records import Stage, Status

WEEKDAYS = "Mon Tue Wed Thu Fri Sat Sun".split()
YESTERDAY, TODAY, TOMORROW = "yesterday", "today", "tomorrow"
IN_DAYS, DAYS_LATE, DAY_LATE = "in {days} days", "{days} days late", "a day late"

ROLES = {Role.CHAIR: "Chair", Role.MEMBER: "Member", Role.OBSERVER: "Observer"}
STATUSES = {
    Status.OPEN: "Open",
    Status.ANSWERED: "Answered",
    Status.PARKED: "To discuss",
    Status.SKIPPED: "Skipped",
    Status.NA: "Not applicable",
}
PACES = {
    Pace.TOGETHER: "Together, in one thread",
    Pace.OWN: "Each at their own pace",
    Pace.BOTH: "Both",
}
STATUS_CHANGED = {
    Status.OPEN: "open again",
    Status.ANSWERED: "now answered",
    Status.PARKED: "now to discuss",
    Status.SKIPPED: "now skipped",
    Status.NA: "now not applicable",
}
STAGE_CHANGED = {
    Stage.ASKING: "going on",
    Stage.REVIEWING: "on to the review",
    Stage.PAUSED: "paused",
    Stage.DONE: "done",
}
BEGUN, OPENED, CLOSED = "begun", "asked from now on", "not asked any more"
REACTIONS = {"✅": "Recorded"}
HUES = 12
_NAME_PARTS = 2


def local(at: datetime, zone: str) -> datetime:
    """A UTC time in a zone; in UTC itself where the zone is not known here."""
    try:
        return at.astimezone(ZoneInfo(zone))
    except (ZoneInfoNotFoundError, ValueError):
        return at


def clock(at: datetime, now: datetime, zone: str) -> str:
    """A time as people say it: "9:40", "yesterday 9:40", "Mon 9:40", "12 May, 9:40"."""
    there, here = local(at, zone), local(now, zone)
    hour = f"{there.hour}:{there.minute:02}"
    days = (here.date() - there.date()).days
    if days == 0:
        return hour
    if days == 1:
        return f"{YESTERDAY} {hour}"
    if 1 < days < len(WEEKDAYS):
        return f"{WEEKDAYS[there.weekday()]} {hour}"
    year = "" if there.year == here.year else f" {there.year}"
    return f"{there.day} {MONTHS[there.month - 1]}{year}, {hour}"


def full(at: datetime, zone: str) -> str:
    """The whole of a time, for a tooltip: "Mon 12 May 2025, 9:40 (Europe/Berlin)"."""
    there = local(at, zone)
    day = f"{WEEKDAYS[there.weekday()]} {there.day} {MONTHS[there.month - 1]} {there.year}"
    return f"{day}, {there.hour}:{there.minute:02} ({zone})"


def due(day: date, now: datetime, zone: str) -> str:
    """A due date as people say it: "today", "Fri", "in 9 days", "3 days late", "12 May"."""
    days = (day - local(now, zone).date()).days
    if days in (0, 1):
        return (TODAY, TOMORROW)[days]
    if days == -1:
        return DAY_LATE
    if days < 0:
        return DAYS_LATE.format(days=-days)
    if days < len(WEEKDAYS):
        return WEEKDAYS[day.weekday()]
    if timedelta(days=days) < timedelta(weeks=2):
        return IN_DAYS.format(days=days)
    return f"{day.day} {MONTHS[day.month - 1]}"


def bars(rows: Sequence[Bar]) -> Markup:
    """A message's picture of progress: a bar for each phase."""
    shown = [
        Progress(phase="", title=r.title, done=r.done, total=r.total, parked=r.parked, started=True)
        for r in rows
    ]
    return picture.bars(shown)


def initials(name: str) -> str:
    """One or two letters for an avatar; "?" where a name has none."""
    words = [word for word in name.replace("-", " ").split() if word[0].isalnum()]
    picked = words if len(words) < _NAME_PARTS else [words[0], words[-1]]
    return "".join(word[0] for word in picked).upper() or "?"


def hue(key: str) -> int:
    """A person's colour: the same number (0 to 11) for the same id, everywhere."""
    return zlib.crc32(key.encode()) % HUES


def role(value: Role) -> str:
    """A role in a word."""
    return ROLES[value]


def status(value: Status) -> str:
    """A status in a word."""
    return STATUSES[value]


def change(recorded: str) -> str:
    """A change as the log keeps it ("open->answered", "closed") in words; others as they are."""
    before, arrow, after = recorded.partition("->")
    if not arrow:
        return {"opened": OPENED, "closed": CLOSED}.get(recorded, recorded)
    if after in set(Stage):
        begun = before == "new" and after == Stage.ASKING
        return BEGUN if begun else STAGE_CHANGED[Stage(after)]
    return STATUS_CHANGED[Status(after)] if after in set(Status) else recorded


def reaction(emoji: str) -> str:
    """What the bot's emoji means, for those who don't see it."""
    return REACTIONS.get(emoji, emoji)


def outside(group: Group) -> tuple[Line, ...]:
    """The lines of a group that are always shown."""
    return group.lines if group.rest else folding.told(group)


def inside(group: Group) -> tuple[Line, ...]:
    """Those that stand behind *Show more*."""
    return folding.opened(group)


def opens(group: Group) -> str:
    """What is pressed to see them."""
    return folding.opens(group)


def closes() -> str:
    """What is pressed to hide them again."""
    return folding.SHOW_LESS


def runs(line: Line) -> Markup:
    """A line's words, with <mark> around those that stand out."""
    found = showing.runs(line)
    return Markup().join(
        Markup("<mark>{}</mark>").format(run.words) if run.marked else run.words for run in found
    )


def marked(text: str) -> Markup:
    """Found words: what stands between \\x02 and \\x03 becomes <mark>, all else is escaped."""
    escaped = str(Markup.escape(text))
    return Markup(escaped.replace("\x02", "<mark>").replace("\x03", "</mark>"))  # noqa: S704


@lru_cache(maxsize=128)
def icon(name: str, css: str = "icon") -> Markup:
    """A small drawing that says nothing to a screen reader; the words beside it do."""
    attributes: dict[str, Any] = {"class": css, "aria_hidden": "true"}
    return Markup(heroicon_mini(name, **attributes))  # noqa: S704  # the package's own drawing
