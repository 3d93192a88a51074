"""The web application: its parts put together, and a friendly page for everything that goes wrong.

`create_app` is given everything it needs and starts nothing.
"""

import logging
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import Scope

from bot.core.errors import Misuse, NotAllowed, Refused
from bot.core.readiness import Readiness
from bot.core.service import Service
from bot.logs import whence
from bot.web import doors, founding, machines, rooms
from bot.web.furniture import Assets, furnish
from bot.web.ground import NOT_HERE, NOT_HERE_WAY, NOT_HERE_WHY, SignInFirst, Stop, Web
from bot.web.limiting import Attempts
from bot.web.security import Security
from bot.web.signing import Signer
from bot.web.viewer import find_viewer, render
from storage.port import Conflict, NotFound, Store, StoreError

REFUSED = "That did not work"
MISUSED = "That page is out of date"
MISUSED_WHY = "Nothing was changed. Open the committee again and try from there."
CROSSED = "Somebody was quicker"
CROSSED_WHY = (
    "This changed at the same moment. Nothing of yours was kept; load the page and try again."
)
CLOSED = "The record can’t be reached"
NO_WAY_IN = "That does not work this way"
NO_WAY_IN_WHY = "Nothing was changed. Go back and use the buttons of the page."
HOME = ("To the start", "/")
JSON = "application/json"

Site = FastAPI
"""What `create_app` makes, by a name that needs no web framework."""
STATIC = Path(__file__).parent / "static"

log = logging.getLogger(__name__)


def create_app(
    service: Service,
    store: Store,
    *,
    secret: str,
    clock: Callable[[], datetime],
    public_url: str = "",
    local_url: str = "http://127.0.0.1:8080",
    for_machines: machines.Machines | None = None,
) -> FastAPI:
    """The workspace on this service and store.

    `secret` signs everything (32 characters or more). `public_url` is where people reach it, "" for
    this machine alone; `local_url` is where it listens. Neither ends in a slash. `for_machines` is what
    /readyz and /metrics say; without it, the record alone is looked at.
    """
    app = FastAPI(title="Convenor", docs_url=None, redoc_url=None, openapi_url=None)
    assets = Assets(STATIC)
    app.state.web = Web(
        service=service,
        store=store,
        clock=clock,
        signer=Signer(secret),
        public_url=public_url,
        local_url=local_url,
        templates=furnish(assets),
        attempts=Attempts(),
    )
    machines.add(app, for_machines or machines.Machines(Readiness(store, clock)))
    app.include_router(doors.router)
    app.include_router(founding.router)
    app.include_router(rooms.router)
    app.mount("/static", assets.files)
    for kind, handler in HANDLERS.items():
        app.add_exception_handler(kind, handler)

    def page(scope: Scope, status: int, title: str, sentence: str) -> Response:
        # The layer stands outside of the application, which would have filled this in.
        return stop_page(Request({**scope, "app": app}), Stop(status, title, sentence, HOME))

    app.add_middleware(Security, public_url=public_url, page=page)
    return app


# -- what goes wrong ------------------------------------------------------------------------------


def stop_page(request: Request, stop: Stop) -> Response:
    """The friendly page; as JSON for a script that asks for that."""
    if JSON in request.headers.get("accept", ""):
        body = {"title": stop.title, "sentence": stop.sentence}
        answer: Response = JSONResponse(body, stop.status)
    else:
        _look_who(request)
        answer = render(request, "doors/stop.html", stop.status, stop=stop)
    if stop.retry_after:
        answer.headers["Retry-After"] = str(stop.retry_after)
    return answer


def _look_who(request: Request) -> None:
    try:
        find_viewer(request)
    except StoreError:
        request.state.viewer = None  # the page has to appear where the store fails, too


def _stop(request: Request, error: Exception) -> Response:
    assert isinstance(error, Stop)  # noqa: S101  # for the type checker
    return stop_page(request, error)


def _sign_in_first(request: Request, _error: Exception) -> Response:
    if JSON in request.headers.get("accept", ""):
        return JSONResponse({"where": "/signin"}, 401)
    return RedirectResponse("/signin", 303)


def _refused(request: Request, error: Exception) -> Response:
    status = 403 if isinstance(error, NotAllowed) else 422
    return stop_page(request, Stop(status, REFUSED, str(error)))


def _misuse(request: Request, error: Exception) -> Response:
    # A Misuse is made of ids alone, so its words may be logged.
    log.warning("misuse %s %s", _ids(request), error)
    return stop_page(request, Stop(400, MISUSED, MISUSED_WHY, HOME))


def _nothing_there(request: Request, _error: Exception) -> Response:
    return stop_page(request, Stop(404, NOT_HERE, NOT_HERE_WHY, (NOT_HERE_WAY, "/committees")))


def _store(request: Request, error: Exception) -> Response:
    if isinstance(error, Conflict):
        log.warning("conflict %s", _ids(request))
        return stop_page(request, Stop(409, CROSSED, CROSSED_WHY))
    log.error("store %s %s", _ids(request), whence(error))
    return stop_page(request, Stop(503, CLOSED, str(error), retry_after=30))


def _http(request: Request, error: Exception) -> Response:
    status = getattr(error, "status_code", 400)
    if status == 404:  # the one that everybody knows
        return _nothing_there(request, error)
    answer = stop_page(request, Stop(status, NO_WAY_IN, NO_WAY_IN_WHY, HOME))
    answer.headers.update(getattr(error, "headers", None) or {})
    return answer


def _ids(request: Request) -> str:
    """Where a request went, without what may be a token in it."""
    route = request.scope.get("route")
    committee = request.path_params.get("committee", "")
    return f"route={getattr(route, 'path', '?')} committee={committee}"


HANDLERS: dict[type[Exception], Callable[[Request, Exception], Response]] = {
    Stop: _stop,
    SignInFirst: _sign_in_first,
    Refused: _refused,
    Misuse: _misuse,
    NotFound: _nothing_there,
    StoreError: _store,
    RequestValidationError: _http,
    HTTPException: _http,
}
