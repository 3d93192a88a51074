"""How fast Teams may be spoken to: 7 messages a second, 60 in half a minute, 1,800 an hour a thread.

The numbers are Teams' own (https://learn.microsoft.com/microsoftteams/platform/bots/how-to/rate-limit).
A thread is a reply chain of a channel, a group chat, or one person's chat.
"""

import asyncio
import time
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Sequence

Now = Callable[[], float]
Sleep = Callable[[float], Awaitable[object]]

LIMITS: tuple[tuple[int, float], ...] = ((7, 1.0), (8, 2.0), (60, 30.0), (1800, 3600.0))
"""So many, in so many seconds."""
SHORT = 20.0
"""Seconds that a sending waits by itself; what takes longer is given back until then."""
REMEMBERED = 5000
"""Threads whose sendings are counted; those spoken to last."""


class TooSoon(Exception):
    """The thread can't take another message for so many seconds."""

    def __init__(self, left: float) -> None:
        super().__init__(f"{left:.1f}")
        self.left = left


class Pace:
    """Counts what is sent to each thread, and holds back what comes too soon."""

    def __init__(
        self,
        limits: Sequence[tuple[int, float]] = LIMITS,
        now: Now = time.monotonic,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._limits = tuple(limits)
        self._now, self._sleep = now, sleep
        self._sent: OrderedDict[str, deque[float]] = OrderedDict()
        self._most = max((count for count, _ in self._limits), default=0)

    async def turn(self, thread: str) -> None:
        """Wait until a message may go to the thread, and count it. Raises TooSoon where that is long."""
        while (left := self._left(thread)) > 0:
            if left > SHORT:
                raise TooSoon(left)
            await self._sleep(left)
        sent = self._sent.setdefault(thread, deque(maxlen=self._most or 1))
        sent.append(self._now())
        self._sent.move_to_end(thread)
        if len(self._sent) > REMEMBERED:
            self._sent.popitem(last=False)

    def _left(self, thread: str) -> float:
        """Seconds until every limit lets another one through."""
        sent, now = self._sent.get(thread, ()), self._now()
        waits = (
            sent[-count] + seconds - now for count, seconds in self._limits if len(sent) >= count
        )
        return max(waits, default=0.0)
