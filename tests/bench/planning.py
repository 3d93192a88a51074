"""What one tick's planning costs: the same number of things due, among few committees and among many.

Every committee is a copy of one with the bundled bank's questions open for five members. All but the
hundred that are due are to be looked at later. Each round opens the record anew, so that no state is at hand.
"""

import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from bot.core.events import Started
from bot.core.outbox import deliver_hosted
from bot.core.planner import plan_due
from bot.core.service import NewMember, Service
from questions.loader import bundled_banks
from storage.people import Role
from storage.sqlite import open_store
from tests.copies import copy

BEGAN = datetime(2026, 5, 4, 7, tzinfo=UTC)
"""A Monday."""
SLOT = datetime(2026, 5, 5, 9, 40, tzinfo=UTC)
NAMES = ("Ana", "Ben", "Chi", "Dev", "Eve")


def planning(folder: Path, few: int, many: int, due: int, rounds: int) -> dict[str, Any]:
    """Seconds of one tick's planning at both sizes, and their ratio; `due` committees are due in each."""
    sizes: dict[int, Path] = {}
    for count in (few, many):
        sizes[count] = folder / f"planning-{count}.db"
        template, questions = _template(sizes[count])
        with closing(sqlite3.connect(sizes[count])) as rows:
            copy(rows, template, 0, count - 1)
    times: dict[int, list[float]] = {few: [], many: []}
    for day in range(rounds):  # in turns: the machine's own speed swings
        for count, path in sizes.items():
            times[count].append(_tick(path, due, day))
    found = {count: median(taken) for count, taken in times.items()}
    items = due * questions
    return {
        "open items": float(many * questions),
        "due items": float(items),
        f"seconds, {few:,} committees": found[few],
        f"seconds, {many:,} committees (aim: under 1)": found[many],
        "many / few (aim: at most 1.5)": found[many] / found[few],
    }


def _template(path: Path) -> tuple[str, int]:
    store = open_store(f"sqlite:///{path}")
    service = Service(store, lambda: BEGAN)
    bank = bundled_banks()["microcredential"]
    people = [
        NewMember(name=name, role=Role.MEMBER if n else Role.CHAIR) for n, name in enumerate(NAMES)
    ]
    state = service.found("Fair", bank, people)
    key, chair = state.committee.id, next(iter(state.members))
    for phase in bank.phases:
        service.handle(Started(id=f"s:{phase.id}", committee=key, member=chair, phase=phase.id))
    deliver_hosted(store, BEGAN, "bench")
    waiting = len(store.read().waiting(key))
    store.close()
    return key, waiting


def _tick(path: Path, due: int, day: int) -> float:
    """One tick on a weekday of its own, on a record that was just opened."""
    now = SLOT + timedelta(days=day + 2 * (day // 4))
    later = int((now + timedelta(days=1)).timestamp() * 1_000_000)
    with closing(sqlite3.connect(path)) as rows:
        rows.execute("DELETE FROM calendar")
        rows.execute(
            "INSERT INTO calendar (committee, at) SELECT id, iif(number <= ?, 0, ?) FROM committees",
            (due, later),
        )
        rows.commit()
    with closing(open_store(f"sqlite:///{path}")) as store:
        store.read().bank("microcredential", bundled_banks()["microcredential"].version)
        began = time.perf_counter()
        planned = plan_due(store, now)
        taken = time.perf_counter() - began
    assert planned >= due * len(NAMES), planned
    return taken
