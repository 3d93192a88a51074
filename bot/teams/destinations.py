"""Where a promised message goes in Teams: a room's conversation, one person's chat, a reply chain."""

from bot.core.dispatch import Hopeless, Later
from bot.core.sending import Delivering
from bot.teams.inviting import has_chains
from bot.teams.reaching import Reaching
from bot.teams.refusals import HOUR, NO_CHAT, Declined, judge
from storage.references import Reference
from storage.trail import OutboxMessage


class Where:
    """Where a message goes: a conversation of a service."""

    def __init__(self, room: Reference) -> None:
        self.room = room
        self.conversation = room.conversation or room.room

    @property
    def has_chains(self) -> bool:
        """Whether it is a channel, where each post opens a reply chain."""
        return has_chains(self.room)

    def chain(self, root: str) -> str:
        """The conversation of the reply chain under a message; a chat has only itself."""
        return f"{self.room.room};messageid={root}" if self.has_chains else self.conversation


class Destinations:
    """Finds them; opens a person's chat where it is not yet. Raises what the connector raises."""

    def __init__(self, reaching: Reaching, record: Delivering) -> None:
        self._reaching, self._record = reaching, record

    async def of(self, message: OutboxMessage) -> Where | Later | Hopeless:
        """Where a message goes, or what is to become of one that can't go there."""
        channel, tenant = message.place.channel, message.place.tenant
        if channel.startswith("@"):
            try:
                return await self.chat(message, channel[1:])
            except Declined as declined:
                if declined.status not in NO_CHAT:
                    raise
                return judge(declined).model_copy(update={"unreachable": True})
        room = self._reaching.rooms.room(tenant, channel)
        if room is None:
            return Later(after=HOUR, keep=True, reason="unknown_room")
        if room.ended:
            return Later(after=HOUR, keep=True, reason=room.ended)
        return Where(room)

    async def chat(self, message: OutboxMessage, member: str) -> Where | Later | Hopeless:
        """A member's own chat."""
        address = self._record.address(message, member)
        if address is None:
            return Hopeless(reason="no_address", unreachable=True)
        known = self._reaching.rooms.person(address.tenant, address.user)
        if known is not None and known.ended:
            return Later(after=HOUR, keep=True, unreachable=True, reason=known.ended)
        chat = await self._reaching.chat(
            address.tenant, address.user, room=self._record.home(message)
        )
        return Where(chat) if chat else Later(after=HOUR, keep=True, reason="unknown_service")
