"""Carries one promised message out to Teams, and reads what became of it from Teams' answer.

Teams has no idempotency key and no look-up of a message whose reply was lost
(https://learn.microsoft.com/microsoftteams/platform/bots/how-to/rate-limit): such a message is posted
again, so that a question or a summary may stand there twice and is never missing. To edit one twice
changes nothing. Bots can't react, so a recorded answer shows on the card alone.

A channel has no words for one person alone: in a walk's reply chain they go into that person's own
chat; elsewhere they answer where they were asked.
"""

import logging
from collections.abc import Callable

from bot.core.dispatch import Delivered, Hopeless, Later, Outcome
from bot.core.effects import (
    EFFECT,
    Ask,
    Content,
    Notice,
    QuestionCard,
    React,
    Say,
    Update,
)
from bot.core.sending import TYPED, Delivering, opens, piece_key
from bot.core.showing import leading
from bot.core.words import short
from bot.teams.inviting import has_chains, invited
from bot.teams.links import to_message
from bot.teams.pacing import Pace, TooSoon
from bot.teams.pieces import Element, small
from bot.teams.pieces import card as made_card
from bot.teams.reaching import Reaching
from bot.teams.refusals import (
    HOUR,
    LOST,
    NO_CHAT,
    Declined,
    NoLogin,
    Unreached,
    Untrusted,
    is_shut,
    judge,
)
from bot.teams.render import Piece, render
from storage.port import Store
from storage.records import OutboxMessage
from storage.references import Reference

# -- words ---------------------------------------------------------------------------------------

ALL_ABOVE = "Nothing is left here: all of it stands above."
"""In a piece that is no longer needed since its card became shorter."""
NOT_REACHED = (
    "{name}, I can't write to you in a chat of our own. Open Convenor under Apps, add it for yourself, and "
    "ask again."
)

REFUSED = (Declined, Unreached, NoLogin, Untrusted)

log = logging.getLogger(__name__)


def _judged(message: OutboxMessage, error: Exception) -> Later | Hopeless:
    """What an error means for a message; somebody's own chat may be shut to us."""
    outcome = judge(error)
    if message.place.channel.startswith("@") and is_shut(error):
        return outcome.model_copy(update={"unreachable": True})
    return outcome


def _not_sent(outcome: Later | Hopeless) -> Later | Hopeless:
    """What failed before anything was said: the message itself can't have gone out."""
    if isinstance(outcome, Later):
        return outcome.model_copy(update={"unsure": False})
    return outcome


class Where:
    """Where a message goes: a conversation of a service."""

    def __init__(self, room: Reference) -> None:
        self.room = room
        self.conversation = room.conversation or room.room

    @property
    def has_chains(self) -> bool:
        """Whether it is a channel, where each post opens a reply chain."""
        return has_chains(self.room)


