"""How rooms and people are reached: what each activity tells of it, kept for what is sent later.

A bot may speak where it was let in, at the service address that came from there, so it is kept of every
room that has to do with Convenor, once per change. What ended is kept, too, with the reason, and comes
back when it is heard from.
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime

from bot.teams.activities import PLATFORM, Activity
from storage.people import Address
from storage.port import Store, Transaction
from storage.references import Reference

ACTIONS = "composeExtension/"
"""How the names of the app's own actions begin."""

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

    def reached(self, activity: Activity) -> Reference | None:
        """How the room is reached in which something happened; None for somebody's own chat."""
        if activity.where == "personal":
            return None
        return self.room(activity.tenant, activity.room)

    def team(self, tenant: str, team: str) -> tuple[Reference, ...]:
        """The channels of a team that were heard from."""
        return self._store.read().references(PLATFORM, tenant, team) if team else ()

    def all(self, tenant: str = "") -> tuple[Reference, ...]:
        """Every channel and group chat."""
        return self._store.read().references(PLATFORM, tenant)

    # -- learning -------------------------------------------------------------------------------

    async def learn(self, activity: Activity, *, meant: bool, hears: bool = False) -> None:
        """Keep what an activity tells of its room and of who is behind it. Raises StoreError.

        `meant`: it was said to Convenor, or done to it. Of what people say among themselves where no
        committee is at home, nothing is kept but that a known room is still there. `hears`: it was
        a message that did not name the bot, so all that is said there reaches it.
        """
        alone = activity.where == "personal"
        ours = meant or alone or bool(self._homes(activity))
        # An app's action can be chosen where the app itself is not: that room can't be spoken in.
        elsewhere = activity.name.startswith(ACTIONS) and activity.type == "invoke"
        if not alone and not elsewhere:
            await self._keep_room(activity, ours=ours, hears=hears)
        if activity.by_person and ours:
            await self._keep_person(activity)

    def _homes(self, activity: Activity) -> tuple[str, ...]:
        return self._store.read().at_home(PLATFORM, activity.tenant, activity.room)

    async def _keep_room(self, activity: Activity, *, ours: bool, hears: bool) -> None:
        known = self.room(activity.tenant, activity.room)
        if known is None and not ours:
            return
        base = known or self.blank(activity.tenant, activity.room, activity.url)
        learned = base.evolve(
            url=activity.url or base.url,
            parent=activity.team or base.parent,
            group=activity.group or base.group,
            team=activity.team_name or base.team,
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
        who, alone = activity.who, activity.own_chat
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
        """Keep what was learned, if it is news against what was known. Raises StoreError.

        What somebody else learned of it at the same moment stays.
        """
        if learned == known:
            return
        now = self._clock()

        def work(tx: Transaction) -> tuple[Reference, bool]:
            current = tx.reference(PLATFORM, learned.tenant, learned.room)
            kept = _merged(current, learned, known).evolve(at=now)
            # Of somebody who is only known by a roster, nothing was waiting.
            new = current is None and bool(kept.conversation or not kept.room.startswith("@"))
            back = not kept.ended and (new or (current is not None and bool(current.ended)))
            tx.keep_reference(kept)
            for lane in _lanes(tx, kept) if back else ():
                tx.hasten(PLATFORM, kept.tenant, now, lane)
            return kept, back

        kept, back = await asyncio.to_thread(self._store.write, work)
        if back:
            self._back()
        log.info("reference tenant=%s room=%s ended=%s", kept.tenant, kept.room, kept.ended)


def _merged(current: Reference | None, learned: Reference, known: Reference | None) -> Reference:
    """What is kept now, with what is new in `learned` against `known`."""
    if current is None:
        return learned
    before = known or Reference(
        platform=learned.platform, tenant=learned.tenant, room=learned.room, url="", at=learned.at
    )
    news = {name: value for name, value in learned if value != getattr(before, name)}
    return current.evolve(**news)


def _lanes(tx: Transaction, back: Reference) -> list[str]:
    """The lanes whose messages waited for this room or this person: no other has news to act on."""
    if back.room.startswith("@"):
        address = Address(platform=PLATFORM, tenant=back.tenant, user=back.room.removeprefix("@"))
        return [f"@{member.id}" for member in tx.memberships(address)]
    lanes = [back.room]
    for committee in tx.at_home(PLATFORM, back.tenant, back.room):
        for member in tx.state(committee).members.values():
            chats = (
                tx.reference(PLATFORM, back.tenant, f"@{address.user}")
                for address in member.addresses
                if (address.platform, address.tenant) == (PLATFORM, back.tenant)
            )
            # Whose chat was never opened may have waited for a service address, which this room has.
            if any(chat is None or not chat.conversation for chat in chats):
                lanes.append(f"@{member.id}")
    return lanes
