"""Works that wait, and committing those that wait together.

One work at a time runs on the one writer connection; which thread runs it does not matter to
SQLite. So there is no thread that takes works from a queue and hands results back: the thread that
finds nobody writing *leads*. It commits its own work together with all that wait, wakes their
callers, and passes the lead to the first that came meanwhile. The promise is the same as a writer
thread's (one writer, in order of arrival, those waiting together in one commit), without
the two thread switches of a handoff. Only works that
were submitted without a waiting caller are led by a thread of the store's own.
"""

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, Generic, TypeVar

from storage.port import StoreError

T = TypeVar("T")

MOST_TOGETHER = 256
"""Works in one commit, so that no caller waits long for others."""

CLOSED = "The record is closed; Convenor is stopping. Try again once it runs."
INSIDE = "a work that runs in a transaction may not begin another: use the transaction it was given"


class Job(Generic[T]):
    """A work, and what became of it."""

    __slots__ = ("error", "future", "leads", "result", "wake", "work")

    def __init__(self, work: Callable[[Any], T], future: "Future[T] | None") -> None:
        self.work = work
        self.future = future
        self.result: T | None = None
        self.error: BaseException | None = None
        self.leads = False
        """Its turn to lead has come."""
        self.wake = threading.Lock()
        """Held while the caller has to sleep."""

    def finish(self) -> None:
        """Tell the caller that `result` or `error` stands."""
        if self.future is None:
            self.wake.release()
        elif self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.result)  # type: ignore[arg-type]  # T, once there is no error


class Line:
    """The works that wait, and whose turn it is to lead. `commit` sets each job's outcome."""

    def __init__(self, commit: Callable[[list[Job[Any]]], None]) -> None:
        self._commit = commit
        self._waiting: deque[Job[Any]] = deque()
        self._mutex = threading.Lock()
        self._idle = threading.Condition(self._mutex)
        self._led = False
        self._leader = 0
        self._closed = False
        self._helper: threading.Thread | None = None
        self._help = threading.Semaphore(0)

    def run(self, work: Callable[[Any], T]) -> T:
        """Run a work and wait until it is durable. Raises what it raised, or a StoreError."""
        job: Job[T] = Job(work, None)
        job.wake.acquire()
        leads = self._enter(job)
        if not leads:
            try:
                job.wake.acquire()
            except BaseException:
                self._abandon(job)
                raise
            leads = job.leads
        if leads:
            self._lead()
        if job.error is not None:
            raise job.error
        return job.result  # type: ignore[return-value]  # T, once there is no error

    def submit(self, work: Callable[[Any], T]) -> "Future[T]":
        """Let a thread of the store's own run a work."""
        job: Job[T] = Job(work, Future())
        if self._enter(job):
            with self._mutex:
                self._call_helper()
        assert job.future is not None  # noqa: S101 -- set two lines above
        return job.future

    def close(self) -> None:
        """Refuse new works, and wait until those in the line are done."""
        with self._mutex:
            self._closed = True
            while self._led:
                self._idle.wait()
            helper, self._helper = self._helper, None
        if helper is not None:
            self._help.release()
            helper.join()

    def inside(self) -> bool:
        """Whether the calling thread is running a work just now."""
        return self._leader == threading.get_ident()

    def _enter(self, job: Job[Any]) -> bool:
        """Stand in line; True if nobody leads, so that the caller has to see to it."""
        if self.inside() and job.future is None:
            raise RuntimeError(INSIDE)
        with self._mutex:
            if self._closed:
                raise StoreError(CLOSED)
            self._waiting.append(job)
            leads = not self._led
            self._led = True
        return leads

    def _lead(self) -> None:
        with self._mutex:
            count = min(len(self._waiting), MOST_TOGETHER)
            batch = [self._waiting.popleft() for _ in range(count)]
        self._leader = threading.get_ident()
        try:
            self._commit(batch)
        finally:
            self._leader = 0
            self._pass_on(batch)

    def _pass_on(self, batch: list[Job[Any]]) -> None:
        with self._mutex:
            if self._waiting:
                following = self._waiting[0]
                following.leads = True
                if following.future is None:
                    following.wake.release()
                else:
                    self._call_helper()
            else:
                self._led = False
                self._idle.notify_all()
        for job in batch:
            job.finish()

    def _abandon(self, job: Job[Any]) -> None:
        """Its caller was interrupted and waits no more: from now on it is like a submitted job."""
        with self._mutex:
            job.future = Future()
            if job.leads:
                self._call_helper()

    def _call_helper(self) -> None:
        if self._helper is None:
            self._helper = threading.Thread(
                target=self._help_out, name="convenor-writer", daemon=True
            )
            self._helper.start()
        self._help.release()

    def _help_out(self) -> None:
        while True:
            self._help.acquire()
            with self._mutex:
                if not self._led:
                    return
            self._lead()
