"""The two kinds of walk side by side, so that one test holds a clause for both.

A `Room` is a walk with the people who are asked in it: the committee's thread with all of them, or
Ben's own with Ben alone.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from bot.core.effects import QuestionCard, ReviewCard
from bot.core.events import Assigned, MemberKept, SettingsKept, Withdrawn
from questions.loader import load_bank_file
from questions.model import Bank
from storage.people import Member, MoveOn, Pace, Role, Settings
from storage.records import Stage, Walk
from tests.harness import BANKS, Harness


def garden() -> Bank:
    """The bank with nested conditions and a chain of links."""
    return load_bank_file(BANKS / "garden.yaml")


@dataclass
class Room:
    """A walk and those who are asked in it; `lead` may move it."""

    h: Harness
    id: str
    people: tuple[str, ...]
    lead: str

    @property
    def walk(self) -> Walk:
        """The walk as committed."""
        return self.h.walk(self.id)

    @property
    def current(self) -> str:
        """The question it asks."""
        return self.walk.current

    def stage(self) -> Stage:
        """Where it is in its life."""
        return self.walk.stage

    @property
    def card(self) -> QuestionCard:
        """Its newest question card."""
        return self.h.card(self.id)

    def say(self, text: str, who: str = "", about: str = "") -> str:
        """One person (the lead, unless named) says something; returns the message's id."""
        self.h.say(who or self.lead, text, self.id, about)
        return self.h.refs[-1]

    def answer(self, text: str) -> None:
        """Everyone who is asked says the same."""
        for name in self.people:
            self.say(text, name)

    def form(self, who: str = "", **answers: dict[str, Any]) -> None:
        """One person (the lead, unless named) sends a form."""
        name = who or self.lead
        self.h.form(name, self.id if name in self.people else "", **answers)

    def press(self, label: str, who: str = "", text: str = "") -> None:
        """One person (the lead, unless named) presses a button on the newest card that has it."""
        self.h.press(who or self.lead, self.id, label, text)

    def withdraw(self, question: str = "", who: str = "") -> None:
        """One person takes their answer back."""
        base = self.h.base(who or self.lead, self.id)
        self.h.handle(Withdrawn(**base, question=question))

    def cards_of(self, question: str) -> list[QuestionCard]:
        """Every card of a question, the oldest first."""
        return [
            content
            for content in self.h.contents(self.id)
            if isinstance(content, QuestionCard) and content.question == question
        ]

    def reviews(self) -> list[ReviewCard]:
        """Every review card, the oldest first."""
        return [c for c in self.h.contents(self.id) if isinstance(c, ReviewCard)]


def shared(phase: str = "plan", bank: Bank | None = None, settings: Settings | None = None) -> Room:
    """The committee's thread: Ana leads, and all three are asked."""
    h = Harness(bank, settings=settings)
    return Room(h, h.start(phase), ("Ana", "Ben", "Chi"), "Ana")


def own(phase: str = "plan", bank: Bank | None = None, settings: Settings | None = None) -> Room:
    """Ben's own walk."""
    h = Harness(bank, settings=settings)
    return Room(h, h.start(phase, "Ben", own=True), ("Ben",), "Ben")


def keep(h: Harness, who_is: str, /, by: str = "Ana", **changes: Any) -> None:
    """Somebody's role, name, zone or presence changes."""
    who = h.state.members[h.ids[who_is]].evolve(**changes)
    h.handle(MemberKept(**h.base(by), who=who))


def join(h: Harness, name: str, role: Role = Role.MEMBER) -> None:
    """Somebody comes in."""
    h.ids[name] = h.service.new_id()
    who = Member(id=h.ids[name], committee=h.committee, name=name, role=role)
    h.handle(MemberKept(**h.base("Ana"), who=who))


def choose(h: Harness, move_on: MoveOn, count: int = 2) -> None:
    """The committee changes how it moves on."""
    kept = Settings(move_on=move_on, move_on_count=count)
    committee = h.state.committee
    event = SettingsKept(**h.base("Ana"), name=committee.name, zone=committee.zone, settings=kept)
    h.handle(event)


def pace(h: Harness, chosen: Pace) -> None:
    """The committee changes its pace."""
    committee = h.state.committee
    kept = committee.settings.evolve(pace=chosen)
    event = SettingsKept(**h.base("Ana"), name=committee.name, zone=committee.zone, settings=kept)
    h.handle(event)


def hand(h: Harness, to: str, question: str = "", phase: str = "", by: str = "Ana") -> None:
    """A question, or a phase, is handed to somebody ("" for nobody)."""
    member = h.ids[to] if to else ""
    h.handle(Assigned(**h.base(by), question=question, phase=phase, to=member))


OpenRoom = Callable[..., Room]
both = pytest.mark.parametrize("open_room", [shared, own], ids=["shared", "own"])
"""For the clauses that hold in either kind of walk."""
