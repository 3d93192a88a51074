"""Who is looking at a page, from which seat, and how a page goes back to them.

Every room of the workspace depends on this: `Here` and `SeatHere` in a route's signature say who
may come, `Posted` on every POST hands in the form once it is known to come from a page of ours,
`render` and `back_to` answer.
"""

import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from bot.core.desk import Desk
from bot.core.errors import Misuse
from bot.core.service import HOSTED
from bot.logs import whence
from bot.web.ground import (
    NOTICE_COOKIE,
    SESSION_COOKIE,
    VISITOR_COOKIE,
    SignInFirst,
    Stop,
    Web,
    drop_cookie,
    keep_cookie,
    kept_cookie,
    not_here,
    web,
)
from bot.web.signing import new_token, same, token_hash
from storage.doors import Person, Session
from storage.people import Member
from storage.port import NotFound, StoreError, Transaction

STALE = "This page was open for too long"
STALE_WHY = "Nothing was changed. Go back, load the page again, and send it once more."
ELSEWHERE = "This came from another site"
ELSEWHERE_WHY = "Nothing was changed. Open Convenor itself and do it there."

SESSION_LIFE = timedelta(days=30)
RENEW_AFTER = timedelta(days=1)
"""A session in use is prolonged at most this often."""
VISIT_LIFE = timedelta(hours=12)
NOTICE_LIFE = timedelta(minutes=2)
BODY_LIMIT = 2 * 1024 * 1024
"""Bytes of a request's body."""
VISITOR_LIMIT = 16 * 1024
"""The same where nobody is signed in: a visitor has one button to press."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Viewer:
    """Somebody who is signed in, in this browser."""

    person: Person
    session: Session
    csrf: str
    """Goes into every form as the hidden input `csrf`, or with a script's request as X-CSRF."""


@dataclass(frozen=True)
class Seat:
    """A viewer in one committee."""

    web: Web = field(repr=False)
    viewer: Viewer
    desk: Desk
    member: Member
    """The member who acts: in a sample committee the persona, if one is borrowed."""
    real: Member | None = None
    """The viewer's own member while they borrow another's eyes; None otherwise."""


# -- who ------------------------------------------------------------------------------------------


def find_viewer(request: Request) -> Viewer | None:
    """Who is signed in, or None. Reads the store once a request; prolongs a session in use."""
    if not hasattr(request.state, "viewer"):
        request.state.viewer = _find_viewer(request)
    found: Viewer | None = request.state.viewer
    return found


def _find_viewer(request: Request) -> Viewer | None:
    here = web(request)
    token = kept_cookie(request, SESSION_COOKIE)
    if not token or len(token) > 100:
        return None
    reader, now = here.store.read(), here.clock()
    session = reader.session(token_hash(token))
    if session is None or session.expires_at <= now:
        return None
    try:
        person = reader.person(session.person)
    except NotFound:
        return None
    if session.expires_at < now + SESSION_LIFE - RENEW_AFTER:
        hashed = session.token_hash
        try:
            prolonged = here.store.write(lambda tx: _prolong(tx, hashed, now))
        except StoreError as error:
            # Reading goes on where nothing can be written (a full disk): the session is still good.
            log.error("session not prolonged person=%s %s", person.id, whence(error))
        else:
            if prolonged is None:
                return None
            session = prolonged
            keep_cookie(request, SESSION_COOKIE, token, SESSION_LIFE)
    return Viewer(person, session, here.signer.mark("csrf", session.token_hash))


def _prolong(tx: Transaction, hashed: str, now: datetime) -> Session | None:
    # Read again: the browser may have signed out, or switched its persona, in the meantime.
    session = tx.session(hashed)
    if session is not None:
        session = session.evolve(expires_at=now + SESSION_LIFE)
        tx.keep_session(session)
    return session


def viewer(request: Request) -> Viewer:
    """Who is signed in; a browser that is not goes to the page that says how."""
    found = find_viewer(request)
    if found is None:
        raise SignInFirst
    return found


def seat(request: Request, committee: str) -> Seat:
    """The viewer's seat in the committee of the path.

    A committee that is unknown, not theirs or no longer theirs gets one and the same answer.
    """
    who, here = viewer(request), web(request)
    try:
        desk = here.service.look(committee)
    except NotFound:
        raise not_here() from None
    own = own_member(here, who.person, desk)
    if own is None:
        raise not_here()
    found = Seat(here, who, desk, own)
    persona = desk.state.members.get(who.session.personas.get(committee, ""))
    if desk.committee.sample and persona and persona.active and persona.id != own.id:
        found = Seat(here, who, desk, persona, real=own)
    request.state.seat = found
    return found


def own_member(here: Web, person: Person, desk: Desk) -> Member | None:
    """The active member that this person is in a committee."""
    address = here.address(person.id)
    members = desk.state.members.values()
    return next((m for m in members if m.active and address in m.addresses), None)


Here = Annotated[Viewer, Depends(viewer)]
SeatHere = Annotated[Seat, Depends(seat)]


