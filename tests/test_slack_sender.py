"""What may stand in Slack is looked up, and long messages go in pieces, through the real SDK."""

import pytest

from bot.core.dispatch import Delivered, Hopeless, Later
from bot.core.effects import Notice, Update
from bot.core.targets import AtPlace
from bot.slack.sender import ALL_ABOVE
from tests.local_slack import CHANNEL, TEAM
from tests.slack_script import LONG, LOST, ROOM, Reply, World, error, run, too_fast
from tests.slack_world import text_of


def update(key: str, text: str) -> Update:
    """A card's new content."""
    return Update(key=key, to=AtPlace(place=ROOM), content=Notice(text=text))


# -- what may have gone out --------------------------------------------------------------------


@pytest.mark.parametrize(
    "reply",
    [LOST, LOST._replace(body="plain", kind="text/plain"), LOST._replace(status=200),
     LOST._replace(status=200, body="not json", kind="application/json"),
     LOST._replace(status=200, body="hm", kind="text/plain"), LOST._replace(status=200, body=[1]),
     LOST._replace(status=200, body={"ok": False}), error("internal_error")._replace(done=True),
     LOST._replace(status=503, body={"ok": False, "error": "service_unavailable"})],
)  # fmt: skip
def test_what_may_stand_there_is_looked_up_before_it_is_sent_again(reply: Reply) -> None:
    """Whatever came back instead of an answer; it is found by its key, on whatever page."""

    @run
    async def test(world: World) -> None:
        world.page = 3
        for n in range(7):
            await world.say(f"before {n}")
        world.script["chat.postMessage"] = [reply]
        first = await world.say("a")
        assert isinstance(first, Later)
        assert first.unsure
        found = await world.say("a", unsure=True)
        assert found == Delivered(ref=world.one("a")["ts"])
        assert world.called("conversations.history") == ["conversations.history"] * 3

    test()


@run
async def test_what_did_not_go_out_is_sent_after_the_look_up(world: World) -> None:
    """A connection that was never made is unsure, too."""
    address, world.address = world.address, "http://127.0.0.1:9/api/"
    first = await world.say("a")
    assert isinstance(first, Later)
    assert first.unsure
    world.address = address
    world.clients.clear()
    assert await world.say("a", unsure=True) == Delivered(ref=world.one("a")["ts"])


@run
async def test_a_look_up_goes_on_where_it_was_refused(world: World) -> None:
    """With one page a minute, it comes to an end all the same."""
    world.page = 2
    for n in range(6):
        await world.say(f"before {n}")
    world.script["chat.postMessage"] = [LOST]
    await world.say("a")
    message = world.message(update("a", "x"), ROOM)  # only for its number
    for _ in range(3):
        world.script["conversations.history"] = [Reply(done=True), too_fast("60")]
        outcome = await world.say("a", unsure=True, id=message.id)
        assert isinstance(outcome, Later)
        world.time.at += 60
    assert await world.say("a", unsure=True, id=message.id) == Delivered(ref=world.one("a")["ts"])
    cursors = [args.get("cursor") for method, args in world.calls if "history" in method]
    assert cursors == [None, "2", "2", "4", "4", "6", "6"]


# -- in pieces ---------------------------------------------------------------------------------


@run
async def test_a_long_opener_is_found_as_the_thread_it_opens(world: World) -> None:
    """Its further pieces stand in its own thread, and so does what is said there."""
    opened = await world.say("walk", LONG, thread="walk")
    assert isinstance(opened, Delivered)
    assert world.keys("") == ["walk"]
    assert isinstance(await world.say("card", thread="walk"), Delivered)
    assert world.keys(opened.ref) == ["walk#1", "walk#2", "card"]
    reader = world.store.read()
    assert reader.key_at("slack", TEAM, CHANNEL, opened.ref) == "walk"
    assert reader.delivered_ref("walk") == opened.ref


