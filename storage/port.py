"""The port: what every storage engine does, and how it fails. tests/test_store_contract.py is its law.

Reads see committed data only. Writes go through `Store.write`: the work runs inside one transaction
on the one writer, works that wait together are committed together, and the call returns only when
the commit is durable. A work that raises is undone alone and harms none of its neighbours; these
may be run again for it from their beginning, so a work acts on nothing but its transaction.
"""

from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime
from pathlib import Path
from typing import Protocol, TypeVar

from questions.model import Bank
from storage.doors import DoorReader, DoorWriter
from storage.erasing import EraseWriter
from storage.keeping import KeepingReader, KeepingWriter
from storage.people import Address, Committee, Member, Place
from storage.records import Answer, Item, State
from storage.references import ReferenceReader, ReferenceWriter
from storage.trail import (
    Amendment,
    Audit,
    Hit,
    Installation,
    Message,
    OutboxReader,
    OutboxWriter,
    Shape,
)

T = TypeVar("T")


class StoreError(Exception):
    """The record could not be read or written; nothing of the work was kept."""


class StoreBusy(StoreError):
    """Another program holds the database; trying again later may work."""


class StoreFull(StoreError):
    """The disk is full, or the file may not grow."""


class StoreCorrupt(StoreError):
    """The file is not a readable database; restore a backup."""


class SchemaTooNew(StoreError):
    """The database was written by a newer Convenor; run that version."""


class NotFound(StoreError):
    """No such row."""


class Conflict(StoreError):
    """The row changed since it was read (its revision moved on), or its key is taken."""


class Reader(ReferenceReader, KeepingReader, OutboxReader, DoorReader, Protocol):
    """Reads. Every list is in the order it is documented in, and bounded by its `limit`."""

    def committees(self) -> tuple[Committee, ...]:
        """All committees, by name."""
        ...

    def state(self, committee: str) -> State:
        """One committee's whole current state. Raises NotFound. May come from a cache."""
        ...

    def at_home(self, platform: str, tenant: str, channel: str) -> tuple[str, ...]:
        """The ids of the committees that are at home in a channel, the newest first."""
        ...

    def memberships(self, address: Address) -> tuple[Member, ...]:
        """The members (one a committee) that this address belongs to."""
        ...

    def due(self, now: datetime, limit: int = 50) -> tuple[str, ...]:
        """The ids of the committees that have to be looked at by now (see `plan_at`), in any order.

        Those that were to be looked at days from now are among them, too: a clock that was wrong
        said so.
        """
        ...

    def history(
        self, committee: str, question: str = "", member: str = "", limit: int = 1000
    ) -> tuple[Answer, ...]:
        """Every revision, oldest first, of a committee, optionally of one question or member."""
        ...

    def waiting(self, committee: str) -> tuple[Item, ...]:
        """The items that the committee still owes (Item.waits), without their responses' history."""
        ...

    def search(self, committee: str, words: str, limit: int = 20) -> tuple[Hit, ...]:
        """Current answers that contain all the words (prefixes count), best first.

        `words` is a person's text: no character of it is query syntax.
        """
        ...

    def audit(self, committee: str, limit: int = 200) -> tuple[Audit, ...]:
        """The committee's log, newest first."""
        ...

    def bank(self, name: str, version: str) -> Bank:
        """A stored bank. Raises NotFound."""
        ...

    def bank_versions(self, name: str = "") -> tuple[tuple[str, str], ...]:
        """(name, version) of the stored banks, oldest first; of one name if given."""
        ...

    def messages(
        self, place: Place, viewer: str = "", after_rev: int = 0, limit: int = 500
    ) -> tuple[Message, ...]:
        """What stands in a hosted place for this viewer, in order of posting.

        Only what changed after `after_rev`; the newest `limit` of it. Messages `only_for` someone
        else are left out.
        """
        ...

    def message(self, place: Place, ref: str) -> Message:
        """One message of a hosted place. Raises NotFound."""
        ...

    def amendment(self, platform: str, tenant: str, channel: str, ref: str) -> Amendment | None:
        """The newest edit or deletion of a person's message that was noted, if any."""
        ...

    def installation(self, platform: str, tenant: str) -> Installation | None:
        """The workspace with this id, ended or not."""
        ...

    def installations(self, platform: str) -> tuple[Installation, ...]:
        """Every workspace of a platform, ended ones included, by its id."""
        ...

    def shape(self) -> Shape:
        """Which migrations the store has been through."""
        ...

    def secret(self, name: str) -> str:
        """A secret the store keeps for the workspace (see Transaction.keep_secret); "" if none."""
        ...


