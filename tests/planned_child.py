"""What the killed process does: from one moment of the month to the next, plan what is due and bring it out.

A moment that is over is put on paper. The next process goes on with the first one that is not.
"""

import os
from datetime import datetime
from multiprocessing.synchronize import Event as Flag
from pathlib import Path

from bot.core import outbox, planner
from storage.sqlite import open_store
from tests.kill_child import die_at_statement
from tests.planned_month import BEGAN, let_pass

TOGETHER, BATCH = 2, 5
"""So few committees are planned, and messages delivered, in one transaction, that many are cut in two."""


def live(url: str, paper: Path, steps: tuple[datetime, ...], statements: int, begun: Flag) -> None:
    """Go on until all is over, or until killed: by itself after so many statements, if any are given."""
    if statements:
        die_at_statement(statements)
    planner.TOGETHER, outbox.BATCH = TOGETHER, BATCH
    store = open_store(url)
    file = os.open(paper, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    begun.set()
    for number in range(over(paper), len(steps)):
        let_pass(store, steps[number - 1] if number else BEGAN, steps[number])
        os.write(file, b".")
    os.close(file)
    store.close()


def over(paper: Path) -> int:
    """How many moments are over."""
    return paper.stat().st_size if paper.exists() else 0
