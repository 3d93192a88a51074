"""What Slack is sent: inside every limit, nothing lost, and nobody pinged.

Every kind of content is built from hostile and huge texts; those that there really are stand in
test_real_messages.
"""

import random
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.effects import (
    Button,
    Choice,
    Content,
    Group,
    Line,
    Notice,
    QuestionCard,
    Saying,
    SummaryCard,
    SummaryLine,
)
from bot.core.showing import leading
from bot.slack.render import render
from bot.slack.values import pack, unpack
from questions.model import Kind
from storage.records import Status
from tests.block_limits import check_message, shown
from tests.contents import (
    AT,
    COMMITTEE,
    LONG_ID,
    contents,
    notices,
    question_cards,
    review_cards,
    summary_cards,
)
from tests.slack_checks import check

LONG = "A heading that is longer than what a heading of Slack's can hold. " * 5
BIG = settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow], deadline=None)


@BIG
@given(contents)
def test_any_content_fits_is_whole_and_pings_nobody(content: Content) -> None:
    """Of every kind, with all that a text can be."""
    check(content)


@BIG
@given(st.one_of(question_cards, review_cards, notices))
def test_a_long_card_fits(content: Content) -> None:
    """The kinds with the most in them once more."""
    check(content)


@settings(BIG, max_examples=8)
@given(summary_cards)
def test_a_summary_of_a_whole_phase_fits(content: SummaryCard) -> None:
    """Thirty-five questions with what six members said to each, whole in its thread."""
    check(content)


# -- how a message is laid out -------------------------------------------------------------------


def card(**changes: object) -> QuestionCard:
    """A question's card."""
    plain = {
        "walk": f"{COMMITTEE}.plan", "question": "plan.why", "kind": Kind.TEXT, "phase": "Planning",
        "n": 3, "total": 8, "prompt": "Why do we hold a fair?",
    }  # fmt: skip
    return QuestionCard.model_validate({**plain, **changes})


def button(action: str, label: str, **more: str) -> Button:
    """A control of that card."""
    given = {"walk": f"{COMMITTEE}.plan", "question": "plan.why", "action": action, "label": label}
    return Button.model_validate({**given, **more})


def controls(content: Content) -> list[dict[str, object]]:
    """The controls of a message's first piece, in order."""
    rows = [b["elements"] for b in render(COMMITTEE, content)[0].blocks if b["type"] == "actions"]
    return [element for row in rows for element in row]


def test_a_card_reads_in_order() -> None:
    """Where we are, the question, its options, the buttons, what was said, who is to go."""
    said = Saying(member="m", name="Ben", choice="Park", words="on <!here>", mark="edited", at=AT)
    content = card(
        options=(Choice(number=1, id="park", label="Park"),),
        said=(said,),
        answered=("Ben",),
        waiting=("Ana", "Chi"),
        buttons=(button("choose", "Park", value="park"),),
        more=(button("skip", "Skip…"),),
    )
    (piece,) = render(COMMITTEE, content)
    kinds = [block["type"] for block in piece.blocks]
    assert kinds == ["context", "header", "section", "actions", "context", "context"]
    whole = shown(piece.blocks)
    assert "Planning · 3 of 8" in whole
    assert "1 Park" in whole
    assert "Ben: Park — on <!here> (edited)" in whole
    assert "Ben has answered · Ana and Chi to go" in whole
    assert piece.text == "Planning: Why do we hold a fair? 1 Park"


def test_a_menu_holds_five_lines_and_the_rest_are_buttons() -> None:
    """Slack takes no more; nothing is left out."""
    more = tuple(
        button(action, action.title()) for action in ("skip", "na", "why", "assign", "next", "back")
    )
    found = controls(card(buttons=(button("answer", "Answer…"),), more=more))
    assert [c["type"] for c in found] == ["button", "button", "overflow"]
    packed = {pack(COMMITTEE, b) for b in more}
    menu = {option["value"] for option in found[2]["options"]}  # type: ignore[attr-defined]
    assert len(menu) == 5
    assert menu | {found[1]["value"]} == packed


