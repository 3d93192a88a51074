"""How a platform's rooms and people are reached: the conversation references that a bot keeps. Pure.

A bot in Microsoft Teams may speak only where somebody spoke to it or let it in, at the service
address that came along (https://learn.microsoft.com/microsoftteams/platform/bots/how-to/\
conversations/send-proactive-messages). What it learned there is one row for each room and person.
"""

from datetime import datetime
from typing import Protocol

from storage.people import Row


class Reference(Row):
    """One room, or one person's own chat with the bot."""

    platform: str
    tenant: str
    room: str
    """The channel's or group chat's id; "@" and a user's id for that person's own chat."""
    url: str
    """The address of the platform's service for it."""
    conversation: str = ""
    """The platform's id of the conversation, where it is not the room's own; "" while not known."""
    account: str = ""
    """What the platform calls the person towards this bot, where that is not the user's id."""
    parent: str = ""
    """The team that a channel belongs to; its own id for a team's first channel."""
    group: str = ""
    """The id of the team in links."""
    team: str = ""
    """The name of the team that a channel belongs to."""
    name: str = ""
    """The channel's, the chat's or the person's name."""
    hears: bool = False
    """Whether words that do not mention the bot reach it here."""
    ended: str = ""
    """Why nothing can be sent there, in the platform's word; "" while all is well."""
    removals: int = 0
    """How often the bot was taken out of it."""
    at: datetime
    """When it was last learned."""


class ReferenceReader(Protocol):
    """Reads of references."""

    def reference(self, platform: str, tenant: str, room: str) -> Reference | None:
        """How one room or person is reached, ended or not."""
        ...

    def reference_of(self, platform: str, tenant: str, account: str) -> Reference | None:
        """The person whom the platform calls so towards this bot."""
        ...

    def references(
        self, platform: str, tenant: str = "", parent: str = ""
    ) -> tuple[Reference, ...]:
        """Every room of a platform, of one tenant or one team if given, people left out; by its id."""
        ...


class ReferenceWriter(Protocol):
    """Writes of references."""

    def keep_reference(self, reference: Reference) -> None:
        """Insert or replace."""
        ...
