"""What machines ask: is it alive, is it ready, and the numbers. Plain text, nothing about anybody.

The numbers are for this machine alone, or for whoever holds the token. What came through a proxy is
not from this machine, whatever its address is; and a browser on it, led here by a name that
somebody else points at it, asks with that name.
"""

import hmac
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import urlsplit

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import PlainTextResponse, Response

from bot.core.readiness import Readiness
from bot.web.security import LOOPBACK

FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip", "via")
NUMBERS = "text/plain; version=0.0.4; charset=utf-8"
BEARER = "bearer "


class Machines(NamedTuple):
    """What there is for machines; `numbers` is Prometheus' page, None where nothing is counted."""

    readiness: Readiness
    numbers: Callable[[], bytes] | None = None
    token: str = ""
    """Lets others than this machine read the numbers; "" for nobody."""


def add(app: FastAPI, machines: Machines) -> None:
    """Add the three routes."""

    async def alive() -> PlainTextResponse:
        return PlainTextResponse("ok\n")

    def ready() -> PlainTextResponse:
        report = machines.readiness.report()
        return PlainTextResponse("\n".join(report.lines) + "\n", 200 if report.ready else 503)

    def numbers(request: Request) -> Response:
        if machines.numbers is None or not _may_read(request, machines.token):
            raise HTTPException(404)
        return Response(machines.numbers(), media_type=NUMBERS)

    app.add_api_route("/healthz", alive, include_in_schema=False)
    app.add_api_route("/readyz", ready, include_in_schema=False)
    app.add_api_route("/metrics", numbers, include_in_schema=False)


def _may_read(request: Request, token: str) -> bool:
    header = request.headers.get("authorization", "")
    if token and header[: len(BEARER)].lower() == BEARER:
        given = header[len(BEARER) :].strip()
        return hmac.compare_digest(given.encode(), token.encode())
    if any(name in request.headers for name in FORWARDED):
        return False
    return _is_loopback(request.client.host if request.client else "") and _called_local(request)


def _is_loopback(host: str) -> bool:
    return host == "::1" or host.removeprefix("::ffff:").startswith("127.")


def _called_local(request: Request) -> bool:
    try:
        return (urlsplit(f"//{request.headers.get('host', '')}").hostname or "") in LOOPBACK
    except ValueError:
        return False
