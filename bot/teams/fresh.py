"""Cards that Teams asks for anew when somebody sees them: whoever looks at one has done nothing."""

from bot.core.seats import NOT_HERE
from bot.core.service import Service
from bot.teams import personal
from bot.teams.activities import Activity
from bot.teams.listening import Listening
from bot.teams.own_card import FRESH, home_card
from bot.teams.people import seats
from bot.teams.pieces import Element
from bot.teams.rooms import Rooms
from bot.teams.values import About


class Fresh:
    """Draws them as things stand; always a card, and never a word that would pop up."""

    def __init__(self, service: Service, listening: Listening, rooms: Rooms) -> None:
        self._service, self._listening, self._rooms = service, listening, rooms

    def card(self, activity: Activity, about: About) -> Element:
        """The card that this is about, for whoever looks at it."""
        mine = seats(self._service, activity.tenant, activity.who.user)
        if about.value == FRESH:
            return home_card([(seat.desk, seat.member) for seat in mine])
        seat = next((seat for seat in mine if seat.committee == about.committee), None)
        here = about.committee in self._listening.homes(activity)
        if seat is None and not here:
            return personal.only_said(NOT_HERE)
        desk = seat.desk if seat else self._service.look(about.committee)
        return personal.refreshed(desk, seat, about, self._rooms.reached(activity), here=here)
