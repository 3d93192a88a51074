"""What is done once, however often Teams says it: set-up cards, and words that the record does not promise.

Teams sends again what was not answered in time, and says some things twice by itself.
"""

import asyncio
from collections.abc import Awaitable, Callable
from weakref import WeakValueDictionary

from bot.core.service import Service
from bot.teams.activities import Activity


class Once:
    """Remembers what was done, over restarts, too."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._at_it: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        """What is being done just now: said again meanwhile, it waits for what becomes of it."""

    async def do(self, key: str, act: Callable[[], Awaitable[object]]) -> None:
        """Do it, unless it was done before; what failed is done when it is said again.

        Raises StoreError, and what `act` raises.
        """
        lock = self._at_it.get(key) or asyncio.Lock()
        self._at_it[key] = lock
        async with lock:
            await self._do(key, act)

    async def _do(self, key: str, act: Callable[[], Awaitable[object]]) -> None:
        now, write = self._service.clock(), self._service.store.write
        if not await asyncio.to_thread(write, lambda tx: tx.first_time(key, now)):
            return
        try:
            await act()
        except BaseException:
            await asyncio.to_thread(write, lambda tx: tx.not_done(key))
            raise

    async def answer(self, activity: Activity, act: Callable[[], Awaitable[object]]) -> None:
        """Do what a message asks for, however often it comes; see `do`."""
        await self.do(f"teams:{activity.tenant}:{activity.room}:{activity.id}:answered", act)
