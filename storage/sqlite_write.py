"""The transaction that a work is handed: reads that see its own writes, and every write."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from questions.model import Bank, Question
from storage.people import Committee
from storage.port import Conflict, NotFound
from storage.records import Item, State
from storage.sqlite_erasing import Erases
from storage.sqlite_keeping import KeepingWrites
from storage.sqlite_outbox import Outbox
from storage.sqlite_read import Reads
from storage.sqlite_references import ReferenceWrites
from storage.sqlite_rooms import Rooms
from storage.sqlite_rows import Connection, Rows, micros
from storage.sqlite_save import Save
from storage.sqlite_state import NO_COMMITTEE, REVISION, States, load_items, load_state
from storage.trail import Audit

OTHER_BANK = "The bank {0} is stored in version {1} with other questions. Give the changed bank a new version."

_ARRIVED = """
    INSERT INTO once (key, promise, message, at) VALUES (?, 0, 0, ?) ON CONFLICT DO NOTHING
"""
_FORGOTTEN = "DELETE FROM once WHERE key = ? AND promise = 0"
_LOG = """
    INSERT INTO audit (committee, n, at, data) VALUES (
        ?1, (SELECT coalesce(max(n), 0) + 1 FROM audit WHERE committee = ?1), ?2, ?3
    )
"""
_PLAN = """
    INSERT INTO calendar (committee, at) VALUES (?, ?)
    ON CONFLICT (committee) DO UPDATE SET at = excluded.at
"""
_ADD_BANK = "INSERT INTO banks (name, version, at, data) VALUES (?, ?, ?, ?)"

Banks = dict[tuple[str, str], Bank]
"""Stored banks by name and version. A stored bank never changes, so they are kept for good."""


class Transaction(Reads, Outbox, Rooms, ReferenceWrites, KeepingWrites, Erases):
    """The port's Transaction. Lives as long as its work; `states` and `banks` are what is at hand.

    What the work saw and made is in `seen_states` and `seen_banks`, and moves to the caches when
    the commit succeeded.
    """

    def __init__(
        self,
        connection: Connection,
        states: States,
        banks: Banks,
        earlier: dict[str, State],
    ) -> None:
        """Take `earlier`: the states left by works that will be committed together with this."""
        self._connection = connection
        self._states = states
        self._banks = banks
        self.seen_states = dict(earlier)
        self.seen_banks: Banks = {}

    def _all(self, sql: str, parameters: Sequence[Any] = ()) -> Rows:
        return self._connection.execute(sql, parameters).fetchall()

    def state(self, committee: str) -> State:
        """One committee's whole current state: the same object until something changes it."""
        state = self.seen_states.get(committee)
        if state is None:
            row = self._connection.execute(REVISION, (committee,)).fetchone()
            if row is None:
                raise NotFound(NO_COMMITTEE.format(committee))
            state = self._states.get(committee, row[0]) or load_state(self._connection, committee)
            self.seen_states[committee] = state
        return state

    def waiting(self, committee: str) -> tuple[Item, ...]:
        """The items that the committee still owes, with the current responses."""
        return tuple(load_items(self._connection, committee, waiting=True))

    def bank(self, name: str, version: str) -> Bank:
        """A stored bank. Raises NotFound."""
        key = (name, version)
        bank = self._banks.get(key) or self.seen_banks.get(key)
        if bank is None:
            bank = self.seen_banks[key] = super().bank(name, version)
        return bank

    def _find_question(self, committee: Committee, question: str) -> Question | None:
        try:
            bank = self.bank(committee.bank, committee.bank_version)
        except NotFound:
            return None
        return bank.questions.get(question)

    def _outdated(self, committee: str) -> None:
        self.seen_states.pop(committee, None)
        self._states.drop(committee)

    def first_time(self, delivery: str, at: datetime) -> bool:
        """Note a delivery id in the inbox; False if it stands there already."""
        return self._connection.execute(_ARRIVED, (delivery, micros(at))).rowcount == 1

    def not_done(self, delivery: str) -> None:
        """Strike a delivery id from the inbox; nothing for one that is not there."""
        self._connection.execute(_FORGOTTEN, (delivery,))

    def save(self, before: State | None, after: State) -> None:
        """Write what differs between two states of one committee (compared by identity).

        Raises Conflict where the stored revision is not `before`'s, or an answer's revision or a
        member's address is taken.
        """
        if after is before:
            return
        # Until all of it is written, neither state is what the database holds.
        self.seen_states.pop(after.committee.id, None)
        Save(self._connection, self._find_question)(before, after)
        self.seen_states[after.committee.id] = after

    def plan_at(self, committee: str, at: datetime | None) -> None:
        """Have the committee looked at again at this time; None for never."""
        if at is None:
            self._connection.execute("DELETE FROM calendar WHERE committee = ?", (committee,))
        else:
            self._connection.execute(_PLAN, (committee, micros(at)))

    def log(self, line: Audit) -> None:
        """Append to the committee's log."""
        row = (line.committee, micros(line.at), line.model_dump_json())
        self._connection.execute(_LOG, row)

    def add_bank(self, bank: Bank, at: datetime) -> bool:
        """Store a bank version; False if the same one is there. Raises Conflict on other content."""
        try:
            stored = self.bank(bank.name, bank.version)
        except NotFound:
            row = (bank.name, bank.version, micros(at), bank.model_dump_json())
            self._connection.execute(_ADD_BANK, row)
            self.seen_banks[bank.name, bank.version] = bank
            return True
        if stored != bank:
            raise Conflict(OTHER_BANK.format(bank.name, bank.version))
        return False
