"""What is done once, however often Teams says it: set-up cards, and words that the record does not promise.

Teams sends again what was not answered in time, and says some things twice by itself.
"""

import asyncio
from collections.abc import Awaitable, Callable

from bot.core.service import Service
from bot.teams.activities import Activity
from bot.teams.lately import Lately

OWED = 1000
"""Things that failed and are remembered until Teams says them again."""


class Once:
    """Remembers what was done, over restarts, too."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._owed: Lately[str, None] = Lately(OWED)

    async def do(self, key: str, act: Callable[[], Awaitable[object]]) -> None:
        """Do it, unless it was done before; what failed is done when it is said again.

        Raises StoreError, and what `act` raises.
        """
        now = self._service.clock()
        first = await asyncio.to_thread(
            self._service.store.write, lambda tx: tx.first_time(key, now)
        )
        if not first and key not in self._owed:
            return
        self._owed.drop(key)
        try:
            await act()
        except BaseException:
            self._owed.put(key, None)
            raise

    async def answer(self, activity: Activity, act: Callable[[], Awaitable[object]]) -> None:
        """Do what a message asks for, however often it comes; see `do`."""
        await self.do(f"teams:{activity.tenant}:{activity.room}:{activity.id}:answered", act)
