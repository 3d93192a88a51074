"""Who a Slack user is: their seats in committees, and their name, zone and standing from Slack."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from slack_sdk.web.async_client import AsyncWebClient

from bot.core.around import zone_known
from bot.core.errors import Misuse
from bot.core.service import Desk, NewMember, Service
from storage.records import Address, Member, Place, Role

PLATFORM = "slack"


class Seat(NamedTuple):
    """A user in one committee."""

    desk: Desk
    member: Member

    @property
    def committee(self) -> str:
        """The committee's id."""
        return self.desk.committee.id

    def direct(self, team: str) -> Place:
        """The member's own messages in a workspace."""
        return Place(platform=PLATFORM, tenant=team, channel=f"@{self.member.id}")


class Profile(NamedTuple):
    """What Slack says of a user."""

    user: str
    name: str
    email: str
    zone: str
    bot: bool
    guest: bool
    """A guest, or of another organisation."""


def seats(service: Service, team: str, user: str) -> tuple[Seat, ...]:
    """A user's seats in the committees of a workspace, those they have left included."""
    address = Address(platform=PLATFORM, tenant=team, user=user)
    found = []
    for member in service.store.read().memberships(address):
        desk = service.look(member.committee)
        if any(p.platform == PLATFORM and p.tenant == team for p in desk.committee.home):
            found.append(Seat(desk, desk.state.members[member.id]))
    return tuple(found)


def seat_in(found: Iterable[Seat], committee: str) -> Seat:
    """The seat in one committee. Raises Misuse: an id of another committee came from outside."""
    for seat in found:
        if seat.committee == committee:
            return seat
    raise Misuse(f"not a member of committee {committee}")


def name_of(desk: Desk, team: str, user: str) -> str:
    """A user's name in a committee; their id where they are not in it."""
    address = Address(platform=PLATFORM, tenant=team, user=user)
    members = desk.state.members.values()
    return next((m.name for m in members if address in m.addresses), user)


def profile(user: dict[str, Any], team: str) -> Profile:
    """Read what users.info or a user_change event says of a user."""
    shown = user.get("profile") or {}
    name = shown.get("real_name") or user.get("real_name") or user.get("name") or user["id"]
    zone = str(user.get("tz") or "UTC")
    return Profile(
        user=str(user["id"]),
        name=" ".join(str(name).split())[:120],
        email=str(shown.get("email") or ""),
        zone=zone if zone_known(zone) else "UTC",
        bot=bool(user.get("is_bot")),
        guest=bool(
            user.get("is_restricted")
            or user.get("is_ultra_restricted")
            or user.get("is_stranger")
            or user.get("team_id", team) != team
        ),
    )


async def look_up(client: AsyncWebClient, team: str, user: str) -> Profile:
    """Ask Slack who a user is. Raises SlackApiError."""
    answer = await client.users_info(user=user)
    return profile(answer["user"], team)


def new_member(who: Profile, team: str, role: Role) -> NewMember:
    """A user as somebody who is to join a committee."""
    return NewMember(
        name=who.name,
        email=who.email,
        role=role,
        zone=who.zone,
        addresses=(Address(platform=PLATFORM, tenant=team, user=who.user),),
    )
