"""My questions: what waits for this member, phase by phase, and their own walks."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from bot.core import owing, standing
from bot.web.room import Room, direct, page
from bot.web.thread import messages
from bot.web.viewer import SeatHere
from questions.model import Phase, Question
from storage.records import Item, Walk

router = APIRouter()


@dataclass(frozen=True)
class Waiting:
    """A phase with the questions that wait for this member."""

    phase: Phase
    questions: tuple[tuple[Question, Item], ...]
    shared: Walk | None
    own: Walk | None
    answered: int
    total: int


@router.get("/mine")
def show_mine(request: Request, seat: SeatHere) -> HTMLResponse:
    """What waits for this member, and the ways to answer it at one's own pace."""
    desk, me = seat.desk, seat.member.id
    waiting = owing.waiting_for(desk.state, desk.bank, me)
    phases = []
    for phase in desk.bank.phases:
        ids = standing.counted(desk.state, phase)
        phases.append(
            Waiting(
                phase=phase,
                questions=tuple(
                    (desk.bank.questions[i], standing.item_of(desk.state, i))
                    for i in waiting
                    if desk.bank.phase_of[i].id == phase.id
                ),
                shared=standing.shared_walk(desk.state, phase.id),
                own=standing.own_walk(desk.state, phase.id, me),
                answered=sum(me in standing.item_of(desk.state, i).responded for i in ids),
                total=len(ids),
            )
        )
    return page(
        request,
        seat,
        "rooms/mine.html",
        Room(tab="mine", here="mine", live="mine"),
        phases=phases,
        messages=messages(seat, direct(seat.member)),
    )
