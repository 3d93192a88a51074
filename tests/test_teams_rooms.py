"""What is kept of rooms and people, and of whom nothing is; and what goes out once they are back."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.app import clock
from bot.core.effects import Notice, Say
from bot.core.targets import AtPlace
from bot.teams.activities import read
from bot.teams.links import to_message
from bot.teams.rooms import Rooms
from bot.teams.values import OURS
from storage.people import Place
from storage.references import Reference
from storage.sqlite import open_store
from tests.local_slack import until
from tests.teams_far import CHANNEL as HOME
from tests.teams_office import (
    BOT,
    CHANNEL,
    GROUP,
    ONE,
    TEAM,
    Json,
    Office,
    account,
    bot,
    chat,
    user,
)
from tests.teams_script import ONE as TENANT
from tests.teams_script import OTHER, World, place, run
from tests.teams_script import user as person_id

__all__ = ["bot"]

MEETING, PAIR = "19:meeting_abc@thread.v2", "a:of-ben-and-dev"
ELSEWHERE = "19:elsewhere@thread.tacv2"


def action(bot: Office, name: str, where: str, *, kind: str = "", at: str = "fetchTask") -> Json:
    """The app's action on a message, chosen somewhere."""
    payload = {"id": "1", "body": {"content": "x"}, "from": {"user": {"id": user("Ana")}}}
    value = {"commandId": "record", "messagePayload": payload}
    sent = bot.activity(name, where, type="invoke", name=f"composeExtension/{at}", value=value)
    sent["conversation"]["conversationType"] = kind or None
    return sent


def person(bot: Office, name: str) -> Reference | None:
    """What is known of somebody."""
    return bot.teams.rooms.person(ONE, user(name))


def known(bot: Office) -> set[str]:
    """The rooms and people that something is kept of."""
    return {str(row[3]) for row in bot.dump() if row[0] == "conversation_references"}


# -- actions elsewhere -----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["", "personal", "groupChat"])
@pytest.mark.parametrize("where", [MEETING, PAIR])
def test_an_action_elsewhere_does_not_replace_ones_own_chat(
    bot: Office, where: str, kind: str
) -> None:
    """In a meeting's chat or in one of two people: private words go where they went before."""
    committee = bot.found()
    thread = bot.thread(committee)
    bot.say("Ben", "Hello", chat("Ben"))
    before = person(bot, "Ben")
    for at in ("fetchTask", "submitAction"):
        assert bot.send(action(bot, "Ben", where, kind=kind, at=at)).status in (200, 400)
    assert person(bot, "Ben") == before
    assert bot.teams.rooms.room(ONE, where) is None
    bot.say("Ben", "status mine", thread)
    until(lambda: bot.messages(chat("Ben")), "it is said in the own chat")
    assert not bot.messages(where)


def test_a_pressed_control_does_not_replace_ones_own_chat(bot: Office) -> None:
    """Only what is said there, and the app being added there, shows where it is."""
    committee = bot.found()
    bot.say("Ben", "Hello", chat("Ben"))
    bot.press("Ben", "home", PAIR, committee=committee)
    assert getattr(person(bot, "Ben"), "conversation", "") == chat("Ben")
    install = bot.activity("Ben", "a:new", type="installationUpdate", action="add")
    assert bot.send(install).status == 200
    assert getattr(person(bot, "Ben"), "conversation", "") == "a:new"


def test_an_action_does_not_bring_back_a_room_that_ended(bot: Office) -> None:
    """The app's action works where the app is no more."""
    bot.found(channel=GROUP)
    gone = bot.activity("Ana", GROUP, type="installationUpdate", action="remove")
    assert bot.send(gone).status == 200
    assert bot.send(action(bot, "Ben", GROUP, kind="groupChat")).status == 200
    assert getattr(bot.teams.rooms.room(ONE, GROUP), "ended", "") == "removed"


def test_a_room_without_a_kind_is_known_by_its_id() -> None:
    """As of an action in a meeting's chat."""
    for conversation, team, where in (
        (MEETING, {}, "groupChat"),
        ("19:uni@thread.skype", {}, "groupChat"),
        (CHANNEL, {"team": {"id": TEAM}}, "channel"),
        ("a:1", {}, "personal"),
        ("19:one_two@unq.gbl.spaces", {}, "personal"),
    ):
        data = {"tenant": {"id": ONE}, **team}
        made = read({"type": "invoke", "conversation": {"id": conversation}, "channelData": data})
        assert made.where == where, conversation


# -- of whom nothing is kept -----------------------------------------------------------------------


