"""The dispatcher: in order, once, lane beside lane, through every trouble that a platform can make."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core import dispatch
from bot.core.dispatch import Hopeless, Later, wait_for
from storage.port import StoreError
from tests import builders as make
from tests.far_side import LOST, SECRET, Step, World, run, until

# -- order -----------------------------------------------------------------------------------------


@run
async def test_a_lane_goes_out_in_order_and_once(world: World) -> None:
    """Its messages one by one, each under the id it got; another platform's are not touched."""
    world.promise("a", "a1", "a2", "a3")
    world.promise("b", "b1", "b2")
    world.promise("a", "web", platform="web")
    async with world.serving() as d:
        await world.settle(d)
        world.promise("a", "a4")
        await world.settle(d)
    assert world.keys("a") == ["a1", "a2", "a3", "a4"]
    assert world.keys("b") == ["b1", "b2"]
    assert world.store.read().delivered_ref("a2") == "ref of a2"
    assert (world.tried("web"), world.pending("a", "web")) == ([], 1)


@run
async def test_a_stuck_lane_holds_up_no_other(world: World) -> None:
    """Its own messages wait behind the one on its way; all the other lanes are served.

    Nor is that one sent beside itself however far the clock leaps: the computer was asleep.
    """
    world.gates["a1"] = asyncio.Event()
    world.promise("a", "a1", "a2")
    async with world.serving() as d:
        for n in range(3):
            world.promise(f"b{n}", f"b{n}.1", f"b{n}.2")
            await world.settle(d, stuck=1)
            assert world.keys(f"b{n}") == [f"b{n}.1", f"b{n}.2"]
            world.clock.advance(hours=n)
        assert (world.tried("a1"), world.tried("a2")) == ([False], [])
        world.gates["a1"].set()
        await until(lambda: world.pending("a") == 0)
    assert world.keys("a") == ["a1", "a2"]


# -- what became of it -----------------------------------------------------------------------------


def test_each_sending_is_one_line_of_ids(caplog: pytest.LogCaptureFixture) -> None:
    """What went out, at which try, and what did not; nothing of what it says."""

    @run
    async def send(world: World) -> None:
        world.promise("a", "a1", steps=(Step(Later(after=1)),))
        async with world.serving() as d:
            await world.settle(d)
            world.clock.advance(seconds=2)
            await world.settle(d)

    with caplog.at_level("INFO", "bot.core.dispatch"):
        send()
    said = [r.getMessage() for r in caplog.records if r.name == "bot.core.dispatch"]
    lines = [line for line in said if "channel=markers" not in line]
    assert [line.partition(" id=")[0] for line in lines] == ["not delivered", "sent"]
    assert lines[1].endswith("try=2")
    assert SECRET not in caplog.text


@run
async def test_later_is_when_the_platform_says(world: World) -> None:
    """Not a moment sooner, and what comes after it in its lane waits with it."""
    world.promise("a", "a1", "a2", steps=(Step(Later(after=30)), Step(Later(after=0.5))))
    async with world.serving() as d:
        for seconds, tries in ((0, 1), (29.9, 1), (0.1, 2), (0.4, 2), (0.1, 3)):
            world.clock.advance(seconds=seconds)
            await world.settle(d)
            assert world.tried("a1") == [False] * tries
            assert world.keys("a") == (["a1", "a2"] if tries == 3 else [])


@given(attempts=st.integers(0, 10_000), chance=st.floats(0, 1))
def test_waits_grow_up_to_a_bound(attempts: int, chance: float) -> None:
    """Doubled with every try, give or take a quarter; the platform's own word goes first."""
    message = make.promised(attempts=attempts)
    plain = timedelta(seconds=min(2 * 2 ** min(attempts, 30), 600))
    assert plain * 0.75 <= wait_for(message, Later(), chance) <= plain * 1.25
    assert wait_for(message, Later(), 0.0) < wait_for(message, Later(), 1.0)
    said = wait_for(message, Later(after=attempts), chance)
    assert said == max(timedelta(seconds=attempts), dispatch.SHORTEST_WAIT)


@run
async def test_unsure_goes_along_to_every_later_try(world: World) -> None:
    """What may have gone out is looked up, also where the try in between surely did not."""
    world.promise("a", "a1", steps=(Step(Later()), Step(Later(unsure=True)), Step(Later()), LOST))
    async with world.serving() as d:
        for _ in range(5):
            await world.settle(d)
            world.clock.advance(hours=1)
    assert world.tried("a1") == [False, False, True, True, True]
    assert world.keys("a") == ["a1"]
    assert world.store.read().delivered_ref("a1") == "ref of a1"


