"""Who is in a team, for answers that somebody waits for: such look-ups end before Teams gives up.

Teams waits ten seconds for the answer to a click (https://learn.microsoft.com/microsoftteams/platform/\
task-modules-and-cards/cards/universal-actions-for-adaptive-cards/work-with-universal-actions-for-adaptive-cards).
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextvars import ContextVar
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from bot.teams.few import AT_ONCE, few
from bot.teams.lately import Lately
from bot.teams.people import Profile
from bot.teams.reaching import Reaching
from bot.teams.refusals import Unreached

LIMIT = 8.0
"""Seconds after which nobody is looked for any longer."""
LATELY = timedelta(minutes=1)
"""A roster read so long ago is good enough to turn to the next page of it."""
ROOMS = 20
"""Rooms whose rosters are remembered so long."""

T = TypeVar("T")
_until: ContextVar[float] = ContextVar("until")
"""When all look-ups for one click end, by the loop's clock."""


def begins() -> None:
    """Somebody waits from now on: all that is looked up for them, in this task, ends in time together."""
    _until.set(asyncio.get_running_loop().time() + LIMIT)


async def in_time(work: Awaitable[T]) -> T:
    """Wait for look-ups. Raises Unreached where they take too long, and what the work raises."""
    until = _until.get(asyncio.get_running_loop().time() + LIMIT)
    try:
        async with asyncio.timeout_at(until):
            return await work
    except TimeoutError:
        raise Unreached("too_slow") from None


class Rosters:
    """Reads rosters, each no more often than it has to be."""

    def __init__(self, reaching: Reaching, clock: Callable[[], datetime]) -> None:
        self._reaching, self._clock = reaching, clock
        self._lately: Lately[tuple[str, str], tuple[datetime, list[Profile]]] = Lately(ROOMS)

    async def people(self, tenant: str, channel: str, *, lately: bool = False) -> list[Profile]:
        """The people of a channel's team, or of a chat; apps are left out. Raises as the connector.

        `lately`: as they were a moment ago, if that is known.
        """
        key, now = (tenant, channel), self._clock()
        known = self._lately.get(key)
        if lately and known is not None and now - known[0] < LATELY:
            return known[1]
        found = await self._reaching.people(tenant, channel)
        self._lately.put(key, (now, found))
        return found

    async def these(self, tenant: str, channel: str, users: Iterable[str]) -> dict[str, Profile]:
        """Those of these users who are there, by their ids. Raises as the connector.

        A few are asked for by name, and the roster is read for more; whom the one way did not
        find, the other may: a large team's roster is not read to its end.
        """
        wanted = list(dict.fromkeys(users))
        by_name = len(wanted) <= AT_ONCE
        there: dict[str, Profile] = {}
        for ask in (by_name, not by_name):
            missing = [user for user in wanted if user not in there]
            if not missing:
                break
            there |= await (self._asked if ask else self._listed)(tenant, channel, missing)
        return {user: there[user] for user in wanted if user in there}

    async def _asked(self, tenant: str, channel: str, users: list[str]) -> dict[str, Profile]:
        looks = [partial(self._reaching.look_up, tenant, channel, user) for user in users]
        found = zip(users, await few(looks), strict=True)
        return {user: who for user, who in found if who is not None}

    async def _listed(self, tenant: str, channel: str, users: list[str]) -> dict[str, Profile]:
        people = {who.user: who for who in await self.people(tenant, channel)}
        return {user: people[user] for user in users if user in people}
