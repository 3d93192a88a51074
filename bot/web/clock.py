"""The clock of a sample committee: let a day, a week, a month pass, or go past the next clock change."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from bot.core.errors import Refused
from bot.core.sample_clock import Span, run_ahead
from bot.web import wording
from bot.web.room import ActingSeat, done, text_of, way_back
from bot.web.viewer import Posted, not_here

ARRIVED = "It is now {day} in this sample. {way}"
SPANS: dict[str, Span] = {"day": "day", "week": "week", "month": "month", "change": "change"}

router = APIRouter()


@router.post("/clock")
def put_forward(request: Request, seat: ActingSeat, form: Posted) -> Response:
    """Let the time pass in a sample; anywhere else there is no such page."""
    committee, span = seat.desk.committee, SPANS.get(text_of(form, "span"))
    if not committee.sample or span is None:
        raise not_here()
    url = way_back(seat, form)
    try:
        arrived = run_ahead(seat.web.store, committee.id, seat.web.clock(), span)
    except Refused as refusal:
        return done(request, seat, url, refusal.sentence, ok=False)
    there = wording.full(arrived.at, seat.member.zone)
    return done(request, seat, url, ARRIVED.format(day=there, way=arrived.way), go=True)
