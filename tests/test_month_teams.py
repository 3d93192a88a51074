"""A committee's month in Teams, in the Agents Playground; see tests.month_story."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from functools import partial

import pytest

from bot.core import dispatch
from bot.core.due import Guard
from storage.records import State
from tests.local_slack import until
from tests.month import Shifted, tick
from tests.month_story import PEOPLE, WAITS, ZONE, a_month, counted
from tests.playground import Playground
from tests.teams_issuer import Issuer
from tests.teams_wire import Message
from tests.teams_world import World, short_first, world

pytestmark = pytest.mark.xdist_group("teams")


class Team:
    """Teams as a stage."""

    def __init__(self, teams: World, clock: Shifted) -> None:
        self._teams, self._clock = teams, clock
        self._thread = ""

    @property
    def state(self) -> State:
        return self._teams.state

    def at(self, now: datetime) -> int:
        self._clock.at(now)
        planned = tick(self._teams.service)
        if planned:
            self._teams.quiet()
        return planned

    def begin(self) -> None:
        people = [self._teams.places.aad[name] for name in PEOPLE]
        self._thread = self._teams.start(members=people)
        for name in PEOPLE:  # there is a chat with everybody then, and their zone is known
            self._teams.say(name, "status", self._teams.direct(name))
        self._teams.quiet()

    def keep(self, settings: Mapping[str, str]) -> None:
        own = self._teams.direct("Ana")
        self._teams.say("Ana", "settings", own)
        filled = {"zone": ZONE.key, **settings}  # Teams knows people's zones, but none of a team
        self._teams.click("Ana", "Save", "Whose public holidays", own, filled)
        self._teams.quiet()

    def go_away(self, name: str, away: Mapping[str, str]) -> None:
        dialog = self._teams.playground.press(name, self._nudges(name)[-1], "I'm away…")
        self._teams.playground.submit(name, dialog, "Save", dict(away))
        self._teams.quiet()

    def press(self, name: str, label: str) -> None:
        self._teams.playground.press(name, self._nudges(name)[-1], label)
        self._teams.quiet()

    def reply(self, name: str, text: str) -> None:
        self._teams.say(name, text, self._thread)
        until(lambda: self._teams.said("plan.why").keys() == {name}, "it is recorded")
        self._teams.quiet()

    def nudges(self, name: str) -> list[str]:
        return [message.words("") for message in self._nudges(name)]

    def digests(self) -> list[str]:
        channel = self._teams.places.channel
        found = self._teams.playground.messages(channel)
        return [m.words("") for m in found if "this week" in m.words("")]

    def counts(self) -> Counter[str]:
        return counted(self)

    def _nudges(self, name: str) -> list[Message]:
        shown = self._teams.playground.messages(self._teams.direct(name))
        return [message for message in shown if WAITS.search(message.words(""))]


def test_a_month_in_teams(
    running_playground: Playground, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everything comes on its day, at its hour; what keeps it from going keeps it; all of it is seen."""
    short_first(monkeypatch)
    clock = Shifted()
    monkeypatch.setattr(running_playground, "zone", ZONE.key)
    monkeypatch.setattr("tests.teams_world.clock", clock)
    monkeypatch.setattr(dispatch, "Guard", partial(Guard, elapsed=lambda: clock().timestamp()))
    with world(running_playground, issuer) as teams:
        a_month(Team(teams, clock))