def test_what_people_say_among_themselves_is_not_kept(bot: Office) -> None:
    """Where no committee is: neither the room, nor anybody's name or ids."""
    before = bot.dump()
    for name in ("Ana", "Dev"):
        bot.say(name, "Lunch?")
        bot.say(name, "Now?", f"{CHANNEL};messageid=1600000000000")
        bot.say(name, "Lunch?", TEAM)
    joined = bot.activity("Ana", TEAM, type="conversationUpdate", membersAdded=[account("Dev")])
    renamed = bot.activity("Ana", TEAM, type="conversationUpdate")
    renamed["channelData"] |= {"eventType": "channelRenamed", "channel": {"id": CHANNEL}}
    for sent in (joined, renamed):
        assert bot.send(sent).status == 200
    assert bot.dump() == before
    assert bot.calls() == 0


MEANT: dict[str, tuple[Callable[[Office], Json], set[str]]] = {
    "named": (lambda b: b.message("Dev", "gaps", mention=True), {CHANNEL, "@dev-aad"}),
    "alone": (lambda b: b.message("Dev", "gaps", chat("Dev")), {"@dev-aad"}),
    "added": (
        lambda b: b.activity("Dev", TEAM, type="installationUpdate", action="add"),
        {TEAM, "@dev-aad"},
    ),
    "pressed": (
        lambda b: b.pressed("Dev", "park", {OURS: {"committee": "none"}}),
        {CHANNEL, "@dev-aad"},
    ),
}


@pytest.mark.parametrize("how", MEANT)
def test_whoever_turns_to_convenor_can_be_answered(bot: Office, how: str) -> None:
    """They and their room are kept."""
    make, wanted = MEANT[how]
    assert bot.send(make(bot)).status == 200
    assert known(bot) == wanted


def test_a_known_room_is_heard_in_and_its_people_are_not_kept(bot: Office) -> None:
    """That a message came without a mention is all that stays of it."""
    added = bot.activity("Ana", TEAM, type="installationUpdate", action="add")
    assert bot.send(added).status == 200
    before = known(bot)
    bot.say("Dev", "Lunch?", TEAM)
    room = bot.teams.rooms.room(ONE, TEAM)
    assert room
    assert room.hears
    assert known(bot) == before


def test_whether_it_hears_has_to_show_anew_after_it_was_removed(bot: Office) -> None:
    """What people consented to went with the app, so the way to answer is told again."""
    heard = []
    for action in ("add", "", "remove", "add"):
        if action:
            sent = bot.activity("Ana", TEAM, type="installationUpdate", action=action)
            assert bot.send(sent).status == 200
        else:
            bot.say("Dev", "Lunch?", TEAM)
        room = bot.teams.rooms.room(ONE, TEAM)
        assert room
        heard.append(room.hears)
    assert heard == [False, True, False, False]


@pytest.mark.parametrize("order", [("remove", "add"), ("add", "remove")])
def test_a_new_version_of_the_app_was_never_away(bot: Office, order: tuple[str, ...]) -> None:
    """In whichever order Teams tells of it: it is heard, posts no card, and nothing waits."""
    committee = bot.found()
    bot.say("Ben", "To meet", bot.thread(committee))
    bot.quiet()
    before, posted = bot.teams.rooms.room(ONE, CHANNEL), len(bot.messages())
    for action in order:
        told = bot.activity("Ana", TEAM, type="installationUpdate", action=f"{action}-upgrade")
        assert bot.send(told).status == 200
    bot.quiet()
    after = bot.teams.rooms.room(ONE, CHANNEL)
    assert before is not None
    assert after is not None
    assert (after.ended, after.hears, after.removals) == ("", True, before.removals)
    assert len(bot.messages()) == posted


def test_a_shared_channel_can_let_the_app_in_alone(bot: Office) -> None:
    """And take it out: the other channels of the team are what they were."""
    bot.found()

    def moved(key: str, event: str) -> None:
        sent = bot.activity("Ana", TEAM, type="conversationUpdate") | {key: [BOT]}
        sent["channelData"] |= {"eventType": event, "channel": {"id": ELSEWHERE}}
        sent["conversation"]["id"] = ELSEWHERE
        assert bot.send(sent).status == 200

    bot.connectors[ONE].rosters[ELSEWHERE] = [account("Ana")]
    for times in (1, 2):
        moved("membersAdded", "channelMemberAdded")
        cards = [m for m in bot.messages() if "A new committee" in str(m.activity)]
        assert [m.conversation.partition(";")[0] for m in cards] == [ELSEWHERE] * times
        moved("membersRemoved", "channelMemberRemoved")
        ended = {room.room: room.ended for room in bot.teams.rooms.all(ONE)}
        assert ended == {CHANNEL: "", ELSEWHERE: "removed"}


