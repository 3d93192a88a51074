"""Whether this process can do its work just now: one line a check, in plain words, of nobody.

The record's check is a real write that has to be on the disk in time. A report stands for a moment,
so that whoever asks often does not load the writer; while one is being made, the last one is given.
"""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime, timedelta
from typing import NamedTuple

from storage.port import Store, StoreError, Transaction

FINE = "ok"
SLOW = "it could not be written within {seconds:g} seconds"
BROKEN = "it can't be written or read"
NEWER = "a newer Convenor has changed it; this process has to be replaced"
OLDER = "it lacks {name}; this process has to be started again"

IN_TIME = 2.0
"""Seconds that a tiny write may take."""
STANDS = timedelta(seconds=2)
PROBE = "probed_at"

Look = Callable[[datetime], str]
"""Says what is wrong, "" for nothing."""


class Report(NamedTuple):
    """What was found; `lines` has one for each check."""

    ready: bool
    lines: tuple[str, ...]


class Readiness:
    """The checks of one process, the record's first."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store, self._clock = store, clock
        self._looks: list[tuple[str, Look]] = [("record", self._record)]
        self._lock = threading.Lock()
        self._last: Report | None = None
        self._at: datetime | None = None
        self._writing: Future[None] | None = None

    def add(self, name: str, look: Look) -> None:
        """Check one thing more; `look` may raise nothing."""
        self._looks.append((name, look))

    def report(self) -> Report:
        """How things stand, at most a moment ago. May wait for the disk, so not on a loop."""
        if not self._lock.acquire(blocking=self._last is None):
            assert self._last is not None  # noqa: S101  # it is never taken back
            return self._last
        try:
            now = self._clock()
            if self._last is None or self._at is None or not now - STANDS < self._at <= now:
                self._last, self._at = self._made(now), now
            return self._last
        finally:
            self._lock.release()

    def _made(self, now: datetime) -> Report:
        found = [(name, look(now)) for name, look in self._looks]
        return Report(
            all(not wrong for _, wrong in found),
            tuple(f"{name}: {wrong or FINE}" for name, wrong in found),
        )

    def _record(self, now: datetime) -> str:
        def work(tx: Transaction) -> None:
            tx.keep_secret(PROBE, now.isoformat())

        try:
            # One that is late still stands in the line: no other is put behind it.
            if self._writing is None or self._writing.done():
                self._writing = self._store.submit(work)
            self._writing.result(IN_TIME)
            shape = self._store.read().shape()
        except TimeoutError:
            return SLOW.format(seconds=IN_TIME)
        except StoreError:
            return BROKEN
        if shape.unknown:
            return NEWER
        return OLDER.format(name=shape.missing[0]) if shape.missing else ""
