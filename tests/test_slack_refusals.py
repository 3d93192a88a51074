"""What the Slack sender makes of Slack's refusals, through the real SDK."""

from typing import Any

import pytest

from bot.core import dispatch
from bot.core.dispatch import Delivered, Dispatcher, Hopeless, Later
from bot.core.effects import Button, Content, Notice, QuestionCard, Say, Update
from bot.core.targets import AtPlace
from bot.slack.refusals import ENDED, HOUR, WAIT_FOR_PEOPLE
from questions.model import Kind
from tests.clock import FakeClock
from tests.far_side import until
from tests.local_slack import CHANNEL, TEAM
from tests.slack_script import LONG, LOST, ROOM, Reply, World, error, react, run, too_fast
from tests.slack_world import text_of

SECRET = "the moon is made of cheese"


@run
async def test_a_channel_that_was_not_joined_is_joined(world: World) -> None:
    """For posts and whispers; where that can't be, somebody has to act."""
    world.script["chat.postMessage"] = [error("not_in_channel")]
    assert isinstance(await world.say("a"), Delivered)
    world.script["chat.postEphemeral"] = [error("not_in_channel")]
    assert isinstance(await world.say("b", only_for=world.ids["Ben"]), Delivered)
    assert world.called("conversations.join") == ["conversations.join"] * 2
    world.script["chat.postMessage"] = [error("not_in_channel")]
    world.script["conversations.join"] = [error("method_not_supported_for_channel_type")]
    outcome = await world.say("c")
    assert outcome == Later(after=WAIT_FOR_PEOPLE, reason="method_not_supported_for_channel_type")
    world.script["chat.postMessage"] = [error("not_in_channel")] * 2
    assert await world.say("c") == Later(after=WAIT_FOR_PEOPLE, reason="not_in_channel")


@pytest.mark.parametrize("method", ["chat.postMessage", "chat.update", "chat.postEphemeral"])
def test_blocks_that_slack_refuses_go_as_words(
    method: str, caplog: pytest.LogCaptureFixture
) -> None:
    """All of the card's words, in order; the log names the message and says nothing of it."""

    @run
    async def test(world: World) -> None:
        card = QuestionCard(
            walk="w", question="q", kind=Kind.TEXT, phase="Planning", n=1, total=2,
            prompt="Who is it for?", help=SECRET, context=("Because", "Earlier"), waiting=("Ana",),
            buttons=(Button(action="skip", label="Skip"),),
        )  # fmt: skip
        await world.say("card")
        world.script[method] = [error("invalid_blocks")]
        for_ben = world.ids["Ben"] if method == "chat.postEphemeral" else ""
        if method == "chat.update":
            effect: Any = Update(key="card", to=AtPlace(place=ROOM), content=card)
        else:
            effect = _say("a", card, for_ben)
        assert isinstance(await world.send(world.message(effect, ROOM)), Delivered)
        said = world.calls[-1][1]
        assert "blocks" not in said
        words = ("Planning", "Who is it for?", SECRET, "Because", "Earlier", "Ana")
        places = [said["text"].index(word) for word in words]
        assert places == sorted(places)

    test()
    assert "invalid_blocks" in caplog.text
    assert "cheese" not in caplog.text


def _say(key: str, content: Content, only_for: str) -> Any:
    return Say(key=key, to=AtPlace(place=ROOM), content=content, only_for=only_for)


@pytest.mark.parametrize("code", ["channel_not_found", "is_archived", "restricted_action", "new!"])
def test_what_people_can_mend_waits_for_them(code: str) -> None:
    """For a while, and then anew; the dispatcher gives it up in the end."""

    @run
    async def test(world: World) -> None:
        world.script["chat.postMessage"] = [error(code)]
        assert await world.say("a") == Later(after=WAIT_FOR_PEOPLE, reason=code)
        assert isinstance(await world.say("a"), Delivered)

    test()


