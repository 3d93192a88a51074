"""Founding a committee from the set-up card: who its people are comes from the roster itself."""

import asyncio
from functools import cache

from bot.core import live, pacing
from bot.core.admitting import AN_APP
from bot.core.beginning import begin
from bot.core.errors import Refused
from bot.core.service import Service
from bot.core.starting import at
from bot.core.words import short
from bot.teams import personal
from bot.teams.activities import PLATFORM, Activity
from bot.teams.frame import BLANK, Draft
from bot.teams.people import Profile, new_member, room, seat_at, zone_of
from bot.teams.pieces import Element
from bot.teams.reaching import Reaching
from bot.teams.rosters import Rosters, in_time
from bot.teams.setup_card import SetUp, setup_card, setup_values
from bot.teams.strangers import Strangers
from bot.teams.values import Pressed
from bot.teams.voice import Voice
from questions.loader import bundled_banks
from questions.model import Bank
from storage.people import Role

# -- words ---------------------------------------------------------------------------------------

NEW = "A new committee"
NO_GUESTS = "{name} is a guest here. Please choose somebody of your own organisation to lead."
NOT_IN_TEAM = "One of these people is not in the team any more. Please choose again."
ALREADY = "{committee} works here already, so nothing new was started. “@Convenor status” shows how far it is."
ALL = 20
"""Up to so many people of a team are ticked to begin with."""


@cache
def banks() -> dict[str, Bank]:
    """The banks that a committee can be started on, by name."""
    return bundled_banks()


class Starting:
    """Shows the set-up card, and takes it."""

    def __init__(
        self,
        service: Service,
        reaching: Reaching,
        rosters: Rosters,
        voice: Voice,
        strangers: Strangers,
    ) -> None:
        self._service, self._reaching, self._rosters = service, reaching, rosters
        self._voice, self._strangers = voice, strangers

    async def offer(self, activity: Activity, channel: str) -> None:
        """Post the set-up card, as a post of its own. Raises as the connector."""
        card = await self._card(activity, channel)
        if activity.where == "channel":
            await self._voice.begin(activity, channel, card, NEW)
        else:
            await self._voice.show(activity, card, NEW)

    async def _card(
        self,
        activity: Activity,
        channel: str,
        draft: Draft = BLANK,
    ) -> Element:
        # What was wrong with the card is told with the people of whom it was chosen.
        people = await in_time(self._people(activity, channel, lately=draft.held is not None))
        ours = [who for who in people if not (who.guest or who.foreign)]
        user = activity.who.user
        proposed = {who.user for who in ours} if len(ours) <= ALL else {user}
        return setup_card(
            banks=banks(),
            roster=[(who.user, who.name) for who in people],
            proposed=frozenset(proposed),
            user=user,
            draft=draft,
        )

    async def _people(self, activity: Activity, channel: str, *, lately: bool) -> list[Profile]:
        """The roster; a channel that was never heard from has its team's."""
        found: list[Profile] = []
        for room_ in dict.fromkeys((channel, activity.room)):
            found = found or await self._rosters.people(activity.tenant, room_, lately=lately)
        return sorted(found, key=lambda who: who.name.casefold())

    # -- the card was sent ----------------------------------------------------------------------

    async def found(self, activity: Activity, pressed: Pressed) -> Element:
        """Start the committee and its first phase; a card sent twice starts one.

        Returns what whoever sent it is shown. Raises as the connector.
        """
        try:
            values = setup_values(banks(), pressed.held)
            people = await in_time(self._chosen(activity, values))
            committee = await asyncio.to_thread(self._begin, activity, values, people)
        except Refused as refusal:
            here = self._service.store.read().at_home(PLATFORM, activity.tenant, activity.room)
            for committee in here:  # another card founded it meanwhile
                name = self._service.look(committee).committee.name
                return personal.only_said(ALREADY.format(committee=name))
            return await self._card(activity, activity.room, Draft.refused(pressed.held, refusal))
        for who in people:
            await self._reaching.know(activity.tenant, activity.room, who)
            if committee and (who.guest or who.foreign) and who.user != people[0].user:
                await self._strangers.came(activity.tenant, committee, who)
        return self._begun(activity, values, committee)

    async def _chosen(self, activity: Activity, values: SetUp) -> list[Profile]:
        """Those who were chosen, whoever leads first. Raises Refused."""
        wanted = values.people or (activity.who.user,)
        there = await self._rosters.these(activity.tenant, activity.room, wanted)
        found: list[Profile] = []
        for user in wanted:
            who = there.get(user)
            if who is None:
                raise at("members", NOT_IN_TEAM)
            if who.bot:
                raise at("members", AN_APP.format(name=who.name))
            found.append(who)
        chair = found[0]
        if chair.foreign or (chair.guest and chair.user != activity.who.user):
            raise at("chair", NO_GUESTS.format(name=short(chair.name)))
        return found

    def _begin(self, activity: Activity, values: SetUp, people: list[Profile]) -> str:
        """The new committee's id. Raises Refused."""
        tenant, zone = activity.tenant, zone_of(activity) or "UTC"
        ours = [w for n, w in enumerate(people) if n == 0 or not (w.guest or w.foreign)]
        members = [
            new_member(who, tenant, Role.MEMBER if n else Role.CHAIR, zone)
            for n, who in enumerate(ours)
        ]
        return begin(
            self._service,
            values.name,
            values.what,
            members,
            room(tenant, activity.room),
            f"teams:{tenant}:found:{activity.room}:{activity.reply_to or activity.id}",
            activity.reply_to,
        )

    def _begun(self, activity: Activity, values: SetUp, committee: str) -> Element:
        """The start, in the card's place; of the phase that was chosen first, where it was sent twice."""
        here = (PLATFORM, activity.tenant, activity.room, activity.reply_to)
        key = self._service.store.read().key_at(*here) if activity.reply_to else ""
        if not committee or not key:
            return personal.only_said(values.what.phase.title)
        phase = key.removesuffix(pacing.FOR_ALL).removeprefix(f"{committee}.")
        walk = "" if pacing.opens_for_all(key) else key
        desk = self._service.look(committee)
        seat = seat_at(self._service, activity.tenant, activity.who.user, committee)
        start = live.start(desk.state, desk.bank, walk, phase)
        if start is None:
            return personal.only_said(values.what.phase.title)
        where = self._reaching.rooms.room(activity.tenant, activity.room)
        return personal.shown(committee, start, where, seat.member.id if seat else "")
