"""A committee's whole work in its channel: the real bot, in a real third-party Slack."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.core.answering import EMPTIED
from bot.core.starting import NO_BOTS
from storage.people import MoveOn, Pace, Role
from storage.records import Stage, Status
from tests import local_slack
from tests.slack_world import World, control, short_first, text_of, world

pytestmark = [pytest.mark.usefixtures("slack_there"), pytest.mark.xdist_group("slack")]


@pytest.fixture(params=["http", "socket"])
def both(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[World]:
    """The bot over each transport."""
    short_first(monkeypatch)
    with world(tmp_path, http=request.param == "http") as made:
        yield made


def test_a_whole_phase_by_two_members(both: World, tmp_path: Path) -> None:
    """From the start form to the summary: reply, form, button, edit, delete, skip, review round."""
    ws = both.workspace
    thread = both.start(members=[ws.ids["Ana"], ws.ids["Ben"]])
    assert {m.name for m in both.state.members.values()} == {"Ana", "Ben"}
    assert len(both.shown(thread="")) == 1

    # Both just reply; the card says who has, and who is to go.
    first = ws.say("Ben", "To meet the neighbours", thread)
    both.checked(first)
    both.find("Ben has answered · Ana to go", thread=thread)
    ws.edit("Ben", first, "To meet our neighbours")
    both.find("Ben: To meet our neighbours (edited)", thread=thread)
    wrong = ws.say("Ana", "For the moey", thread)
    both.checked(wrong)

    # The next card came; the first one is folded, and what was said can be taken back.
    both.find("Where will it be?", thread=thread)
    ws.delete("Ana", wrong)
    local_slack.until(lambda: both.said("plan.why").keys() == {"Ben"}, "Ana's is taken back")
    both.quiet()
    assert "moey" not in text_of(both.find("Why do we hold a fair?", thread=thread))

    # A button, and a form with its reason; the answer opens a further question.
    both.click("Ben", "School yard", "Where will it be?")
    both.click("Ana", "Answer…", "Where will it be?")
    assert ws.submit("Ana", {"plan.place:option": "park", "plan.place:why": "Shade"}) == {}
    both.find("Ana: City park — Shade", thread=thread)
    both.find("Who asks for the permit?", thread=thread)
    for name in ("Ben", "Ana"):
        both.click(name, "Skip…", "Who asks for the permit?")
        assert ws.submit(name, {"text": "Nobody knows yet"}) == {}
    both.find("Will there be cake?", thread=thread)
    both.click("Ana", "Yes", "Will there be cake?")
    both.checked(ws.say("Ben", "yes, apple", thread))

    # The review round, and the one summary in the channel with its full text in its own thread.
    both.find("a look at what could go wrong", thread=thread)
    for _ in range(20):
        if both.state.walks[both.walk].stage is Stage.DONE:
            break
        card = both.newest_review(thread)
        labels = card_labels(card)
        label = next(w for w in ("Nothing to note", "Monitor", "Next") if w in labels)
        for name in ("Ana", "Ben"):
            both.workspace.press(name, control(card["blocks"], label), card["ts"])
        both.quiet()
    summary = both.find("Planning is complete")
    assert "thread_ts" not in summary
    both.find("Shade", thread=str(summary["ts"]))
    both.quiet()
    assert len(both.shown(thread="")) == 2
    assert both.item("plan.permit").status is Status.SKIPPED
    assert both.said("plan.cake").keys() == {"Ana", "Ben"}


def card_labels(message: dict[str, object]) -> str:
    """The words on a message, its controls' included."""
    return text_of(message)


def test_words_that_do_not_fit_are_kept_and_said_to_their_author_alone(slack: World) -> None:
    """The hint is a whisper with one-click answers, and the words become a note."""
    thread = slack.start()
    slack.checked(slack.workspace.say("Ana", "Fun", thread))
    slack.click("Ana", "Next", "Why do we hold a fair?")
    slack.find("Where will it be?", thread=thread)
    slack.workspace.say("Ben", "maybe", thread)
    hint = slack.find("maybe", thread=thread, to="Ben")
    assert hint["ephemeral_to"] == slack.workspace.ids["Ben"]
    assert [n.text for n in slack.item("plan.place").notes] == ["maybe"]


