"""The export: complete as JSON, harmless as CSV, as typed in Markdown."""

import csv
import io
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot.core.desk import Desk
from bot.core.export import BOM, CSV_COLUMNS, Format, cell, complete, render
from bot.core.export_markdown import escape
from questions.model import Bank
from questions.values import ListValue, OneValue, TextValue, YesNoValue
from storage.port import Store
from storage.records import (
    Assignment,
    Note,
    Reconfirm,
    ReviewNote,
    Ruling,
    State,
    Status,
    Step,
    Treatment,
)
from storage.sqlite import open_store
from tests import builders as b

ALL = 10**9
DOCS = Path(__file__).parent.parent / "docs" / "export.md"
TEXT = st.text(
    st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from("\n\t"), max_size=60
)
NASTY = st.text(st.sampled_from("ab 12.)\n\t-+=*_`[]()<>&#|~!\\:/@$\"'"), max_size=40)


def _desk(state: State, bank: Bank | None = None) -> Desk:
    return Desk.model_construct(state=state, bank=bank or b.bank())


def _full() -> State:
    """A state with one of everything."""
    state = b.with_answer(
        b.state(),
        b.answer("privacy officers", member="ana"),
        b.answer(question="plan.model", member="ben", value=OneValue(option="stack", why="on top")),
        b.answer(question="plan.proctor", member="chi", value=YesNoValue(yes=True)),
        b.answer(question="market.channels", member="ben", value=ListValue(entries=("a", "b"))),
    )
    item = state.items["plan.model"]
    state = state.with_item(
        item.evolve(
            reconfirm=Reconfirm(question="plan.audience", by="ana", at=b.now(hours=1)),
            assignment=Assignment(member="chi", by="ana", due=b.NOW.date(), at=b.NOW),
            notes=(Note(member="chi", text="maybe", ref="m9", at=b.NOW),),
        )
    )
    ruling = Ruling(status=Status.PARKED, reason="the price first", by="ana", at=b.NOW)
    state = state.with_item(state.items["plan.proctor"].evolve(status=Status.PARKED, ruling=ruling))
    note = ReviewNote(member="ben", step=Step.EFFECT, text="too long | for some", at=b.NOW)
    return state.with_entry(
        b.entry(
            notes=(note,),
            treatment=Treatment.ACT,
            action="shorten it",
            owner="chi",
            due=b.NOW.date(),
            confusion_with="the certificate",
        )
    )


def _save(store: Store, before: State | None, after: State) -> None:
    store.write(lambda tx: tx.save(before, after))


@contextmanager
def _stored(state: State) -> Iterator[Store]:
    store = open_store("sqlite://")
    try:
        store.write(lambda tx: tx.add_bank(b.bank(), b.NOW))
        _save(store, None, state)
        yield store
    finally:
        store.close()


# -- JSON ------------------------------------------------------------------------------------------


def _revisions(record: dict[str, Any]) -> list[tuple[str, str, int]]:
    questions = [q for phase in record["phases"] for q in phase["questions"]]
    return [
        (question["id"], answer["member"], answer["revision"])
        for question in (*questions, *record["no_longer_asked"])
        for answer in question["history"]
    ]


SAID = st.tuples(
    st.sampled_from(["plan.audience", "plan.model", "market.channels"]),
    st.sampled_from(["ana", "ben", "chi"]),
    st.one_of(st.none(), TEXT.filter(str.strip)),
)


@settings(max_examples=25)
@given(st.lists(SAID, max_size=12), st.booleans())
def test_every_stored_revision_is_in_the_json(
    steps: list[tuple[str, str, str | None]], moved: bool
) -> None:
    """Whatever was said, changed or withdrawn stands in the export once, also after the bank moved
    on and no longer asks a question."""
    with _stored(b.state()) as store:
        for question, member, text in steps:
            before = store.read().state("c1")
            old = before.items[question].responses.get(member)
            number = old.revision + 1 if old else 1
            new = (
                b.withdrawn(question, member, number)
                if text is None
                else b.answer(text, question, member, number, value=TextValue(text=text))
            )
            after = b.with_answer(before, new)
            _save(store, before, after)
        state = store.read().state("c1")
        history = store.read().history("c1", limit=ALL)
        bank = b.bank()
        if moved:
            first = bank.phases[0]
            fewer = first.model_copy(update={"questions": first.questions[1:]})
            bank = b.bank("2").model_copy(update={"phases": (fewer, *bank.phases[1:])})
        record = json.loads(render(_desk(state, bank), history, (), "json"))
    assert sorted(_revisions(record)) == sorted(
        (answer.question, answer.member, answer.revision) for answer in history
    )
    words = [text for _, _, text in steps if text is not None]
    exported = [
        answer["value"]["text"]
        for phase in record["phases"]
        for question in (*phase["questions"], *record["no_longer_asked"])
        for answer in question["history"]
        if answer["value"]
    ]
    assert set(words) == set(exported)


