"""What people say about being chased, and what they ask of the digest: events, as in bot.core.events.

Where `nudge` is given, it was said with a control below the nudge of that day, which then says so itself.
"""

from datetime import date
from typing import Literal

from bot.core.happening import Happening
from storage.people import Place
from storage.rhythm import Habits

ON_NUDGE = "nudge"
"""What a control on a nudge says whose question is no day: that it stands on one."""


def nudge_of(text: str) -> date | None:
    """The day of the nudge that a control says it stands on; None for one that stands on none.

    It comes from outside: a day on which its member got no nudge is none either, to the handlers.
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


class Snoozed(Happening):
    """Not now: remind me again tomorrow, next week, or on a day (a date of the member's).

    `over`: as usual again.
    """

    kind: Literal["snoozed"] = "snoozed"
    span: Literal["", "tomorrow", "week"] = ""
    until: date | None = None
    over: bool = False
    place: Place | None = None
    nudge: date | None = None


class WentAway(Happening):
    """Away until a day, that day included; `back`: here again."""

    kind: Literal["went_away"] = "went_away"
    since: date | None = None
    until: date | None = None
    back: bool = False
    place: Place | None = None
    nudge: date | None = None


class AskedFewer(Happening):
    """Fewer nudges, please; `more` takes that back."""

    kind: Literal["asked_fewer"] = "asked_fewer"
    more: bool = False
    place: Place | None = None
    nudge: date | None = None


class Hushed(Happening):
    """No nudges for a member, or (`who` = "") nothing at all for the committee, until a day or for good.

    `over`: from now on again.
    """

    kind: Literal["hushed"] = "hushed"
    who: str = ""
    until: date | None = None
    over: bool = False
    place: Place | None = None


class HabitsKept(Happening):
    """A member's own hours: the fields of Habits that a form holds; what was sent is kept as it was."""

    kind: Literal["habits_kept"] = "habits_kept"
    habits: Habits
    place: Place | None = None


class Redated(Happening):
    """A new date for a question that is handed to somebody."""

    kind: Literal["redated"] = "redated"
    question: str
    due: date
    place: Place | None = None


class ActionDone(Happening):
    """The action about an answer, in the register, is done; `undone` takes that back."""

    kind: Literal["action_done"] = "action_done"
    subject: str
    undone: bool = False
    place: Place | None = None
    nudged: bool = False
    """Said on a nudge, which shows it itself."""


class DigestAsked(Happening):
    """Post the digest now, show it to me alone, or send me one of my own each week (or no more)."""

    kind: Literal["digest_asked"] = "digest_asked"
    how: Literal["now", "preview", "mine", "not_mine"]
    place: Place | None = None
