"""What Teams is sent: valid cards inside every limit, nothing lost, and each control with what it is about.

Every kind of content is built from hostile and huge texts; those that there really are stand in
test_real_messages.
"""

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
    RegisterLine,
    ReviewCard,
    Saying,
    StartCard,
    SummaryCard,
    SummaryLine,
)
from bot.core.showing import THE_OTHERS
from bot.teams.pieces import Element
from bot.teams.render import Piece, render
from bot.teams.values import About, unpack
from questions.model import Kind
from storage.records import Status
from tests import teams_checks
from tests.card_limits import check, inside, shown
from tests.card_page import CardPage
from tests.conftest import NewPage
from tests.contents import (
    AT,
    COMMITTEE,
    MARKED,
    ODD,
    contents,
    notices,
    question_cards,
    review_cards,
    summary_cards,
)

BIG = settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow], deadline=None)
WALK = f"{COMMITTEE}.plan"


@BIG
@given(contents)
def test_any_content_fits_and_is_whole(content: Content) -> None:
    """Of every kind, with all that a text can be."""
    teams_checks.check(content)


@BIG
@given(st.one_of(question_cards, review_cards, notices))
def test_a_long_card_fits(content: Content) -> None:
    """The kinds with the most in them once more."""
    teams_checks.check(content)


@settings(BIG, max_examples=5)
@given(summary_cards)
def test_a_summary_of_a_whole_phase_fits(content: SummaryCard) -> None:
    """Thirty-five questions with what six members said to each, whole in its thread."""
    teams_checks.check(content)


# -- in the renderer that Teams is made of -------------------------------------------------------


def card(**changes: object) -> QuestionCard:
    """A question's card."""
    plain = {
        "walk": WALK, "question": "plan.why", "kind": Kind.TEXT, "phase": "Planning",
        "n": 3, "total": 8, "prompt": "Why do we hold a fair?",
    }  # fmt: skip
    return QuestionCard.model_validate({**plain, **changes})


def button(action: str, label: str, **more: object) -> Button:
    """A control of that card."""
    given = {"walk": WALK, "question": "plan.why", "action": action, "label": label}
    return Button.model_validate({**given, **more})


def said(member: str = "m1", name: str = "Ben", words: str = "Park", **more: str) -> Saying:
    """What somebody said."""
    return Saying(member=member, name=name, words=words, at=AT, **more)


def of_every_kind(text: str) -> list[Content]:
    """Each kind of content, made of one text."""
    prompt = text.strip()[:600]
    sayings = tuple(said(name=text[:120], words=text, mark="edited") for _ in range(3))
    controls = tuple(button(a, prompt) for a in ("answer", "park", "skip", "na", "next", "open"))
    question = card(
        phase=prompt,
        prompt=prompt,
        help=text,
        options=tuple(Choice(number=n, id="o", label=prompt) for n in (1, 2)),
        context=(text,),
        earlier=sayings,
        said=sayings,
        standing=text,
        answered=(text[:120],),
        waiting=(text[:120],),
        buttons=controls,
        more=controls,
    )
    review = ReviewCard(
        walk=WALK, subject="plan.why", phase=prompt, n=1, total=2, prompt=prompt, answer=text,
        intro=text, ask=prompt, lines=sayings, outcome=text, buttons=controls,
    )  # fmt: skip
    line = Line(text=text, detail=text, question="q", phase="p", done=1, total=3)
    group = Group(heading=prompt, lines=(line,) * 14, done=1, total=3)
    summed = SummaryLine(
        question="q", prompt=prompt, status=Status.PARKED, said=sayings, reason=text
    )
    entry = RegisterLine(prompt=prompt, effect=text, confusion=text, outcome=text)
    start = StartCard(
        walk=WALK, committee=text, phase=prompt, text=text, count=1, minutes=5, buttons=controls
    )
    folded = {"folded": True}
    return [
        question,
        question.model_copy(update=folded),
        review,
        review.model_copy(update=folded),
        start,
        SummaryCard(
            phase=prompt, text=text, lines=(summed,), register_lines=(entry,), buttons=controls
        ),
        Notice(text=text, groups=(group,), buttons=controls),
    ]


