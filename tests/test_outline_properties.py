"""What must hold for any outline whatsoever."""

import string

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from questions.dump import bank_to_yaml
from questions.loader import load_bank
from questions.model import Bank
from questions.outline import Draft, OutlineError, draft
from tests.outline_trees import LOST, STYLES, Node, Section, drawn, flat, lines, sections

_PIECES = (
    *(
        "•",
        "o",
        "▪",
        "-",
        "*",
        "1.",
        "a)",
        "i)",
        "(2)",
        "1.2",
        "#",
        "##",
        "\f",
        "\t",
        "  ",
        " ",
        "\n",
    ),
    *("What is it?", "Who pays (us, them, other)?", "Will it do", "Yes", "No", "other", "Other:"),
    *("Consider how this affects the learner experience.", "If so, how?", "Phase 1: Plan", "3"),
    *(
        "===",
        "---",
        "|a|b|",
        "“x”",
        "\u00ad",
        "micro-",
        "é",
        "中文?",
        "\u202e",
        "…",
        "**Plan**",
        "\x07",
    ),
)
_soup = st.lists(st.sampled_from(_PIECES), max_size=40).map(" ".join)
_mixed = st.lists(st.sampled_from(_PIECES) | st.text(max_size=8), max_size=40).map("".join)
_any_text = st.text() | _soup | _mixed | st.text(alphabet=string.printable, max_size=300)


def _loads_as_it_is(made: Draft) -> bool:
    return load_bank(bank_to_yaml(made.bank), "draft.yaml") == made.bank


@settings(max_examples=400, deadline=None)
@given(_any_text, st.booleans(), st.text(max_size=70), st.text(max_size=130))
@example("• Will it?\n• Will it?\n• If so?", False, "", "")
@example("\ud800", False, "a", "b")
@example("中文\n- 你好?\n- 你好?\n", True, "中", "中")
def test_any_text_is_a_draft_or_one_clear_refusal(
    text: str, markdown: bool, name: str, title: str
) -> None:
    """Any text gives a bank that passes the checks of a bank's file and loads unchanged, or a
    refusal in one sentence; never another error."""
    said = ""
    try:
        made = draft(text.split("\n"), name, title, markdown=markdown)
    except OutlineError as refusal:
        said = str(refusal)
    if said:
        assert said.endswith(".")
        assert "\n" not in said
        return
    ids = [question.id for question in made.bank]
    assert len(set(ids)) == len(ids)
    assert Bank.model_validate(made.bank.model_dump()) == made.bank
    assert all(depth < 3 for depth in made.bank.depth.values())
    assert _loads_as_it_is(made)


@pytest.mark.parametrize("style", STYLES)
def test_a_tree_comes_back_from_every_way_of_setting_it(style: str) -> None:
    """Whatever signs, indents and widths an outline is set in, its tree comes back as it was."""

    @settings(max_examples=40, deadline=None)
    @given(sections(), st.integers(60, 120), st.booleans())
    def holds(document: tuple[Section, ...], width: int, gaps: bool) -> None:
        assert drawn(draft(lines(document, style, width, gaps), "x", "X")) == flat(document)

    holds()


def test_a_wrapped_question_that_comes_again_is_no_header() -> None:
    """Its first line stands there three times and has no question mark; its sign says what it is."""
    long = Node("What in learning people “good” for or’s “good” learning the people pay?")
    document = tuple(
        Section(title, (Node("What for?", (Node("Why so?", (long, long)),)),))
        for title in ("Planning", "Running it")
    )
    for style in STYLES:
        assert drawn(draft(lines(document, style, 60, gaps=False), "x", "X")) == flat(document)


@settings(max_examples=60, deadline=None)
@given(sections(depth=2), st.integers(60, 120), st.booleans())
def test_a_copy_that_lost_its_first_level_signs_comes_back(
    document: tuple[Section, ...], width: int, gaps: bool
) -> None:
    """Rings and leading spaces alone still tell first-level questions from second-level ones."""
    assert drawn(draft(lines(document, LOST, width, gaps), "x", "X")) == flat(document)


@settings(max_examples=60, deadline=None)
@given(sections(), st.sampled_from(("glyphs", "dashes", "numbers")), st.data())
def test_pages_leave_no_trace(
    document: tuple[Section, ...], style: str, data: st.DataObject
) -> None:
    """Page breaks with page numbers and a header, anywhere in the text, change nothing."""
    text = lines(document, style, 80, gaps=False)
    breaks = data.draw(st.sets(st.integers(1, len(text)), min_size=2, max_size=4))
    paged = ["The long list of questions", *text]
    for page, place in enumerate(sorted(breaks, reverse=True)):
        paged[place + 1 : place + 1] = [str(len(breaks) - page), "\fThe long list of questions"]
    made = draft(paged, "x", "X")
    assert drawn(made) == flat(document)
    assert made.bank.title == "The long list of questions"
    assert any("header" in note for note in made.unsure)


@settings(max_examples=60, deadline=None)
@given(sections(), st.sampled_from(STYLES))
def test_a_draft_is_the_same_each_time(document: tuple[Section, ...], style: str) -> None:
    """The same outline gives the same ids, and later sections do not rename earlier questions."""
    whole = draft(lines(document, style, 80, gaps=False), "x", "X")
    assert whole == draft(lines(document, style, 80, gaps=False), "x", "X")
    part = draft(lines(document[:2], style, 80, gaps=False), "x", "X")
    assert [q.id for q in part.bank] == [q.id for q in whole.bank][: len(part.bank.questions)]
