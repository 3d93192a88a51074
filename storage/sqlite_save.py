"""Writing what differs between two states of a committee.

What is the very same object in both states costs one comparison, so an answer costs the rows it
touches, however large the committee is. Answers are only ever added; an item's `current` column
points at the newest of each member.
"""

import sqlite3
from collections.abc import Callable, Mapping
from typing import TypeVar

from pydantic_core import to_json

from questions.model import Question
from questions.values import ManyValue, OneValue
from storage import words
from storage.people import Address, Committee, Member
from storage.port import Conflict
from storage.records import Answer, Item, Said, State
from storage.sqlite_file import TAKEN
from storage.sqlite_rows import Connection, micros
from storage.sqlite_search import TAIL, take_over

V = TypeVar("V")

MOVED_ON = "The committee's record moved on in the meantime. Load it again and try again."
TWO_COMMITTEES = "a save compares two states of one committee"

_NEW = "INSERT INTO committees (id, name, revision, data) VALUES (?, ?, ?, ?)"
_NEXT = "UPDATE committees SET revision = ? WHERE id = ? AND revision = ?"
_CHANGED = """
    UPDATE committees SET name = ?, data = ?, revision = ? WHERE id = ? AND revision = ?
"""
_MEMBER = """
    INSERT INTO members (committee, id, email, active, data) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (committee, id) DO UPDATE
    SET email = excluded.email, active = excluded.active, data = excluded.data
"""
_WALK = """
    INSERT INTO walks (committee, id, data) VALUES (?, ?, ?)
    ON CONFLICT (committee, id) DO UPDATE SET data = excluded.data
"""
_ENTRY = """
    INSERT INTO register (committee, subject, data) VALUES (?, ?, ?)
    ON CONFLICT (committee, subject) DO UPDATE SET data = excluded.data
"""
_HABITS = """
    INSERT INTO habits (committee, member, data) VALUES (?, ?, ?)
    ON CONFLICT (committee, member) DO UPDATE SET data = excluded.data
"""
_DUE = """
    INSERT INTO calendar (committee, at) VALUES (?, 0) ON CONFLICT (committee) DO UPDATE SET at = 0
"""
# A merge patch: the members named in it get a new pointer, the others keep theirs and their order.
_ITEM = """
    INSERT INTO items (committee, question, status, waits, current, data) VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (committee, question) DO UPDATE
    SET status = excluded.status, waits = excluded.waits, data = excluded.data,
        current = json_patch(current, excluded.current)
"""
_ANSWER = """
    INSERT INTO answers (committee, question, member, revision, said, at, text, data)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""
_RESPONSES = {"responses"}


def _differences(before: Mapping[str, V], after: Mapping[str, V]) -> tuple[list[V], list[str]]:
    """The values of `after` that are not the very ones of `before`, and the keys that are gone."""
    if before is after:
        return [], []
    known = before.get
    changed = [value for key, value in after.items() if known(key) is not value]
    if changed or len(before) != len(after):
        return changed, [key for key in before if key not in after]
    return changed, []


def _changed(before: Committee, after: Committee) -> bool:
    """Whether more than the count of events differs."""
    old, new = before.__dict__, after.__dict__
    return any(new[name] is not old[name] and name != "revision" for name in new)


def _rooms(committee: Committee) -> set[tuple[str, str, str]]:
    """The channels that a committee is at home in."""
    return {(place.platform, place.tenant, place.channel) for place in committee.home}


class Save:
    """One save. `find_question` looks a question up in the committee's bank, if that is stored."""

    def __init__(
        self, connection: Connection, find_question: Callable[[Committee, str], Question | None]
    ) -> None:
        self._connection = connection
        self._run = connection.execute
        self._tail_is_full = False
        self._find_question = find_question

    def __call__(self, before: State | None, after: State) -> None:
        """Write. Raises Conflict, or ValueError for states of two committees."""
        try:
            self._save(before, after)
        except sqlite3.IntegrityError as error:
            raise Conflict(TAKEN) from error

    def _save(self, before: State | None, after: State) -> None:
        committee = after.committee
        if before is None:
            data = committee.model_dump_json()
            row = (committee.id, committee.name, committee.revision, data)
            self._run(_NEW, row)
            before = State(committee=committee.evolve(home=()))
            self._look_again(committee)
        else:
            changed = self._advance(before.committee, committee)
            same = before.members is after.members and before.habits is after.habits
            if changed or not same:
                self._look_again(committee)
        if before.committee.home is not committee.home:
            self._homes(before.committee, committee)
        key = committee.id
        if before.members is not after.members:
            self._members(before.members, after.members, key)
        self._items(before.items, after.items, committee)
        walks, gone = _differences(before.walks, after.walks)
        for walk in walks:
            self._run(_WALK, (key, walk.id, walk.model_dump_json()))
        for walk_id in gone:
            self._run("DELETE FROM walks WHERE committee = ? AND id = ?", (key, walk_id))
        entries, gone = _differences(before.mitigations, after.mitigations)
        for entry in entries:
            self._run(_ENTRY, (key, entry.subject, entry.model_dump_json()))
        for subject in gone:
            self._run("DELETE FROM register WHERE committee = ? AND subject = ?", (key, subject))
        habits, gone = _differences(before.habits, after.habits)
        for each in habits:
            self._run(_HABITS, (key, each.member, each.model_dump_json()))
        for member in gone:
            self._run("DELETE FROM habits WHERE committee = ? AND member = ?", (key, member))

    def _look_again(self, committee: Committee) -> None:
        """What decides when people are chased has changed: the committee is due at once."""
        self._run(_DUE, (committee.id,))

    def _advance(self, before: Committee, after: Committee) -> bool:
        """Write the committee's own row; returns whether more of it than the count of events differs."""
        if before.id != after.id:
            raise ValueError(TWO_COMMITTEES)
        if after.revision != before.revision + 1:
            raise Conflict(MOVED_ON)
        step = (after.revision, after.id, before.revision)
        changed = _changed(before, after)
        if changed:
            written = self._run(_CHANGED, (after.name, after.model_dump_json(), *step))
        else:
            written = self._run(_NEXT, step)
        if written.rowcount != 1:
            raise Conflict(MOVED_ON)
        return changed

    def _homes(self, before: Committee, after: Committee) -> None:
        old, new = _rooms(before), _rooms(after)
        for room in old - new:
            self._run(
                "DELETE FROM homes WHERE platform = ? AND tenant = ? AND channel = ? AND committee = ?",
                (*room, after.id),
            )
        for room in sorted(new - old):
            self._run(
                "INSERT INTO homes (platform, tenant, channel, committee) VALUES (?, ?, ?, ?)",
                (*room, after.id),
            )

    def _members(
        self, before: Mapping[str, Member], after: Mapping[str, Member], committee: str
    ) -> None:
        changed, gone = _differences(before, after)
        moved = [m for m in changed if m.id not in before or before[m.id].addresses != m.addresses]
        # Every address is let go before any is taken: two members may have swapped theirs.
        for member in (*gone, *(m.id for m in moved)):
            self._run(
                "DELETE FROM addresses WHERE committee = ? AND member = ?", (committee, member)
            )
        for member in gone:
            self._run("DELETE FROM members WHERE committee = ? AND id = ?", (committee, member))
        for m in changed:
            self._run(_MEMBER, (committee, m.id, m.email, m.active, m.model_dump_json()))
        for m in moved:
            for address in dict.fromkeys(m.addresses):
                self._address(address, committee, m.id)

    def _address(self, address: Address, committee: str, member: str) -> None:
        self._run(
            "INSERT INTO addresses (platform, tenant, user, committee, member) "
            "VALUES (?, ?, ?, ?, ?)",
            (address.platform, address.tenant, address.user, committee, member),
        )

    def _items(
        self,
        before: Mapping[str, Item],
        after: Mapping[str, Item],
        committee: Committee,
    ) -> None:
        changed, gone = _differences(before, after)
        self._tail_is_full = False
        for item in changed:
            self._item(before.get(item.question), item, committee)
        for question in gone:
            self._run(
                "DELETE FROM items WHERE committee = ? AND question = ?", (committee.id, question)
            )
        if self._tail_is_full:
            take_over(self._connection)

    def _item(self, before: Item | None, item: Item, committee: Committee) -> None:
        newest: dict[str, int | None] = {}
        spoken = before.responses if before is not None else {}
        changed, gone = _differences(spoken, item.responses)
        for answer in changed:
            was = spoken.get(answer.member)
            if was is None or was.revision != answer.revision:
                newest[answer.member] = self._append(answer, committee)
        newest.update(dict.fromkeys(gone))
        data = item.model_dump_json(exclude=_RESPONSES)
        current = to_json(newest).decode() if newest else "{}"
        row = (committee.id, item.question, item.status.value, item.waits, current, data)
        self._run(_ITEM, row)

    def _append(self, answer: Answer, committee: Committee) -> int:
        text = ""
        if answer.said is Said.ANSWER:
            question = (
                self._find_question(committee, answer.question)
                if isinstance(answer.value, OneValue | ManyValue)
                else None
            )
            text = words.spoken(answer.value, question)
        row = (
            committee.id,
            answer.question,
            answer.member,
            answer.revision,
            answer.said.value,
            micros(answer.at),
            text,
            answer.model_dump_json(),
        )
        key = self._run(_ANSWER, row).lastrowid
        assert key is not None  # noqa: S101 -- an INSERT that did not raise has its row's id
        self._tail_is_full = self._tail_is_full or key % TAIL == 0
        return key