def test_the_renderer_finds_nothing_wrong_and_nothing_comes_alive(new_page: NewPage) -> None:
    """With every kind of content, of hostile and huge texts."""
    page = CardPage(new_page())
    pieces = [
        piece
        for text in ODD
        for content in of_every_kind(text)
        for piece in render(COMMITTEE, content, accounts={"m1": "29:a"}, hint=text)
    ]
    for piece in pieces:
        check(piece.card)
    page.well([piece.card for piece in pieces])


# -- how a message is laid out -------------------------------------------------------------------


def one(content: Content, **more: object) -> Element:
    """The only card of a content."""
    (piece,) = render(COMMITTEE, content, **more)  # type: ignore[arg-type]  # as given
    check(piece.card)
    return piece.card


def blocks(made: Element) -> list[str]:
    """The texts of a card, each block in one."""
    found = [e for e in inside(made) if e.get("type") == "RichTextBlock"]
    return ["".join(run["text"] for run in block["inlines"]) for block in found]


def controls(made: Element) -> list[Element]:
    """The controls of a card, in order."""
    return [e for e in inside(made) if str(e.get("type")).startswith("Action.")]


def titles(made: Element) -> list[str]:
    """What stands on the controls."""
    return [control["title"] for control in controls(made)]


def test_a_card_reads_in_order() -> None:
    """Where we are, the question, its options, the controls, what was said, who is to go."""
    content = card(
        help="In one sentence.",
        options=(Choice(number=1, id="park", label="Park"), Choice(number=2, id="hall", label="Hall")),
        context=("Asked because of “Where?”: here",),
        said=(said(choice="Park", words="on <b>!", mark="edited"),),
        standing="To discuss: the price",
        answered=("Ben",),
        waiting=("Ana", "Chi"),
        buttons=(button("choose", "Park", value="park", primary=True), button("park", "Discuss later")),
        more=(button("skip", "Skip…"),),
    )  # fmt: skip
    made = one(content)
    assert blocks(made) == [
        "Planning · 3 of 8  ▰▰▱▱▱▱▱▱▱▱",
        "Why do we hold a fair?",
        "In one sentence.",
        "1 Park · 2 Hall",
        "Asked because of “Where?”: here",
        "Ben: Park — on <b>! (edited)",
        "To discuss: the price",
        "Ben has answered · Ana and Chi to go",
    ]
    kinds = [element["type"] for element in made["body"]]
    assert kinds == [*["RichTextBlock"] * 5, "ActionSet", *["RichTextBlock"] * 3]
    assert titles(made) == ["Park", "Discuss later", "Skip…"]
    modes = [(control.get("style"), control.get("mode")) for control in controls(made)]
    assert modes == [("positive", None), (None, None), (None, "secondary")]
    spoken = "Planning: Why do we hold a fair? In one sentence. 1 Park 2 Hall To discuss: the price"
    assert made["speak"] == made["fallbackText"] == spoken
    assert render(COMMITTEE, content)[0].summary == spoken


def test_a_control_says_what_it_is_about_and_on_which_card_it_stands() -> None:
    """So that it can be carried out, and its card be shown anew."""
    wanted = {
        "question": card(buttons=(button("choose", "Park", value="park"),)),
        "review": of_every_kind("Yes.")[2],
        "start": of_every_kind("Yes.")[4],
        "summary": of_every_kind("Yes.")[5],
        "": of_every_kind("Yes.")[6],
    }
    for name, content in wanted.items():
        made = render(COMMITTEE, content)[0].card
        assert controls(made)
        for control in controls(made):
            pressed = unpack(control["verb"], control["data"])
            assert pressed.about.card == name
            assert pressed.about.committee == COMMITTEE
    (first,) = controls(one(wanted["question"]))
    assert first["verb"] == "choose"
    assert unpack("choose", first["data"]).about == About(
        committee=COMMITTEE, walk=WALK, question="plan.why", value="park", card="question"
    )


