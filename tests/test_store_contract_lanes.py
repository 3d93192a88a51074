"""The store's contract: one lane of the outbox, what may just be opening a thread in it, and hastening it."""

from datetime import datetime
from typing import Any

from storage.people import Place
from storage.port import Store
from storage.trail import OutboxMessage
from tests import builders as make
from tests.builders import NOW, now

pytest_plugins = ("tests.stores",)

TEAMS = "teams"
LANE = (TEAMS, "T1", "C1")


def there(channel: str = "C1", thread: str = "", tenant: str = "T1") -> Place:
    """A place in Teams."""
    return Place(platform=TEAMS, tenant=tenant, channel=channel, thread=thread)


def promise(store: Store, key: str, place: Place | None = None, **fields: Any) -> None:
    """Promise one message."""
    message = make.promised(key, place=place or there(), **fields)
    assert store.write(lambda tx: tx.promise(message))


def claim(store: Store, at: datetime = NOW, **how: Any) -> tuple[OutboxMessage, ...]:
    """Claim for a minute."""
    lease = at + (now(minutes=1) - NOW)
    return store.write(lambda tx: tx.claim(at, "one", lease, **how))


def opening(store: Store, before: datetime = NOW) -> datetime | None:
    """Since when something may be opening a thread; the same inside a transaction."""
    found = store.read().opening(*LANE, before)
    assert store.write(lambda tx: tx.opening(*LANE, before)) == found
    return found


def test_what_is_being_sent_may_be_opening_a_thread(store: Store) -> None:
    """From its lease until it is delivered; the oldest one counts, and other lanes do not."""
    promise(store, "post", created_at=now(seconds=1))
    promise(store, "walk", there(thread="walk"), created_at=now(seconds=2))
    promise(store, "far", there(tenant="T2"), created_at=now(seconds=-9))
    promise(store, "other", there("C2"), created_at=now(seconds=-9))
    assert opening(store) is None  # nobody has tried
    first, second, *_ = claim(store, lane=LANE)
    claim(store)
    assert opening(store) == now(seconds=1)
    assert store.write(lambda tx: tx.delivered(first.id, "one", "1"))
    assert opening(store) == now(seconds=2)
    assert store.write(lambda tx: tx.delivered(second.id, "one", "2"))
    assert opening(store) is None


def test_what_stands_in_a_thread_opens_none(store: Store) -> None:
    """A reply, and the edit of what opened it."""
    promise(store, "card", there(thread="walk"))
    promise(store, "edit", there(thread="walk"))
    claim(store)
    assert opening(store) is None


def test_what_failed_counts_while_its_next_try_is_near(store: Store) -> None:
    """It may stand there all the same; what is put off for longer, or given up, holds up nobody."""
    promise(store, "post", created_at=now(seconds=1))
    promise(store, "behind", created_at=now(seconds=2))
    (message,) = claim(store, each=1)
    assert store.write(lambda tx: tx.postpone(message.id, "one", now(seconds=5)))
    assert opening(store) is None
    assert opening(store, now(seconds=5)) == now(seconds=1)
    (again,) = claim(store, now(seconds=5), each=1)
    assert store.write(lambda tx: tx.postpone(again.id, "one", now(seconds=5), failed=True))
    assert opening(store, now(days=1)) is None


def test_one_lane_alone_can_be_hastened(store: Store) -> None:
    """As if it were the first try; what waits in other lanes waits on, as long as it was told to."""
    promise(store, "a", due_at=now(hours=1))
    promise(store, "b", there(thread="t"), due_at=now(hours=2))
    promise(store, "other", there("C2"), due_at=now(hours=1))
    promise(store, "direct", there("@ben"), due_at=now(hours=1))
    promise(store, "far", there(tenant="T2"), due_at=now(hours=1))
    assert store.write(lambda tx: tx.hasten(TEAMS, "T1", NOW, "C1")) == 2
    assert store.write(lambda tx: tx.hasten(TEAMS, "T1", NOW, "C9")) == 0
    assert [(m.key, m.attempts) for m in claim(store)] == [("a", 0), ("b", 0)]
