"""People who join and leave the rooms of committees: who is back, who is gone, and whom nobody let in yet.

A standard channel has the people of its team; a private or shared one has people of its own
(https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/\
subscribe-to-conversation-events).
"""

import logging
from collections.abc import Sequence
from functools import partial

from bot.core.desk import Seat
from bot.core.events import PresenceKept
from bot.core.service import Service
from bot.logs import whence
from bot.teams.activities import PLATFORM, Account, Activity
from bot.teams.few import few
from bot.teams.lately import Lately
from bot.teams.people import Profile, seats
from bot.teams.reaching import Reaching
from bot.teams.refusals import Declined, passes
from bot.teams.strangers import Strangers
from bot.teams.voice import TROUBLES

MOVES = 2000
"""People whose last coming or going is remembered."""

Homes = dict[str, tuple[str, ...]]
"""Committees by the channel or group chat in which they are at home."""

log = logging.getLogger(__name__)


class Attendance:
    """Follows who is there."""

    def __init__(self, service: Service, reaching: Reaching, strangers: Strangers) -> None:
        self._service, self._reaching, self._strangers = service, reaching, strangers
        self._rooms = reaching.rooms
        self._moves: Lately[tuple[str, str, str], str] = Lately(MOVES)
        """When somebody came or went last, by tenant, room or team, and user."""

    def homes(self, activity: Activity) -> Homes:
        """Whom an activity concerns: its channel's committees where it is of one channel's people.

        Else those of its chat, and of every channel of its team.
        """
        reader, tenant, of_one = (
            self._service.store.read(),
            activity.tenant,
            activity.of_one_channel,
        )
        rooms = {of_one} if of_one else {activity.room}
        if not of_one:
            rooms |= {room.room for room in self._rooms.team(tenant, activity.team)}
        found = {room: reader.at_home(PLATFORM, tenant, room) for room in sorted(rooms)}
        return {room: committees for room, committees in found.items() if committees}

    async def moved(self, activity: Activity) -> None:
        """People joined or left. Raises StoreError, and what the connector raises."""
        homes = self.homes(activity)
        if not homes:
            return
        came = [account for account in activity.added if not activity.is_us(account)]
        came = [each for each in came if not self._late(activity, self._user(activity, each))]
        await few(partial(self._came, activity, homes, account) for account in came)
        gone = [account for account in activity.removed if not activity.is_us(account)]
        users = [self._user(activity, account) for account in gone]
        left = [user for user in users if user and not self._late(activity, user)]
        await few(partial(self._left, activity, homes, user) for user in left)
        if not all(users):
            await self._compare(activity, homes)

    def _user(self, activity: Activity, account: Account) -> str:
        """Who an account is; "" where Teams does not say, and it was never heard from."""
        return account.user or self._rooms.user_of(activity.tenant, account.id)

    def _late(self, activity: Activity, user: str) -> bool:
        """Whether something newer was said of them: who leaves and comes back may be told the other way round."""
        where = activity.of_one_channel or activity.team or activity.room
        key = (activity.tenant, where, user)
        newest = self._moves.get(key) or ""
        if user and activity.at and activity.at < newest:
            return True
        self._moves.put(key, max(activity.at, newest))
        return False

    # -- joining --------------------------------------------------------------------------------

    async def _came(self, activity: Activity, homes: Homes, account: Account) -> None:
        for channel, committees in homes.items():
            mine = self._mine(activity, self._user(activity, account))
            if all(c in mine and mine[c].member.active for c in committees):
                continue  # nothing is new
            known, who = await self._asked(activity, channel, account.id or account.user)
            mine = mine or self._mine(activity, who.user if who else "")
            back = [mine[c] for c in committees if c in mine and not mine[c].member.active]
            if back and (who or not known or not await self._elsewhere(activity, channel, account)):
                for seat in back:
                    await self._present(activity, seat, here=True)
            new = [c for c in committees if c not in mine]
            if new and who is not None:
                await self._reaching.know(activity.tenant, channel, who)
                for committee in new:
                    await self._strangers.came(activity.tenant, committee, who)

    def _mine(self, activity: Activity, user: str) -> dict[str, Seat]:
        return {seat.committee: seat for seat in seats(self._service, activity.tenant, user)}

    async def _elsewhere(self, activity: Activity, channel: str, account: Account) -> bool:
        """Whether somebody who is not in this channel is in its team: then it has its own people."""
        if not self._may_differ(activity, channel):
            return False
        found = account.id or account.user
        return (await self._asked(activity, channel, found, in_team=True))[1] is not None

    # -- leaving --------------------------------------------------------------------------------

    async def _left(self, activity: Activity, homes: Homes, user: str) -> None:
        mine = self._mine(activity, user)
        for channel, committees in homes.items():
            here = [mine[c] for c in committees if c in mine and mine[c].member.active]
            if here and not await self._stays(activity, channel, user):
                for seat in here:
                    await self._present(activity, seat, here=False)

    async def _stays(self, activity: Activity, channel: str, user: str) -> bool:
        """Whether somebody who left a team is still in this channel of it, which has its own people.

        A roster may be late, so the channel's alone is not believed: it has to differ from the team's.
        """
        if not self._may_differ(activity, channel):
            return False
        if (await self._asked(activity, channel, user))[1] is None:
            return False
        known, in_team = await self._asked(activity, channel, user, in_team=True)
        return known and in_team is None

    def _may_differ(self, activity: Activity, channel: str) -> bool:
        """Whether a channel may have other people than what an activity is about."""
        room = self._rooms.room(activity.tenant, channel)
        own = room is None or room.parent in ("", channel)
        return not activity.of_one_channel and not own

    async def _asked(
        self, activity: Activity, channel: str, user: str, *, in_team: bool = False
    ) -> tuple[bool, Profile | None]:
        """What the roster says of somebody; whether it could be asked at all."""
        try:
            found = await self._reaching.look_up(activity.tenant, channel, user, in_team=in_team)
        except TROUBLES as error:
            log.warning("not looked up user=%s %s", user, whence(error))
            return False, None
        return True, found

    # -- somebody left whom nobody can name -----------------------------------------------------

    async def _compare(self, activity: Activity, homes: Homes) -> None:
        """Ask for each member whether they are still there."""
        for channel, committees in homes.items():
            room = self._rooms.room(activity.tenant, channel)
            if room is None or room.ended:
                continue
            here = self._members(activity, committees)
            users = sorted({user for users, _ in here for user in users})
            asked = await few(partial(self._there, activity, channel, user) for user in users)
            there = {user for user, found in zip(users, asked, strict=True) if found}
            if not there:
                continue  # it is the channel that is not found, rather than everybody who is in it
            for mine, seat in here:
                if not mine & there:
                    await self._present(activity, seat, here=False)

    def _members(
        self, activity: Activity, committees: Sequence[str]
    ) -> list[tuple[frozenset[str], Seat]]:
        """The active members, each with who they are in this tenant."""
        found = []
        for committee in committees:
            desk = self._service.look(committee)
            for member in desk.state.members.values():
                users = frozenset(
                    a.user
                    for a in member.addresses
                    if (a.platform, a.tenant) == (PLATFORM, activity.tenant)
                )
                if users and member.active:
                    found.append((users, Seat(desk, member)))
        return found

    async def _there(self, activity: Activity, channel: str, user: str) -> bool:
        """Whether somebody is in a channel; only a clear no is believed. Raises as the connector."""
        known = self._rooms.person(activity.tenant, user)
        if known is None or not known.account:
            return True  # Teams may not know them under their other id
        try:
            return await self._reaching.look_up(activity.tenant, channel, user) is not None
        except Declined as declined:
            if passes(declined):
                raise
            log.warning("not looked up user=%s %s", user, whence(declined))
            return True

    # -- telling the record ---------------------------------------------------------------------

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