def test_more_controls_than_a_row_holds_stand_in_two_rows() -> None:
    """Teams would hide them; the menu stands at the end of the last row."""
    many = tuple(button("choose", f"Option {n}", value=str(n)) for n in range(9))
    made = one(card(buttons=many, more=(button("skip", "Skip…"),)))
    rows = [element["actions"] for element in made["body"] if element["type"] == "ActionSet"]
    assert [len(row) for row in rows] == [6, 4]
    assert titles(made) == [*(f"Option {n}" for n in range(9)), "Skip…"]


def test_a_long_label_is_said_whole_above_its_control() -> None:
    """Unless it stands on the card as an option."""
    long = "Stackable, on top of the certification that the members of the association hold already"
    alone = one(Notice(text="Go on?", buttons=(button("own", long),)))
    assert blocks(alone) == ["Go on?", long]
    assert titles(alone)[0].endswith("…")
    listed = card(
        options=(Choice(number=1, id="a", label=long),),
        buttons=(button("choose", long, value="a"),),
    )
    assert "".join(blocks(one(listed))).count(long) == 1


def test_a_folded_card_is_the_question_and_its_answers() -> None:
    """With one control beside the question; one that is not asked any more has none."""
    content = card(folded=True, buttons=(button("holds", "Holds"), button("answer", "Change…")))
    made = one(content)
    left, right = made["body"][0]["columns"]
    assert (left["width"], right["width"]) == ("stretch", "auto")
    assert titles(right["items"][0]) == ["Change…"]
    assert blocks(made) == ["Why do we hold a fair?", "Nobody has answered yet"]
    assert titles(made) == ["Change…", "Holds"]
    closed = one(card(closed=True, said=(said(),), standing="Not asked any more."))
    assert blocks(closed) == ["Why do we hold a fair?", "Ben: Park", "Not asked any more."]


def test_a_review_card_asks_below_the_answer() -> None:
    """What was asked, what was answered, the step's question, and what was said."""
    content = ReviewCard(
        walk=WALK, subject="plan.why", phase="Planning", n=1, total=2, prompt="Why?",
        answer="For fun", intro="Planning is answered.", ask="What could go wrong?",
        lines=(said(words="Rain"),), outcome="Act: tents", waiting=("Ana",),
        buttons=(button("pass", "Nothing to note"), button("review", "Write…")),
    )  # fmt: skip
    assert blocks(one(content)) == [
        "Planning is answered.",
        "Planning · a look at what could go wrong · 1 of 2",
        "Why?",
        "For fun",
        "What could go wrong?",
        "Ben: Rain",
        "Act: tents",
        "Ana to go",
    ]
    folded = one(content.model_copy(update={"folded": True, "intro": ""}))
    assert blocks(folded) == ["Why?", "For fun", "Ben: Rain", "Act: tents"]
    assert titles(folded) == ["Nothing to note"]


def test_a_start_has_its_hint_below() -> None:
    """Small, behind the controls; and nothing where there is none."""
    content = StartCard(
        walk=WALK, committee="Fair", phase="Planning", text="Fair is starting.", count=8,
        minutes=15, buttons=(button("own", "My own pace", primary=True),),
    )  # fmt: skip
    made = one(content, hint="Please name me in replies.")
    assert blocks(made) == ["Fair is starting.", "Please name me in replies."]
    assert made["body"][-1]["inlines"][0]["isSubtle"]
    assert blocks(one(content)) == ["Fair is starting."]


