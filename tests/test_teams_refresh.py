"""Cards that Teams asks for anew by itself: whoever looks at one has done nothing, and hears nothing."""

import pytest

from bot.core.access import NOT_ACTIVE
from bot.core.events import PresenceKept
from bot.core.seats import NOT_HERE
from bot.teams.inviting import ANSWER_HERE, MENTION_HERE
from bot.teams.personal import NOT_THERE
from bot.teams.values import OURS
from tests import teams_cards
from tests.teams_office import CHANNEL, GROUP, ONE, Answered, Office, bot, chat

__all__ = ["bot"]


@pytest.fixture
def fair(bot: Office) -> str:
    """A committee in which Ben has answered; its id."""
    committee = bot.found()
    bot.say("Ben", "To meet **people**", bot.thread(committee))
    bot.quiet()
    return committee


def seen(bot: Office, name: str, committee: str, where: str = "", **other: str) -> Answered:
    """What Teams is given for somebody who looks at the card of the question."""
    walk = f"{committee}.plan"
    about = {"committee": committee, "walk": walk, "question": "plan.why", "card": "question"}
    sent = bot.pressed(name, "show", {OURS: about | other}, where or bot.thread(committee))
    sent["value"]["trigger"] = "automatic"
    return bot.send(sent)


def words(answer: Answered) -> str:
    """What the card says; fails where it is none."""
    assert (answer.status, answer.body["type"]) == (200, teams_cards.CARD)
    return teams_cards.words(answer.body["value"])


def only(answer: Answered) -> str:
    """The one thing that a card says, in words and to be read out."""
    (said,) = set(words(answer).splitlines())
    return said


def test_members_see_their_own_view(bot: Office, fair: str) -> None:
    """Their words are theirs; those of others have their names."""
    assert "You:\n To meet **people**" in words(seen(bot, "Ben", fair))
    assert "Ben:\n To meet **people**" in words(seen(bot, "Chi", fair))


def test_ones_own_page_is_as_things_stand_whenever_it_is_seen(bot: Office) -> None:
    """The word of welcome is often the first thing there: it does not go on saying that nobody knows one."""
    sent = bot.activity("Ben", chat("Ben"), type="installationUpdate", action="add")
    assert bot.send(sent).status == 200
    (card,) = bot.messages(chat("Ben"))
    made = card.activity["attachments"][0]["content"]
    assert "You are in no committee yet" in teams_cards.words(made)
    action = made["refresh"]["action"]

    def seen_again(name: str, trigger: str = "automatic") -> str:
        pressed = bot.pressed(name, action["verb"], action["data"], chat(name), on=card.id)
        pressed["value"]["trigger"] = trigger
        return words(bot.send(pressed))

    assert "You are in no committee yet" in seen_again("Ben")
    bot.found()
    for trigger in ("automatic", "manual"):
        assert "Why do we hold a fair?" in seen_again("Ben", trigger)
    assert "You are in no committee yet" in seen_again("Zoe")


def test_who_has_left_sees_what_stands_there_for_all(bot: Office, fair: str) -> None:
    """They are not told each time that they have left."""
    gone = PresenceKept(id="x:1", committee=fair, member=bot.member(fair, "Ben"), here=False)
    bot.service.handle(gone)
    bot.quiet()
    shown = words(seen(bot, "Ben", fair))
    assert "Ben:\n To meet **people**" in shown
    assert NOT_ACTIVE[:20] not in shown


def test_strangers_see_what_stands_there_for_all_and_nobody_is_told(bot: Office, fair: str) -> None:
    """They did not knock."""
    calls = bot.calls()
    assert "Ben:\n To meet **people**" in words(seen(bot, "Zoe", fair))
    bot.quiet()
    assert bot.calls() == calls
    assert "Zoe" not in bot.words(chat("Ana"))


def test_in_another_room_strangers_see_nothing_of_it(bot: Office, fair: str) -> None:
    """A card that was forwarded, or a made-up one."""
    for where in (GROUP, chat("Zoe"), "19:other@thread.tacv2"):
        assert only(seen(bot, "Zoe", fair, where)) == NOT_HERE
    gone = PresenceKept(id="x:1", committee=fair, member=bot.member(fair, "Ben"), here=False)
    bot.service.handle(gone)
    assert only(seen(bot, "Ben", fair, GROUP)) == NOT_THERE
    for committee in ("", "0123456789ab"):
        assert only(seen(bot, "Ben", committee, CHANNEL)) == NOT_HERE


def test_a_card_that_is_not_there_any_more_is_a_card_all_the_same(bot: Office, fair: str) -> None:
    """Never a word that pops up."""
    for other in ({"question": "no.such"}, {"walk": "no.walk"}, {"question": "plan.cake"}):
        for name in ("Ana", "Zoe"):
            assert only(seen(bot, name, fair, **other)) == NOT_THERE


def test_ones_own_walk_is_shown_to_nobody_else(bot: Office, fair: str) -> None:
    """Neither when it is pressed nor by itself; nor to its owner, once they have left: it goes on."""
    bot.press("Ben", "own", committee=fair, value="plan")
    bot.quiet()
    walk = next(w.id for w in bot.state(fair).walks.values() if w.member)
    about = {"committee": fair, "walk": walk, "question": "plan.place", "card": "question"}
    assert "Where will it be?" in str(bot.press("Ben", "show", chat("Ben"), **about).body)
    for name in ("Ana", "Chi"):
        assert bot.press(name, "show", **about).body["value"] == NOT_THERE
        assert only(seen(bot, name, fair, walk=walk, question="plan.place")) == NOT_THERE
        start = {"committee": fair, "walk": walk, "card": "start", "phase": "plan"}
        assert bot.press(name, "show", **start).body["value"] == NOT_THERE
    gone = PresenceKept(id="x:1", committee=fair, member=bot.member(fair, "Ben"), here=False)
    bot.service.handle(gone)
    bot.say("Chi", "The old park", bot.thread(fair), mention=True)
    bot.quiet()
    for question in ("plan.why", "plan.place"):
        assert only(seen(bot, "Ben", fair, chat("Ben"), walk=walk, question=question)) == NOT_THERE


def test_the_start_comes_back_with_the_line_below_it(bot: Office, fair: str) -> None:
    """After *What will be asked* and *Back*: while nothing was heard there without a mention."""
    start = {"committee": fair, "walk": f"{fair}.plan", "card": "start", "phase": "plan"}
    room = bot.thread(fair)
    assert ANSWER_HERE not in words(bot.press("Ben", "show", room, **start))
    heard = bot.store.read().reference("teams", ONE, CHANNEL)
    assert heard is not None
    bot.store.write(lambda tx: tx.keep_reference(heard.evolve(hears=False)))
    shown = words(bot.press("Ben", "show", room, **start))
    assert "in this thread" in shown
    assert ANSWER_HERE in shown


def test_a_group_chats_start_comes_back_in_its_own_words(bot: Office) -> None:
    """It speaks of no thread, and says what Convenor reads there, on the post and on what comes back."""
    committee = bot.found(channel=GROUP)
    start = {"committee": committee, "walk": f"{committee}.plan", "card": "start", "phase": "plan"}
    bot.quiet()
    for shown in (bot.words(GROUP), words(bot.press("Ben", "show", GROUP, **start))):
        assert "Answer right here" in shown
        assert MENTION_HERE in shown
        assert "thread" not in shown.split(MENTION_HERE)[0].split("Fair is starting")[-1]
