"""A committee's own time: the real one, except in a sample that was run ahead. Pure."""

from datetime import datetime, timedelta

from storage.people import Committee
from storage.trail import OutboxMessage


def ahead(committee: Committee) -> timedelta:
    """How far a committee's clock is ahead: only a sample's ever is."""
    return timedelta(seconds=committee.ahead) if committee.sample else timedelta()


def promised(committee: Committee, message: OutboxMessage) -> OutboxMessage:
    """A message that was promised at a committee's own time: it is due at the real one."""
    gap = ahead(committee)
    return message.evolve(due_at=message.due_at - gap) if gap else message


def at(committee: Committee, now: datetime) -> datetime:
    """What time it is for a committee, when it is `now` (UTC)."""
    return now + ahead(committee) if committee.sample else now