def test_a_summary_is_short_in_the_channel_and_whole_in_its_thread() -> None:
    """A committee's reason stands beside what its members said."""
    line = SummaryLine(
        question="q", prompt="Why?", status=Status.PARKED, said=(said(words="word " * 100),),
        reason="the price",
    )  # fmt: skip
    entry = RegisterLine(prompt="Why?", effect="Rain", outcome="Act: tents")
    content = SummaryCard(phase="P", text="Done.", lines=(line,), register_lines=(entry,))
    first, second = render(COMMITTEE, content)
    assert ("word " * 100).strip() not in shown(first.card)
    assert blocks(first.card)[2].startswith("Why? Ben: word")
    assert ("word " * 100).strip() in shown(second.card)
    assert "To discuss: the price" in blocks(second.card)
    assert blocks(second.card)[-4:] == ["What could go wrong", "Why?", "Rain", "Act: tents"]
    assert first.summary == "Done."
    assert second.summary.startswith("In full Why?")


# -- listings ------------------------------------------------------------------------------------


def test_a_line_of_a_list_leads_to_its_place() -> None:
    """What waits to its form, what was found to what was said, a phase to its record."""
    lines = (
        Line(text="Waits", question="plan.why", phase="plan", due=date(2026, 6, 12)),
        Line(text="Found", question="plan.why"),
        Line(text="Planning", detail="3 of 8", phase="plan"),
        Line(text="Ana", detail="2 answers"),
    )
    made = one(Notice(text="", groups=(Group(heading="All", lines=lines),)))
    assert [control["verb"] for control in controls(made)] == ["answer", "open", "record"]
    assert blocks(made) == [
        "All", "Waits", "due 12 Jun", "Found", "Planning", "3 of 8", "Ana", "2 answers",
    ]  # fmt: skip


def test_found_words_stand_out_in_what_was_typed() -> None:
    """In bold, with no sign that nobody typed; a line too long for one element has none."""
    line = Line(text="To meet *each* other", marks=((3, 7), (9, 13)), question="plan.why")
    made = one(Notice(text="", groups=(Group(heading="", lines=(line,)),)))
    assert blocks(made) == [line.text]
    block = next(each for each in inside(made) if each.get("type") == "RichTextBlock")
    bold = [run["text"] for run in block["inlines"] if run.get("weight") == "Bolder"]
    assert bold == ["meet", "each"]
    long = Line(text="word " * 1000, marks=((0, 4),), question="plan.why")
    made = one(Notice(text="", groups=(Group(heading="", lines=(long,)),)))
    assert "".join(blocks(made)) == long.text


def test_every_line_of_a_long_list_is_there() -> None:
    """The first dozen with a way each, the others as text, with a word on how to come to them."""
    lines = tuple(Line(text=f"Line {n}.", question="q", phase="plan") for n in range(40))
    made = one(Notice(text="All", groups=(Group(heading="", lines=lines),)))
    assert blocks(made) == ["All", *(f"Line {n}." for n in range(40)), THE_OTHERS]
    assert len(controls(made)) == 12
    made = one(Notice(text="All", groups=(Group(heading="", lines=lines[:12]),)))
    assert THE_OTHERS not in blocks(made)


def test_a_very_long_line_stays_beside_its_control_only_in_part() -> None:
    """What does not fit there goes on below, whole."""
    line = Line(text="word " * 10_000, question="q", phase="plan")
    made = render(COMMITTEE, Notice(text="", groups=(Group(heading="", lines=(line,)),)))
    assert all(len(str(piece.card)) < 80_000 for piece in made)
    assert "".join(text for piece in made for text in blocks(piece.card)) == "word " * 10_000


