"""The bot that is killed: `convenor run`, whole, with everything that waits made short.

A killed process leaves a lease behind, and what it was sending waits until that has run out. Here
that takes a second or two and not a minute and a half; one process at a time runs, as there.
"""

import os
import sys
from datetime import timedelta
from pathlib import Path

import bot.slack.adapter
import bot.web.app  # noqa: F401  # imported before the fork, so that a bot starts at once
from bot.cli import main
from bot.core import dispatch

LEASE, SENDING = timedelta(seconds=1.5), 1.4


def live(settings: dict[str, str], port: int, log: Path) -> None:
    """Run until killed, or asked to stop; what it says goes to the log."""
    os.environ.update(settings)
    said = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(said, stream.fileno())
    dispatch.LEASE, dispatch.SENDING = LEASE, SENDING
    dispatch.FIRST_WAIT, dispatch.POLL = timedelta(seconds=0.05), 0.05
    dispatch.LONGEST_WAIT = timedelta(seconds=0.4)
    sys.argv = ["convenor", "run", "--port", str(port)]
    main()
