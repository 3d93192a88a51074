"""What the platforms' doors share: reading one request, and answering it.

The doors are plain ASGI applications (https://asgi.readthedocs.io/en/latest/specs/www.html), so that
nothing reads a stranger's request before they do.
"""

import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

LARGEST = 1 << 20
"""Bytes of a request; what Slack and Teams send is far smaller."""

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]


def only(scope: Scope, name: bytes) -> str:
    """A header's value; "" where it is missing, or there twice: nobody can say which one counts."""
    found = [value for key, value in scope["headers"] if key.lower() == name]
    return str(found[0].decode("latin-1")) if len(found) == 1 else ""


async def whole(receive: Receive) -> bytes | None:
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


async def answer(send: Send, status: int, body: bytes = b"", kind: str = "") -> None:
    """Answer with a status and, where there is one, a body of this media type."""
    headers = [(b"content-length", str(len(body)).encode()), (b"cache-control", b"no-store")]
    if body:
        headers.append((b"content-type", kind.encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


WELL = 400
"""Answers from this status on say no: a stranger's knocking would hide how long real work takes."""


def timed(app: Asgi, note: Callable[[float], None]) -> Asgi:
    """The application; `note` is told how many seconds a POST that went well took to be answered."""

    async def timing(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "POST":
            await app(scope, receive, send)
            return
        began, well = time.perf_counter(), False

        async def sending(message: Message) -> None:
            nonlocal well
            await send(message)
            if message["type"] == "http.response.start":
                well = message["status"] < WELL
            elif well and not message.get("more_body", False):
                well = False
                note(time.perf_counter() - began)

        await app(scope, receive, sending)

    return timing
