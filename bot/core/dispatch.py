"""The dispatcher: carries promised messages out to a platform, in order, once, and through trouble.

One lane (a channel, or one person's messages) is served by one task, message by message; lanes go
side by side, so a slow one holds up no other. A message is leased, sent, and marked as done in the
transaction that leases its successor. What became of a sending is the sender's word: done, later
(nothing went out), unsure (it may have gone out: it is looked up before it is sent again), or
hopeless. A killed process leaves a lease behind; once that has run out the message counts as unsure.
"""

import asyncio
import logging
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from bot.core.due import Guard, compose
from bot.core.outcomes import Delivered, Hopeless, Later, Nothing, Outcome, named
from bot.core.planned import is_planned
from bot.core.reached import note
from bot.core.watching import UNWATCHED, Watch
from bot.logs import whence
from storage.port import Store, Transaction
from storage.trail import OutboxMessage

LEASE = timedelta(seconds=90)
"""Longer than one sending can take, with its look-up."""
SENDING = 75.0
"""Seconds after which a sending is broken off: before its lease runs out and somebody else begins."""
POLL = 2.0
"""Seconds after which another process's promises are looked for."""
SHORTEST_WAIT = timedelta(seconds=0.2)
GATHER, MOST_GATHERED = 0.05, 10
"""Seconds of quiet after a promise until the first try, and how often they begin anew at most: answers
that come together go before what follows from them, and one edit of a card shows them all."""
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=2), timedelta(minutes=10)
GIVE_UP, LEAST_TRIES = timedelta(days=3), 12
"""A message that could not be delivered for so long, in so many tries, is left; the log says so."""

LATELY = timedelta(minutes=1)
"""A dispatcher that looked for promises longer ago than this has stalled."""
TOO_LONG = timedelta(minutes=15)
"""A message that this process tried in vain for so long is trouble; one that waits on purpose
(its workspace ended, its platform asked for a pause) is not."""

NOT_BEGUN = "sending has not begun: the platform does not let Convenor in yet, see the log"
ENDED = "sending has ended"
STALLED = "nothing was looked for in {minutes:.0f} minutes"
WAITING = "a message has been tried in vain for {minutes:.0f} minutes"

Lane = tuple[str, str, str]
log = logging.getLogger(__name__)


class Sender(Protocol):
    """A platform's side of it. Raises nothing that it can foresee."""

    async def send(self, message: OutboxMessage) -> Outcome:
        """Carry one message out; look it up first where it is `unsure`."""
        ...


def wait_for(message: OutboxMessage, outcome: Later, chance: float) -> timedelta:
    """How long until the next try: what the platform says, else ever longer, with some jitter."""
    if outcome.after is not None:
        return max(timedelta(seconds=outcome.after), SHORTEST_WAIT)
    grown = FIRST_WAIT * (1 << min(message.attempts, 12))
    return min(grown, LONGEST_WAIT) * (0.75 + chance / 2)


