"""Those who are in a committee's channel without being in the committee.

They can neither answer nor read more than what stands in the channel. The chairs are told once for each
of them, with a button that lets them in, by name: colleagues, guests and people of other tenants alike.
"""

import logging
from collections import OrderedDict
from functools import partial

from bot.core import access
from bot.core.admitting import AN_APP, NOT_IN
from bot.core.errors import Refused
from bot.core.events import Admitted, Knocked
from bot.core.seats import Seat
from bot.core.service import Service
from bot.logs import whence
from bot.teams.activities import Activity
from bot.teams.once import Once
from bot.teams.people import Profile, address_of, new_member, seats
from bot.teams.reaching import Reaching
from bot.teams.voice import TROUBLES, Voice
from storage.records import Member, Place, Role

# -- words ---------------------------------------------------------------------------------------

NOT_THERE = "I don't find this person in the team any more, so they can't be let in."

REMEMBERED = 2000
"""People who were told that they are not in; those who spoke last."""

log = logging.getLogger(__name__)


class Strangers:
    """Tells the chairs who came, and lets people in."""

    def __init__(self, service: Service, reaching: Reaching, voice: Voice, once: Once) -> None:
        self._service, self._reaching, self._voice = service, reaching, voice
        self._once = once
        self._told: OrderedDict[tuple[str, str], None] = OrderedDict()

    async def spoke(self, activity: Activity, committee: str) -> None:
        """Somebody who is not in the committee wrote into a walk's thread: they are told once."""
        user = activity.who.user
        if (committee, user) in self._told:
            return
        if await self.knock(activity, committee):
            words = NOT_IN.format(chairs=access.chairs(self._service.look(committee).state))
            await self._once.do(
                f"teams:{activity.tenant}:not-in:{committee}:{user}",
                partial(self._voice.tell, activity.tenant, user, words, url=activity.url),
            )
        self._told[committee, user] = None
        if len(self._told) > REMEMBERED:
            self._told.popitem(last=False)

    async def not_in(self, activity: Activity, committee: str) -> str:
        """Have the chairs told of somebody who asked or pressed something; returns what to tell them."""
        await self.knock(activity, committee)
        return NOT_IN.format(chairs=access.chairs(self._service.look(committee).state))

    async def knock(self, activity: Activity, committee: str) -> bool:
        """Have the chairs told who did this, once a day for each person; False for an app."""
        who = await self._look_up(activity.tenant, activity.room, activity.who.user)
        if who is None:
            who = Profile(activity.who.user, activity.who.id, activity.who.name or "?")
        return await self.came(activity.tenant, committee, who)

    async def came(self, tenant: str, committee: str, who: Profile) -> bool:
        """Have the chairs told of somebody; False for an app."""
        if who.bot or not who.user:
            return False
        chairs = access.leading(self._service.look(committee).state)
        if chairs:
            await self._service.take(
                Knocked(
                    id=f"teams:{tenant}:knock:{committee}:{who.user}:{self._service.clock():%Y-%m-%d}",
                    committee=committee,
                    member=chairs[0].id,
                    name=who.name,
                    address=address_of(tenant, who.user),
                    standing="foreign" if who.foreign else "guest" if who.guest else "colleague",
                )
            )
        return True

    async def _look_up(self, tenant: str, room: str, user: str) -> Profile | None:
        try:
            return await self._reaching.look_up(tenant, room, user)
        except TROUBLES as error:
            log.warning("not looked up user=%s %s", user, whence(error))
            return None

    async def admit(self, seat: Seat, tenant: str, user: str, key: str, place: Place) -> None:
        """Let somebody in, by the chair. Raises Refused, and what the connector raises."""
        access.require(seat.desk.state, seat.member, "members")
        for home in seat.desk.committee.home:
            if home.tenant == tenant:
                who = await self._in_team(tenant, home.channel, user)
                if who is not None:
                    await self._reaching.know(tenant, home.channel, who)
                    await self._let_in(seat, tenant, who, key, place)
                    return
        raise Refused(NOT_THERE)

    async def _in_team(self, tenant: str, channel: str, user: str) -> Profile | None:
        """One person of a channel's team; who was never heard from is looked for in the roster."""
        found = await self._reaching.look_up(tenant, channel, user)
        if found is None:
            people = await self._reaching.people(tenant, channel)
            found = next((who for who in people if who.user == user), None)
        return found

    async def _let_in(self, seat: Seat, tenant: str, who: Profile, key: str, place: Place) -> None:
        if who.bot:
            raise Refused(AN_APP.format(name=who.name))
        new = new_member(who, tenant, Role.MEMBER, seat.desk.committee.zone)
        member = Member(id=self._service.new_id(), committee=seat.committee, **dict(new))
        await self._service.take(
            Admitted(
                id=key, committee=seat.committee, member=seat.member.id, who=member, place=place
            )
        )

    async def admit_all(
        self, seat: Seat, tenant: str, users: tuple[str, ...], key: str, place: Place
    ) -> None:
        """Let several people in, by the chair. Raises Refused, and what the connector raises."""
        for user in users:
            await self.admit(seat, tenant, user, f"{key}:{user}", place)

    def known(self, tenant: str, user: str) -> set[str]:
        """The committees of a tenant that a user has a seat in."""
        return {seat.committee for seat in seats(self._service, tenant, user)}
