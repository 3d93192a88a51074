"""A promised content as the cards of one room: with what is known there of threads and people."""

from collections.abc import Callable

from bot.core.effects import Content, QuestionCard
from bot.core.sending import Delivering
from bot.core.showing import leading
from bot.teams.destinations import Where
from bot.teams.inviting import invited
from bot.teams.links import to_message
from bot.teams.pieces import Element
from bot.teams.render import Piece, render
from bot.teams.rooms import Rooms
from storage.trail import OutboxMessage


class Drawing:
    """Draws cards; `room` makes a card one that stands in a conversation."""

    def __init__(
        self, rooms: Rooms, record: Delivering, room: Callable[[Element], Element]
    ) -> None:
        self._rooms, self._record, self._room = rooms, record, room

    def pieces(self, where: Where, message: OutboxMessage, content: Content) -> tuple[Piece, ...]:
        """The message to post, and those that follow it."""
        urls = {}
        for button in leading(content):
            link = self._link(message, button.walk)
            if link:
                urls[button.walk] = link
        accounts: dict[str, str] = {}
        if isinstance(content, QuestionCard) and not where.room.room.startswith("@"):
            accounts = self._accounts(message, [said.member for said in content.said])
        content, hint = invited(content, where.room)
        found = render(message.committee, content, urls=urls, accounts=accounts, hint=hint)
        return tuple(piece.model_copy(update={"card": self._room(piece.card)}) for piece in found)

    def _accounts(self, message: OutboxMessage, members: list[str]) -> dict[str, str]:
        """What Teams calls members towards this bot, as far as it was heard."""
        found = {}
        for member in members:
            address = self._record.address(message, member)
            known = self._rooms.person(address.tenant, address.user) if address else None
            if known is not None and known.account:
                found[member] = known.account
        return found

    def _link(self, message: OutboxMessage, walk: str) -> str:
        """The address of a walk's thread; "" where there is none (yet)."""
        found, ref = self._record.walk(message, walk), self._record.ref(walk)
        if found is None or not ref or found.place.channel.startswith("@"):
            return ""
        room = self._rooms.room(found.place.tenant, found.place.channel)
        return to_message(room, ref) if room else ""
