"""Processes that are killed with SIGKILL, again and again: how they are started, aimed at and buried."""

import multiprocessing
import os
import signal
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from multiprocessing import forkserver
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Any, Protocol

from bot.core import dispatch

PATIENCE = 20
"""Seconds until a process that was to kill itself is killed anyway."""

LEASE, SENDING = timedelta(seconds=1.5), 1.4

Strike = Callable[[str, str], bool]
"""Told "before" and "after" a call, and which: whether it killed the caller just then."""


def warm(*modules: str) -> ForkServerContext:
    """Processes that start warm: a server that has these imported forks them.

    One that another test left has imported other things, and is sent away.
    """
    vars(forkserver)["_forkserver"]._stop()
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(modules))
    return context


def hurry() -> None:
    """Make short what a dispatcher waits for, in a process that is to be killed.

    A killed process leaves a lease behind, and what it was sending waits until that has run out. Here
    that takes a second or two and not a minute and a half; one process at a time runs, as there.
    """
    dispatch.LEASE, dispatch.SENDING = LEASE, SENDING
    dispatch.FIRST_WAIT, dispatch.POLL = timedelta(seconds=0.05), 0.05
    dispatch.LONGEST_WAIT = timedelta(seconds=0.4)


def say_into(log: Path) -> None:
    """Let what this process says go to a file."""
    said = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(said, stream.fileno())


def one_life(
    nursery: ForkServerContext,
    target: Callable[..., None],
    args: tuple[Any, ...],
    within: float | None,
) -> int:
    """Start a process, kill it so many seconds after it began, and return its exit code.

    `target` gets a flag behind its arguments, with which it says that it has begun. Where `within` is
    None it kills itself.
    """
    begun = nursery.Event()
    process = nursery.Process(target=target, args=(*args, begun))
    process.start()
    if within is None:
        process.join(PATIENCE)
    else:
        assert begun.wait(PATIENCE), "the process did not begin"
        process.join(within)
    process.kill()
    process.join()
    code = process.exitcode
    process.close()
    assert code is not None
    return int(code)


class FarSide(Protocol):
    """What stands in for a platform, and outlives who calls it."""

    strike: Strike | None

    def drained(self) -> None:
        """Wait until nothing is on its way any more of what a dead caller had sent."""


class Killed:
    """A process that calls a platform, one after the other on one record."""

    def __init__(self, folder: Path, far: FarSide, nursery: ForkServerContext) -> None:
        self.path, self.log = folder / "fair.db", folder / "log"
        self.far, self.nursery = far, nursery
        self.process: Any = None

    @property
    def url(self) -> str:
        """The record's address."""
        return f"sqlite:///{self.path}"

    def begin(self, target: Callable[..., None], *args: Any) -> None:
        """Start it."""
        self.process = self.nursery.Process(target=target, args=args)
        self.process.start()

    def aim(self, moment: str, method: str, number: int) -> None:
        """Kill it just before or after the platform does its n-th call from now on."""
        pid, left = self.process.pid, number

        def strike(now: str, called: str) -> bool:
            nonlocal left
            hit = now == moment and called.startswith(method)
            left -= hit
            if hit and left == 0:
                os.kill(pid, signal.SIGKILL)
            return hit and left == 0

        self.far.strike = strike

    def die(self, within: float) -> None:
        """Wait for its death, or kill it after so many seconds."""
        self.process.join(within)
        self.process.kill()
        self.far.strike = None
        self.process.join()
        assert self.process.exitcode == -signal.SIGKILL, self.log.read_text()
        self.far.drained()

    def left(self) -> int:
        """What is still to be sent."""
        with closing(sqlite3.connect(f"file:{self.path}?mode=ro", uri=True)) as rows:
            query = "SELECT count(*) FROM outbox WHERE state IN ('due', 'leased')"
            return int(rows.execute(query).fetchone()[0])

    def stop(self, within: float) -> None:
        """Ask it to stop; it ends well."""
        self.process.terminate()
        self.process.join(within)
        assert self.process.exitcode == 0, self.log.read_text()

    def bury(self) -> None:
        """Leave nothing behind, however the test ended."""
        if self.process is not None:
            self.process.kill()
            self.process.join()