@pytest.mark.parametrize("code", ["channel_not_found", "is_archived"])
def test_a_channel_that_stays_closed_is_given_up(
    code: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After three days and enough tries; what comes behind goes on, and no words are in the log."""
    monkeypatch.setattr(dispatch, "LEAST_TRIES", 1)

    @run
    async def test(world: World) -> None:
        clock = FakeClock()
        for key in ("a", "b"):
            effect = Say(key=key, to=AtPlace(place=ROOM), content=Notice(text=SECRET))
            made = world.message(effect, ROOM, id=0).evolve(due_at=clock(), created_at=clock())
            world.store.write(lambda tx, made=made: tx.promise(made))  # type: ignore[misc]
            clock.advance(days=1)
        world.script["chat.postMessage"] = [error(code)] * 2
        dispatcher = Dispatcher(world.store, clock, world.sender, "slack", "tests")
        dispatcher.start()
        await until(lambda: world.store.read().outbox_depth()[0] == 2 and len(world.calls) == 1)
        clock.advance(days=1, seconds=1)
        dispatcher.nudge()
        await until(lambda: not world.store.read().pending("slack", TEAM, CHANNEL))
        await dispatcher.stop()
        assert world.keys() == ["b"]

    test()
    assert f"reason={code}" in caplog.text
    assert "cheese" not in caplog.text


@pytest.mark.parametrize("code", sorted(ENDED))
def test_a_token_that_is_not_good_gives_nothing_up(code: str) -> None:
    """Whichever call hears of it; a workspace that left is the same."""

    @run
    async def test(world: World) -> None:
        direct = ROOM.evolve(channel=f"@{world.ids['Ben']}")
        for method in ("chat.postMessage", "conversations.open", "reactions.add"):
            world.script[method] = [error(code)]
        wanted = Later(after=HOUR, keep=True, reason=code)
        assert await world.say("a") == wanted
        assert await world.say("b", at=direct) == wanted
        assert await world.send(world.message(react(), ROOM)) == wanted
        world.gone.add(TEAM)
        assert await world.say("a") == Later(after=HOUR, keep=True, reason="no_workspace")
        world.gone.clear()
        assert isinstance(await world.say("a"), Delivered)

    test()


@run
async def test_what_can_never_go_out_holds_up_no_lane(world: World) -> None:
    """Nobody is there to see it, nobody has an address, or its thread was never opened."""
    world.script["chat.postEphemeral"] = [error("user_not_in_channel")]
    whisper = await world.say("a", only_for=world.ids["Ben"])
    assert whisper == Hopeless(reason="user_not_in_channel")
    for at in (
        ROOM.evolve(channel="@nobody"),
        ROOM.evolve(tenant="T2", channel=f"@{world.ids['Ben']}"),
    ):
        gone = Hopeless(reason="no_address", unreachable=True)
        assert await world.say("b", at=at) == gone
    assert await world.say("c", only_for="nobody") == Hopeless(reason="no_address")
    assert await world.say("d", thread="never") == Hopeless(reason="no_thread")
    assert world.keys() == []


@pytest.mark.parametrize("method", ["conversations.open", "chat.postMessage"])
@pytest.mark.parametrize("code", ["user_disabled", "user_not_found", "channel_not_found"])
def test_a_member_who_can_not_be_written_to_is_told_apart(method: str, code: str) -> None:
    """From a message that is wrong, and from a channel that is shut: that is not about them."""

    @run
    async def test(world: World) -> None:
        own = ROOM.evolve(channel=f"@{world.ids['Ben']}")
        world.script[method] = [error(code)]
        outcome = await world.say("a", at=own)
        assert isinstance(outcome, Later | Hopeless)
        assert (outcome.unreachable, outcome.reason) == (True, code)
        world.script["chat.postMessage"] = [error("metadata_too_large"), error("channel_not_found")]
        for at in (own, ROOM):
            outcome = await world.say("b", at=at)
            assert isinstance(outcome, Later | Hopeless)
            assert not outcome.unreachable
        assert isinstance(await world.say("c", at=own), Delivered)

    test()


@run
async def test_a_whisper_goes_on_where_it_was_refused(world: World) -> None:
    """Its pieces stand in no history; what was whispered is not whispered again."""
    world.script["chat.postEphemeral"] = [Reply(done=True), too_fast("3")]
    assert isinstance(await world.say("a", LONG, only_for=world.ids["Ben"], id=9), Later)
    assert isinstance(await world.say("a", LONG, only_for=world.ids["Ben"], id=9), Delivered)
    whispers = [args for method, args in world.calls if method == "chat.postEphemeral"]
    assert len(whispers) == 4
    assert {w["user"] for w in whispers} == {"U0BEN"}
    texts = [text_of(w) for w in whispers]
    assert texts[1] == texts[2]
    assert "".join("".join((texts[0], *texts[2:])).split()) == "".join(LONG.split())


@pytest.mark.parametrize("on", [True, False])
@pytest.mark.parametrize("code", ["already_reacted", "no_reaction", "message_not_found"])
def test_a_reaction_that_is_as_it_should_be_is_done(code: str, *, on: bool) -> None:
    """So is one whose message is gone; one that can't be is left, and the lane goes on."""

    @run
    async def test(world: World) -> None:
        method = "reactions.add" if on else "reactions.remove"
        world.script[method] = [error(code), error("too_many_reactions"), LOST]
        assert await world.send(world.message(react(on=on), ROOM)) == Delivered()
        left = await world.send(world.message(react(on=on), ROOM))
        assert left == Hopeless(reason="too_many_reactions")
        lost = await world.send(world.message(react(on=on), ROOM))
        assert lost == Later(reason="http_500")
        assert world.calls[-1] == (
            method, {"channel": CHANNEL, "timestamp": "5.5", "name": "white_check_mark"}
        )  # fmt: skip

    test()


@run
async def test_there_is_no_reaction_to_what_is_no_message(world: World) -> None:
    """An answer given with /convenor stands nowhere: Slack is not asked for a ✅ on it."""
    made = react().model_copy(update={"ref": "slack:T1:t:12.3.a"})
    assert await world.send(world.message(made, ROOM)) == Delivered()
    assert not world.calls


@run
async def test_direct_messages_are_opened_once(world: World) -> None:
    """A whisper to somebody in their own messages is a message there."""
    direct = ROOM.evolve(channel=f"@{world.ids['Ben']}")
    for key in ("a", "b"):
        assert isinstance(await world.say(key, at=direct, only_for=world.ids["Ben"]), Delivered)
    assert world.called() == ["conversations.open", "chat.postMessage", "chat.postMessage"]
    assert {m["channel"] for m in world.messages} == {"DU0BEN"}
