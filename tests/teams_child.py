"""The process that is killed while it sends to Teams: it plans what is due, and its dispatcher runs."""

import asyncio
from datetime import timedelta
from pathlib import Path

from bot.core.dispatch import Dispatcher
from bot.core.planner import plan_due
from bot.teams.adapter import App, Connector
from bot.teams.reaching import Reaching
from bot.teams.rooms import Rooms
from bot.teams.sender import TeamsSender
from storage.sqlite import open_store
from tests.killed import hurry, say_into
from tests.month import Shifted
from tests.teams_issuer import APP_ID


def live(url: str, host: str, ahead: timedelta, log: Path) -> None:
    """Plan and send until killed, by a clock so far ahead; Teams' services are all on one host."""
    say_into(log)
    hurry()
    clock, store = Shifted(ahead), open_store(url)
    app = App(id=APP_ID, others=frozenset({host}), token=lambda: "ours")
    reaching = Reaching(Connector(app), Rooms(store, clock, lambda: None))

    async def work() -> None:
        Dispatcher(store, clock, TeamsSender(store, reaching), "teams", "child").start()
        await asyncio.Event().wait()

    plan_due(store, clock())
    asyncio.run(work())
