"""What is said at once and not by the record: to people who are in no committee, and in answer to them.

Such a word is nobody's answer and no question, so it is not promised: where it can't be said, the log
tells.
"""

import logging
from collections.abc import Callable

from bot.core.effects import Notice
from bot.logs import whence
from bot.teams.activities import Activity
from bot.teams.pacing import Pace, TooSoon
from bot.teams.pieces import Element
from bot.teams.reaching import Reaching
from bot.teams.refusals import Declined, NoLogin, Unreached, Untrusted
from bot.teams.render import Piece, render

# -- words ---------------------------------------------------------------------------------------

SORRY = "Teams did not let me do that just now. Please try again in a minute."

TROUBLES = (Declined, Unreached, NoLogin, Untrusted, TooSoon)

log = logging.getLogger(__name__)


class Voice:
    """Says things to rooms and people."""

    def __init__(self, reaching: Reaching, pace: Pace, room: Callable[[Element], Element]) -> None:
        """Take `room`, which makes a card one that stands in a conversation."""
        self._reaching, self._pace, self._room = reaching, pace, room

    async def answer(self, activity: Activity, notice: Notice | str, committee: str = "") -> None:
        """Say something where an activity happened: in its reply chain, or its chat."""
        for piece in _pieces(notice, committee):
            await self.show(activity, piece.card, piece.summary)

    async def show(self, activity: Activity, card: Element, words: str) -> str:
        """Show a card there; returns its id, "" where that was not possible."""
        return await self._post(activity.url, activity.conversation, card, words)

    async def begin(self, activity: Activity, channel: str, card: Element, words: str) -> None:
        """Show a card in a channel, as a post of its own. Raises TooSoon, and as the connector."""
        await self._pace.turn(channel)
        await self._reaching.connector.begin(
            activity.url, activity.tenant, channel, self._room(card), words
        )

    async def settle(self, activity: Activity, card: Element, words: str) -> None:
        """Put a card in the place of the one that was pressed in somebody's own chat."""
        if activity.where != "personal" or not activity.reply_to:
            return
        try:
            await self._pace.turn(activity.conversation)
            await self._reaching.connector.replace(
                activity.url, activity.conversation, activity.reply_to, self._room(card), words
            )
        except TROUBLES as error:
            log.warning("not settled conversation=%s %s", activity.conversation, whence(error))

    async def tell(
        self, tenant: str, user: str, notice: Notice | str, committee: str = "", *, url: str = ""
    ) -> bool:
        """Say something to one person in their own chat; False where that was not possible."""
        said = [
            await self.hand(tenant, user, p.card, p.summary, url=url)
            for p in _pieces(notice, committee)
        ]
        return all(said)

    async def hand(
        self, tenant: str, user: str, card: Element, words: str, *, url: str = ""
    ) -> bool:
        """Show a card to one person in their own chat; False where that was not possible."""
        try:
            chat = await self._reaching.chat(tenant, user, url)
        except TROUBLES as error:
            log.warning("no chat tenant=%s user=%s %s", tenant, user, whence(error))
            return False
        if chat is None:
            return False
        return bool(await self._post(chat.url, chat.conversation, card, words))

    async def _post(self, url: str, conversation: str, card: Element, words: str) -> str:
        try:
            await self._pace.turn(conversation)
            made = self._room(card)
            return await self._reaching.connector.post(url, conversation, made, words)
        except TROUBLES as error:
            log.warning("not said conversation=%s %s", conversation, whence(error))
            return ""


def _pieces(notice: Notice | str, committee: str) -> tuple[Piece, ...]:
    return render(committee, Notice(text=notice) if isinstance(notice, str) else notice)
