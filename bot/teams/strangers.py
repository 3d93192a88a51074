"""Those who are in a committee's channel without being in the committee.

They can neither answer nor read more than what stands in the channel. The chairs are told once for each
of them, with a button that lets them in, by name: colleagues, guests and people of other tenants alike.
"""

import logging
from functools import partial
from typing import NamedTuple

from bot.core import access
from bot.core.admitting import AN_APP, NOT_IN, UNDATED, knock_id
from bot.core.desk import Handled, Seat
from bot.core.errors import Refused
from bot.core.events import Admitted, Knocked, Standing
from bot.core.service import Service
from bot.logs import whence
from bot.teams.activities import Activity
from bot.teams.lately import Lately
from bot.teams.once import Once
from bot.teams.people import Profile, address_of, new_member
from bot.teams.reaching import Reaching
from bot.teams.rosters import Rosters, in_time
from bot.teams.voice import TROUBLES, Voice
from storage.people import Member, Place, Role

# -- words ---------------------------------------------------------------------------------------

NOT_THERE = "I don't find this person in the team any more, so they can't be let in."

REMEMBERED = 2000
"""People who were told that they are not in, and who knocked; those who came last."""

log = logging.getLogger(__name__)


class _Found(NamedTuple):
    """Somebody who is in a committee's team."""

    user: str
    """Under which id they were looked for."""
    channel: str
    who: Profile


class Strangers:
    """Tells the chairs who came, and lets people in."""

    def __init__(
        self, service: Service, reaching: Reaching, rosters: Rosters, voice: Voice, once: Once
    ) -> None:
        self._service, self._reaching, self._rosters = service, reaching, rosters
        self._voice, self._once = voice, once
        self._told: Lately[tuple[str, str], None] = Lately(REMEMBERED)
        self._knocked: Lately[str, bool] = Lately(REMEMBERED)

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
        self._told.put((committee, user), None)

    async def not_in(self, activity: Activity, committee: str) -> str:
        """Have the chairs told of somebody who asked or pressed something; returns what to tell them."""
        await self.knock(activity, committee)
        return NOT_IN.format(chairs=access.chairs(self._service.look(committee).state))

    async def knock(self, activity: Activity, committee: str) -> bool:
        """Have the chairs told who did this, once a day for each person; False for an app."""
        tenant, user = activity.tenant, activity.who.user
        before = self._knocked.get(self._knock(tenant, committee, user))
        if before is not None:
            return before
        who = await self._look_up(tenant, activity.room, user)
        if who is not None:
            return await self.came(tenant, committee, who)
        named = Profile(user, activity.who.id, activity.who.name or "?")
        return await self.came(tenant, committee, named, known=False)

    async def came(self, tenant: str, committee: str, who: Profile, *, known: bool = True) -> bool:
        """Have the chairs told of somebody; False for an app.

        `known`: whether Teams has said of them whether they are a guest, or of another organisation.
        """
        key = self._knock(tenant, committee, who.user)
        if who.bot or not who.user:
            self._knocked.put(key, False)
            return False
        chairs = access.leading(self._service.look(committee).state)
        if chairs:
            await self._service.take(
                Knocked(
                    id=key,
                    committee=committee,
                    member=chairs[0].id,
                    name=who.name,
                    address=address_of(tenant, who.user),
                    standing=_standing(who) if known else "unknown",
                    day=self._today(),
                )
            )
        self._knocked.put(key, True)
        return True

    def _knock(self, tenant: str, committee: str, user: str) -> str:
        """The delivery id of a person's knock today."""
        return knock_id(address_of(tenant, user), committee, self._today())

    def _today(self) -> str:
        return f"{self._service.clock():%Y-%m-%d}"

    async def _look_up(self, tenant: str, room: str, user: str) -> Profile | None:
        try:
            return await in_time(self._reaching.look_up(tenant, room, user))
        except TROUBLES as error:
            log.warning("not looked up user=%s %s", user, whence(error))
            return None

    # -- letting in -----------------------------------------------------------------------------

    async def admit(
        self,
        seat: Seat,
        tenant: str,
        user: str,
        key: str,
        place: Place,
        *,
        knock: str,
        hand_back: bool,
    ) -> Handled:
        """Let somebody in, by the chair, who was told of a knock.

        Raises Refused, and what the connector raises. `knock`: what the button says of it, if anything;
        `hand_back`: see bot.core.service.Service.take.
        """
        access.require(seat.desk.state, seat.member, "members")
        found = await in_time(self._there(seat, tenant, (user,)))
        if not found:
            raise Refused(NOT_THERE)
        knock = knock or UNDATED
        return await self._let_in(seat, found[0], tenant, key, place, knock, hand_back=hand_back)

    async def admit_all(
        self, seat: Seat, tenant: str, users: tuple[str, ...], key: str, place: Place
    ) -> None:
        """Let several people in, by the chair, who sees it in the list of members.

        All are looked for before anybody is let in. Raises Refused, and what the connector raises.
        """
        access.require(seat.desk.state, seat.member, "members")
        wanted = tuple(dict.fromkeys(users))
        found = await in_time(self._there(seat, tenant, wanted))
        for each in found:
            one = f"{key}:{each.user}"
            await self._let_in(seat, each, tenant, one, place, hand_back=True)
        if len(found) < len(wanted):
            raise Refused(NOT_THERE)

    async def _there(self, seat: Seat, tenant: str, users: tuple[str, ...]) -> list[_Found]:
        """Those of these users who are in the committee's team."""
        found: dict[str, _Found] = {}
        for home in seat.desk.committee.home:
            if home.tenant == tenant:
                missing = [user for user in users if user not in found]
                there = await self._rosters.these(tenant, home.channel, missing)
                found |= {u: _Found(u, home.channel, who) for u, who in there.items()}
        return [found[user] for user in users if user in found]

    async def _let_in(
        self,
        seat: Seat,
        found: _Found,
        tenant: str,
        key: str,
        place: Place,
        knock: str = "",
        *,
        hand_back: bool,
    ) -> Handled:
        who = found.who
        if who.bot:
            raise Refused(AN_APP.format(name=who.name))
        await self._reaching.know(tenant, found.channel, who)
        new = new_member(who, tenant, Role.MEMBER, seat.desk.committee.zone)
        member = Member(id=self._service.new_id(), committee=seat.committee, **dict(new))
        event = Admitted(
            id=key, committee=seat.committee, member=seat.member.id, who=member, place=place,
            knock=knock,
        )  # fmt: skip
        return await self._service.take(event, hand_back=hand_back)


def _standing(who: Profile) -> Standing:
    return "foreign" if who.foreign else "guest" if who.guest else "colleague"
