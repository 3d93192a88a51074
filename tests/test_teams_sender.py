"""What goes out to Teams, and what becomes of it, through the real SDK: chains, chats, pieces and troubles."""

import pytest

from bot.core.dispatch import Delivered, Hopeless, Later
from bot.core.effects import Group, Line, Notice, React, Say
from bot.core.sending import TYPED
from bot.core.targets import AtPlace
from bot.teams.inviting import ANSWER_HERE, MENTION_HERE
from bot.teams.refusals import HOUR
from bot.teams.sender import ALL_ABOVE, NOT_REACHED
from tests.teams_far import CHANNEL
from tests.teams_script import (
    CHAIN,
    GROUP,
    LONG,
    ONE,
    OTHER,
    START,
    World,
    account,
    later,
    place,
    question,
    run,
    user,
    words,
)

# -- where it goes ---------------------------------------------------------------------------------


@run
async def test_a_start_opens_the_chain_that_all_else_goes_into(world: World) -> None:
    """The card below it is replaced in its place; the summary stands in the channel on its own."""
    assert isinstance(await world.say("walk", to=CHAIN, content=START), Delivered)
    assert isinstance(await world.say("card", to=CHAIN, content=question()), Delivered)
    assert await world.change("card", "Folded", CHAIN) == Delivered()
    assert isinstance(await world.say("summary", "It is done."), Delivered)
    assert world.made() == ["create", "send", "update", "create"]
    chain = world.chain("walk")
    assert [s.id for s in world.far[ONE].messages(chain)] == [world.ref("walk"), world.ref("card")]
    assert world.shown(chain)[1] == "Folded"
    assert world.shown(world.chain("summary")) == ["It is done."]
    assert world.far[ONE].called("send")[0].conversation == chain
    update = world.far[ONE].called("update")[0]
    assert (update.conversation, update.activity_id) == (chain, world.ref("card"))


@run
async def test_a_reply_to_somebodys_own_message_stands_in_its_chain(world: World) -> None:
    """That message is Teams' and not in the record; what opens no chain has to have one."""
    await world.say("answer", to=place(thread=f"{TYPED}123"))
    assert world.far[ONE].called("send")[0].conversation == f"{CHANNEL};messageid=123"
    outcome = await world.say("card", to=place(thread="never"))
    assert outcome == Hopeless(reason="no_thread")
    assert world.made() == ["send"]


@run
async def test_a_group_chat_has_no_chains(world: World) -> None:
    """Everything stands in it, one below the other, and is replaced there."""
    chat = place(GROUP, "walk")
    await world.say("walk", to=chat, content=START)
    await world.say("card", to=chat)
    await world.change("card", "changed", chat)
    assert world.made() == ["send", "send", "update"]
    assert world.shown(GROUP)[1] == "changed"
    assert {call.conversation for call in world.far[ONE].calls} == {GROUP}


@run
async def test_a_chat_is_opened_once(world: World) -> None:
    """By the name that Teams gave the person; it is kept, for another process, too."""
    world.knows(f"@{user('Ben')}", account=account("Ben"))
    for n in range(3):
        assert isinstance(await world.say(f"n{n}", to=world.chat("Ben")), Delivered)
        world.start_anew()
    assert world.made() == ["create", "send", "send", "send"]
    assert world.shown(f"a:{account('Ben')}") == ["n0", "n1", "n2"]


@run
async def test_somebody_never_heard_from_is_found_in_the_roster(world: World) -> None:
    """Of the committee's channel, which is read once; who is not in it is called by their own id."""
    world.far[ONE].rosters[CHANNEL] = [
        {"id": account(name), "aadObjectId": user(name), "name": name} for name in ("Ana", "Ben")
    ]
    assert isinstance(await world.say("a", to=world.chat("Ben")), Delivered)
    assert isinstance(await world.say("b", to=world.chat("Ana")), Delivered)
    assert world.made() == ["pagedmembers", "create", "send", "create", "send"]
    assert world.shown(f"a:{account('Ana')}") == ["b"]
    assert isinstance(await world.say("c", to=world.chat("Chi")), Delivered)
    assert world.shown(f"a:{user('Chi')}") == ["c"]


@run
async def test_a_hint_stands_where_nothing_was_heard_without_a_mention(world: World) -> None:
    """On the start of a channel; not where all that is said comes, and in a group chat its own."""
    world.knows(OTHER, parent=CHANNEL, hears=False)
    world.knows(GROUP, hears=False)
    for key, channel in (("one", CHANNEL), ("two", OTHER), ("three", GROUP)):
        await world.say(key, to=place(channel, key), content=START)
    assert [ANSWER_HERE in text for text in world.shown()] == [False, True, False]
    assert [MENTION_HERE in text for text in world.shown()] == [False, False, True]


