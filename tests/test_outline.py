"""Outline documents as people have them, and each rule by which they become a bank."""

from pathlib import Path

import pytest

from questions.dump import bank_to_yaml
from questions.loader import load_bank
from questions.model import Kind
from questions.outline import OutlineError, read_outline
from tests.outline_trees import drawn, labels, only, outline, tree

SAMPLES = Path(__file__).parent / "data" / "outlines"


# Whole documents


@pytest.mark.parametrize("name", ["glyphs.txt", "outline.md", "pdf_copy.txt"])
def test_a_sample_passes_the_checks_of_a_bank(name: str) -> None:
    """A draft written as YAML passes every check of a bank's file and loads as the same bank."""
    made = read_outline(SAMPLES / name)
    assert load_bank(bank_to_yaml(made.bank), name) == made.bank


def test_a_copy_from_a_pdf_keeps_its_phases_and_levels() -> None:
    """Six phases come out of a PDF's copy that kept only second-level signs, with all their asks."""
    made = read_outline(SAMPLES / "pdf_copy.txt")
    assert made.bank.name == "pdf-copy"
    assert made.bank.title == "Phases of microcredential development"
    assert [(phase.title, phase.affects, len(phase.questions)) for phase in made.bank.phases] == [
        ("Strategic planning", "candidates and the programme", 21),
        ("Marketing", "the audience", 8),
        ("Operational considerations", "learners", 10),
        ("Design and development", "candidates", 11),
        ("Delivery", "assessment takers", 8),
        ("Maintenance", "the people who maintain it", 8),
    ]
    assert all(phase.review is phase.questions[-1] for phase in made.bank.phases)
    strategy = drawn(made)[0][1]
    assert strategy[5:9] == [
        (1, "What are the advantages of building it?"),
        (1, "What are the risks?"),
        (1, "What do we know about the demand?"),
        (2, "If so, which gap would it close?"),
    ]
    third = [prompt for depth, prompt in strategy if depth == 2]
    assert "Is it aimed at the same people?" in third
    (note,) = [note for note in made.unsure if "lost" in note]
    assert "“Who has a stake in it?”" in note


def test_a_text_with_pages_reads_as_one() -> None:
    """Page breaks, page numbers and headers go; the lines and words that they parted are joined."""
    made = read_outline(SAMPLES / "glyphs.txt")
    assert made.bank.title == "Planning a community archive"
    prompts = [question.prompt for question in made.bank]
    assert "What’s the archive’s “promise” to those who lend us their papers?" in prompts
    care = "What does it take to look after the self-published papers, the catalogue and the photographs?"
    assert care in prompts
    assert not any("community archive" in prompt for prompt in prompts)


def test_markdown_is_read_with_its_marks() -> None:
    """Headings, nested lists, task boxes, bold, links and rules of Markdown are understood."""
    made = read_outline(SAMPLES / "outline.md")
    assert [phase.title for phase in made.bank.phases] == ["Purpose and people", "Running it"]
    first, *_, model = made.bank.phases[0].questions
    assert (model.prompt, model.help) == (
        "Which model fits us best?",
        "Have a look at our neighbours first.",
    )
    assert labels(model) == ["Website", "Reading room", "Other (please say)"]
    assert first.why == "Written for the first meeting.\n\nThis phase looks at the reasons."
    lend = made.bank.phases[1].questions[0]
    assert (lend.prompt, lend.kind) == ("Should we lend papers out?", Kind.YESNO)


# Headings


@pytest.mark.parametrize(
    "heading",
    [
        *("Running it", "RUNNING IT", "Phase 2: Running it", "## Running it", "**Running it**"),
        *("2. Running it", "Running it:", "Running it\n=========="),
    ],
)
def test_a_heading_is_a_phase_however_it_is_set(heading: str) -> None:
    """Titles in words, capitals, bold, numbers, hashes and underlines all open a phase."""
    first = heading.replace("Running it", "Planning").replace("2", "1")
    first = first.replace("RUNNING IT", "PLANNING")
    made = outline(f"{first}\n\n• What is it?\n\n{heading}\n\n• Who runs it?")
    assert [phase.title.lower() for phase in made.bank.phases] == ["planning", "running it"]


def test_bullets_above_all_others_become_phases_where_there_are_no_headings() -> None:
    """A list of short titles with questions below is a list of phases, and that is said."""
    made = outline("1. Planning\n   - What is it?\n     - Why?\n2. Running it\n   - Who runs it?")
    assert drawn(made) == [
        ("Planning", [(0, "What is it?"), (1, "Why?")]),
        ("Running it", [(0, "Who runs it?")]),
    ]
    assert any("first level of bullets" in note for note in made.unsure)


def test_without_any_heading_there_is_one_phase() -> None:
    """A bare list is one phase named for the document, and that is said."""
    made = outline("- What is it?\n- Who runs it?")
    assert [phase.title for phase in made.bank.phases] == ["Sample"]
    assert any("No headings" in note for note in made.unsure)


def test_a_title_right_above_the_first_heading_is_the_title() -> None:
    """Two title lines without a blank between them are the document's title and its first phase."""
    made = outline("Phases of the long and winding plan \nPlanning \n What is it \no Who asks ")
    assert made.bank.title == "Phases of the long and winding plan"
    assert drawn(made) == [("Planning", [(0, "What is it"), (1, "Who asks")])]