class TeamsSender:
    """The sender for every tenant."""

    def __init__(
        self,
        store: Store,
        reaching: Reaching,
        pace: Pace | None = None,
        room: Callable[[Element], Element] = lambda card: card,
    ) -> None:
        """Take `room`, which makes a card one that stands in a conversation."""
        self._room = room
        self._reaching, self._pace = reaching, pace or Pace()
        self._record = Delivering(store)
        self._first: dict[int, str] = {}
        """What was posted of messages whose further pieces are still to go."""

    async def send(self, message: OutboxMessage) -> Outcome:
        """Carry one message out; see bot.core.dispatch.Sender."""
        try:
            outcome = await self._carry(message)
        except REFUSED as error:
            outcome = _judged(message, error)
        except TooSoon as soon:
            outcome = Later(after=soon.left, keep=True, reason="pace")
        if not isinstance(outcome, Later):
            self._record.over(message)
            self._first.pop(message.id, None)
        return outcome

    async def _carry(self, message: OutboxMessage) -> Outcome:
        effect = EFFECT.validate_json(message.payload)
        if isinstance(effect, React):
            return Delivered()
        try:
            where = await self._where(message)
        except REFUSED as error:
            return _not_sent(_judged(message, error))
        if not isinstance(where, Where):
            return where
        if message.unsure and isinstance(effect, Say) and effect.once:
            return Hopeless(reason="maybe_sent")
        if isinstance(effect, Say) and effect.apart and not where.has_chains:
            return Delivered()
        if isinstance(effect, Update):
            return await self._update(where, message, effect.key, effect.content)
        return await self._post(where, message, effect)

    # -- where ----------------------------------------------------------------------------------

    async def _where(self, message: OutboxMessage) -> Where | Later | Hopeless:
        channel, tenant = message.place.channel, message.place.tenant
        if channel.startswith("@"):
            try:
                return await self._chat(message, channel[1:])
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

    async def _chat(self, message: OutboxMessage, member: str) -> Where | Later | Hopeless:
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

    def _chain(self, where: Where, root: str) -> str:
        """The conversation of the reply chain under a message; a chat has only itself."""
        return f"{where.room.room};messageid={root}" if where.has_chains else where.conversation

    # -- posting --------------------------------------------------------------------------------

    async def _post(self, where: Where, message: OutboxMessage, effect: Ask | Say) -> Outcome:
        key, begins = effect.key, opens(message, effect.key)
        root = "" if begins else self._record.thread(message)
        if not begins and not root and where.has_chains:
            return Hopeless(reason="no_thread")  # what opens it comes first in this lane: it failed
        if isinstance(effect, Say) and effect.only_for and self._in_public(message):
            alone = await self._alone(message, effect)
            if alone is not None:
                return alone
            effect = self._for_all_to_see(message, effect)
        pieces = self._pieces(where, message, effect.content)
        first = self._first.get(message.id, "")
        if not first:
            first = await self._say(where, message, pieces[0], root, begins=begins)
            self._first[message.id] = first
        for n, piece in enumerate(pieces[1:], start=1):
            name = piece_key(key, n)
            if not self._record.ref(name):
                ref = await self._say(where, message, piece, root or first)
                await self._record.note(message, name, ref)
        return Delivered(ref=first)

    def _in_public(self, message: OutboxMessage) -> bool:
        """Whether a message goes into a walk's reply chain, where a word for one would be for all."""
        place = message.place
        return (
            not place.channel.startswith("@")
            and bool(place.thread)
            and not place.thread.startswith(TYPED)
        )

    async def _alone(self, message: OutboxMessage, effect: Say) -> Outcome | None:
        """Say it in the member's own chat; None where nothing can be said to them there."""
        done = self._record.done(message)
        try:
            chat = await self._chat(message, effect.only_for)
            if not isinstance(chat, Where):
                return None
            for n, piece in enumerate(self._pieces(chat, message, effect.content)):
                if n not in done:
                    ref = await self._say(chat, message, piece, "")
                    self._first.setdefault(message.id, ref)
                    done.add(n)
        except Declined as declined:
            if declined.status not in NO_CHAT:
                raise
            log.info("no chat id=%d code=%s", message.id, declined.code)
            self._first.pop(message.id, None)
            return None
        return Delivered(ref=self._first.get(message.id, ""))

    def _for_all_to_see(self, message: OutboxMessage, effect: Say) -> Say:
        """What is said in the thread where somebody's own chat is shut.

        A sentence about what they wrote there may stand there; a list that is for them alone may not.
        """
        content = effect.content
        if isinstance(content, Notice) and not content.groups:
            return effect
        text = NOT_REACHED.format(name=self._record.name(message, effect.only_for))
        return effect.model_copy(update={"content": Notice(text=text)})

    async def _say(
        self, where: Where, message: OutboxMessage, piece: Piece, root: str, *, begins: bool = False
    ) -> str:
        room, connector = where.room, self._reaching.connector
        if begins and where.has_chains:
            await self._pace.turn(room.room)
            tenant = message.place.tenant
            return await connector.begin(room.url, tenant, room.room, piece.card, piece.summary)
        conversation = self._chain(where, root) if root else where.conversation
        await self._pace.turn(conversation)
        return await connector.post(room.url, conversation, piece.card, piece.summary)

    # -- what it shows --------------------------------------------------------------------------

    def _pieces(self, where: Where, message: OutboxMessage, content: Content) -> tuple[Piece, ...]:
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
            known = self._reaching.rooms.person(address.tenant, address.user) if address else None
            if known is not None and known.account:
                found[member] = known.account
        return found

    def _link(self, message: OutboxMessage, walk: str) -> str:
        """The address of a walk's thread; "" where there is none (yet)."""
        found, ref = self._record.walk(message, walk), self._record.ref(walk)
        if found is None or not ref or found.place.channel.startswith("@"):
            return ""
        room = self._reaching.rooms.room(found.place.tenant, found.place.channel)
        return to_message(room, ref) if room else ""

    # -- changing -------------------------------------------------------------------------------

    async def _update(
        self, where: Where, message: OutboxMessage, key: str, content: Content
    ) -> Outcome:
        refs = self._record.refs(key)
        if not refs:
            return Hopeless(reason="never_posted")
        pieces = self._pieces(where, message, content)
        root = self._record.thread(message) or refs[0]
        emptied = Piece(
            card=made_card(list(small(ALL_ABOVE)), ALL_ABOVE), summary=short(ALL_ABOVE, 100)
        )
        done = self._record.done(message)
        for n in range(max(len(pieces), len(refs))):
            if n in done:
                continue
            piece = pieces[n] if n < len(pieces) else emptied
            if n < len(refs):
                await self._replace(where, piece, root, refs[n])
            else:
                ref = await self._say(where, message, piece, root)
                await self._record.note(message, piece_key(key, n), ref)
            done.add(n)
        return Delivered()

    async def _replace(self, where: Where, piece: Piece, root: str, ref: str) -> None:
        """Put a piece in the place of what stands there; nothing where that was deleted."""
        conversation = self._chain(where, root)
        await self._pace.turn(conversation)
        try:
            await self._reaching.connector.replace(
                where.room.url, conversation, ref, piece.card, piece.summary
            )
        except Declined as declined:
            if declined.status not in LOST:
                raise