@pytest.mark.parametrize("reply", [LOST, too_fast("3"), error("is_archived"), error("ratelimited")])
@pytest.mark.parametrize("sent", [0, 1, 2])
@pytest.mark.parametrize("forgets", [False, True])
def test_no_piece_is_sent_twice(reply: Reply, sent: int, *, forgets: bool) -> None:
    """Whatever became of the next one, and whichever process goes on."""

    @run
    async def test(world: World) -> None:
        await world.say("walk", thread="walk")
        for key, thread in (("a", ""), ("b", "walk")):
            world.script["chat.postMessage"] = [*[Reply(done=True)] * sent, reply]
            outcome = await world.say(key, LONG, thread=thread)
            assert isinstance(outcome, Later)
            assert outcome.unsure == (reply is LOST or sent > 0)
            if forgets:
                world.start_anew()
            world.time.at += 10
            again = await world.say(key, LONG, thread=thread, unsure=outcome.unsure)
            assert again == Delivered(ref=world.one(key)["ts"])
        assert world.keys() == ["walk", "a", "a#1", "a#2", "b", "b#1", "b#2"]

    test()


@pytest.mark.parametrize("forgets", [False, True])
def test_a_card_grows_and_shrinks(*, forgets: bool) -> None:
    """The further pieces follow once, say what they are to say, and are used again."""

    @run
    async def test(world: World) -> None:
        await world.say("walk", thread="walk")
        await world.say("a", "short", thread="walk")
        place, under = ROOM.evolve(thread="walk"), world.one("walk")["ts"]
        for text, pieces in ((LONG, 3), ("x", 1), (LONG[: len(LONG) // 2], 2), (LONG, 3), ("y", 1)):
            if forgets:
                world.start_anew()
            assert await world.send(world.message(update("a", text), place)) == Delivered()
            assert world.keys(under) == ["a", "a#1", "a#2"]
            shown = [text_of(world.one(key)) for key in ("a", "a#1", "a#2")]
            assert shown[pieces:] == [ALL_ABOVE] * (3 - pieces)
            assert "".join("".join(shown[:pieces]).split()) == "".join(text.split())
        assert world.called("conversations.replies") == ["conversations.replies"]

    test()


@pytest.mark.parametrize("forgets", [False, True])
@pytest.mark.parametrize("later", [LONG, "short again"])
def test_a_piece_that_followed_unnoted_is_found(later: str, *, forgets: bool) -> None:
    """Also by an update that is short again: nothing is to stand there that is no longer true."""

    @run
    async def test(world: World) -> None:
        await world.say("a", "short")
        world.script["chat.postMessage"] = [LOST]
        message = world.message(update("a", LONG), ROOM)
        outcome = await world.send(message)
        assert isinstance(outcome, Later)
        assert outcome.unsure
        if forgets:
            world.start_anew()
        # Its slot's newest content was put into it meanwhile.
        newest = world.message(update("a", later), ROOM, id=message.id, unsure=True)
        assert await world.send(newest) == Delivered()
        assert world.keys() == (["a", "a#1", "a#2"] if later == LONG else ["a", "a#1"])
        assert (text_of(world.one("a#1")) == ALL_ABOVE) == (later != LONG)

    test()


@run
async def test_an_update_goes_on_where_it_was_refused(world: World) -> None:
    """Pieces that were replaced are left alone, unless it says something else by then."""
    await world.say("a", LONG)
    for second, refs in ((LONG + "!", 1), (LONG + "?", 3)):
        world.calls.clear()
        world.script["chat.update"] = [*[Reply(done=True)] * 2, too_fast("3")]
        assert isinstance(
            await world.send(world.message(update("a", LONG + "!"), ROOM, id=5)), Later
        )
        again = world.message(update("a", second), ROOM, id=5)
        assert await world.send(again) == Delivered()
        assert len(world.called("chat.update")) == 3 + refs


@run
async def test_an_update_of_what_somebody_deleted_is_done(world: World) -> None:
    """One piece is gone, the others are brought up to date; a card that never went out is hopeless."""
    await world.say("a", LONG)
    world.messages.remove(world.one("a#1"))
    assert await world.send(world.message(update("a", LONG.upper()), ROOM)) == Delivered()
    assert text_of(world.one("a#2")).isupper()
    world.messages.clear()
    assert await world.send(world.message(update("a", "x"), ROOM)) == Delivered()
    outcome = await world.send(world.message(update("b", "x"), ROOM))
    assert outcome == Hopeless(reason="never_posted")
