"""A platform's user in committees: their seats, found by the address that the platform knows them by."""

from bot.core.desk import Desk, Seat
from bot.core.service import Service
from storage.people import Address

NOT_HERE = "That belongs to a committee that you are not in."


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


def name_of(desk: Desk, address: Address) -> str:
    """A user's name in a committee; "" where they are not in it."""
    members = desk.state.members.values()
    return next((m.name for m in members if address in m.addresses), "")
