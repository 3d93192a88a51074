"""The whole record of a committee as one text: JSON (complete), CSV (for spreadsheets) or Markdown.

Pure. What the JSON holds is written down in docs/export.md; a change there that an existing reader
would trip over raises `SCHEMA_VERSION`. Words from people are data in all three: a cell cannot
become a formula, and Markdown shows what was typed.
"""

import csv
import json
from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from enum import Enum
from typing import Any, Literal, Protocol, cast, get_args

from bot.core.export_markdown import markdown
from bot.core.standing import item_of
from questions.model import Bank, Phase, Question
from questions.values import choice_words, plain, said_words
from storage.people import Row
from storage.records import Answer, Item, State
from storage.trail import Audit

SCHEMA_VERSION = 1

Format = Literal["json", "csv", "md"]
FORMATS: tuple[Format, ...] = get_args(Format)

CSV_COLUMNS = (
    "phase", "question", "prompt", "status", "reason",
    "member", "said", "choice", "words", "at", "revision",
)  # fmt: skip
BOM = "\ufeff"
FORMULA_STARTS = frozenset("=+-@\t\r\n\0＝＋－＠")  # spreadsheets take wide ones, too


class Desk(Protocol):
    """A committee's state and the bank it follows (bot.core.service.Desk is one)."""

    @property
    def state(self) -> State: ...  # noqa: D102

    @property
    def bank(self) -> Bank: ...  # noqa: D102


def render(
    desk: Desk,
    history: Iterable[Answer],
    audit: Iterable[Audit],
    format: Format,  # noqa: A002  # the word of the command
    *,
    at: datetime | None = None,
) -> str:
    """The record in one format.

    `history` is every revision, oldest first, and `audit` the log, newest first, as the store gives
    them; only JSON needs them. Revisions that are younger than the state are left out, so that an
    export made while members answer is of one moment. `at` (aware) says when it was made; without
    it the same record gives the same text.
    """
    match format:
        case "json":
            record = complete(desk, history, audit, at=at)
            return json.dumps(record, ensure_ascii=False, indent=2) + "\n"
        case "csv":
            return BOM + _csv(desk.state, desk.bank)
        case "md":
            return markdown(desk.state, desk.bank, at)


# -- JSON ----------------------------------------------------------------------------------------


def complete(
    desk: Desk, history: Iterable[Answer], audit: Iterable[Audit], *, at: datetime | None = None
) -> dict[str, Any]:
    """The whole record as JSON's own types; docs/export.md describes them."""
    state, bank, committee = desk.state, desk.bank, desk.state.committee
    revisions: dict[str, list[Answer]] = {}
    for answer in history:
        if answer.revision <= _newest(state, answer):
            revisions.setdefault(answer.question, []).append(answer)
    gone = sorted(state.items.keys() - bank.questions.keys())
    people = sorted(state.members.values(), key=lambda who: (who.name.casefold(), who.id))
    record = {
        "schema_version": SCHEMA_VERSION,
        "exported_at": at,
        "committee": {
            **_fields(committee, "bank", "bank_version"),
            "bank": {"name": bank.name, "version": bank.version, "title": bank.title},
        },
        "members": [_fields(member, "committee") for member in people],
        "phases": [_phase(state, phase, revisions) for phase in bank.phases],
        "no_longer_asked": [
            {"id": question, **_standing(None, state.items[question], revisions.get(question, []))}
            for question in gone
        ],
        "register": [_fields(entry) for entry in state.mitigations.values()],
        "audit": [_fields(line, "committee") for line in reversed(list(audit))],
    }
    return cast(dict[str, Any], _json(record))


def _newest(state: State, answer: Answer) -> int:
    current = item_of(state, answer.question).responses.get(answer.member)
    return current.revision if current else -1


def _phase(state: State, phase: Phase, revisions: dict[str, list[Answer]]) -> dict[str, Any]:
    walks = [walk for walk in state.walks.values() if walk.phase == phase.id and walk.shared]
    walks.sort(key=lambda walk: (walk.started_at, walk.id))
    return {
        "id": phase.id,
        "title": phase.title,
        "affects": phase.affects,
        "walks": [
            {
                "id": walk.id,
                "member": walk.member,
                "stage": walk.stage,
                "current": walk.current,
                "started_at": walk.started_at,
            }
            for walk in walks
        ],
        "questions": [
            {
                **question.model_dump(exclude={"options"}),
                "options": [option.model_dump() for option in getattr(question, "options", ())],
                **_standing(question, item_of(state, question.id), revisions.get(question.id, [])),
            }
            for question in phase.questions
        ],
    }


def _standing(question: Question | None, item: Item, revisions: list[Answer]) -> dict[str, Any]:
    current = sorted(item.responses.values(), key=lambda answer: (answer.at, answer.member))
    return {
        "status": item.status,
        "applies": item.applies,
        "ruling": item.ruling and _fields(item.ruling),
        "assignment": item.assignment and _fields(item.assignment),
        "reconfirm": item.reconfirm and _fields(item.reconfirm),
        "answers": [_answer(question, answer) for answer in current],
        "history": [_answer(question, answer) for answer in revisions],
        "notes": [_fields(note, "hint") for note in item.notes if not note.own],
    }


def _answer(question: Question | None, answer: Answer) -> dict[str, Any]:
    value = answer.value
    if value is None:
        text = ""
    elif question:
        text = plain(question, value)
    else:
        text = said_words(value)
    return {**_fields(answer, "question"), "text": text}


def _fields(row: Row, *without: str) -> dict[str, Any]:
    return row.model_dump(exclude=set(without))


def _json(value: object) -> object:
    """Times in UTC with a Z, dates and enums as text, tuples as lists."""
    match value:
        case dict():
            return {key: _json(inner) for key, inner in value.items()}
        case list() | tuple():
            return [_json(inner) for inner in value]
        case datetime():
            return _time(value)
        case date() | time():
            return value.isoformat()
        case Enum():
            return value.value
        case _:
            return value


def _time(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


# -- CSV -----------------------------------------------------------------------------------------


def cell(text: str) -> str:
    """A spreadsheet cell that shows the text and never runs it as a formula."""
    bare = text.lstrip(" \ufeff\u200b\u200e\u200f")
    return f"'{text}" if bare and bare[0] in FORMULA_STARTS else text


class _Sheet(list[str]):
    """What csv writes its rows to."""

    def write(self, text: str) -> None:
        """Take one row."""
        self.append(text)


def _csv(state: State, bank: Bank) -> str:
    out = _Sheet()
    # Every cell in quotes: a reader that splits on semicolons finds none to split on.
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(CSV_COLUMNS)
    for question in bank:
        item = item_of(state, question.id)
        status = item.status.value if item.applies else "not asked"
        reason = item.ruling.reason if item.ruling else ""
        start = (bank.phase_of[question.id].title, question.id, question.prompt, status, reason)
        writer.writerows(
            [cell(text) for text in (*start, *rest)] for rest in _rows(state, question, item)
        )
    return "".join(out)


_NOBODY = ("",) * 6


def _rows(state: State, question: Question, item: Item) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for answer in sorted(item.responses.values(), key=lambda answer: (answer.at, answer.member)):
        member, value = state.members.get(answer.member), answer.value
        choice = choice_words(question, value) if value else ""
        words = said_words(value) if value else answer.reason
        name = member.name if member else answer.member
        rows.append(
            (name, answer.said.value, choice, words, _time(answer.at), str(answer.revision))
        )
    return rows or [_NOBODY]
