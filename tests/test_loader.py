"""Reading a bank's file: every fault at once, at its line, with its question."""

import re
import textwrap
from pathlib import Path

import pytest

from questions.loader import (
    BankErrors,
    bundled_banks,
    bundled_files,
    load_bank,
    load_bank_file,
    read_bank,
)
from questions.model import ManyQuestion

BUNDLED = bundled_files()["microcredential"].read_text(encoding="utf-8")
BANK = bundled_banks()["microcredential"]
HEAD = """\
bank: sale
version: 1
title: Bake sale
phases:
  - id: plan
    title: Planning
    affects: guests
    questions:
"""


def bank_of(questions: str) -> str:
    """A bank of one phase with these questions; they start on line 9."""
    return HEAD + textwrap.indent(textwrap.dedent(questions).strip("\n"), "      ") + "\n"


def faults(text: str) -> list[tuple[int, str, str]]:
    """Line, question and message of every fault."""
    with pytest.raises(BankErrors) as caught:
        load_bank(text, "sale.yaml")
    assert {error.file for error in caught.value.errors} == {"sale.yaml"}
    return [(error.line, error.question, error.message) for error in caught.value.errors]


def only(text: str) -> tuple[int, str, str]:
    """The one fault."""
    (fault,) = faults(text)
    return fault


def test_a_small_bank() -> None:
    """Parts follow their question; blanks around words go; what is written stays as written."""
    bank = load_bank(
        bank_of("""
        - id: plan.cakes
          kind: yesno
          prompt: "  Will there be cake? "
          why: >
            People ask.
          parts:
            - id: plan.which
              kind: many
              prompt: Which ones?
              options:
                - {id: lemon, label: Lemon}
                - {id: other, label: Other, other: true}
              when: {question: plan.cakes, is: Yes}
        - {id: plan.no, kind: text, prompt: No}
        """).replace("version: 1", "version: 2026.10"),
        "sale.yaml",
    )
    assert bank.version == "2026.10"
    assert list(bank.questions) == ["plan.cakes", "plan.which", "plan.no"]
    assert bank.questions["plan.cakes"].prompt == "Will there be cake?"
    assert bank.questions["plan.cakes"].why == "People ask."
    assert bank.questions["plan.no"].prompt == "No"
    which = bank.questions["plan.which"]
    assert isinstance(which, ManyQuestion)
    assert which.parent == "plan.cakes"
    assert which.when
    assert which.when.value == "yes"
    assert [option.other for option in which.options] == [False, True]


def test_every_fault_in_one_run() -> None:
    """A file with many faults names each of them, with its line and question, in the file's order."""
    text = """\
bank: Sale!
version: "1 2"
titel: Bake sale
phases:
  - id: plan
    title: Planning
    questions:
      - id: plan.a
        kind: texxt
        prompt: A?
      - id: plan.a
        kind: one
        prompt: [A, B]
      - kind: many
        promt: C?
        options: []
      - id: plan.d
        kind: text
        prompt: D?
        when: {question: plan.e, is: "yes"}
      - id: plan.e
        kind: list
        prompt: E?
        link: plan.zz
        options: [{id: x, label: X}]
"""
    found = [
        (line, question, re.split(";|, 80", message)[0]) for line, question, message in faults(text)
    ]
    assert found == [
        (1, "", 'a bank needs "title"'),
        (1, "", '"Sale!" can\'t be an id: use small letters, digits and hyphens, with dots between'),
        (2, "", '"1 2" can\'t be a version: use letters, digits, dots and hyphens, like 2026.1'),
        (3, "", 'unknown key "titel"'),
        (5, "", 'a phase needs "affects"'),
        (9, "plan.a", 'unknown kind "texxt"'),
        (11, "plan.a", 'a question of kind one needs "options"'),
        (11, "plan.a", "this id is already taken on line 8"),
        (13, "plan.a", '"prompt" should be text'),
        (14, "", 'a question needs "id"'),
        (14, "", 'a question needs "prompt"'),
        (15, "", 'unknown key "promt"'),
        (16, "", '"options" has nothing in it'),
        (20, "plan.d", 'the condition looks at "plan.e", which is asked later'),
        (20, "plan.d", 'the condition looks at "plan.e", which is of kind list'),
        (24, "plan.e", 'the link leads to "plan.zz", which is no question of this bank'),
        (25, "plan.e", "a question of kind list can't have options"),
    ]  # fmt: skip


def test_did_you_mean() -> None:
    """A near miss of a key, a kind, a question or an option comes with the word that was meant."""
    messages = [
        message
        for _, _, message in faults(
            bank_of("""
            - id: plan.cake
              kind: one
              prompt: Cake?
              opitons: []
              options: [{id: lemon, label: Lemon}]
            - id: plan.b
              kind: lst
              prompt: B?
              link: plan.cak
            - id: plan.c
              kind: text
              prompt: C?
              when: {question: plan.cake, includes: lemmon}
            """)
        )
    ]
    hints = [re.search(r'did you mean "([^"]+)"', message) for message in messages]
    assert [hint and hint[1] for hint in hints] == ["options", "list", "plan.cake", "lemon"]


