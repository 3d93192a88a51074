"""A whisper whose button has answered is taken away, by the address that comes with the press."""

from typing import Any

import pytest

from bot.core.walking import walk_id
from tests.local_slack import until
from tests.slack_office import Office, api, bot, user, value

__all__ = ["api", "bot"]

HERE = {"is_ephemeral": True}


@pytest.fixture
def fair(bot: Office) -> str:
    """Ana's committee with Ben, which is asked where it will be; Ben's words fitted none of the places."""
    committee = bot.found("T1", "Ana", "Ben")
    thread = bot.thread(committee)
    for name in ("Ana", "Ben"):
        bot.say("T1", user(name), "To meet", thread)
    bot.say("T1", user("Ben"), "maybe", thread)
    until(lambda: bot.api.to("chat.postEphemeral", user=user("Ben")), "he is told")
    bot.quiet("T1")
    return committee


def press(bot: Office, committee: str, action: str, chosen: str, **more: Any) -> None:
    """Ben presses a button that is about the place."""
    about = {"walk": walk_id(committee, "plan"), "question": "plan.place", "value": chosen}
    address = {"response_url": f"{bot.api.origin}/api/response"}
    sent = bot.press("T1", user("Ben"), value(committee, action, **about), **(address | more))
    assert sent.status_code == 200


def test_the_whisper_goes_once_its_button_has_answered(bot: Office, fair: str) -> None:
    """And nothing tries to edit it: that can't be done to a whisper."""
    press(bot, fair, "choose", "school", container=HERE)
    assert bot.said(fair, "plan.place").keys() == {"Ben"}
    (gone,) = bot.api.to("response")
    assert gone.args == {"delete_original": True}
    bot.quiet("T1")
    assert not [c for c in bot.api.to("chat.update") if "maybe" in str(c.args)]


def test_other_messages_and_buttons_stay(bot: Office, fair: str) -> None:
    """A card that all see, and a button that only shows something."""
    press(bot, fair, "choose", "school", container={"is_ephemeral": False})
    press(bot, fair, "choose", "park")
    press(bot, fair, "why", "", container=HERE)
    assert not bot.api.to("response")


def test_what_was_refused_stays(bot: Office, fair: str) -> None:
    """Another button of it may do."""
    press(bot, fair, "choose", "moon", container=HERE)
    assert not bot.api.to("response")


def test_where_it_can_not_be_taken_away_the_answer_counts_all_the_same(
    bot: Office, fair: str
) -> None:
    """The connection is cut; it is no harm."""
    bot.api.failing["response"] = "!"
    press(bot, fair, "choose", "school", container=HERE)
    assert bot.said(fair, "plan.place").keys() == {"Ben"}