def test_the_json_holds_every_field_of_the_record() -> None:
    """Committee, members, standing with reasons, notes, assignments, register and log are all there."""
    state = _full()
    history = [a for item in state.items.values() for a in item.responses.values()]
    log = (b.audit("answered", question="plan.model"), b.audit("founded"))
    record = json.loads(render(_desk(state), history, log, "json", at=b.now(days=1)))
    assert record["schema_version"] == 1
    assert record["exported_at"] == "2026-05-13T09:40:00.123456Z"
    assert record["committee"]["bank"] == {"name": "tiny", "version": "1", "title": "A tiny bank"}
    settings = record["committee"]["settings"]
    assert settings.pop("rhythm")["at"] == "09:40:00"
    assert settings == {
        "move_on": "everyone", "move_on_count": 2, "pace": "both", "keep_days": 0,
    }  # fmt: skip
    assert [member["name"] for member in record["members"]] == ["Ana", "Ben", "Chi"]
    questions = {q["id"]: q for phase in record["phases"] for q in phase["questions"]}
    model = questions["plan.model"]
    assert model["reconfirm"]["question"] == "plan.audience"
    assert model["assignment"] == {
        "member": "chi", "by": "ana", "due": "2026-05-12", "at": "2026-05-12T09:40:00.123456Z",
    }  # fmt: skip
    assert model["notes"][0]["text"] == "maybe"
    assert model["answers"][0]["text"] == "Stackable: on top"
    assert model["answers"] == model["history"]
    assert [option["label"] for option in model["options"]] == ["ABC model", "Stackable", "Other"]
    assert questions["plan.proctor"]["ruling"]["reason"] == "the price first"
    assert record["register"][0]["treatment"] == "act"
    assert record["register"][0]["notes"][0]["text"] == "too long | for some"
    assert [line["action"] for line in record["audit"]] == ["founded", "answered"]
    assert record["phases"][0]["walks"][0]["stage"] == "asking"


def _keys(value: object) -> set[str]:
    if isinstance(value, dict):
        return set(value) | {key for inner in value.values() for key in _keys(inner)}
    if isinstance(value, list):
        return {key for inner in value for key in _keys(inner)}
    return set()


def test_every_key_of_the_json_is_documented() -> None:
    """A key that docs/export.md does not name would be a secret."""
    state = _full()
    extra = state.items["plan.model"].evolve(question="gone")
    state = state.with_item(extra)
    history = [a for item in state.items.values() for a in item.responses.values()]
    record = complete(_desk(state), history, (b.audit(),), at=b.NOW)
    documented = set(re.findall(r"`(\w+)`", DOCS.read_text("utf-8")))
    assert _keys(record) - documented == set()


def test_the_json_is_of_one_moment() -> None:
    """A revision that is younger than the state is left out, so that answers match their history."""
    state = b.with_answer(b.state(), b.answer("first"))
    younger = [b.answer("first"), b.answer("second", revision=2), b.answer("new", member="ben")]
    record = complete(_desk(state), younger, ())
    assert _revisions(record) == [("plan.audience", "ana", 1)]


def test_the_same_record_gives_the_same_text() -> None:
    """Without the time of making, an export can be compared with another."""
    for form in ("json", "csv", "md"):
        first = render(_desk(_full()), (), (), form)
        assert first == render(_desk(_full()), (), (), form)


# -- CSV -------------------------------------------------------------------------------------------


def _rows(text: str) -> list[dict[str, str]]:
    assert text.startswith(BOM)
    return list(csv.DictReader(io.StringIO(text.removeprefix(BOM), newline=""), strict=True))


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\0=1",
        "\n=1",
        " =1",
        "=cmd|' /C calc'!A0",
        "＝1",
    ],
)
def test_no_cell_is_a_formula(text: str) -> None:
    """A cell that a spreadsheet could run starts with an apostrophe, the text unchanged behind it."""
    state = b.with_answer(b.state(), b.answer(text, value=TextValue(text=text)))
    state = state.with_member(state.members["ana"].evolve(name=text))
    found = next(r for r in _rows(render(_desk(state), (), (), "csv")) if r["said"] == "answer")
    assert found["words"] == "'" + text
    assert found["member"] == "'" + text


@given(TEXT | NASTY)
def test_any_text_survives_csv(text: str) -> None:
    """Whatever was typed is read back as typed, but for the apostrophe of a formula."""
    state = b.with_answer(b.state(), b.answer("x", value=TextValue(text=text)))
    found = next(r for r in _rows(render(_desk(state), (), (), "csv")) if r["said"] == "answer")
    assert found["words"] == cell(text)
    assert cell(text) in (text, "'" + text)
    assert not re.match(r"\s*[=+\-@]", found["words"])


