"""What every page stands on: the workspace's parts, its cookies, and the two ways out of a page.

An answer is not at hand where cookies are decided (a dependency may refuse and still have to set
one), so they are noted on the request, and bot.web.security sends them with whatever answer comes.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from fastapi import Request
from jinja2 import Environment

from bot.core.service import HOSTED, LOCAL, Service
from bot.web.limiting import Attempts
from bot.web.signing import Signer
from storage.people import Address
from storage.port import Store

NOT_HERE = "There is nothing here for you"
NOT_HERE_WHY = "The address may be mistyped, or the committee is not one of yours."
NOT_HERE_WAY = "Your committees"

SESSION_COOKIE = "convenor_session"
VISITOR_COOKIE = "convenor_visitor"
NOTICE_COOKIE = "convenor_notice"


class SignInFirst(Exception):
    """Nobody is signed in: the page that says how to get in follows."""


class Stop(Exception):
    """Answer with a friendly page instead: a heading, a sentence, perhaps a way on.

    `way` is a label and a path; `retry_after` is in seconds.
    """

    def __init__(
        self,
        status: int,
        title: str,
        sentence: str,
        way: tuple[str, str] | None = None,
        retry_after: int = 0,
    ) -> None:
        super().__init__(title)
        self.status, self.title, self.sentence, self.way = status, title, sentence, way
        self.retry_after = retry_after


def not_here() -> Stop:
    """The one answer for what does not exist and for what is not theirs to see."""
    return Stop(404, NOT_HERE, NOT_HERE_WHY, (NOT_HERE_WAY, "/committees"))


@dataclass(frozen=True)
class Web:
    """The workspace's parts; put together once, by bot.web.app."""

    service: Service
    store: Store
    clock: Callable[[], datetime]
    signer: Signer
    public_url: str
    """Where people reach this workspace, without a slash at its end; "" means by loopback only."""
    local_url: str
    """Where it listens on this machine."""
    templates: Environment
    attempts: Attempts
    stopping: threading.Event = field(default_factory=threading.Event)
    """Set when the process is asked to stop: open streams end then."""

    @property
    def secure(self) -> bool:
        """Whether cookies may travel over HTTPS only."""
        return self.public_url.startswith("https://")

    @property
    def base_url(self) -> str:
        """What links for people begin with."""
        return self.public_url or self.local_url

    def address(self, person: str) -> Address:
        """The address by which a person of this workspace is a member."""
        return Address(platform=HOSTED, tenant=LOCAL, user=person)


def web(request: Request) -> Web:
    """The parts behind a request."""
    found: Web = request.app.state.web
    return found


def keep_cookie(request: Request, name: str, value: str, life: timedelta) -> None:
    """Set a cookie (of cookie-safe characters) with whatever answer this request gets."""
    parts = [
        f"{_cookie_name(request, name)}={value}",
        "Path=/",
        f"Max-Age={int(life.total_seconds())}",
    ]
    parts += ["HttpOnly", "SameSite=Lax"]
    if web(request).secure:
        parts.append("Secure")
    if not hasattr(request.state, "cookies"):
        request.state.cookies = {}
    request.state.cookies[name] = "; ".join(parts)


def kept_cookie(request: Request, name: str) -> str:
    """What the browser sent of a cookie that was set here; "" for none."""
    return request.cookies.get(_cookie_name(request, name), "")


def _cookie_name(request: Request, name: str) -> str:
    # Browsers take a cookie of such a name from this very host and over HTTPS alone: a neighbour
    # under the same domain can't slip one of theirs in.
    return f"__Host-{name}" if web(request).secure else name


def drop_cookie(request: Request, name: str) -> None:
    """Forget a cookie."""
    keep_cookie(request, name, "", timedelta(0))
