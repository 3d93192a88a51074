"""What the tests of a failing Slack share: a committee, made-up promises, and what is to stand of them."""

import json
import random
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from bot.app import clock
from bot.core import dispatch
from bot.core.effects import EFFECT, Content, Effect, Notice, React, Say, Update
from bot.core.service import NewMember, Service
from bot.core.targets import AtPlace
from bot.slack.render import render
from bot.slack.sender import ALL_ABOVE
from questions.model import Bank, Phase, TextQuestion
from storage.people import Address, Place, Role
from storage.records import State
from storage.trail import OutboxMessage
from tests import local_slack
from tests.groups import cannot_run
from tests.local_slack import CHANNEL, TEAM
from tests.slack_world import text_of

PEOPLE = ("Ana", "Ben", "Chi")
CHECK = "white_check_mark"
PATIENCE = 90.0
"""Seconds that a whole run may take on a machine that has other things to do."""
HUGE = 22_400
"""Characters that take three messages."""


def need_slack() -> None:
    """End the test where local-slack is not installed."""
    try:
        local_slack.find()
    except local_slack.LocalSlackMissing as missing:
        cannot_run("Slack", str(missing))


def committee(
    service: Service,
    people: tuple[str, ...] = PEOPLE,
    questions: int = 1,
    channel: str = CHANNEL,
) -> State:
    """Some people in a channel, with so many questions; the first one is chair."""
    asked = tuple(TextQuestion(id=f"plan.q{n}", prompt=f"Word {n}?") for n in range(questions))
    phase = Phase(id="plan", title="Planning", affects="members", questions=asked)
    members = [
        NewMember(
            name=name,
            role=Role.MEMBER if n else Role.CHAIR,
            addresses=(Address(platform="slack", tenant=TEAM, user=f"U0{name.upper()}"),),
        )
        for n, name in enumerate(people)
    ]
    home = Place(platform="slack", tenant=TEAM, channel=channel)
    bank = Bank(name="words", version="1", title="Words", phases=(phase,))
    return service.found("Fair", bank, members, home=home)


def stands(message: dict[str, Any], name: str, content: Content, committee: str) -> bool:
    """Whether a message shows a content's piece, as its key says which."""
    pieces, (_, _, number) = render(committee, content), name.partition("#")
    if int(number or 0) >= len(pieces):
        return text_of(message) == ALL_ABOVE
    return json.dumps(message["blocks"]) == json.dumps(list(pieces[int(number or 0)].blocks))


def in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for less between two tries of one's own; what Slack asks for is another matter."""
    monkeypatch.setattr(dispatch, "FIRST_WAIT", timedelta(seconds=0.05))
    monkeypatch.setattr(dispatch, "LONGEST_WAIT", timedelta(seconds=0.4))
    monkeypatch.setattr(dispatch, "POLL", 0.05)
    monkeypatch.setattr(local_slack, "PATIENCE", PATIENCE)


class Lane:
    """One lane's promises, made up as they go, and what they come to."""

    def __init__(self, name: str, channel: str, state: State, rng: random.Random) -> None:
        self.name, self.state, self.rng = name, state, rng
        self.place = Place(platform="slack", tenant=TEAM, channel=channel)
        self.keys: list[str] = []
        self.newest: dict[str, Content] = {}
        self.whispers: set[str] = set()
        self.reacted: dict[str, bool] = {}
        self._made = 0

    def content(self, key: str) -> Notice:
        """Words that were never said before; one in eight needs several messages."""
        self._made += 1
        text = f"{key}, as of {self._made}"
        return Notice(text=text + " and on" * (HUGE // 7) if self.rng.random() < 0.125 else text)

    def some(self, count: int, theirs: tuple[str, ...]) -> Iterator[OutboxMessage]:
        """So many further promises; `theirs` are messages of people that can be reacted to."""
        for _ in range(count):
            key = f"{self.name}-{self._made}"
            kind = self.rng.choice(("say", "say", "say", "update", "update", "react", "whisper"))
            if not self.keys or kind == "say":
                content, opens = self.content(key), not self.keys
                inside = self.keys[0] if self.keys and self.rng.random() < 0.7 else ""
                self.keys.append(key)
                self.newest[key] = content
                place = self.place.evolve(thread=key if opens else inside)
                yield self.promise(key, Say(key=key, to=AtPlace(place=place), content=content))
            elif kind == "update":
                old = self.rng.choice(self.keys)
                self.newest[old] = content = self.content(old)
                made: Effect = Update(key=old, to=AtPlace(place=self.place), content=content)
                yield self.promise(f"{key}:update", made, slot=f"update:{old}")
                self._made += 1
            elif kind == "react" and theirs:
                ref = self.rng.choice(theirs)
                on = self.reacted[ref] = not self.reacted.get(ref)
                made = React(to=AtPlace(place=self.place), ref=ref, emoji="✅", on=on)
                self._made += 1
                yield self.promise(f"{key}:react", made)
            elif kind == "whisper" and not self.place.channel.startswith("@"):
                member = next(iter(self.state.members))
                content = Notice(text=f"{key} for you alone")
                self.whispers.add(content.text)
                self._made += 1
                to = AtPlace(place=self.place)
                yield self.promise(key, Say(key=key, to=to, content=content, only_for=member))

    def promise(self, key: str, effect: Effect, slot: str = "") -> OutboxMessage:
        """An effect on its way into the outbox."""
        now, place = clock(), effect.to.place if isinstance(effect.to, AtPlace) else self.place
        return OutboxMessage(
            key=key, slot=slot, committee=self.state.committee.id, place=place,
            payload=EFFECT.dump_json(effect).decode(), due_at=now, created_at=now,
        )  # fmt: skip
