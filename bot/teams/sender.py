"""Carries one promised message out to Teams, and reads what became of it from Teams' answer.

Teams has no idempotency key and no look-up of a message whose reply was lost
(https://learn.microsoft.com/microsoftteams/platform/bots/how-to/rate-limit): such a message is posted
again, so that a question or a summary may stand there twice and is never missing. To edit one twice
changes nothing. Bots can't react, so a recorded answer shows on the card alone.

A channel has no words for one person alone: in a walk's reply chain they go into that person's own
chat; elsewhere they answer where they were asked.
"""

import logging
from collections import Counter
from collections.abc import Callable

from bot.core.dispatch import Delivered, Hopeless, Later, Outcome
from bot.core.effects import EFFECT, Ask, Content, Notice, React, Say, Update
from bot.core.sending import TYPED, Delivering, opens, piece_key
from bot.core.words import short
from bot.teams.destinations import Destinations, Where
from bot.teams.drawing import Drawing
from bot.teams.pacing import Pace, TooSoon
from bot.teams.pieces import Element, small
from bot.teams.pieces import card as made_card
from bot.teams.reaching import Reaching
from bot.teams.refusals import (
    MISSES,
    NO_CHAT,
    Declined,
    NoLogin,
    Unreached,
    Untrusted,
    gone,
    is_shut,
    judge,
    not_sent,
    passes,
    seems_gone,
)
from bot.teams.render import Piece
from storage.port import Store
from storage.trail import OutboxMessage

# -- words ---------------------------------------------------------------------------------------

ALL_ABOVE = "Nothing is left here: all of it stands above."
"""In a piece that is no longer needed since its card became shorter."""
NOT_REACHED = (
    "{name}, I can't write to you in a chat of our own. Open Convenor under Apps, add it for yourself, and "
    "ask again."
)
NOT_NOW = "{name}, I don't get through to your own chat at the moment. Please ask again in a while."

REFUSED = (Declined, Unreached, NoLogin, Untrusted)
ALONE = 4
"""Tries to say something in somebody's own chat, until the thread, whose lane waits for it, says so."""

log = logging.getLogger(__name__)


def _judged(message: OutboxMessage, error: Exception) -> Later | Hopeless:
    """What an error means for a message; somebody's own chat may be shut to us."""
    outcome = judge(error)
    if message.place.channel.startswith("@") and is_shut(error):
        return outcome.model_copy(update={"unreachable": True})
    return outcome