def test_a_line_whose_ids_are_too_long_for_the_menu_is_a_button() -> None:
    """A menu's line holds 150 characters, a button 2,000."""
    long = button("assign", "Assign…", walk=f"{COMMITTEE}.{LONG_ID}.ab12", question=LONG_ID)
    found = controls(card(more=(long, button("skip", "Skip…"))))
    assert [c["type"] for c in found] == ["button", "overflow"]
    assert unpack(found[0]["value"]).question == LONG_ID


def test_a_long_label_is_said_whole_above_its_button() -> None:
    """Unless it stands on the card as an option."""
    long = "Stackable, on top of the certification that the members of the association hold already"
    alone = Notice(text="Go on?", buttons=(button("own", long),))
    assert [b["type"] for b in render(COMMITTEE, alone)[0].blocks] == [
        "section",
        "context",
        "actions",
    ]
    listed = card(
        options=(Choice(number=1, id="a", label=long),),
        buttons=(button("choose", long, value="a"),),
    )
    assert shown(render(COMMITTEE, listed)[0].blocks).count(long) == 1


def test_a_heading_that_is_too_long_is_bold_text() -> None:
    """Whole, and with signs that mean nothing."""
    (piece,) = render(COMMITTEE, card(prompt=(LONG + "*x* :tada:")[:600]))
    bold = [block for block in piece.blocks if block["type"] == "rich_text"]
    assert shown(bold) == (LONG + "*x* :tada:")[:600]


@pytest.mark.parametrize("length", [149, 150, 151, 160, 600])
def test_a_prompt_of_any_length_fits(length: int) -> None:
    """A header holds 150 characters, and a bank's prompt up to 600."""
    content = card(prompt="p" * length)
    check(content)
    (piece,) = render(COMMITTEE, content)
    headers = [block for block in piece.blocks if block["type"] == "header"]
    assert len(headers) == (length <= 150)


def test_every_line_of_a_long_list_is_there() -> None:
    """The first dozen with a way each, and no line is left out between them and the rest."""
    lines = tuple(Line(text=f"Line {n}.", question="q", phase="plan") for n in range(40))
    content = Notice(text="All", groups=(Group(heading="", lines=lines),))
    check(content)
    (piece,) = render(COMMITTEE, content)
    assert sum("accessory" in block for block in piece.blocks) == 12


def test_lines_with_something_below_them_stand_apart_where_nothing_leads_on() -> None:
    """Which of two lines belongs to which is seen."""
    lines = tuple(Line(text=f"Line {n}", detail=f"small {n}") for n in range(14))
    (piece,) = render("c", Notice(text="x", groups=(Group(heading="Gaps", lines=lines),)))
    assert piece.blocks[-1]["text"]["text"] == "Line 12\nsmall 12\n\nLine 13\nsmall 13"


def test_a_part_that_holds_lines_back_says_how_many_and_there_is_a_button() -> None:
    """First in its row, and none where nothing is held back: a message of Slack's can't open."""
    lines = tuple(Line(text=f"Line {n}.", question="q") for n in range(7))
    group = Group(heading="To discuss", lines=lines[:3], rest=lines[3:])
    record = Button(action="record", label="Open the record")
    unfold = Button(action="unfold", label="Show more", value="digest")
    long = Notice(text="A week", groups=(group,), buttons=(record,), unfold=unfold)
    check(long)
    (piece,) = render(COMMITTEE, long)
    assert "and 4 more" in shown(piece.blocks)
    assert "Line 3." not in shown(piece.blocks)
    assert [c["text"]["text"] for c in controls(long)] == ["Show more", "Open the record"]  # type: ignore[index]
    short = long.model_copy(update={"groups": (), "unfold": None})
    assert [c["text"]["text"] for c in controls(short)] == ["Open the record"]  # type: ignore[index]