# -- what they send -------------------------------------------------------------------------------


async def check_csrf(request: Request) -> FormData:
    """The form of a POST, once it is known to come from a page of ours. For every POST.

    Signed in or visiting, the browser's own token has to come along, as the input `csrf` or the
    header X-CSRF; and what the browser itself says of where it comes from must not disagree.
    """
    refuse_other_sites(request)
    # Who it is comes before what they sent: a stranger must not make us read a long form.
    found = await run_in_threadpool(find_viewer, request)
    if found is not None:
        right = found.csrf
    elif visitor := kept_cookie(request, VISITOR_COOKIE):
        right = web(request).signer.mark("visitor", visitor)
        request.state.body_limit = VISITOR_LIMIT  # for bot.web.security, which counts
    else:
        raise SignInFirst
    form = await request.form(max_files=0, max_part_size=BODY_LIMIT)
    given = request.headers.get("x-csrf") or form.get("csrf", "")
    if not isinstance(given, str) or not same(given, right):
        raise Stop(403, STALE, STALE_WHY)
    return form


Posted = Annotated[FormData, Depends(check_csrf)]


def refuse_other_sites(request: Request) -> None:
    """Refuse what a browser says was sent from elsewhere, a neighbour on another port included."""
    site = request.headers.get("sec-fetch-site", "same-origin")
    origin = request.headers.get("origin")
    if site not in ("same-origin", "none") or (origin is not None and not _ours(request, origin)):
        raise Stop(403, ELSEWHERE, ELSEWHERE_WHY)


def _ours(request: Request, origin: str) -> bool:
    # The Host header has been checked at the door (bot.web.security). The scheme is not compared:
    # behind a proxy this process sees plain HTTP.
    hosts = (request.headers.get("host", ""), urlsplit(web(request).public_url).netloc)
    sender = urlsplit(origin).netloc.lower()
    return bool(sender) and sender in {host.lower() for host in hosts}


def visitor_csrf(request: Request) -> str:
    """The token for a form that is shown to somebody who may not be signed in."""
    found = find_viewer(request)
    if found is not None:
        return found.csrf
    visitor = kept_cookie(request, VISITOR_COOKIE)
    if not visitor:
        visitor = new_token()
        keep_cookie(request, VISITOR_COOKIE, visitor, VISIT_LIFE)
    return web(request).signer.mark("visitor", visitor)


def fresh_id(seat: Seat) -> str:
    """A form's own id, signed for this person: the hidden input `id`."""
    return seat.web.signer.new_id(seat.viewer.person.id)


def delivery_id(seat: Seat, form: FormData) -> str:
    """The event id of a sent form, the same however often it is sent. Raises Misuse."""
    return form_id(seat.web, seat.viewer, form)


def form_id(here: Web, who: Viewer, form: FormData) -> str:
    """The same outside of any committee."""
    signed = form.get("id", "")
    value = here.signer.read_id(who.person.id, signed if isinstance(signed, str) else "")
    if value is None:
        raise Misuse("a form without an id of this person's")
    return f"{HOSTED}:{value}"


# -- what goes back -------------------------------------------------------------------------------


def render(
    request: Request, template: str, status: int = 200, *, fragment: bool = False, **context: Any
) -> HTMLResponse:
    """A page. Templates get web, viewer, seat, csrf, fresh_id() and notice beside the context.

    With `fragment`, a piece of a page: the notice waits for the next whole page.
    """
    here, who = web(request), find_viewer(request)
    base: dict[str, Any] = {
        "request": request,
        "web": here,
        "viewer": who,
        "seat": getattr(request.state, "seat", None),
        "csrf": who.csrf if who else "",
        "fresh_id": lambda: here.signer.new_id(who.person.id if who else ""),
        "notice": "" if fragment else _take_notice(request),
    }
    html = here.templates.get_template(template).render({**base, **context})
    return HTMLResponse(html, status)


def back_to(request: Request, url: str, notice: str = "") -> RedirectResponse:
    """After a POST: on to a page of ours (a path), which shows the notice once."""
    if notice:
        sealed = web(request).signer.seal("notice", notice[:500])
        keep_cookie(request, NOTICE_COOKIE, sealed, NOTICE_LIFE)
    return RedirectResponse(url, 303)


def _take_notice(request: Request) -> str:
    sealed = kept_cookie(request, NOTICE_COOKIE)
    if not sealed:
        return ""
    drop_cookie(request, NOTICE_COOKIE)
    notice = web(request).signer.unseal("notice", sealed)
    return notice if isinstance(notice, str) else ""


__all__ = [
    "BODY_LIMIT", "Here", "Posted", "Seat", "SeatHere", "SignInFirst", "Stop", "Viewer", "Web",
    "back_to", "check_csrf", "delivery_id", "find_viewer", "form_id", "fresh_id", "not_here",
    "own_member", "render", "seat", "viewer", "visitor_csrf", "web",
]  # fmt: skip
