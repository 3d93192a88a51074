"""What becomes of what can't go out to Teams just now, or ever: nothing is lost, and little comes twice."""

import random
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.dispatch import LEASE, Delivered, Hopeless, Later
from bot.core.effects import Content, Notice, Say
from bot.core.targets import AtPlace
from bot.teams.refusals import HOUR, UNSAID, WAIT_FOR_PEOPLE, Declined, judge
from bot.teams.slots import ALL, OF_A_SERVICE
from tests.fake_connector import FakeConnector
from tests.far_side import until
from tests.teams_far import CHANNEL
from tests.teams_script import (
    CHAIN,
    GROUP,
    LONG,
    ONE,
    OTHER,
    START,
    TWO,
    World,
    account,
    later,
    place,
    question,
    run,
    user,
    words,
)

# -- troubles --------------------------------------------------------------------------------------

QUICK, SAID, LOGIN, PEOPLE = (1.4, 2.6), (30.0, 37.6), (60.0, 60.0), (300.0, 300.0)
"""Seconds until the next try, at least and at most; None for what can never be delivered."""
TABLE: list[tuple[str, dict[str, object], tuple[float, float] | None]] = [
    ("too fast", {"status": 429, "retry_after": "30"}, SAID),
    ("too fast, it does not say how long", {"status": 429}, (UNSAID, UNSAID * 1.25)),
    ("changed meanwhile", {"status": 412}, QUICK),
    ("changed meanwhile, and it says how long", {"status": 412, "retry_after": "30"}, SAID),
    ("bad gateway", {"status": 502}, QUICK),
    ("bad gateway, done all the same", {"status": 502, "done": True}, QUICK),
    ("late gateway", {"status": 504}, QUICK),
    ("late gateway, done all the same", {"status": 504, "done": True}, QUICK),
    ("broken", {"status": 500}, QUICK),
    ("broken, done all the same", {"status": 500, "done": True}, QUICK),
    ("busy", {"status": 503, "retry_after": "30"}, SAID),
    ("cut before", {"status": 0}, QUICK),
    ("cut after", {"status": 0, "done": True}, QUICK),
    ("our token", {"status": 401}, LOGIN),
    ("not in the team", {"status": 403}, PEOPLE),
    ("not found, though its channel is there", {"status": 404}, QUICK),
    ("too large", {"status": 413}, None),
    ("made wrong", {"status": 400}, None),
]


@pytest.mark.parametrize("case", [name for name, *_ in TABLE])
def test_what_becomes_of_a_message_in_trouble(case: str) -> None:
    """It waits as long as it should, what follows it in its lane waits with it, and no other lane does.

    It stands there once in the end, and twice only where it was done and the answer was lost; what
    can never be delivered is left.
    """
    _, how, wait = next(row for row in TABLE if row[0] == case)

    @run
    async def test(world: World) -> None:
        far = world.far[ONE]
        await world.say("walk", to=CHAIN, content=START)
        chain = world.chain("walk")
        world.promise_notices(CHAIN, "a1", "a2")
        world.promise_notices(place(OTHER), "b1", "b2")
        far.fail("send", conversation=chain, **how)  # type: ignore[arg-type]
        done = bool(how.get("done"))
        async with world.serving() as d:
            await world.settle(d)
            assert world.waiting(OTHER) == 0
            if wait:
                assert world.shown(chain)[1:] == ["a1"] * done
                world.clock.advance(seconds=wait[0] - 0.01)
                await world.settle(d)
                assert len(far.messages(chain)) == 1 + done
                world.clock.advance(seconds=wait[1] - wait[0] + 0.02)
            await world.settle(d)
        kept = ["a1"] if wait else []
        assert world.shown(chain)[1:] == ["a1"] * done + kept + ["a2"]
        assert world.waiting() == 0
        assert [s for s in world.shown() if s.startswith("b")] == ["b1", "b2"]

    test()


