"""The review of one answer, and handing a question or a phase to somebody."""

from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from bot.core import standing
from bot.core.errors import Misuse, Refused
from bot.core.events import Assigned, Reviewed
from bot.web.room import (
    STALE,
    ActingSeat,
    Room,
    act,
    done,
    inside,
    page,
    question_of,
    take,
    text_of,
    walk_here,
    way_back,
)
from bot.web.viewer import Posted, Seat, SeatHere, delivery_id, not_here
from questions.model import Kind
from questions.values import plain
from storage.records import Entry, Step, Treatment

BAD_DATE = "That date can’t be read. Pick one from the calendar, or write it as 2025-06-12."
ASSIGNED, UNASSIGNED = "Handed over.", "Nobody in particular has it now."
WRITTEN = "Noted."

router = APIRouter()


# -- the review of one answer ---------------------------------------------------------------------


@router.get("/review/{subject}")
def show_review(request: Request, seat: SeatHere, subject: str) -> HTMLResponse:
    """The review form of one answer."""
    question_of(seat, subject)
    return _review_page(request, seat, subject, inside(request.query_params.get("from", "")), {})


def _review_page(
    request: Request, seat: Seat, subject: str, here: str, typed: dict[str, str], trouble: str = ""
) -> HTMLResponse:
    desk, question = seat.desk, question_of(seat, subject)
    item = standing.item_of(desk.state, subject)
    entry = desk.state.mitigations.get(subject)
    kept = {
        "effect": _own_words(entry, seat.member.id, Step.EFFECT),
        "confusion": _own_words(entry, seat.member.id, Step.CONFUSION),
        "confusion_with": entry.confusion_with if entry else "",
        "treatment": entry.treatment.value if entry and entry.treatment else "",
        "action": entry.action if entry else "",
        "owner": entry.owner if entry else "",
        "due": entry.due.isoformat() if entry and entry.due else "",
    }
    return page(
        request,
        seat,
        "rooms/review.html",
        Room(tab="form", here=here, phase=desk.bank.phase_of[subject].id),
        422 if trouble else 200,
        question=question,
        phase=desk.bank.phase_of[subject],
        answers=dict.fromkeys(plain(question, a.value) for a in item.answers.values() if a.value),
        entry=entry,
        parts=[p.title for p in desk.bank.phases]
        + [q.prompt for q in desk.bank if q.kind is not Kind.REVIEW and q.id != subject],
        typed={**kept, **typed},
        trouble=trouble,
    )


def _own_words(entry: Entry | None, member: str, step: Step) -> str:
    # The form replaces what this member noted before, so it starts from that.
    return "\n".join(n.text for n in entry.said(step) if n.member == member) if entry else ""


@router.post("/review/{subject}")
def send_review(request: Request, seat: ActingSeat, form: Posted, subject: str) -> Response:
    """Take what somebody noted about an answer."""
    question_of(seat, subject)
    names = ("effect", "confusion", "confusion_with", "treatment", "action", "owner", "due")
    typed = {name: text_of(form, name) for name in names}
    here = inside(text_of(form, "here"))
    walk = walk_here(seat, here)
    try:
        event = Reviewed(
            id=delivery_id(seat, form),
            committee=seat.desk.committee.id,
            member=seat.member.id,
            walk=walk,
            subject=subject,
            effect=typed["effect"],
            confusion=typed["confusion"],
            confusion_with=typed["confusion_with"],
            treatment=_treatment(typed["treatment"]),
            action=typed["action"],
            owner=typed["owner"],
            due=_date(typed["due"]),
        )
        take(seat, event)
    except Refused as refusal:
        return _review_page(request, seat, subject, here, typed, refusal.sentence)
    except Misuse:
        return done(request, seat, way_back(seat, form), STALE, ok=False)
    return done(request, seat, way_back(seat, form), "" if walk else WRITTEN)


def _treatment(text: str) -> Treatment | None:
    return Treatment(text) if text in {t.value for t in Treatment} else None


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError:
        raise Refused(BAD_DATE) from None


# -- handing over ---------------------------------------------------------------------------------


@router.get("/assign/{target}")
def show_assign(request: Request, seat: SeatHere, target: str) -> HTMLResponse:
    """Who is to answer a question, or a whole phase, and by when."""
    desk = seat.desk
    question = desk.bank.questions.get(target)
    phase = desk.bank.phase_of[target] if question else desk.bank.phase_by_id.get(target)
    if phase is None:
        raise not_here()
    item = standing.item_of(desk.state, target) if question else None
    return page(
        request,
        seat,
        "rooms/assign.html",
        Room(tab="form", here=inside(request.query_params.get("from", "")), phase=phase.id),
        target=target,
        question=question,
        phase=phase,
        assignment=item.assignment if item else None,
    )


@router.post("/assign/{target}")
def send_assign(request: Request, seat: ActingSeat, form: Posted, target: str) -> Response:
    """Hand a question or a phase over, or take it back from whoever has it."""
    desk = seat.desk
    if target not in desk.bank.questions and target not in desk.bank.phase_by_id:
        raise not_here()
    is_question = target in desk.bank.questions
    to = text_of(form, "to")
    walk = walk_here(seat, inside(text_of(form, "here")))
    return act(
        request,
        seat,
        lambda: Assigned(
            id=delivery_id(seat, form),
            committee=desk.committee.id,
            member=seat.member.id,
            walk=walk,
            question=target if is_question else "",
            phase="" if is_question else target,
            to=to,
            due=_date(text_of(form, "due")),
        ),
        way_back(seat, form),
        ASSIGNED if to else UNASSIGNED,
    )
