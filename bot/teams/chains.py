"""Which reply chains of a channel are Convenor's own, and what opened each.

A walk's thread is the chain under the post that began it. Somebody may reply there before it is noted
that the post stands, so a chain that may just be opening is waited for; no other one is.
"""

import asyncio
from datetime import UTC, datetime, timedelta

from bot.core.service import Service
from bot.teams.activities import PLATFORM, Activity

SETTLING, LOOK = 8.0, 0.05
"""Seconds that a reply waits for what it may belong to, and between two looks; Teams waits for ten."""
APART = timedelta(minutes=2)
"""How far Teams' clock and ours may be apart."""


class TryLater(Exception):
    """The message can't be placed before something of ours is known to stand; Teams sends it again."""


class Chains:
    """Knows the chains of every channel in which a committee is at home."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._keys: dict[tuple[str, str, str], str] = {}

    async def key_at(self, activity: Activity) -> str:
        """The key of the message that opens a reply chain; "" where it is none of ours.

        While a message of ours is being posted to the channel, it may be that one: then it waits.
        Raises TryLater where that takes long.
        """
        at = (activity.tenant, activity.room, activity.chain)
        if not activity.chain or activity.chain == activity.id:
            return ""
        left = SETTLING
        while at not in self._keys:
            reader, soon = self._service.store.read(), timedelta(seconds=SETTLING)
            opening = reader.opening(PLATFORM, *at[:2], self._service.clock() + soon)
            key = reader.key_at(PLATFORM, *at)
            if key:
                self._keys[at] = key
            elif not self._may_be(activity, opening):
                return ""
            elif left <= 0:
                raise TryLater
            else:
                left -= LOOK
                await asyncio.sleep(LOOK)
        return self._keys[at]

    def _may_be(self, activity: Activity, opening: datetime | None) -> bool:
        """Whether a chain may be under the message that has been on its way since `opening`."""
        if opening is None or _began_before(activity.chain, opening):
            return False
        reader = self._service.store.read()
        return bool(reader.at_home(PLATFORM, activity.tenant, activity.room))


def _began_before(chain: str, moment: datetime) -> bool:
    """Whether a chain surely began before this: Teams numbers messages by the milliseconds since 1970."""
    if not chain.isascii() or not chain.isdecimal():
        return False
    try:
        began = datetime.fromtimestamp(int(chain) / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return False
    return began + APART < moment
