"""Commands that Teams does not let be answered as they are meant: their author learns what would work."""

import pytest

from bot.teams.chairing import NO_ROSTER
from bot.teams.commanding import IN_CHAT, NO_CARD, UNREACHED
from tests.teams_office import CHANNEL, GROUP, ONE, TEAM, Office, bot, chat

__all__ = ["bot"]

POST = f"{CHANNEL};messageid=1800000000000"
SET_UP = "A new committee"


@pytest.mark.parametrize(
    ("who", "command"), [("Ben", "members"), ("Ben", "settings"), ("Ana", "settings")]
)
def test_whose_chat_is_not_reached_is_told_in_the_chain(
    bot: Office, who: str, command: str
) -> None:
    """Whether it was a card or a refusal that did not get there; once."""
    bot.found()
    bot.quiet()
    bot.connectors[ONE].fail("create", status=403, times=9)
    sent = bot.say(who, command, POST, mention=True)
    assert bot.send(sent).status == 200
    (said,) = bot.messages(POST)
    assert UNREACHED in str(said.activity)


def test_whose_chat_is_reached_is_answered_there(bot: Office) -> None:
    """Settings are one's own hours for who sets none; the chain says where the card is."""
    bot.found()
    bot.quiet()
    bot.say("Ben", "settings", POST, mention=True)
    assert "My hours" in bot.words(chat("Ben"))
    assert IN_CHAT in bot.words(POST)
    bot.say("Ana", "settings", POST, mention=True)
    assert IN_CHAT in bot.words(POST)


def test_without_the_roster_the_members_are_listed_all_the_same(bot: Office) -> None:
    """What is missing is said."""
    bot.found()
    bot.quiet()
    bot.connectors[ONE].fail("pagedmembers", status=403, times=9)
    bot.say("Ana", "members", POST, mention=True)
    assert NO_ROSTER in bot.words(chat("Ana"))
    assert IN_CHAT in bot.words(POST)


@pytest.mark.parametrize("call", ["pagedmembers", "create"])
def test_where_no_set_up_card_can_be_it_is_said(bot: Office, call: str) -> None:
    """On the command, and when the app is added; Teams is not asked to say it again."""
    bot.say("Ana", "gaps", CHANNEL, mention=True)
    bot.connectors[ONE].fail(call, status=403, times=2)
    bot.say("Ana", "start", POST, mention=True)
    assert NO_CARD in bot.words(POST)
    added = bot.activity("Ana", TEAM, type="installationUpdate", action="add")
    assert bot.send(added).status == 200
    assert any(NO_CARD in str(m.activity) for m in bot.messages())
    assert SET_UP not in bot.words()
    bot.connectors[ONE].fail(call, status=403, times=1)
    bot.say("Ana", "start", GROUP, mention=True)
    assert (NO_CARD in bot.words(GROUP)) is (
        call == "pagedmembers"
    )  # a group chat needs no `create`


@pytest.mark.parametrize("status", [429, 502, 0])
def test_what_may_pass_by_itself_is_done_when_teams_says_it_again(bot: Office, status: int) -> None:
    """Nothing is said meanwhile."""
    bot.say("Ana", "gaps", CHANNEL, mention=True)
    bot.connectors[ONE].fail("pagedmembers", status=status, times=1)
    sent = bot.message("Ana", "start", POST, mention=True)
    assert bot.send(sent).status == 503
    assert not bot.messages(POST)
    assert bot.send(sent).status == 200
    assert SET_UP in bot.words()
    assert NO_CARD not in bot.words()