def test_an_earlier_answer_that_is_quoted_in_part_follows_whole() -> None:
    """One that is quoted whole is not said twice."""
    long = "We want working privacy officers. " * 10

    def said(words: str) -> Saying:
        return Saying(member="m", name="Ana", words=words, at=AT)

    content = card(
        context=(f"Ana said in Strategy: “{long[:150]}…”", "Ben said in Strategy: “Everybody”"),
        earlier=(said(long), said("Everybody")),
    )
    whole = shown(render(COMMITTEE, content)[0].blocks)
    assert long.strip() in whole
    assert whole.count("Everybody") == 1


def test_a_folded_card_is_the_question_and_its_answers() -> None:
    """With one button beside the question."""
    content = card(folded=True, buttons=(button("holds", "Holds"), button("answer", "Change…")))
    (piece,) = render(COMMITTEE, content)
    assert piece.blocks[0]["accessory"]["text"]["text"] == "Change…"
    assert "Nobody has answered yet" in shown(piece.blocks)
    assert [c["text"]["text"] for c in controls(content)] == ["Holds"]  # type: ignore[index]


def test_a_summary_is_short_in_the_channel_and_whole_in_its_thread() -> None:
    """A committee's reason stands beside what its members said."""
    said = Saying(member="m", name="Ben", words="word " * 100, at=AT)
    line = SummaryLine(
        question="q", prompt="Why?", status=Status.PARKED, said=(said,), reason="the price"
    )
    first, second = render(COMMITTEE, SummaryCard(phase="P", text="Done.", lines=(line,)))
    assert ("word " * 100).strip() not in shown(first.blocks)
    assert ("word " * 100).strip() in shown(second.blocks)
    assert "To discuss: the price" in shown(second.blocks)
    assert first.text == "Done."
    assert second.text.startswith("In full Why?")


def test_a_line_of_a_list_leads_to_its_place() -> None:
    """What waits to its form, what was found to what was said, a phase to its record."""
    lines = (
        Line(text="Waits", question="plan.why", phase="plan", due=date(2026, 6, 12)),
        Line(text="Found", question="plan.why"),
        Line(text="Planning", detail="3 of 8", phase="plan"),
        Line(text="Ana", detail="2 answers"),
    )
    (piece,) = render(COMMITTEE, Notice(text="", groups=(Group(heading="All", lines=lines),)))
    ways = [unpack(b["accessory"]["value"]).action for b in piece.blocks if "accessory" in b]
    assert ways == ["answer", "open", "record"]
    assert "Waits\ndue 12 Jun" in shown(piece.blocks)
    assert piece.text.startswith("All Waits")


def test_found_words_stand_as_they_were_typed() -> None:
    """A section beside a button takes plain words only, so there is no sign that nobody typed."""
    line = Line(text="To meet *each* other", marks=((3, 7),), question="plan.why")
    (piece,) = render(COMMITTEE, Notice(text="", groups=(Group(heading="", lines=(line,)),)))
    assert shown(piece.blocks[:1]).startswith(line.text)
    assert piece.text == line.text


def test_a_button_that_leads_to_a_thread_has_its_address() -> None:
    """Where the sender found one."""
    there = button("open", "Open it", question="")
    notice = Notice(
        text="Under way.", buttons=(there, button("open", "Read"), button("next", "Next"))
    )
    assert leading(notice) == (there, button("open", "Read"))
    address = "https://x.slack.com/archives/C1/p1"
    (piece,) = render(COMMITTEE, notice, {pack(COMMITTEE, there): address})
    found = [element.get("url") for element in piece.blocks[-1]["elements"]]
    assert found == [address, None, None]


def test_blank_words_make_no_block() -> None:
    """Slack refuses an empty text; a message is never without words for a notification."""
    rng = random.Random(7)
    blank = "".join(rng.choice(" \n\t") for _ in range(7000))
    content = card(context=(blank, ""), standing=" ", help="\n")
    (piece,) = render(COMMITTEE, content)
    check_message(piece.text, piece.blocks)
    (empty,) = render(COMMITTEE, Notice(text=" ", buttons=(button("next", "Next"),)))
    assert empty.text == "Convenor"
