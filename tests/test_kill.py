"""`kill -9` at any instant while members answer: nothing acknowledged is lost, nothing is twice.

One record lives through many processes. Each is killed somewhere: half of them by the parent a
random time after its members began to speak, half by themselves just before a random SQL statement,
so that the opening, the migrations, the middle of a transaction and of a delivery all come up. After each kill the record is
opened again, and everything that stands on paper is looked for.
"""

import random
import signal
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from multiprocessing.context import ForkServerContext
from pathlib import Path

import pytest

from bot.core.effects import EFFECT, Ask, Say, Update
from bot.core.errors import Refused
from bot.core.events import EVENT, Answered, Event, Typed
from bot.core.outbox import deliver_hosted
from bot.core.service import Service
from bot.core.turn import RECORDED
from storage.port import Transaction
from storage.records import Answer, Entry, How, Item, State
from storage.sqlite import SqliteStore, open_store
from tests import kill_child
from tests.killed import one_life, warm

LIVES, KILLS = 4, 30
"""Records, and kills in each."""
LONGEST = 0.12
"""Seconds until the parent kills, at most, from when the process began to speak: a slow machine takes
longer to start one, and must not find every process silent."""


@pytest.fixture(scope="module")
def nursery() -> ForkServerContext:
    """A server that has everything imported forks the processes."""
    return warm("tests.kill_child")


class Life:
    """One record, its paper, and what is known to have been acknowledged."""

    def __init__(self, folder: Path, seed: int, nursery: ForkServerContext) -> None:
        self.path, self.paper = folder / "fair.db", folder / "paper"
        self.url = f"sqlite:///{self.path}"
        self.rng = random.Random(seed)
        self.nursery = nursery
        self.runs = 0
        self.read_to = 0
        self.sent: dict[str, Event] = {}
        self.done: dict[str, str] = {}
        self.refused: set[str] = set()
        self.lost_in_flight = 0

    # -- dying ------------------------------------------------------------------------------------

    def die(self) -> None:
        """Start a process, and kill it somewhere."""
        self.runs += 1
        itself = self.rng.random() < 0.5 or self.runs < 4
        most = 150 if self.runs < 4 else 2500
        statements = int(most ** self.rng.random()) if itself else 0
        seed = self.rng.randrange(10**6)
        args = (self.url, self.paper, self.runs, seed, statements)
        within = None if itself else self.rng.uniform(0, LONGEST)
        code = one_life(self.nursery, kill_child.live, args, within)
        assert code == -signal.SIGKILL, "the process ended by itself"
        self._read_paper()

    def _read_paper(self) -> None:
        if not self.paper.exists():
            return
        text = self.paper.read_bytes()
        for line in text[self.read_to :].decode().splitlines():
            word, _, event = line.partition(" ")
            known = EVENT.validate_json(event)
            if word == "sent":
                self.sent[known.id] = known
            elif word == "refused":
                self.refused.add(known.id)
                del self.sent[known.id]
            else:
                self.done[known.id] = word
        self.read_to = len(text)

    # -- after it ---------------------------------------------------------------------------------

    def look_again(self) -> None:
        """Open the record once more and hold it to everything that was acknowledged."""
        with closing(open_store(self.url)) as store, closing(sqlite3.connect(self.path)) as rows:
            assert rows.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            arrived = _arrived(store, self.sent)
            assert self.done.keys() <= arrived
            assert not _arrived(store, self.refused)
            self._send_again(store, arrived)
            deliver_hosted(store, kill_child.clock(), "test")
            for committee in store.read().committees():
                state = store.read().state(committee.id)
                self._said_once(store, state)
            self._rooms_are_right(rows)

    def _send_again(self, store: SqliteStore, arrived: set[str]) -> None:
        """What was never acknowledged is sent again, as a platform does; it may be known."""
        service = Service(store, kill_child.clock)
        for key in self.sent.keys() - self.done.keys():
            self.lost_in_flight += key not in arrived
            with suppress(Refused):  # the walk may have moved on since
                handled = service.handle(self.sent[key])
                assert handled.duplicate == (key in arrived)
                assert service.handle(self.sent[key]).duplicate
                self.done[key] = "done"
                continue
            del self.sent[key]

    def _said_once(self, store: SqliteStore, state: State) -> None:
        """Each answer is one revision; each note and line of the register is there once."""
        history = store.read().history(state.committee.id, limit=1_000_000)
        revisions = Counter((a.question, a.member, a.revision) for a in history)
        assert set(revisions.values()) <= {1}
        newest = {(a.question, a.member): a for a in history}
        current = [a for item in state.items.values() for a in item.responses.values()]
        assert all(newest[a.question, a.member] == a for a in current)
        brought = Counter(a.parts[-1].ref for a in history if a.parts)
        brought.update(_noted(state.items, state.mitigations))
        forms = Counter(_form_words(a) for a in history)
        self._can_be_found(store, state)
        for key in self.done:
            event = self.sent[key]
            if isinstance(event, Answered):
                assert forms[f"Words of {key}"] == 1, key
            elif isinstance(event, Typed):
                assert brought[event.ref] <= 1, key
                known = brought[event.ref] == 1 or _in_parts(event.ref, history)
                assert known or "in the words of" not in event.text, key

    def _can_be_found(self, store: SqliteStore, state: State) -> None:
        """The search knows the answers that stand, some of them tried."""
        answers = [a for item in state.items.values() for a in item.answers.values()]
        for answer in self.rng.sample(answers, min(3, len(answers))):
            words = answer.parts[-1].text.splitlines()[-1]
            hits = store.read().search(state.committee.id, words, limit=100)
            assert (answer.question, answer.member) in {(hit.question, hit.member) for hit in hits}

    def _rooms_are_right(self, rows: sqlite3.Connection) -> None:
        """Every message that was promised stands in its room once, as its last update left it."""
        pending = rows.execute("SELECT count(*) FROM outbox WHERE state <> 'done'").fetchone()
        assert pending == (0,)
        posted: dict[str, str] = {}
        for (payload,) in rows.execute("SELECT payload FROM outbox ORDER BY id"):
            effect = EFFECT.validate_json(payload)
            if isinstance(effect, Ask | Say):
                assert effect.key not in posted
            if isinstance(effect, Ask | Say | Update):
                posted[effect.key] = effect.content.model_dump_json()
        query = "SELECT ref, member, payload, reactions, text FROM messages"
        found = rows.execute(query).fetchall()
        assert Counter(row[0] for row in found).most_common(1)[0][1] == 1 if found else True
        assert {row[0]: row[2] for row in found if not row[1]} == posted
        theirs = {row[0]: row for row in found if row[1]}
        for key, word in self.done.items():
            event = self.sent[key]
            if isinstance(event, Typed):
                assert theirs[event.ref][4] == event.text
                assert word != "marked" or RECORDED in theirs[event.ref][3], key


