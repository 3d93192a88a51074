"""A platform's user in committees: their seats, found by the address that the platform knows them by."""

from collections.abc import Iterable
from typing import NamedTuple

from bot.core.errors import Misuse
from bot.core.service import Desk, Service
from storage.records import Address, Member, Place


class Seat(NamedTuple):
    """A user in one committee."""

    desk: Desk
    member: Member

    @property
    def committee(self) -> str:
        """The committee's id."""
        return self.desk.committee.id

    @property
    def platform(self) -> str:
        """The platform on which the committee is at home first."""
        return self.desk.committee.home[0].platform

    def direct(self, tenant: str) -> Place:
        """The member's own messages in a tenant of that platform."""
        return Place(platform=self.platform, tenant=tenant, channel=f"@{self.member.id}")


def seats(service: Service, address: Address) -> tuple[Seat, ...]:
    """A user's seats in the committees of a tenant, those they have left included."""
    found = []
    for member in service.store.read().memberships(address):
        desk = service.look(member.committee)
        homes = desk.committee.home
        if any((p.platform, p.tenant) == (address.platform, address.tenant) for p in homes):
            found.append(Seat(desk, desk.state.members[member.id]))
    return tuple(found)


def seat_at(service: Service, address: Address, committee: str) -> Seat | None:
    """A user's seat in one committee, from its state alone: what every message asks for."""
    desk = service.look(committee)
    for member in desk.state.members.values():
        for at in member.addresses:
            if (at.user, at.tenant, at.platform) == (
                address.user,
                address.tenant,
                address.platform,
            ):
                return Seat(desk, member)
    return None


def seat_in(found: Iterable[Seat], committee: str) -> Seat:
    """The seat in one committee. Raises Misuse: an id of another committee came from outside."""
    for seat in found:
        if seat.committee == committee:
            return seat
    raise Misuse(f"not a member of committee {committee}")


def name_of(desk: Desk, address: Address) -> str:
    """A user's name in a committee; "" where they are not in it."""
    members = desk.state.members.values()
    return next((m.name for m in members if address in m.addresses), "")
