"""The doors of the workspace: where people come in, what they see first, and how they leave.

Rooms (a committee's pages) are elsewhere; a route here ends at `/c/COMMITTEE` at the latest.
Starting committees is in bot.web.founding.
"""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from bot.web import auth
from bot.web.ground import Web, not_here
from bot.web.viewer import (
    Here,
    Posted,
    SeatHere,
    Viewer,
    back_to,
    find_viewer,
    render,
    visitor_csrf,
    web,
)
from storage.people import Committee, Member

WELCOME = "Welcome, {name}. This is {committee}."
AS = "You see this sample as {name} now."
YOURSELF = "You are yourself again."

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get("/")
def home(request: Request, who: Here) -> Response:
    """The first-run card, the one committee there is, or the list of several."""
    mine = committees_of(web(request), who)
    if len(mine) == 1:
        return back_to(request, f"/c/{mine[0][0].id}")
    return render(request, "doors/home.html", committees=mine)


@router.get("/committees")
def committees(request: Request, who: Here) -> Response:
    """The list, however many there are."""
    return render(request, "doors/home.html", committees=committees_of(web(request), who))


def committees_of(here: Web, who: Viewer) -> list[tuple[Committee, Member]]:
    """The committees a person is in, by name, each with the member they are there."""
    members = here.store.read().memberships(here.address(who.person.id))
    found = [(here.service.look(m.committee).committee, m) for m in members if m.active]
    return sorted(found, key=lambda pair: (pair[0].name.casefold(), pair[0].id))


@router.get("/connect")
def connect(request: Request, _who: Here) -> Response:
    """What is to come for Slack and Teams."""
    return render(request, "doors/connect.html")


# -- in and out -----------------------------------------------------------------------------------


@router.get("/signin")
def how_to_get_in(request: Request) -> Response:
    """For those who are not signed in."""
    if find_viewer(request):
        return back_to(request, "/")
    return render(request, "doors/signin.html")


@router.get("/signin/{token}")
def sign_in(request: Request, token: str) -> Response:
    """Use a single-use link up; its token leaves the address bar."""
    auth.use_link(request, token)
    return back_to(request, "/")


@router.post("/signout")
def sign_out(request: Request, who: Here, _form: Posted) -> Response:
    """Forget this browser."""
    auth.sign_out(request, who)
    return back_to(request, "/signin")


@router.get("/join/{token}")
def look_at_invitation(request: Request, token: str) -> Response:
    """Who is invited to what. Only the button joins: previews of links must not."""
    welcome = auth.look_at_invitation(request, token)
    committee = welcome.state.committee
    if welcome.seated:
        return back_to(request, f"/c/{committee.id}")
    return render(
        request,
        "doors/join.html",
        committee=committee,
        member=welcome.member,
        token=token,
        csrf=visitor_csrf(request),
    )


@router.post("/join/{token}")
def join(request: Request, token: str, _form: Posted) -> Response:
    """Take the seat."""
    welcome = auth.use_invitation(request, token)
    committee = welcome.state.committee
    sentence = WELCOME.format(name=welcome.member.name, committee=committee.name)
    return back_to(request, f"/c/{committee.id}", sentence)


# -- somebody else's eyes -------------------------------------------------------------------------


@router.post("/c/{committee}/persona")
def switch_persona(request: Request, committee: str, seat: SeatHere, form: Posted) -> Response:
    """In a sample committee: look at it as another member (`member`; "" is oneself)."""
    if not seat.desk.committee.sample:
        raise not_here()
    own = seat.real or seat.member
    wanted = form.get("member") or own.id
    member = seat.desk.state.members.get(str(wanted))
    if member is None or not member.active:
        raise not_here()
    borrowed = member.id if member.id != own.id else ""
    auth.borrow_eyes(request, seat.viewer, committee, borrowed)
    back = str(form.get("back") or "")
    where = back if back.startswith(f"/c/{committee}/") and "\\" not in back else f"/c/{committee}"
    return back_to(request, where, AS.format(name=member.name) if borrowed else YOURSELF)
