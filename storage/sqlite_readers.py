"""The readers: connections lent out for the length of one read, and the port's Reader over them."""

import contextlib
import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol

from sqlite_utils import Database

from questions.model import Bank
from storage.port import NotFound, StoreError
from storage.records import Item, State
from storage.sqlite_batch import CLOSED, INSIDE
from storage.sqlite_file import connect, translate
from storage.sqlite_read import Reads
from storage.sqlite_rows import Connection, Rows
from storage.sqlite_state import NO_COMMITTEE, REVISION, States, load_items, load_state
from storage.sqlite_write import Banks


class Lender(Protocol):
    """Where a read gets its connection from."""

    def reading(self) -> AbstractContextManager[Connection]:
        """Borrow a connection for one read. Raises StoreError, also for what goes wrong inside."""
        ...

    def close(self) -> None:
        """Lend no more, wait for what is lent, and close it."""
        ...


class Pool:
    """A file's readers: as many connections as there ever were reads at one time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._idle: deque[Database] = deque()
        self._mutex = threading.Lock()
        self._open = 0
        self._closed = False
        self._returned = threading.Event()

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """Borrow a connection for one read. Raises StoreError, also for what goes wrong inside."""
        try:
            reader = self._take()
            try:
                yield reader.conn
            finally:
                self._idle.append(reader)
                if self._closed:
                    self._returned.set()
        except sqlite3.Error as error:
            raise translate(error, self._path) from error

    def _take(self) -> Database:
        if not self._closed:
            with contextlib.suppress(IndexError):
                return self._idle.pop()
        with self._mutex:
            if self._closed:
                raise StoreError(CLOSED)
            reader = connect(str(self._path), reads_only=True)
            self._open += 1
            return reader

    def close(self) -> None:
        """Lend no more, wait for what is lent, and close it.

        Waiting matters: the last connection to close checkpoints, and has to do so under the lock
        that the caller holds.
        """
        with self._mutex:
            self._closed = True
        while True:
            self._returned.clear()
            if len(self._idle) == self._open:
                break
            self._returned.wait()
        for reader in self._idle:
            reader.close()
        self._idle.clear()
        self._open = 0


class Shared:
    """An in-memory database's one connection, lent to readers while no work runs on it."""

    def __init__(
        self, connection: Connection, lock: threading.Lock, inside: Callable[[], bool]
    ) -> None:
        """Take the lock that works hold, and a way to tell that the caller is in such a work."""
        self._connection = connection
        self._lock = lock
        self._inside = inside
        self._closed = False

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """Borrow the connection for one read. Raises StoreError, also for what goes wrong inside."""
        if self._inside():
            raise RuntimeError(INSIDE)
        with self._lock:
            if self._closed:
                raise StoreError(CLOSED)
            try:
                yield self._connection
            except sqlite3.Error as error:
                raise translate(error) from error

    def close(self) -> None:
        """Lend no more. The caller holds the lock."""
        self._closed = True


@contextlib.contextmanager
def _snapshot(connection: Connection) -> Iterator[None]:
    """Let several statements see the same moment."""
    connection.execute("BEGIN")
    try:
        yield
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


class SqliteReader(Reads):
    """The port's Reader, on committed data."""

    def __init__(self, lender: Lender, states: States, banks: Banks) -> None:
        self._lender = lender
        self._states = states
        self._banks = banks

    def _all(self, sql: str, parameters: Sequence[Any] = ()) -> Rows:
        with self._lender.reading() as connection:
            return connection.execute(sql, parameters).fetchall()

    def state(self, committee: str) -> State:
        """One committee's whole current state. Raises NotFound."""
        with self._lender.reading() as connection:
            row = connection.execute(REVISION, (committee,)).fetchone()
            if row is None:
                raise NotFound(NO_COMMITTEE.format(committee))
            state = self._states.get(committee, row[0])
            if state is None:
                with _snapshot(connection):
                    state = load_state(connection, committee)
                self._states.put(state)
            return state

    def waiting(self, committee: str) -> tuple[Item, ...]:
        """The items that the committee still owes, with the current responses."""
        with self._lender.reading() as connection, _snapshot(connection):
            return tuple(load_items(connection, committee, waiting=True))

    def bank(self, name: str, version: str) -> Bank:
        """A stored bank. Raises NotFound."""
        bank = self._banks.get((name, version))
        if bank is None:
            bank = self._banks[name, version] = super().bank(name, version)
        return bank
