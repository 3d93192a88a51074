"""What somebody's words are for, once they have said so; the card that asked is settled for good."""

from bot.core import doubtful
from bot.core.desk import Seat
from bot.core.events import Typed
from bot.core.service import Service
from bot.core.words import short
from bot.teams import personal
from bot.teams.activities import Activity
from bot.teams.pieces import Element
from bot.teams.values import About
from bot.teams.voice import Voice
from bot.teams.waiting import Waiting

# -- words ---------------------------------------------------------------------------------------

FOR = "“{words}” is for “{what}”."
COMMAND = "“{words}” was meant as the command."


class Settling:
    """Records words that waited for their committee, or their question."""

    def __init__(self, service: Service, waiting: Waiting, voice: Voice) -> None:
        self._service, self._waiting, self._voice = service, waiting, voice

    async def said(self, activity: Activity, seat: Seat, about: About) -> Element | None:
        """Record them: they are their message's, and change with it. Raises Refused, StoreError.

        Returns the card that is left, with nothing to press; None where the words are not known any more.
        """
        ref = about.value
        words = self._waiting.words(activity, ref)
        if words is None:
            return None
        what = seat.committee, about.question  # of one card, both buttons may be pressed
        event = Typed(
            id=":".join(filter(None, ("teams", activity.tenant, activity.room, ref, *what))),
            committee=seat.committee,
            member=seat.member.id,
            walk=about.walk,
            text=words,
            ref=ref,
            place=None if about.walk else seat.direct(activity.tenant),
            about=about.question,
            threads=False,
        )
        await self._service.take(event)
        name = seat.desk.prompt(about.question) if about.question else seat.desk.committee.name
        return await self._settled(activity, FOR.format(words=short(words), what=name))

    async def meant(self, activity: Activity, seat: Seat, about: About) -> Element:
        """Settle the card that asked whether a line was an answer or a command; it is done already."""
        mine = doubtful.of_answer(about.value)
        if mine is None:
            return await self._settled(activity, COMMAND.format(words=short(about.value)))
        what = seat.desk.prompt(about.question)
        return await self._settled(activity, FOR.format(words=short(mine.words), what=what))

    async def _settled(self, activity: Activity, text: str) -> Element:
        """What was asked is answered: nothing is left to press on the card, for whoever sees it."""
        card = personal.only_said(text)
        await self._voice.settle(activity, card, text)
        return card
