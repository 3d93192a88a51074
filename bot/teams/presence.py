"""Comings and goings: the app is added or removed, people join and leave, teams and channels change.

https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/subscribe-to-conversation-events
"""

import logging
from collections.abc import Iterator
from typing import Literal

from bot.core import access
from bot.core.events import Displaced, PresenceKept
from bot.core.seats import Seat
from bot.core.service import Service
from bot.logs import whence
from bot.teams.activities import Account, Activity
from bot.teams.people import PLATFORM, profile, seats
from bot.teams.reaching import Reaching
from bot.teams.strangers import Strangers
from bot.teams.voice import TROUBLES
from storage.references import Reference

GONE = {"channelDeleted": "channel_deleted", "teamDeleted": "team_deleted"}
GONE["teamHardDeleted"] = GONE["teamDeleted"]
ENDS = {**GONE, "teamArchived": "team_archived"}
BACK = frozenset({"channelRestored", "teamRestored", "teamUnarchived"})
REMOVED = "removed"

Way = Literal["added", "removed", ""]
"""Whether the app was let in or taken out."""

log = logging.getLogger(__name__)


class Presence:
    """Follows who and what is there."""

    def __init__(self, service: Service, reaching: Reaching, strangers: Strangers) -> None:
        self._service, self._reaching, self._strangers = service, reaching, strangers
        self._rooms = reaching.rooms

    def way(self, activity: Activity) -> Way:
        """Whether this says that the app was added somewhere, or removed."""
        if activity.type == "installationUpdate":
            added = activity.action.startswith("add")
            return "added" if added else "removed" if activity.action else ""
        if any(activity.is_us(each) for each in activity.added):
            return "added"
        return "removed" if any(activity.is_us(each) for each in activity.removed) else ""

    # -- the app --------------------------------------------------------------------------------

    async def ended(self, activity: Activity) -> None:
        """The app was removed: nothing is sent there until it is back."""
        for room in self._reached(activity):
            await self._rooms.keep(room.evolve(ended=REMOVED), room)

    async def again(self, activity: Activity) -> None:
        """The app was added: a team's channels are all back with it."""
        for room in self._reached(activity):
            if room.ended == REMOVED:
                await self._rooms.keep(room.evolve(ended=""), room)

    def _reached(self, activity: Activity) -> list[Reference]:
        """What is reached where an app was added or removed."""
        if activity.where == "personal":
            known = self._rooms.person(activity.tenant, activity.who.user)
            return [known] if known else []
        alone = self._rooms.room(activity.tenant, activity.room)
        return [*self._rooms.team(activity.tenant, activity.team), *([alone] if alone else [])]

    # -- teams and channels ---------------------------------------------------------------------

    async def changed(self, activity: Activity) -> None:
        """A team or a channel was renamed, deleted, restored or archived."""
        tenant, event = activity.tenant, activity.event
        if event.startswith("channel"):
            found = self._rooms.room(tenant, activity.channel)
            rooms = [found] if found else []
        else:
            rooms = list(self._rooms.team(tenant, activity.team))
        for room in rooms:
            learned = room
            if event == "channelRenamed":
                learned = room.evolve(name=activity.channel_name or room.name)
            elif event in ENDS:
                learned = room.evolve(ended=ENDS[event])
            elif event in BACK:
                learned = room.evolve(ended="")
            told = room.ended in GONE.values()
            if event in BACK or (event in GONE and not told):
                await self._displaced(activity, room.room, back=event in BACK)
            await self._rooms.keep(learned, room)

    async def _displaced(self, activity: Activity, channel: str, *, back: bool) -> None:
        for committee in self._service.store.read().at_home(PLATFORM, activity.tenant, channel):
            chairs = access.leading(self._service.look(committee).state)
            if chairs and activity.event != "teamUnarchived":
                await self._service.take(
                    Displaced(
                        id=f"teams:{activity.tenant}:{activity.id}:{activity.event}:{channel}:{committee}",
                        committee=committee,
                        member=chairs[0].id,
                        back=back,
                    )
                )

    # -- people ---------------------------------------------------------------------------------

    async def moved(self, activity: Activity) -> None:
        """People joined or left. Raises what the connector raises."""
        for account in activity.added:
            if not activity.is_us(account):
                await self._came(activity, account)
        gone = [account for account in activity.removed if not activity.is_us(account)]
        users = [self._user(activity, account) for account in gone]
        for user in filter(None, users):
            await self._left(activity, user)
        if not all(users):
            await self._compare(activity)

    def _user(self, activity: Activity, account: Account) -> str:
        """Who an account is; "" where Teams does not say, and it was never heard from."""
        return account.user or self._rooms.user_of(activity.tenant, account.id)

    async def _came(self, activity: Activity, account: Account) -> None:
        tenant = activity.tenant
        who = None
        try:
            found = account.id or account.user
            who = await self._reaching.look_up(tenant, activity.room, found)
        except TROUBLES as error:
            log.warning("not looked up account=%s %s", account.id, whence(error))
        user = self._user(activity, account) or (who.user if who else "")
        if not user:
            return
        mine = {seat.committee: seat for seat in seats(self._service, tenant, user)}
        for committee in self.homes(activity):
            seat = mine.get(committee)
            if seat is not None:
                await self._present(activity, seat, here=True)
            elif who is not None:
                await self._reaching.know(tenant, activity.room, who)
                await self._strangers.came(tenant, committee, who)

    async def _left(self, activity: Activity, user: str) -> None:
        homes = set(self.homes(activity))
        for seat in seats(self._service, activity.tenant, user):
            if seat.committee in homes:
                await self._present(activity, seat, here=False)

    async def _present(self, activity: Activity, seat: Seat, *, here: bool) -> None:
        key = f"teams:{activity.tenant}:{activity.id or activity.at}:{seat.committee}"
        await self._service.take(
            PresenceKept(
                id=f"{key}:{seat.member.id}:{'in' if here else 'out'}",
                committee=seat.committee,
                member=seat.member.id,
                here=here,
            )
        )

    async def _compare(self, activity: Activity) -> None:
        """Somebody left whom nobody can name: the roster tells who is still there."""
        tenant = activity.tenant
        room = self._rooms.room(tenant, activity.room)
        if room is None:
            return
        roster = await self._reaching.connector.roster(room.url, room.parent or room.room, 10_000)
        there = {profile(person, tenant).user for person in roster}
        for committee in self.homes(activity):
            desk = self._service.look(committee)
            for member in desk.state.members.values():
                users = {a.user for a in member.addresses if a.tenant == tenant}
                if users and member.active and not users & there:
                    await self._present(activity, Seat(desk, member), here=False)

    def homes(self, activity: Activity) -> Iterator[str]:
        """The committees at home in an activity's chat, or in any channel of its team."""
        reader, tenant = self._service.store.read(), activity.tenant
        rooms = {activity.room, *(room.room for room in self._rooms.team(tenant, activity.team))}
        for room in sorted(rooms):
            yield from reader.at_home(PLATFORM, tenant, room)
