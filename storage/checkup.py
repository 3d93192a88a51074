"""A look at the database as it lies there, for `convenor doctor`: changes nothing, creates nothing."""

import sqlite3
from pathlib import Path

from questions.model import Frozen
from storage.migrations import STEPS, migrations
from storage.port import StoreError
from storage.sqlite_file import UNKNOWN_URL, WriteLock, connect, translate

FULL = 2
"""What `PRAGMA synchronous` calls it."""
MOST_FAULTS = 5


class Checkup(Frozen):
    """What was found. Nothing but `path` and `there` means anything where no database is there yet."""

    path: str
    there: bool
    size: int = 0
    """In bytes."""
    steps: tuple[str, ...] = ()
    """The migrations that were applied."""
    pending: tuple[str, ...] = ()
    """Those that the next start will apply."""
    unknown: tuple[str, ...] = ()
    """Those of a newer Convenor."""
    wal: bool = False
    full: bool = False
    """Whether a commit waits for the disk."""
    faults: tuple[str, ...] = ()
    """What SQLite's own check complains of, the first few."""


def check_up(url: str) -> Checkup:
    """Look at the database that a URL names. Raises StoreError where it can't be read."""
    scheme, found, rest = url.partition("://")
    if scheme != "sqlite" or not found or (rest and not rest.startswith("/")):
        raise StoreError(UNKNOWN_URL)
    name = rest.removeprefix("/")
    if name in ("", ":memory:"):
        return Checkup(path="", there=False)
    path = Path(name)
    if not path.exists():
        return Checkup(path=name, there=False)
    try:
        lock = WriteLock(path)
        db = connect(str(path), reads_only=True)
        try:
            return _look(path, db.conn)
        finally:
            # The last connection to close moves the WAL into the database: that is a write.
            with lock.held():
                db.close()
            lock.close()
    except (sqlite3.Error, OSError) as error:
        raise translate(error, path) from error


def _look(path: Path, connection: sqlite3.Connection) -> Checkup:
    known = [name for name, _ in STEPS]
    table = migrations.migrations_table
    has_table = connection.execute(
        "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", (table,)
    ).fetchone()
    applied = (
        [row[0] for row in connection.execute(f"SELECT name FROM [{table}]")]  # noqa: S608 -- a constant
        if has_table
        else []
    )
    check = [row[0] for row in connection.execute(f"PRAGMA quick_check({MOST_FAULTS})")]
    return Checkup(
        path=str(path),
        there=True,
        size=path.stat().st_size,
        steps=tuple(applied),
        pending=tuple(name for name in known if name not in applied),
        unknown=tuple(name for name in applied if name not in known),
        wal=connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal",
        full=connection.execute("PRAGMA synchronous").fetchone()[0] == FULL,
        faults=() if check == ["ok"] else tuple(check),
    )
