"""The commands that open a card of their own: starting a committee, its members, its settings.

All others are the core's to understand.
"""

from functools import partial

from bot.core import access
from bot.core.errors import Refused
from bot.core.seats import Seat
from bot.core.service import Service
from bot.teams.activities import Activity
from bot.teams.chairing_card import members_card, settings_card
from bot.teams.listening import Listening
from bot.teams.once import Once
from bot.teams.own_card import home_card
from bot.teams.people import seats
from bot.teams.setup_card import phase_card
from bot.teams.starting import Starting
from bot.teams.voice import Voice

# -- words ---------------------------------------------------------------------------------------

IN_CHAT = "I've answered in your chat with me."
IN_A_ROOM = (
    "A committee lives in a channel or a group chat. Add me there, or type “@Convenor start” in it."
)
WELCOME = "Convenor"


class Commanding:
    """Takes the commands that are about committees rather than walks."""

    def __init__(
        self,
        service: Service,
        starting: Starting,
        voice: Voice,
        listening: Listening,
        once: Once,
    ) -> None:
        self._service, self._starting = service, starting
        self._voice, self._listening, self._once = voice, listening, once

    async def takes(self, activity: Activity, words: str, *, named: bool) -> bool:
        """Whether these words were such a command; then it is done. Raises as the connector."""
        command = words.casefold().strip().rstrip(".")
        alone = activity.where == "personal"
        if command not in ("start", "members", "settings") or not (named or alone):
            return False
        if command == "start":
            return await self._start(activity, alone=alone)
        seat = self._listening.alone(activity) if alone else self._listening.seat_here(activity)
        if seat is None:
            return False
        act = partial(self._open, activity, seat, command, alone=alone)
        await self._once.answer(activity, act)
        return True

    async def _start(self, activity: Activity, *, alone: bool) -> bool:
        if alone:
            if seats(self._service, activity.tenant, activity.who.user):
                return False  # the core knows which phases there are
            await self._once.answer(activity, partial(self._voice.answer, activity, IN_A_ROOM))
            return True
        if not self._listening.homes(activity):
            offer = partial(self._starting.offer, activity, activity.room)
            await self._once.answer(activity, offer)
            return True
        seat = self._listening.seat_here(activity)
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

    async def _open(self, activity: Activity, seat: Seat, command: str, *, alone: bool) -> None:
        """What is for one person goes into their own chat."""
        tenant, user = activity.tenant, activity.who.user
        try:
            if command == "members":
                access.require(seat.desk.state, seat.member, "read")
                leads = access.may(seat.member, "members")
                people = await self._starting.newcomers(seat, tenant) if leads else []
                card = members_card(seat.desk, seat.member, roster=people)
            else:
                card = settings_card(seat.desk, seat.member)
        except Refused as refusal:
            await self._voice.tell(tenant, user, refusal.sentence, seat.committee)
            return
        told = await self._voice.hand(tenant, user, card, command.capitalize(), url=activity.url)
        if told and not alone:
            await self._voice.answer(activity, IN_CHAT)

    async def welcome(self, activity: Activity) -> None:
        """Somebody added the app for themselves: what waits for them, or how to begin."""
        mine = seats(self._service, activity.tenant, activity.who.user)
        here = [(seat.desk, seat.member) for seat in mine if seat.member.active]
        await self._voice.show(activity, home_card(here), WELCOME)
