"""The Teams sender between a real record and connectors that do as they are told, for its tests.

There are two tenants, in which everything has the same ids: each has a committee of its own in a
channel, and a connector of its own. The record's clock is told to move on, the pace's moves by itself
when somebody sleeps.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest

from bot.core import dispatch
from bot.core.dispatch import Delivered, Dispatcher, Later, Outcome
from bot.core.effects import (
    EFFECT,
    Button,
    Content,
    Effect,
    Notice,
    QuestionCard,
    React,
    Say,
    StartCard,
    Update,
)
from bot.core.service import NewMember, Service
from bot.core.targets import AtPlace
from bot.teams.adapter import App, Connector
from bot.teams.pacing import Pace
from bot.teams.reaching import Reaching
from bot.teams.rooms import Rooms
from bot.teams.sender import TeamsSender
from questions.model import Bank, Kind, Phase, TextQuestion
from storage.people import Address, Place, Role
from storage.port import Store
from storage.references import Reference
from storage.sqlite import open_store
from storage.trail import OutboxMessage, Sending
from tests import teams_cards
from tests.clock import FakeClock
from tests.fake_connector import Standing
from tests.far_side import until
from tests.slack_script import Time
from tests.teams_far import CHANNEL, Far
from tests.teams_issuer import APP_ID

ONE, TWO = "tenant-one", "tenant-two"
OTHER, GROUP = "19:other@thread.tacv2", "19:chat@thread.v2"
PEOPLE = ("Ana", "Ben", "Chi")
START = StartCard(
    walk="walk",
    committee="Fair",
    phase="Planning",
    text="Fair is starting.",
    flat="Fair is starting here.",
    count=3,
    minutes=5,
)
LONG = "and on " * 8_700
"""Three cards' words."""


def user(name: str) -> str:
    """The id of a person's account, the same in both tenants."""
    return f"user-{name.lower()}"


def account(name: str) -> str:
    """What Teams calls a person towards the bot, the same in both tenants."""
    return f"29:{name.lower()}"


def place(channel: str = CHANNEL, thread: str = "", tenant: str = ONE) -> Place:
    """A place in a tenant."""
    return Place(platform="teams", tenant=tenant, channel=channel, thread=thread)


CHAIN = place(thread="walk")


def question(prompt: str = "Who is it for?") -> QuestionCard:
    """A question's card."""
    return QuestionCard(
        walk="walk", question="q", kind=Kind.TEXT, phase="Planning", n=1, total=2, prompt=prompt,
        buttons=(Button(action="skip", label="Skip", walk="walk", question="q"),),
    )  # fmt: skip


def later(outcome: object) -> Later:
    """The outcome, which has to be another time."""
    assert isinstance(outcome, Later)
    return outcome


def words(standing: Standing) -> str:
    """The texts of a message's card, without its buttons and what is read out."""
    card = teams_cards.card_of(standing.activity)
    assert card is not None
    runs = [e.get("inlines", ()) for e in teams_cards.elements(card)]
    return "".join(run["text"] for inlines in runs for run in inlines)


