"""Signing in and out: sessions in a cookie, single-use links, and the limit on failing.

A session's token stands in the cookie and nowhere else; the store has its hash. Every sign-in makes
a new one, so a token that was planted beforehand is worth nothing. Members' invitations are in
bot.web.invitations.
"""

import logging
import math
from datetime import datetime

from fastapi import Request

from bot.web.ground import (
    SESSION_COOKIE,
    VISITOR_COOKIE,
    Stop,
    drop_cookie,
    keep_cookie,
    kept_cookie,
    web,
)
from bot.web.invitations import Welcome, accept, open_invitation
from bot.web.signing import new_token, token_hash
from bot.web.viewer import SESSION_LIFE, Viewer, find_viewer
from storage.doors import Session
from storage.port import Transaction

SLOW_DOWN = "Let’s wait a little"
SLOW_DOWN_WHY = "There were many links that did not work. Please try again in {time}."
USED = "This link no longer works"
USED_WHY = (
    "A sign-in link works once and for 15 minutes. Start Convenor again, or run "
    "“convenor link” where it runs, and open the new one."
)
CLOSED = "This invitation no longer works"
CLOSED_WHY = "It may have run out, or a newer one has been sent. Ask your chair for a new link."
SIGN_IN_WAY = "How to get in"

log = logging.getLogger(__name__)


def guard(request: Request) -> None:
    """Raise the page that says when to try again, where too many tries failed lately."""
    here = web(request)
    seconds = here.attempts.wait(client(request), here.clock().timestamp())
    if seconds:
        log.warning("sign-in limited")
        sentence = SLOW_DOWN_WHY.format(time=_time(seconds))
        raise Stop(429, SLOW_DOWN, sentence, retry_after=seconds)


def fail(request: Request, title: str, sentence: str) -> Stop:
    """Count a failed try; returns what to raise."""
    web(request).attempts.failed(client(request))
    log.warning("sign-in refused")
    return Stop(410, title, sentence, (SIGN_IN_WAY, "/signin"))


def client(request: Request) -> str:
    """The address that a request comes from; the proxy's word counts where uvicorn trusts it."""
    return request.client.host if request.client else ""


def use_link(request: Request, token: str) -> None:
    """Sign in with a single-use link; raises the page that says how to get a new one."""
    guard(request)
    here, now = web(request), web(request).clock()

    def work(tx: Transaction) -> tuple[str, str] | None:
        link = tx.take_sign_in(token_hash(token), now)
        return (link.person, open_session(request, tx, link.person, now)) if link else None

    opened = here.store.write(work)
    if opened is None:
        if find_viewer(request):
            return  # their own link once more, from the history or a second click
        raise fail(request, USED, USED_WHY)
    log.info("signed in person=%s", opened[0])
    let_in(request, opened[1])


def use_invitation(request: Request, token: str) -> Welcome:
    """Join by an invitation; returns what was joined.

    Raises Refused where this browser's person is somebody else in the committee already.
    """
    guard(request)
    here, now, who = web(request), web(request).clock(), find_viewer(request)

    def work(tx: Transaction) -> tuple[Welcome, str] | None:
        welcome = accept(here, tx, token, who.person if who else None, now)
        if welcome is None:
            return None
        return welcome, "" if who else open_session(request, tx, welcome.person.id, now)

    joined = here.store.write(work)
    if joined is None:
        raise fail(request, CLOSED, CLOSED_WHY)
    welcome, session = joined
    log.info(
        "joined committee=%s member=%s invitation=%s person=%s",
        welcome.invitation.committee,
        welcome.invitation.member,
        welcome.invitation.id,
        welcome.person.id,
    )
    if session:
        let_in(request, session)
    return welcome


def look_at_invitation(request: Request, token: str) -> Welcome:
    """What an invitation offers; changes nothing, so that a link preview does no harm."""
    guard(request)
    here, who = web(request), find_viewer(request)
    person = who.person if who else None
    welcome = open_invitation(here, here.store.read(), token, person, here.clock())
    if welcome is None:
        raise fail(request, CLOSED, CLOSED_WHY)
    return welcome


def open_session(request: Request, tx: Transaction, person: str, now: datetime) -> str:
    """A new session for this browser, in place of the one it may have; returns the token."""
    token = new_token()
    if old := kept_cookie(request, SESSION_COOKIE):
        tx.drop_session(token_hash(old))
    tx.keep_session(
        Session(token_hash=token_hash(token), person=person, expires_at=now + SESSION_LIFE)
    )
    return token


def let_in(request: Request, token: str) -> None:
    """Hand the browser its new session."""
    keep_cookie(request, SESSION_COOKIE, token, SESSION_LIFE)
    drop_cookie(request, VISITOR_COOKIE)


def sign_out(request: Request, who: Viewer) -> None:
    """Forget this browser."""
    web(request).store.write(lambda tx: tx.drop_session(who.session.token_hash))
    drop_cookie(request, SESSION_COOKIE)
    log.info("signed out person=%s", who.person.id)


def borrow_eyes(request: Request, who: Viewer, committee: str, member: str) -> None:
    """Look at a sample committee as another member from now on; "" is oneself again."""

    def work(tx: Transaction) -> None:
        session = tx.session(who.session.token_hash)
        if session is not None:
            others = {c: m for c, m in session.personas.items() if c != committee}
            personas = {**others, committee: member} if member else others
            tx.keep_session(session.evolve(personas=personas))

    web(request).store.write(work)
    log.info("persona committee=%s member=%s", committee, member)


def _time(seconds: int) -> str:
    minutes = math.ceil(seconds / 60)
    return "a minute" if minutes == 1 else f"{minutes} minutes"
