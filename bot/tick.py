"""The tick: every half minute, plan what is due, and see that nothing that is owed was left behind.

APScheduler is the clock and not the calendar: one UTC interval, in memory. A reply is normally
delivered with the event that caused it; the tick finds what a crash left in the outbox.
"""

import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from bot.core.fading import fade
from bot.core.outbox import deliver_hosted
from bot.core.planner import plan_due
from bot.core.watching import UNWATCHED, Watch
from bot.logs import whence
from storage.port import Store

if TYPE_CHECKING:
    from apscheduler.schedulers.background import BackgroundScheduler

EVERY = timedelta(seconds=30)
SWEEP_EVERY = timedelta(hours=1)
LATELY = EVERY * 4
STALLED = "it has not come round for {minutes:.0f} minutes"
ENDED = "it has ended"
KEEP = timedelta(days=40)
"""How long delivery ids are remembered: longer than a page's session can be left unused."""

log = logging.getLogger(__name__)


class Tick:
    """One process's tick. `owner` names the process in the outbox's leases."""

    def __init__(
        self,
        store: Store,
        clock: Callable[[], datetime],
        owner: str,
        watch: Watch = UNWATCHED,
        *,
        mail: bool = False,
        promised: Callable[[], None] = lambda: None,
    ) -> None:
        """`mail`: nudges go by e-mail, too. `promised` is called after something was planned."""
        self._mail, self._promised = mail, promised
        self._store, self._clock, self._owner = store, clock, owner
        self._watch = watch
        self._swept_at: datetime | None = None
        self._ran_at: datetime | None = None
        self._scheduler: BackgroundScheduler | None = None

    def start(self) -> None:
        """Tick now, in a thread, and then every half minute."""
        from apscheduler.schedulers.background import BackgroundScheduler

        self._ran_at = self._clock()
        self._scheduler = BackgroundScheduler(timezone=UTC)
        self._scheduler.add_job(
            self.tick,
            "interval",
            seconds=EVERY.total_seconds(),
            next_run_time=self._clock(),
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )
        self._scheduler.start()

    def stop(self) -> None:
        """Let a tick under way finish, then end."""
        if self._scheduler is not None:
            self._scheduler.shutdown(wait=True)
            self._scheduler = None

    def trouble(self, now: datetime) -> str:
        """Why what is due may not be seen to; "" where all is well."""
        if self._scheduler is None or self._ran_at is None or not self._scheduler.running:
            return ENDED
        idle = now - self._ran_at
        return STALLED.format(minutes=idle.total_seconds() / 60) if idle > LATELY else ""

    def tick(self) -> None:
        """Do what is due. A failure is logged, and the next tick tries again."""
        now = self._clock()
        try:
            self._plan(now)
            found = deliver_hosted(self._store, now, self._owner, watch=self._watch)
            if found:
                log.info("delivered left-behind=%d", found)
            if self._swept_at is None or now - self._swept_at >= SWEEP_EVERY:
                swept = self._store.write(lambda tx: tx.sweep(now - KEEP))
                faded = fade(self._store, now)
                self._swept_at = now
                log.info("swept rows=%d faded=%d", swept, faded)
            self._ran_at = now
        except Exception as error:  # noqa: BLE001  # a thread's last resort: said, and tried again
            log.error("tick failed %s", whence(error))

    def _plan(self, now: datetime) -> None:
        began = time.perf_counter()
        slots = plan_due(self._store, now, mail=self._mail)
        self._watch.planned(time.perf_counter() - began, slots)
        if slots:
            self._promised()
