"""The embedded store: one SQLite file, one writer, readers beside it. See storage.port for the law.

Durable means WAL with `synchronous=FULL`: a commit returns after the disk has it. Commits are shared
by the works that wait together (storage.sqlite_batch), and a work that raises is undone alone.
"""

import contextlib
import os
import secrets
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any, TypeVar

from sqlite_utils import Database

from storage.migrations import migrate
from storage.port import StoreError
from storage.records import State
from storage.sqlite_batch import CLOSED, Job, Line
from storage.sqlite_file import InUse, WriteLock, connect, path_of, prepare, translate
from storage.sqlite_readers import Lender, Pool, Shared, SqliteReader
from storage.sqlite_rows import Connection
from storage.sqlite_state import States
from storage.sqlite_write import Banks, Transaction

T = TypeVar("T")

UNDONE = "The writing was interrupted and nothing was saved. Try again."
ONTO_ITSELF = "That is the database itself. Name another file for the backup."
NO_BACKUP_FOLDER = "The folder for the backup is missing. Create it, or name another."
BACKUP_IS_FOLDER = "That is a folder. Name a file in it for the backup."


def open_store(url: str) -> "SqliteStore":
    """Open, and if need be create or migrate, the record that a URL names.

    `sqlite:///file.db` (relative), `sqlite:////path/file.db`, or `sqlite://` for one that lives in
    memory and is gone when it is closed. Raises StoreError.
    """
    return SqliteStore(path_of(url))


