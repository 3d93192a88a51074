"""The form that a card opens: a question, with its section's open questions on the same page."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from starlette.datastructures import FormData

from bot.core.effects import Button
from bot.core.errors import Misuse, Problem, Refused
from bot.core.events import Answered, Fields
from bot.core.forms import TAKE_BACK, FormField, OpenForm
from bot.core.sent import question_at
from bot.web.room import (
    STALE,
    ActingSeat,
    Room,
    base,
    done,
    inside,
    page,
    question_of,
    take,
    text_of,
    texts_of,
    walk_here,
    way_back,
)
from bot.web.viewer import Posted, Seat, SeatHere, back_to, delivery_id
from questions.model import Kind

NOTHING_TOUCHED = "Nothing is changed yet. Answer at least one question, or go back."
CHECK_FIELDS = "One answer needs another look. Everything else is kept as you typed it."
ANSWERED = "Recorded."

router = APIRouter()

_PARTS = {
    Kind.TEXT: ("text",),
    Kind.YESNO: ("yes", "why"),
    Kind.ONE: ("option", "other", "why"),
    Kind.MANY: ("options", "other", "why"),
    Kind.LIST: ("entries",),
}
_SEVERAL = frozenset({"options", "entries"})


@dataclass(frozen=True)
class Filled:
    """A form's field as it stands on the page: what is typed in it, and what is wrong with it."""

    field: FormField
    given: Fields
    was: str
    """What it held at first, as JSON: an answer that was not touched is not sent."""
    problem: str = ""
    at_other: bool = False
    """Whether that is at the input for other words, rather than at the question."""

    def has(self, part: str, value: str) -> bool:
        """Whether an option is picked."""
        held = self.given.get(part, "")
        return value == held if isinstance(held, str) else value in held

    def text(self, part: str) -> str:
        """What is typed, entries one a line."""
        held = self.given.get(part, "")
        return held if isinstance(held, str) else "\n".join(held)


def tidy(kind: Kind, fields: Mapping[str, object]) -> Fields:
    """A question's fields in one fixed shape: only the kind's own, blanks at the ends left out."""
    found: Fields = {}
    for part in _PARTS.get(kind, ()):
        held = fields.get(part, "")
        if part in _SEVERAL:
            texts = held.split("\n") if isinstance(held, str) else held
            several = tuple(
                t.strip()
                for t in (texts if isinstance(texts, list | tuple) else ())
                if isinstance(t, str) and t.strip()
            )
            if several:
                found[part] = several
        elif isinstance(held, str) and held.strip():
            found[part] = held.strip()
    return found


def sent(form: FormData, field: FormField) -> Fields:
    """What a form says to one of its questions."""
    read: dict[str, object] = {}
    for part in _PARTS.get(field.kind, ()):
        name = f"{field.question}:{part}"
        texts = texts_of(form, name)
        if part in _SEVERAL:
            read[part] = [line for text in texts for line in text.split("\n")]
        else:
            read[part] = texts[0] if texts else ""
    return tidy(field.kind, read)


def _was(form: FormData, field: FormField) -> Fields:
    try:
        held = json.loads(text_of(form, f"{field.question}:was"))
    except ValueError:
        return {}
    return tidy(field.kind, held) if isinstance(held, dict) else {}


def _fresh(field: FormField) -> Filled:
    given = tidy(field.kind, field.filled)
    return Filled(field, given, json.dumps(given))


# -- answering ------------------------------------------------------------------------------------


@router.get("/form/{question}")
def show_form(request: Request, seat: SeatHere, question: str) -> Response:
    """The form of a question, with its section's open questions."""
    question_of(seat, question)
    here = inside(request.query_params.get("from", ""))
    try:
        opened = seat.web.service.form(seat.desk.committee.id, seat.member.id, question)
    except Refused as refusal:
        return back_to(request, f"{base(seat.desk.committee)}/{here}", refusal.sentence)
    return _form_page(request, seat, question, here, opened, [_fresh(f) for f in opened.fields])


def _form_page(
    request: Request,
    seat: Seat,
    question: str,
    here: str,
    opened: OpenForm,
    fields: list[Filled],
    trouble: str = "",
) -> HTMLResponse:
    return page(
        request,
        seat,
        "rooms/form.html",
        Room(tab="form", here=here, phase=seat.desk.bank.phase_of[question].id),
        422 if trouble else 200,
        opened=opened,
        take_back=Button(
            action="withdraw", label=TAKE_BACK, walk=walk_here(seat, here), question=question
        ),
        question=question,
        fields=fields,
        trouble=trouble,
    )


@router.post("/form/{question}")
def send_form(request: Request, seat: ActingSeat, form: Posted, question: str) -> Response:
    """Take the answers that were touched; show every trouble at its field, with all that was typed."""
    question_of(seat, question)
    committee, me = seat.desk.committee, seat.member
    here, url = inside(text_of(form, "here")), way_back(seat, form)
    try:
        opened = seat.web.service.form(committee.id, me.id, question)
    except Refused as refusal:
        return done(request, seat, url, refusal.sentence, ok=False)
    fields = [Filled(f, sent(form, f), text_of(form, f"{f.question}:was")) for f in opened.fields]
    touched = {f.field.question: f.given for f in fields if f.given != _was(form, f.field)}
    if not touched:
        return _form_page(request, seat, question, here, opened, fields, NOTHING_TOUCHED)
    walk = walk_here(seat, here) or opened.walk
    try:
        take(
            seat,
            Answered(
                id=delivery_id(seat, form),
                committee=committee.id,
                member=me.id,
                walk=walk,
                answers=touched,
            ),
        )
    except Refused as refusal:
        fields = [_with_problem(f, refusal.problems) for f in fields]
        trouble = CHECK_FIELDS if any(f.problem for f in fields) else refusal.sentence
        return _form_page(request, seat, question, here, opened, fields, trouble)
    except Misuse:
        return done(request, seat, url, STALE, ok=False)
    return done(request, seat, url, "" if here.startswith("t/") else ANSWERED)


def _with_problem(filled: Filled, problems: tuple[Problem, ...]) -> Filled:
    """A field with what is wrong with it."""
    mine = [p for p in problems if question_at(p) == filled.field.question]
    return replace(
        filled,
        problem=" ".join(p.sentence for p in mine),
        at_other=bool(filled.field.other) and any(p.field.endswith(":other") for p in mine),
    )
