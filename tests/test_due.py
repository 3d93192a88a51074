"""The moment of sending, again and again: a further try says the same, and counts once."""

import asyncio
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from bot.core import due
from bot.core.dispatch import Delivered, Dispatcher, Later, Outcome
from bot.core.effects import EFFECT, Notice, Say
from bot.core.events import Assigned, MemberKept
from bot.core.planned import MAIL
from bot.core.planner import plan_due
from storage.people import Role
from storage.port import StoreBusy
from storage.trail import OutboxMessage
from tests.harness import Harness
from tests.test_nudges import day

NINE_FORTY = time(9, 40)


class Sender:
    """Says what becomes of each try, in turn, and keeps what it was given."""

    def __init__(self, *outcomes: Outcome) -> None:
        self.outcomes = list(outcomes)
        self.given: list[OutboxMessage] = []

    async def send(self, message: OutboxMessage) -> Outcome:
        self.given.append(message)
        return self.outcomes.pop(0) if self.outcomes else Delivered(ref="m")


def late() -> Harness:
    """A committee of two chairs; something of Chi's is past its date since yesterday."""
    h = Harness()
    h.start("plan")
    ben = h.state.members[h.ids["Ben"]].evolve(role=Role.CHAIR)
    h.handle(MemberKept(**h.base("Ana"), who=ben))
    h.handle(Assigned(**h.base("Ana"), question="plan.cake", to=h.ids["Chi"], due=day(1)))
    return h


def at(when: date) -> datetime:
    """Twenty to ten of a day."""
    return datetime.combine(when, NINE_FORTY, UTC)


def by_mail(h: Harness, sender: Sender, until: Any) -> None:
    """Let the dispatcher of e-mail work on until something is so."""

    async def work() -> None:
        dispatcher = Dispatcher(h.store, h.clock, sender, MAIL, "one", guard=h.guard)
        dispatcher.start()
        async with asyncio.timeout(20):
            while not until():
                h.clock.advance(seconds=30)
                dispatcher.nudge()
                await asyncio.sleep(0.01)
        await dispatcher.stop()

    asyncio.run(work())


def said(message: OutboxMessage) -> str:
    """The words of what a sender was given."""
    effect = EFFECT.validate_json(message.payload)
    assert isinstance(effect, Say)
    assert isinstance(effect.content, Notice)
    return effect.content.text


def test_every_chair_is_told_what_is_past_its_date() -> None:
    """That one was told does not keep it from the other, nor from being told by mail, too."""
    h = late()
    h.clock.now = at(day(2))
    plan_due(h.store, h.clock(), mail=True)
    h.deliver()
    for name in ("Ana", "Ben"):
        assert "past the date" in h.direct(name)[-1].text  # type: ignore[union-attr]
    sender = Sender()
    by_mail(h, sender, lambda: len(sender.given) == 3)
    assert sum("past the date" in said(message) for message in sender.given) == 2


def test_a_further_try_says_the_same_and_counts_once() -> None:
    """Whatever the first ones came to; the member's list has one nudge for the day."""
    h = late()
    h.clock.now = at(day(2))
    plan_due(h.store, h.clock(), mail=True)
    sender = Sender(*(Later(reason=why, unsure=why == "500") for why in ("429", "500", "502") * 3))
    key, lane = f"nudge:{h.ids['Ana']}", ("mail", "local", f"@{h.ids['Ana']}")
    by_mail(h, sender, lambda: sender.given and not h.store.read().pending(*lane))
    mine = [said(m) for m in sender.given if key in m.key]
    assert len(mine) >= 2
    assert len(set(mine)) == 1
    assert "past the date" in mine[0]
    assert [n.day for n in h.state.habits[h.ids["Ana"]].nudged] == [day(2)]


def test_a_nudge_that_never_got_out_is_none_that_was_ignored() -> None:
    """Tried in vain until its day had passed: the next day's goes as if it had not been."""
    h = Harness()
    h.start("plan")
    h.clock.now = at(day(1))
    plan_due(h.store, h.clock())
    room = h.channel.evolve(channel=f"@{h.ids['Ben']}")

    def compose(when: datetime) -> Say | None:
        def work(tx: Any) -> Say | None:
            found = tx.claim(
                when, "t", when + timedelta(minutes=1), lane=("web", "local", room.channel)
            )
            made = due.compose(tx, found[0], when, h.guard)
            tx.postpone(found[0].id, "t", when)
            return made

        return h.store.write(work)

    assert compose(h.clock()) is not None
    assert [n.day for n in h.state.habits[h.ids["Ben"]].nudged] == [day(1)]
    assert compose(at(day(2))) is None
    assert h.state.habits[h.ids["Ben"]].nudged == ()
    h.at(day(2), 9, 40)
    assert [n.day for n in h.state.habits[h.ids["Ben"]].nudged] == [day(2)]


def test_what_could_not_be_composed_did_not_go_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy record is no lost reply: a message that may be sent once at most is still sent."""
    h = Harness()
    h.start("plan")
    h.clock.now = at(day(1))
    plan_due(h.store, h.clock(), mail=True)
    compose = due.compose
    failed: list[bool] = []

    def busy(*args: Any) -> Say | None:
        if not failed:
            failed.append(True)
            raise StoreBusy("busy")
        return compose(*args)

    monkeypatch.setattr("bot.core.dispatch.compose", busy)
    sender = Sender()
    by_mail(h, sender, lambda: len(sender.given) == 3)
    assert not any(message.unsure for message in sender.given)
    assert failed