@pytest.mark.parametrize("status", [412, 429, 502, 504])
def test_those_who_wait_together_come_back_apart(
    status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Never before Teams said, and by up to a quarter later, as chance has it."""
    waits = []
    for chance in (0.0, 1.0):
        monkeypatch.setattr(random, "random", lambda chance=chance: chance)
        waits.append(later(judge(Declined(status, after=40.0))).after)
    assert waits == [40.0, 50.0]


@pytest.mark.parametrize("how", [{"status": 0}, {"status": 502}, {"status": 504}, {"status": 500}])
@pytest.mark.parametrize("done", [False, True])
def test_an_edit_whose_answer_was_lost_changes_nothing_twice(
    how: dict[str, int], *, done: bool
) -> None:
    """It is made again, in the same place."""

    @run
    async def test(world: World) -> None:
        await world.say("walk", to=CHAIN, content=START)
        await world.say("a", to=CHAIN)
        world.far[ONE].fail("update", done=done, **how)  # type: ignore[arg-type]
        later(await world.change("a", "new", CHAIN))
        assert await world.change("a", "new", CHAIN) == Delivered()
        assert world.shown(world.chain("walk"))[1:] == ["new"]

    test()


@pytest.mark.parametrize("done", [False, True])
@pytest.mark.parametrize("status", [0, 504])
def test_a_start_whose_answer_was_lost_leads_to_the_one_that_is_known(
    status: int, *, done: bool
) -> None:
    """There may be two, of which the first stays empty; everything goes into the other one."""

    @run
    async def test(world: World) -> None:
        world.far[ONE].fail("create", status=status, done=done)
        later(await world.say("walk", to=CHAIN, content=START))
        assert isinstance(await world.say("walk", to=CHAIN, content=START), Delivered)
        await world.say("card", to=CHAIN)
        assert world.shown(world.chain("walk"))[1:] == ["card"]
        assert len(world.shown()) == 2 + done

    test()


@pytest.mark.parametrize("status", [0, 500, 502])
@pytest.mark.parametrize("what", ["pagedmembers", "create", "send"])
@pytest.mark.parametrize("done", [False, True])
def test_what_may_come_once_at_most_is_lost_only_where_it_may_have_been_sent(
    what: str, status: int, *, done: bool
) -> None:
    """Not where a chat could not be opened, or a roster read: it is sent once that can be done."""

    @run
    async def test(world: World) -> None:
        far, to = world.far[ONE], world.chat("Ben")
        far.rosters[CHANNEL] = [{"id": account("Ben"), "aadObjectId": user("Ben"), "name": "Ben"}]
        far.fail(what, status=status, done=done)
        once = Say(key="n", to=AtPlace(place=to), content=Notice(text="nudge"), once=True)
        world.promise(once, to)
        async with world.serving() as d:
            for _ in range(2):
                await world.settle(d)
                world.clock.advance(minutes=1)
        assert world.waiting(to.channel) == 0
        assert far.unused() == 0
        sent = 1 if what != "send" or done else 0
        assert world.shown(f"a:{account('Ben')}") == ["nudge"] * sent

    test()


@run
async def test_a_blocked_chat_waits_for_people_as_long_as_they_need(world: World) -> None:
    """Where Teams says that people can change it; an unknown refusal is given up some day."""
    for code, keep in (("ConversationBlockedByUser", True), ("Unheard", False)):
        world.far[ONE].fail("create", status=403, code=code)
        outcome = later(await world.say(code, to=world.chat("Ben")))
        assert (outcome.after, outcome.keep, outcome.reason) == (WAIT_FOR_PEOPLE, keep, code)


@pytest.mark.parametrize(
    ("what", "status", "shut"),
    [("create", 400, True), ("create", 403, True), ("create", 404, True), ("create", 502, False),
     ("send", 403, True), ("send", 404, True), ("send", 400, False), ("send", 429, False)],
)  # fmt: skip
def test_a_member_who_can_not_be_written_to_is_told_apart(
    what: str, status: int, *, shut: bool
) -> None:
    """From a message that is wrong, and from a service that is down: that is not about them."""

    @run
    async def test(world: World) -> None:
        world.far[ONE].fail(what, status=status)
        outcome = await world.say("a", to=world.chat("Ben"))
        assert isinstance(outcome, Later | Hopeless)
        assert outcome.unreachable == shut
        assert isinstance(await world.say("b", to=world.chat("Ben")), Delivered)

    test()


@run
async def test_who_has_no_chat_with_us_any_more_is_told_apart_from_a_room(world: World) -> None:
    """They took the app away; or have no address in this tenant at all."""
    world.knows(f"@{user('Ben')}", conversation="a:ben", ended="removed")
    assert later(await world.say("a", to=world.chat("Ben"))).unreachable
    nobody = await world.say("b", to=place("@nobody"))
    assert nobody == Hopeless(reason="no_address", unreachable=True)
    world.knows(CHANNEL, parent=CHANNEL, ended="removed")
    assert not later(await world.say("c")).unreachable


@run
async def test_an_ended_room_waits_and_goes_on_at_once(world: World) -> None:
    """When the app is back, not an hour later; nothing was tried meanwhile, and other rooms went on."""
    gone = world.knows(CHANNEL, parent=CHANNEL, ended="removed")
    world.promise(Say(key="walk", to=AtPlace(place=CHAIN), content=START), CHAIN)
    world.promise_notices(CHAIN, "card")
    world.promise_notices(place(OTHER), "b1")
    async with world.serving() as d:
        for _ in range(100):
            await world.settle(d)
            world.clock.advance(hours=1)
        assert (world.shown(), world.waiting()) == (["b1"], 2)
        await world.settle(d)
        await world.rooms.keep(gone.evolve(ended=""), gone)
        await until(lambda: world.waiting() == 0)
    assert world.shown(world.chain("walk"))[1:] == ["card"]


@run
async def test_a_room_that_was_never_heard_from_is_waited_for(world: World) -> None:
    """And a person whom no service is known for; it all goes out once the app is let in."""
    new = place("19:new@thread.tacv2")
    outcome = await world.say("a", to=new)
    assert outcome == Later(after=HOUR, keep=True, reason="unknown_room")
    for channel in (CHANNEL, OTHER, GROUP):
        world.knows(channel, ended="removed")
    outcome = await world.say("b", to=world.chat("Ben"))
    assert outcome == Later(after=HOUR, keep=True, reason="unknown_service")
    assert world.made() == []
    world.knows(CHANNEL, parent=CHANNEL)
    world.far[ONE].rosters[CHANNEL] = []
    assert isinstance(await world.say("b", to=world.chat("Ben")), Delivered)


@run
async def test_reading_a_roster_hastens_nothing(world: World) -> None:
    """Teams' word on when to come again holds, whoever becomes known meanwhile."""
    world.far[ONE].rosters[CHANNEL] = [
        {"id": account(name), "aadObjectId": user(name), "name": name} for name in ("Ana", "Ben")
    ]
    world.far[ONE].fail("create", status=429, retry_after="600", conversation="")
    world.promise_notices(place(OTHER), "a1")
    async with world.serving() as d:
        await world.settle(d)
        world.promise_notices(world.chat("Ben"), "n1")
        await world.settle(d)
    assert (world.shown(), world.waiting(OTHER)) == (["n1"], 1)


@run
async def test_a_foreign_service_that_was_kept_is_never_called(world: World) -> None:
    """However it came into the record; its lane goes on without what was to go there."""
    stranger = FakeConnector()
    try:
        evil = stranger.service_url
        world.knows(OTHER, parent=CHANNEL, url=evil)
        world.knows(f"@{user('Ben')}", url=evil, account=account("Ben"))
        world.knows(f"@{user('Ana')}", url=evil, conversation="a:ana")
        for to in (place(OTHER), world.chat("Ben"), world.chat("Ana")):
            outcome = await world.say(f"to {to.channel}", to=to)
            assert outcome == Hopeless(reason="untrusted_service")
        assert (stranger.calls, world.made()) == ([], [])
    finally:
        stranger.close()


# -- two tenants -----------------------------------------------------------------------------------


@run
async def test_tenants_with_the_same_ids_never_mix(world: World) -> None:
    """The same channel, people, accounts and chats: each message goes to its own tenant's service."""
    for tenant in (ONE, TWO):
        world.far[tenant].rosters[CHANNEL] = [
            {"id": account("Ben"), "aadObjectId": user("Ben"), "name": f"Ben of {tenant}"}
        ]
        world.promise(
            Say(key=f"{tenant}.walk", to=AtPlace(place=place()), content=START),
            place(thread=f"{tenant}.walk", tenant=tenant),
        )
        world.promise_notices(place(thread=f"{tenant}.walk", tenant=tenant), f"{tenant} card")
        world.promise_notices(world.chat("Ben", tenant), f"{tenant} nudge")
    async with world.serving() as d:
        await world.settle(d)
    for tenant, other in ((ONE, TWO), (TWO, ONE)):
        far = world.far[tenant]
        assert sorted(world.made(tenant)) == ["create", "create", "pagedmembers", "send", "send"]
        assert {call.body["tenantID"] for call in far.called("create")} == {tenant}
        assert world.shown(f"a:{account('Ben')}", tenant) == [f"{tenant} nudge"]
        assert world.shown(world.chain(f"{tenant}.walk"), tenant)[1:] == [f"{tenant} card"]
        assert not any(other in text for text in world.shown(tenant=tenant))
        known = world.rooms.person(tenant, user("Ben"))
        assert known is not None
        assert (known.url, known.name) == (far.service_url, f"Ben of {tenant}")


@run
async def test_what_ended_in_one_tenant_goes_on_in_the_other(world: World) -> None:
    """And nobody of the other is asked where nothing is known in this one."""
    for channel in (CHANNEL, OTHER, GROUP):
        world.knows(channel, ended="removed")
    world.knows(f"@{user('Ben')}", TWO, account=account("Ben"), conversation="a:ben-of-two")
    assert later(await world.say("a")).reason == "removed"
    assert later(await world.say("b", to=world.chat("Ben"))).reason == "unknown_service"
    assert isinstance(await world.say("c", to=place(tenant=TWO)), Delivered)
    assert isinstance(await world.say("d", to=world.chat("Ben", TWO)), Delivered)
    assert world.made(ONE) == []
    assert world.shown("a:ben-of-two", TWO) == ["d"]


# -- processes that come and go --------------------------------------------------------------------


@pytest.mark.parametrize("killed", ["before", "after", "between pieces"])
def test_a_killed_process_leaves_at_least_one(killed: str) -> None:
    """Another one goes on once its lease has run out: what was posted and not noted stands there twice."""

    @run
    async def test(world: World) -> None:
        await world.say("walk", to=CHAIN, content=START)
        chain = world.chain("walk")
        text = LONG if killed == "between pieces" else "a1"
        world.promise(Say(key="a1", to=AtPlace(place=CHAIN), content=Notice(text=text)), CHAIN)
        world.promise_notices(CHAIN, "a2")
        now = world.clock()
        (leased,) = world.store.write(lambda tx: tx.claim(now, "dead", now + LEASE, each=1))
        if killed == "after":
            await world.sender.send(leased)
        if killed == "between pieces":
            world.far[ONE].passes("send", 2)
            world.far[ONE].fail("send")
            await world.sender.send(leased)
        world.start_anew()
        world.lost = 1
        async with world.serving("next") as d:
            world.clock.advance(seconds=LEASE.total_seconds() - 1)
            await world.settle(d)
            before = len(world.shown(chain))
            world.lost = 0
            world.clock.advance(seconds=1)
            await world.settle(d)
        shown = world.shown(chain)[1:]
        assert before == {"before": 1, "after": 2, "between pieces": 3}[killed]
        if killed == "between pieces":
            # The first piece again, the second one where it was, and then the third.
            assert (len(shown), shown[2], shown[-1]) == (5, shown[0], "a2")
        else:
            assert shown == ["a1"] * (1 + (killed == "after")) + ["a2"]

    test()


Trouble = tuple[int, bool]
"""The status, and whether it was done all the same."""
TROUBLES: list[Trouble] = [
    *((status, False) for status in (0, 412, 429, 500, 502, 504, 403)),
    *((status, True) for status in (0, 500, 502, 504)),
]
lanes = st.lists(
    st.lists(st.lists(st.sampled_from(TROUBLES), max_size=2), min_size=1, max_size=3),
    min_size=1,
    max_size=3,
)


@given(lanes=lanes)
@settings(max_examples=12)
def test_whatever_happens_all_is_posted_in_order(
    lanes: list[list[list[Trouble]]],
) -> None:
    """Each message at least once, and once more for each time that it was done and the answer lost."""

    @run
    async def test(world: World) -> None:
        far = world.far[ONE]
        for n, scripts in enumerate(lanes):
            to = f"19:{n}@thread.v2"
            world.knows(to)
            world.promise_notices(place(to), *(f"{n}.{k}" for k in range(len(scripts))))
            for steps in scripts:
                for status, done in steps:
                    far.fail("send", conversation=to, status=status, done=done)
                far.passes("send", conversation=to)
        async with world.serving() as d:
            while any(world.waiting(f"19:{n}@thread.v2") for n in range(len(lanes))):
                await world.settle(d)
                world.clock.advance(minutes=13)
        for n, scripts in enumerate(lanes):
            wanted = [
                f"{n}.{k}"
                for k, steps in enumerate(scripts)
                for _ in range(1 + sum(done for _, done in steps))
            ]
            assert world.shown(f"19:{n}@thread.v2") == wanted

    test()


@run
async def test_a_service_that_hangs_holds_up_no_other(world: World) -> None:
    """Its lanes wait for its answer, many at once; all others go on, and so does the record."""
    far = world.far[ONE]
    far.hold = threading.Event()
    many = [f"19:{n}@thread.v2" for n in range(ALL)]
    for to in many:
        world.knows(to)
        world.promise_notices(place(to), f"{to} a")
    async with world.serving() as d:
        d.nudge()
        await until(lambda: far.came == OF_A_SERVICE)
        world.promise_notices(place(GROUP, tenant=TWO), "b1", "b2")
        await world.settle(d, stuck=len(many))
        assert world.shown(GROUP, TWO) == ["b1", "b2"]
        assert world.shown() == []
        far.hold.set()
        await until(lambda: not any(world.waiting(to) for to in many))
    assert len(world.shown()) == len(many)


@run
async def test_content_of_every_kind_goes_out(world: World) -> None:
    """With words for notifications, and as a card."""
    kinds: tuple[Content, ...] = (question(), START, Notice(text="A word"))
    for n, content in enumerate(kinds):
        assert isinstance(await world.say(f"k{n}", content=content), Delivered)
    for standing in world.far[ONE].messages():
        assert standing.activity["summary"]
        assert words(standing)
