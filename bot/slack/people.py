"""Who a Slack user is: their seats in committees, and their name, zone and standing from Slack."""

import re
from typing import Any, NamedTuple

from slack_sdk.web.async_client import AsyncWebClient

from bot.core import seats as core
from bot.core.around import LONGEST_NAME, email_problem, name_problem, zone_known
from bot.core.desk import Desk, Seat
from bot.core.service import NewMember, Service
from bot.core.words import UNSEEN
from storage.people import Address, Place, Role

PLATFORM = "slack"
__all__ = [
    "PLATFORM", "Profile", "address_of", "look_up", "name_of", "new_member", "profile", "room",
    "seat_at", "seats",
]  # fmt: skip
LOCALE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,3}")
SLACKBOT = "USLACKBOT"
"""Slack's own bot, which Slack does not call one."""


class Profile(NamedTuple):
    """What Slack says of a user."""

    user: str
    name: str
    email: str
    zone: str
    bot: bool
    guest: bool = False
    """A guest of this workspace, who sees some channels only."""
    foreign: bool = False
    """Of another organisation, here by Slack Connect."""
    gone: bool = False
    """Their account was deactivated."""
    locale: str = ""
    """A tag such as "en-GB"; "" where Slack did not say it."""


def address_of(team: str, user: str) -> Address:
    """A user's address."""
    return Address(platform=PLATFORM, tenant=team, user=user)


def room(team: str, channel: str) -> Place:
    """A channel."""
    return Place(platform=PLATFORM, tenant=team, channel=channel)


def seats(service: Service, team: str, user: str) -> tuple[Seat, ...]:
    """A user's seats in the committees of a workspace, those they have left included."""
    return core.seats(service, address_of(team, user))


def seat_at(service: Service, team: str, user: str, committee: str) -> Seat | None:
    """A user's seat in one committee, from its state alone: what every message asks for."""
    return core.seat_at(service, address_of(team, user), committee)


def name_of(desk: Desk, team: str, user: str) -> str:
    """A user's name in a committee; "" where they are not in it."""
    return core.name_of(desk, address_of(team, user))


def profile(user: dict[str, Any], team: str) -> Profile:
    """Read what users.info or a user_change event says of a user.

    A name or an address that no committee takes is mended: nobody can be kept out by theirs.
    """
    shown = user.get("profile") or {}
    names = (shown.get("real_name"), user.get("real_name"), user.get("name"), user["id"])
    zone, email = str(user.get("tz") or "UTC"), str(shown.get("email") or "")
    return Profile(
        user=str(user["id"]),
        name=next(name for name in map(_name, names) if not name_problem(name)),
        email="" if email_problem(email) else email,
        zone=zone if zone_known(zone) else "UTC",
        bot=bool(user.get("is_bot")) or user["id"] == SLACKBOT,
        guest=bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
        foreign=_foreign(user, team),
        gone=bool(user.get("deleted")),
        locale=tag if LOCALE.fullmatch(tag := str(user.get("locale") or "")) else "",
    )


def _name(given: object) -> str:
    return " ".join(UNSEEN.sub(" ", str(given or "")).split())[:LONGEST_NAME].strip()


def _foreign(user: dict[str, Any], team: str) -> bool:
    """Whether a user is of another organisation; a large one has several workspaces."""
    ours = (user.get("enterprise_user") or {}).get("teams") or ()
    home = user.get("team_id") or team
    return bool(user.get("is_stranger")) or (home != team and team not in ours)


async def look_up(client: AsyncWebClient, team: str, user: str) -> Profile:
    """Ask Slack who a user is. Raises SlackApiError."""
    answer = await client.users_info(user=user, include_locale=True)
    return profile(answer["user"], team)


def new_member(who: Profile, team: str, role: Role) -> NewMember:
    """A user as somebody who is to join a committee."""
    return NewMember(
        name=who.name,
        email=who.email,
        role=role,
        zone=who.zone,
        locale=who.locale,
        addresses=(address_of(team, who.user),),
    )
