"""A committee's month, the same on every platform: somebody away, holidays, a clock change, ignored nudges.

The story is told once. A platform's `Stage` does what the people do, in its real client, and counts
what stands there; what came is looked for every twenty minutes of the month.
"""

import re
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.core.forecast import forecast
from storage.records import State
from tests.harness import short_bank

ZONE = ZoneInfo("Europe/Berlin")
PEOPLE = ("Ana", "Ben", "Chi")
CHANNEL = "channel"
BEGINS, ENDS = datetime(2026, 3, 9, 9, 20, tzinfo=UTC), datetime(2026, 4, 14, 12, tzinfo=UTC)
"""A Monday; in between the clocks change (29 March), and Bavaria has Good Friday and Easter Monday off."""
ANSWERS, LOOKS = datetime(2026, 3, 10, 12, tzinfo=UTC), datetime(2026, 3, 24, 10, tzinfo=UTC)
STEP = timedelta(minutes=20)
"""After so much time each, what is due is planned, and what came is looked at."""
WAITS = re.compile("waits? for you|You are away")
"""What every nudge says; the second where *I'm away…* was pressed below it."""
HOLIDAYS = {"holidays": "DE-BY", "patience": "3"}
AWAY = {"since": "2026-03-16", "until": "2026-03-27"}

CAME = [
    ("Tue 10 Mar 09:40 +01", ("Ana", "Ben", "Chi")),
    ("Fri 13 Mar 09:40 +01", ("Ana", "Ben", "Chi")),
    ("Mon 16 Mar 09:00 +01", (CHANNEL,)),
    ("Thu 19 Mar 09:40 +01", ("Ana", "Chi")),  # Ben is away; the others' days are doubled
    ("Mon 23 Mar 09:00 +01", (CHANNEL,)),  # nobody is nudged: three went unanswered
    ("Wed 25 Mar 09:40 +01", ("Ana",)),  # who answered the day before
    ("Mon 30 Mar 09:00 +02", (CHANNEL,)),  # the clocks were put forward; it is nine all the same
    ("Mon 30 Mar 09:40 +02", ("Ana", "Ben")),  # Ben is back
    ("Tue 07 Apr 09:00 +02", (CHANNEL,)),  # neither on Good Friday nor on Easter Monday
    ("Tue 07 Apr 09:40 +02", ("Ana", "Ben")),
    ("Mon 13 Apr 09:00 +02", (CHANNEL,)),
]
"""What comes, and to whom."""
SAID = (
    ("1 answered: Ben 1",),
    ("Nothing moved this week.", "I no longer nudge Ana and Chi"),
    ("1 answered: Ana 1", "Chi has not answered the last three nudges, so I have stopped."),
    ("Nothing moved this week.", "I no longer nudge Chi"),
    ("Nothing moved this week.", "I no longer nudge Ana, Ben and Chi"),
)
"""What the digests say."""


class Stage(Protocol):
    """A committee on one platform, and what its people do there."""

    @property
    def state(self) -> State:
        """The committee's state as committed."""

    def at(self, now: datetime) -> int:
        """Put the clock to a time (UTC), plan what is due, and wait until it is there; how much was planned."""

    def begin(self) -> None:
        """Ana starts the short bank's first phase with Ben and Chi, in Berlin."""

    def keep(self, settings: Mapping[str, str]) -> None:
        """Ana fills in these fields of the committee's settings."""

    def go_away(self, name: str, away: Mapping[str, str]) -> None:
        """Somebody fills in the form behind *I'm away…* on their newest nudge."""

    def press(self, name: str, label: str) -> None:
        """Somebody presses what has this label on their newest nudge."""

    def reply(self, name: str, text: str) -> None:
        """Somebody types a reply in the phase's thread."""

    def nudges(self, name: str) -> list[str]:
        """The words of the nudges that stand in somebody's own messages, oldest first."""

    def digests(self) -> list[str]:
        """The words of the digests that stand in the channel, oldest first."""

    def counts(self) -> Counter[str]:
        """How many of both there are, by name and `CHANNEL`: `counted`, unless that takes long."""


Came = list[tuple[str, tuple[str, ...]]]


def a_month(stage: Stage) -> None:
    """Play it, and hold the platform to it."""
    stage.at(BEGINS)
    stage.begin()
    stage.keep(HOLIDAYS)
    came = _through(stage, BEGINS, ANSWERS)
    stage.press("Ben", "Yes")
    stage.go_away("Ben", AWAY)
    came += _through(stage, ANSWERS, LOOKS)
    stage.reply("Ana", "To meet each other.")
    foretold = _foretold(stage.state, LOOKS)
    later = _through(stage, LOOKS, ENDS)
    assert came + later == CAME
    assert later == foretold
    digests = stage.digests()
    assert len(digests) == len(SAID)
    for digest, said in zip(digests, SAID, strict=True):
        assert all(words in digest for words in said), digest
    first, second, *_ = stage.nudges("Ben")
    assert "✔ Will there be cake?" in first
    assert "You are away from Mon 16 Mar until Fri 27 Mar" in first
    assert "cake" not in second
    assert [len(stage.nudges(name)) for name in PEOPLE] == [6, 4, 3]
    assert stage.counts() == counted(stage)


def _foretold(state: State, now: datetime) -> Came:
    """What the schedule says will come, where nobody answers."""
    names = {member.id: member.name for member in state.members.values()}
    found: dict[datetime, list[str]] = {}
    for entry in forecast(state, short_bank(), now, days=(ENDS - now).days + 1):
        if not entry.kept and entry.at <= ENDS:
            found.setdefault(entry.at, []).append(names.get(entry.member, CHANNEL))
    return [(_moment(at), tuple(sorted(names, key=_order))) for at, names in found.items()]


def _moment(at: datetime) -> str:
    return at.astimezone(ZONE).strftime("%a %d %b %H:%M %z")[:-2]


def _order(name: str) -> int:
    return (*PEOPLE, CHANNEL).index(name)


def _through(stage: Stage, now: datetime, until: datetime) -> Came:
    """Let the time pass; returns what came: the local time, and to whom."""
    came: Came = []
    before = stage.counts()
    while now < until:
        now += STEP
        if not stage.at(now):
            continue
        after = stage.counts()
        if new := tuple((after - before).elements()):
            came.append((_moment(now), new))
        before = after
    return came


def counted(stage: Stage) -> Counter[str]:
    """How many nudges everybody sees, and how many digests."""
    found = Counter({name: len(stage.nudges(name)) for name in PEOPLE})
    found[CHANNEL] = len(stage.digests())
    return found
