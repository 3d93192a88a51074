"""From a person to the conversation in which they are spoken to, and from a room to its people."""

from bot.teams.adapter import Connector
from bot.teams.people import Profile, profile
from bot.teams.refusals import NO_CHAT, Declined
from bot.teams.rooms import Rooms
from storage.references import Reference

MOST = 500
"""People of a roster that are read at once."""


class Reaching:
    """Opens chats, once each, and reads rosters."""

    def __init__(self, connector: Connector, rooms: Rooms) -> None:
        self.connector, self.rooms = connector, rooms

    async def chat(self, tenant: str, user: str, url: str = "", room: str = "") -> Reference | None:
        """A person's own chat, opened where it is not yet; None where no service is known for them.

        `room`: one in whose roster they are, where they were never heard from. Raises what the
        connector raises.
        """
        known = self.rooms.person(tenant, user)
        if known is not None and known.conversation:
            return known
        if room and (known is None or not known.account):
            for who in await self._heard_of(tenant, room):
                await self.know(tenant, room, who)
            known = self.rooms.person(tenant, user)
        service = (known.url if known else "") or url or self._service(tenant)
        if not service:
            return None
        # Teams takes an account's own id, too, where the app is installed for that person.
        account = known.account if known and known.account else user
        conversation = await self.connector.open(service, tenant, account)
        base = known or self.rooms.blank(tenant, f"@{user}", service)
        opened = base.evolve(url=service, conversation=conversation)
        await self.rooms.keep(opened, known)
        return opened

    async def _heard_of(self, tenant: str, room: str) -> list[Profile]:
        """The people of a room's roster; nobody where it is closed to us, or gone."""
        home = self.rooms.room(tenant, room)
        if home is None or home.ended:
            return []
        try:
            return await self.people(tenant, room)
        except Declined as declined:
            if declined.status in NO_CHAT:
                return []
            raise

    async def know(self, tenant: str, room: str, who: Profile) -> None:
        """Keep what the roster calls somebody: under this name alone Teams opens a chat with them."""
        home = self.rooms.room(tenant, room)
        if home is None or not who.user:
            return
        known = self.rooms.person(tenant, who.user)
        base = known or self.rooms.blank(tenant, f"@{who.user}", home.url)
        await self.rooms.keep(base.evolve(account=who.account, name=who.name), known)

    def _service(self, tenant: str) -> str:
        """The service address of some room of a tenant: all of its rooms are served by one."""
        return next((r.url for r in self.rooms.all(tenant) if not r.ended), "")

    async def people(self, tenant: str, channel: str) -> list[Profile]:
        """The people of a channel's team, or of a chat; apps are left out. Raises as the connector."""
        room = self.rooms.room(tenant, channel)
        if room is None:
            return []
        found = await self.connector.roster(room.url, channel, MOST)
        people = [profile(person, tenant) for person in found]
        return [who for who in people if not who.bot]

    async def look_up(
        self, tenant: str, channel: str, user: str, *, in_team: bool = False
    ) -> Profile | None:
        """One person of a room (of a channel's whole team); None where they are not in it.

        `user` may be what Teams calls them towards this bot. Raises as the connector.
        """
        room, known = self.rooms.room(tenant, channel), self.rooms.person(tenant, user)
        if room is None:
            return None
        account = known.account if known and known.account else user
        where = room.parent or channel if in_team else channel
        found = await self.connector.person(room.url, where, account)
        return profile(found, tenant) if found else None