def test_csv_has_a_row_for_each_answer_and_each_silent_question() -> None:
    """One row a question and member; a question without an answer still shows its status."""
    rows = _rows(render(_desk(_full()), (), (), "csv"))
    assert tuple(rows[0]) == CSV_COLUMNS
    assert [(row["question"], row["member"], row["choice"], row["words"]) for row in rows] == [
        ("plan.audience", "Ana", "", "privacy officers"),
        ("plan.model", "Ben", "Stackable", "on top"),
        ("plan.proctor", "Chi", "Yes", ""),
        ("market.channels", "Ben", "", "a\nb"),
        ("market.review", "", "", ""),
    ]
    assert (rows[2]["status"], rows[2]["reason"]) == ("parked", "the price first")


# -- Markdown --------------------------------------------------------------------------------------


class Reading(HTMLParser):
    """The text that a reader sees, and the tags that made it."""

    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.add(tag)
        if tag in ("br", "p", "li"):
            self.text += "\n"

    def handle_data(self, data: str) -> None:
        self.text += data


def _read(markdown: str) -> Reading:
    parser = Reading()
    parser.feed(MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(markdown))
    parser.close()
    return parser


def _lines(text: str) -> list[str]:
    """The lines that aren't empty, as a page shows them."""
    plain = text.replace("\u00a0", " ").replace("\t", "    ")
    return [line.rstrip() for line in plain.splitlines() if line.strip()]


MARKUP = (
    "# a", "a\n===", "a\n---", "> a", "- a", "+ a", "* a", "1. a", "2) a", "```\na\n```", "    a",
    "~~a~~", "**a**", "_a_", "`a`", "<b>a</b>", "<!-- a -->", "&amp;", "[a](b)", "![a](b)", "[a]: b",
    "| a | b |\n|---|---|\n| c | d |", "***", "a\\", "a  \nb", "<https://a.example>", "\ta",
)  # fmt: skip


@pytest.mark.parametrize("text", MARKUP)
def test_markup_in_an_answer_stays_text(text: str) -> None:
    """Each piece of Markdown's own grammar, typed by a person, is only what they typed."""
    _check_shown(text)


@given(TEXT | NASTY)
def test_an_answer_shows_as_typed_in_markdown(text: str) -> None:
    """No word of a person becomes a heading, link, list, table, code or HTML, and none is lost."""
    _check_shown(text)


def _check_shown(text: str) -> None:
    before = render(_desk(b.with_answer(b.state(), b.answer("MARK"))), (), (), "md")
    state = b.with_answer(b.state(), b.answer("x", value=TextValue(text=text)))
    page = _read(render(_desk(state), (), (), "md"))
    assert page.tags <= _read(before).tags | {"br"}
    head, tail = _read(before).text.split("MARK")
    head = head.rstrip()
    if _lines(text):
        assert _lines(page.text) == [*_lines(head), *_lines(text), *_lines(tail)]


@given(TEXT | NASTY)
def test_a_name_shows_as_typed_in_markdown(text: str) -> None:
    """The same for names, which stand inside headings and bold type."""
    shown = _read(f"- **{escape(text)}**, {escape(text)}")
    flat = "".join(" ".join(text.splitlines()).rstrip().replace("\t", "    ").split("\u00a0"))
    if flat.strip():
        assert "".join(shown.text.split()) == "".join(f"{flat},{flat}".split())
        assert shown.tags <= {"ul", "li", "strong"}


def test_markdown_reads_like_a_record() -> None:
    """Phases, statuses with reasons, authors with local dates, and the register as a table."""
    text = render(_desk(_full()), (), (), "md")
    assert "## Planning" in text
    assert "### Who is it for?" in text
    assert "**Ana**, 12 May 2026, 11:41:" in text  # 9:41 UTC is 11:41 in Berlin
    assert "_to discuss: the price first (Ana)_" in text
    assert "Handed to Chi, due 12 May 2026" in text
    row = next(line for line in text.splitlines() if "shorten it" in line)
    assert row == (
        "| Which model will it follow? | Ben: too long \\| for some | the certificate"
        " | Act: shorten it | Chi | 12 May 2026 |  |"
    )
    assert "table" in _read(text).tags


def test_an_open_override_ends_with_its_line() -> None:
    """A right-to-left override in an answer does not turn the words after it around."""
    shown = escape("abc\u202edef")
    assert shown == "abc\u202edef\u202c"
    assert escape("\u2067x") == "\u2067x\u2069"


def test_control_characters_are_shown_instead_of_written() -> None:
    """A file that is printed to a terminal can't carry an escape sequence into it."""
    assert escape("\x1b[31mred\x07") == "␛\\[31mred␇"


FORMATS: tuple[Format, ...] = ("json", "csv", "md")


@pytest.mark.parametrize("form", FORMATS)
def test_an_untouched_committee_can_be_exported(form: Format) -> None:
    """No answers yet is a record, too."""
    empty = b.state().evolve(walks={}, items={})
    assert render(_desk(empty), (), (), form).strip()
