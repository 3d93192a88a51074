"""Forms and things to read in dialogs: prefilled, with problems at their fields, page by page."""

from typing import Any

import pytest

from bot.core.forms import NA_TITLE, SKIP_TITLE
from bot.core.seats import NOT_HERE
from storage.records import Status
from tests import teams_cards
from tests.teams_doors import PERSONAL
from tests.teams_pressing import Dialog
from tests.teams_world import World

pytestmark = pytest.mark.xdist_group("teams")

CLOSES: tuple[Any, ...] = (None, {}, "")


@pytest.fixture
def thread(teams: World) -> str:
    """Ana's committee of three; the conversation of its thread."""
    return teams.start()


def held(dialog: Dialog) -> dict[str, Any]:
    """What stands in a dialog's inputs."""
    return {e["id"]: e.get("value") for e in teams_cards.elements(dialog.card) if "id" in e}


def goes_on(dialog: Dialog, answer: dict[str, Any]) -> Dialog:
    """The dialog as the bot shows it next."""
    assert answer["task"]["type"] == "continue"
    return Dialog(answer, dialog.sends, dialog.value, dialog.where)


def at_place(teams: World, thread: str) -> None:
    """Let the walk stand at the question with options."""
    teams.click("Ana", "Next", "Why do we hold a fair?", thread)
    teams.find("Where will it be?", thread)


def test_a_form_comes_with_what_was_said(teams: World, thread: str) -> None:
    """And puts what is sent in its place; nothing changes where it is closed."""
    teams.say("Ben", "To meet **people**", thread)
    dialog = teams.click("Ben", "Answer…", "Why do we hold a fair?", thread)
    assert held(dialog)["plan.why:text"] == "To meet **people**"
    assert teams.playground.submit("Ben", dialog, "Cancel") != {}
    assert teams.said("plan.why")["Ben"].text == "To meet **people**"
    typed = {"plan.why:text": "To meet\npeople"}
    assert teams.playground.submit("Ben", dialog, "Save", typed) in CLOSES
    assert teams.said("plan.why")["Ben"].text == "To meet\npeople"
    teams.find("To meet\npeople", thread)


def test_a_problem_stands_at_its_field_and_nothing_typed_is_lost(teams: World, thread: str) -> None:
    """Neither in the field with the problem nor in any other."""
    at_place(teams, thread)
    dialog = teams.click("Chi", "Answer…", "Where will it be?", thread)
    typed = {"plan.place:option": "other", "plan.place:why": "Near the *lake*"}
    again = goes_on(dialog, teams.playground.submit("Chi", dialog, "Save", typed))
    assert typed.items() <= held(again).items()
    assert "Chi" not in teams.said("plan.place")
    shown = teams_cards.words(again.card)
    first = teams_cards.words(dialog.card)
    assert set(shown.splitlines()) - set(first.splitlines())  # the sentence that says what is wrong
    mended = {"plan.place:other": "At the lake"}
    assert teams.playground.submit("Chi", again, "Save", mended) in CLOSES
    teams.find("At the lake", thread)
    assert "Near the *lake*" in teams.find("Where will it be?", thread).words()


def test_parts_are_asked_on_one_form(teams: World, thread: str) -> None:
    """The question and its open part are answered together."""
    at_place(teams, thread)
    teams.click("Ben", "City park", "Where will it be?", thread)
    dialog = teams.click("Ben", "Change…", "Where will it be?", thread)
    assert {"plan.place:option", "plan.permit:text"} <= held(dialog).keys()
    assert held(dialog)["plan.place:option"] == "park"
    filled = {"plan.permit:text": "Ben himself"}
    assert teams.playground.submit("Ben", dialog, "Save", filled) in CLOSES
    assert "Ben" in teams.said("plan.permit")


@pytest.mark.parametrize(("label", "title"), [("Skip…", SKIP_TITLE), ("Not applicable…", NA_TITLE)])
def test_leaving_out_needs_a_reason(teams: World, thread: str, label: str, title: str) -> None:
    """A blank one comes back; a member's word is that member's own."""
    dialog = teams.click("Ben", label, "Why do we hold a fair?", thread)
    assert title in teams_cards.words(dialog.card)
    again = goes_on(dialog, teams.playground.submit("Ben", dialog, "Save", {"text": "  "}))
    assert not teams.item("plan.why").responses
    typed = {"text": "It is *clear*"}
    assert teams.playground.submit("Ben", again, "Save", typed) in CLOSES
    response = teams.item("plan.why").responses[teams.member("Ben")]
    assert response.reason == "It is *clear*"
    assert teams.item("plan.why").status is Status.OPEN


