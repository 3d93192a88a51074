"""What all rooms share: the frame around a page, taking an event, and going back to where one was.

A room's route builds an event and hands it to `act`, which answers both a browser that sends a form
(on to the next page, with a notice) and the page's own script (a small JSON answer).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any
from zoneinfo import available_timezones

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response
from starlette.datastructures import FormData

from bot.core import access, clocks, owing, own_page, showing, standing
from bot.core.desk import Desk, Handled
from bot.core.errors import Misuse, Refused
from bot.core.events import Event
from bot.core.outbox import deliver_hosted
from bot.core.sent import Held
from bot.core.service import HOSTED, LOCAL
from bot.web import picture, wording
from bot.web.viewer import Posted, Seat, SeatHere, back_to, fresh_id, not_here, render
from bot.web.ways import path, ways
from questions.model import Phase, Question
from storage.people import Committee, Member, Place
from storage.records import Walk

STALE = "This page was out of date, so nothing was changed. Here it is afresh."
NO_FILE = "Files can’t be sent here. Paste a link instead."

_INSIDE = re.compile(r"(?!.*\.\.)(?:[a-z][\w.@-]*(?:/[\w.@-]+)*(?:#[\w.-]+)?)?", re.ASCII)


# -- places ---------------------------------------------------------------------------------------


def base(committee: Committee) -> str:
    """The path that a committee's pages begin with."""
    return f"/c/{committee.id}"


def channel(committee: Committee) -> Place:
    """The committee's channel in the workspace."""
    return Place(platform=HOSTED, tenant=LOCAL, channel=committee.id)


def direct(member: Member) -> Place:
    """A member's own messages in the workspace."""
    return Place(platform=HOSTED, tenant=LOCAL, channel=f"@{member.id}")


def walk_of(seat: Seat, walk: str) -> Walk:
    """A walk that this member may see; the page for what isn't there otherwise."""
    found = seat.desk.state.walks.get(walk)
    if found is None or (found.member and found.member != seat.member.id):
        raise not_here()
    return found


def thread_of(walk: Walk, committee: Committee) -> Place:
    """Where a walk's thread stands in the workspace."""
    if walk.place.platform == HOSTED:
        return walk.place
    channel_id = f"@{walk.member}" if walk.member else committee.id
    return Place(platform=HOSTED, tenant=LOCAL, channel=channel_id, thread=walk.id)


def walk_here(seat: Seat, here: str) -> str:
    """The walk whose thread a form was opened from, if it is one that this member may see."""
    walk = seat.desk.state.walks.get(here.removeprefix("t/")) if here.startswith("t/") else None
    return walk.id if walk and walk.member in ("", seat.member.id) else ""


def question_of(seat: Seat, question: str) -> Question:
    """A question of the committee's bank; the page for what isn't there otherwise."""
    found = seat.desk.bank.questions.get(question)
    if found is None:
        raise not_here()
    return found


def phase_way(seat: Seat, phase: Phase) -> str:
    """Where a phase's link leads: its thread once it was started, else what will be asked."""
    return f"{base(seat.desk.committee)}/{path(seat, phase)}"


# -- who acts -------------------------------------------------------------------------------------


def looking_as(seat: Seat, member: str) -> Seat:
    """The seat of a page that was made for `member`.

    In a sample one person looks through several members' eyes, and may have switched them in
    another tab: what this page sends is still said by whom it shows.
    """
    shown = seat.desk.state.members.get(member)
    if not seat.desk.committee.sample or shown is None or not shown.active:
        return seat
    own = seat.real or seat.member
    return replace(seat, member=shown, real=None if shown.id == own.id else own)


def acting(request: Request, seat: SeatHere, form: Posted) -> Seat:
    """The seat that a form was sent from (its field `as`)."""
    given = form.get("as", "")
    found: Seat = looking_as(seat, given if isinstance(given, str) else "")
    request.state.seat = found
    return found


ActingSeat = Annotated[Seat, Depends(acting)]


# -- the frame ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Room:
    """Which room a page is: `tab` is marked in the list at the side, `here` is its path inside."""

    tab: str
    here: str = ""
    walk: Walk | None = None
    phase: str = ""
    live: str = ""
    """What the page listens to (see bot.web.live); "" for a page that does not."""


def frame(seat: Seat, room: Room) -> dict[str, Any]:
    """What the templates of rooms/ get beside a page's own context."""
    desk, me = seat.desk, seat.member
    now = clocks.at(desk.committee, seat.web.clock())
    reader = seat.web.store.read()
    seats = reader.memberships(seat.web.address(seat.viewer.person.id))
    mine = {m.committee for m in seats if m.active}
    rows = standing.progress(desk.state, desk.bank)
    phase = room.walk.phase if room.walk else room.phase
    return {
        "base": base(desk.committee),
        "committee": desk.committee,
        "committees": [c for c in reader.committees() if c.id in mine],
        "state": desk.state,
        "bank": desk.bank,
        "me": me,
        "now": now,
        "room": room,
        "here": room.here,
        "walk": room.walk,
        "live": room.live,
        "real": seat.real,
        "ways": ways(seat, rows, base(desk.committee), phase),
        "rows": rows,
        "drawn": picture.bars(rows, phase),
        "ring": picture.ring,
        "waiting": owing.waiting_for(desk.state, desk.bank, me.id),
        "rounds": own_page.rounds(desk.state, desk.bank, me.id),
        "gaps": gaps(desk, now),
        "people": sorted(standing.voices(desk.state).values(), key=lambda m: m.name.casefold()),
        "heard": heard(desk, room.walk),
        "may": lambda right: access.may(me, right),
        "pace": desk.committee.settings.pace.value,
        "own_pace": access.may(me, "own walk") and standing.own_pace(desk.state),
    }


