"""How fast Slack is spoken to: a message a second and channel, and no call before its time."""

import asyncio
from datetime import timedelta

import pytest

from bot.app import clock
from bot.core.dispatch import Delivered, Later
from bot.core.effects import Button, Notice, Say
from bot.core.events import Started
from bot.core.service import Service
from bot.core.targets import AtPlace
from bot.slack import pacing
from bot.slack.pacing import Held, Holds, Pace, retry_after
from storage.people import Place
from tests.local_slack import TEAM
from tests.slack_script import ROOM, Time, World, react, run, too_fast

OTHER = Place(platform="slack", tenant=TEAM, channel="C0OTHER")


def test_a_channel_gets_a_burst_and_then_one_a_second() -> None:
    """Another channel waits for nothing; after a rest there may be a burst again."""

    async def test() -> None:
        time = Time()
        pace = Pace(burst=4, rate=1, now=time.now, sleep=time.sleep)
        for _ in range(4):
            await pace.turn("C1")
        assert time.slept == []
        for _ in range(3):
            await pace.turn("C1")
        assert time.slept == [1, 1, 1]
        await pace.turn("C2")
        assert time.slept == [1, 1, 1]
        time.at += 60
        for _ in range(5):
            await pace.turn("C1")
        assert time.slept == [1, 1, 1, 1]

    asyncio.run(test())


def test_those_who_come_at_once_queue_up() -> None:
    """Each waits a second longer than the one before."""

    async def test() -> None:
        slept: list[float] = []

        async def sleep(seconds: float) -> None:
            slept.append(seconds)

        pace = Pace(burst=1, rate=1, now=lambda: 0.0, sleep=sleep)
        await asyncio.gather(*(pace.turn("C1") for _ in range(4)))
        assert slept == [1, 2, 3]

    asyncio.run(test())


@pytest.mark.parametrize(
    ("said", "seconds"),
    [("30", 30), ("0", 1), (" 2 ", 2), ("-5", pacing.UNSAID), ("soon", pacing.UNSAID),
     ("", pacing.UNSAID), ("nan", pacing.UNSAID), ("inf", pacing.UNSAID), ("1.5", pacing.UNSAID),
     ("²", pacing.UNSAID), ("9" * 400, pacing.LONGEST)],
)  # fmt: skip
def test_retry_after_is_read_whatever_it_says(said: str, seconds: float) -> None:
    """A whole number of seconds counts; anything else is a few."""
    assert retry_after({"retry-AFTER": said}) == seconds
    assert retry_after({}) == pacing.UNSAID


def test_a_hold_is_the_longest_that_was_said() -> None:
    """A shorter one does not end it sooner, one said while waiting is waited for, a long one is not."""

    async def test() -> None:
        time = Time()
        holds = Holds(time.now, time.sleep)
        holds.hold("T1", "m", 5)
        holds.hold("T1", "m", 1)
        await holds.over("T1", "m")
        assert time.slept == [5]
        holds.hold("T1", "m", pacing.PATIENCE + 1)
        with pytest.raises(Held) as held:
            await holds.over("T1", "m")
        assert held.value.left == pacing.PATIENCE + 1

    asyncio.run(test())


@run
async def test_a_429_holds_its_method_in_its_workspace_alone(world: World) -> None:
    """The whole workspace leaves the method alone until then; other methods and workspaces go on."""
    world.script["chat.postMessage"] = [too_fast("30")]
    assert await world.say("a") == Later(after=30, keep=True, reason="ratelimited")
    world.time.at += 12
    assert await world.say("b", at=OTHER) == Later(after=18, keep=True, reason="ratelimited")
    assert world.called() == ["chat.postMessage"]
    assert await world.send(world.message(react(), ROOM)) == Delivered()
    elsewhere = ROOM.evolve(tenant="T0OTHER")
    assert isinstance(await world.say("c", at=elsewhere), Delivered)
    world.time.at += 9  # what is left is short, and waited for
    assert isinstance(await world.say("a"), Delivered)
    assert world.time.slept == [9]
    assert world.keys() == ["c", "a"]


@pytest.mark.parametrize("said", [None, "soon"])
def test_a_429_without_a_number_waits_a_little(said: str | None) -> None:
    """Nothing is raised, and nothing went out."""

    @run
    async def test(world: World) -> None:
        world.script["chat.postMessage"] = [too_fast(said)]
        assert await world.say("a") == Later(after=pacing.UNSAID, keep=True, reason="ratelimited")

    test()


@run
async def test_a_429_of_any_call_on_the_way_is_kept(world: World) -> None:
    """Opening direct messages, looking up, finding a link: none is called before its time."""
    direct = ROOM.evolve(channel=f"@{world.ids['Ben']}")
    pointing = Notice(text="Over there", buttons=(opened(world),))
    link = world.message(Say(key="c", to=AtPlace(place=ROOM), content=pointing), ROOM)
    methods = ("conversations.open", "conversations.history", "chat.getPermalink")
    for method in methods:
        world.script[method] = [too_fast("60")]
    for _ in range(2):
        assert isinstance(await world.say("a", at=direct), Later)
        assert isinstance(await world.say("b", unsure=True), Later)
        assert isinstance(await world.send(link), Later)
    assert world.called() == list(methods)
    assert world.keys() == []
    world.time.at += 60
    assert isinstance(await world.send(link), Delivered)
    (button,) = world.one("c")["blocks"][-1]["elements"]
    assert button["url"] == "https://x.example/9.9"


def opened(world: World) -> Button:
    """A button that leads to a walk's thread, which stands there."""
    service, committee = Service(world.store, clock), world.state.committee.id
    chair = world.ids["Ana"]
    service.handle(Started(id="began", committee=committee, member=chair, phase="plan"))
    (walk,) = world.store.read().state(committee).walks
    lease = clock() + timedelta(minutes=1)
    (start,) = world.store.write(lambda tx: tx.claim(clock(), "tests", lease, limit=1))
    assert start.key == walk
    world.store.write(lambda tx: tx.delivered(start.id, "tests", "9.9"))
    return Button(action="open", label="Open", walk=walk)
