"""The record: every question with its answers, one question with its history, and the downloads."""

from dataclasses import dataclass
from typing import get_args

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from bot.core import clocks, export, owing, register, standing
from bot.core.effects import Button, Saying
from bot.web.room import Room, page, question_of
from bot.web.viewer import Seat, SeatHere, not_here
from bot.web.wording import local
from questions.model import Kind, Phase, Question
from questions.values import plain
from storage.records import Answer, Entry, How, Item, Said, Status
from storage.trail import Hit

ANSWER, CHANGE, WITHDRAW, HOLDS = "Answer…", "Change your answer…", "Take it back", "Still holds"
PARK, SKIP, NOT_APPLICABLE, ASSIGN = "Discuss later", "Skip…", "Not applicable…", "Assign…"
HOWS = {
    How.REPLY: "in the thread",
    How.FORM: "on the form",
    How.EDIT: "by editing the message",
    How.DELETE: "by deleting the message",
    How.WITHDRAW: "",
    How.HOLDS: "taken over as it still holds",
    How.CONFIRM: "confirmed: it still holds",
    How.QUOTE: "put here from a message",
}
SAID = {Said.SKIP: "passed", Said.NA: "says it does not apply", Said.WITHDRAWN: "took it back"}
WHY_GAP = {
    "open": "open",
    "parked": "to discuss",
    "reconfirm": "to look at again",
    "overdue": "overdue",
}
MEDIA = {"json": "application/json", "csv": "text/csv", "md": "text/markdown"}
_MANY = 100_000

router = APIRouter()


@dataclass(frozen=True)
class Row:
    """A question in the record."""

    question: Question
    depth: int
    item: Item
    said: tuple[Saying, ...]
    entry: Entry | None
    action: register.Action | None
    """What is done about it; None where nothing is, or nothing yet."""
    gap: owing.Gap | None


@dataclass(frozen=True)
class Section:
    """A phase in the record."""

    phase: Phase
    progress: standing.Progress
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Found:
    """A search's hit, with its question."""

    hit: Hit
    question: Question
    phase: Phase
    name: str


@dataclass(frozen=True)
class Revision:
    """One revision in an item's history, in words."""

    answer: Answer
    name: str
    by: str
    words: str
    said: str
    how: str


def sections(seat: Seat, *, gaps_only: bool) -> list[Section]:
    """The phases with their questions; with `gaps_only` what is still owed."""
    desk = seat.desk
    today = local(clocks.at(desk.committee, seat.web.clock()), desk.committee.zone).date()
    owed = {gap.question: gap for gap in owing.gaps(desk.state, desk.bank, today)}
    found = []
    for phase, progress in zip(
        desk.bank.phases, standing.progress(desk.state, desk.bank), strict=True
    ):
        rows = tuple(
            _row(seat, question, owed.get(question.id))
            for question in phase.questions
            if (question.id in owed if gaps_only else _shown(seat, question))
        )
        if rows or not gaps_only:
            found.append(Section(phase, progress, rows))
    return found


def _shown(seat: Seat, question: Question) -> bool:
    item = standing.item_of(seat.desk.state, question.id)
    return question.kind is not Kind.REVIEW and (item.applies or bool(item.answers))


def _row(seat: Seat, question: Question, gap: owing.Gap | None) -> Row:
    desk = seat.desk
    item = standing.item_of(desk.state, question.id)
    entry = desk.state.mitigations.get(question.id)
    reader = register.Reader(desk, seat.member, seat.web.clock())
    return Row(
        question=question,
        depth=min(desk.bank.depth[question.id], 3),
        item=item,
        said=tuple(standing.sayings(desk.state, question, item)),
        entry=entry,
        action=register.action(reader, entry) if entry else None,
        gap=gap,
    )


@router.get("/record")
def show_record(request: Request, seat: SeatHere, q: str = "", show: str = "") -> HTMLResponse:
    """All answers by phase; a search; or the gaps."""
    desk, words = seat.desk, q.strip()[:200]
    hits = seat.web.store.read().search(desk.committee.id, words, 50) if words else ()
    return page(
        request,
        seat,
        "rooms/record.html",
        Room(tab="record", here="record"),
        q=words,
        show=show,
        found=[_found(seat, hit) for hit in hits if hit.question in desk.bank.questions],
        sections=[] if words else sections(seat, gaps_only=show == "gaps"),
        why_gap=WHY_GAP,
    )