class _Undo(Exception):
    """Takes a look back that had to write."""


def _arrived(store: SqliteStore, keys: Iterable[str]) -> set[str]:
    """The deliveries that the record knows."""
    known: set[str] = set()

    def look(tx: Transaction) -> None:
        known.update(key for key in keys if not tx.first_time(key, kill_child.clock()))
        raise _Undo

    with suppress(_Undo):
        store.write(look)
    return known


def _noted(items: dict[str, Item], register: dict[str, Entry]) -> Iterator[str]:
    for item in items.values():
        yield from (note.ref for note in item.notes)
    for entry in register.values():
        yield from (note.ref for note in entry.notes)


def _form_words(answer: Answer) -> str:
    """What a form said; "" for a revision that came another way."""
    return getattr(answer.value, "text", "") if answer.how is How.FORM else ""


def _in_parts(ref: str, history: tuple[Answer, ...]) -> bool:
    return any(part.ref == ref for answer in history for part in answer.parts)


def lives_through(folder: Path, seed: int, kills: int, nursery: ForkServerContext) -> None:
    """Kill so often, and look after each."""
    life = Life(folder, seed, nursery)
    for _ in range(kills):
        life.die()
        life.look_again()
    assert len(life.done) > kills, "hardly anything was said"
    assert life.lost_in_flight, "no event was cut short"


@pytest.mark.parametrize("seed", range(LIVES))
def test_whatever_was_acknowledged_outlives_kill_9(
    tmp_path: Path, nursery: ForkServerContext, seed: int
) -> None:
    """After each of the kills: every acknowledged answer once, every reply owed once."""
    lives_through(tmp_path, seed, KILLS, nursery)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(100, 120))
def test_whatever_was_acknowledged_outlives_many_kills(
    tmp_path: Path, nursery: ForkServerContext, seed: int
) -> None:
    """The same, a hundred times each."""
    lives_through(tmp_path, seed, 100, nursery)
