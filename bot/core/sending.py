"""What every platform's sender needs of the record: where a message stands, and what was done of it.

A message that is too long for one of the platform's goes out in pieces. Each further one is noted in
the outbox as delivered under `key#1`, `key#2` …, where updates find it.
"""

import asyncio
from typing import NamedTuple

from storage.people import Address
from storage.port import Store
from storage.records import Walk
from storage.trail import OutboxMessage, Sending

TYPED = "ts:"
"""How a place's thread begins that is no message of ours: what follows is the platform's id of it."""


class _Steps(NamedTuple):
    """What was done of a message, as long as it says this."""

    payload: str
    done: set[int]


def piece_key(key: str, n: int) -> str:
    """The key of a message's n-th piece."""
    return f"{key}#{n}" if n else key


def opens(message: OutboxMessage, key: str) -> bool:
    """Whether a message opens its thread: a walk's is named for the message that opens it."""
    return message.place.thread in ("", key)


class Delivering:
    """Reads and notes for one sender."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._steps: dict[int, _Steps] = {}
        """How far the messages are that are being tried."""

    def ref(self, key: str) -> str:
        """The id of the message that was sent under this key; "" for none."""
        return self._store.read().delivered_ref(key)

    def refs(self, key: str) -> list[str]:
        """The ids of a message's pieces; none where it was never posted."""
        found = [self.ref(key)]
        while found[-1]:
            found.append(self.ref(piece_key(key, len(found))))
        return found[:-1]

    def thread(self, message: OutboxMessage) -> str:
        """The id of the message that opens the thread; "" for none."""
        thread = message.place.thread
        if thread.startswith(TYPED):
            return thread.removeprefix(TYPED)
        return self.ref(thread) if thread else ""

    def address(self, message: OutboxMessage, member: str) -> Address | None:
        """A member's address on the message's platform and tenant."""
        place = message.place
        people = self._store.read().state(message.committee).members
        for address in people[member].addresses if member in people else ():
            if (address.platform, address.tenant) == (place.platform, place.tenant):
                return address
        return None

    def name(self, message: OutboxMessage, member: str) -> str:
        """What a member is called."""
        found = self._store.read().state(message.committee).members.get(member)
        return found.name if found else ""

    def home(self, message: OutboxMessage) -> str:
        """The committee's channel on the message's platform and tenant; "" for none."""
        place = message.place
        homes = self._store.read().state(message.committee).committee.home
        found = (
            p.channel for p in homes if (p.platform, p.tenant) == (place.platform, place.tenant)
        )
        return next(found, "")

    def walk(self, message: OutboxMessage, walk: str) -> Walk | None:
        """A walk of the message's committee."""
        return self._store.read().state(message.committee).walks.get(walk)

    async def note(self, message: OutboxMessage, name: str, ref: str) -> None:
        """Keep where a further piece stands. Raises StoreError."""
        noted = OutboxMessage(
            key=name,
            committee=message.committee,
            place=message.place,
            payload=message.payload,
            state=Sending.DONE,
            due_at=message.due_at,
            ref=ref,
            created_at=message.created_at,
        )
        await asyncio.to_thread(self._store.write, lambda tx: tx.promise(noted))

    def done(self, message: OutboxMessage) -> set[int]:
        """The pieces of a message that need no further try, while it says the same."""
        known = self._steps.get(message.id)
        if known is None or known.payload != message.payload:
            known = self._steps[message.id] = _Steps(message.payload, set())
        return known.done

    def over(self, message: OutboxMessage) -> None:
        """Nothing more is to be done of a message."""
        self._steps.pop(message.id, None)
