"""How an outline's words tell its questions' kinds, options, conditions, reviews and ids."""

import pytest

from questions.model import Condition, Kind, OneQuestion
from tests.outline_trees import asked, labels, only, outline, tree


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Is there a need?", Kind.YESNO),
        ("Will candidates be confused? How so?", Kind.YESNO),
        ("Doesn’t it cost too much?", Kind.YESNO),
        ("If so, should it be?", Kind.YESNO),
        ("Separate prices for members (Yes/No)?", Kind.YESNO),
        ("Does it need a proctor or other supervision?", Kind.YESNO),
        ("Are they in place (the desk, the till)?", Kind.YESNO),
        ("Will it be virtual or face-to-face?", Kind.TEXT),
        ("Do a survey of the market.", Kind.TEXT),
        ("What is the case for it?", Kind.TEXT),
        ("What are we trying to do?", Kind.TEXT),
        ("What platforms will be used?", Kind.TEXT),
        ("What are the key platforms?", Kind.LIST),
        ("Who are your stakeholders?", Kind.LIST),
        ("What are likely barriers to entry?", Kind.LIST),
        ("List the obstacles", Kind.LIST),
        ("Listen to whom?", Kind.TEXT),
        ("What is it to drive (e.g., revenue, volume)?", Kind.TEXT),
        ("Describe the plan (see the annex)", Kind.TEXT),
    ],
)
def test_the_words_of_a_question_tell_its_kind(text: str, kind: Kind) -> None:
    """Yes/no and lists are known by how they begin; whatever is doubtful stays a text question."""
    assert only(f"• {text}").kind is kind


@pytest.mark.parametrize(
    ("text", "kind", "options"),
    [
        (
            "What model will be used? (ABC model, stackable, certificate, other)",
            Kind.ONE,
            ["ABC model", "stackable", "certificate", "other"],
        ),
        ("Which place suits (virtual/face-to-face)?", Kind.ONE, ["virtual", "face-to-face"]),
        ("Which form [short, or long]?", Kind.ONE, ["short", "long"]),
        (
            "What media are used (videos; booklets; other)?",
            Kind.MANY,
            ["videos", "booklets", "other"],
        ),
        ("Who pays? Choose all that apply (us, them)", Kind.MANY, ["us", "them"]),
    ],
)
def test_alternatives_in_brackets_become_options(text: str, kind: Kind, options: list[str]) -> None:
    """A closing list in brackets gives the options, and leaves the prompt."""
    question = only(f"• {text}")
    assert (question.kind, labels(question)) == (kind, options)
    assert "(" not in question.prompt
    assert "[" not in question.prompt


def test_alternatives_below_become_options() -> None:
    """Short phrases under a question or a colon are its options; *other* asks for own words."""
    one, many = asked(
        "• Which model is it?\n  o ABC model,\n  o Stackable, or\n  o Other (please say)\n"
        "• Media:\n  o 3 videos\n  o Leaflets"
    )
    assert (one.kind, labels(one)) == (Kind.ONE, ["ABC model", "Stackable", "Other (please say)"])
    assert isinstance(one, OneQuestion)
    assert [(option.id, option.other) for option in one.options] == [
        ("abc-model", False),
        ("stackable", False),
        ("other-say", True),
    ]
    assert (many.kind, labels(many)) == (Kind.MANY, ["3 videos", "Leaflets"])


def test_a_question_without_its_mark_takes_options_too() -> None:
    """ "What is the model" with short phrases below is a choice, question mark or not."""
    question = only("• What is the model\n  o ABC model\n  o Certificate")
    assert (question.kind, labels(question)) == (Kind.ONE, ["ABC model", "Certificate"])


@pytest.mark.parametrize("text", ["What is the plan for:", "Should there be:", "Tools"])
def test_lines_that_end_a_sentence_are_parts(text: str) -> None:
    """Where the lines below each ask a thing of their own, none becomes an option."""
    assert [depth for depth, _ in tree(f"• {text}\n  o Members\n  o Guests\n• Why?")] == [
        0,
        1,
        1,
        0,
    ]


