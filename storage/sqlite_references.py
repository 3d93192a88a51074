"""References in SQLite; see storage.references."""

from collections.abc import Sequence
from typing import Any

from storage.references import Reference
from storage.sqlite_rows import Connection, Rows, parse

_ONE = "SELECT data FROM conversation_references WHERE platform = ? AND tenant = ? AND room = ?"
_OF = """
    SELECT data FROM conversation_references
    WHERE platform = ? AND tenant = ? AND account = ? AND account <> ''
"""
_ALL = """
    SELECT data FROM conversation_references WHERE platform = ?1 AND (?2 = '' OR tenant = ?2)
        AND (?3 = '' OR parent = ?3) AND room NOT LIKE '@%' ORDER BY tenant, room
"""
_KEEP = """
    INSERT INTO conversation_references (platform, tenant, room, account, parent, data)
    VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (platform, tenant, room) DO UPDATE
    SET account = excluded.account, parent = excluded.parent, data = excluded.data
"""


class ReferenceReads:
    """The port's ReferenceReader, over a way to run a query that a subclass gives."""

    def _all(self, sql: str, parameters: Sequence[Any] = ()) -> Rows:
        raise NotImplementedError

    def reference(self, platform: str, tenant: str, room: str) -> Reference | None:
        """How one room or person is reached, ended or not."""
        rows = self._all(_ONE, (platform, tenant, room))
        return parse(Reference, rows[0][0]) if rows else None

    def reference_of(self, platform: str, tenant: str, account: str) -> Reference | None:
        """The person whom the platform calls so towards this bot."""
        rows = self._all(_OF, (platform, tenant, account))
        return parse(Reference, rows[0][0]) if rows else None

    def references(
        self, platform: str, tenant: str = "", parent: str = ""
    ) -> tuple[Reference, ...]:
        """Every room of a platform, people left out, by its id."""
        rows = self._all(_ALL, (platform, tenant, parent))
        return tuple(parse(Reference, data) for (data,) in rows)


class ReferenceWrites:
    """The port's ReferenceWriter, over a transaction's connection."""

    _connection: Connection

    def keep_reference(self, reference: Reference) -> None:
        """Insert or replace."""
        row = (
            reference.platform,
            reference.tenant,
            reference.room,
            reference.account,
            reference.parent,
            reference.model_dump_json(),
        )
        self._connection.execute(_KEEP, row)