YESNO = "- {id: plan.yn, kind: yesno, prompt: Y?}\n"
ONE = "- {id: plan.one, kind: one, prompt: O?, options: [{id: x, label: X}]}\n"
MANY = "- {id: plan.many, kind: many, prompt: M?, options: [{id: x, label: X}]}\n"
TEXT = "- {id: plan.text, kind: text, prompt: T?}\n"
REVIEW = "- {id: plan.review, kind: review, prompt: R?}\n"
Q = "- {id: plan.q, kind: text, prompt: Q?, "


@pytest.mark.parametrize(
    ("questions", "line", "question", "words"),
    [
        (YESNO + Q + "when: {question: plan.yn, is: maybe}}", 10, "plan.q", "must be yes or no"),
        (YESNO + Q + "when: {question: plan.yn, includes: x}}", 10, "plan.q", 'needs "is"'),
        (MANY + Q + "when: {question: plan.many, is: x}}", 10, "plan.q", 'needs "includes"'),
        (ONE + Q + "when: {question: plan.one, is: z}}", 10, "plan.q", "no option of"),
        (TEXT + Q + "when: {question: plan.text, is: x}}", 10, "plan.q", "of kind text"),
        (TEXT + Q + "when: {question: plan.no, is: x}}", 10, "plan.q", "no question of this bank"),
        (YESNO + Q + "when: {question: plan.yn}}", 10, "plan.q", "just one of them"),
        (YESNO + Q + "when: {question: plan.yn, is: yes, includes: x}}", 10, "plan.q", "just one"),
        (YESNO + Q + "when: plan.yn}", 10, "plan.q", "a condition should be a set of keys"),
        (YESNO + Q + "when: {question: plan.yn, is: []}}", 10, "plan.q", '"is" should be text'),
        (Q + "when: {question: plan.yn, is: yes}}\n" + YESNO, 9, "plan.q", "asked later"),
        (Q + "link: plan.text}\n" + TEXT, 9, "plan.q", "asked later"),
        (YESNO + Q + "link: plan.yn}", 10, "plan.q", "they must match"),
        (REVIEW + TEXT, 9, "plan.review", "must be the last question"),
        (REVIEW + REVIEW.replace("plan.review", "plan.again"), 10, "plan.again", "line 9"),
        (Q + "parts: [{id: plan.r, kind: review, prompt: R?}]}", 9, "plan.r", "part of another"),
        (
            "- {id: plan.r, kind: review, prompt: R?, parts: [{id: plan.t, kind: text, prompt: T?}]}",
            9,
            "plan.r",
            "can't have parts",
        ),
        (Q + "link: plan.q}", 9, "plan.q", "in a circle: plan.q → plan.q"),
        (Q + "parts: []}", 9, "plan.q", '"parts" has nothing in it'),
        (Q + "parts: [{id: Plan.Q, kind: text, prompt: P?}]}", 9, "Plan.Q", "can't be an id"),
        (Q + "parts: [plan.z]}", 9, "", "a question should be a set of keys"),
        (Q + "kind: list}", 9, "plan.q", "stands here twice"),
        (Q + "help: }", 9, "plan.q", '"help" is empty'),
        (Q + "help: ~}", 9, "plan.q", '"help" is empty'),
        (Q + "[a, b]: c}", 9, "", "a key must be a plain word"),
        (Q.replace("Q?", "Q" * 601) + "}", 9, "plan.q", "601 characters, and 600 is the most"),
        (Q.replace("text", "one") + "options: {id: x}}", 9, "plan.q", '"options" should be a list'),
        (ONE.replace("X}", "X}, {id: x, label: Y}"), 9, "plan.one", '"x" stands here twice'),
        (
            ONE.replace("X}", "X, other: true}, {id: y, label: Y, other: true}"),
            9,
            "plan.one",
            "only one option",
        ),
        (ONE.replace("X}", "X, other: maybe}"), 9, "plan.one", "should be true or false"),
        (TEXT.replace("plan.text", "plan"), 9, "plan", "already that of a phase"),
    ],
)  # fmt: skip
def test_one_fault(questions: str, line: int, question: str, words: str) -> None:
    """Each kind of fault is named once, at its line, with its question."""
    found = only(bank_of(questions))
    assert found[:2] == (line, question)
    assert words in found[2]


def test_circles_are_told_once() -> None:
    """Questions that wait for one another are one fault, with the way round."""
    text = bank_of("""
    - {id: plan.a, kind: yesno, prompt: A?, when: {question: plan.c, is: yes}}
    - {id: plan.b, kind: yesno, prompt: B?, link: plan.a}
    - {id: plan.c, kind: yesno, prompt: C?, when: {question: plan.b, is: no}}
    """)
    assert only(text) == (
        9,
        "plan.a",
        "this goes round in a circle: plan.a → plan.c → plan.b → plan.a",
    )