class Dispatcher:
    """One process's dispatcher for one platform. `owner` names the process in the leases."""

    def __init__(
        self,
        store: Store,
        clock: Callable[[], datetime],
        sender: Sender,
        platform: str,
        owner: str,
        watch: Watch = UNWATCHED,
        guard: Guard | None = None,
    ) -> None:
        self._guard = guard or Guard()
        self._store, self._clock, self._sender = store, clock, sender
        self._watch = watch
        self._platform, self._owner = platform, owner
        self._lanes: dict[Lane, asyncio.Task[None]] = {}
        self._sending: set[tuple[int, int]] = set()
        self._wake = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping = False
        self._main: asyncio.Task[None] | None = None
        self._ran_at: datetime | None = None
        self._vain: dict[Lane, tuple[int, datetime]] = {}
        """By lane, the message that does not get out, and since when this process has tried it."""

    def start(self) -> None:
        """Begin, on the running loop."""
        self._loop = asyncio.get_running_loop()
        self._ran_at = self._clock()
        self._main = asyncio.create_task(self._run(), name=f"dispatch-{self._platform}")

    async def stop(self) -> None:
        """Finish what is in flight, and end; what is still due stays in the outbox."""
        self._stopping = True
        self._wake.set()
        if self._main is not None:
            await self._main
        if self._lanes:
            # One lane's failure was said in the log, and cuts off no other.
            await asyncio.gather(*self._lanes.values(), return_exceptions=True)

    def nudge(self) -> None:
        """Say that something was promised; from any thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake.set)

    def trouble(self, now: datetime) -> str:
        """Why messages may not get out, in one plain line; "" where all is well. From any thread."""
        if self._main is None or self._ran_at is None:
            return NOT_BEGUN
        if self._main.done():
            return ENDED
        idle = now - self._ran_at
        if idle > LATELY:
            return STALLED.format(minutes=idle.total_seconds() / 60)
        since = min((since for _, since in tuple(self._vain.values())), default=now)
        if now - since > TOO_LONG:
            return WAITING.format(minutes=(now - since).total_seconds() / 60)
        return ""

    async def _run(self) -> None:
        while not self._stopping:
            self._wake.clear()
            try:
                await self._claim()
                self._ran_at = self._clock()
            except Exception as error:  # noqa: BLE001  # this loop is what all sending hangs on
                log.error("claim failed platform=%s %s", self._platform, whence(error))
            if await self._woken(POLL):
                await self._gather()

    async def _gather(self) -> None:
        """Let answers that come together be taken first; what follows from them goes out after."""
        for _ in range(MOST_GATHERED):
            self._wake.clear()
            if self._stopping or not await self._woken(GATHER):
                return

    async def _woken(self, seconds: float) -> bool:
        """Whether something was promised in that time."""
        try:
            await asyncio.wait_for(self._wake.wait(), seconds)
        except TimeoutError:
            return False
        return True

    async def _claim(self) -> None:
        """Lease the first message of every lane that is free, and serve those lanes."""
        now, busy = self._clock(), set(self._sending)

        def work(tx: Transaction) -> tuple[OutboxMessage, ...]:
            return tx.claim(
                now, self._owner, now + LEASE, limit=200, platforms=(self._platform,), each=1
            )

        for message in await asyncio.to_thread(self._store.write, work):
            if (message.id, message.attempts) in busy:
                continue  # the clock leapt during this very try: its lease is renewed, no more
            task = asyncio.create_task(self._serve(message))
            self._lanes[message.lane] = task
            task.add_done_callback(lambda done, lane=message.lane: self._forget(lane, done))  # type: ignore[misc]

    def _forget(self, lane: Lane, task: "asyncio.Task[None]") -> None:
        if self._lanes.get(lane) is task:
            del self._lanes[lane]
        if not task.cancelled() and (error := task.exception()) is not None:
            # The lease stays, and the lane goes on once it has run out.
            log.error("lane failed channel=%s %s", lane[2], whence(error))

    async def _serve(self, message: OutboxMessage) -> None:
        """One lane, from this message on, until nothing of it is due."""
        following: OutboxMessage | None = message
        while following is not None:
            this_try = (following.id, following.attempts)
            self._sending.add(this_try)
            try:
                outcome = await self._send(following)
                following = await asyncio.to_thread(self._settle, following, outcome)
            finally:
                self._sending.discard(this_try)

    async def _send(self, message: OutboxMessage) -> Outcome:
        if is_planned(message.key):
            try:
                words = await asyncio.to_thread(self._compose, message)
            except Exception as error:  # noqa: BLE001  # nothing went out: it stays promised
                log.error("composing failed id=%d %s", message.id, whence(error))
                return Later(reason=type(error).__name__)
            if words is None:
                return Nothing()
            message = message.evolve(payload=words)
        try:
            async with asyncio.timeout(SENDING):
                return await self._sender.send(message)
        except Exception as error:  # noqa: BLE001  # whatever it was, the message stays promised
            log.error("sending failed id=%d %s", message.id, whence(error))
            return Later(unsure=True, reason=type(error).__name__)

    def _compose(self, message: OutboxMessage) -> str | None:
        """What a planned slot has become, as an effect's JSON; None where there is nothing to say."""
        now = self._clock()
        said = self._store.write(lambda tx: compose(tx, message, now, self._guard))
        return None if said is None else said.model_dump_json()

    def _settle(self, message: OutboxMessage, outcome: Outcome) -> OutboxMessage | None:
        """Note what became of it; returns the lane's next message, leased."""
        now = self._clock()
        over = (
            isinstance(outcome, Later)
            and not outcome.keep
            and now - message.created_at > GIVE_UP
            and message.attempts >= LEAST_TRIES
        )

        def work(tx: Transaction) -> OutboxMessage | None:
            note(tx, message, outcome, now)
            match outcome:
                case Delivered(ref=ref):
                    tx.delivered(message.id, self._owner, ref)
                case Hopeless():
                    tx.postpone(message.id, self._owner, now, failed=True)
                case Later(unsure=unsure):
                    due = now + wait_for(message, outcome, random.random())  # noqa: S311  # jitter
                    tx.postpone(message.id, self._owner, due, failed=over, unsure=unsure)
            if self._stopping:
                return None
            found = tx.claim(now, self._owner, now + LEASE, limit=1, lane=message.lane)
            return found[0] if found else None

        following = self._store.write(work)
        self._watch.sent(self._platform, named(outcome, over=over))
        self._noted(message, outcome, now, over=over)
        if isinstance(outcome, Nothing):
            return following  # the core has said why
        if isinstance(outcome, Delivered):
            log.info(
                "sent id=%d platform=%s committee=%s channel=%s try=%d",
                message.id,
                self._platform,
                message.committee,
                message.place.channel,
                message.attempts + 1,
            )
        else:
            log.warning(
                "not delivered id=%d platform=%s channel=%s outcome=%s reason=%s",
                message.id,
                self._platform,
                message.place.channel,
                "given-up" if over else type(outcome).__name__.lower(),
                outcome.reason,
            )
        return following

    def _noted(
        self, message: OutboxMessage, outcome: Outcome, now: datetime, *, over: bool
    ) -> None:
        """Remember which message holds its lane up, and forget one that does no longer."""
        if isinstance(outcome, Later) and not outcome.keep and not over:
            known, since = self._vain.get(message.lane, (0, now))
            self._vain[message.lane] = (message.id, since if known == message.id else now)
        else:
            self._vain.pop(message.lane, None)


__all__ = ["Delivered", "Dispatcher", "Hopeless", "Later", "Outcome", "Sender", "wait_for"]
