"""A platform that is scripted, for the dispatcher's tests: what becomes of each sending is told before.

It keeps every message's key and looks up what is unsure, as a good sender does. The store between
it and the dispatcher is real, and the clock is told to move on.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

from bot.core.dispatch import Delivered, Dispatcher, Later, Outcome
from storage.people import Place
from storage.port import Store
from storage.sqlite import open_store
from storage.trail import OutboxMessage
from tests import builders as make
from tests.clock import FakeClock


class Step(NamedTuple):
    """What becomes of one try: its outcome, and whether the message stands there all the same."""

    outcome: Outcome | type[BaseException]
    shown: bool = False


SECRET = "the moon is made of cheese"
LOST = Step(Later(unsure=True), shown=True)


class World:
    """A store, a clock, and a far side that keeps each message's key and looks up what is unsure."""

    def __init__(self) -> None:
        self.store: Store = open_store("sqlite://")
        self.clock = FakeClock()
        self.scripts: dict[str, list[Step]] = {}
        self.gates: dict[str, asyncio.Event] = {}
        self.tries: list[tuple[str, bool]] = []
        self.shown: list[tuple[str, str]] = []
        self.killed: set[str] = set()
        self.lanes: set[tuple[str, str]] = set()

    async def send(self, message: OutboxMessage) -> Outcome:
        """One try, as the message's script has it; without one it is delivered."""
        key, channel = message.key, message.place.channel
        self.tries.append((key, message.unsure))
        self.killed.discard(key)
        if key in self.gates:
            await self.gates[key].wait()
        found = Delivered(ref=f"ref of {key}")
        if message.unsure and (channel, key) in self.shown:
            return found
        script = self.scripts.get(key)
        outcome, shown = script.pop(0) if script else Step(found, shown=True)
        if shown:
            self.shown.append((channel, key))
        if outcome is asyncio.CancelledError:
            self.killed.add(key)
        if isinstance(outcome, type):
            raise outcome(SECRET)
        return outcome

    def promise(
        self, channel: str, *keys: str, steps: tuple[Step, ...] = (), platform: str = "slack"
    ) -> None:
        """Promise messages to a channel; `steps` is what becomes of the first one's tries."""
        self.lanes.add((channel, platform))
        self.scripts[keys[0]] = list(steps)
        now, place = self.clock(), Place(platform=platform, tenant="T1", channel=channel)
        for key in keys:
            made = make.promised(key, place=place, due_at=now, created_at=now, payload=SECRET)
            assert self.store.write(lambda tx, made=made: tx.promise(made))  # type: ignore[misc]

    def keys(self, channel: str) -> list[str]:
        """What stands in a channel, in order."""
        return [key for at, key in self.shown if at == channel]

    def tried(self, key: str) -> list[bool]:
        """The tries of one message: whether each was unsure."""
        return [unsure for at, unsure in self.tries if at == key]

    def pending(self, channel: str, platform: str = "slack") -> int:
        """How much a channel still waits for."""
        return self.store.read().pending(platform, "T1", channel)

    def leased(self) -> int:
        """How many messages are on their way."""
        waiting = sum(self.pending(*lane) for lane in self.lanes)
        return waiting - self.store.read().outbox_depth()[0]

    @asynccontextmanager
    async def serving(self, owner: str = "one", store: Any = None) -> AsyncIterator[Dispatcher]:
        """A dispatcher that runs."""
        found = Dispatcher(store or self.store, self.clock, self, "slack", owner)
        found.start()
        yield found
        await found.stop()

    async def settle(self, *dispatchers: Dispatcher, stuck: int = 0) -> None:
        """Let all that is due at this moment be tried, but for so many that are stuck.

        One claim takes from every free lane: once a marker is out, no lane was passed over.
        """
        marker = ("markers", f"marker {len(self.tries)}")
        self.promise(*marker)
        for one in dispatchers:
            one.nudge()
        await until(lambda: marker in self.shown)
        await until(lambda: self.leased() == stuck + len(self.killed))


async def until(true: Callable[[], bool]) -> None:
    """Let the others go on until it is so; a test that waits in vain is named by its time-out."""
    while not true():  # noqa: ASYNC110  # it becomes so in the store, which tells nobody
        await asyncio.sleep(0)


def run(test: Callable[[World], Coroutine[Any, Any, None]]) -> Callable[[], None]:
    """Run a test's coroutine in a world and on a loop of its own."""

    def inner() -> None:
        world = World()
        asyncio.run(test(world))
        world.store.close()

    inner.__name__, inner.__doc__ = test.__name__, test.__doc__
    return inner