def test_yes_and_no_below_make_it_yes_or_no() -> None:
    """The alternatives Yes and No are no options but a kind."""
    assert only("• Shared by all?\n  o Yes\n  o No").kind is Kind.YESNO


def test_questions_below_are_parts_and_no_options() -> None:
    """As soon as one of the bullets below asks something, all are parts."""
    assert [depth for depth, _ in tree("• How is it paid?\n  o Flat fee\n  o By whom?")] == [
        0,
        1,
        1,
    ]


def test_an_if_so_is_asked_only_then() -> None:
    """ "If so" hangs on the yes/no question before it, whether above or beside it."""
    above, part, beside, no = asked(
        "• Is it new?\n  o If so, what is new?\n• Is it old?\n• If not, why not?"
    )
    assert part.when == Condition(question=above.id, op="is", value="yes")
    assert no.when == Condition(question=beside.id, op="is", value="no")


@pytest.mark.parametrize(
    ("text", "affects"),
    [
        ("Consider how your answers may impact the candidate experience.", "candidates"),
        ("Consider how this affects the learner’s experience and what to do.", "learners"),
        ("Consider how it may influence the experience of test takers.", "test takers"),
        ("Consider how it impacts the end user's experience, and cost.", "end users"),
        ("Consider what this means for our volunteers, too.", "our volunteers"),
        ("Consider how that could affect the assessment experience.", "the assessment experience"),
    ],
)
def test_a_closing_consider_how_is_the_review(text: str, affects: str) -> None:
    """The closing paragraph becomes the review, and says whose experience it is about."""
    made = outline(f"Planning\n• What is it?\n• Who pays?\n{text}")
    (phase,) = made.bank.phases
    assert phase.review is not None
    assert (phase.review.prompt, phase.affects) == (text, affects)
    assert phase.questions[-1] is phase.review
    assert not any("affects is a guess" in note for note in made.unsure)


def test_a_review_may_be_a_bullet_or_say_nothing_of_whom() -> None:
    """A last bullet can be the review, too; where it does not say whom, that is a guess and said."""
    made = outline("Planning\n• What is it?\n• Consider how this affects learners.")
    assert made.bank.phases[0].affects == "learners"
    made = outline(
        "Planning\n• Consider how it is paid.\n• What is it?\n\nConsider how it all fits."
    )
    assert [q.kind for q in made.bank] == [Kind.TEXT, Kind.TEXT, Kind.REVIEW]
    assert any("guess" in note for note in made.unsure)


def test_paragraphs_that_ask_nothing_are_kept_and_named() -> None:
    """Before the first question a paragraph is its why, later it is help, and both are said."""
    made = outline(
        "Planning\n\nRead this first.\n\n• What is it?\n\nIt is new to us all.\n\n• Who?"
    )
    first, _ = made.bank
    assert (first.why, first.help) == ("Read this first.", "It is new to us all.")
    assert any("“Read this first.”" in note for note in made.unsure)
    assert any("“It is new to us all.”" in note for note in made.unsure)


def test_a_question_without_a_bullet_is_a_question() -> None:
    """Paragraphs that end with a question mark are asked."""
    assert [q.prompt for q in asked("\nWhat is it?\nWho runs it?\n\nWhy?")] == [
        "What is it?",
        "Who runs it?",
        "Why?",
    ]


def test_a_long_text_goes_on_in_the_help_and_the_why() -> None:
    """What does not fit into a prompt is kept below it, in reading order; what is cut is said."""
    sentences = [f"This is sentence number {number} of it all." for number in range(120)]
    made = outline("Planning\n• " + " ".join(sentences))
    (question,) = made.bank
    kept = f"{question.prompt} {question.help} {question.why}"
    assert " ".join(sentences).startswith(kept)
    assert question.prompt.endswith(".")
    assert max(map(len, (question.prompt, question.help))) <= 600
    (cut,) = [note for note in made.unsure if "left out" in note]
    assert sentences[-1] in cut


def test_ids_are_short_and_each_given_once() -> None:
    """Ids are the phase and two telling words; more words, then numbers, where those are taken."""
    ids = [q.id for q in asked("• What is the main price?\n• How often?\n• How often?\n• 什么?")]
    assert ids == ["planning.main-price", "planning.often", "planning.often-2", "planning.question"]
