"""The schedule: what would go out and what is kept from it; one's own hours, and the small forms."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from bot.core import clocks, forecast, plain_form, schedule_said, sent
from bot.core.errors import Misuse, Refused
from bot.core.plain_form import PlainForm
from bot.core.sent import placed
from bot.core.words import MONTHS
from bot.web import wording
from bot.web.room import (
    ActingSeat,
    Room,
    base,
    done,
    inside,
    page,
    plain_held,
    take,
    text_of,
    way_back,
)
from bot.web.viewer import Posted, Seat, SeatHere, delivery_id, not_here
from storage.people import Member

KEPT = "Kept."
DAYS, MOST_DAYS = 30, 120

router = APIRouter()


@dataclass(frozen=True)
class Shown:
    """One line of the page, in the reader's time."""

    day: str
    at: str
    member: Member | None
    who: str
    kind: str
    what: str
    why: str
    kept: bool


@router.get("/schedule")
def show_schedule(request: Request, seat: SeatHere, days: int = DAYS) -> HTMLResponse:
    """What would go out in so many days, and what kept the rest."""
    count = max(1, min(days, MOST_DAYS))
    lines = [(day, list(found)) for day, found in groupby(_lines(seat, count), lambda s: s.day)]
    room = Room(tab="schedule", here="schedule")
    return page(request, seat, "rooms/schedule.html", room, days=count, lines=lines)


def _lines(seat: Seat, days: int) -> Iterator[Shown]:
    desk = seat.desk
    now = clocks.at(desk.committee, seat.web.clock())
    for entry in forecast.forecast(desk.state, desk.bank, now, days):
        there = wording.local(entry.at, seat.member.zone)
        member = desk.state.members.get(entry.member)
        yield Shown(
            day=f"{wording.WEEKDAYS[there.weekday()]} {there.day} {MONTHS[there.month - 1]}",
            at=f"{there.hour}:{there.minute:02}",
            member=member,
            who=member.name if member else desk.committee.name,
            kind=entry.kind,
            what=schedule_said.what(entry),
            why=schedule_said.why(desk.state, desk.bank, entry),
            kept=bool(entry.kept),
        )


# -- the small forms -------------------------------------------------------------------------------


@router.get("/hours")
def show_hours(request: Request, seat: SeatHere) -> HTMLResponse:
    """One's own hours."""
    return _page(request, seat, _form(seat, "hours"), "schedule")


@router.get("/ask/{name}")
def show_ask(request: Request, seat: SeatHere, name: str, question: str = "") -> HTMLResponse:
    """One of the small forms: until when, a new date."""
    here = inside(request.query_params.get("from", ""))
    return _page(request, seat, _form(seat, name, question), here, question)


@router.post("/hours")
def keep_hours(request: Request, seat: ActingSeat, form: Posted) -> Response:
    """Keep one's own hours."""
    return _take(request, seat, form, "hours")


@router.post("/ask/{name}")
def take_ask(request: Request, seat: ActingSeat, form: Posted, name: str) -> Response:
    """Take one of the small forms."""
    return _take(request, seat, form, name)


def _form(seat: Seat, name: str, question: str = "") -> PlainForm:
    if name not in plain_form.NAMES:
        raise not_here()
    desk = seat.desk
    try:
        return plain_form.form(name, desk.state, desk.bank, seat.member.id, question)
    except Misuse:
        raise not_here() from None


def _page(
    request: Request,
    seat: Seat,
    asked: PlainForm,
    here: str,
    question: str = "",
    refusal: Refused | None = None,
) -> HTMLResponse:
    path = "hours" if asked.name == "hours" else f"ask/{asked.name}"
    problems = placed(refusal.problems, [f.name for f in asked.fields]) if refusal else {}
    more: dict[str, Any] = {
        "asked": asked,
        "question": question,
        "action": f"{base(seat.desk.committee)}/{path}",
        "problems": problems,
        "trouble": refusal.sentence if refusal and not problems else "",
    }
    status = 422 if refusal else 200
    return page(request, seat, "rooms/plain.html", Room(tab="schedule", here=here), status, **more)


def _take(request: Request, seat: Seat, form: Posted, name: str) -> Response:
    question, here = text_of(form, "question"), inside(text_of(form, "here"))
    asked = _form(seat, name, question)
    held = plain_held(form)
    ids = {
        "id": delivery_id(seat, form),
        "committee": seat.desk.committee.id,
        "member": seat.member.id,
    }
    try:
        handled = take(seat, sent.meant(ids, sent.Form(name=name, question=question), held))
    except Refused as refusal:
        typed = tuple(
            f.model_copy(update={"said": held.get(f.name, () if f.kind == "many" else "")})
            for f in asked.fields
        )
        again = asked.model_copy(update={"fields": typed})
        return _page(request, seat, again, here, question, refusal)
    said = next((getattr(e, "content", None) for e in handled.effects if e.effect == "say"), None)
    notice = getattr(said, "text", "") or KEPT
    return done(request, seat, way_back(seat, form), notice)
