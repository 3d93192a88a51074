"""The two shortcuts: starting a committee from anywhere, and recording a message as an answer."""

from typing import Any

import pytest

from bot.slack import quoting
from storage.records import How, Status
from tests.local_slack import CHANNEL, until
from tests.slack_world import World, control, text_of

pytestmark = [pytest.mark.usefixtures("slack_there"), pytest.mark.xdist_group("slack")]


def record(slack: World, name: str, ts: str, channel: str = CHANNEL) -> None:
    """Choose *Record as an answer…* on a message; local-slack has no shortcuts, so signed by hand."""
    message = next(m for m in slack.shown(channel) if m["ts"] == ts)
    answer = slack.post(
        {
            "type": "message_action",
            "callback_id": "record",
            "team": {"id": slack.workspace.team},
            "user": {"id": slack.workspace.ids[name]},
            "channel": {"id": channel},
            "message": message,
            "trigger_id": slack.trigger(name, channel),
        }
    )
    assert answer.status_code == 200


def test_a_message_of_the_channel_becomes_its_authors_answer(slack: World) -> None:
    """It is recorded for who wrote it, with its address and who put it there; the author is told."""
    slack.start()
    ts = slack.workspace.say("Ben", "We should do it for the <!channel> & neighbours")
    record(slack, "Ana", ts)
    assert slack.workspace.submit("Ana", {"question": "plan.why"}) == {}
    slack.checked(ts)
    answer = slack.item("plan.why").answers[slack.member("Ben")]
    assert (answer.how, answer.by) == (How.QUOTE, slack.member("Ana"))
    assert answer.parts[0].link.startswith(f"{slack.workspace.origin}/archives/{CHANNEL}/p")
    assert slack.said("plan.why")["Ben"].text == "We should do it for the @channel & neighbours"
    slack.find("Ben: We should do it", thread=slack.thread("is starting"))
    slack.find("recorded by Ana", thread=slack.thread("is starting"))
    slack.find("Recorded for Ben", to="Ana")
    slack.find("Ana recorded a message of yours", slack.direct("Ben"))


def test_its_author_can_take_it_back_and_edit_it(slack: World) -> None:
    """The word to the author has *Take it back*; editing or deleting the message counts as always."""
    slack.start()
    ts = slack.workspace.say("Ben", "For the neighbours")
    record(slack, "Ana", ts)
    slack.workspace.submit("Ana", {"question": "plan.why"})
    slack.checked(ts)
    slack.workspace.edit("Ben", ts, "For all neighbours")
    until(lambda: slack.said("plan.why")["Ben"].text == "For all neighbours", "the edit counts")
    room = slack.direct("Ben")
    slack.click("Ben", "Take it back", "Ana recorded", room)
    until(lambda: not slack.said("plan.why"), "it is taken back")
    assert slack.item("plan.why").status is Status.OPEN


def test_what_does_not_fit_is_said_at_the_field(slack: World) -> None:
    """A question of choices takes words that fit one of them, and nothing is changed by others."""
    slack.start()
    ts = slack.workspace.say("Ben", "Somewhere nice")
    record(slack, "Ben", ts)
    assert slack.workspace.submit("Ben", {"question": "plan.place"}).keys() == {"question"}
    assert slack.workspace.submit("Ben", {"question": "plan.why"}) == {}
    slack.checked(ts)
    assert len(slack.shown(slack.workspace.direct("Ben") or "D0")) == 0  # one knows what one did
    record(slack, "Ana", ts)
    said = slack.workspace.submit("Ana", {"question": "plan.why"})
    assert said == {"question": "That message is recorded for this question already."}


def test_only_members_messages_are_recorded_and_only_by_members(slack: World) -> None:
    """A stranger's message can't be, nor may a stranger, nor where no committee is at home."""
    ids = slack.workspace.ids
    slack.start(members=[ids["Ana"], ids["Ben"]])
    theirs = slack.workspace.say("Chi", "I have a thought")
    record(slack, "Ana", theirs)
    assert quoting.NOT_A_MEMBER in text_of(slack.workspace.modal())
    mine = slack.workspace.say("Ana", "So do I")
    record(slack, "Chi", mine)
    assert "a committee that you are not in." in text_of(slack.workspace.modal())
    other = slack.workspace.say("Ana", "Elsewhere", channel="C0OTHER")
    record(slack, "Ana", other, "C0OTHER")
    assert "No committee works in this channel" in text_of(slack.workspace.modal())
    assert not slack.said("plan.why")


def test_what_the_form_claims_is_looked_up(slack: World) -> None:
    """The words and their author come from Slack when the form is sent, not from its metadata."""
    slack.start()
    ts = slack.workspace.say("Ben", "For the neighbours")
    record(slack, "Ana", ts)
    view: dict[str, Any] = slack.workspace.modal()
    slack.workspace.edit("Ben", ts, "For everyone")
    forged = view["private_metadata"].replace(slack.member("Ben"), slack.member("Chi"))
    answer = slack.post(
        {
            "type": "view_submission",
            "team": {"id": slack.workspace.team},
            "user": {"id": slack.workspace.ids["Ana"]},
            "view": {**view, "private_metadata": forged,
                     "state": {"values": {"question": {"it": {"type": "static_select", "selected_option": {"value": "plan.why"}}}}}},
        }
    )  # fmt: skip
    assert answer.json() == {} if answer.text else True
    until(lambda: slack.said("plan.why"), "it is recorded")
    assert {n: a.text for n, a in slack.said("plan.why").items()} == {"Ben": "For everyone"}


def test_a_deleted_message_cannot_be_recorded(slack: World) -> None:
    """Between choosing the message and sending the form, it may have gone."""
    slack.start()
    ts = slack.workspace.say("Ben", "For the neighbours")
    record(slack, "Ana", ts)
    slack.workspace.delete("Ben", ts)
    assert slack.workspace.submit("Ana", {"question": "plan.why"}) == {"question": quoting.GONE}


def test_the_start_shortcut_asks_for_the_channel(slack: World) -> None:
    """It works anywhere: the form has the channel to choose."""
    slack.post(
        {
            "type": "shortcut",
            "callback_id": "start",
            "team": {"id": slack.workspace.team},
            "user": {"id": slack.workspace.ids["Ben"]},
            "trigger_id": slack.trigger("Ben"),
        }
    )
    assert slack.workspace.submit("Ben", {"channel": CHANNEL, "name": "Fair"}) == {}
    control(slack.find("is starting")["blocks"], "What will be asked")


def test_what_people_say_among_themselves_is_not_kept(slack: World) -> None:
    """A message outside of the walk's thread leaves no trace, nor do its edits and its deletion."""
    slack.start()
    ts = slack.workspace.say("Ben", "Lunch?")
    slack.workspace.edit("Ben", ts, "Lunch at noon?")
    assert slack.store.read().amendment("slack", slack.workspace.team, CHANNEL, ts) is None
    slack.workspace.delete("Ben", ts)
    assert slack.store.read().amendment("slack", slack.workspace.team, CHANNEL, ts) is None