# -- one moment ------------------------------------------------------------------------------------


def rooms() -> Rooms:
    """References in a record of their own."""
    return Rooms(open_store("sqlite://"), clock, lambda: None)


def test_what_two_learn_at_once_is_kept_together() -> None:
    """A message that is being taken does not undo that the app was removed, nor the other way round."""

    async def test() -> None:
        kept = rooms()
        await kept.keep(kept.blank(ONE, CHANNEL, "https://one.example"))
        seen = kept.room(ONE, CHANNEL)
        assert seen
        for mine in (
            seen.evolve(ended="removed"),
            seen.evolve(hears=True, ended=""),
            seen.evolve(name="Planning"),
        ):
            await kept.keep(mine, seen)
        found = kept.room(ONE, CHANNEL)
        assert found
        assert (found.ended, found.hears, found.name) == ("removed", True, "Planning")
        assert found.url == "https://one.example"

    asyncio.run(test())


def test_two_who_learn_of_somebody_new_at_once_lose_nothing() -> None:
    """The roster gives the account, their own message the conversation."""

    async def test() -> None:
        kept = rooms()
        new = kept.blank(ONE, "@ben", "https://one.example")
        await kept.keep(new.evolve(conversation="a:ben", name="Ben"))
        await kept.keep(new.evolve(account="29:ben", url="https://two.example"))
        found = kept.person(ONE, "ben")
        assert found
        assert (found.conversation, found.account, found.name, found.url) == (
            "a:ben", "29:ben", "Ben", "https://two.example",
        )  # fmt: skip

    asyncio.run(test())


# -- who waited ------------------------------------------------------------------------------------


def waiting(world: World, *lanes: Place) -> None:
    """Something waits in each of these lanes, for an hour."""
    for lane in lanes:
        key = lane.channel
        effect = Say(key=key, to=AtPlace(place=lane), content=Notice(text="A word"))
        made = world.message(effect, lane)
        later = made.evolve(id=0, due_at=world.clock() + timedelta(hours=1))
        assert world.store.write(lambda tx, later=later: tx.promise(later))  # type: ignore[misc]


def due(world: World) -> set[str]:
    """The lanes in which something is due now."""
    now = world.clock()
    found = world.store.write(lambda tx: tx.claim(now, "test", now + timedelta(minutes=1)))
    return {message.place.channel for message in found}


@run
async def test_a_room_that_is_back_gets_what_waited(world: World) -> None:
    """So do members whose chat was never opened, for want of an address; no other lane is hastened."""
    gone = world.knows(HOME, ended="removed")
    world.knows(f"@{person_id('Ben')}", conversation="a:ben")
    ben, chi = world.chat("Ben"), world.chat("Chi")
    waiting(world, place(HOME), place(OTHER), ben, chi)
    await world.rooms.keep(gone.evolve(name="Planning"), gone)
    assert due(world) == set()
    await world.rooms.keep(gone.evolve(ended=""), gone)
    assert due(world) == {HOME, chi.channel}


@run
async def test_somebody_who_is_back_gets_what_waited_for_them(world: World) -> None:
    """In every committee of theirs, and nobody else gets anything."""
    gone = world.knows(f"@{person_id('Ben')}", conversation="a:ben", ended="removed")
    ben, chi = world.chat("Ben"), world.chat("Chi")
    waiting(world, place(HOME), ben, chi)
    await world.rooms.keep(gone.evolve(ended=""), gone)
    assert due(world) == {ben.channel}


@run
async def test_what_is_new_cancels_nobody_elses_wait(world: World) -> None:
    """Teams' word on when to come again holds, whoever and whatever becomes known in the tenant."""
    waiting(world, place(HOME), world.chat("Ben"))
    room = world.rooms.blank(TENANT, ELSEWHERE, "https://one.example")
    await world.rooms.keep(room)
    await world.rooms.keep(room.evolve(room="@dev", conversation="a:dev"))
    assert due(world) == set()


# -- names of teams --------------------------------------------------------------------------------


def test_an_address_names_the_team() -> None:
    """Where it is known."""
    room = Reference(platform="teams", tenant=ONE, room=CHANNEL, url="", parent=TEAM, at=clock())
    assert "teamName" not in to_message(room, "1")
    assert "teamName=Fair+%26+Co" in to_message(room.evolve(team="Fair & Co"), "1")
