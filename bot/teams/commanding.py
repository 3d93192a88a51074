"""The commands that open a card of their own: starting a committee, its members, its settings.

All others are the core's to understand.
"""

import logging
from functools import partial

from bot.core import access, plain_form
from bot.core.desk import Seat
from bot.core.errors import Refused
from bot.core.service import Service
from bot.logs import whence
from bot.teams.activities import Activity
from bot.teams.asked import Asked, command
from bot.teams.chairing import Chairing
from bot.teams.chairing_card import settings_card
from bot.teams.listening import Listening
from bot.teams.once import Once
from bot.teams.own_card import home_card, kept_fresh
from bot.teams.people import seats
from bot.teams.pieces import Element
from bot.teams.plain import plain_card
from bot.teams.refusals import passes
from bot.teams.setup_card import phase_card
from bot.teams.starting import Starting
from bot.teams.voice import TROUBLES, Voice

# -- words ---------------------------------------------------------------------------------------

IN_CHAT = "I've answered in your chat with me."
UNREACHED = "I can't reach you in your own chat. Open Convenor under Apps, and add it for yourself."
IN_A_ROOM = (
    "A committee lives in a channel or a group chat. Add me there, or type “@Convenor start” in it."
)
NO_CARD = "Teams did not let me see who is here, so no committee could begin. “@Convenor start” tries it again."
WELCOME = "Convenor"

START = "start"
OURS = frozenset({START, "members", "settings", "hours"})

log = logging.getLogger(__name__)


class Commanding:
    """Takes the commands that are about committees rather than walks."""

    def __init__(
        self,
        service: Service,
        starting: Starting,
        chairing: Chairing,
        voice: Voice,
        listening: Listening,
        asked: Asked,
        once: Once,
    ) -> None:
        self._service, self._starting, self._chairing = service, starting, chairing
        self._voice, self._listening = voice, listening
        self._asked, self._once = asked, once

    async def takes(self, activity: Activity, words: str, *, named: bool) -> bool:
        """Whether these words were such a command; then it is done.

        Raises TryLater, and as the connector for what may pass by itself.
        """
        meant, clear = command(activity, words, named=named)
        alone = activity.where == "personal"
        if meant not in OURS or not (named or alone):
            return False
        seat = self._listening.alone(activity) if alone else self._listening.seat_here(activity)
        if seat and not clear and await self._asked.answers(activity, seat, words):
            return False
        if meant == START:
            return await self._start(activity, seat, alone=alone)
        if seat is None:
            return False
        act = partial(self._open, activity, seat, meant, alone=alone)
        await self._once.answer(activity, act)
        return True

    async def _start(self, activity: Activity, seat: Seat | None, *, alone: bool) -> bool:
        if alone:
            if seats(self._service, activity.tenant, activity.who.user):
                return False  # the core knows which phases there are
            await self._once.answer(activity, partial(self._voice.answer, activity, IN_A_ROOM))
            return True
        if not self._listening.homes(activity):
            offer = partial(self.offer, activity, activity.room)
            await self._once.answer(activity, offer)
            return True
        if seat is None:
            return False
        await self._once.answer(activity, partial(self._phases, activity, seat))
        return True

    async def _phases(self, activity: Activity, seat: Seat) -> None:
        """Which phase to begin, where there is a committee."""
        try:
            access.require(seat.desk.state, seat.member, "lead")
        except Refused as refusal:
            await self._voice.answer(activity, refusal.sentence)
            return
        card = phase_card(seat.committee, seat.desk.bank)
        await self._voice.show(activity, card, seat.desk.bank.title)

    async def _open(self, activity: Activity, seat: Seat, meant: str, *, alone: bool) -> None:
        """What is for one person goes into their own chat; where that can't be, they are told here."""
        who = activity.tenant, activity.who.user
        said = IN_CHAT
        try:
            card = await self._card(activity, seat, meant)
            told = await self._voice.hand(*who, card, meant.capitalize(), url=activity.url)
        except Refused as refusal:
            said = ""
            told = await self._voice.tell(*who, refusal.sentence, seat.committee, url=activity.url)
        if not alone and not told:
            said = UNREACHED
        if not alone and said:
            await self._voice.answer(activity, said)

    async def _card(self, activity: Activity, seat: Seat, meant: str) -> Element:
        if meant == "members":
            return await self._chairing.members(seat, activity.tenant)
        if meant == "hours" or not access.may(seat.member, "settings"):
            access.require(seat.desk.state, seat.member, "read")
            desk = seat.desk
            made = plain_form.form("hours", desk.state, desk.bank, seat.member.id)
            return plain_card(seat.committee, made)
        return settings_card(seat.desk, seat.member)

    # -- a new committee, a new person ----------------------------------------------------------

    async def offer(self, activity: Activity, channel: str) -> None:
        """Post the set-up card; where Teams does not let that be, say so.

        Raises as the connector for what may pass by itself: then Teams says it once more.
        """
        try:
            await self._starting.offer(activity, channel)
        except TROUBLES as error:
            if passes(error):
                raise
            log.warning("no set-up card room=%s %s", channel, whence(error))
            await self._voice.answer(activity, NO_CARD)

    async def welcome(self, activity: Activity) -> None:
        """Somebody added the app for themselves: what waits for them, or how to begin."""
        mine = seats(self._service, activity.tenant, activity.who.user)
        here = [(seat.desk, seat.member) for seat in mine if seat.member.active]
        await self._voice.show(activity, kept_fresh(home_card(here)), WELCOME)
