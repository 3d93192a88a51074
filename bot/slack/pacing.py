"""How fast Slack may be spoken to: about one message a second and channel, and its 429s obeyed.

Slack says "too fast" per method and workspace, with the seconds to wait in `Retry-After`
(https://docs.slack.dev/apis/web-api/rate-limits). All lanes of a workspace share that knowledge, so
that none calls the method before its time.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping

BURST, A_SECOND = 4.0, 1.0
"""Slack lets short bursts through, and about one message a second and channel."""
PATIENCE = 10.0
"""Seconds that a sending waits for a method by itself; what takes longer is given back until then."""
UNSAID = 5.0
"""Seconds to wait where Slack does not say how long."""
LONGEST = 3600.0

Now = Callable[[], float]
Sleep = Callable[[float], Awaitable[object]]


class Pace:
    """About one post a second for each channel, with short bursts."""

    def __init__(
        self,
        burst: float = BURST,
        rate: float = A_SECOND,
        now: Now = time.monotonic,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._burst, self._rate = burst, rate
        self._now, self._sleep = now, sleep
        self._left: dict[str, tuple[float, float]] = {}

    async def turn(self, channel: str) -> None:
        """Wait until a post may go to the channel."""
        now = self._now()
        left, at = self._left.get(channel, (self._burst, now))
        left = min(self._burst, left + (now - at) * self._rate) - 1
        self._left[channel] = (left, now)
        if left < 0:
            await self._sleep(-left / self._rate)


class Held(Exception):
    """A method of a workspace is not to be called for so many seconds."""

    def __init__(self, left: float) -> None:
        super().__init__(f"{left:.1f}")
        self.left = left


class Holds:
    """Which methods are not to be called, in which workspace, and until when."""

    def __init__(self, now: Now = time.monotonic, sleep: Sleep = asyncio.sleep) -> None:
        self._now, self._sleep = now, sleep
        self._until: dict[tuple[str, str], float] = {}

    def hold(self, tenant: str, method: str, seconds: float) -> None:
        """Let nobody call the method for so long."""
        key, until = (tenant, method), self._now() + seconds
        self._until[key] = max(until, self._until.get(key, until))

    async def over(self, tenant: str, method: str) -> None:
        """Wait until the method may be called. Raises Held where that is long."""
        while (left := self._until.get((tenant, method), 0.0) - self._now()) > 0:
            if left > PATIENCE:
                raise Held(left)
            await self._sleep(left)


def retry_after(headers: Mapping[str, str]) -> float:
    """The seconds that a 429 asks for; at least one."""
    said = next((v for k, v in headers.items() if k.lower() == "retry-after"), "").strip()
    if not said.isascii() or not said.isdecimal():
        return UNSAID
    return min(max(float(said[:9]), 1.0), LONGEST)
