"""How a phase's start invites people to answer in the room where it stands. Pure."""

from typing import NamedTuple

from bot.core.effects import Content, StartCard
from storage.references import Reference

# -- words ---------------------------------------------------------------------------------------

ANSWER_HERE = "Just reply here. If I don't react, put @Convenor in front of your reply."
"""On the first card of a channel in which no words without a mention were heard yet."""
MENTION_HERE = (
    "Put @Convenor in front of each answer: I read nothing else that is said in this chat."
)
"""In a chat of several people, whose talk among themselves is nobody's business."""


class Invited(NamedTuple):
    """A content as it stands in a room, and the small line below it."""

    content: Content
    hint: str = ""


def has_chains(room: Reference) -> bool:
    """Whether it is a channel, where each post opens a reply chain."""
    return bool(room.parent) and not room.room.startswith("@")


def invited(content: Content, room: Reference | None) -> Invited:
    """A content with the words for its room; of a room that is not known there is nothing to say."""
    if not isinstance(content, StartCard) or not content.flat:
        return Invited(content)
    if room is None or room.room.startswith("@"):
        return Invited(content)
    if has_chains(room):
        return Invited(content, "" if room.hears else ANSWER_HERE)
    return Invited(content.model_copy(update={"text": content.flat}), MENTION_HERE)
