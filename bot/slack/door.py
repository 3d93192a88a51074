"""Slack's way in over HTTP: who knocks is looked at before anything is read.

`/slack/events` takes what Slack signed, and nothing else: everything else is answered with 401 and
runs nothing. `/slack/install` and `/slack/oauth_redirect` are open to browsers, where several
workspaces can be installed. A plain ASGI application, so that it needs no web framework.
"""

import json
import logging
from collections.abc import Callable
from urllib.parse import parse_qsl

from slack_bolt.adapter.asgi.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp

from bot.asgi import Message, Receive, Scope, Send, answer, only, whole
from bot.logs import whence
from bot.slack.oauth import INSTALL, REDIRECT
from bot.slack.signature import signed

EVENTS = "/slack/events"
PATHS = frozenset({EVENTS, INSTALL, REDIRECT})

log = logging.getLogger(__name__)


class Door:
    """The ASGI application. `secret` is the signing secret, "" where there is no HTTP at all."""

    def __init__(self, app: AsyncApp, secret: str, now: Callable[[], float]) -> None:
        self._handler = AsyncSlackRequestHandler(app, path=EVENTS)
        self._oauth = app.oauth_flow is not None
        self._secret, self._now = secret, now

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        path, method = scope["path"], scope["method"]
        if path == EVENTS and method == "POST" and self._secret:
            await self._events(scope, receive, send)
        elif path in (INSTALL, REDIRECT) and method == "GET" and self._oauth:
            await self._guarded(scope, receive, send)
        else:
            await answer(send, 404)

    async def _events(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = await whole(receive)
        timestamp = only(scope, b"x-slack-request-timestamp")
        signature = only(scope, b"x-slack-signature")
        if body is None:
            await answer(send, 413)
        elif not signed(self._secret, body, timestamp, signature, self._now()):
            log.warning("turned away path=%s bytes=%d", EVENTS, len(body))
            await answer(send, 401)
        elif not _readable(body, only(scope, b"content-type")):
            await answer(send, 400)
        else:
            await self._guarded(scope, _again(body), send)

    async def _guarded(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def sending(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        # Bolt reads both as UTF-8, and would fall over a stranger's odd cookie.
        headers = [(k, _utf8(v)) for k, v in scope["headers"]]
        known = {**scope, "headers": headers, "query_string": _utf8(scope["query_string"])}
        try:
            await self._handler(known, receive, sending)
        except Exception as error:  # noqa: BLE001  # whatever it was: no 200, so that Slack comes again
            log.error("slack request failed path=%s %s", scope["path"], whence(error))
            if not started:
                await answer(send, 500)


def _utf8(text: bytes) -> bytes:
    return text if text.isascii() else text.decode("latin-1").encode()


def _readable(body: bytes, kind: str) -> bool:
    """Whether a signed body is of a kind that Slack sends; Bolt would give 500 for what is not."""
    try:
        text = body.decode()
        match kind.partition(";")[0].strip().lower():
            case "application/json":
                return isinstance(json.loads(text), dict)
            case "application/x-www-form-urlencoded" if not text.startswith("{"):
                sent = dict(parse_qsl(text, keep_blank_values=True))
                payload = sent.get("payload")
                return bool(sent) if payload is None else isinstance(json.loads(payload), dict)
    except (ValueError, RecursionError):
        return False
    return False


def _again(body: bytes) -> Receive:
    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive
