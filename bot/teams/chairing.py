"""The list of a committee's members, with what its chair changes there.

Who can be added comes from the team's roster; where Teams does not show it, all else can still be done.
"""

import logging
from typing import Any

from bot.core import access, chairing
from bot.core.desk import Seat, seat_in
from bot.core.errors import Refused
from bot.core.sent import Held
from bot.core.service import Service
from bot.logs import whence
from bot.teams.activities import Activity
from bot.teams.chairing_card import members_card
from bot.teams.inputs import sent
from bot.teams.people import seats
from bot.teams.pieces import Element
from bot.teams.rosters import Rosters, in_time
from bot.teams.strangers import Strangers
from bot.teams.values import Pressed
from bot.teams.voice import TROUBLES
from storage.people import Member, Place

# -- words ---------------------------------------------------------------------------------------

NO_ROSTER = "Teams did not show me just now who else is here, so I can't offer anybody to add."

log = logging.getLogger(__name__)


class Chairing:
    """Shows the list of members, and takes what is changed on it."""

    def __init__(self, service: Service, rosters: Rosters, strangers: Strangers) -> None:
        self._service, self._rosters, self._strangers = service, rosters, strangers

    async def members(
        self,
        seat: Seat,
        tenant: str,
        page: int = 1,
        said: str = "",
        *,
        gone: Member | None = None,
        lately: bool = False,
    ) -> Element:
        """The list, one page of it. Raises Refused for those who may not read it.

        `said`, `gone`: what became of a change, and who was let go. `lately`: whoever could be added a
        moment ago still can.
        """
        access.require(seat.desk.state, seat.member, "read")
        people: list[tuple[str, str]] = []
        if access.may(seat.member, "members"):
            try:
                people = await in_time(self._newcomers(seat, tenant, lately=lately))
            except TROUBLES as error:
                log.warning("no roster committee=%s %s", seat.committee, whence(error))
                said = " ".join(filter(None, (said, NO_ROSTER)))
        return members_card(seat.desk, seat.member, page, roster=people, said=said, gone=gone)

    async def _newcomers(self, seat: Seat, tenant: str, *, lately: bool) -> list[tuple[str, str]]:
        """Who is in the committee's team and not in the committee, as ids and names."""
        known = {a.user for m in seat.desk.state.members.values() for a in m.addresses}
        for home in seat.desk.committee.home:
            if home.tenant == tenant:
                people = await self._rosters.people(tenant, home.channel, lately=lately)
                return [(who.user, who.name) for who in people if who.user not in known]
        return []

    async def role(
        self, activity: Activity, seat: Seat, pressed: Pressed, ids: dict[str, Any]
    ) -> Element:
        """Somebody's part in the committee was changed in the list; the list as it is then."""
        change, page = chairing.off_list(pressed.about.value, 1)
        event = chairing.role_event(seat.desk.state, ids, pressed.about.question, change)
        said, gone = "", chairing.went(event, change)
        try:
            if event is not None:
                await self._service.take(event)
        except Refused as refusal:
            said, gone = refusal.sentence, None
        return await self._again(activity, seat, page, said, gone)

    async def add(
        self, activity: Activity, seat: Seat, pressed: Pressed, key: str, place: Place
    ) -> Element:
        """People were chosen in the list: they are in, and the list shows it. Raises as the connector."""
        said = ""
        try:
            people = _people(sent(pressed.held))
            await self._strangers.admit_all(seat, activity.tenant, people, key, place)
        except Refused as refusal:
            said = refusal.sentence
        return await self._again(activity, seat, 1, said)

    async def _again(
        self, activity: Activity, seat: Seat, page: int, said: str, gone: Member | None = None
    ) -> Element:
        """The list after a change, which may have been of one's own part."""
        mine = seats(self._service, activity.tenant, activity.who.user)
        fresh = seat_in(mine, seat.committee)
        return await self.members(fresh, activity.tenant, page, said, gone=gone, lately=True)


def _people(held: Held) -> tuple[str, ...]:
    chosen = held.get("people", ())
    return tuple(filter(None, chosen if isinstance(chosen, tuple) else (chosen,)))
