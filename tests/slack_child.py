"""The bot that is killed: `convenor run`, whole, with everything that waits made short.

What it imports as it goes is imported here, before the fork, so that it starts at once.
"""

import gc
import os
import sys
from datetime import timedelta
from pathlib import Path

import apscheduler.schedulers.background  # noqa: F401
import uvicorn.loops.auto
import uvicorn.protocols.http.auto  # noqa: F401

import bot.app
import bot.metrics
import bot.slack.adapter
import bot.web.app
import bot.web.machines
from bot.cli import main
from tests.killed import hurry, say_into
from tests.month import Shifted


def live(settings: dict[str, str], port: int, log: Path, ahead: timedelta) -> None:
    """Run until killed, or asked to stop, by a clock so far ahead; what it says goes to the log."""
    gc.freeze()  # what was there before the fork is looked through by nobody
    os.environ.update(settings)
    say_into(log)
    hurry()
    vars(bot.app)["clock"] = Shifted(ahead)
    sys.argv = ["convenor", "run", "--port", str(port)]
    main()
