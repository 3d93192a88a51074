"""Slack's side of the bench: signed events over open connections, timed until their 200.

The requests are made and the connections opened before the clock runs, and the answers are read by
hand: what is measured is the server, not a client.
"""

import asyncio
import time
from itertools import count
from typing import Any, NamedTuple

from tests.bench.slack_sites import EVENTS, user
from tests.local_slack import BOT, CHANNEL, TEAM
from tests.slack_world import signed_request

_numbers = count(1)


class Wave(NamedTuple):
    """Some events: how long all took, and each, in seconds."""

    took: float
    each: list[float]


class Line(asyncio.Protocol):
    """One connection: a request, its answer, the next request."""

    transport: asyncio.Transport

    def __init__(self) -> None:
        self._found = bytearray()
        self._begin = 0.0
        self._answered: asyncio.Future[float] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def ask(self, request: bytes) -> "asyncio.Future[float]":
        """Send a request; the future says after how many seconds its 200 was there."""
        answered = self._answered = asyncio.get_running_loop().create_future()
        self._begin = time.perf_counter()
        self.transport.write(request)
        return answered

    def data_received(self, data: bytes) -> None:
        self._found += data
        if not _whole(self._found):
            return
        took, status = time.perf_counter() - self._begin, bytes(self._found[9:12])
        self._found.clear()
        assert self._answered is not None
        if status == b"200":
            self._answered.set_result(took)
        else:
            self._answered.set_exception(RuntimeError(f"answered {status.decode()}"))

    def connection_lost(self, exc: Exception | None) -> None:
        if self._answered is not None and not self._answered.done():
            self._answered.set_exception(exc or ConnectionError("it hung up"))


def _whole(answer: bytearray) -> bool:
    head, end, body = answer.partition(b"\r\n\r\n")
    if not end:
        return False
    for line in head.lower().split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name == b"content-length":
            return len(body) >= int(value)
    return body.endswith(b"0\r\n\r\n")  # in chunks


class Load:
    """A server, and the members who speak to it."""

    def __init__(self, port: int, members: int) -> None:
        self._port, self._members = port, members

    async def together(self, thread: str, text: str) -> Wave:
        """Every member says something in a thread, all at once, each over a connection of their own."""
        requests = [self._request(n, thread, text) for n in range(self._members)]
        lines = [await self._connect() for _ in requests]
        begin = time.perf_counter()
        asked = [line.ask(each) for line, each in zip(lines, requests, strict=True)]
        each = await asyncio.gather(*asked)
        took = time.perf_counter() - begin
        for line in lines:
            line.transport.close()
        return Wave(took, each)

    async def alone(self, thread: str, text: str) -> Wave:
        """The same, one after another, over one connection."""
        requests = [self._request(n, thread, text) for n in range(self._members)]
        line = await self._connect()
        begin = time.perf_counter()
        each = [await line.ask(request) for request in requests]
        took = time.perf_counter() - begin
        line.transport.close()
        return Wave(took, each)

    async def _connect(self) -> Line:
        """A new line: the server hangs up on one that was silent for seconds."""
        loop = asyncio.get_running_loop()
        _, line = await loop.create_connection(Line, "127.0.0.1", self._port)
        return line

    def _request(self, member: int, thread: str, text: str) -> bytes:
        made = signed_request(_event(user(member), thread, text))
        body: bytes = made["content"]
        lines = [
            f"POST {EVENTS} HTTP/1.1",
            f"host: 127.0.0.1:{self._port}",
            "user-agent: Slackbot 1.0 (+https://api.slack.com/robots)",
            "accept-encoding: gzip,deflate",
            "accept: */*",
            f"content-length: {len(body)}",
            *(f"{name}: {value}" for name, value in made["headers"].items()),
        ]
        return "\r\n".join([*lines, "", ""]).encode() + body


def _event(speaker: str, thread: str, text: str) -> dict[str, Any]:
    """A reply in a thread, with all that Slack sends along."""
    number = next(_numbers)
    ts = f"1800000000.{number:06}"
    said = {"type": "text", "text": text}
    return {
        "token": "not-looked-at-any-more",
        "team_id": TEAM,
        "api_app_id": "A0CONVENOR",
        "event": {
            "type": "message",
            "user": speaker,
            "ts": ts,
            "client_msg_id": f"00000000-0000-4000-8000-{number:012}",
            "text": text,
            "team": TEAM,
            "thread_ts": thread,
            "parent_user_id": BOT,
            "blocks": [
                {
                    "type": "rich_text",
                    "block_id": f"b{number}",
                    "elements": [{"type": "rich_text_section", "elements": [said]}],
                }
            ],
            "channel": CHANNEL,
            "event_ts": ts,
            "channel_type": "channel",
        },
        "type": "event_callback",
        "event_id": f"Ev{number:09}",
        "event_time": 1800000000,
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": TEAM,
                "user_id": BOT,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        "event_context": f"4-of-the-bench-{number}",
    }
