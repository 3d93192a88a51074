"""The outbox: promises that are made once, and leases that keep each lane in order."""

from collections.abc import Sequence
from datetime import datetime

from storage.sqlite_rows import OUTBOX_COLUMNS, Connection, maybe_micros, micros, outbox_row
from storage.trail import OutboxMessage

Lane = tuple[str, str, str]

_KNOWN = "SELECT 1 FROM once WHERE key = ? AND promise = 1"
_WAITING = "SELECT id FROM outbox WHERE slot = ? AND slot <> '' AND state = 'due'"
_REPLACE = "UPDATE outbox SET payload = ? WHERE id = ?"
_INSERT = f"""
    INSERT INTO outbox ({OUTBOX_COLUMNS})
    VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""  # noqa: S608 -- the columns are constants
_REMEMBER = "INSERT INTO once (key, promise, message, at) VALUES (?, 1, ?, ?)"

_NEXT_LANE = """
    SELECT platform, tenant, channel FROM outbox
    WHERE state IN ('due', 'leased') AND (platform, tenant, channel) > (?, ?, ?)
    ORDER BY platform, tenant, channel LIMIT 1
"""
_IN_LANE = """
    SELECT id, state, due_at, lease_until FROM outbox
    WHERE state IN ('due', 'leased') AND platform = ? AND tenant = ? AND channel = ?
    ORDER BY id LIMIT ?
"""
_LEASE = f"""
    UPDATE outbox SET unsure = unsure OR state = 'leased', state = 'leased', owner = ?,
        lease_until = ?
    WHERE id = ?
    RETURNING {OUTBOX_COLUMNS}
"""  # noqa: S608 -- the columns are constants
_DONE = """
    UPDATE outbox SET state = 'done', ref = ?, owner = '', lease_until = NULL
    WHERE id = ? AND owner = ? AND state = 'leased'
"""
_LEASED = "SELECT slot FROM outbox WHERE id = ? AND owner = ? AND state = 'leased'"
_GIVE_BACK = """
    UPDATE outbox SET state = ?, due_at = ?, attempts = attempts + 1, owner = '',
        lease_until = NULL, unsure = unsure OR ?
    WHERE id = ?
"""
_MERGE = "UPDATE outbox SET payload = (SELECT payload FROM outbox WHERE id = ?) WHERE id = ?"
_SUPERSEDED = """
    UPDATE outbox SET state = 'done', owner = '', lease_until = NULL WHERE id = ?
"""


class Outbox:
    """The port's outbox methods, over a transaction's connection."""

    _connection: Connection

    def promise(self, message: OutboxMessage) -> bool:
        """Put a message in the outbox, or its payload in the due message of its slot.

        False if its key was promised before.
        """
        run = self._connection.execute
        if run(_KNOWN, (message.key,)).fetchone():
            return False
        created_at = micros(message.created_at)
        if message.slot:
            row = run(_WAITING, (message.slot,)).fetchone()
            if row is not None:
                run(_REPLACE, (message.payload, row[0]))
                run(_REMEMBER, (message.key, row[0], created_at))
                return True
        place = message.place
        cursor = run(
            _INSERT,
            (
                message.key,
                message.slot,
                message.committee,
                place.platform,
                place.tenant,
                place.channel,
                place.thread,
                message.payload,
                message.state.value,
                micros(message.due_at),
                message.attempts,
                maybe_micros(message.lease_until),
                message.owner,
                message.ref,
                created_at,
                message.unsure,
            ),
        )
        run(_REMEMBER, (message.key, cursor.lastrowid, created_at))
        return True

    def claim(
        self,
        now: datetime,
        owner: str,
        lease_until: datetime,
        limit: int = 50,
        lane: Lane | None = None,
        platforms: Sequence[str] = (),
        each: int = 0,
    ) -> tuple[OutboxMessage, ...]:
        """Lease due messages, oldest first, keeping lanes in order."""
        moment = micros(now)
        lanes = [
            one
            for one in ([lane] if lane else self._lanes())
            if not platforms or one[0] in platforms
        ]
        most = min(each or limit, limit)
        free = sorted(key for one in lanes for key in self._free(one, moment, most))[:limit]
        until = micros(lease_until)
        return tuple(
            outbox_row(self._connection.execute(_LEASE, (owner, until, key)).fetchone())
            for key in free
        )

    def _lanes(self) -> list[Lane]:
        # From lane to lane along the index: a long queue in one costs the others nothing.
        lanes: list[Lane] = []
        last: Lane = ("", "", "")
        while row := self._connection.execute(_NEXT_LANE, last).fetchone():
            last = row
            lanes.append(last)
        return lanes

    def _free(self, lane: Lane, moment: int, limit: int) -> list[int]:
        free: list[int] = []
        for key, state, due_at, lease in self._connection.execute(_IN_LANE, (*lane, limit)):
            if (lease > moment) if state == "leased" else (due_at > moment):
                break
            free.append(key)
        return free

    def delivered(self, message: int, owner: str, ref: str) -> bool:
        """Mark a leased message as done; False if the lease is no longer this owner's."""
        return self._connection.execute(_DONE, (ref, message, owner)).rowcount == 1

    def hasten(self, platform: str, tenant: str, now: datetime, channel: str = "") -> int:
        """Make what waits for a later try in a workspace, or in one lane of it, due at once."""
        return self._connection.execute(
            "UPDATE outbox SET due_at = ?1, attempts = 0 WHERE state = 'due' AND due_at > ?1 "
            "AND platform = ?2 AND tenant = ?3 AND (?4 = '' OR channel = ?4)",
            (micros(now), platform, tenant, channel),
        ).rowcount

    def postpone(
        self,
        message: int,
        owner: str,
        due_at: datetime,
        failed: bool = False,
        unsure: bool = False,
    ) -> bool:
        """Give a leased message back for later, or (failed) for good. Counts the attempt."""
        run = self._connection.execute
        leased = run(_LEASED, (message, owner)).fetchone()
        if leased is None:
            return False
        if failed:
            run(_GIVE_BACK, ("failed", micros(due_at), unsure, message))
            return True
        rival = run(_WAITING, leased).fetchone() if leased[0] else None
        if rival is None:
            run(_GIVE_BACK, ("due", micros(due_at), unsure, message))
            return True
        # While it was leased, another message of its slot was promised. As ever in a slot, the
        # older one keeps its place in the lane and carries the newer one's payload.
        older, newer = sorted((message, rival[0]))
        run(_MERGE, (newer, older))
        run(_SUPERSEDED, (newer,))
        run(_GIVE_BACK, ("due", micros(due_at), unsure, older))
        return True
