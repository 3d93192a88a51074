"""Those who are in a committee's channel without being in the committee.

They can neither answer nor read more than what stands in the channel. The chairs are told once for
each of them, with a button that lets them in, by name: colleagues, guests and people of other
organisations (Slack Connect) alike.
"""

import asyncio
import logging
import re
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.core import access
from bot.core.admitting import AN_APP, NOT_IN, UNDATED, knock_id
from bot.core.desk import Seat
from bot.core.errors import Misuse, Refused
from bot.core.events import Admitted, Knocked
from bot.core.service import Service
from bot.logs import whence
from bot.slack.blocks import section
from bot.slack.people import PLATFORM, Profile, address_of, look_up, new_member, seats
from bot.slack.text import escape
from storage.people import Member, Place, Role

# -- words ---------------------------------------------------------------------------------------

SOMEBODY = "somebody"
MENTION = re.compile(r"<@([A-Z0-9]+)[|>]")
GONE = "{name}'s account is deactivated, so they can't be let in."

REMEMBERED = 2000
"""People who were told that they are not in; those who spoke last."""

log = logging.getLogger(__name__)


class Strangers:
    """Tells the chairs who came, and lets people in."""

    def __init__(self, service: Service, client_of: Callable[[str], AsyncWebClient | None]) -> None:
        self._service, self._client_of = service, client_of
        self._names: OrderedDict[tuple[str, str], str] = OrderedDict()
        self._told: OrderedDict[tuple[str, str], None] = OrderedDict()

    async def came(self, team: str, channel: str, user: str) -> None:
        """Somebody joined a channel; where it is a committee's and they are not in it, say so."""
        mine = {seat.committee for seat in seats(self._service, team, user)}
        for committee in self._service.store.read().at_home(PLATFORM, team, channel):
            if committee not in mine:
                await self.knock(team, committee, user)

    async def spoke(self, team: str, channel: str, user: str, committee: str, thread: str) -> None:
        """Somebody who is not in the committee wrote into a walk's thread: they are told once."""
        if (committee, user) in self._told:
            return
        if await self.knock(team, committee, user) and await self._first(team, committee, user):
            asked = access.chairs(self._service.look(committee).state)
            await self.tell(team, channel, user, NOT_IN.format(chairs=asked), thread)
        self._told[committee, user] = None
        if len(self._told) > REMEMBERED:
            self._told.popitem(last=False)

    async def _first(self, team: str, committee: str, user: str) -> bool:
        """Whether they were not told before, by whatever process."""
        key, now = f"slack:{team}:not-in:{committee}:{user}", self._service.clock()
        return await asyncio.to_thread(
            self._service.store.write, lambda tx: tx.first_time(key, now)
        )

    async def call(self, team: str, user: str) -> str:
        """What somebody is called, whoever they are; "" where Slack does not say."""
        if (team, user) not in self._names:
            try:
                who = await self._profile(team, user)
            except (SlackApiError, ClientError, TimeoutError) as error:
                log.warning("no name user=%s %s", user, whence(error))
                return ""
            self._names[team, user] = who.name
            if len(self._names) > REMEMBERED:
                self._names.popitem(last=False)
        return self._names[team, user]

    async def learn(self, team: str, text: str) -> None:
        """Ask for the names of people who are mentioned and in no committee: no id is recorded."""
        for user in dict.fromkeys(MENTION.findall(text)):
            if not seats(self._service, team, user):
                await self.call(team, user)

    def called(self, team: str, user: str) -> str:
        """The same, as far as it was asked for; "somebody" where it was not."""
        return self._names.get((team, user), SOMEBODY)

    async def say(self, team: str, channel: str, user: str, parts: dict[str, Any]) -> None:
        """Say something with blocks to one person; where that fails, it is no harm."""
        await self._whisper(team, channel, user, {k: parts[k] for k in ("text", "blocks")})

    async def knock(self, team: str, committee: str, user: str) -> bool:
        """Have the chairs told, once a day for each person; False for an app or a closed account."""
        who = await self._profile(team, user)
        if who.bot or who.gone:
            return False
        chairs = access.leading(self._service.look(committee).state)
        if chairs:
            day = f"{self._service.clock():%Y-%m-%d}"
            await self._service.take(
                Knocked(
                    id=knock_id(address_of(team, user), committee, day),
                    committee=committee,
                    member=chairs[0].id,
                    name=who.name,
                    address=address_of(team, user),
                    standing="foreign" if who.foreign else "guest" if who.guest else "colleague",
                    day=day,
                )
            )
        return True

    async def admit(
        self, seat: Seat, team: str, user: str, key: str, place: Place, knock: str
    ) -> None:
        """Let somebody in, by the chair, who was told of a knock. Raises Refused.

        `knock`: what the button says of it, if anything.
        """
        access.require(seat.desk.state, seat.member, "members")
        who = await self._profile(team, user)
        await self._let_in(seat, team, who, key, place, knock or UNDATED)

    async def _let_in(
        self, seat: Seat, team: str, who: Profile, key: str, place: Place, knock: str = ""
    ) -> None:
        if who.bot:
            raise Refused(AN_APP.format(name=who.name))
        if who.gone:
            raise Refused(GONE.format(name=who.name))
        new = new_member(who, team, Role.MEMBER)
        member = Member(id=self._service.new_id(), committee=seat.committee, **dict(new))
        await self._service.take(
            Admitted(
                id=key,
                committee=seat.committee,
                member=seat.member.id,
                who=member,
                place=place,
                knock=knock,
            )
        )

    async def admit_all(
        self, seat: Seat, team: str, users: tuple[str, ...], key: str, place: Place
    ) -> None:
        """Let several people in, by the chair. Raises Refused."""
        access.require(seat.desk.state, seat.member, "members")
        known = await asyncio.gather(*(self._profile(team, user) for user in users))
        for who in known:
            await self._let_in(seat, team, who, f"{key}:{who.user}", place)

    async def pressed(self, team: str, channel: str, user: str, committee: str) -> None:
        """Somebody who is not in the committee pressed one of its buttons."""
        if await self.knock(team, committee, user):
            asked = access.chairs(self._service.look(committee).state)
            await self.tell(team, channel, user, NOT_IN.format(chairs=asked))

    async def is_there(self, team: str, seat: Seat, user: str) -> bool:
        """Whether somebody is in the committee's channel, by Slack's own word."""
        client = self._client_of(team)
        if client is None:
            return False
        for place in seat.desk.committee.home:
            if (place.platform, place.tenant) == (PLATFORM, team):
                args: dict[str, Any] = {"channel": place.channel, "limit": 1000}
                async for page in await client.conversations_members(**args):
                    if user in page["members"]:
                        return True
        return False

    async def tell(self, team: str, channel: str, user: str, text: str, thread: str = "") -> None:
        """Say something to one person in a channel; where that fails, it is no harm."""
        args: dict[str, Any] = {"text": escape(text), "blocks": list(section(text))}
        if thread:
            args["thread_ts"] = thread
        await self._whisper(team, channel, user, args)

    async def _whisper(self, team: str, channel: str, user: str, args: dict[str, Any]) -> None:
        client = self._client_of(team)
        if client is None or not channel:
            return
        try:
            if channel.startswith("D"):
                await client.chat_postMessage(channel=channel, **args)
            else:
                await client.chat_postEphemeral(channel=channel, user=user, **args)
        except (SlackApiError, ClientError, TimeoutError) as error:
            log.warning("not told channel=%s user=%s %s", channel, user, whence(error))

    async def _profile(self, team: str, user: str) -> Profile:
        client = self._client_of(team)
        if client is None:
            raise Misuse(f"no workspace {team}")
        return await look_up(client, team, user)
