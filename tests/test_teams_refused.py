"""Words that fit nothing: what was said to them stands in one's own chat, and what is typed below it."""

import pytest

from tests.teams_cards import controls
from tests.teams_office import CHANNEL, GROUP, Office, bot, chat

__all__ = ["bot"]

MAYBE = "Fair · Where will it be?"


@pytest.fixture
def fair(bot: Office) -> str:
    """A committee in the group chat, which is asked for one of three places; Chi's words fit none."""
    committee = bot.found(channel=GROUP)
    bot.quiet()
    for name in ("Ana", "Ben", "Chi"):
        bot.say(name, "To meet", GROUP, mention=True)
    bot.quiet()
    return committee


def places(bot: Office, committee: str) -> set[str]:
    """Who has chosen a place."""
    return set(bot.said(committee, "plan.place"))


def unfit(bot: Office) -> None:
    """Chi says what fits none of the three."""
    bot.say("Chi", "maybe", GROUP, mention=True)
    bot.quiet()


def own(bot: Office) -> str:
    """Another committee, in which Chi answers at her own pace; its id."""
    other = bot.found(channel=CHANNEL, name="Market")
    bot.press("Chi", "own", committee=other, value="plan")
    bot.quiet()
    return other


def test_it_names_the_committee_and_the_question(bot: Office, fair: str) -> None:
    """Whoever reads it elsewhere knows what it is about; its buttons answer that question."""
    other = own(bot)
    unfit(bot)
    told = bot.messages(chat("Chi"))[-1]
    assert MAYBE in str(told.activity)
    assert "A number or a name works" in str(told.activity)
    made = told.activity["attachments"][0]["content"]
    action = next(c.action for c in controls(made) if c.action["title"] == "School yard")
    bot.send(bot.pressed("Chi", action["verb"], action["data"], chat("Chi"), on=told.id))
    assert places(bot, fair) == {"Chi"}
    assert not bot.said(other)


def test_what_is_typed_below_it_answers_that_question(bot: Office, fair: str) -> None:
    """Where nothing else is asked in that chat; it changes with the message, as any answer."""
    unfit(bot)
    sent = bot.say("Chi", "School yard", chat("Chi"))
    assert places(bot, fair) == {"Chi"}
    edited = sent | {
        "type": "messageUpdate",
        "text": "City park",
        "timestamp": "2026-05-12T08:00:00Z",
    }
    bot.send(edited)
    (answer,) = bot.state(fair).items["plan.place"].answers.values()
    assert getattr(answer.value, "option", "") == "park"


def test_the_words_it_asks_for_are_taken_where_it_is_read(bot: Office, fair: str) -> None:
    """An option without its own words: "write it here" is read in one's own chat, and holds there."""
    bot.say("Chi", "3", GROUP, mention=True)
    bot.quiet()
    assert "Write it here" in str(bot.messages(chat("Chi"))[-1].activity)
    bot.say("Chi", "the old harbour", chat("Chi"))
    (answer,) = bot.state(fair).items["plan.place"].answers.values()
    assert getattr(answer.value, "other", "") == "the old harbour"


@pytest.mark.parametrize("wanted", ["Fair: Where will it be?", "Market: Why do we hold a fair?"])
def test_where_it_would_answer_ones_own_question_too_it_asks(
    bot: Office, fair: str, wanted: str
) -> None:
    """Each of the two is a button, and the words arrive where they were meant for."""
    other = own(bot)
    unfit(bot)
    bot.say("Chi", "School yard", chat("Chi"))
    card = bot.messages(chat("Chi"))[-1]
    assert "Which question is that for?" in str(card.activity)
    assert not places(bot, fair)
    assert not bot.said(other)
    made = card.activity["attachments"][0]["content"]
    action = next(c.action for c in controls(made) if c.action["title"] == wanted)
    bot.send(bot.pressed("Chi", action["verb"], action["data"], chat("Chi"), on=card.id))
    refused = wanted.startswith("Fair")
    standing = next(m for m in bot.messages(chat("Chi")) if m.id == card.id)
    assert "“School yard” is for" in str(standing.activity)
    assert not list(controls(standing.activity["attachments"][0]["content"]))
    assert places(bot, fair) == ({"Chi"} if refused else set())
    assert bot.said(other) == ({} if refused else {"Chi": "School yard"})


def test_where_ones_own_walk_asks_the_same_nothing_is_asked_back(bot: Office, fair: str) -> None:
    """One question with one answer: two buttons would say the same."""
    bot.press("Chi", "own", GROUP, committee=fair, value="plan")
    bot.quiet()
    unfit(bot)
    bot.say("Chi", "School yard", chat("Chi"))
    bot.quiet()
    assert places(bot, fair) == {"Chi"}
    assert "Which question is that for?" not in bot.words(chat("Chi"))
    assert "You have answered since." in bot.words(chat("Chi"))
    assert "Will there be cake?" in str(bot.messages(chat("Chi"))[-1].activity)