class Transaction(
    Reader, ReferenceWriter, KeepingWriter, EraseWriter, OutboxWriter, DoorWriter, Protocol
):
    """Reads that see this transaction's own writes, and writes."""

    def first_time(self, delivery: str, at: datetime) -> bool:
        """Note a delivery id in the inbox; False if it stands there already."""
        ...

    def not_done(self, delivery: str) -> None:
        """Strike a delivery id from the inbox: what it stood for failed, and is to be done when it comes again."""
        ...

    def save(self, before: State | None, after: State) -> None:
        """Write what differs between two states of one committee (compared by identity).

        `before` is what `state()` returned (None for a new committee). New revisions are appended,
        the full-text index follows the current ones, and committee.revision must be one more than
        the stored one. Raises Conflict otherwise.
        """
        ...

    def plan_at(self, committee: str, at: datetime | None) -> None:
        """Have the committee looked at again at this time (see `due`); None for never."""
        ...

    def log(self, line: Audit) -> None:
        """Append to the committee's log."""
        ...

    def add_bank(self, bank: Bank, at: datetime) -> bool:
        """Store a bank version; False if the same one is there. Raises Conflict on other content."""
        ...

    def post(self, message: Message) -> bool:
        """Put a message in a hosted place; False if its (place, ref) stands there already."""
        ...

    def amend(
        self,
        place: Place,
        ref: str,
        at: datetime,
        *,
        text: str | None = None,
        payload: str | None = None,
        add_reaction: str = "",
        drop_reaction: str = "",
        deleted: bool | None = None,
    ) -> bool:
        """Change a hosted message; False if it is not there. Its `rev` grows."""
        ...

    def amend_early(
        self,
        platform: str,
        tenant: str,
        channel: str,
        ref: str,
        amendment: Amendment,
        at: datetime,
    ) -> bool:
        """Note an edit or a deletion; False if a newer one stands there already."""
        ...

    def keep_installation(self, installation: Installation) -> None:
        """Insert or replace."""
        ...

    def keep_secret(self, name: str, value: str) -> None:
        """Keep a workspace secret that was made at the first start."""
        ...

    def sweep(self, before: datetime) -> int:
        """Forget inbox ids, amendments, sessions and links older than this; returns how many rows."""
        ...


class Store(Protocol):
    """One open record."""

    def read(self) -> Reader:
        """A reader for this thread."""
        ...

    def write(self, work: Callable[[Transaction], T]) -> T:
        """Run the work in a transaction; returns its result once it is durable.

        Raises what the work raised (nothing kept), or a StoreError.
        """
        ...

    def submit(self, work: Callable[[Transaction], T]) -> "Future[T]":
        """The same without waiting; the future is done once the commit is durable."""
        ...

    def change(self) -> int:
        """A number that differs whenever anything was committed, by this process or another."""
        ...

    def scrub(self) -> bool:
        """Take what was erased out of the files, too; False where a reader kept that from happening.

        It writes the whole record anew, so it may take a while. Raises StoreError.
        """
        ...

    def backup(self, target: Path) -> None:
        """Write a consistent copy while the store is in use. Raises StoreError."""
        ...

    def close(self) -> None:
        """Finish what is queued and close."""
        ...
