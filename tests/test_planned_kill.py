"""`kill -9` again and again while nudges, reminders and digests go out into the rooms Convenor hosts.

Three weeks of several committees, whose members live all over the world. The clock stands still until
a moment's work is done, however many processes that takes; half of them kill themselves just before a
random SQL statement, the others are killed some time. What a moment brings is known from a copy
of the record that passed through the same ones undisturbed.
"""

import random
import signal
import sqlite3
from collections import Counter
from contextlib import closing
from datetime import time, timedelta
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Any

import pytest

from storage.records import State
from storage.rhythm import Reason
from storage.sqlite import open_store
from tests import planned_child
from tests.killed import one_life, warm
from tests.planned_month import BEGAN, MONDAY, copied, found, let_pass, nudges, on, planned

PEOPLE = {
    "Ana": "UTC", "Ben": "Europe/Berlin", "Chi": "Asia/Tokyo", "Dev": "America/New_York",
    "Eve": "Asia/Kolkata", "Flo": "Pacific/Auckland",
}  # fmt: skip
ZONES = ("UTC", "Europe/Berlin", "Asia/Tokyo")
"""Of the committees, one each."""
WEEKS = 3
STEPS = tuple(
    on(day, time(hour)) for day in range(WEEKS * 7 + 1) for hour in range(0, 24, 4)
    if on(day, time(hour)) > BEGAN
)  # fmt: skip
LONGEST = 0.1
"""Seconds until the parent kills, at most."""
ROOMS = """
    SELECT channel, thread, ref, member, only_for, text, payload, reactions, at, edited_at
    FROM messages ORDER BY channel, thread, id
"""


@pytest.fixture(scope="module")
def nursery() -> ForkServerContext:
    """A server that has everything imported forks the processes."""
    return warm("tests.planned_child")


def rooms(path: Path) -> list[tuple[Any, ...]]:
    """What stands in every room, as people see it, in order."""
    with closing(sqlite3.connect(path)) as rows:
        assert rows.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return rows.execute(ROOMS).fetchall()


def states(path: Path) -> list[State]:
    """Every committee."""
    with closing(open_store(f"sqlite:///{path}")) as store:
        reader = store.read()
        return [reader.state(committee.id) for committee in reader.committees()]


def lives_through(folder: Path, seed: int, most: int, nursery: ForkServerContext) -> int:
    """Kill until the three weeks are over, after at most so many statements; returns how often."""
    rng, path, paper = random.Random(seed), folder / "fair.db", folder / "paper"
    with closing(open_store(f"sqlite:///{path}")) as store:
        for zone in ZONES:
            found(store, f"Fair in {zone}", PEOPLE, zone=zone)
    calm = copied(path, "calm.db")
    with closing(open_store(f"sqlite:///{calm}")) as store:
        for before, now in zip((BEGAN, *STEPS), STEPS, strict=False):
            let_pass(store, before, now)
    kills = 0
    while True:
        itself = rng.random() < 0.5
        args = (f"sqlite:///{path}", paper, STEPS, int(most ** rng.random()) if itself else 0)
        code = one_life(
            nursery, planned_child.live, args, None if itself else rng.uniform(0, LONGEST)
        )
        if code == 0:
            break
        assert code == -signal.SIGKILL, "the process failed"
        kills += 1
    assert planned_child.over(paper) == len(STEPS)
    stands_as_if_undisturbed(path, calm)
    return kills


def stands_as_if_undisturbed(path: Path, calm: Path) -> None:
    """Hold every room and every note to the copy, and both to each other."""
    assert rooms(path) == rooms(calm)
    assert planned(path) == planned(calm)
    assert {state for state, _ in planned(path).values()} == {"done"}
    stand = Counter(row[2] for row in rooms(path))
    reasons: Counter[Reason] = Counter()
    for state, same in zip(states(path), states(calm), strict=True):
        assert (state.committee, state.habits) == (same.committee, same.habits)
        mine = [key for key in stand.elements() if f":{state.committee.id}:" in key]
        for member, habits in state.habits.items():
            assert sorted(nudges(mine, member)) == [n.day.isoformat() for n in habits.nudged]
            reasons.update(nudged.reason for nudged in habits.nudged)
        weeks = [key.rpartition(":")[2] for key in mine if ":digest::" in key]
        since = sorted((MONDAY + timedelta(weeks=n)).isoformat() for n in range(WEEKS + 1))
        assert sorted(weeks)[-WEEKS:] == since[-WEEKS:]
    assert set(reasons) == set(Reason)
    assert sum(":own-digest:" in key for key in stand) >= len(ZONES) * WEEKS


def test_what_is_planned_goes_out_once_through_kill_9(
    tmp_path: Path, nursery: ForkServerContext
) -> None:
    """Nothing is lost, nothing comes twice, and no message stands without its note, nor a note without it."""
    assert lives_through(tmp_path, 1, 1200, nursery) > 10


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(100, 110))
def test_what_is_planned_goes_out_once_through_many_kills(
    tmp_path: Path, nursery: ForkServerContext, seed: int
) -> None:
    """The same, killed sooner and so more often."""
    assert lives_through(tmp_path, seed, 200, nursery) > 20
