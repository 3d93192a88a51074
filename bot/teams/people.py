"""Who a user of Teams is: their seats in committees, and what the roster says of them.

A person is known by the id of their account in Microsoft Entra, never by a name; the same id in two
tenants is two people. What the platform calls them towards this bot is kept beside it
(bot.teams.rooms).
"""

import re
from typing import Any, NamedTuple

from bot.core import seats as core
from bot.core.around import LONGEST_NAME, email_problem, name_problem, zone_known
from bot.core.desk import Desk, Seat
from bot.core.service import NewMember, Service
from bot.core.words import UNSEEN
from bot.teams.activities import BOT, PLATFORM, Activity
from storage.people import Address, Place, Role

__all__ = [
    "PLATFORM", "Profile", "address_of", "new_member", "profile", "room", "seat_at",
    "seats", "zone_of",
]  # fmt: skip

LOCALE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,3}")
GUEST, ANONYMOUS = "guest", "anonymous"


class Profile(NamedTuple):
    """What the roster says of somebody."""

    user: str
    """The id of their account in Microsoft Entra; "" where there is none."""
    account: str
    """What Teams calls them towards this bot."""
    name: str
    email: str = ""
    bot: bool = False
    guest: bool = False
    """A guest of the tenant."""
    foreign: bool = False
    """Of another tenant, here in a shared channel or chat."""


def address_of(tenant: str, user: str) -> Address:
    """A user's address."""
    return Address(platform=PLATFORM, tenant=tenant, user=user)


def room(tenant: str, channel: str, thread: str = "") -> Place:
    """A channel or a group chat."""
    return Place(platform=PLATFORM, tenant=tenant, channel=channel, thread=thread)


def seats(service: Service, tenant: str, user: str) -> tuple[Seat, ...]:
    """A user's seats in the committees of a tenant, those they have left included."""
    return core.seats(service, address_of(tenant, user)) if user else ()


def seat_at(service: Service, tenant: str, user: str, committee: str) -> Seat | None:
    """A user's seat in one committee."""
    return core.seat_at(service, address_of(tenant, user), committee) if user else None


def name_of(desk: Desk, tenant: str, user: str) -> str:
    """A user's name in a committee; "" where they are not in it."""
    return core.name_of(desk, address_of(tenant, user))


def profile(found: dict[str, Any], tenant: str) -> Profile:
    """Read one person of a roster; a name or an address that no committee takes is mended."""
    user, account = str(found.get("aadObjectId") or ""), str(found.get("id") or "")
    names = (str(found.get("name") or ""), str(found.get("email") or ""), user, account, "?")
    email = str(found.get("email") or "")
    role, home = str(found.get("userRole") or "").casefold(), str(found.get("tenantId") or tenant)
    return Profile(
        user=user,
        account=account,
        name=next(name for name in map(_name, names) if not name_problem(name)),
        email="" if email_problem(email) else email,
        bot=account.startswith(BOT) or not user,
        guest=role == GUEST,
        foreign=role == ANONYMOUS or home.casefold() != tenant.casefold(),
    )


def _name(given: str) -> str:
    return " ".join(UNSEEN.sub(" ", given).split())[:LONGEST_NAME].strip()


def new_member(who: Profile, tenant: str, role: Role, zone: str) -> NewMember:
    """Somebody of a roster as who is to join a committee; `zone` until they are heard from."""
    return NewMember(
        name=who.name,
        email=who.email,
        role=role,
        zone=zone,
        addresses=(address_of(tenant, who.user),),
    )


def zone_of(activity: Activity) -> str:
    """The time zone of whoever did this, by their own client; "" where it does not say."""
    return activity.zone if activity.zone and zone_known(activity.zone) else ""


def locale_of(activity: Activity) -> str:
    """How they read dates, as their client says it ("en-GB"); "" where it does not."""
    return activity.locale if LOCALE.fullmatch(activity.locale) else ""