def test_handing_over(teams: World, thread: str) -> None:
    """By the chair, to somebody, by a day; who is handed it hears of it."""
    dialog = teams.click("Ana", "Assign…", "Why do we hold a fair?", thread)
    filled = {"to": teams.member("Chi"), "due": "2031-06-12"}
    answer = teams.playground.submit("Ana", dialog, "Save", filled)
    assert answer["task"]["value"].startswith("Chi now has “Why do we hold a fair?”")
    assignment = teams.item("plan.why").assignment
    assert assignment
    assert (assignment.member, str(assignment.due)) == (teams.member("Chi"), "2031-06-12")
    teams.find("Ana asked you to answer", teams.direct("Chi"))
    refused = teams.click("Ben", "Assign…", "Why do we hold a fair?", thread)
    if refused.answer["task"]["type"] == "continue":
        given = {"to": teams.member("Ana"), "due": ""}
        refused = goes_on(refused, teams.playground.submit("Ben", refused, "Save", given))
    assert teams.item("plan.why").assignment == assignment


def test_the_review_form(teams: World, thread: str) -> None:
    """All of one answer's review at once: what it does, what to do about it, who and by when."""
    for name in ("Ana", "Ben", "Chi"):
        teams.say(name, f"To meet, says {name}", thread)
    for question in ("Where will it be?", "Will there be cake?"):
        teams.find(question, thread)
        teams.click("Ana", "Next", question, thread)
    card = teams.find("a look at what could go wrong", thread)
    label = next(
        c.action["title"] for c in teams_cards.controls(card.card())
        if c.action["title"].startswith("Write")
    )  # fmt: skip
    dialog = teams.playground.press("Ben", card, label)
    filled = {
        "effect": "They may be *shy*",
        "treatment": "act",
        "action": "Wear names",
        "owner": teams.member("Chi"),
        "due": "2031-05-01",
    }
    assert teams.playground.submit("Ben", dialog, "Save", filled) in CLOSES
    entry = next(iter(teams.state.mitigations.values()))
    assert "Wear names" in str(entry)
    again = teams.playground.press("Ben", teams.find("To meet, says Ben", thread), label)
    assert held(again)["effect"] == "They may be *shy*"
    assert held(again)["action"] == "Wear names"


def test_the_record_is_read_page_by_page_in_the_dialog(teams: World, thread: str) -> None:
    """Nothing of it is left out."""
    parts = [f"Part {name} {n}:" for name in ("Ben", "Chi") for n in range(6)]
    for part in parts:
        teams.say(part.split()[1], f"{part} " + "зачем ярмарка " * 200, thread)
    teams.quiet()
    dialog = teams.click("Chi", "What will be asked", "is starting")
    assert "Will there be cake?" in teams_cards.words(dialog.card)
    teams.playground.install("Chi", PERSONAL)
    card = teams.find("Your questions", teams.direct("Chi"))
    record = teams.playground.press("Chi", card, "Open the record")
    seen = [teams_cards.words(record.card)]
    while "Next page" in _titles(record):
        record = goes_on(record, teams.playground.submit("Chi", record, "Next page"))
        seen.append(teams_cards.words(record.card))
    assert all(any(part in page for page in seen) for part in parts)
    assert len(seen) > 1
    record = goes_on(record, teams.playground.submit("Chi", record, "Previous page"))
    assert teams_cards.words(record.card) == seen[-2]


def _titles(dialog: Dialog) -> list[str]:
    return [c.action["title"] for c in teams_cards.controls(dialog.card)]


def test_a_dialog_of_another_committee_does_no_harm(teams: World, thread: str) -> None:
    """Ids of a committee that one is not in, of questions that there are not: nothing is shown."""
    dialog = teams.click("Ben", "Answer…", "Why do we hold a fair?", thread)
    save = teams_cards.find(dialog.card, "Save").action["data"]
    before = teams.state
    for committee in ("0123456789ab", ""):
        data = save | {
            "convenor": save["convenor"] | {"committee": committee},
            "plan.why:text": "x",
        }
        answer = teams.playground.invoke("Ben", "task/submit", {"data": data}, thread)
        assert answer == {"task": {"type": "message", "value": NOT_HERE}}
    for change in ({"asked": ["no.such"]}, {"walk": "no.walk"}, {"form": "no form"}):
        data = save | {"convenor": save["convenor"] | change, "plan.why:text": "x"}
        sent = teams.playground.activity("Ben", thread) | {
            "type": "invoke",
            "name": "task/submit",
            "value": {"data": data},
        }
        assert teams.playground.deliver(sent).status in (200, 400)
    assert teams.state == before
