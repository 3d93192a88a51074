"""*Record as an answer…* where Convenor is not, and on messages that nobody typed."""

from typing import Any

import pytest

from bot.teams.quoting import NO_COMMITTEE
from bot.teams.values import OURS
from tests import teams_cards
from tests.teams_office import CHANNEL, Answered, Office, bot, chat, user

__all__ = ["bot"]

TWO_OF_US = "19:ben_chi@unq.gbl.spaces"
MEETING = "19:meeting_abc@thread.v2"


@pytest.fixture
def fair(bot: Office) -> str:
    """Ben is in one committee, and has spoken to Convenor in his own chat; the committee's id."""
    committee = bot.found()
    bot.say("Ben", "gaps", chat("Ben"))
    bot.quiet()
    return committee


def chosen(bot: Office, where: str, body: Any = "To meet", **value: Any) -> Answered:
    """Ben chooses the action on a message of Chi's; with a question, he sends its dialog."""
    payload = {
        "id": "1700000000001",
        "from": {"user": {"id": user("Chi")}},
        "body": {"contentType": "html", "content": body},
    }
    given = {"commandId": "record", "messagePayload": payload, **value}
    name = "composeExtension/submitAction" if value else "composeExtension/fetchTask"
    sent = bot.activity("Ben", where, type="invoke", name=name, value=given)
    if where == MEETING:
        del sent["conversation"]["conversationType"]
    return bot.send(sent)


def says(answer: Answered) -> str:
    """What the dialog says."""
    assert answer.status == 200
    return teams_cards.words(answer.body["task"]["value"]["card"]["content"])


@pytest.mark.parametrize("where", [TWO_OF_US, MEETING])
def test_in_a_chat_that_convenor_is_no_part_of_there_is_no_committee(
    bot: Office, fair: str, where: str
) -> None:
    """The chat has the same kind as one's own, or none; nothing is said or recorded there."""
    calls = bot.calls()
    assert NO_COMMITTEE in says(chosen(bot, where))
    data = {OURS: {"committee": fair, "form": "record"}, "question": "plan.why"}
    assert NO_COMMITTEE in says(chosen(bot, where, data=data))
    bot.quiet()
    assert bot.said(fair) == {}
    assert bot.calls() == calls
    # What is for Ben alone still goes to his own chat.
    bot.say("Ben", "gaps", chat("Ben"))
    bot.quiet()
    assert "Still missing" in str(bot.messages(chat("Ben"))[-1].activity)
    assert not bot.messages(where)


@pytest.mark.parametrize("where", [chat("Ben"), CHANNEL])
def test_in_ones_own_chat_and_in_the_committees_room_there_is(
    bot: Office, fair: str, where: str
) -> None:
    """A message that is shown there, too."""
    assert "Chi wrote:" in says(chosen(bot, where))
    data = {OURS: {"committee": fair, "form": "record"}, "question": "plan.why"}
    assert "Recorded for Chi" in says(chosen(bot, where, data=data))
    assert bot.said(fair) == {"Chi": "To meet"}


@pytest.mark.parametrize(
    ("link", "kept"),
    [("https://teams.microsoft.com/l/message/19:x/1", True), ("javascript:alert(1)", False),
     ("https://evil.example/l/message/1", False), ("https://teams.microsoft.com.evil.example/", False),
     ("", False)],
)  # fmt: skip
def test_the_link_leads_to_teams_or_nowhere(
    bot: Office, fair: str, link: str, *, kept: bool
) -> None:
    """It came from outside, and stands on a card for all to press."""
    data = {OURS: {"committee": fair, "form": "record"}, "question": "plan.why"}
    message = {
        "id": "1700000000001",
        "from": {"user": {"id": user("Chi")}},
        "body": {"contentType": "html", "content": "To meet"},
        "linkToMessage": link,
    }
    assert "Recorded for Chi" in says(chosen(bot, CHANNEL, data=data, messagePayload=message))
    (answer,) = bot.state(fair).items["plan.why"].answers.values()
    assert answer.parts[0].link == (link if kept else "")


@pytest.mark.parametrize("part", ["<![x]]>", "<a href='", "<p ", "<!"])
def test_markup_that_nobody_typed_is_read_in_a_moment(bot: Office, fair: str, part: str) -> None:
    """Each part of it once; see test_teams_text_in.py."""
    answer = chosen(bot, CHANNEL, part * 60_000 + ">To meet")
    assert answer.status == 200
    assert answer.body["task"]["type"] == "continue"
