"""When a committee is chased and told: its own hours, a member's, and what became of the nudges. Pure.

Days and times of day are local: to the committee's zone, or to the member's. Instants are aware
datetimes in UTC.
"""

from datetime import date, datetime, time
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field

from questions.model import Frozen

MOST_DAYS_OFF = 400
"""Of a committee's own days: more than a year has."""
MOST_FEWER = 3
"""So often one can ask for fewer nudges."""
KEPT_NUDGES = 16
"""So many of a member's last nudges are remembered: more than any cap looks back on."""


def _weekdays(days: tuple[int, ...]) -> tuple[int, ...]:
    if any(not 0 <= day <= 6 for day in days):
        raise ValueError("a weekday is 0 (Monday) to 6")
    return tuple(sorted(set(days)))


Weekdays = Annotated[tuple[int, ...], AfterValidator(_weekdays)]
"""0 is Monday, as in `date.weekday`."""
Country = Annotated[str, Field(pattern=r"^[A-Z]{0,2}$")]
"""ISO 3166-1 alpha-2; "" for none, so that no public holidays are kept."""
Region = Annotated[str, Field(max_length=12)]
"""A subdivision's code as the `holidays` package names it ("BY", "SCT"); "" for none."""


class Tone(StrEnum):
    """How nudges are worded."""

    FRIENDLY = "friendly"
    BRIEF = "brief"


class Reason(StrEnum):
    """What a message to a member is sent for."""

    NUDGE = "nudge"
    REMINDER = "reminder"
    ESCALATION = "escalation"


class Rhythm(Frozen):
    """A committee's hours. Members may have their own instead; see Habits."""

    days: Weekdays = (0, 1, 2, 3, 4)
    """The days on which people are nudged."""
    at: time = time(9, 40)
    """When, in each member's own zone."""
    quiet_from: time = time(18)
    quiet_to: time = time(8)
    """Nobody is written to from the one to the other; the same twice is never quiet."""
    cap: Annotated[int, Field(ge=0, le=7)] = 2
    """At most so many a week for one member, whatever is due; 0 for none at all."""
    tone: Tone = Tone.FRIENDLY
    country: Country = ""
    region: Region = ""
    days_off: Annotated[tuple[date, ...], Field(max_length=MOST_DAYS_OFF)] = ()
    """Days that are off beside the public holidays."""
    days_on: Annotated[tuple[date, ...], Field(max_length=MOST_DAYS_OFF)] = ()
    """Days on which the committee works, though they are public holidays or a weekend."""
    remind: Annotated[int, Field(ge=0, le=30)] = 2
    """A reminder comes so many days before a date, and on it."""
    patience: Annotated[int, Field(ge=1, le=10)] = 4
    """After so many nudges without an answer, they stop, and the digest says so."""
    digest: bool = True
    digest_day: Annotated[int, Field(ge=0, le=6)] = 0
    digest_at: time = time(9)
    """In the committee's zone."""


PutOff = Literal["", "snoozed", "away", "fewer"]
"""A member's answer to a nudge as such; "" for none."""


class Nudged(Frozen):
    """A nudge that went out, or may have."""

    day: date
    at: datetime
    reason: Reason
    questions: tuple[str, ...] = ()
    """What it showed: it is kept up to date."""
    escalated: tuple[str, ...] = ()
    """What it put to a chair, as "question:date"."""
    unseen: bool = False
    """The mail that tells of it was refused: who does not answer has not ignored it."""
    put_off: PutOff = ""
    """What was last pressed below it: it says so in the place of its own words."""


Way = Literal["chat", "mail"]
"""How a nudge goes to a member: into their own messages, or by e-mail beside these."""


class Unreached(Frozen):
    """A nudge could not get out, since its member can't be written to."""

    by: Way
    at: datetime


class Habits(Frozen):
    """A member's own hours where they differ, what they asked for, and their last nudges."""

    member: str
    days: Weekdays | None = None
    at: time | None = None
    quiet_from: time | None = None
    quiet_to: time | None = None
    cap: Annotated[int, Field(ge=0, le=7)] | None = None
    tone: Tone | None = None
    country: Country | None = None
    region: Region | None = None
    digest: bool = False
    """Whether they get a weekly digest of their own."""
    mail: bool = True
    """Whether nudges may come by e-mail, too, where mail is set up."""
    away_from: date | None = None
    away_until: date | None = None
    """The first and the last day that they are away."""
    paused: bool = False
    paused_until: date | None = None
    """The last day without nudges; None for no end. Counts only while `paused`."""
    snoozed_until: date | None = None
    """The day on which they want to be reminded again."""
    fewer: Annotated[int, Field(ge=0, le=MOST_FEWER)] = 0
    """How often they asked for fewer: each time doubles the days between two."""
    touched_at: datetime | None = None
    """When they last said something about being nudged."""
    nudged: tuple[Nudged, ...] = ()
    """Oldest first."""
    unreached: Unreached | None = None
    """Their last nudge did not reach them; None where it did."""
    escalated: tuple[str, ...] = ()
    """What was put to them as a chair already, as "question:date"."""
    digested_on: date | None = None
    """The week's day for which they got their own digest, or before which they did not want one."""

    def evolve(self, **changes: Any) -> Self:
        """Return a copy with some fields replaced (trusted: not validated again)."""
        return self.model_copy(update=changes)

    def noted(self, nudged: Nudged) -> Self:
        """With one more nudge; two on one day are one."""
        before = self.without(nudged.day)
        return before.evolve(
            nudged=(*before.nudged, nudged)[-KEPT_NUDGES:],
            escalated=(*before.escalated, *nudged.escalated),
        )

    def unseen(self, day: date) -> Self:
        """With a nudge of which they did not get to know."""
        return self._changed(day, unseen=True)

    def put_off(self, day: date, how: PutOff) -> Self:
        """With what was pressed below the nudge of a day."""
        return self._changed(day, put_off=how)

    def _changed(self, day: date, **changes: Any) -> Self:
        return self.evolve(
            nudged=tuple(
                each.model_copy(update=changes) if each.day == day else each for each in self.nudged
            )
        )

    def without(self, day: date) -> Self:
        """As they were before the nudge of a day."""
        gone = {name for each in self.nudged if each.day == day for name in each.escalated}
        return self.evolve(
            nudged=tuple(each for each in self.nudged if each.day != day),
            escalated=tuple(name for name in self.escalated if name not in gone),
        )