def test_the_option_with_own_words_opens_the_form(bot: Office, fair: str) -> None:
    """Its button stands below the word as well; what is written on the form is the answer."""
    unfit(bot)
    told = bot.messages(chat("Chi"))[-1]
    made = told.activity["attachments"][0]["content"]
    action = next(c.action for c in controls(made) if c.action["title"] == "Somewhere else…")
    dialog = bot.send(
        bot.activity(
            "Chi", chat("Chi"), type="invoke", name="task/fetch", replyToId=told.id,
            value={"data": action["data"]},
        )
    )  # fmt: skip
    assert "Where will it be?" in str(dialog.body)
    assert "Somewhere else, in your own words" in str(dialog.body)


def test_what_was_answered_since_asks_for_nothing_more(bot: Office, fair: str) -> None:
    """Chi gave her answer in the room: what she types in her own chat is for her own question."""
    other = own(bot)
    unfit(bot)
    bot.say("Chi", "City park", GROUP, mention=True)
    bot.quiet()
    bot.say("Chi", "School yard", chat("Chi"))
    assert bot.said(other) == {"Chi": "School yard"}


def test_words_that_did_not_fit_there_are_no_word_about_the_room(bot: Office, fair: str) -> None:
    """The same question is asked in both: in her own walk nothing has to be asked about it."""
    bot.press("Chi", "own", committee=fair, value="plan")
    bot.quiet()
    bot.say("Chi", "maybe", chat("Chi"))
    bot.quiet()
    bot.say("Chi", "School yard", chat("Chi"))
    assert places(bot, fair) == {"Chi"}
    assert "Which question is that for?" not in str(bot.messages(chat("Chi")))


def test_what_a_room_asks_again_waits_for_no_old_words(bot: Office, fair: str) -> None:
    """It went on, and came back: nobody was told anything about their words since."""
    other = own(bot)
    unfit(bot)
    for line in ("ask cake", "ask place"):
        bot.say("Ana", f"/{line}", GROUP, mention=True)
        bot.quiet()
    bot.say("Chi", "School yard", chat("Chi"))
    assert bot.said(other) == {"Chi": "School yard"}


def test_both_buttons_do_what_they_say(bot: Office) -> None:
    """Pressed on two devices at once, say: the card never names a question that got nothing."""
    fair = bot.found(channel=GROUP)
    for name in ("Ana", "Ben", "Chi"):
        bot.say(name, "To meet", GROUP, mention=True)
    bot.press("Chi", "own", committee=fair, value="run")
    bot.quiet()
    unfit(bot)
    bot.say("Chi", "School yard", chat("Chi"))
    card = bot.messages(chat("Chi"))[-1]
    for control in controls(card.activity["attachments"][0]["content"]):
        made = control.action
        bot.send(bot.pressed("Chi", made["verb"], made["data"], chat("Chi"), on=card.id))
    assert places(bot, fair) == {"Chi"}
    assert bot.said(fair, "run.aim") == {"Chi": "School yard"}


def test_words_that_were_a_command_too_change_with_their_message(bot: Office) -> None:
    """Chi said that they are her answer: an edit of them, before or after, is an edit of that."""
    fair = bot.found()
    bot.press("Chi", "own", committee=fair, value="plan")
    bot.quiet()
    sent = bot.say("Chi", "members", chat("Chi")) | {"type": "messageUpdate"}
    bot.quiet()
    card = bot.messages(chat("Chi"))[-1]
    made = next(iter(controls(card.activity["attachments"][0]["content"]))).action
    assert made["title"] == "My answer"
    bot.send(sent | {"text": "members and guests", "timestamp": "2026-05-12T08:00:00Z"})
    bot.send(bot.pressed("Chi", made["verb"], made["data"], chat("Chi"), on=card.id))
    assert bot.said(fair) == {"Chi": "members and guests"}
    bot.send(sent | {"text": "guests", "timestamp": "2026-05-12T08:01:00Z"})
    assert bot.said(fair) == {"Chi": "guests"}


def test_what_was_asked_since_is_answered(bot: Office, fair: str) -> None:
    """And words that do not fit the refused question are for one's own."""
    other = own(bot)
    unfit(bot)
    bot.say("Chi", "To sell things", chat("Chi"))
    assert bot.said(other) == {"Chi": "To sell things"}
    bot.quiet()
    bot.say("Chi", "School yard", chat("Chi"))
    assert places(bot, other) == {"Chi"}
    assert not places(bot, fair)