class SqliteStore:
    """The port's Store on one SQLite file, or in memory (`path` None)."""

    def __init__(self, path: Path | None) -> None:
        """Open the record. Raises StoreError."""
        self._path = path
        self._memory = threading.Lock()
        self._lock: WriteLock | None = None
        self._in_use: InUse | None = None
        if path is not None:
            self._lock, self._in_use = _open_locks(path)
        self._states = States()
        self._banks: Banks = {}
        self._commits = 0
        self._closed = False
        self._line = Line(self._commit)
        with contextlib.ExitStack() as on_failure:
            if self._lock is not None:
                on_failure.callback(self._lock.close)
            if self._in_use is not None:
                on_failure.callback(self._in_use.close)
            with self._writing():
                self._writer = self._connect(reads_only=False)
                on_failure.callback(self._writer.close)
                try:
                    migrate(self._writer)
                except sqlite3.Error as error:
                    raise translate(error, path) from error
            self._watch = self._connect(reads_only=True) if path is not None else None
            on_failure.pop_all()
        self._watching = threading.Lock()
        self._lender: Lender = (
            Shared(self._writer.conn, self._memory, self._line.inside)
            if path is None
            else Pool(path)
        )

    def _connect(self, *, reads_only: bool) -> Database:
        try:
            return connect(str(self._path or ":memory:"), reads_only=reads_only)
        except sqlite3.Error as error:
            raise translate(error, self._path) from error

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        """Hold the right to write: among processes for a file, against readers in memory."""
        if self._lock is None:
            with self._memory:
                yield
            return
        self._lock.acquire()
        try:
            yield
        finally:
            self._lock.release()

    # -- reading ----------------------------------------------------------------------------------

    def read(self) -> SqliteReader:
        """A reader, for any thread."""
        return SqliteReader(self._lender, self._states, self._banks)

    def change(self) -> int:
        """A number that differs whenever anything was committed, by this process or another."""
        if self._watch is None:
            return self._commits
        with self._watching:
            if self._closed:
                raise StoreError(CLOSED)
            try:
                return int(self._watch.conn.execute("PRAGMA data_version").fetchone()[0])
            except sqlite3.Error as error:
                raise translate(error, self._path) from error

    # -- writing ----------------------------------------------------------------------------------

    def write(self, work: Callable[[Transaction], T]) -> T:
        """Run the work in a transaction; returns its result once it is durable.

        Raises what the work raised (nothing kept), or a StoreError. The work may run on another
        caller's thread.
        """
        return self._line.run(work)

    def submit(self, work: Callable[[Transaction], T]) -> "Future[T]":
        """The same without waiting; the future is done once the commit is durable.

        A caller who waits anyway is served faster by `write`.
        """
        return self._line.submit(work)

    def _commit(self, batch: list[Job[Any]]) -> None:
        """Run the works of a batch and commit them; leaves each job's outcome in it."""
        try:
            with self._writing():
                self._transact(batch)
        except (sqlite3.Error, OSError) as error:
            _fail(batch, translate(error, self._path))
        except StoreError as error:
            _fail(batch, error)
        except BaseException:
            _fail(batch, StoreError(UNDONE))
            raise

    def _transact(self, batch: list[Job[Any]]) -> None:
        # Works hardly ever raise, and a savepoint for each makes SQLite copy every page that it
        # touches: a tenth of an answer's time. So they run without; only where one of several has
        # raised, everything is undone, and each runs again under a savepoint of its own.
        if self._run(batch, guarded=False) or len(batch) == 1:
            return
        for job in batch:
            job.result = job.error = None
        self._run(batch, guarded=True)

    def _run(self, batch: list[Job[Any]], *, guarded: bool) -> bool:
        """Run the works in one transaction and commit what may be kept.

        Without guard that is all or nothing; False if a work raised, and so nothing was kept.
        """
        connection = self._writer.conn
        states: dict[str, State] = {}
        banks: Banks = {}
        try:
            connection.execute("BEGIN IMMEDIATE")
            for job in batch:
                transaction = Transaction(connection, self._states, self._banks, states)
                if self._attempt(job, transaction, guarded=guarded):
                    states = transaction.seen_states
                    banks.update(transaction.seen_banks)
                elif not guarded:
                    return False
            connection.execute("COMMIT")
            self._commits += 1
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        self._banks.update(banks)
        for state in states.values():
            self._states.put(state)
        return True

    def _attempt(self, job: Job[Any], transaction: Transaction, *, guarded: bool) -> bool:
        """Run one work; if it raises, say so in its job, and (guarded) undo it alone."""
        connection = self._writer.conn
        if guarded:
            connection.execute("SAVEPOINT work")
        try:
            job.result = job.work(transaction)
        except Exception as error:  # noqa: BLE001 -- whatever it was, it is the caller's to get
            job.error = translate(error, self._path) if isinstance(error, sqlite3.Error) else error
        if not connection.in_transaction:
            # SQLite gave up the whole transaction (the disk is full, say), neighbours included.
            raise job.error if isinstance(job.error, StoreError) else StoreError(UNDONE)
        if guarded:
            if job.error is not None:
                connection.execute("ROLLBACK TO work")
            connection.execute("RELEASE work")
        return job.error is None

    def scrub(self) -> bool:
        """Take what was erased out of the files, too; False where a reader kept that from happening.

        Deleted terms live on in the index's segments, and deleted rows in free pages and in the WAL:
        so the index is built anew, then the file, and the WAL is emptied. Raises StoreError.
        """
        if self._path is None:
            return True
        # A connection and a lock of its own: the writer's may be in use by another thread.
        try:
            lock = WriteLock(self._path)
            try:
                with lock.held(), contextlib.closing(self._connect(reads_only=False)) as database:
                    run = database.conn.execute
                    run("INSERT INTO answers_fts (answers_fts) VALUES ('rebuild')")
                    run("VACUUM")
                    return bool(run("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0)
            finally:
                lock.close()
        except (sqlite3.Error, OSError) as error:
            raise translate(error, self._path) from error

    # -- copies and the end -----------------------------------------------------------------------

    def backup(self, target: Path) -> None:
        """Write a consistent copy while the store is in use. Raises StoreError.

        The copy appears under its name only when it is complete and on the disk; a file of that
        name is replaced.
        """
        if target.is_dir():
            raise StoreError(BACKUP_IS_FOLDER)
        if not target.parent.is_dir():
            raise StoreError(NO_BACKUP_FOLDER)
        if self._path is not None and target.exists() and target.samefile(self._path):
            raise StoreError(ONTO_ITSELF)
        part = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
        try:
            prepare(part)
            with self._lender.reading() as source:
                _copy(source, part)
            part.replace(target)
            _sync(target.parent)
        except OSError as error:
            raise translate(error, target) from error
        finally:
            part.unlink(missing_ok=True)

    def close(self) -> None:
        """Finish what is queued and close."""
        self._line.close()
        with self._watching:
            if self._closed:
                return
            self._closed = True
        try:
            # The last connection to close moves the WAL into the database: that is a write.
            with self._writing():
                self._lender.close()
                if self._watch is not None:
                    self._watch.close()
                self._writer.close()
        finally:
            if self._lock is not None:
                self._lock.close()
            if self._in_use is not None:
                self._in_use.close()


def _open_locks(path: Path) -> tuple[WriteLock, InUse]:
    prepare(path)
    try:
        in_use = InUse(path)
        try:
            return WriteLock(path), in_use
        except BaseException:
            in_use.close()
            raise
    except OSError as error:
        raise translate(error, path) from error


def _fail(batch: list[Job[Any]], error: StoreError) -> None:
    for job in batch:
        job.result, job.error = None, job.error or error


def _copy(source: Connection, part: Path) -> None:
    with contextlib.closing(sqlite3.connect(part, isolation_level=None)) as copy:
        source.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")
    _sync(part)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