def test_an_answer_is_taken_back_on_its_form(slack: World) -> None:
    """A form that was emptied leads to the button, and the form says what became of it."""
    ws = slack.workspace
    slack.start()
    slack.click("Ben", "Answer…", "Why do we hold a fair?")
    assert "Take it back" not in text_of(ws.modal())
    assert ws.submit("Ben", {"plan.why:text": "To meet"}) == {}
    slack.quiet()
    slack.click("Ben", "Answer…", "Why do we hold a fair?")
    refused = ws.submit("Ben", {"plan.why:text": ""})
    assert refused == {"plan.why:text": EMPTIED}
    view = ws.modal()
    slack.pressed_in_view("Ben", view, control(view["blocks"], "Take it back"))
    local_slack.until(lambda: not slack.said("plan.why"), "it is taken back")
    local_slack.until(lambda: "is taken back" in text_of(ws.modal()), "the form says so")


def test_commands_are_answered_to_their_author_alone_unless_shared(slack: World) -> None:
    """status, gaps, find, help, assign; `share` is for all; a mention works in a thread."""
    ws = slack.workspace
    thread = slack.start()
    slack.checked(ws.say("Ben", "To meet the neighbours", thread))
    for text, shown in (
        ("status", "Planning"),
        ("gaps", "Why do we hold a fair?"),
        ("find neighbours", "“neighbours”"),
        ("help", "gaps"),
        ("assign cake <@U0CHI|chi> by 12 June", "Chi now has"),
    ):
        ws.command("Ana", text)
        slack.find(shown, to="Ana")
    slack.quiet()
    assert len(slack.shown(thread="")) == 6  # the start, and five whispers
    ws.command("Ana", "gaps share")
    assert "ephemeral_to" not in slack.find("Still missing")
    ws.say("Chi", f"<@{local_slack.BOT}> gaps", thread)
    whisper = slack.find("Still missing", to="Chi")
    assert whisper["thread_ts"] == thread
    direct = slack.find("Ana asked you to answer", channel=slack.direct("Chi"))
    assert control(direct["blocks"], "Answer…")


def test_a_question_is_for_everybody_only_where_it_is_shared_in_a_thread(slack: World) -> None:
    """`@Convenor status share` in the thread answers there, for all."""
    thread = slack.start()
    slack.workspace.say("Ben", f"<@{local_slack.BOT}> status share", thread)
    assert "ephemeral_to" not in slack.find("Planning", thread=thread)


def test_ones_own_pace_is_walked_in_a_thread_of_ones_messages(slack: World) -> None:
    """*My own pace* opens a thread in the direct messages; replies there count, with their ✅."""
    ws = slack.workspace
    slack.start()
    slack.click("Chi", "My own pace", "is starting")
    room = slack.direct("Chi")
    opening = slack.find("at your own pace", room)
    thread = str(opening["ts"])
    slack.find("Why do we hold a fair?", room, thread=thread)
    said = ws.say("Chi", "Cake", thread, room)
    slack.checked(said, room)
    slack.find("Where will it be?", room, thread=thread)
    ws.edit("Chi", said, "Cake and neighbours", room)
    slack.quiet()
    assert slack.said("plan.why")["Chi"].text == "Cake and neighbours"
    ws.delete("Chi", said, room)
    slack.quiet()
    assert "Chi" not in slack.said("plan.why")


def test_the_start_form_keeps_what_was_chosen(slack: World) -> None:
    """Name, bank, members, chair, pace, way of moving on and first phase are the committee's."""
    ws = slack.workspace
    slack.workspace.command("Ana", "start")
    problems = ws.submit(
        "Ana",
        {"name": "Fair", "phase": "Running it", "chair": ws.ids["Ben"],
         "members": [ws.ids["Ben"], local_slack.BOT]},
    )  # fmt: skip
    assert problems == {"members": NO_BOTS.format(name="Convenor")}
    assert not slack.store.read().committees()
    assert ws.submit(
        "Ana",
        {"name": "Fair", "phase": "Running it", "chair": ws.ids["Ben"], "pace": "both",
         "move_on": "chair", "members": [ws.ids["Ana"], ws.ids["Ben"]]},
    ) == {}  # fmt: skip
    slack.find("starting Running it")
    state = slack.state
    assert state.committee.name == "Fair"
    assert state.committee.settings.move_on is MoveOn.CHAIR
    assert state.committee.settings.pace is Pace.BOTH
    assert state.committee.zone == "Europe/Berlin"
    roles = {m.name: m.role for m in state.members.values()}
    assert roles == {"Ana": Role.MEMBER, "Ben": Role.CHAIR}
    zones = {m.zone for m in state.members.values()}
    assert zones == {"Europe/Berlin"}


