"""What was deleted in Teams, or can't be reached there, holds up nothing else for long."""

import asyncio
import threading
from urllib.parse import urlsplit

import pytest

from bot.core.dispatch import Delivered
from bot.core.effects import Group, Line, Notice, Say, Update
from bot.core.targets import AtPlace
from bot.teams import slots
from bot.teams.adapter import App, Connector
from bot.teams.reaching import Reaching
from bot.teams.refusals import WAIT_FOR_PEOPLE
from bot.teams.sender import NOT_NOW, TeamsSender
from tests.far_side import until
from tests.local_slack import free_port
from tests.teams_far import CHANNEL
from tests.teams_issuer import APP_ID
from tests.teams_script import (
    CHAIN,
    GROUP,
    LONG,
    ONE,
    START,
    TWO,
    World,
    account,
    later,
    place,
    run,
    user,
)  # fmt: skip

MINUTES = 30


async def through(world: World, *, minutes: float = MINUTES) -> None:
    """Let half an hour pass, with all that is due in it."""
    async with world.serving() as d:
        for _ in range(60):
            await world.settle(d)
            world.clock.advance(minutes=minutes / 60)


# -- what was deleted ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "code"),
    [(404, "ActivityNotFoundInConversation"), (404, "ConversationNotFound"), (410, "Gone"),
     (403, "ServiceError")],
)  # fmt: skip
def test_an_edit_of_a_deleted_message_is_done_with_soon(status: int, code: str) -> None:
    """Teams says several things of that; the digest behind it in the channel goes out all the same."""

    @run
    async def test(world: World) -> None:
        await world.say("walk", to=CHAIN, content=START)
        await world.say("card", to=CHAIN)
        world.far[ONE].fail("update", status=status, code=code, times=1000)
        edit = Update(key="card", to=AtPlace(place=CHAIN), content=Notice(text="changed"))
        world.promise(edit, CHAIN)
        world.promise_notices(place(), "digest")
        await through(world, minutes=2)
        assert (world.shown()[-1], world.waiting()) == ("digest", 0)

    test()


@run
async def test_an_edit_is_made_where_the_conversation_was_not_found_for_a_moment(
    world: World,
) -> None:
    """It comes and goes: one such answer is no deletion."""
    await world.say("walk", to=CHAIN, content=START)
    await world.say("card", to=CHAIN)
    world.far[ONE].fail("update", status=404, code="ConversationNotFound", times=2)
    world.promise(
        Update(key="card", to=AtPlace(place=CHAIN), content=Notice(text="changed")), CHAIN
    )
    await through(world, minutes=2)
    assert world.shown(world.chain("walk"))[1:] == ["changed"]


@run
async def test_an_edit_that_people_do_not_let_in_waits_for_them(world: World) -> None:
    """The message is still there."""
    await world.say("card")
    world.far[ONE].fail("update", status=403, code="MessageWritesBlocked")
    outcome = later(await world.change("card", "changed", attempts=50))
    assert (outcome.after, outcome.keep) == (WAIT_FOR_PEOPLE, True)


@run
async def test_a_thread_whose_start_was_deleted_holds_up_no_channel(world: World) -> None:
    """Its channel is there, so it is the thread that is gone: what was to go there is left."""
    await world.say("walk", to=CHAIN, content=START)
    world.far[ONE].fail("send", status=404, conversation=world.chain("walk"), times=1000)
    world.promise_notices(CHAIN, "a1", "a2", "a3")
    world.promise_notices(place(), "digest")
    await through(world, minutes=2)
    assert (world.shown()[-1], world.waiting()) == ("digest", 0)


@run
async def test_a_channel_that_is_not_found_is_waited_for(world: World) -> None:
    """It may be restored; what was to go there goes out then, thread and all."""
    await world.say("walk", to=CHAIN, content=START)
    chain = world.chain("walk")
    world.far[ONE].fail("send", status=404, conversation=chain, times=8)
    roster = world.far[ONE].rosters.pop(CHANNEL)
    world.promise_notices(CHAIN, "a1", "a2")
    await through(world)
    assert world.waiting() == 2
    world.far[ONE].rosters[CHANNEL] = roster
    await through(world, minutes=120)
    assert world.shown(chain)[1:] == ["a1", "a2"]


@run
async def test_a_piece_that_teams_does_not_take_loses_no_thread(world: World) -> None:
    """What opens the thread stands there; what is said in it later finds it."""
    world.far[ONE].fail("send", status=413)
    opened = await world.say("walk", LONG, to=CHAIN)
    assert isinstance(opened, Delivered)
    assert opened.ref
    assert isinstance(await world.say("card", to=CHAIN), Delivered)
    assert world.shown(world.chain("walk"))[-1] == "card"


# -- somebody's own chat ---------------------------------------------------------------------------


