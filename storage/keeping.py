"""What the store knows of its own keeping: who was forgotten, and which copies were made. Pure.

No identity stands in it: ids, times, and where the copies are.
"""

from datetime import datetime
from typing import Protocol

from storage.people import Row


class Forgotten(Row):
    """A member whose words were erased: what it takes to erase them again from an older copy."""

    committee: str
    member: str
    at: datetime


class Backup(Row):
    """A copy that was made of this record."""

    name: str
    """The file's name, without its folder."""
    folder: str = ""
    """Where it was made, an absolute path; "" where that was not noted."""
    at: datetime
    digest: str
    """The SHA-256 of the copy, in hexadecimal digits."""


class Counts(Row):
    """How much a record holds."""

    committees: int
    members: int
    answers: int
    """Every revision."""


class KeepingReader(Protocol):
    """Reads of it."""

    def forgotten(self) -> tuple[Forgotten, ...]:
        """Everybody who was forgotten, the earliest first."""
        ...

    def backups(self) -> tuple[Backup, ...]:
        """The copies that were made, the oldest first."""
        ...

    def counts(self) -> Counts:
        """How much there is."""
        ...


class KeepingWriter(Protocol):
    """Writes of it."""

    def note_forgotten(self, forgotten: Forgotten) -> None:
        """Remember that a member was forgotten; the first time counts."""
        ...

    def note_backup(self, backup: Backup) -> None:
        """Remember a copy; an older one in the same place is replaced, as its file was."""
        ...
