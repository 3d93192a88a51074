"""The bench's callers: requests over open connections, timed until their answer.

The requests are made and the connections opened before the clock runs, and the answers are read by
hand: what is measured is the server, not a client.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple


class Wave(NamedTuple):
    """Some requests: how long all took, and each, in seconds."""

    took: float
    each: list[float]


class Post(NamedTuple):
    """One request."""

    path: str
    headers: dict[str, str]
    body: bytes

    def to(self, port: int) -> bytes:
        """As it goes over the wire."""
        lines = [
            f"POST {self.path} HTTP/1.1",
            f"host: 127.0.0.1:{port}",
            f"content-length: {len(self.body)}",
            *(f"{name}: {value}" for name, value in self.headers.items()),
        ]
        return "\r\n".join([*lines, "", ""]).encode() + self.body


Right = Callable[[bytes], bool]
"""Whether an answer is the one that is meant to come."""


def good(answer: bytes) -> bool:
    """Whether it is a 2xx."""
    return answer[9:10] == b"2"


class Line(asyncio.Protocol):
    """One connection: a request, its answer, the next request."""

    transport: asyncio.Transport

    def __init__(self, right: Right) -> None:
        self._right = right
        self._found = bytearray()
        self._begin = 0.0
        self._answered: asyncio.Future[float] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def ask(self, request: bytes) -> "asyncio.Future[float]":
        """Send a request; the future says after how many seconds its right answer was there."""
        answered = self._answered = asyncio.get_running_loop().create_future()
        self._begin = time.perf_counter()
        self.transport.write(request)
        return answered

    def data_received(self, data: bytes) -> None:
        self._found += data
        if not _whole(self._found):
            return
        took, answer = time.perf_counter() - self._begin, bytes(self._found)
        self._found.clear()
        assert self._answered is not None
        if self._right(answer):
            self._answered.set_result(took)
        else:
            self._answered.set_exception(RuntimeError(f"answered {answer[9:].decode():.300}"))

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


async def together(port: int, posts: Sequence[Post]) -> Wave:
    """All at once, each over a connection of its own."""
    requests = [post.to(port) for post in posts]
    lines = [await _connect(port, good) for _ in requests]
    begin = time.perf_counter()
    asked = [line.ask(each) for line, each in zip(lines, requests, strict=True)]
    each = await asyncio.gather(*asked)
    took = time.perf_counter() - begin
    for line in lines:
        line.transport.close()
    return Wave(took, each)


async def in_turn(port: int, posts: Sequence[Post], right: Right = good) -> Wave:
    """One after another, over one connection."""
    requests = [post.to(port) for post in posts]
    line = await _connect(port, right)
    begin = time.perf_counter()
    each = [await line.ask(request) for request in requests]
    took = time.perf_counter() - begin
    line.transport.close()
    return Wave(took, each)


async def _connect(port: int, right: Right) -> Line:
    """A new line: the server hangs up on one that was silent for seconds."""
    loop = asyncio.get_running_loop()
    _, line = await loop.create_connection(lambda: Line(right), "127.0.0.1", port)
    return line
