"""Who is there: members who leave a committee's channel and come back, accounts that close or change."""

from typing import Any

from bot.core.desk import Seat
from bot.core.events import Event, MemberKept, PresenceKept
from bot.core.service import Service
from bot.slack.people import PLATFORM, Profile, profile, seats
from bot.slack.strangers import Strangers
from storage.people import Member


class Presence:
    """Turns comings and goings into events."""

    def __init__(self, service: Service, strangers: Strangers) -> None:
        self._service, self._strangers = service, strangers

    def moved(self, team: str, event: dict[str, Any], delivery: str, *, here: bool) -> list[Event]:
        """A user came to a channel, or left it."""
        homes = self._service.store.read().at_home(PLATFORM, team, str(event.get("channel", "")))
        return [
            PresenceKept(
                id=f"slack:{team}:{delivery}:{seat.committee}",
                committee=seat.committee,
                member=seat.member.id,
                here=here,
            )
            for seat in seats(self._service, team, str(event.get("user", "")))
            if seat.committee in homes
        ]

    async def changed(self, team: str, event: dict[str, Any], delivery: str) -> list[Event]:
        """A user's account was closed or opened again, or their name, zone or address changed."""
        who = profile(event["user"], team)
        found: list[Event] = []
        for seat in seats(self._service, team, who.user):
            base: dict[str, Any] = {"committee": seat.committee, "member": seat.member.id}
            key = f"slack:{team}:{delivery}:{seat.committee}"
            known = seat.member
            if who.gone:
                found.append(PresenceKept(id=key, **base, here=False))
                continue
            if known.left and await self._strangers.is_there(team, seat, who.user):
                found.append(PresenceKept(id=f"{key}:back", **base, here=True))
            elif not known.active:
                continue
            after = _renamed(seat, who, zone=bool(event["user"].get("tz")))
            if after.evolve(active=known.active, left=known.left) != known:
                found.append(MemberKept(id=key, **base, who=after))
        return found


def _renamed(seat: Seat, who: Profile, *, zone: bool) -> Member:
    """A present member as Slack knows them now; an address that somebody else here has stays theirs."""
    known = seat.member
    others = (m for m in seat.desk.state.members.values() if m.id != known.id)
    taken = who.email.casefold() in {m.email.casefold() for m in others}
    return known.evolve(
        name=who.name,
        zone=who.zone if zone else known.zone,
        locale=who.locale or known.locale,
        email=known.email if taken or not who.email else who.email,
        active=True,
        left=False,
    )