def _apart(content: Content) -> Content:
    """A word that is read apart from what it is about: it names that."""
    if isinstance(content, Notice) and content.about and not content.heading:
        return content.model_copy(update={"heading": content.about})
    return content


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
        self._reaching, self._pace = reaching, pace or Pace()
        self._record = Delivering(store)
        self._destinations = Destinations(reaching, self._record)
        self._drawing = Drawing(reaching.rooms, self._record, room)
        self._first: dict[int, str] = {}
        """What was posted of messages whose further pieces are still to go."""
        self._missed: Counter[int] = Counter()
        """How often there seemed to be nothing where a message was to go."""

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
            self._missed.pop(message.id, None)
        return outcome

    async def _carry(self, message: OutboxMessage) -> Outcome:
        effect = EFFECT.validate_json(message.payload)
        if isinstance(effect, React):
            return Delivered()
        try:
            where = await self._destinations.of(message)
        except REFUSED as error:
            return not_sent(_judged(message, error))
        if not isinstance(where, Where):
            return where
        if message.unsure and isinstance(effect, Say) and effect.once:
            return Hopeless(reason="maybe_sent")
        if isinstance(effect, Say) and effect.apart and not where.has_chains:
            return Delivered()
        if isinstance(effect, Update):
            if effect.only_for and self._in_public(message):
                return await self._update_alone(message, effect)
            return await self._update(where, message, effect.key, effect.content)
        return await self._post(where, message, effect)

    # -- posting --------------------------------------------------------------------------------

    async def _post(self, where: Where, message: OutboxMessage, effect: Ask | Say) -> Outcome:
        key, begins = effect.key, opens(message, effect.key)
        root = "" if begins else self._record.thread(message)
        if not begins and not root and where.has_chains:
            return Hopeless(reason="no_thread")  # what opens it comes first in this lane: it failed
        if isinstance(effect, Say) and effect.only_for and self._in_public(message):
            alone = await self._alone(message, effect)
            if not isinstance(alone, str):
                return alone
            effect = self._for_all_to_see(message, effect, alone)
        pieces = self._drawing.pieces(where, message, effect.content)
        first = self._first.get(message.id, "")
        if not first:
            try:
                first = await self._say(where, message, pieces[0], root, begins=begins)
            except Declined as declined:
                if not (root and await self._chain_is_gone(where, declined)):
                    raise
                missed = self._misses(message)
                return Hopeless(reason="thread_gone") if missed else Later(reason="thread_gone")
            self._first[message.id] = first
        for n, piece in enumerate(pieces[1:], start=1):
            name = piece_key(key, n)
            if not self._record.ref(name):
                await self._say_more(where, message, piece, root or first, name)
        return Delivered(ref=first)

    async def _say_more(
        self, where: Where, message: OutboxMessage, piece: Piece, root: str, name: str
    ) -> None:
        """Say a further piece; where it never can be, the message stands there all the same."""
        try:
            ref = await self._say(where, message, piece, root)
        except Declined as declined:
            outcome = judge(declined)
            if not isinstance(outcome, Hopeless):
                raise
            log.error("piece refused id=%d key=%s reason=%s", message.id, name, outcome.reason)
            return
        await self._record.note(message, name, ref)

    def _misses(self, message: OutboxMessage) -> bool:
        """Whether there was nothing where a message is to go, so often that it is taken for gone."""
        self._missed[message.id] += 1
        return self._missed[message.id] >= MISSES

    async def _chain_is_gone(self, where: Where, declined: Declined) -> bool:
        """Whether a reply chain is not found although its channel is there: what opened it was deleted."""
        if declined.status != 404 or not where.has_chains:
            return False
        try:
            await self._reaching.connector.roster(where.room.url, where.room.room, 1)
        except REFUSED:
            return False
        return True

    def _in_public(self, message: OutboxMessage) -> bool:
        """Whether a message goes into a walk's reply chain, where a word for one would be for all."""
        place = message.place
        return (
            not place.channel.startswith("@")
            and bool(place.thread)
            and not place.thread.startswith(TYPED)
        )

    async def _alone(self, message: OutboxMessage, effect: Say) -> Outcome | str:
        """Say it in the member's own chat; where that can't be, what to tell them in the thread."""
        done = self._record.done(message)
        try:
            chat = await self._destinations.chat(message, effect.only_for)
            if not isinstance(chat, Where):
                return NOT_REACHED
            for n, piece in enumerate(self._drawing.pieces(chat, message, _apart(effect.content))):
                if n not in done:
                    ref = await self._say(chat, message, piece, "")
                    self._first.setdefault(message.id, ref)
                    done.add(n)
        except (Declined, Unreached) as error:
            shut = isinstance(error, Declined) and error.status in NO_CHAT
            if not shut and (not passes(error) or message.attempts < ALONE):
                raise
            log.info("no chat id=%d reason=%s", message.id, error)
            self._first.pop(message.id, None)
            return NOT_REACHED if shut else NOT_NOW
        return Delivered(ref=self._first.get(message.id, ""))

    def _for_all_to_see(self, message: OutboxMessage, effect: Say, instead: str) -> Say:
        """What is said in the thread where somebody's own chat is shut.

        A sentence about what they wrote there may stand there; a list that is for them alone may not.
        """
        content = effect.content
        if isinstance(content, Notice) and not content.groups:
            return effect
        text = instead.format(name=self._record.name(message, effect.only_for))
        return effect.model_copy(update={"content": Notice(text=text)})

    async def _say(
        self, where: Where, message: OutboxMessage, piece: Piece, root: str, *, begins: bool = False
    ) -> str:
        room, connector = where.room, self._reaching.connector
        if begins and where.has_chains:
            await self._pace.turn(room.room)
            tenant = message.place.tenant
            return await connector.begin(room.url, tenant, room.room, piece.card, piece.summary)
        conversation = where.chain(root) if root else where.conversation
        await self._pace.turn(conversation)
        return await connector.post(room.url, conversation, piece.card, piece.summary)

    # -- changing -------------------------------------------------------------------------------

    async def _update(
        self, where: Where, message: OutboxMessage, key: str, content: Content
    ) -> Outcome:
        refs = self._record.refs(key)
        if not refs:
            return Hopeless(reason="never_posted")
        pieces = self._drawing.pieces(where, message, content)
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
                if not await self._replace(where, message, piece, root, refs[n]):
                    return Later(reason="not_there")
            else:
                await self._say_more(where, message, piece, root, piece_key(key, n))
            done.add(n)
        return Delivered()

    async def _update_alone(self, message: OutboxMessage, effect: Update) -> Outcome:
        """Change what was said in a member's own chat; the room's other messages don't wait for it."""
        try:
            chat = await self._destinations.chat(message, effect.only_for)
            if isinstance(chat, Where):
                done = await self._update(chat, message, effect.key, _apart(effect.content))
                if not isinstance(done, Later):
                    return done
        except (Declined, Unreached) as error:
            if passes(error) and message.attempts < ALONE:
                raise
        return Hopeless(reason="not_there_alone")

    async def _replace(
        self, where: Where, message: OutboxMessage, piece: Piece, root: str, ref: str
    ) -> bool:
        """Put a piece in the place of what stands there; done, too, where that was deleted.

        Returns False where it only seems to be.
        """
        conversation = where.chain(root)
        await self._pace.turn(conversation)
        try:
            await self._reaching.connector.replace(
                where.room.url, conversation, ref, piece.card, piece.summary
            )
        except Declined as declined:
            if gone(declined):
                return True
            if not seems_gone(declined):
                raise
            if not self._misses(message):
                return False
            log.info("nothing to change id=%d reason=%s", message.id, declined)
        return True