def test_a_condition_on_a_part_of_its_own_is_a_circle() -> None:
    """A question can't hang on its own part, which is asked after it."""
    text = bank_of("""
    - id: plan.a
      kind: text
      prompt: A?
      when: {question: plan.b, is: yes}
      parts: [{id: plan.b, kind: yesno, prompt: B?}]
    """)
    assert only(text)[1:] == ("plan.a", "this goes round in a circle: plan.a → plan.b → plan.a")


def test_phase_faults() -> None:
    """A phase's id stands once; a phase without questions and a bank without phases are faults."""
    text = (
        HEAD
        + "      - {id: plan.q, kind: text, prompt: Q?}\n"
        + "".join(HEAD.splitlines(keepends=True)[4:7])
    )
    assert faults(text) == [
        (10, "", 'a phase needs "questions"'),
        (10, "", 'the phase "plan" stands here twice'),
    ]
    assert only(HEAD) == (8, "", '"questions" has nothing in it')
    assert only("bank: a\nversion: 1\ntitle: A\nphases: []\n")[::2] == (
        4,
        '"phases" has nothing in it',
    )


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "this file is empty"),
        ("# nothing\n", 1, "this file is empty"),
        ("bank: a\n  b: c: d\n", 2, "isn't valid YAML"),
        ("bank: [a\n", 2, "isn't valid YAML"),
        ('a: "\\q"\n', 1, "isn't valid YAML"),
        ("a: \x00\n", 1, "U+0000"),
        ("a: b\nc: \ud800\n", 2, "U+D800"),
        ("a: b\nc: \x1b[31m\n", 2, "U+001B"),
        ("[" * 100_000, 1, "nested too deeply"),
        ("- " * 100_000, 1, "nested too deeply"),
        ("{a: " * 100_000, 1, "nested too deeply"),
        ("a: " + "x" * 1_000_000, 1, "larger than 1 MB"),
        ("ü" * 600_000, 1, "larger than 1 MB"),
    ],
    ids=lambda value: value[:12] if isinstance(value, str) else value,
)
def test_no_bank_at_all(text: str, line: int, words: str) -> None:
    """What is no readable YAML is one clear sentence with its line."""
    found = only(text)
    assert found[:2] == (line, "")
    assert words in found[2]


def test_aliases_tags_and_documents_are_refused() -> None:
    """What could explode or run something is named, and the rest of the file is read all the same."""
    text = bank_of("""
    - {id: plan.a, kind: &k text, prompt: A?}
    - {id: plan.b, kind: *k, prompt: !!python/object/apply:os.system [ls]}
    - {id: plan.c, kind: txt, prompt: "bell \\a"}
    """)
    found = faults(text + "---\nmore: 1\n")
    assert [(line, words.split()[0]) for line, _, words in found] == [
        (9, "anchors"),
        (10, "tags"),
        (10, '"prompt"'),
        (11, "character"),
        (11, "unknown"),
        (12, "a"),
    ]


def test_an_alias_bomb_is_one_sentence() -> None:
    """Aliases that would explode to gigabytes cost nothing."""
    lines = ['a0: &a0 ["x"]']
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 40)]
    found = faults("\n".join(lines))
    assert sum("anchors and aliases" in message for _, _, message in found) == 1


def test_files(tmp_path: Path) -> None:
    """A file is read as UTF-8 with or without its mark; what can't be read is one clear sentence."""
    good = tmp_path / "good.yaml"
    good.write_bytes(b"\xef\xbb\xbf" + BUNDLED.encode())
    assert load_bank_file(good) == BANK
    assert read_bank(str(good)) == read_bank("microcredential") == BANK
    bad = {
        "latin.yaml": (b"bank: a\ntitle: caf\xe9\n", 2, "UTF-8"),
        "wide.yaml": (BUNDLED.encode("utf-16"), 1, "UTF-8"),
        "big.yaml": (b"x" * 10_000_000, 1, "larger than 1 MB"),
        "bigger.yaml": ("é".encode() * 5_000_000, 1, "larger than 1 MB"),
        "nul.yaml": (b"bank: a\n\0", 2, "U+0000"),
    }
    for name, (data, line, words) in bad.items():
        (tmp_path / name).write_bytes(data)
        with pytest.raises(BankErrors) as caught:
            load_bank_file(tmp_path / name)
        (error,) = caught.value.errors
        assert (error.file, error.line) == (str(tmp_path / name), line)
        assert words in error.message
        assert str(error).startswith(f"{tmp_path / name}:{line}: ")


@pytest.mark.parametrize("name", ["no-such-bank", "", "a\0b", "x" * 5000])
def test_an_unknown_bank(name: str) -> None:
    """A name that is no bank and no file says which banks there are."""
    with pytest.raises(BankErrors, match="microcredential"):
        read_bank(name)


def test_a_folder_is_no_bank(tmp_path: Path) -> None:
    """A folder can't be read as a bank, and says so."""
    with pytest.raises(BankErrors, match="can't be read"):
        load_bank_file(tmp_path)
