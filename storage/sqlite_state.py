"""Loading a committee's state, and keeping loaded ones at hand.

A cached state is right as long as its revision is the stored one: every save adds one to it, from
whichever process, and refuses to build on another. So a look at one number tells whether the
cached object still stands, and nothing has to be told when another process has written.
"""

import threading

from storage.people import Committee, Member
from storage.port import NotFound
from storage.records import Answer, Entry, Item, State, Walk
from storage.rhythm import Habits
from storage.sqlite_rows import Connection, Many, answers, parse

NO_COMMITTEE = "There is no committee {0}."

_members, _items, _walks, _entries = Many(Member), Many(Item), Many(Walk), Many(Entry)
_habits = Many(Habits)

_COMMITTEE = "SELECT revision, data FROM committees WHERE id = ?"
_MEMBERS = "SELECT data FROM members WHERE committee = ? ORDER BY number"
_WALKS = "SELECT data FROM walks WHERE committee = ? ORDER BY number"
_REGISTER = "SELECT data FROM register WHERE committee = ? ORDER BY number"
_HABITS = "SELECT data FROM habits WHERE committee = ? ORDER BY number"
_ITEMS = "SELECT data FROM items WHERE committee = ? ORDER BY number"
_WAITING = "SELECT data FROM items WHERE committee = ? AND waits = 1 ORDER BY number"
_CURRENT = """
    SELECT answers.data FROM items, json_each(items.current) AS newest
    JOIN answers ON answers.id = newest.value
    WHERE items.committee = ? ORDER BY items.number, newest.id
"""
_CURRENT_WAITING = """
    SELECT answers.data FROM items, json_each(items.current) AS newest
    JOIN answers ON answers.id = newest.value
    WHERE items.committee = ? AND items.waits = 1 ORDER BY items.number, newest.id
"""
REVISION = "SELECT revision FROM committees WHERE id = ?"


def _column(connection: Connection, sql: str, committee: str) -> list[str]:
    return [row[0] for row in connection.execute(sql, (committee,))]


def load_items(connection: Connection, committee: str, *, waiting: bool = False) -> list[Item]:
    """A committee's items with every member's current response, in the order they came to be."""
    spoken: dict[str, dict[str, Answer]] = {}
    for answer in answers(
        _column(connection, _CURRENT_WAITING if waiting else _CURRENT, committee)
    ):
        spoken.setdefault(answer.question, {})[answer.member] = answer
    return [
        item.evolve(responses=spoken[item.question]) if item.question in spoken else item
        for item in _items(_column(connection, _WAITING if waiting else _ITEMS, committee))
    ]


def load_state(connection: Connection, committee: str) -> State:
    """A committee's whole state; the connection is in a transaction. Raises NotFound."""
    row = connection.execute(_COMMITTEE, (committee,)).fetchone()
    if row is None:
        raise NotFound(NO_COMMITTEE.format(committee))
    return State(
        committee=parse(Committee, row[1]).evolve(revision=row[0]),
        members={m.id: m for m in _members(_column(connection, _MEMBERS, committee))},
        items={i.question: i for i in load_items(connection, committee)},
        walks={w.id: w for w in _walks(_column(connection, _WALKS, committee))},
        mitigations={e.subject: e for e in _entries(_column(connection, _REGISTER, committee))},
        habits={h.member: h for h in _habits(_column(connection, _HABITS, committee))},
    )


class States:
    """The states that were used last, by committee. Holds committed ones only."""

    def __init__(self, size: int = 128) -> None:
        self._size = size
        self._states: dict[str, State] = {}
        self._lock = threading.Lock()

    def get(self, committee: str, revision: int) -> State | None:
        """The state at exactly this revision, if it is at hand."""
        state = self._states.get(committee)
        return state if state is not None and state.committee.revision == revision else None

    def put(self, state: State) -> None:
        """Keep a committed state; the one that was put longest ago may have to go."""
        key = state.committee.id
        with self._lock:
            kept = self._states.pop(key, None)
            if kept is not None and kept.committee.revision > state.committee.revision:
                state = kept
            self._states[key] = state
            if len(self._states) > self._size:
                del self._states[next(iter(self._states))]

    def drop(self, committee: str) -> None:
        """Keep it no longer: its rows changed under the same revision."""
        with self._lock:
            self._states.pop(committee, None)