def test_a_heading_with_nothing_below_is_named() -> None:
    """The first is the title; any other without a question is left out, and that is said."""
    made = outline("# Title\n\n## Plan\n- What is it?\n\n## Empty\n\n## Run\n- Who runs it?")
    assert made.bank.title == "Title"
    assert [phase.title for phase in made.bank.phases] == ["Plan", "Run"]
    assert any("“Empty”" in note for note in made.unsure)


# Bullets and lines


def test_signs_alone_tell_levels() -> None:
    """Without any indent, each new sign is a level deeper, and a known one goes back to its own."""
    flat = "• One?\no Two?\n▪ Three?\n▪ Four?\no Five?\n• Six?"
    levels = [0, 1, 2, 2, 1, 0]
    assert [depth for depth, _ in tree(flat)] == levels
    for signs in ("*-+", "\uf0b7o\uf0a7", "–‣➢"):
        other = flat.translate(str.maketrans("•o▪", signs))
        assert [depth for depth, _ in tree(other)] == levels, signs


def test_letters_and_roman_numbers_are_told_apart() -> None:
    """`i)` goes on after `h)`, and begins a level of its own anywhere else."""
    letters = "\n".join(f"{letter}) What about it?" for letter in "abcdefghij")
    assert {depth for depth, _ in tree("1. What?\n" + letters)} == {0, 1}
    assert [d for d, _ in tree("1) A?\na) B?\ni) C?\nii) D?\nb) E?\n2) F?")] == [0, 1, 2, 2, 1, 0]


def test_in_markdown_a_new_sign_is_no_new_level() -> None:
    """`-` and `*` at one indent are of one level in Markdown."""
    assert [d for d, _ in tree("- What?\n* Who?\n  + How?", markdown=True)] == [0, 0, 1]


def test_levels_below_the_third_are_lifted_to_it() -> None:
    """Nothing deeper than three levels is lost: it becomes third level, and that is said."""
    made = outline(
        "Planning\n- A?\n  - B?\n    - C?\n      - D is what?\n        - E is what?\n- F?"
    )
    assert [depth for depth, _ in drawn(made)[0][1]] == [0, 1, 2, 2, 2, 0]
    assert sum("three levels" in note for note in made.unsure) == 2


def test_broken_lines_are_joined_as_they_were() -> None:
    """A hyphen at a line's end stays, unless the outline writes the word in one piece."""
    text = "• Is it face-to-\nface, for micro-\ncredentials and/\nor for a co-\nop? A microcredentials list"
    assert tree(text)[0][1] == (
        "Is it face-to-face, for microcredentials and/or for a co-op? A microcredentials list"
    )
    assert tree("• Is it a cre\u00ad\ndential?")[0][1] == "Is it a credential?"


def test_a_sign_alone_on_its_line_takes_the_next_line() -> None:
    """Copies that put the sign and its words on lines of their own read the same."""
    assert tree("•\nWhat is it?\no\nWho\nruns it?\n▪\nWhy?") == [
        (0, "What is it?"),
        (1, "Who runs it?"),
        (2, "Why?"),
    ]


def test_quotes_and_apostrophes_stay_as_they_are() -> None:
    """Typographic and plain quotes, dashes and accents go through untouched."""
    text = 'What’s ‘in’ “it” for the café’s "crew" – and who\'s that…?'
    assert only(f"• {text}").prompt == text


def test_marks_that_turn_the_text_are_taken_out() -> None:
    """Direction overrides, zero-width spaces and control characters do not reach the bank."""
    assert only("• What\u202e is\u200b it\x07?").prompt == "What is it?"


# Files that are no outlines


@pytest.mark.parametrize(
    ("name", "data", "word"),
    [
        ("a.pdf", b"%PDF", "not an outline"),
        ("a.txt", b"  \n\t", "empty"),
        ("a.txt", b"Planning\n\x95 What\x92s it?", "UTF-8"),
        ("a.txt", b"\xff\xfeP", "UTF-8"),
        ("a.md", b"# Title\n\nNothing is asked here.", "No question"),
        ("a.txt", b"- What\x00 is it?", "not text"),
        ("a.txt", b"- What is it?\n" * 80_000, "larger than"),
        ("a.txt", b"- What is it?\n" * 1_001, "1000 questions"),
        ("a.txt", b"- What is it, in all its length and breadth?\n" * 10_000, "too much text"),
    ],
)
def test_what_is_no_outline_is_refused_in_one_sentence(
    tmp_path: Path, name: str, data: bytes, word: str
) -> None:
    """Every file that cannot be read says why, in one sentence."""
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(OutlineError, match=word) as refusal:
        read_outline(path)
    assert str(refusal.value).endswith(".")


def test_a_missing_file_or_a_folder_is_refused(tmp_path: Path) -> None:
    """A path that leads to no file is the caller's fault and said as such."""
    with pytest.raises(OutlineError, match="can't be opened"):
        read_outline(tmp_path / "none.txt")
    (tmp_path / "folder.md").mkdir()
    with pytest.raises(OutlineError, match="can't be opened"):
        read_outline(tmp_path / "folder.md")


def test_other_ways_of_writing_unicode_are_read(tmp_path: Path) -> None:
    """UTF-8 with a mark and Notepad's UTF-16 are text like any other."""
    for encoding in ("utf-8-sig", "utf-16"):
        path = tmp_path / "my_plan.txt"
        path.write_text("Planning\r\n• What’s it?\r\n", encoding=encoding)
        made = read_outline(path)
        assert [q.prompt for q in made.bank] == ["What’s it?"]
        assert (made.bank.name, made.bank.title) == ("my-plan", "My plan")
