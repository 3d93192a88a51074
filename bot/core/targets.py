"""Where an effect goes: a walk's thread, the committee's channel, a member's own messages, right there."""

from typing import Annotated, Literal

from pydantic import Field

from questions.model import Frozen
from storage.people import Place


class InThread(Frozen):
    """Into a walk's thread."""

    to: Literal["thread"] = "thread"
    walk: str


class InChannel(Frozen):
    """Into the committee's channel, on each platform it is at home on."""

    to: Literal["channel"] = "channel"


class ToMember(Frozen):
    """Into a member's direct messages."""

    to: Literal["member"] = "member"
    member: str


class AtPlace(Frozen):
    """Right there."""

    to: Literal["place"] = "place"
    place: Place


Target = Annotated[InThread | InChannel | ToMember | AtPlace, Field(discriminator="to")]
