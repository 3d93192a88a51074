"""What people who are no longer in a committee are shown in Teams: that they are not, and nothing since."""

import json

import pytest

from bot.core.access import NOT_ACTIVE
from bot.core.events import PresenceKept
from bot.teams.opening import FORMS
from bot.teams.values import OURS
from tests.teams_office import Office, bot, chat

__all__ = ["bot"]

SINCE = "Budget is 40k and falling"


@pytest.fixture
def fair(bot: Office) -> str:
    """A committee that Chi has left, and in which Ben has said something since; its id."""
    committee = bot.found()
    chi = bot.member(committee, "Chi")
    bot.service.handle(PresenceKept(id="gone:1", committee=committee, member=chi, here=False))
    bot.say("Ben", SINCE, bot.thread(committee))
    bot.quiet()
    return committee


@pytest.mark.parametrize("where", ["chat", "elsewhere"])
@pytest.mark.parametrize("form", sorted(FORMS))
def test_a_form_that_was_left_open_tells_nothing(
    bot: Office, fair: str, form: str, where: str
) -> None:
    """It is refused in a word: its fields would hold what the others said, or who they are."""
    place = chat("Chi") if where == "chat" else "19:other@thread.tacv2"
    answered = bot.press("Chi", "save", place, committee=fair, question="plan.why", form=form)
    shown = json.dumps(answered.body)
    assert SINCE not in shown
    assert "Ben" not in shown
    assert answered.body["value"] == NOT_ACTIVE.format(chairs="Ana")


def test_a_dialog_that_was_left_open_tells_nothing(bot: Office, fair: str) -> None:
    """The same through the door of dialogs."""
    data = {OURS: {"committee": fair, "question": "plan.why", "form": "review"}, "verb": "save"}
    sent = bot.activity("Chi", chat("Chi"), type="invoke", name="task/submit", value={"data": data})
    shown = json.dumps(bot.send(sent).body)
    assert SINCE not in shown
    assert "no longer in this committee" in shown