@run
async def test_a_group_chat_has_words_of_its_own(world: World) -> None:
    """It has no threads to speak of, and hears none but what mentions the bot, whatever it heard."""
    world.knows(GROUP, hears=True)
    await world.say("walk", to=place(GROUP, "walk"), content=START)
    (shown,) = world.shown(GROUP)
    assert shown.startswith(START.flat)
    assert shown.endswith(MENTION_HERE)
    own = START.model_copy(update={"flat": ""})
    await world.say("all", to=place(GROUP, "all"), content=own)
    assert world.shown(GROUP)[1] == START.text


@run
async def test_what_the_channel_says_too_is_said_in_a_thread_alone(world: World) -> None:
    """In a group chat the summary follows on the same spot, so once is enough."""
    await world.say("walk", to=CHAIN, content=START)
    for key, at in (("one", CHAIN), ("two", place(GROUP, "walk"))):
        closing = Say(key=key, to=AtPlace(place=at), content=Notice(text="It is done."), apart=True)
        assert isinstance(await world.send(world.message(closing, at)), Delivered)
    assert world.shown(world.chain("walk"))[1:] == ["It is done."]
    assert world.shown(GROUP) == []


@run
async def test_a_reaction_is_done_by_itself(world: World) -> None:
    """Bots have none: the card says it."""
    react = React(to=AtPlace(place=CHAIN), ref="5", emoji="✅")
    assert await world.send(world.message(react, CHAIN)) == Delivered()
    assert world.made() == []


# -- for one alone ---------------------------------------------------------------------------------


@run
async def test_a_word_for_one_goes_into_their_own_chat(world: World) -> None:
    """Where it would stand in a chain for all to see; elsewhere it answers where they were."""
    await world.say("walk", to=CHAIN, content=START)
    assert isinstance(await world.say("psst", to=CHAIN, only_for="Ben"), Delivered)
    await world.say("typed", to=place(thread=f"{TYPED}9"), only_for="Ben")
    assert world.shown(f"a:{user('Ben')}") == ["psst"]
    assert world.shown(f"{CHANNEL};messageid=9") == ["typed"]


@pytest.mark.parametrize(
    ("what", "status"), [("create", 403), ("send", 403), ("create", 400), ("send", 404)]
)
def test_a_word_for_one_who_has_no_chat_goes_into_the_chain(what: str, status: int) -> None:
    """Better there than nowhere."""

    @run
    async def test(world: World) -> None:
        await world.say("walk", to=CHAIN, content=START)
        world.far[ONE].fail(what, status=status)
        assert isinstance(await world.say("psst", to=CHAIN, only_for="Ben"), Delivered)
        assert world.shown(world.chain("walk"))[1:] == ["psst"]
        assert world.far[ONE].unused() == 0

    test()


@run
async def test_a_word_for_one_who_took_the_app_away_goes_into_the_chain(world: World) -> None:
    """Nothing is tried with their chat; what is meant for it alone waits for them."""
    await world.say("walk", to=CHAIN, content=START)
    world.knows(f"@{user('Ben')}", conversation="a:ben", account=account("Ben"), ended="removed")
    assert isinstance(await world.say("psst", to=CHAIN, only_for="Ben"), Delivered)
    assert world.shown(world.chain("walk"))[1:] == ["psst"]
    outcome = await world.say("nudge", to=world.chat("Ben"))
    assert outcome == Later(after=HOUR, keep=True, unreachable=True, reason="removed")


@run
async def test_a_list_for_one_is_never_shown_to_all(world: World) -> None:
    """Where their own chat is shut, the thread says so, and how it opens; what was asked stays unsaid."""
    await world.say("walk", to=CHAIN, content=START)
    world.far[ONE].fail("create", status=403)
    found = Notice(text="1 answer", groups=(Group(heading="", lines=(Line(text="the price"),)),))
    assert isinstance(await world.say("found", to=CHAIN, only_for="Ben", content=found), Delivered)
    (said,) = world.shown(world.chain("walk"))[1:]
    assert "price" not in said
    assert NOT_REACHED.format(name="Ben") in said


