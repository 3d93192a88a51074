"""Teams' way in: who knocks is looked at before anything is done.

`/api/messages` takes what Microsoft's connector signed for this bot, and nothing else: everything else
is answered with 401 and runs no turn. A plain ASGI application, so that it needs no web framework. The
answer follows the commit: where something could not be kept it is a 503, upon which Teams sends the
activity again.
"""

import json
import logging
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from bot.core.errors import Misuse
from bot.logs import whence
from bot.teams.activities import Activity, read
from bot.teams.adapter import Gate, KeysUnknown
from bot.teams.needs import MESSAGES

PATHS = frozenset({MESSAGES})
LARGEST = 1 << 20
"""Bytes of a request; what Teams sends is far smaller."""

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Answer = dict[str, Any] | None
"""What the answer's body is to be; None for none."""


class Again(Exception):
    """It could not be done just now; Teams is to send it once more."""


class NotOurs(Exception):
    """An invoke that Convenor has no answer to: it is a 501, as Microsoft's own SDK says it."""


log = logging.getLogger(__name__)


class Door:
    """The ASGI application; `take` handles one activity that was let in."""

    def __init__(self, gate: Gate, take: Callable[[Activity], Awaitable[Answer]]) -> None:
        self._gate, self._take = gate, take

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["method"] != "POST":
            await _answer(send, 405)
            return
        status, body = await self._one(_only(scope, b"authorization"), receive)
        await _answer(send, status, body)

    async def _one(self, header: str | None, receive: Receive) -> tuple[int, Answer]:
        found = await _body(receive)
        if found is None:
            return 413, None
        sent = _object(found)
        try:
            if sent is None or not await self._gate.admits(header, sent):
                log.warning("turned away path=%s bytes=%d", MESSAGES, len(found))
                return 401, None
        except KeysUnknown:
            log.error("microsoft's keys are not reached")
            return 503, None
        try:
            return 200, await self._take(read(sent))
        except Misuse as error:
            # A Misuse is made of ids alone, so its words may be logged; made-up ids may be long.
            log.warning("misuse type=%.40a %.200s", sent.get("type"), str(error))
            return 400, None
        except NotOurs:
            return 501, None
        except Again:
            return 503, None
        except Exception as error:  # noqa: BLE001  # whatever it was: no 200, so that Teams comes again
            log.error("activity failed type=%.40a %s", sent.get("type"), whence(error))
            return 500, None


def _object(body: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _only(scope: Scope, name: bytes) -> str | None:
    """A header's value; None where it is missing, or there twice: nobody can say which one counts."""
    found = [value for key, value in scope["headers"] if key.lower() == name]
    return found[0].decode("latin-1") if len(found) == 1 else None


async def _body(receive: Receive) -> bytes | None:
    """The whole body; None where it is too large, or the caller went away."""
    found = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        found.extend(message.get("body", b""))
        if len(found) > LARGEST:
            return None
        if not message.get("more_body", False):
            return bytes(found)


async def _answer(send: Send, status: int, body: Answer = None) -> None:
    # Written here: the SDK would write an invoke's body twice, as JSON in a JSON string.
    # What comes back in a form may hold halves of characters, which no encoding has.
    said = b"" if body is None else json.dumps(body, ensure_ascii=False).encode(errors="replace")
    headers = [(b"content-length", str(len(said)).encode()), (b"cache-control", b"no-store")]
    if said:
        headers.append((b"content-type", b"application/json; charset=utf-8"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": said})