def test_a_channel_has_one_committee(slack: World) -> None:
    """A second /convenor start offers the phases to the chair, and says to others who leads."""
    ws = slack.workspace
    slack.start()
    ws.command("Ben", "start")
    slack.find("Only the chair can do that. You could ask Ana.", to="Ben")
    ws.command("Ana", "start")
    assert ws.submit("Ana", {"phase": "Running it"}) == {}
    slack.find("starting Running it")


def test_pace_own_leads_everyone_through_their_messages(slack: World) -> None:
    """At one's own pace: the channel gets the start, each member their own thread."""
    slack.start(pace=Pace.OWN)
    for name in ("Ana", "Ben", "Chi"):
        slack.find("Why do we hold a fair?", slack.direct(name))
    slack.quiet()
    assert len(slack.shown()) == 1


def test_pace_together_offers_no_other(slack: World) -> None:
    """Together: the start has no button for one's own pace."""
    slack.start(pace=Pace.TOGETHER)
    with pytest.raises(AssertionError, match="nothing here is called"):
        control(slack.find("is starting")["blocks"], "My own pace")


def test_the_other_bank_offers_its_own_phases(slack: World) -> None:
    """Choosing another bank on the form changes the phases to choose from, and keeps the rest."""
    ws = slack.workspace
    ws.command("Ana", "start")
    view = ws.modal()
    menu = next(b for b in view["blocks"] if b["block_id"] == "bank")
    assert menu["dispatch_action"]
    values = {"name": {"it": {"type": "plain_text_input", "value": "Fair"}},
              "bank": {"it": {"selected_option": menu["element"]["options"][1]}}}  # fmt: skip
    slack.pressed_in_view("Ana", view, menu["element"], block="bank", values=values)
    phases = [b for b in ws.modal()["blocks"] if b["block_id"] == "phase:microcredential"]
    assert len(phases[0]["element"]["options"]) == 6
    name = next(b for b in ws.modal()["blocks"] if b["block_id"] == "name")
    assert name["element"]["initial_value"] == "Fair"


def test_app_home_shows_ones_committees_and_what_waits(slack: World) -> None:
    """Progress, my open questions by phase with a way to answer; it follows what one does there."""
    ws = slack.workspace
    slack.start()
    ws.open_home("Ben")
    home = ws.home("Ben")
    assert "Fair" in text_of(home)
    assert "Why do we hold a fair?" in text_of(home)
    ws.press("Ben", control(home["blocks"], "Answer…"), channel="D0HOME")
    assert ws.submit("Ben", {"plan.why:text": "Neighbours"}) == {}
    local_slack.until(
        lambda: "Why do we hold a fair?" not in text_of(ws.home("Ben")), "the page follows"
    )
    assert slack.said("plan.why").keys() == {"Ben"}


def test_app_home_of_a_newcomer_leads_to_a_start(slack: World) -> None:
    """Nobody meets an empty page: a button opens the start form, which asks for the channel."""
    ws = slack.workspace
    ws.open_home("Chi")
    ws.press("Chi", control(ws.home("Chi")["blocks"], "Start a committee…"), channel="D0HOME")
    assert ws.submit("Chi", {"channel": local_slack.CHANNEL, "name": "Fair"}) == {}
    slack.find("is starting")
    assert [m.name for m in slack.state.members.values()] == ["Chi"]


def test_a_user_of_several_committees_is_asked_which(slack: World) -> None:
    """In a channel without a committee, the command comes back as a button for each of one's own."""
    slack.start()
    slack.workspace.command("Ana", "start", channel="C0OTHER")
    assert slack.workspace.submit("Ana", {"name": "Ball"}) == {}
    slack.find("is starting", "C0OTHER")
    slack.workspace.open_home("Ana")
    room = slack.direct("Ana")
    slack.workspace.command("Ana", "status", channel=room)
    slack.click("Ana", "Ball", "Which one do you mean?", room, to="Ana")
    slack.find("Where Ball stands", room)


def test_sixty_members_walk_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All sixty answer in one thread; every reply gets its ✅, and the card counts them."""
    short_first(monkeypatch)
    people = tuple(f"Member{n:02}" for n in range(60))
    with world(tmp_path, people) as slack:
        thread = slack.start(people[0], members=list(slack.workspace.ids.values()))
        said = [slack.workspace.say(name, f"Reason {name}", thread) for name in people]
        slack.find("Where will it be?", thread=thread)
        slack.quiet()
        assert len(slack.said("plan.why")) == 60
        for ts in said:
            assert slack.reactions(ts) == ["white_check_mark"]
