"""The rows of what goes out and what is left behind: the outbox, rooms' messages, the log. Frozen, pure."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from storage.people import Place, Row


class Audit(Row):
    """One line of the committee's log: who did what, without anybody's words."""

    committee: str
    at: datetime
    by: str
    action: str
    """The event's kind."""
    question: str = ""
    detail: str = ""
    """Ids and statuses only ("open -> skipped"), never an answer's text."""


class Sending(StrEnum):
    """Where an outbox message is on its way."""

    DUE = "due"
    LEASED = "leased"
    DONE = "done"
    FAILED = "failed"


class OutboxMessage(Row):
    """An effect that is promised and not yet known to be delivered."""

    id: int = 0
    """Given by the store; the order of a lane."""
    key: str
    """Unique for ever: the same promise is made once."""
    slot: str = ""
    """Pending messages of one slot replace each other (updates of one card); "" for none."""
    committee: str
    place: Place
    payload: str
    """The effect as JSON (bot.core.effects)."""
    state: Sending = Sending.DUE
    due_at: datetime
    attempts: int = 0
    unsure: bool = False
    """Whether it may have gone out though nobody noted it: look it up before sending it again."""
    lease_until: datetime | None = None
    owner: str = ""
    ref: str = ""
    """The platform's id of the delivered message."""
    created_at: datetime

    @property
    def lane(self) -> tuple[str, str, str]:
        """Messages of one lane go out in order."""
        return (self.place.platform, self.place.tenant, self.place.channel)


class Installation(Row):
    """A workspace of a platform that let Convenor in."""

    platform: str
    tenant: str
    name: str
    user: str
    """The platform's id of Convenor's own user there."""
    token: str = ""
    """The sealed token; "" where the settings hold it."""
    scopes: tuple[str, ...] = ()
    at: datetime
    ended: str = ""
    """Why nothing is sent there any more, in the platform's word; "" while all is well."""


class Amendment(Row):
    """What became of a person's message on a platform, whatever order its events came in."""

    stamp: str
    """The platform's time of it, as a string that sorts by it; the newest one counts.

    A deletion without one is the last that is heard of a message.
    """
    text: str = ""
    deleted: bool = False


class Message(Row):
    """A message in a room that Convenor itself hosts (the web workspace, the terminal)."""

    id: int = 0
    rev: int = 0
    """Grows with every change in the store, so that a reader can ask for what is new."""
    place: Place
    ref: str
    """The message's id in its place: the outbox key for the bot's own."""
    member: str = ""
    """The author; "" for the bot."""
    only_for: str = ""
    """The one member who may see it; "" for everyone in the place."""
    text: str = ""
    """A member's words; "" for the bot's."""
    payload: str = ""
    """The bot's content as JSON (bot.core.effects)."""
    reactions: tuple[str, ...] = ()
    at: datetime
    edited_at: datetime | None = None
    deleted: bool = False


class Hit(Row):
    """One found answer. `marked` is the words with the matches between \\x02 and \\x03."""

    question: str
    member: str
    at: datetime
    marked: str


class Shape(Row):
    """The store's shape, by the names of its migrations, in their order."""

    applied: tuple[str, ...]
    missing: tuple[str, ...] = ()
    """Those that this version would still apply."""
    unknown: tuple[str, ...] = ()
    """Those that only a newer version knows."""


class OutboxReader(Protocol):
    """Reads of what is promised, and of what became of it."""

    def undelivered(self, place: Place) -> int:
        """How many outbox messages to this place (its thread included) are due or leased."""
        ...

    def outbox_depth(self) -> tuple[int, datetime | None]:
        """How many messages are due, and the oldest one's creation time."""
        ...

    def delivered_ref(self, key: str) -> str:
        """The platform's id of the message that was sent under this key; "" if none (yet)."""
        ...

    def key_at(self, platform: str, tenant: str, channel: str, ref: str) -> str:
        """The key of the message that a platform shows under this id; "" if it is none of ours.

        The hosted platform's messages are not looked for: there, the key is the id.
        """
        ...

    def pending(self, platform: str, tenant: str, channel: str) -> int:
        """How many outbox messages of a lane are due or leased."""
        ...

    def opening(
        self, platform: str, tenant: str, channel: str, due_before: datetime
    ) -> datetime | None:
        """When the oldest message was promised that may just be opening a thread in a lane.

        That is one that stands in the channel itself, or whose thread is its own key, and that was
        tried and is not known to be delivered; one whose next try is later than `due_before` does not
        count. None where there is none.
        """
        ...


class OutboxWriter(Protocol):
    """Writes of it."""

    def promise(self, message: OutboxMessage) -> bool:
        """Put a message in the outbox; False if its key was promised before.

        If `slot` is given and a due message of that slot waits, its payload is replaced instead
        (and the result is True).
        """
        ...

    def claim(
        self,
        now: datetime,
        owner: str,
        lease_until: datetime,
        limit: int = 50,
        lane: tuple[str, str, str] | None = None,
        platforms: Sequence[str] = (),
        each: int = 0,
    ) -> tuple[OutboxMessage, ...]:
        """Lease due messages by compare-and-set, oldest first, keeping lanes in order.

        A lane is skipped while an earlier message of it is leased by a live lease or due later.
        A message whose lease has run out counts as due. Several messages of one lane may be claimed
        together, in order, but no more than `each` (0: no such limit). `platforms` limits the
        claim to these. A message whose lease ran out comes back as `unsure`.
        """
        ...

    def delivered(self, message: int, owner: str, ref: str) -> bool:
        """Mark a leased message as done; False if the lease is no longer this owner's."""
        ...

    def postpone(
        self,
        message: int,
        owner: str,
        due_at: datetime,
        failed: bool = False,
        unsure: bool = False,
    ) -> bool:
        """Give a leased message back for later, or (failed) for good. Counts the attempt.

        `unsure`: it may have gone out all the same.
        """
        ...

    def hasten(self, platform: str, tenant: str, now: datetime, channel: str = "") -> int:
        """Make what waits for a later try in a workspace due at once, as if it were the first one.

        With a `channel`, that lane's alone. Returns how many messages.
        """
        ...
