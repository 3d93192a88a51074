"""The one harness for the walk: people who `say()` and `click()`, and a room that can be read.

It drives the whole service on a real store, and delivers the outbox into the hosted rooms, so what
a test sees is what a person would.
"""

from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.core import buttons
from bot.core.desk import Handled
from bot.core.due import Guard
from bot.core.effects import CONTENT, Button, Content, Notice, QuestionCard, ReviewCard, SummaryCard
from bot.core.events import Answered, Deleted, Edited, Event, Reviewed, Started, Typed
from bot.core.outbox import deliver_hosted
from bot.core.planner import plan_due
from bot.core.service import NewMember, Service
from bot.core.walking import walk_id
from questions.loader import load_bank_file
from questions.model import Bank
from storage.people import Place, Role, Settings
from storage.port import Store
from storage.records import Item, State, Walk
from storage.sqlite import open_store
from storage.trail import Message
from tests.clock import FakeClock

BANKS = Path(__file__).parent / "data" / "banks"


def short_bank() -> Bank:
    """The bank that is small enough to walk through in a test."""
    return load_bank_file(BANKS / "short.yaml")


class Harness:
    """A committee of Ana (chair), Ben and Chi (members) and Olu (observer), on one bank."""

    def __init__(
        self,
        bank: Bank | None = None,
        store: Store | None = None,
        settings: Settings | None = None,
        names: tuple[str, ...] = ("Ana", "Ben", "Chi"),
    ) -> None:
        self.clock = FakeClock()
        self.guard = Guard(elapsed=lambda: self.clock().timestamp())
        self.store = store or open_store("sqlite://")
        self.service = Service(self.store, self.clock)
        self.bank = bank or short_bank()
        people = [
            NewMember(
                name=name,
                email=f"{name.lower()}@example.org",
                role=Role.CHAIR if name == "Ana" else Role.MEMBER,
            )
            for name in names
        ]
        people.append(NewMember(name="Olu", email="olu@example.org", role=Role.OBSERVER))
        state = self.service.found("Fair", self.bank, people, settings=settings)
        self.committee = state.committee.id
        self.ids = {m.name: m.id for m in state.members.values()}
        self._numbers = count(1)
        self.refs: list[str] = []

    # -- people act -----------------------------------------------------------------------------

    def event_id(self) -> str:
        """A delivery id that was not used before."""
        return f"web:{next(self._numbers)}"

    def handle(self, event: Event) -> Handled:
        """Hand one event to the service, deliver what it promised, and let a second pass."""
        handled = self.service.handle(event)
        self.deliver()
        self.clock.advance(seconds=1)
        return handled

    def deliver(self) -> int:
        """Bring what is promised to its rooms."""
        return deliver_hosted(self.store, self.clock(), "test", guard=self.guard)

    def tick(self) -> int:
        """Plan what is due now, and deliver it; returns how many slots were planned."""
        planned = plan_due(self.store, self.clock())
        self.deliver()
        return planned

    def at(self, day: date, hour: int, minute: int = 0, zone: str = "UTC") -> int:
        """Set the clock to a local time, and tick."""
        when = datetime.combine(day, time(hour, minute), ZoneInfo(zone))
        self.clock.now = when.astimezone(UTC)
        return self.tick()

    def through(self, until: datetime, step: timedelta = timedelta(minutes=30)) -> None:
        """Let the time pass, ticking on the way."""
        while self.clock.now < until:
            self.clock.now = min(self.clock.now + step, until)
            self.tick()

    def base(self, name: str, walk: str = "") -> dict[str, Any]:
        """An event's own fields."""
        return {
            "id": self.event_id(),
            "committee": self.committee,
            "member": self.ids[name],
            "walk": walk,
        }

    def start(self, phase: str, name: str = "Ana", *, own: bool = False) -> str:
        """Start a phase; returns the walk's id."""
        self.handle(Started(**self.base(name), phase=phase, own=own))
        return walk_id(self.committee, phase, self.ids[name] if own else "")

    def say(self, name: str, text: str, walk: str, about: str = "") -> Handled:
        """Type something in a walk's thread; its message id is the last of `refs`."""
        base = self.base(name, walk)
        self.refs.append(f"{base['id']}:m")
        return self.handle(Typed(**base, text=text, ref=self.refs[-1], about=about))

    def command(self, name: str, text: str) -> Handled:
        """Type something in the committee's channel."""
        base = self.base(name)
        self.refs.append(f"{base['id']}:m")
        return self.handle(Typed(**base, text=text, ref=self.refs[-1], place=self.channel))

    def click(self, name: str, button: Button, text: str = "") -> Handled:
        """Press a button that stands on a card."""
        base = self.base(name, button.walk)
        event = buttons.event(
            button.action, **base, question=button.question, value=button.value, text=text
        )
        return self.handle(event)

    def press(self, name: str, walk: str, label: str, text: str = "") -> Handled:
        """Press the button with this label on the thread's newest card."""
        return self.click(name, self.button(walk, label), text)

    def form(self, name: str, walk: str = "", **answers: dict[str, Any]) -> Handled:
        """Send a form; question ids are given with "__" for the dot."""
        named = {key.replace("__", "."): fields for key, fields in answers.items()}
        return self.handle(Answered(**self.base(name, walk), answers=named))

    def review(self, name: str, walk: str, subject: str, **fields: Any) -> Handled:
        """Send the review form of one answer."""
        return self.handle(Reviewed(**self.base(name, walk), subject=subject, **fields))

    def edit(self, name: str, walk: str, ref: str, text: str) -> Handled:
        """Change a message."""
        return self.handle(Edited(**self.base(name, walk), ref=ref, text=text))

    def delete(self, name: str, walk: str, ref: str) -> Handled:
        """Delete a message."""
        return self.handle(Deleted(**self.base(name, walk), ref=ref))

    # -- what there is to see -------------------------------------------------------------------

    @property
    def state(self) -> State:
        """The committee's state as committed."""
        return self.service.look(self.committee).state

    @property
    def channel(self) -> Place:
        """The committee's channel."""
        return self.state.committee.home[0]

    def item(self, question: str) -> Item:
        """The committee's standing on a question."""
        return self.state.items[question]

    def walk(self, walk: str) -> Walk:
        """A walk as committed."""
        return self.state.walks[walk]

    def messages(self, place: Place, viewer: str = "Ana") -> tuple[Message, ...]:
        """The messages of a place, as a member sees them."""
        return self.store.read().messages(place, self.ids[viewer])

    def contents(self, walk: str, viewer: str = "Ana") -> list[Content]:
        """The bot's contents in a thread, in order."""
        return [
            CONTENT.validate_json(message.payload)
            for message in self.messages(self.walk(walk).place, viewer)
            if message.payload
        ]

    def in_channel(self, viewer: str = "Ana") -> list[Content]:
        """The bot's contents in the channel."""
        return [
            CONTENT.validate_json(m.payload)
            for m in self.messages(self.channel, viewer)
            if m.payload
        ]

    def direct(self, name: str) -> list[Content]:
        """The bot's contents in a member's direct messages."""
        place = Place(platform="web", tenant="local", channel=f"@{self.ids[name]}")
        return [CONTENT.validate_json(m.payload) for m in self.messages(place, name) if m.payload]

    def card(self, walk: str) -> QuestionCard:
        """The newest question card in a thread."""
        return [c for c in self.contents(walk) if isinstance(c, QuestionCard)][-1]

    def review_card(self, walk: str) -> ReviewCard:
        """The newest review card in a thread."""
        return [c for c in self.contents(walk) if isinstance(c, ReviewCard)][-1]

    def summaries(self) -> list[SummaryCard]:
        """The summaries in the channel."""
        return [c for c in self.in_channel() if isinstance(c, SummaryCard)]

    def notice(self, walk: str, viewer: str) -> Notice:
        """The newest notice in a thread, as this member sees it."""
        return [c for c in self.contents(walk, viewer) if isinstance(c, Notice)][-1]

    def channel_notice(self, viewer: str) -> Notice:
        """The newest notice in the channel, as this member sees it."""
        return [c for c in self.in_channel(viewer) if isinstance(c, Notice)][-1]

    def button(self, walk: str, label: str) -> Button:
        """The button with this label on the newest card that has one."""
        for content in reversed(self.contents(walk)):
            more = content.more if isinstance(content, QuestionCard) else ()
            for button in (*content.buttons, *more):
                if button.label == label:
                    return button
        raise AssertionError(f"no button {label!r} in {walk}")

    def reactions(self, walk: str, ref: str) -> tuple[str, ...]:
        """The reactions on a message in a thread."""
        return self.store.read().message(self.walk(walk).place, ref).reactions

    def answer_text(self, question: str, name: str) -> str:
        """What a member's current answer to a question says, in plain text."""
        from questions.values import plain

        answer = self.item(question).answers[self.ids[name]]
        assert answer.value is not None
        return plain(self.bank.questions[question], answer.value)
