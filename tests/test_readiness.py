"""Alive and ready: what makes a process say that it can't do its work."""

import asyncio
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from bot.core import readiness
from bot.core.dispatch import LATELY, TOO_LONG, Delivered, Dispatcher, Later, Outcome
from bot.core.readiness import STANDS, Readiness
from bot.tick import LATELY as TICKS_LATELY
from bot.tick import Tick
from storage.port import Store, StoreFull, Transaction
from storage.sqlite import open_store
from storage.trail import OutboxMessage
from tests import builders as make
from tests.clock import FakeClock

pytest_plugins = ("tests.stores",)


def test_a_sound_record_is_ready_and_was_really_written(store: Store) -> None:
    """Each report after a moment is a commit of its own; within the moment nothing is written."""
    clock = FakeClock()
    ready = Readiness(store, clock)
    ready.add("tick", lambda _now: "")
    assert ready.report() == (True, ("record: ok", "tick: ok"))
    written = store.read().secret(readiness.PROBE)
    clock.advance(seconds=1)
    ready.report()
    assert store.read().secret(readiness.PROBE) == written
    clock.advance(seconds=STANDS.total_seconds())
    ready.report()
    assert store.read().secret(readiness.PROBE) > written


def test_one_wrong_check_is_enough_and_says_why(store: Store) -> None:
    """The others are said, too."""
    ready = Readiness(store, FakeClock())
    ready.add("slack", lambda _now: "sending has ended")
    assert ready.report() == (False, ("record: ok", "slack: sending has ended"))


def test_a_writer_that_is_held_up_is_not_ready(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says so in time, asks again without adding to the line, and is ready once the line moves."""
    monkeypatch.setattr(readiness, "IN_TIME", 0.05)
    store, clock = open_store(f"sqlite:///{tmp_path}/x.db"), FakeClock()
    go, held = threading.Event(), threading.Event()

    def hold(_tx: Transaction) -> None:
        held.set()
        go.wait(10)

    holding = store.submit(hold)
    assert held.wait(10)
    ready = Readiness(store, clock)
    for _ in range(3):
        assert not ready.report().ready
        assert "could not be written" in ready.report().lines[0]
        clock.advance(minutes=1)
    go.set()
    holding.result(10)
    monkeypatch.setattr(readiness, "IN_TIME", 10.0)
    assert ready.report().ready
    store.close()
    clock.advance(minutes=1)
    assert ready.report().lines == (f"record: {readiness.BROKEN}",)


def test_a_full_disk_is_not_ready(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """What can be read but not written does not do; the error's words stay out of it."""

    def full(*_: object) -> None:
        raise StoreFull("The disk is full.")

    monkeypatch.setattr("storage.sqlite_rooms.Rooms.keep_secret", full)
    assert Readiness(store, FakeClock()).report().lines == (f"record: {readiness.BROKEN}",)


def test_a_record_that_a_newer_convenor_changed_is_not_ready(tmp_path: Path) -> None:
    """This process has to be replaced, though it can still write."""
    store = open_store(f"sqlite:///{tmp_path}/x.db")
    with store._writing():
        store._writer.conn.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('convenor', '9999-later', '')"
        )
    assert Readiness(store, FakeClock()).report().lines == (f"record: {readiness.NEWER}",)
    store.close()


def test_a_tick_that_stopped_coming_round_is_trouble(store: Store) -> None:
    """Never begun, ended, and begun but stuck."""
    clock = FakeClock()
    tick = Tick(store, clock, "here")
    assert tick.trouble(clock())
    tick.start()
    assert tick.trouble(clock()) == ""
    assert "has not come round" in tick.trouble(clock() + TICKS_LATELY + timedelta(seconds=1))
    tick.stop()
    assert tick.trouble(clock())


class Says:
    """A sender with one answer to everything."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome, self.asked = outcome, 0

    async def send(self, _message: OutboxMessage) -> Outcome:
        self.asked += 1
        return self.outcome


async def _until(dispatcher: Dispatcher, clock: FakeClock, sender: Says, tries: int) -> None:
    """Let the sender be asked so often in all, and what came of it be noted."""
    for _ in range(1000):
        if sender.asked >= tries and not dispatcher._lanes:
            return
        clock.advance(seconds=20)
        dispatcher.nudge()
        await asyncio.sleep(0.01)
    raise AssertionError("the sender was not asked")


@pytest.mark.parametrize(
    ("outcome", "waits"),
    [(Later(after=10), True), (Later(after=10, unsure=True), True), (Later(after=10, keep=True), False)],
)  # fmt: skip
def test_a_message_that_is_tried_in_vain_is_trouble_until_it_goes_out(
    store: Store, outcome: Later, waits: bool
) -> None:
    """After a quarter of an hour; one that waits on purpose never is, and nothing is once it went."""
    clock = FakeClock()
    place = make.place().evolve(platform="slack")
    message = make.promised().evolve(place=place, created_at=clock(), due_at=clock())
    store.write(lambda tx: tx.promise(message))
    sender = Says(outcome)

    async def run() -> tuple[str, str, str]:
        dispatcher = Dispatcher(store, clock, sender, "slack", "tests")
        assert "has not begun" in dispatcher.trouble(clock())
        dispatcher.start()
        await _until(dispatcher, clock, sender, 1)
        at_first = dispatcher.trouble(clock())
        clock.advance(seconds=TOO_LONG.total_seconds())
        await _until(dispatcher, clock, sender, 2)
        dispatcher._ran_at = clock()
        later = dispatcher.trouble(clock())
        sender.outcome = Delivered()
        await _until(dispatcher, clock, sender, sender.asked + 1)
        dispatcher._ran_at = clock()
        sent = dispatcher.trouble(clock())
        assert "was looked for" in dispatcher.trouble(clock() + LATELY * 2)
        await dispatcher.stop()
        assert "has ended" in dispatcher.trouble(clock())
        return at_first, later, sent

    at_first, later, sent = asyncio.run(run())
    assert (at_first, sent) == ("", "")
    assert ("tried in vain" in later) is waits
