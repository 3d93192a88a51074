"""The review form in Slack: it fits whatever was said, and gives back what was noted."""

import pytest

from bot.core.desk import Desk, Seat
from bot.core.review_form import people
from bot.slack import forms, reading
from bot.slack.values import Pressed, unpack
from storage.people import Role
from storage.records import Entry, ReviewNote, Step
from tests import desks
from tests.block_limits import check_view
from tests.contents import AT, COMMITTEE, ODD, PINGS, brief, seen
from tests.desks import LONG, bank_of, desk_of
from tests.slack_checks import state_of
from tests.slack_desks import seat, text_of


def reviewed(words: str, answers: str = "Yes.", people: int = 3) -> Seat:
    """A seat from which one answer was reviewed in these words."""
    return seat(desks.reviewed(words, answers, people))


@pytest.mark.parametrize("words", ["", "Slower", "word " * 1500, PINGS], ids=brief)
def test_the_review_form_gives_back_what_was_noted(words: str) -> None:
    """One's own notes, and what is done about them."""
    view = reading.review_view(reviewed(words.strip()), f"{COMMITTEE}.p0", "p0.q0")
    check_view(view)
    held = forms.sent(state_of(view))
    noted = words.strip()
    assert held == {
        "effect": noted, "confusion": noted, "confusion_with": noted, "treatment": "act",
        "action": noted, "owner": "m1", "due": "2026-06-12",
    }  # fmt: skip
    assert seen("Member 0 *&*: Yes.") in text_of([view])


@pytest.mark.parametrize("words", [*ODD, LONG, "&" * 20_000], ids=brief)
@pytest.mark.parametrize("people", [2, 12, 300])
def test_the_review_form_fits_whatever_was_said(words: str, people: int) -> None:
    """What takes too much room is kept where it is: an empty field changes nothing."""
    said = words.strip()[:20_000]
    answers = said if people < 300 else "Yes, and here is why."
    view = reading.review_view(reviewed(said, answers, people), f"{COMMITTEE}.p0", "p0.q0")
    check_view(view)
    held = forms.sent(state_of(view))
    assert held["action"] == said
    for name in ("effect", "confusion", "confusion_with"):
        assert held[name] in ("", said)
    whole = text_of([view])
    assert seen("What about 0") in whole
    there = [unpack(b["accessory"]["value"]) for b in view["blocks"] if "accessory" in b]
    assert there == [Pressed("open", COMMITTEE, "", "p0.q0", "")] or seen(answers) in whole


def test_many_answers_give_way_to_the_fields() -> None:
    """Both together need more than a hundred blocks: the answers are a click away."""
    paragraphs = "\n".join(["w" * 1600] * 10)
    desk = desk_of(bank_of(1, 2), 5, paragraphs, 5)
    notes = tuple(
        ReviewNote(member="m0", step=step, text="&" * 17_500, at=AT)
        for step in (Step.EFFECT, Step.CONFUSION)
    )
    entry = Entry(subject="p0.q0", phase="p0", notes=notes, at=AT)
    view = reading.review_view(
        seat(Desk(state=desk.state.with_entry(entry), bank=desk.bank)), "", "p0.q0"
    )
    check_view(view)
    held = forms.sent(state_of(view))
    assert held["effect"] == held["confusion"] == "&" * 17_500
    assert [unpack(b["accessory"]["value"]).action for b in view["blocks"] if "accessory" in b] == [
        "open"
    ]


def test_notes_too_long_to_change_are_said_to_be_kept() -> None:
    """Several notes together are longer than one field may be."""
    mine = reviewed("")
    notes = tuple(
        ReviewNote(member="m0", step=Step.EFFECT, text="x" * 9000, at=AT) for _ in range(3)
    )
    entry = Entry(subject="p0.q0", phase="p0", notes=notes, at=AT)
    desk = Desk(state=mine.desk.state.with_entry(entry), bank=mine.desk.bank)
    view = reading.review_view(seat(desk), "", "p0.q0")
    check_view(view)
    assert forms.sent(state_of(view))["effect"] == ""
    assert seen("It is kept") in text_of([view])


def test_people_who_may_be_asked_are_listed_by_name() -> None:
    """Those with a voice; however many, each is in the menu."""
    desk = desk_of(bank_of(1, 2), 300, "Yes.", 0)
    observer = desk.state.members["m7"].evolve(role=Role.OBSERVER)
    desk = Desk(state=desk.state.with_member(observer), bank=desk.bank)
    found = people(desk.state)
    assert len(found) == 299
    assert [name for _, name in found] == sorted((n for _, n in found), key=str.casefold)
    view = reading.review_view(seat(desk), "", "p0.q0")
    check_view(view)
    menu = next(b["element"] for b in view["blocks"] if b.get("block_id") == "owner")
    assert sum(len(group["options"]) for group in menu["option_groups"]) == 299
