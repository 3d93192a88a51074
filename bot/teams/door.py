"""Teams' way in: who knocks is looked at before anything is done.

`/api/messages` takes what Microsoft's connector signed for this bot, and nothing else: everything else
is answered with 401 and runs no turn. A plain ASGI application, so that it needs no web framework. The
answer follows the commit: where something could not be kept it is a 503, upon which Teams sends the
activity again.
"""

import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from bot.asgi import Receive, Scope, Send, answer, only, whole
from bot.core.errors import Misuse
from bot.logs import whence
from bot.teams.activities import Activity, read
from bot.teams.adapter import Gate, KeysUnknown
from bot.teams.needs import MESSAGES

PATHS = frozenset({MESSAGES})

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
            await answer(send, 405)
            return
        status, body = await self._one(only(scope, b"authorization"), receive)
        await answer(send, status, _written(body), "application/json; charset=utf-8")

    async def _one(self, header: str, receive: Receive) -> tuple[int, Answer]:
        found = await whole(receive)
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


def _written(body: Answer) -> bytes:
    """An answer's body, written here: the SDK would write an invoke's twice, as JSON in a JSON string.

    What comes back in a form may hold halves of characters, which no encoding has.
    """
    return b"" if body is None else json.dumps(body, ensure_ascii=False).encode(errors="replace")
