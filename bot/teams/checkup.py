"""What Microsoft's login service says of the app, and what answers at the public address, for
`convenor doctor`. It asks, and changes nothing.

The login service is asked for the token that the bot sends with
(https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication);
the public address gets a message that nobody signed, which Convenor has to turn away. The words for
people are the doctor's (bot.cli.doctor_teams).
"""

import ipaddress
import re
import socket
import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from typing import Any, Literal, NamedTuple, TypeVar
from urllib.parse import urlsplit

import msal
import requests
from msal.exceptions import MsalServiceError

from bot.teams.needs import MESSAGES

PATIENCE = 8
"""Seconds that all of it has."""
LOGIN = "https://login.microsoftonline.com"
MANY = "botframework.com"
"""The tenant that gives the tokens of apps of many tenants."""
SCOPE = "https://api.botframework.com/.default"
AADSTS = re.compile(r"\bAADSTS(\d{4,9})\b")
"""A code of the login service's; nothing else of an answer is repeated."""
WORD = re.compile(r"[a-z][a-z_]{0,59}")

T = TypeVar("T")
Kind = Literal[
    "refused",  # the login service says no; `code` is the number of its reason, or a word for it
    "busy",  # it can't just now
    "late",
    "name",  # the host's name is not known
    "closed",  # nobody listens there
    "secure",  # no safe connection
    "proxy",
    "foreign",  # something answered, but not as the login service does
    "broken",  # any other fault of the connection
]


class Trouble(NamedTuple):
    """Why there is no token or no answer, or why nobody can tell."""

    kind: Kind
    code: str = ""


class Door(NamedTuple):
    """What answered to a message that nobody signed."""

    status: int
    guarded: bool = False
    """Whether a password is asked for, which is not Convenor's way."""
    inside: bool = False
    """Whether its name leads to private addresses alone, from this machine."""


class Answers(NamedTuple):
    """What became of each question; None for one that was not asked."""

    login: Trouble | Literal["fine"] | None
    door: Door | Trouble | None


def ask(
    app_id: str = "", password: str = "", tenant: str = "", public_url: str = "", login: str = ""
) -> Answers:
    """Ask about the app and the address, as far as they are given. Seconds at most; raises nothing.

    Without a tenant, the app is one of many tenants. `login` is where the login service is, if it
    is not Microsoft's own.
    """
    asked = _begin(lambda: _token(login or LOGIN, app_id, password, tenant))
    knocked = _begin(lambda: _door(public_url))
    both: tuple[Future[Any], ...] = (asked, knocked)
    wait(both, PATIENCE)
    return Answers(login=_told(asked), door=_told(knocked))


def _begin(question: Callable[[], T]) -> "Future[T]":
    """Ask on a thread that may be left behind: not every library keeps to the time it is given."""
    answer: Future[T] = Future()

    def run() -> None:
        try:
            answer.set_result(question())
        except BaseException as error:  # noqa: BLE001  # handed on to whoever waits
            answer.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return answer


def _told(answer: "Future[T]") -> T | Trouble:
    return answer.result() if answer.done() else Trouble("late")


# -- the login service ---------------------------------------------------------------------------


class _Session(requests.Session):
    """Keeps to the time; knows whether the last answer was that it is too much, or which number it gave."""

    def __init__(self) -> None:
        super().__init__()
        self.busy, self.code = False, ""

    def request(self, *args: Any, **kwargs: Any) -> requests.Response:
        answer = super().request(*args, **{"timeout": PATIENCE, **kwargs})
        found = AADSTS.search(answer.text)
        self.code = found[1] if found else ""
        self.busy = answer.status_code == 429 or answer.status_code >= 500
        return answer


def _token(base: str, app_id: str, password: str, tenant: str) -> Trouble | Literal["fine"] | None:
    if not (app_id and password):
        return None
    with _Session() as session:
        try:
            app = msal.ConfidentialClientApplication(
                app_id,
                client_credential=password,
                authority=f"{base}/{tenant or MANY}",
                instance_discovery=False,  # the address is known: no other has to vouch for it
                http_client=session,
            )
            answer = app.acquire_token_for_client([SCOPE])
        except requests.RequestException as error:
            return Trouble(_why(error))
        except (AttributeError, KeyError, TypeError, ValueError, MsalServiceError):
            # MSAL says so of a tenant that is not known, of too much, and of what is no login service.
            answer = {}
        if "access_token" in answer:
            return "fine"
        if session.busy:
            return Trouble("busy")
        word = str(answer.get("error") or "")
        code = session.code or (word if WORD.fullmatch(word) else "")
        return Trouble("refused", code) if code else Trouble("foreign")


# -- the public address --------------------------------------------------------------------------


def _door(public_url: str) -> Door | Trouble | None:
    if not public_url:
        return None
    try:
        with requests.post(
            public_url + MESSAGES, json={}, timeout=PATIENCE, allow_redirects=False, stream=True
        ) as answer:
            scheme = answer.headers.get("www-authenticate", "").split(" ")[0].casefold()
    except requests.RequestException as error:
        return Trouble(_why(error))
    inside = _inside(urlsplit(public_url).hostname or "")
    return Door(answer.status_code, guarded=scheme not in ("", "bearer"), inside=inside)


def _inside(host: str) -> bool:
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError:  # a proxy may know it all the same
        return False
    addresses = (ipaddress.ip_address(str(address[0]).split("%")[0]) for *_, address in found)
    return not any(address.is_global for address in addresses)


def _why(error: requests.RequestException) -> Kind:
    if isinstance(error, requests.Timeout):
        return "late"
    if isinstance(error, requests.exceptions.ProxyError):
        return "proxy"
    if isinstance(error, requests.exceptions.SSLError):
        return "secure"
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, socket.gaierror):
            return "name"
        if isinstance(cause, ConnectionRefusedError):
            return "closed"
        cause = cause.__cause__ or cause.__context__
    return "broken"