@run
async def test_the_hopeless_is_left_and_its_lane_goes_on(world: World) -> None:
    """It is tried once, and never stands there."""
    world.promise("a", "a1", "a2", steps=(Step(Hopeless(reason="no_address")),))
    async with world.serving() as d:
        await world.settle(d)
        world.clock.advance(days=30)
        await world.settle(d)
    assert (world.tried("a1"), world.keys("a"), world.pending("a")) == ([False], ["a2"], 0)


@asynccontextmanager
async def few_tries() -> AsyncIterator[None]:
    """Two tries are enough to give a message up."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dispatch, "LEAST_TRIES", 2)
        yield


@run
async def test_after_three_days_a_message_is_given_up(world: World) -> None:
    """Not before, not after few tries, and not where it is to be kept; its lane goes on."""
    long = dispatch.GIVE_UP.total_seconds()
    world.promise("c", "c1", steps=(Step(Later(after=long + 1)), Step(Later(after=1))))
    world.promise("a", "a1", "a2", steps=(Step(Later(after=1)),) * 4)
    world.promise("b", "b1", "b2", steps=(Step(Later(after=1, keep=True)),) * 3)
    async with world.serving() as d, few_tries():
        await world.settle(d)
        for seconds in (long, 1):
            assert (world.pending("a"), world.pending("b")) == (2, 2)
            world.clock.advance(seconds=seconds)
            await world.settle(d)
        assert (world.keys("a"), world.pending("a")) == (["a2"], 0)
        world.clock.advance(days=365)
        await world.settle(d)
    assert (world.tried("a1"), world.keys("b")) == ([False] * 3, ["b1", "b2"])
    assert world.keys("c") == ["c1"]


def test_what_a_sender_raises_keeps_the_message_and_its_words(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So does one that never comes back: it is broken off. Both stay promised, and are unsure."""

    @run
    async def test(world: World) -> None:
        world.gates["b1"] = asyncio.Event()
        world.promise("a", "a1", "a2", steps=(Step(ValueError, shown=True),))
        world.promise("b", "b1", "b2")
        async with world.serving() as d:
            monkeypatch.setattr(dispatch, "SENDING", 0)
            await until(lambda: world.leased() == 0 and len(world.tries) == 2)
            monkeypatch.undo()
            assert (world.pending("a"), world.pending("b")) == (2, 2)
            world.gates["b1"].set()
            world.clock.advance(minutes=1)
            await world.settle(d)
        assert world.tried("a1") == world.tried("b1") == [False, True]
        assert (world.keys("a"), world.keys("b")) == (["a1", "a2"], ["b1", "b2"])

    test()
    assert "ValueError" in caplog.text
    assert "cheese" not in caplog.text


# -- processes that come and go --------------------------------------------------------------------


@run
async def test_stopping_finishes_what_is_on_its_way(world: World) -> None:
    """That, and no more: the rest stays in the outbox as it was, for the next process."""
    world.gates["a1"] = asyncio.Event()
    world.promise("a", "a1", "a2")
    async with world.serving() as d:
        await until(lambda: bool(world.tries))
        world.promise("b", "b1")
        stopping = asyncio.create_task(d.stop())
        await asyncio.sleep(0)
        d.nudge()
        world.gates["a1"].set()
        await stopping
    assert (world.pending("a"), world.pending("b"), world.leased()) == (1, 1, 0)
    assert world.tries == [("a1", False)]
    async with world.serving("next") as d:
        await world.settle(d)
    assert (world.keys("a"), world.tried("a2")) == (["a1", "a2"], [False])


class Failing:
    """A store that fails once at a kind of work, when it is told."""

    def __init__(self, world: World) -> None:
        self._store, self.at = world.store, "_claim"

    def write(self, work: Any) -> Any:
        """Run the work, unless it is to fail."""
        if self.at and self.at in work.__qualname__:
            self.at = ""
            raise StoreError("the disk is full")
        return self._store.write(work)