class World:
    """The sender, its record and the scripted connectors."""

    def __init__(self, store: Store | None = None) -> None:
        self.store: Store = store or open_store("sqlite://")
        self.clock, self.time = FakeClock(), Time()
        self.far = {ONE: Far(), TWO: Far()}
        self.dispatchers: list[Dispatcher] = []
        self.lanes: set[tuple[str, str]] = set()
        self.rooms = Rooms(self.store, self.clock, self._back)
        self.committees = {tenant: self._committee(tenant) for tenant in (ONE, TWO)}
        self.limits: tuple[tuple[int, float], ...] = ()
        self.sender = self.start_anew()
        self._number = 0
        self.lost = 0
        """The leases of processes that ended."""

    def start_anew(self) -> TeamsSender:
        """Another process: what the sender only remembered is forgotten."""
        hosts = frozenset(urlsplit(far.url).netloc for far in self.far.values())
        connector = Connector(App(id=APP_ID, others=hosts, token=lambda: "ours"))
        pace = Pace(self.limits, self.time.now, self.time.sleep)
        self.sender = TeamsSender(self.store, Reaching(connector, self.rooms), pace)
        return self.sender

    def _back(self) -> None:
        for one in self.dispatchers:
            one.nudge()

    def _committee(self, tenant: str) -> dict[str, str]:
        """Some people in a channel; the ids of the committee ("") and of its members by name."""
        phase = Phase(id="plan", title="Planning", affects="members",
                      questions=(TextQuestion(id="plan.q", prompt="Why?"),))  # fmt: skip
        members = [
            NewMember(
                name=name,
                role=Role.MEMBER if n else Role.CHAIR,
                addresses=(Address(platform="teams", tenant=tenant, user=user(name)),),
            )
            for n, name in enumerate(PEOPLE)
        ]
        bank = Bank(name="words", version="1", title="Words", phases=(phase,))
        service = Service(self.store, self.clock)
        state = service.found("Fair", bank, members, home=place(tenant=tenant))
        self.far[tenant].rosters[CHANNEL] = []
        for room in (CHANNEL, OTHER, GROUP):
            self.knows(room, tenant, parent="" if room == GROUP else CHANNEL)
        return {"": state.committee.id, **{m.name: m.id for m in state.members.values()}}

    def knows(self, room: str, tenant: str = ONE, **fields: Any) -> Reference:
        """Let a room (or a person's chat) be known, as an activity from there would."""
        fields = {"url": self.far[tenant].service_url, "hears": True, **fields}
        made = Reference(platform="teams", tenant=tenant, room=room, at=self.clock(), **fields)
        self.store.write(lambda tx: tx.keep_reference(made))
        return made

    def chat(self, name: str, tenant: str = ONE) -> Place:
        """A member's own messages."""
        return place(f"@{self.committees[tenant][name]}", tenant=tenant)

    # -- sending ----------------------------------------------------------------------------------

    def message(self, effect: Effect, to: Place, **fields: Any) -> OutboxMessage:
        """An effect as it lies in the outbox."""
        self._number, now = self._number + 1, self.clock()
        fields = {"id": self._number, "key": getattr(effect, "key", f"no-{self._number}"), **fields}
        return OutboxMessage(
            committee=self.committees[to.tenant][""], place=to, due_at=now, created_at=now,
            payload=EFFECT.dump_json(effect).decode(), **fields,
        )  # fmt: skip

    async def send(self, message: OutboxMessage) -> Outcome:
        """One try, noted as the dispatcher does."""
        outcome = await self.sender.send(message)
        if isinstance(outcome, Delivered):
            done = message.evolve(state=Sending.DONE, ref=outcome.ref)
            self.store.write(lambda tx: tx.promise(done))
        return outcome

    async def say(
        self,
        key: str,
        text: str = "",
        to: Place | None = None,
        *,
        only_for: str = "",
        content: Content | None = None,
        **fields: Any,
    ) -> Outcome:
        """Try to send something, a notice if nothing else is given."""
        at = to or place()
        told = self.committees[at.tenant][only_for] if only_for else ""
        shown = content or Notice(text=text or key)
        effect = Say(key=key, to=AtPlace(place=at), content=shown, only_for=told)
        return await self.send(self.message(effect, at, **fields))

    async def change(self, key: str, text: str, to: Place | None = None, **fields: Any) -> Outcome:
        """Try to replace what a message says."""
        at = to or place()
        effect = Update(key=key, to=AtPlace(place=at), content=Notice(text=text))
        return await self.send(self.message(effect, at, **fields))

    # -- through the dispatcher -------------------------------------------------------------------

    def promise(self, effect: Effect, to: Place) -> None:
        """Put an effect into the outbox."""
        self.lanes.add((to.channel, to.tenant))
        made = self.message(effect, to).evolve(id=0)
        if isinstance(effect, Update):  # each edit is promised on its own
            made = made.evolve(key=f"{effect.key}~{self._number}")
        assert self.store.write(lambda tx: tx.promise(made))

    def promise_notices(self, to: Place, *keys: str) -> None:
        """Put notices into the outbox, each with its key for words."""
        for key in keys:
            self.promise(Say(key=key, to=AtPlace(place=to), content=Notice(text=key)), to)

    @asynccontextmanager
    async def serving(self, owner: str = "one") -> AsyncIterator[Dispatcher]:
        """A dispatcher that runs."""
        found = Dispatcher(self.store, self.clock, self.sender, "teams", owner)
        found.start()
        self.dispatchers.append(found)
        try:
            yield found
        finally:
            self.dispatchers.remove(found)
            await found.stop()

    async def settle(self, dispatcher: Dispatcher, *, stuck: int = 0) -> None:
        """Let all that is due at this moment be tried, but for so many that are stuck.

        A reaction goes nowhere and is done at once: once it is, no lane was passed over.
        """
        marker = place("19:markers@thread.v2")
        react = React(to=AtPlace(place=marker), ref="1", emoji="✅")
        self.promise(react, marker)
        dispatcher.nudge()
        await until(lambda: not self.waiting(marker.channel))
        await until(lambda: self.leased() == stuck + self.lost)

    def waiting(self, channel: str = CHANNEL, tenant: str = ONE) -> int:
        """How much a channel still waits for."""
        return self.store.read().pending("teams", tenant, channel)

    def leased(self) -> int:
        """How many messages are on their way."""
        waiting = sum(self.waiting(*lane) for lane in self.lanes)
        return waiting - self.store.read().outbox_depth()[0]

    # -- what came ----------------------------------------------------------------------------------

    def shown(self, conversation: str = "", tenant: str = ONE) -> list[str]:
        """What stands in a conversation, in order."""
        return [words(s) for s in self.far[tenant].messages(conversation)]

    def made(self, tenant: str = ONE) -> list[str]:
        """The calls in order."""
        return [call.what for call in self.far[tenant].calls]

    def ref(self, key: str) -> str:
        """The id under which a message stands."""
        return self.store.read().delivered_ref(key)

    def chain(self, key: str, channel: str = CHANNEL) -> str:
        """The conversation of the reply chain under a message."""
        return f"{channel};messageid={self.ref(key)}"

    def close(self) -> None:
        """End."""
        self.store.close()
        for far in self.far.values():
            far.close()


def run(test: Callable[[World], Coroutine[Any, Any, None]]) -> Callable[[], None]:
    """Run a test's coroutine in a world and on a loop of its own; nobody gathers what comes together."""

    def inner() -> None:
        world = World()
        try:
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(dispatch, "GATHER", 0)
                asyncio.run(test(world))
        finally:
            world.close()

    inner.__name__, inner.__doc__ = test.__name__, test.__doc__
    return inner