def _found(seat: Seat, hit: Hit) -> Found:
    desk = seat.desk
    author = desk.state.members.get(hit.member)
    return Found(
        hit,
        desk.bank.questions[hit.question],
        desk.bank.phase_of[hit.question],
        author.name if author else "",
    )


@router.get("/record/{question}")
def show_item(request: Request, seat: SeatHere, question: str) -> HTMLResponse:
    """One question: what stands, who said what and when, and what one can do."""
    desk = seat.desk
    asked = question_of(seat, question)
    here = f"record/{question}"
    past = seat.web.store.read().history(desk.committee.id, question=question)
    phase = desk.bank.phase_of[question]
    return page(
        request,
        seat,
        "rooms/item.html",
        Room(tab="record", here=here, phase=phase.id),
        row=_row(seat, asked, None),
        phase=phase,
        link=desk.bank.questions.get(asked.link or ""),
        linked=[desk.bank.questions[i] for i in desk.bank.linked.get(question, ())],
        parts=[desk.bank.questions[i] for i in desk.bank.parts.get(question, ())],
        history=[_revision(seat, asked, answer) for answer in reversed(past)],
        buttons=_buttons(seat, asked),
        more=_more(seat, asked),
        thread=standing.shared_walk(desk.state, phase.id),
    )


def _revision(seat: Seat, question: Question, answer: Answer) -> Revision:
    members = seat.desk.state.members
    author, by = members.get(answer.member), members.get(answer.by)
    return Revision(
        answer=answer,
        name=author.name if author else "",
        by=by.name if by and answer.by != answer.member else "",
        words=plain(question, answer.value) if answer.value else answer.reason,
        said=SAID.get(answer.said, ""),
        how=HOWS[answer.how],
    )


def _buttons(seat: Seat, question: Question) -> tuple[Button, ...]:
    state, me = seat.desk.state, seat.member.id
    item = standing.item_of(state, question.id)
    if question.kind is Kind.REVIEW or me not in standing.voices(state):
        return ()
    mine = me in item.answers
    made: list[Button] = []
    linked = standing.item_of(state, question.link).answers if question.link else {}
    if me in standing.to_confirm(state, item) or (linked and not mine):
        made.append(Button(action="holds", label=HOLDS, question=question.id, primary=True))
    made.append(
        Button(
            action="answer",
            label=CHANGE if mine else ANSWER,
            question=question.id,
            primary=not made,
        )
    )
    if me in item.responded:
        made.append(Button(action="withdraw", label=WITHDRAW, question=question.id))
    if item.status is not Status.PARKED:
        made.append(Button(action="park", label=PARK, question=question.id))
    return tuple(made)


def _more(seat: Seat, question: Question) -> tuple[Button, ...]:
    state, me = seat.desk.state, seat.member.id
    if question.kind is Kind.REVIEW or me not in standing.voices(state):
        return ()
    made = [Button(action="assign", label=ASSIGN, question=question.id)]
    if me not in standing.item_of(state, question.id).responded:
        made.insert(0, Button(action="skip", label=SKIP, question=question.id))
        made.insert(1, Button(action="na", label=NOT_APPLICABLE, question=question.id))
    return tuple(made)


@router.get("/export.{format}")
def download(seat: SeatHere, format: str) -> Response:  # noqa: A002  # the word of the command
    """The whole record as a file."""
    known = {name: name for name in get_args(export.Format)}
    if format not in known:
        raise not_here()
    desk, reader = seat.desk, seat.web.store.read()
    key = desk.committee.id
    text = export.render(
        desk,
        reader.history(key, limit=_MANY),
        reader.audit(key, limit=_MANY),
        known[format],
        at=seat.web.clock(),
    )
    name = "".join(c if c.isascii() and c.isalnum() else "-" for c in desk.committee.name.lower())
    name = "-".join(filter(None, name.split("-")))[:60] or "committee"
    return Response(
        text,
        media_type=f"{MEDIA[format]}; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.{format}"'},
    )