def gaps(desk: Desk, now: datetime, limit: int = 4) -> tuple[owing.Gap, ...]:
    """What holds the committee up, the first few."""
    today = wording.local(now, desk.committee.zone).date()
    return owing.gaps(desk.state, desk.bank, today)[:limit]


def heard(desk: Desk, walk: Walk | None) -> tuple[tuple[Member, bool], ...]:
    """For a shared walk's current question: each member who is asked, and whether they responded."""
    if walk is None or not walk.shared or not walk.current:
        return ()
    item = standing.item_of(desk.state, walk.current)
    asked = [desk.state.members[who] for who in standing.asked_of(desk.state, item)]
    asked.sort(key=lambda m: m.name.casefold())
    return tuple((member, member.id in item.responded) for member in asked)


def page(
    request: Request, seat: Seat, template: str, room: Room, status: int = 200, **context: Any
) -> HTMLResponse:
    """One of the templates of rooms/, in its frame."""
    return render(request, template, status, **{**frame(seat, room), **context})


def piece(seat: Seat, template: str, room: Room, **context: Any) -> str:
    """A part of a room as HTML, for live updates."""
    more = {
        "seat": seat,
        "csrf": seat.viewer.csrf,
        "fresh_id": lambda: fresh_id(seat),
        **frame(seat, room),
    }
    return seat.web.templates.get_template(template).render({**more, **context})


# -- taking what was sent -------------------------------------------------------------------------


def text_of(form: FormData, name: str, default: str = "") -> str:
    """One field of a form as text, with plain line ends. Raises Refused for a file."""
    given = form.get(name, default)
    if not isinstance(given, str):
        raise Refused(NO_FILE)
    return given.replace("\r\n", "\n").replace("\r", "\n")


def texts_of(form: FormData, name: str) -> tuple[str, ...]:
    """All values of a form's field. Raises Refused for a file."""
    given = form.getlist(name)
    if not all(isinstance(value, str) for value in given):
        raise Refused(NO_FILE)
    return tuple(str(value).replace("\r\n", "\n").replace("\r", "\n") for value in given)


def plain_held(form: FormData) -> Held:
    """What the plain fields of a form hold (see bot.core.plain_form). Raises Refused for a file."""
    return {
        name: texts_of(form, name) if name.endswith(":options") else text_of(form, name)
        for name in form
    }


def inside(here: str) -> str:
    """A path inside the committee's pages as a form or an address hands it in; "" for any other."""
    return here if _INSIDE.fullmatch(here) else ""


def way_back(seat: Seat, form: FormData) -> str:
    """The page inside the committee that a form was sent from (its field `here`)."""
    here = inside(text_of(form, "here"))
    return base(seat.desk.committee) + (f"/{here}" if here else "")


def from_script(request: Request) -> bool:
    """Whether the page's own script asks, and wants a small answer."""
    return request.headers.get("accept", "") == "application/json"


def done(
    request: Request, seat: Seat, url: str, notice: str = "", *, ok: bool = True, go: bool = False
) -> Response:
    """Answer a form: on to `url`, or for the script what happened (`go`: it should move, too)."""
    if from_script(request):
        answer = {"ok": ok, "notice": notice, "id": fresh_id(seat), "go": url if go else ""}
        return JSONResponse(answer)
    return back_to(request, url, notice)


def act(
    request: Request,
    seat: Seat,
    event: Callable[[], Event],
    url: str,
    notice: str = "",
    then: Callable[[], str | None] | None = None,
    *,
    told: bool = False,
) -> Response:
    """Hand an event to the service and go to `url`; a refusal becomes the notice there.

    With `told`, what the bot says to this member alone becomes it, too, and stands in no room. `then` runs once the event is kept, and may lead elsewhere (to a walk that has just begun): the
    script is told to go there.
    """
    try:
        handled = take(seat, event(), hand_back=told)
    except Refused as refusal:
        return done(request, seat, url, refusal.sentence, ok=False)
    except Misuse:
        return done(request, seat, url, STALE, ok=False, go=True)
    way = then() if then else None
    said = " ".join(showing.spoken(say.content) for say in handled.back)
    return done(request, seat, way or url, said or notice, go=bool(way))


def take(seat: Seat, event: Event, *, hand_back: bool = False) -> Handled:
    """Hand an event to the service, and put what the bot says to it into the rooms.

    `hand_back`: what it says to this member alone comes back instead (see Service.take).
    Raises what Service.handle raises; then nothing was kept.
    """
    service = seat.web.service
    handled = service.handle(event, hand_back=hand_back)
    deliver_hosted(seat.web.store, seat.web.clock(), HOSTED, watch=service.watch)
    return handled


def today_of(seat: Seat) -> datetime:
    """Now, in the committee's zone."""
    now = clocks.at(seat.desk.committee, seat.web.clock())
    return wording.local(now, seat.desk.committee.zone)


def zones() -> list[str]:
    """The time zones a person may pick from: places, and UTC."""
    places = sorted(z for z in available_timezones() if "/" in z and not z.startswith("Etc/"))
    return [*places, "UTC"]