@pytest.mark.parametrize("status", [412, 429, 502, 504, 500])
@pytest.mark.parametrize("sent", [0, 1, 2])
def test_no_piece_for_one_is_said_twice(status: int, sent: int) -> None:
    """And none of them to all, where it is only a matter of time."""

    @run
    async def test(world: World) -> None:
        await world.say("walk", to=CHAIN, content=START)
        far, chat = world.far[ONE], f"a:{user('Ben')}"
        far.passes("send", sent, chat)
        far.fail("send", status=status, conversation=chat)
        message = world.message(
            Say(key="psst", to=AtPlace(place=CHAIN), content=Notice(text=LONG),
                only_for=world.committees[ONE]["Ben"]),
            CHAIN,
        )  # fmt: skip
        later(await world.send(message))
        assert len(far.messages(chat)) == sent
        assert isinstance(await world.send(message), Delivered)
        assert "".join("".join(world.shown(chat)).split()) == "".join(LONG.split())
        assert len(far.messages(world.chain("walk"))) == 1

    test()


# -- in pieces -------------------------------------------------------------------------------------


@pytest.mark.parametrize("forgets", [False, True])
def test_a_card_grows_and_shrinks(*, forgets: bool) -> None:
    """The further pieces follow once, say what they are to say, and are used again."""

    @run
    async def test(world: World) -> None:
        await world.say("walk", to=CHAIN, content=START)
        await world.say("a", "short", CHAIN)
        for text, pieces in ((LONG, 3), ("x", 1), (LONG[: len(LONG) // 2], 2), (LONG, 3), ("y", 1)):
            if forgets:
                world.start_anew()
            assert await world.change("a", text, CHAIN) == Delivered()
            shown = world.shown(world.chain("walk"))[1:]
            assert shown[pieces:] == [ALL_ABOVE] * (3 - pieces)
            assert "".join("".join(shown[:pieces]).split()) == "".join(text.split())

    test()


@run
async def test_a_long_opener_stands_in_its_own_chain(world: World) -> None:
    """So do its further pieces, and what is said there."""
    await world.say("walk", LONG, CHAIN)
    await world.say("card", to=CHAIN)
    ids = [s.id for s in world.far[ONE].messages(world.chain("walk"))]
    assert ids == [world.ref(key) for key in ("walk", "walk#1", "walk#2", "card")]


@pytest.mark.parametrize("status", [0, 412, 429, 502, 504])
@pytest.mark.parametrize("sent", [1, 2])
@pytest.mark.parametrize("opens", [False, True])
def test_no_piece_is_posted_twice(status: int, sent: int, *, opens: bool) -> None:
    """Whatever became of the next one, as long as it did not go out."""

    @run
    async def test(world: World) -> None:
        if not opens:
            await world.say("walk", to=CHAIN, content=START)
        key, far = "walk" if opens else "card", world.far[ONE]
        far.passes("", sent)
        far.fail("", status=status)
        message = world.message(
            Say(key=key, to=AtPlace(place=CHAIN), content=Notice(text=LONG)), CHAIN
        )
        later(await world.send(message))
        assert isinstance(await world.send(message), Delivered)
        ids = [s.id for s in far.messages(world.chain("walk"))]
        assert ids == [*([] if opens else [world.ref("walk")]),
                       *(world.ref(name) for name in (key, f"{key}#1", f"{key}#2"))]  # fmt: skip

    test()


@run
async def test_an_update_goes_on_where_it_was_refused(world: World) -> None:
    """Pieces that were replaced are left alone, unless it says something else by then."""
    await world.say("walk", to=CHAIN, content=START)
    await world.say("a", LONG, CHAIN)
    far = world.far[ONE]
    for second, replaced in ((LONG + "!", 1), (LONG + "?", 3)):
        before = len(far.called("update"))
        far.passes("update", 2)
        far.fail("update", status=429)
        later(await world.change("a", LONG + "!", CHAIN, id=500))
        assert await world.change("a", second, CHAIN, id=500) == Delivered()
        assert len(far.called("update")) - before == 3 + replaced


@run
async def test_an_update_of_what_somebody_deleted_is_done(world: World) -> None:
    """One piece is gone, the others are brought up to date; a card that never went out is hopeless."""
    await world.say("walk", to=CHAIN, content=START)
    await world.say("a", LONG, CHAIN)
    first, gone, last = (world.far[ONE].messages()[n] for n in (1, 2, 3))
    gone.deleted = True
    assert await world.change("a", LONG.upper(), CHAIN) == Delivered()
    assert words(first).isupper()
    assert words(last).isupper()
    first.deleted = last.deleted = True
    assert await world.change("a", "x", CHAIN) == Delivered()
    assert await world.change("b", "x", CHAIN) == Hopeless(reason="never_posted")
    assert len(world.far[ONE].messages()) == 1
