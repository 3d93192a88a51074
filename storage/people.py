"""The rows of who takes part, and where: members, places, committees and what they chose. Frozen, pure.

Times are aware datetimes in UTC; a person's or committee's zone is an IANA name beside them.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import AfterValidator, Field

from questions.model import Frozen
from storage.rhythm import Rhythm

BAD_KEEP_DAYS = "Words can be kept for 30 to 3650 days, or (0) for ever."


class Row(Frozen):
    """A frozen row that knows how to become its successor."""

    def evolve(self, **changes: Any) -> Self:
        """Return a copy with some fields replaced (trusted: not validated again)."""
        return self.model_copy(update=changes)


class Role(StrEnum):
    """What a member may do; see bot.core.access."""

    CHAIR = "chair"
    MEMBER = "member"
    OBSERVER = "observer"


class Address(Row):
    """A person on a platform. The same user id in two tenants is two people."""

    platform: str
    tenant: str
    user: str


class Place(Row):
    """Where a conversation happens.

    `thread` is the key of the message that opens the thread ("" for the channel itself); a member's
    direct messages are the channel "@" + member id. Adapters turn keys into their platform's ids.
    """

    platform: str
    tenant: str
    channel: str
    thread: str = ""


class Member(Row):
    """A person in a committee."""

    id: str
    committee: str
    name: str
    email: str = ""
    role: Role = Role.MEMBER
    zone: str = "UTC"
    locale: str = ""
    """How they read dates and times, as their platform says it ("en-GB"); "" where it does not."""
    addresses: tuple[Address, ...] = ()
    active: bool = True
    left: bool = False
    """Not active because they left the channel or the platform; coming back undoes it."""


class MoveOn(StrEnum):
    """When the shared walk moves on by itself; the chair's *next* always does."""

    EVERYONE = "everyone"
    COUNT = "count"
    CHAIR = "chair"


class Pace(StrEnum):
    """How a phase is gone through: in the channel's thread, each in their own messages, or both."""

    TOGETHER = "together"
    OWN = "own"
    BOTH = "both"


LEAST_KEEP_DAYS, MOST_KEEP_DAYS = 30, 3650


def keeps(days: int) -> bool:
    """Whether words may be kept for so many days; 0 is for ever."""
    return not days or LEAST_KEEP_DAYS <= days <= MOST_KEEP_DAYS


def _keep_days(days: int) -> int:
    if not keeps(days):
        raise ValueError(BAD_KEEP_DAYS)
    return days


class Settings(Row):
    """What a committee chose."""

    move_on: MoveOn = MoveOn.EVERYONE
    move_on_count: Annotated[int, Field(ge=1, le=100)] = 2
    pace: Pace = Pace.BOTH
    rhythm: Rhythm = Rhythm()
    keep_days: Annotated[int, AfterValidator(_keep_days)] = 0
    """After so many days, words that are no longer current fade (see bot.core.fading); 0 for never."""


class Committee(Row):
    """People working through one bank; `home` holds its channel on each platform."""

    id: str
    name: str
    bank: str
    bank_version: str
    zone: str
    settings: Settings = Settings()
    home: tuple[Place, ...]
    sample: bool = False
    ahead: Annotated[int, Field(ge=0)] = 0
    """In a sample: the seconds by which its clock was put forward."""
    summarised: tuple[str, ...] = ()
    """The phases whose summary was posted; it is updated from then on."""
    opened: tuple[str, ...] = ()
    """The phases that everybody was asked to go through at their own pace."""
    paused: bool = False
    paused_until: date | None = None
    """The last day on which nobody is nudged and nothing is reported; None for no end."""
    digested_on: date | None = None
    """The day of the week's digest that went out last, as planned."""
    digested_at: datetime | None = None
    """When a digest was last put together: the next one tells what came since."""
    created_at: datetime
    revision: int = 0
    """Counts committed events; a save against an older one is refused."""
