"""What a committee meets later in Slack: an earlier answer that still holds, forms with a mistake, moving."""

import pytest

from storage.people import MoveOn
from storage.records import How
from tests.local_slack import CHANNEL, until
from tests.slack_world import World, text_of

pytestmark = [pytest.mark.usefixtures("slack_there"), pytest.mark.xdist_group("slack")]


def current(slack: World, phase: str = "plan") -> str:
    """The question that the committee's walk through a phase has before it."""
    return next(w.current for w in slack.state.walks.values() if w.shared and w.phase == phase)


def test_an_earlier_answer_still_holds_or_changed(slack: World) -> None:
    """The linked question quotes it, one click takes it over; who built on a change is told, once."""
    ws = slack.workspace
    thread = slack.start(members=[ws.ids["Ana"], ws.ids["Ben"]])
    first = ws.say("Ana", "To meet the neighbours", thread)
    slack.checked(first)
    ws.command("Ana", "start Running it")
    running = slack.thread("starting Running it")
    slack.quiet()
    card = slack.find("What should guests take home?", thread=running)
    assert "To meet the neighbours" in text_of(card)
    slack.click("Ben", "Still holds", "What should guests take home?")
    until(lambda: "Ben" in slack.said("run.aim"), "it is taken over")
    answer = slack.item("run.aim").answers[slack.member("Ben")]
    assert (answer.how, answer.from_question) == (How.HOLDS, "plan.why")
    ws.edit("Ana", first, "To make money")
    room = slack.direct("Ben")
    slack.find("Ana changed the answer", room)
    slack.click("Ben", "It's different now…", "Ana changed the answer", room)
    assert ws.submit("Ben", {"run.aim:text": "A full purse"}) == {}
    until(lambda: slack.said("run.aim")["Ben"].text == "A full purse", "it is changed")
    assert slack.item("run.aim").reconfirm is None


def test_a_mistake_on_a_form_is_shown_at_its_field(slack: World) -> None:
    """*Other* without its words: the form stays open, and nothing is recorded."""
    ws = slack.workspace
    thread = slack.start(move_on=MoveOn.CHAIR)
    ws.command("Ana", "next")
    until(lambda: current(slack) == "plan.place", "the walk moved")
    slack.find("Where will it be?", thread=thread)
    slack.click("Ben", "Answer…", "Where will it be?")
    problems = ws.submit("Ben", {"plan.place:option": "other"})
    assert list(problems) == ["plan.place:other"]
    assert not slack.said("plan.place")
    assert ws.submit("Ben", {"plan.place:option": "other", "plan.place:other": "The pier"}) == {}
    until(lambda: "Ben" in slack.said("plan.place"), "it is recorded")


def test_a_form_holds_what_was_said_before(slack: World) -> None:
    """Prefilled with this person's own answer, whoever else answered."""
    ws = slack.workspace
    thread = slack.start()
    slack.checked(ws.say("Ben", "For the neighbours", thread))
    slack.checked(ws.say("Chi", "For cake", thread))
    slack.click("Ben", "Answer…", "Why do we hold a fair?")
    view = ws.modal()
    shown = [b["element"].get("initial_value") for b in view["blocks"] if b["type"] == "input"]
    assert shown[0] == "For the neighbours"


def test_the_chair_moves_the_thread_from_the_channel(slack: World) -> None:
    """Slack takes no commands in threads: /convenor next, back, pause and resume work in the channel."""
    ws = slack.workspace
    thread = slack.start()
    ws.command("Ana", "next")
    until(lambda: current(slack) == "plan.place", "it went on")
    ws.command("Ana", "back")
    until(lambda: current(slack) == "plan.why", "it went back")
    ws.command("Ben", "next")
    slack.find("Only the chair can do that.", to="Ben")
    ws.command("Ana", "pause")
    slack.find("Paused.", thread=thread)
    slack.click("Ana", "Go on", "Paused.")
    slack.quiet()
    assert "ephemeral_to" not in slack.find("Why do we hold a fair?", CHANNEL, thread=thread)


def test_a_question_is_handed_over_and_put_off(slack: World) -> None:
    """*Assign…* opens a form with the members and a date; *Discuss later* is one click."""
    ws = slack.workspace
    slack.start()
    slack.click("Ana", "Assign…", "Why do we hold a fair?")
    assert ws.submit("Ana", {"to": "Chi", "due": "2027-06-12"}) == {}
    slack.find("Chi has this one, due 12 Jun", thread=slack.thread("is starting"))
    slack.find("Ana asked you to answer", slack.direct("Chi"))
    slack.click("Ben", "Discuss later", "Why do we hold a fair?")
    slack.find("To discuss (Ben)", thread=slack.thread("is starting"))
