"""How rooms and people are reached: what each activity tells of it, kept for what is sent later.

A bot may speak where it was let in, at the service address that came from there, so every activity's
is kept, once per change. What ended is kept, too, with the reason, and comes back when it is heard from.
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime

from bot.teams.activities import PLATFORM, Activity
from storage.port import Store, Transaction
from storage.references import Reference

log = logging.getLogger(__name__)


class Rooms:
    """The references of this process's Teams."""

    def __init__(
        self, store: Store, clock: Callable[[], datetime], back: Callable[[], None]
    ) -> None:
        """Take `back`, which is called once there is somewhere to send what waited."""
        self._store, self._clock, self._back = store, clock, back

    # -- reading --------------------------------------------------------------------------------

    def room(self, tenant: str, channel: str) -> Reference | None:
        """How a channel or group chat is reached."""
        return self._store.read().reference(PLATFORM, tenant, channel)

    def person(self, tenant: str, user: str) -> Reference | None:
        """How a person is reached."""
        return self._store.read().reference(PLATFORM, tenant, f"@{user}")

    def user_of(self, tenant: str, account: str) -> str:
        """The user whom Teams calls so towards this bot; "" where that was never heard."""
        found = self._store.read().reference_of(PLATFORM, tenant, account) if account else None
        return found.room.removeprefix("@") if found else ""

    def team(self, tenant: str, team: str) -> tuple[Reference, ...]:
        """The channels of a team that were heard from."""
        return self._store.read().references(PLATFORM, tenant, team) if team else ()

    def all(self, tenant: str = "") -> tuple[Reference, ...]:
        """Every channel and group chat."""
        return self._store.read().references(PLATFORM, tenant)

    # -- learning -------------------------------------------------------------------------------

    async def learn(self, activity: Activity, *, unnamed: bool = False) -> None:
        """Keep what an activity tells of its room and of who is behind it.

        `unnamed`: it was a message that did not name the bot, so it hears all that is said there.
        """
        if activity.where != "personal":
            await self._keep_room(activity, hears=unnamed)
        if activity.by_person:
            await self._keep_person(activity)

    async def _keep_room(self, activity: Activity, *, hears: bool) -> None:
        known = self.room(activity.tenant, activity.room)
        base = known or self.blank(activity.tenant, activity.room, activity.url)
        learned = base.evolve(
            url=activity.url or base.url,
            parent=activity.team or base.parent,
            group=activity.group or base.group,
            name=self._name(activity) or base.name,
            hears=base.hears or hears,
            ended="",
        )
        await self.keep(learned, known)

    @staticmethod
    def _name(activity: Activity) -> str:
        """What the room is called; Teams tells of a channel's change in the team's first channel."""
        of_another = activity.channel not in ("", activity.room)
        return activity.title if of_another else activity.channel_name or activity.title

    async def _keep_person(self, activity: Activity) -> None:
        who, alone = activity.who, activity.where == "personal"
        known = self.person(activity.tenant, who.user)
        base = known or self.blank(activity.tenant, f"@{who.user}", activity.url)
        learned = base.evolve(
            url=activity.url or base.url,
            account=who.id or base.account,
            name=who.name or base.name,
            conversation=activity.conversation if alone else base.conversation,
            ended="" if alone else base.ended,
        )
        await self.keep(learned, known)

    def blank(self, tenant: str, room: str, url: str) -> Reference:
        """A reference of which only this is known; it is not kept yet."""
        return Reference(platform=PLATFORM, tenant=tenant, room=room, url=url, at=self._clock())

    async def keep(self, learned: Reference, known: Reference | None = None) -> None:
        """Keep what was learned, if it is news. Raises StoreError."""
        if learned == known:
            return
        now = self._clock()
        kept = learned.evolve(at=now)
        # Of somebody who is only known by a roster, nothing was waiting.
        new = known is None and bool(kept.conversation or not kept.room.startswith("@"))
        back = not kept.ended and (new or (known is not None and bool(known.ended)))

        def work(tx: Transaction) -> None:
            tx.keep_reference(kept)
            if back:
                tx.hasten(PLATFORM, kept.tenant, now)

        await asyncio.to_thread(self._store.write, work)
        if back:
            self._back()
        log.info("reference tenant=%s room=%s ended=%s", kept.tenant, kept.room, kept.ended)
