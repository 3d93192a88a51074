"""What holds for every answer of the web workspace, whatever route or error it comes from.

One ASGI layer around the whole application: who may be asked for (the Host header: a name that
somebody else points at this machine must not reach it), how much may be sent, which headers and
cookies go out, and what a person sees when something of ours breaks. It passes messages through
as they come, so that streams stay streams.
"""

import logging
import secrets
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.logs import whence
from bot.web.viewer import BODY_LIMIT

WRONG_HOST = "Convenor does not answer to this name. Use the address in CONVENOR_PUBLIC_URL.\n"
TOO_LARGE = "That was too much at once"
TOO_LARGE_WHY = (
    "A form may hold about 2 MB. Nothing was changed. Go back, shorten it, send it again."
)
BROKEN = "Something went wrong on our side"
BROKEN_WHY = "Nothing of your last step was kept. Try again; if it stays, pass on this code: {0}"

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    # Not "no-referrer": browsers then send `Origin: null` with our own forms. This one keeps the
    # tokens in addresses from other sites just as well.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
HSTS = "max-age=31536000"
DRAIN_LIMIT = 10 * BODY_LIMIT
_DIGITS = 20
PROBES = frozenset({"/healthz", "/readyz", "/metrics"})
"""Asked by machines, under whatever name they know this one by; see bot.web.machines."""
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})

log = logging.getLogger(__name__)

PageMaker = Callable[[Scope, int, str, str], Response]
"""Makes a friendly page from a request's scope, a status, a heading and a sentence."""


class Security:
    """The layer. `page` makes the pages that a person sees."""

    def __init__(self, app: ASGIApp, *, public_url: str, page: PageMaker) -> None:
        self._app = app
        self._page = page
        self._public_host = (urlsplit(public_url).hostname or "").lower()
        self._headers = dict(HEADERS)
        if public_url.startswith("https://"):
            self._headers["Strict-Transport-Security"] = HSTS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        # The application's own copy of the state would hide the cookies from this layer.
        scope.setdefault("state", {})
        answer = _Answer(scope, send, self._headers)
        if not self._known(scope):
            await PlainTextResponse(WRONG_HOST, 400)(scope, receive, answer.send)
            return
        body = _Body(receive, answer, scope["state"])
        if body.announced(Headers(scope=scope)) > BODY_LIMIT:
            await self._too_large(scope, body, answer)
            return
        try:
            await self._app(scope, body.receive, answer.pass_on)
        except ClientDisconnect:
            log.info("client left")
        except Exception as error:
            reference = secrets.token_hex(4)
            log.error("fault ref=%s %s", reference, whence(error))  # not its words: see whence
            if answer.started:
                raise  # too late for a page: the server has to cut the connection
            await self._broken(scope, reference)(scope, receive, answer.send)
        if body.too_large and not answer.started:
            await self._too_large(scope, body, answer)

    async def _too_large(self, scope: Scope, body: "_Body", answer: "_Answer") -> None:
        # Most browsers show no page while they still have something to send.
        await body.drain()
        page = self._page(scope, 413, TOO_LARGE, TOO_LARGE_WHY)
        page.headers["Connection"] = "close"
        await page(scope, body.receive, answer.send)

    def _broken(self, scope: Scope, reference: str) -> Response:
        sentence = BROKEN_WHY.format(reference)
        try:
            return self._page(scope, 500, BROKEN, sentence)
        except Exception as error:  # noqa: BLE001  # the last answer there is; logged
            log.error("fault ref=%s in the error page: %s", reference, whence(error))
            return PlainTextResponse(f"{BROKEN}. {sentence}\n", 500)

    def _known(self, scope: Scope) -> bool:
        if scope["path"] in PROBES:
            return True
        hosts = Headers(scope=scope).getlist("host")
        if len(hosts) != 1:
            return False
        try:
            name = (urlsplit(f"//{hosts[0]}").hostname or "").lower()
        except ValueError:
            return False
        return name in LOOPBACK or (bool(name) and name == self._public_host)


class _Body:
    """Counts what comes in."""

    def __init__(self, receive: Receive, answer: "_Answer", state: dict[str, Any]) -> None:
        self._receive = receive
        self._answer = answer
        self._state = state
        self._size = 0
        self._more = True
        self.too_large = False

    @staticmethod
    def announced(headers: Headers) -> int:
        """The length that the client says, in bytes."""
        length = headers.get("content-length", "0")
        if not (length.isascii() and length.isdecimal()):
            return 0
        return int(length) if len(length) < _DIGITS else DRAIN_LIMIT  # int() takes no endless ones

    async def drain(self) -> None:
        """Read on to the end, within reason."""
        while self._more and self._size < DRAIN_LIMIT:
            await self._next()

    async def receive(self) -> Message:
        """The next message, for the application."""
        message = await self._next()
        limit = self._state.get("body_limit", BODY_LIMIT)
        if message["type"] == "http.request" and self._size > limit:
            # The route sees its client leave; what it makes of that is replaced by our page.
            self.too_large = self._answer.withheld = True
            return {"type": "http.disconnect"}
        return message

    async def _next(self) -> Message:
        message = await self._receive()
        self._size += len(message.get("body", b""))
        self._more = message.get("more_body", False)
        return message


class _Answer:
    """Adds what every answer carries."""

    def __init__(self, scope: Scope, send: Send, headers: dict[str, str]) -> None:
        self._scope = scope
        self._send = send
        self._headers = headers
        self.started = False
        self.withheld = False

    async def pass_on(self, message: Message) -> None:
        """From the application."""
        if self.started or not self.withheld:
            await self.send(message)

    async def send(self, message: Message) -> None:
        """To the client."""
        if message["type"] == "http.response.start":
            self.started = True
            headers = MutableHeaders(scope=message)
            for name, value in self._headers.items():
                headers.setdefault(name, value)
            headers.setdefault("Cache-Control", "no-store")
            for cookie in self._scope["state"].get("cookies", {}).values():
                headers.append("Set-Cookie", cookie)
        await self._send(message)
