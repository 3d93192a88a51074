"""How fast Teams is spoken to: never more than it takes, and no slower than that."""

import asyncio
from collections import deque
from itertools import pairwise
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.dispatch import Delivered, Later
from bot.teams import pacing, pieces
from bot.teams.activities import read
from bot.teams.adapter import App, Connector
from bot.teams.pacing import LIMITS, SHORT, Pace, TooSoon
from bot.teams.reaching import Reaching
from bot.teams.voice import Voice
from tests.slack_script import Time
from tests.teams_far import CHANNEL
from tests.teams_script import ONE, OTHER, TWO, World, place, run


class Line:
    """What was sent to one thread, by a clock that moves on when somebody waits."""

    def __init__(self, limits: tuple[tuple[int, float], ...] = LIMITS) -> None:
        self.time, self.sent = Time(), list[float]()
        self.given_back: list[float] = []
        self.pace = Pace(limits, self.time.now, self.time.sleep)

    async def send(self, thread: str = "a") -> None:
        """Send as soon as it may be, however long that takes."""
        while True:
            try:
                await self.pace.turn(thread)
            except TooSoon as soon:
                self.given_back.append(soon.left)
                self.time.at += soon.left
            else:
                break
        self.sent.append(self.time.at)


def most(sent: list[float], seconds: float) -> int:
    """How many fell into any stretch of so many seconds."""
    found, window = 0, deque[float]()
    for at in sent:
        window.append(at)
        while window[0] <= at - seconds + 1e-6:
            window.popleft()
        found = max(found, len(window))
    return found


def test_teams_own_numbers_are_kept_and_used_up() -> None:
    """7 in a second, 8 in two, 60 in half a minute, 1,800 in an hour: not one more, and not one less."""

    async def test() -> None:
        line = Line()
        for _ in range(4000):
            await line.send()
        for count, seconds in ((7, 1), (8, 2), (60, 30), (1800, 3600)):
            assert most(line.sent, seconds) == count
        assert line.sent[6] == line.sent[0]
        assert line.given_back
        assert max(line.time.slept) <= SHORT < min(line.given_back)
        assert line.sent[1800] - line.sent[0] == pytest.approx(3600)

    asyncio.run(test())


def test_threads_wait_for_nothing_of_each_other() -> None:
    """Each has its own count, and after a rest there is a burst again."""

    async def test() -> None:
        line = Line()
        for _ in range(7):
            await line.send("a")
        await line.send("b")
        assert line.time.slept == []
        await line.send("a")
        assert sum(line.time.slept) == pytest.approx(1)
        line.time.at += 3600
        for _ in range(7):
            await line.send("a")
        assert sum(line.time.slept) == pytest.approx(1)

    asyncio.run(test())


def test_those_who_come_at_once_are_counted_one_by_one() -> None:
    """All wake up together, and each looks again."""

    async def test() -> None:
        line = Line(((2, 1.0),))
        await asyncio.gather(*(line.send() for _ in range(9)))
        assert most(sorted(line.sent), 1) <= 2
        assert len(line.sent) == 9

    asyncio.run(test())


@given(st.lists(st.floats(0, 40), min_size=1, max_size=150))
@settings(max_examples=40)
def test_no_stretch_holds_too_many(rests: list[float]) -> None:
    """However the sendings fall; and the clock only goes on."""

    async def test() -> None:
        line = Line()
        for rest in rests:
            line.time.at += rest
            await line.send()
        assert all(a <= b for a, b in pairwise(line.sent))
        for count, seconds in LIMITS:
            assert most(line.sent, seconds) <= count

    asyncio.run(test())


def test_threads_of_long_ago_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those spoken to last are remembered."""
    monkeypatch.setattr(pacing, "REMEMBERED", 2)

    async def test() -> None:
        line = Line(((1, 10.0),))
        for thread in ("a", "b", "a", "c"):
            await line.send(thread)
        assert line.time.slept == [pytest.approx(10)]
        await line.send("b")  # forgotten for c
        assert len(line.time.slept) == 1
        await line.send("c")
        assert len(line.time.slept) == 2

    asyncio.run(test())


@run
async def test_a_chain_that_has_had_enough_is_left_for_later(world: World) -> None:
    """The message comes back when there is room, is never given up, and other chains go on meanwhile."""
    world.limits = ((60, 30.0),)
    world.start_anew()
    await world.say("walk", to=place(thread="walk"))
    for n in range(60):
        assert isinstance(await world.say(f"a{n}", to=place(thread="walk")), Delivered)
    calls = len(world.made())
    outcome = await world.say("a60", to=place(thread="walk"))
    assert isinstance(outcome, Later)
    assert (outcome.keep, outcome.reason, len(world.made())) == (True, "pace", calls)
    assert outcome.after
    assert SHORT < outcome.after <= 30
    slept = len(world.time.slept)
    assert isinstance(await world.say("b", to=place(OTHER)), Delivered)
    assert isinstance(await world.say("c", to=place(CHANNEL, tenant=TWO)), Delivered)
    assert len(world.time.slept) == slept
    world.time.at += outcome.after
    assert isinstance(await world.say("a60", to=place(thread="walk")), Delivered)
    assert len(world.far[ONE].messages(world.chain("walk"))) == 62


@run
async def test_openers_count_in_their_channel(world: World) -> None:
    """Each begins a chain of its own, and all of them stand in the one channel."""
    world.limits = ((7, 1.0),)
    world.start_anew()
    for n in range(8):
        await world.say(f"walk{n}", to=place(thread=f"walk{n}"))
    assert world.time.slept == [pytest.approx(1)]


@run
async def test_what_is_said_at_once_counts_as_well(world: World) -> None:
    """Words in answer to somebody, and the card of a new committee."""
    time, far = world.time, world.far[ONE]
    reaching = Reaching(
        Connector(App(others=frozenset({urlsplit(far.url).netloc}), id="x", token=str)), world.rooms
    )
    voice = Voice(reaching, Pace(((7, 1.0),), time.now, time.sleep), lambda card: card)
    typed = read({
        "type": "message", "id": "1", "serviceUrl": far.service_url, "text": "hello",
        "conversation": {"id": f"{CHANNEL};messageid=1", "tenantId": ONE, "conversationType": "channel"},
    })  # fmt: skip
    for _ in range(8):
        await voice.answer(typed, "A word")
    assert time.slept == [pytest.approx(1)]
    for _ in range(8):
        await voice.begin(typed, CHANNEL, pieces.card(list(pieces.words("New")), "New"), "New")
    assert time.slept == [pytest.approx(1)] * 2


@run
async def test_edits_count_as_well(world: World) -> None:
    """They are calls about the same thread."""
    world.limits = ((2, 1.0),)
    world.start_anew()
    await world.say("walk", to=place(thread="walk"))
    await world.say("a", to=place(thread="walk"))
    await world.change("a", "b", place(thread="walk"))
    assert world.time.slept == []
    await world.change("a", "c", place(thread="walk"))
    assert world.time.slept == [pytest.approx(1)]
