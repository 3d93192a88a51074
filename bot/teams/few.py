"""Several calls to Teams side by side, a few at a time, so that many people cost no chain of waits."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

AT_ONCE = 4
"""Calls that are under way at one time."""

T = TypeVar("T")


async def few(calls: Iterable[Callable[[], Awaitable[T]]]) -> list[T]:
    """Make all of these calls; returns what came of each, in their order.

    All are over before the first failure is raised, so nothing goes on behind the caller's back.
    """
    free = asyncio.Semaphore(AT_ONCE)

    async def one(call: Callable[[], Awaitable[T]]) -> T:
        async with free:
            return await call()

    done = await asyncio.gather(*(one(call) for call in calls), return_exceptions=True)
    found: list[T] = []
    for each in done:
        if isinstance(each, BaseException):
            raise each
        found.append(each)
    return found
