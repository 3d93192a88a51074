"""Who was forgotten and which copies there are, in SQLite; see storage.keeping."""

from collections.abc import Sequence
from typing import Any

from storage.keeping import Backup, Counts, Forgotten
from storage.sqlite_rows import Connection, Rows, instant, micros

_COUNTS = """
    SELECT (SELECT count(*) FROM committees), (SELECT count(*) FROM members),
        (SELECT count(*) FROM answers)
"""


class KeepingReads:
    """The port's KeepingReader, over a way to run a query that a subclass gives."""

    def _all(self, sql: str, parameters: Sequence[Any] = ()) -> Rows:
        raise NotImplementedError

    def forgotten(self) -> tuple[Forgotten, ...]:
        """Everybody who was forgotten, the earliest first."""
        rows = self._all(
            "SELECT committee, member, at FROM forgotten ORDER BY at, committee, member"
        )
        return tuple(Forgotten(committee=c, member=m, at=instant(at)) for c, m, at in rows)

    def backups(self) -> tuple[Backup, ...]:
        """The copies that were made, the oldest first."""
        rows = self._all("SELECT name, at, digest, folder FROM backups ORDER BY at, name, folder")
        return tuple(
            Backup(name=name, at=instant(at), digest=digest, folder=folder)
            for name, at, digest, folder in rows
        )

    def counts(self) -> Counts:
        """How much there is."""
        committees, members, answers = self._all(_COUNTS)[0]
        return Counts(committees=committees, members=members, answers=answers)


class KeepingWrites:
    """The port's KeepingWriter, over a transaction's connection."""

    _connection: Connection

    def note_forgotten(self, forgotten: Forgotten) -> None:
        """Remember that a member was forgotten; the first time counts."""
        self._connection.execute(
            "INSERT INTO forgotten (committee, member, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            (forgotten.committee, forgotten.member, micros(forgotten.at)),
        )

    def note_backup(self, backup: Backup) -> None:
        """Remember a copy; an older one in the same place is replaced."""
        self._connection.execute(
            "INSERT INTO backups (folder, name, at, digest) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (folder, name) DO UPDATE SET at = excluded.at, digest = excluded.digest",
            (backup.folder, backup.name, micros(backup.at), backup.digest),
        )
