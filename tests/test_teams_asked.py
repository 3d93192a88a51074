"""A word that could be a command, where something is being asked: it is asked which, unless it is marked."""

import re

import pytest

from bot.core import lines
from bot.teams.commanding import IN_CHAT
from bot.teams.values import OURS
from storage.records import ReviewAt, Stage, Step
from tests.harness import Harness
from tests.teams_office import CHANNEL, GROUP, Office, bot, chat

__all__ = ["bot"]

WORDS = ("Members", "members.", "Settings")


@pytest.fixture
def own(bot: Office) -> str:
    """A committee in which Ben answers at his own pace; its id."""
    committee = bot.found()
    bot.press("Ben", "own", committee=committee, value="plan")
    bot.quiet()
    return committee


def at(bot: Office, committee: str) -> dict[str, str]:
    """What a button on Ben's present question says that it is about."""
    walk = next(w for w in bot.state(committee).walks.values() if w.member)
    return {"walk": walk.id, "question": walk.current}


@pytest.mark.parametrize("word", WORDS)
def test_in_ones_own_chat_it_is_asked_which_is_meant(bot: Office, own: str, word: str) -> None:
    """An open question takes any words, and each of these is a command: both are a button."""
    bot.say("Ben", word, chat("Ben"))
    bot.quiet()
    assert not bot.said(own)
    told = str(bot.messages(chat("Ben"))[-1].activity)
    assert "one of my commands, too" in told
    assert {"My answer", "The command"} <= set(re.findall(r"'title': '([^']+)'", told))
    bot.press(
        "Ben", "command", committee=own, value=f"answer {word}", where=chat("Ben"), **at(bot, own)
    )
    assert bot.said(own) == {"Ben": word}


@pytest.mark.parametrize(
    ("value", "settled"),
    [
        ("answer hours", "“hours” is for “Why do we hold a fair?”."),
        ("hours", "“hours” was meant as the command."),
    ],
)
def test_the_question_back_settles_in_its_place(
    bot: Office, own: str, value: str, settled: str
) -> None:
    """For whoever pressed it at once, and as it stands in their chat."""
    bot.say("Ben", "hours", chat("Ben"))
    bot.quiet()
    card = bot.messages(chat("Ben"))[-1]
    about = {OURS: {"committee": own, "value": value, **at(bot, own)}}
    answer = bot.send(bot.pressed("Ben", "command", about, chat("Ben"), on=card.id))
    assert settled in str(answer.body)
    standing = next(m for m in bot.messages(chat("Ben")) if m.id == card.id)
    assert settled in str(standing.activity)
    assert "The command" not in str(standing.activity)


def test_the_command_of_the_two_shows_the_members(bot: Office, own: str) -> None:
    """Its answer has the button that opens the list."""
    bot.say("Ben", "members", chat("Ben"))
    bot.press("Ben", "command", committee=own, value="members", where=chat("Ben"), **at(bot, own))
    bot.quiet()
    assert "Open the members" in str(bot.messages(chat("Ben"))[-1].activity)
    assert not bot.said(own)


def test_start_alone_is_always_the_command(bot: Office, own: str) -> None:
    """Nobody answers with it, and Teams' list of commands offers it in every chat."""
    bot.say("Ben", "Start", chat("Ben"))
    bot.quiet()
    assert not bot.said(own)
    assert "Which phase?" in str(bot.messages(chat("Ben"))[-1].activity)


@pytest.mark.parametrize(
    "typed", ["/members", "/Members", "@Convenor members", "/convenor members"]
)
def test_with_a_slash_or_the_name_it_is_the_command(bot: Office, own: str, typed: str) -> None:
    """Nobody needs these for an answer in their own chat."""
    bot.say("Ben", typed, chat("Ben"))
    assert not bot.said(own)
    assert "Members" in str(bot.messages(chat("Ben"))[-1].activity)


def test_a_mention_in_ones_own_chat_is_a_command(bot: Office, own: str) -> None:
    """It is spoken to there anyway."""
    before = len(bot.messages(chat("Ben")))
    bot.say("Ben", "members", chat("Ben"), mention=True)
    assert not bot.said(own)
    assert len(bot.messages(chat("Ben"))) == before + 1


def test_where_it_fits_no_option_it_is_the_command(bot: Office, own: str) -> None:
    """The question is which of three places."""
    bot.say("Ben", "To meet", chat("Ben"))
    bot.quiet()
    before = len(bot.messages(chat("Ben")))
    bot.say("Ben", "members", chat("Ben"))
    assert len(bot.messages(chat("Ben"))) == before + 1
    assert not bot.state(own).items["plan.place"].notes


def test_a_walk_that_pauses_asks_nothing(bot: Office, own: str) -> None:
    """Then the word is the command."""
    bot.say("Ben", "pause", chat("Ben"))
    bot.quiet()
    before = len(bot.messages(chat("Ben")))
    bot.say("Ben", "members", chat("Ben"))
    assert len(bot.messages(chat("Ben"))) == before + 1
    assert not any(item.notes for item in bot.state(own).items.values())


def test_in_a_group_chat_it_is_the_command(bot: Office) -> None:
    """Teams' own list of commands types just that; everything else with the name is an answer."""
    committee = bot.found(channel=GROUP)
    bot.quiet()
    bot.say("Chi", "members", GROUP, mention=True)
    assert IN_CHAT in bot.words(GROUP)
    assert not bot.said(committee)
    bot.say("Ben", "Members, and guests", GROUP, mention=True)
    assert bot.said(committee) == {"Ben": "Members, and guests"}


def test_in_a_thread_it_depends_on_whether_answers_need_the_name(bot: Office) -> None:
    """Without the team's consent they do; with it what has a name is no answer."""
    committee = bot.found()
    thread = bot.thread(committee)
    bot.quiet()
    known = bot.teams.rooms.room(bot.tenants[0], CHANNEL)
    assert known is not None
    deaf = known.evolve(hears=False)
    bot.store.write(lambda tx: tx.keep_reference(deaf))
    bot.say("Ben", "Members", thread, mention=True)
    assert bot.said(committee) == {"Ben": "Members"}
    bot.say("Chi", "To meet", thread)
    bot.say("Ana", "Members", thread, mention=True)
    assert bot.said(committee).keys() == {"Ben", "Chi"}
    assert IN_CHAT in bot.words(thread)


def test_outside_of_any_thread_it_is_the_command(bot: Office) -> None:
    """Nothing is asked there."""
    committee = bot.found()
    bot.quiet()
    post = f"{CHANNEL};messageid=1800000000000"
    bot.say("Ben", "Members", post, mention=True)
    assert IN_CHAT in bot.words(post)
    assert not bot.said(committee)


@pytest.mark.parametrize("step", Step)
def test_the_review_round_takes_words_except_where_one_chooses(step: Step) -> None:
    """What to do about it is one of three."""
    h = Harness()
    key = h.start("plan")
    desk = h.service.look(h.committee)
    at = ReviewAt(subject="plan.why", step=step)
    walk = desk.state.walks[key].evolve(stage=Stage.REVIEWING, review=at)
    assert lines.answers("members", walk, desk.bank) is (step is not Step.RESPONSE)
