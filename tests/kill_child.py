"""What the killed process does: several members answer at once, and every step is put on paper.

A line is written to the paper before an event is handed over ("sent") and after `handle` returned
("done", or "marked" where a ✅ was promised) or refused it ("refused"). The paper is a plain file:
what was written to it outlives the process.
"""

import os
import random
import signal
import sqlite3
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from multiprocessing.synchronize import Event as Flag
from pathlib import Path
from typing import Any

import storage.sqlite
from bot.core import standing
from bot.core.effects import React
from bot.core.errors import Refused
from bot.core.events import EVENT, Event
from bot.core.outbox import deliver_hosted
from bot.core.service import NewMember, Service
from questions.loader import bundled_banks
from questions.model import Bank
from storage.people import Role
from storage.records import Stage, State, Walk
from storage.sqlite import open_store
from tests.walk_moves import fitting

NAMES = ("Ana", "Ben", "Chi", "Dev", "Eve", "Flo")
PHASES = 2
"""Own walks go through this many of the bank's phases."""
BEGAN = datetime(2026, 5, 12, 7, 40, tzinfo=UTC)


def clock() -> datetime:
    """A time that grows, in this process and from one to the next."""
    return BEGAN + timedelta(seconds=time.monotonic())


class Paper:
    """The file that remembers what was sent and what was acknowledged."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def write(self, word: str, event: Event) -> None:
        """Add a line; one write, so that it stands there whole or not at all."""
        os.write(self._file, f"{word} {EVENT.dump_json(event).decode()}\n".encode())


def live(url: str, paper: Path, run: int, seed: int, statements: int, begun: Flag) -> None:
    """Open the record, found a committee where there is none, and answer until killed.

    After so many SQL statements the process kills itself (0: it waits to be killed, and says with
    `begun` that its members are about to speak).
    """
    if statements:
        die_at_statement(statements)
    store = open_store(url)
    service = Service(store, clock)
    bank = bundled_banks()["microcredential"]
    committees = store.read().committees()
    if not committees:
        people = [
            NewMember(name=name, role=Role.CHAIR if name == "Ana" else Role.MEMBER)
            for name in NAMES
        ]
        service.found("Fair", bank, people)
        committees = store.read().committees()
    told = Paper(paper)
    threading.excepthook = _give_up
    threads = [
        threading.Thread(
            target=answer_on,
            args=(service, bank, committees[0].id, name, told, f"{run}-{name}", seed + n),
            daemon=True,
        )
        for n, name in enumerate(NAMES)
    ]
    for thread in threads:
        thread.start()
    begun.set()
    while True:  # the outbox is delivered beside the answering, as the server does
        deliver_hosted(store, clock(), "test")
        time.sleep(0.001)


def _give_up(fault: threading.ExceptHookArgs) -> None:
    """A fault ends the whole process, so that the test sees it."""
    threading.__excepthook__(fault)
    os._exit(1)


def die_at_statement(count: int) -> None:
    """Kill this process just before its n-th SQL statement, wherever that is."""
    connect: Callable[..., Any] = vars(storage.sqlite)["connect"]
    left = count

    def statement(_sql: str) -> None:
        nonlocal left
        left -= 1
        if left <= 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def traced(path: str, *, reads_only: bool) -> Any:
        database = connect(path, reads_only=reads_only)
        connection: sqlite3.Connection = database.conn
        connection.set_trace_callback(statement)
        return database

    vars(storage.sqlite)["connect"] = traced


def answer_on(
    service: Service, bank: Bank, committee: str, name: str, paper: Paper, tag: str, seed: int
) -> None:
    """One member says one thing after another."""
    rng = random.Random(seed)
    number = 0
    while True:
        state = service.look(committee).state
        me = next(m.id for m in state.members.values() if m.name == name)
        number += 1
        raw = {"id": f"kill:{tag}-{number}", "committee": committee, "member": me}
        event = EVENT.validate_python(raw | something(state, bank, me, raw["id"], rng))
        paper.write("sent", event)
        try:
            handled = service.handle(event)
        except Refused:  # others were quicker, and the walk has moved on
            paper.write("refused", event)
            continue
        marked = any(isinstance(effect, React) for effect in handled.effects)
        paper.write("marked" if marked else "done", event)


def something(state: State, bank: Bank, me: str, key: str, rng: random.Random) -> dict[str, Any]:
    """A plausible thing to do: answer in the committee's walk or one's own, or on a form."""
    chair = state.members[me].role is Role.CHAIR
    phases = bank.phases[:PHASES]
    shared = standing.shared_walk(state, phases[0].id)
    if shared is None and chair:
        return {"kind": "started", "phase": phases[0].id}
    if shared and shared.current and me not in state.items[shared.current].responded:
        return typed(shared, bank, key, rng)
    if shared and shared.stage is not Stage.DONE and chair and rng.random() < 0.1:
        return {"kind": "went_next", "walk": shared.id}
    for phase in phases:
        own = standing.own_walk(state, phase.id, me)
        if own is None:
            return {"kind": "started", "phase": phase.id, "own": True}
        if own.stage in (Stage.ASKING, Stage.REVIEWING):
            return typed(own, bank, key, rng)
    question = rng.choice([q for q in bank if q.kind == "text" and state.items[q.id].applies])
    return {"kind": "answered", "answers": {question.id: {"text": f"Words of {key}"}}}


def typed(walk: Walk, bank: Bank, key: str, rng: random.Random) -> dict[str, Any]:
    """A plain message in a walk, with words that were never said before."""
    question = bank.questions.get(walk.current)
    if question:
        text = f"{fitting(question, rng)}\nin the words of {key}"
    else:
        text = rng.choice((f"slower, says {key}", f"act: tell them of {key}", "monitor"))
    return {"kind": "typed", "walk": walk.id, "text": text, "ref": f"{key}:m"}
