"""How words leave the record: the only writes that change what was said. Pure.

Everywhere else the record only grows. What takes the place of words is decided by who calls; rows, ids
and numbers stay, so that counts hold. The bytes on the disk go with `Store.scrub`.
"""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Protocol

from storage.records import Answer
from storage.trail import Message, OutboxMessage

Room = tuple[str, str, str]
"""A platform, a tenant and a channel, with all its threads."""


class Rewording(Protocol):
    """What takes the place of what; each returns the very same object where nothing changes."""

    def answer(self, answer: Answer) -> Answer:
        """Of a revision; who said it to what, its number and its kind stay."""
        ...

    def message(self, message: Message) -> Message:
        """Of a message in a hosted room: its words or its content."""
        ...

    def promise(self, message: OutboxMessage) -> OutboxMessage:
        """Of what the outbox holds, sent or not: its payload, and FAILED as its state to drop it."""
        ...

    def words(self, text: str) -> str:
        """Of a message's newest words on a platform, noted before or beside the message itself."""
        ...


class EraseWriter(Protocol):
    """Writes that erase. A state that was read before them in the same transaction is out of date."""

    def reword_answers(self, committee: str, rewording: Rewording) -> int:
        """Every revision of a committee, and the search with it; returns how many changed."""
        ...

    def reword_rooms(
        self, committee: str, rooms: Collection[Room], rewording: Rewording
    ) -> tuple[int, int]:
        """A committee's outbox, these hosted rooms, and noted edits everywhere.

        Returns how many messages in rooms and how many in the outbox changed.
        """
        ...

    def drop_person(self, person: str) -> bool:
        """Delete somebody at the web's door, their sessions and links; False if there is none."""
        ...

    def drop_invitations(self, committee: str, member: str) -> int:
        """Delete a member's invitations."""
        ...

    def drop_reference(self, platform: str, tenant: str, room: str) -> bool:
        """Forget how a room or a person is reached; False if that was not known."""
        ...

    def fade_answers(
        self, committee: str, before: datetime, change: Callable[[Answer], Answer], limit: int
    ) -> int:
        """Reword revisions that a newer one had replaced and that are older, the oldest first.

        Each once, at most `limit`; returns how many were looked at. A member's newest revision stays.
        """
        ...

    def fade_rooms(
        self, committee: str, rooms: Collection[Room], before: datetime, instead: str, limit: int
    ) -> int:
        """Put `instead` in the place of members' older words in these rooms; empty the payloads of
        older messages of the committee that the outbox is done with; delete older lines of its log.

        At most `limit` of each; returns how many in all.
        """
        ...