@run
async def test_a_store_that_fails_ends_nothing(world: World) -> None:
    """A claim is tried again; what went out unnoted is unsure; stopping waits for the other lanes."""
    failing = Failing(world)
    for key in ("a1", "b1"):
        world.gates[key] = asyncio.Event()
        world.promise(key[0], key)
    async with world.serving(store=failing) as d:
        await until(lambda: not failing.at)
        await world.settle(d, stuck=2)
        failing.at = "_settle"
        world.gates["a1"].set()
        stopping = asyncio.create_task(d.stop())
        await until(lambda: not failing.at)
        asyncio.get_running_loop().call_soon(world.gates["b1"].set)
        await stopping
    assert (world.pending("a"), world.pending("b")) == (1, 0)
    world.clock.advance(minutes=2)
    async with world.serving() as d:
        await world.settle(d)
    assert (world.tried("a1"), world.keys("a")) == ([False, True], ["a1"])


@run
async def test_a_killed_owners_lease_is_taken_over_as_unsure(world: World) -> None:
    """Once it has run out, and not before: what was shown then is not sent again."""
    world.promise("a", "a1", "a2")
    world.promise("b", "b1")
    start = world.clock()
    world.store.write(lambda tx: tx.claim(start, "dead", start + dispatch.LEASE, each=1))
    world.shown.append(("a", "a1"))
    async with world.serving() as d:
        world.clock.advance(seconds=89)
        await world.settle(d, stuck=2)
        assert world.tried("a1") == world.tried("b1") == []
        world.clock.advance(seconds=1)
        await world.settle(d)
    assert (world.tried("a1"), world.tried("b1"), world.tried("a2")) == ([True], [True], [False])
    assert (world.keys("a"), world.keys("b")) == (["a1", "a2"], ["b1"])


@run
async def test_two_processes_send_nothing_twice(world: World) -> None:
    """Each message is tried once, by whichever came first; every lane stays in order."""
    async with world.serving("one") as one, world.serving("two") as two:
        for n in range(60):
            world.promise(f"c{n % 7}", f"k{n:02}")
            (one, two)[n % 2].nudge()
            await asyncio.sleep(0)
        await world.settle(one, two)
    assert Counter(key for key, _ in world.tries if key[0] == "k").most_common(1)[0][1] == 1
    for n in range(7):
        assert world.keys(f"c{n}") == [f"k{k:02}" for k in range(60) if k % 7 == n]


@pytest.mark.parametrize("poll", [0.0, 3600.0])
def test_promises_are_found(poll: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of another process by looking again; one's own by a nudge from any thread."""
    monkeypatch.setattr(dispatch, "POLL", poll)

    @run
    async def test(world: World) -> None:
        async with world.serving() as d:
            world.promise("a", "a1")
            await until(lambda: bool(world.tries))
            world.promise("b", "b1")
            if poll:
                asyncio.get_running_loop().set_debug(True)  # says so if it is not thread-safe
                await asyncio.to_thread(d.nudge)
            await until(lambda: world.pending("a") + world.pending("b") == 0)
        assert (world.keys("a"), world.keys("b")) == (["a1"], ["b1"])

    test()


TROUBLES = (
    *(Step(Later()), Step(Later(after=40)), Step(Later(unsure=True)), LOST),
    Step(ValueError),
    Step(ValueError, shown=True),
    Step(asyncio.CancelledError),
    Step(asyncio.CancelledError, shown=True),
)
"""The last two are a process that dies, before or after the platform has the message."""
lanes = st.lists(
    st.lists(st.lists(st.sampled_from(TROUBLES), max_size=3).map(tuple), min_size=1, max_size=4),
    min_size=1,
    max_size=4,
)


@given(lanes=lanes, owners=st.sampled_from((("one",), ("one", "two"))))
@settings(max_examples=40)
def test_whatever_happens_all_is_delivered_in_order_once(
    lanes: list[list[tuple[Step, ...]]], owners: tuple[str, ...]
) -> None:
    """In the end every lane stands on the platform as it was promised, each message one time."""

    @run
    async def test(world: World) -> None:
        for n, scripts in enumerate(lanes):
            for k, steps in enumerate(scripts):
                world.promise(f"c{n}", f"c{n}.{k}", steps=steps)
        async with AsyncExitStack() as stack:
            running = [await stack.enter_async_context(world.serving(who)) for who in owners]
            while any(world.pending(f"c{n}") for n in range(len(lanes))):
                await world.settle(*running)
                world.clock.advance(minutes=13)
        for n, scripts in enumerate(lanes):
            assert world.keys(f"c{n}") == [f"c{n}.{k}" for k in range(len(scripts))]
            for key in world.keys(f"c{n}"):
                assert world.store.read().delivered_ref(key) == f"ref of {key}"

    test()