@pytest.mark.parametrize("status", [0, 500, 502])
def test_one_persons_broken_chat_holds_up_no_channel(status: int) -> None:
    """A word for them goes into the thread after some tries; a list for them alone never does."""

    @run
    async def test(world: World) -> None:
        await world.say("walk", to=CHAIN, content=START)
        ben = world.committees[ONE]["Ben"]
        world.far[ONE].fail("send", status=status, conversation=f"a:{user('Ben')}", times=1000)
        rows = (Group(heading="", lines=(Line(text="the price"),)),)
        for key, content in (("psst", Notice(text="psst")), ("l", Notice(text="1", groups=rows))):
            to = AtPlace(place=CHAIN)
            world.promise(Say(key=key, to=to, content=content, only_for=ben), CHAIN)
        world.promise_notices(place(), "digest")
        await through(world, minutes=10)
        assert world.shown(world.chain("walk"))[1:] == ["psst", NOT_NOW.format(name="Ben")]
        assert (world.shown()[-1], world.waiting()) == ("digest", 0)

    test()


@pytest.mark.parametrize("status", [0, 403, 404, 410, 500, 502])
def test_a_word_for_one_that_can_not_be_changed_holds_up_no_channel(status: int) -> None:
    """It is changed in their own chat, where it names what it is about, or stays as it is."""

    @run
    async def test(world: World) -> None:
        await world.say("walk", to=CHAIN, content=START)
        ben, to = world.committees[ONE]["Ben"], AtPlace(place=CHAIN)
        own = f"a:{user('Ben')}"

        def word(text: str) -> Notice:
            return Notice(text=text, about="Fair · Why?")

        world.promise(Say(key="psst", to=to, content=word("one"), only_for=ben), CHAIN)
        world.promise(Update(key="psst", to=to, content=word("two"), only_for=ben), CHAIN)
        await through(world, minutes=1)
        (standing,) = world.shown(own)
        assert "Fair · Why?" in standing
        assert "two" in standing
        world.far[ONE].fail("update", status=status, conversation=own, times=1000)
        world.promise(Update(key="psst", to=to, content=word("three"), only_for=ben), CHAIN)
        world.promise_notices(place(), "digest")
        await through(world, minutes=10)
        assert (world.shown()[-1], world.waiting()) == ("digest", 0)
        assert world.shown(own) == [standing]

    test()


# -- what was never sent ---------------------------------------------------------------------------


def once(to: object) -> Say:
    """A message that may be sent once at most."""
    return Say(key="n", to=AtPlace(place=to), content=Notice(text="nudge"), once=True)  # type: ignore[arg-type]


@pytest.mark.parametrize("host", ["127.0.0.1", "no-such-host.invalid"])
def test_a_nudge_waits_where_nobody_listens(host: str) -> None:
    """No connection came about, so nothing went out: it is sent once there is one."""

    @run
    async def test(world: World) -> None:
        to, at = world.chat("Ben"), f"{host}:{free_port()}"
        hosts = frozenset({at, *(urlsplit(far.url).netloc for far in world.far.values())})
        connector = Connector(App(id=APP_ID, others=hosts, token=lambda: "ours"))
        world.sender = TeamsSender(world.store, Reaching(connector, world.rooms))
        ben = {"conversation": "a:ben", "account": account("Ben")}
        world.knows(f"@{user('Ben')}", url=f"http://{at}/", **ben)
        outcome = later(await world.send(world.message(once(to), to)))
        assert not outcome.unsure
        world.promise(once(to), to)
        async with world.serving() as d:
            await world.settle(d)
            world.knows(f"@{user('Ben')}", **ben)
            world.clock.advance(minutes=1)
            await world.settle(d)
        assert (world.waiting(to.channel), world.shown("a:ben")) == (0, ["nudge"])

    test()


@run
async def test_a_nudge_waits_while_its_service_has_too_much_to_do(world: World) -> None:
    """It was not begun, so it is begun later; and no other service waits with it."""
    far, to = world.far[ONE], world.chat("Ben")
    far.hold = threading.Event()
    many = [f"19:{n}@thread.v2" for n in range(slots.OF_A_SERVICE)]
    for room in many:
        world.knows(room)
        world.promise_notices(place(room), f"{room} a")
    world.knows(f"@{user('Ben')}", conversation="a:ben", account=account("Ben"))
    async with world.serving() as d:
        d.nudge()
        await until(lambda: far.came == len(many))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(slots, "PATIENCE", 0.01)
            outcome = later(await world.send(world.message(once(to), to)))
        assert (outcome.unsure, outcome.reason) == (False, "busy")
        assert isinstance(await world.say("b", to=place(GROUP, tenant=TWO)), Delivered)
        far.hold.set()
        await until(lambda: not any(world.waiting(room) for room in many))
    assert far.came == len(many)


def test_all_services_together_have_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each its own, and all of them one; a slot is free again however its call ended."""

    async def test() -> None:
        every = asyncio.Semaphore(2)
        one, two = slots.Slots(every, 1), slots.Slots(every, 2)
        async with one.one(), two.one():
            for full in (one, two):
                with pytest.raises(slots.NoSlot):
                    await call(full)
        with pytest.raises(ValueError, match="of the call"):
            await call(one, ValueError("of the call"))
        async with two.one(), two.one():
            pass

    async def call(of: slots.Slots, fails: Exception | None = None) -> None:
        async with of.one():
            if fails:
                raise fails

    monkeypatch.setattr(slots, "PATIENCE", 0.01)
    asyncio.run(test())
