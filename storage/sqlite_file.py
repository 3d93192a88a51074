"""The database file: who may write to it now, how a connection is set up, what its errors mean.

Why there is a lock beside SQLite's own: SQLite before 3.51.3 can corrupt a WAL file when two
connections write or checkpoint at the same instant, and `convenor chat` writes from a process of
its own while the server runs. So everything that writes (transactions, migrations, the checkpoint
when the last connection closes) holds an exclusive lock on `<database>.lock` for as long as it
lasts. It costs two system calls. Readers hold nothing and never checkpoint.
"""

import contextlib
import errno
import fcntl
import os
import shutil
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

from sqlite_utils import Database

from storage.port import Conflict, StoreBusy, StoreCorrupt, StoreError, StoreFull

PATIENCE = 10.0
"""Seconds to wait for the write lock."""
BUSY_SECONDS = 5.0
"""Seconds to wait for a program that does not know the write lock, as the sqlite3 shell."""
CHECKPOINT_PAGES = 4000
"""Pages in the WAL before they are moved into the database: a checkpoint waits for the disk too."""
CACHE_KIB = 16 * 1024
"""Pages that a connection keeps at hand."""
WAL_BYTES = 64 * 1024 * 1024
"""A WAL file that grew beyond this is cut back."""
SPARE_BYTES = 1024 * 1024
"""A disk with less than this free is full."""

BUSY = (
    "Another program is holding the database. Close other programs that have it open, "
    "then try again."
)
OPEN = (
    "Convenor is running on this database. Stop it (and close any `convenor chat`), then try again."
)
REPLACED = "The database is just being restored. Try again in a moment."
FULL = "The disk is full, so nothing was saved. Free some space; after that it works again."
CORRUPT = (
    "The database file is damaged or is not a database. Stop Convenor, keep the file, "
    "and restore your newest backup."
)
READ_ONLY = (
    "The database may only be read, so nothing was saved. Give Convenor's user the right to write "
    "to the file and its folder."
)
UNREADABLE = (
    "The database cannot be opened. Check that the file and its folder are there and that "
    "Convenor's user may read and write both."
)
IN_THE_WAY = "The database's path is a folder. Name a file in CONVENOR_DATABASE_URL."
NO_FOLDER = "The database's folder is missing. Create it, or change CONVENOR_DATABASE_URL."
UNKNOWN_URL = (
    "CONVENOR_DATABASE_URL does not name a SQLite file. It looks like sqlite:///convenor.db, "
    "or sqlite:////var/lib/convenor.db for a path from the root."
)
NO_WAL = (
    "The database's disk does not allow a write-ahead log. Use a local disk, not a network one."
)
TAKEN = "The record changed in the meantime, or the key is taken. Load it again and try again."
FAILED = "The database could not be read or written ({0}), and nothing was saved. Check the disk."


def translate(error: sqlite3.Error | OSError, path: Path | None = None) -> StoreError:
    """The store's error for a driver's or the system's; its words say what to do."""
    if isinstance(error, OSError):
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return StoreFull(FULL)
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            return StoreError(READ_ONLY)
        return StoreError(FAILED.format(error.strerror))
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    match code:
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return StoreBusy(BUSY)
        case sqlite3.SQLITE_CONSTRAINT:
            return Conflict(TAKEN)
        case sqlite3.SQLITE_FULL:
            return StoreFull(FULL)
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return StoreCorrupt(CORRUPT)
        case sqlite3.SQLITE_READONLY:
            return StoreError(READ_ONLY)
        case sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM | sqlite3.SQLITE_AUTH:
            return StoreError(UNREADABLE)
        case sqlite3.SQLITE_IOERR if path and shutil.disk_usage(path.parent).free < SPARE_BYTES:
            return StoreFull(FULL)
    return StoreError(FAILED.format(error))


def path_of(url: str) -> Path | None:
    """The file that a database's URL names, None for one in memory. Raises StoreError."""
    scheme, found, path = url.partition("://")
    if scheme != "sqlite" or not found or path == "/" or (path and not path.startswith("/")):
        raise StoreError(UNKNOWN_URL)
    name = path.removeprefix("/")
    return None if name in ("", ":memory:") else Path(name)


class WriteLock:
    """The exclusive right to write to one database file, among processes and within this one."""

    def __init__(self, database: Path) -> None:
        """Open (and if need be create) the lock file. Raises OSError."""
        name = database.with_name(database.name + ".lock")
        self._file = os.open(name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def acquire(self) -> None:
        """Wait for the lock. Raises StoreBusy after PATIENCE seconds."""
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._wait()

    def _wait(self) -> None:
        # A blocking flock knows no timeout; holders keep it for milliseconds, so ask often.
        deadline, pause = time.monotonic() + PATIENCE, 0.0002
        while time.monotonic() < deadline:
            time.sleep(pause)
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            pause = min(pause * 1.5, 0.005)
        raise StoreBusy(BUSY)

    def release(self) -> None:
        """Let others write."""
        fcntl.flock(self._file, fcntl.LOCK_UN)

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Hold the lock for a while."""
        self.acquire()
        try:
            yield
        finally:
            self.release()

    def close(self) -> None:
        """Close the lock file, which stays on the disk for others."""
        os.close(self._file)


class InUse:
    """The sign that a process has a database open, for as long as it has; gone when it dies.

    Held in common by all that have it open, and alone by what puts another database in its place.
    The file is `<database>.open`, beside the database itself even where that is reached by a link.
    """

    def __init__(self, database: Path, *, alone: bool = False) -> None:
        """Raises StoreBusy where others have it open (`alone`), or somebody replaces it; OSError."""
        real = database.resolve()
        name = real.with_name(real.name + ".open")
        self._file = os.open(name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._file, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except BlockingIOError:
            self.close()
            raise StoreBusy(OPEN if alone else REPLACED) from None

    def close(self) -> None:
        """Let go."""
        os.close(self._file)


def prepare(path: Path) -> None:
    """See that a database can live at `path`, and create it for this user's eyes only.

    It holds people's words and the workspace's secrets. Raises StoreError.
    """
    if path.is_dir():
        raise StoreError(IN_THE_WAY)
    if not path.parent.is_dir():
        raise StoreError(NO_FOLDER)
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    except OSError as error:
        raise translate(error, path) from error


def connect(path: str, *, reads_only: bool) -> Database:
    """Open a connection that any thread may use, one at a time. Raises sqlite3.Error.

    Transactions are begun and ended by the caller alone (no implicit BEGIN).
    """
    connection = sqlite3.connect(
        path,
        timeout=BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=256,
    )
    try:
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        # What a savepoint may have to restore is kept in memory, not in a file.
        connection.execute("PRAGMA temp_store = MEMORY")
        if reads_only:
            connection.execute("PRAGMA query_only = ON")
            connection.execute("PRAGMA wal_autocheckpoint = 0")
        else:
            journal = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
            if journal not in ("wal", "memory"):
                raise StoreError(NO_WAL)
            connection.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
            connection.execute(f"PRAGMA journal_size_limit = {WAL_BYTES}")
        return Database(connection, execute_plugins=False)
    except BaseException:
        connection.close()
        raise
