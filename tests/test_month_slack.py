"""A committee's month in Slack, in a real (third-party) client; see tests.month_story."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.core import dispatch
from bot.core.due import Guard
from storage.records import State
from tests.month import Shifted, tick
from tests.month_story import PEOPLE, WAITS, a_month, counted
from tests.slack_world import World, control, short_first, text_of, world

pytestmark = pytest.mark.usefixtures("slack_there")


class Workspace:
    """Slack as a stage."""

    def __init__(self, slack: World, clock: Shifted) -> None:
        self._slack, self._clock = slack, clock
        self._thread = ""

    @property
    def state(self) -> State:
        return self._slack.state

    def at(self, now: datetime) -> int:
        self._clock.at(now)
        planned = tick(self._slack.service)
        if planned:
            self._slack.quiet()
        return planned

    def begin(self) -> None:
        people = [self._slack.workspace.ids[name] for name in PEOPLE]
        self._thread = self._slack.start(members=people)

    def keep(self, settings: Mapping[str, str]) -> None:
        self._slack.workspace.command("Ana", "settings")
        assert self._slack.workspace.submit("Ana", dict(settings)) == {}
        self._slack.quiet()

    def go_away(self, name: str, away: Mapping[str, str]) -> None:
        self.press(name, "I'm away…")
        assert self._slack.workspace.modal()["callback_id"] == "away"
        assert self._slack.workspace.submit(name, dict(away)) == {}
        self._slack.quiet()

    def press(self, name: str, label: str) -> None:
        nudge = self._nudges(name)[-1]
        own = self._slack.direct(name)
        self._slack.workspace.press(name, control(nudge["blocks"], label), nudge["ts"], own)
        self._slack.quiet()

    def reply(self, name: str, text: str) -> None:
        self._slack.checked(self._slack.workspace.say(name, text, self._thread))
        self._slack.quiet()

    def nudges(self, name: str) -> list[str]:
        return [text_of(message) for message in self._nudges(name)]

    def digests(self) -> list[str]:
        return [
            text_of(message)
            for message in self._slack.shown(thread="")
            if "this week" in text_of(message)
        ]

    def counts(self) -> Counter[str]:
        return counted(self)

    def _nudges(self, name: str) -> list[dict[str, Any]]:
        own = self._slack.workspace.direct(name)
        shown = self._slack.shown(own) if own else []
        return [message for message in shown if WAITS.search(text_of(message))]


def test_a_month_in_slack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything comes on its day, at its hour; what keeps it from going keeps it; all of it is seen."""
    short_first(monkeypatch)
    clock = Shifted()
    monkeypatch.setattr("tests.slack_world.clock", clock)
    monkeypatch.setattr("bot.slack.signature.OLDEST", 10**10)  # Slack signs by the real time
    monkeypatch.setattr(dispatch, "Guard", partial(Guard, elapsed=lambda: clock().timestamp()))
    with world(tmp_path, PEOPLE) as slack:
        a_month(Workspace(slack, clock))
