"""What is promised for a time: a slot of somebody's day, whose words are found when it is sent. Pure.

A promise of these is no message yet. What is due is looked at again at the moment of sending, so
that nobody is nudged about what they have just answered; then it becomes a `Say`, or nothing.
"""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from bot.core.targets import AtPlace, InChannel, ToMember
from questions.model import Frozen
from storage.records import State

PLANNED = "plan:"
"""How the keys of such promises begin, and no other's."""
HOSTED = "web"
"""The platform of the rooms that Convenor hosts itself; see bot.core.outbox."""
MAIL = "mail"
"""The platform of e-mail; its tenant is that of the rooms Convenor hosts itself."""
BY_MAIL = "@mail"
"""How the key of a message's copy by e-mail ends."""


class Nudge(Frozen):
    """A member's slot on one of their days."""

    effect: Literal["nudge"] = "nudge"
    key: str
    to: ToMember | AtPlace
    member: str
    day: date


class Digest(Frozen):
    """The committee's weekly digest, for the channel, or its details for the digest's thread."""

    effect: Literal["digest"] = "digest"
    key: str
    to: InChannel | AtPlace
    day: date
    """The day of the week that it was due on."""
    since: datetime
    """It tells what came after this instant (UTC)."""
    details: bool = False


class OwnDigest(Frozen):
    """A member's own weekly digest."""

    effect: Literal["own_digest"] = "own_digest"
    key: str
    to: ToMember | AtPlace
    member: str
    day: date
    since: datetime


Planned = Annotated[Nudge | Digest | OwnDigest, Field(discriminator="effect")]
PLAN: TypeAdapter[Planned] = TypeAdapter(Planned)


def is_planned(key: str) -> bool:
    """Whether a message's words are still to be found."""
    return key.startswith(PLANNED)


def by_mail(key: str) -> bool:
    """Whether a message is the copy by e-mail of one that stands in the workspace."""
    return key.endswith(BY_MAIL)


def key_of(state: State, kind: str, member: str, day: date) -> str:
    """The one name of a slot, for ever: tenant, committee, kind, member, local date."""
    tenant = state.committee.home[0].tenant
    return f"{PLANNED}{tenant}:{state.committee.id}:{kind}:{member}:{day.isoformat()}"


def nudge_key(state: State, member: str, day: date) -> str:
    """The key of a member's nudge of a day."""
    return key_of(state, "nudge", member, day)


def digest_key(state: State, day: date) -> str:
    """The key of the committee's digest of a day."""
    return key_of(state, "digest", "", day)