def test_progress_is_a_picture_that_says_what_it_shows() -> None:
    """Of a group as a whole, and of each line that has some; the numbers stand beside it."""
    lines = (
        Line(text="Planning", detail="3 of 8, 1 to discuss", phase="plan", done=3, total=8),
        Line(text="Marketing", detail="0 of 4", phase="m", total=4),
    )
    group = Group(heading="Phases", lines=lines, done=3, total=12)
    made = one(Notice(text="Where Fair stands", groups=(group,)))
    images = [element for element in inside(made) if element.get("type") == "Image"]
    assert [image["altText"] for image in images] == [
        "Phases: 3 of 12",
        "Planning: 3 of 8",
        "Marketing: 0 of 4",
    ]
    assert "3 of 12" in blocks(made)
    assert len({image["url"] for image in images}) == 3
    assert one(Notice(text="Where Fair stands", groups=(group,))) == made


# -- addresses and readers -----------------------------------------------------------------------


def test_a_button_that_leads_to_a_thread_has_its_address() -> None:
    """Where the sender found one."""
    there = button("open", "Open it", question="")
    notice = Notice(text="Under way.", buttons=(there, button("next", "Next")))
    address = "https://teams.example/l/message/1"
    first, second = controls(one(notice, urls={WALK: address}))
    assert (first["type"], first["url"]) == ("Action.OpenUrl", address)
    assert second["type"] == "Action.Execute"
    assert controls(one(notice))[0]["verb"] == "open"


def test_a_members_own_view_says_you_and_offers_to_change() -> None:
    """For others the same card names them."""
    content = card(
        earlier=(said("m1", words="Everybody"),),
        said=(said("m1"), said("m2", "Ana", "Hall")),
        answered=("Ben", "Ana"),
        buttons=(button("answer", "Answer…"), button("park", "Discuss later")),
    )
    mine = one(content, reader="m1")
    assert "You: Park" in blocks(mine)
    assert "You: Everybody" in blocks(mine)
    assert "Ana: Hall" in blocks(mine)
    assert titles(mine) == ["Change…", "Discuss later"]
    assert "Ben: Park" in blocks(one(content))
    other = one(content, reader="m3")
    assert titles(other) == ["Answer…", "Discuss later"]
    assert "Ben: Park" in blocks(other)


@pytest.mark.parametrize("kind", range(7))
def test_a_members_own_view_of_any_card_is_valid(kind: int) -> None:
    """Whichever it is."""
    for piece in render(COMMITTEE, of_every_kind(MARKED)[kind], reader="m1"):
        check(piece.card)


def test_a_question_is_asked_for_anew_for_those_who_said_something() -> None:
    """By their user ids, sixty at most, and not in their own view or once it is folded."""
    members = tuple(said(f"m{n}", f"Name {n}") for n in range(70))
    content = card(said=(*members, members[0]))
    accounts = {f"m{n}": f"29:{n}" for n in range(1, 90)}
    refresh = one(content, accounts=accounts)["refresh"]
    assert refresh["userIds"] == [f"29:{n}" for n in range(1, 61)]
    assert refresh["action"]["verb"] == "show"
    assert unpack("show", refresh["action"]["data"]).about == About(
        committee=COMMITTEE, walk=WALK, question="plan.why", card="question"
    )
    assert "refresh" not in one(content, accounts=accounts, reader="m1")
    assert "refresh" not in one(content)
    assert "refresh" not in one(card(), accounts=accounts)
    for folded in ({"folded": True}, {"closed": True}):
        assert "refresh" not in one(card(said=members, **folded), accounts=accounts)


def test_blank_words_make_no_block() -> None:
    """And a card is never empty, nor without words for a notification."""
    made = one(card(context=(" \n\t" * 3000, ""), standing=" ", help="\n"))
    assert len(blocks(made)) == 2
    (empty,) = render(COMMITTEE, Notice(text=" "))
    assert isinstance(empty, Piece)
    assert blocks(empty.card) == ["Convenor"]
    assert empty.summary == "Convenor"


def test_a_card_of_nothing_to_be_seen_has_a_name() -> None:
    """Where cards are not shown, something has to be."""
    (piece, *_) = render(COMMITTEE, Notice(text="\x1b"))
    assert piece.card["fallbackText"] == piece.card["speak"] == piece.summary == "Convenor"
