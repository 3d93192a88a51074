"""How many calls to Teams may be under way: of each service some, so that one that hangs stops no other.

A call waits here for its turn before anything of it is sent; one that had to wait too long was surely
not sent.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

ALL, OF_A_SERVICE = 64, 16
"""Calls at one time: in all, and to one service."""
PATIENCE = 20.0
"""Seconds that a call waits for its turn."""


class NoSlot(Exception):
    """Too many calls are under way already; this one was not begun."""


class Slots:
    """What one service may have under way, of what all may have together."""

    def __init__(self, every: asyncio.Semaphore, mine: int = OF_A_SERVICE) -> None:
        self._every, self._mine = every, asyncio.Semaphore(mine)

    @asynccontextmanager
    async def one(self) -> AsyncIterator[None]:
        """Wait for a turn, and hold it. Raises NoSlot."""
        async with _in_turn(self._mine), _in_turn(self._every):
            yield


@asynccontextmanager
async def _in_turn(free: asyncio.Semaphore) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(PATIENCE):
            await free.acquire()
    except TimeoutError:
        raise NoSlot from None
    try:
        yield
    finally:
        free.release()
