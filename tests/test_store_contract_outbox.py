"""The store's contract: the outbox. Promises are made once, lanes stay in order, leases are held."""

from datetime import datetime

from questions.values import TextValue
from storage.port import Store
from storage.trail import OutboxMessage, Sending
from tests import builders as make
from tests.builders import NOW, now

pytest_plugins = ("tests.stores",)


def promise(store: Store, *messages: OutboxMessage) -> list[bool]:
    """Promise in one transaction."""
    return store.write(lambda tx: [tx.promise(message) for message in messages])


def claim(
    store: Store,
    at: datetime = NOW,
    owner: str = "one",
    until: datetime | None = None,
    limit: int = 50,
    lane: tuple[str, str, str] | None = None,
    platforms: tuple[str, ...] = (),
) -> list[OutboxMessage]:
    """Claim in a transaction of its own, for a minute."""
    lease = until or at + (now(minutes=1) - NOW)
    return list(store.write(lambda tx: tx.claim(at, owner, lease, limit, lane, platforms)))


def keys(messages: list[OutboxMessage]) -> list[str]:
    """Their keys, in order."""
    return [message.key for message in messages]


def test_a_promise_comes_back_as_it_was_made(store: Store) -> None:
    """Place, payload and times survive; the store gives the id, the claim the lease."""
    made = make.promised(slot="s", place=make.place("c1", "t1"), created_at=now(microseconds=7))
    assert promise(store, made) == [True]
    (got,) = claim(store)
    assert got.id > 0
    expected = {
        "id": got.id,
        "state": Sending.LEASED,
        "owner": "one",
        "lease_until": now(minutes=1),
    }
    assert got == made.evolve(**expected)


def test_a_key_is_promised_once_for_ever(store: Store) -> None:
    """Also after it was delivered, given up, or replaced in its slot."""
    assert promise(store, make.promised("k1"), make.promised("k1")) == [True, False]
    assert promise(store, make.promised("k1", payload="other")) == [False]
    (message,) = claim(store)
    assert message.payload != "other"
    assert store.write(lambda tx: tx.delivered(message.id, "one", "ref"))
    assert promise(store, make.promised("k1")) == [False]
    assert promise(store, make.promised("a", slot="s"), make.promised("b", slot="s")) == [
        True,
        True,
    ]
    assert promise(store, make.promised("b", slot="s"), make.promised("b")) == [False, False]
    (updated,) = claim(store)
    assert store.write(lambda tx: tx.postpone(updated.id, "one", NOW, failed=True))
    assert promise(store, make.promised("a"), make.promised("b")) == [False, False]


def test_one_slots_due_messages_replace_each_other(store: Store) -> None:
    """The first keeps its place in the lane, the last one's payload goes out; other slots stay."""
    promise(
        store,
        make.promised("a1", slot="a", payload="old"),
        make.promised("x"),
        make.promised("b1", slot="b", payload="b"),
        make.promised("a2", slot="a", payload="new"),
        make.promised("none1"),
        make.promised("none2"),
    )
    got = claim(store)
    assert keys(got) == ["a1", "x", "b1", "none1", "none2"]
    assert got[0].payload == "new"


def test_a_leased_message_is_not_replaced(store: Store) -> None:
    """It may be on its way already: the newer payload follows as a message of its own."""
    promise(store, make.promised("a1", slot="a", payload="old"))
    (first,) = claim(store)
    assert promise(store, make.promised("a2", slot="a", payload="new")) == [True]
    assert claim(store) == []
    assert store.write(lambda tx: tx.delivered(first.id, "one", "r"))
    assert [(m.key, m.payload) for m in claim(store)] == [("a2", "new")]


def test_a_message_given_back_meets_the_newer_one_of_its_slot(store: Store) -> None:
    """The newest payload goes out once, in the older one's turn, whichever is given back."""
    promise(store, make.promised("a1", slot="a", payload="old"))
    (first,) = claim(store)
    promise(store, make.promised("x"), make.promised("a2", slot="a", payload="new"))
    assert store.write(lambda tx: tx.postpone(first.id, "one", NOW))
    assert [(m.key, m.payload) for m in claim(store)] == [
        ("a1", "new"),
        ("x", make.promised("x").payload),
    ]
    assert promise(store, make.promised("a2")) == [False]
    # Both of a slot leased, because the first lease had run out, and both given back.
    promise(store, make.promised("a3", slot="a", payload="newer"))
    both = [m for m in claim(store, now(hours=1), owner="two") if m.slot]
    assert [m.payload for m in both] == ["new", "newer"]
    for message in both:
        assert store.write(lambda tx, m=message: tx.postpone(m.id, "two", NOW))  # type: ignore[misc]
    left = [m.payload for m in claim(store, now(hours=2)) if m.slot]
    assert left == ["newer"]


def test_claims_are_oldest_first_within_the_limit(store: Store) -> None:
    """Over all lanes; a lane's messages may be claimed together, in order."""
    promise(store, *(make.promised(f"k{n}", channel=f"c{n % 3}") for n in range(7)))
    assert keys(claim(store, limit=4)) == ["k0", "k1", "k2", "k3"]
    assert claim(store, limit=0) == []


def test_a_lane_waits_for_its_first_message(store: Store) -> None:
    """Nothing of a lane is claimed past one that is leased or due later; other lanes go on."""
    promise(
        store,
        make.promised("a1", channel="a"),
        make.promised("a2", channel="a", due_at=now(minutes=5)),
        make.promised("a3", channel="a"),
        make.promised("b1", channel="b"),
    )
    assert keys(claim(store)) == ["a1", "b1"]
    assert claim(store) == []
    assert claim(store, now(minutes=5), until=now(minutes=6), lane=("web", "local", "zzz")) == []
    promise(store, make.promised("b2", channel="b"))
    assert claim(store, now(seconds=30)) == []
    # The leases have run out: what was leased counts as due again.
    assert keys(claim(store, now(minutes=2))) == ["a1", "b1", "b2"]
    assert keys(claim(store, now(minutes=10))) == ["a1", "a2", "a3", "b1", "b2"]


def test_threads_of_a_channel_are_one_lane_and_tenants_are_not(store: Store) -> None:
    """A lane is platform, tenant and channel."""
    promise(
        store,
        make.promised("t1", place=make.place("a", "t1"), due_at=now(minutes=1)),
        make.promised("t2", place=make.place("a", "t2")),
        make.promised("far", place=make.place("a").evolve(tenant="elsewhere")),
        make.promised("slack", place=make.place("a", platform="slack")),
    )
    assert keys(claim(store)) == ["far", "slack"]


def test_a_claim_can_be_for_one_lane_or_some_platforms(store: Store) -> None:
    """Others are left for others."""
    promise(
        store,
        make.promised("a", channel="a"),
        make.promised("b", channel="b"),
        make.promised("s", place=make.place("a", platform="slack")),
        make.promised("t", place=make.place("a", platform="teams")),
    )
    assert keys(claim(store, lane=("web", "local", "b"))) == ["b"]
    assert keys(claim(store, platforms=("slack", "teams"))) == ["s", "t"]
    assert keys(claim(store, lane=("web", "local", "a"), platforms=("slack",))) == []
    assert keys(claim(store)) == ["a"]


def test_a_lease_belongs_to_its_owner(store: Store) -> None:
    """Two owners never hold one message; who lost the lease can neither finish nor give back."""
    promise(store, make.promised())
    (mine,) = claim(store, owner="one")
    assert claim(store, owner="two") == []
    assert not store.write(lambda tx: tx.delivered(mine.id, "two", "r"))
    assert not store.write(lambda tx: tx.postpone(mine.id, "two", NOW))
    (theirs,) = claim(store, now(minutes=2), owner="two")
    assert theirs.id == mine.id
    assert not store.write(lambda tx: tx.delivered(mine.id, "one", "mine"))
    assert not store.write(lambda tx: tx.postpone(mine.id, "one", NOW, failed=True))
    assert store.read().delivered_ref("k1") == ""
    assert store.write(lambda tx: tx.delivered(mine.id, "two", "theirs"))
    assert store.read().delivered_ref("k1") == "theirs"
    assert not store.write(lambda tx: tx.delivered(mine.id, "two", "again"))
    assert not store.write(lambda tx: tx.delivered(999, "two", "r"))


def test_a_postponed_message_comes_back_in_its_turn(store: Store) -> None:
    """At its new time, ahead of what was promised after it, its attempts counted."""
    promise(store, make.promised("a1"), make.promised("a2"))
    first, second = claim(store)
    assert store.write(lambda tx: tx.postpone(first.id, "one", now(seconds=30)))
    assert store.write(lambda tx: tx.postpone(second.id, "one", NOW))
    assert claim(store, now(seconds=29)) == []
    again = claim(store, now(seconds=30))
    assert [(m.key, m.attempts) for m in again] == [("a1", 1), ("a2", 1)]


def test_a_failed_message_holds_up_nobody(store: Store) -> None:
    """It is given up for good, and its lane goes on."""
    promise(store, make.promised("a1"), make.promised("a2"))
    first, second = claim(store)
    assert store.write(lambda tx: tx.postpone(first.id, "one", NOW, failed=True))
    assert store.write(lambda tx: tx.postpone(second.id, "one", NOW))
    assert keys(claim(store, now(days=9))) == ["a2"]
    assert store.read().delivered_ref("a1") == ""


def test_the_outbox_can_be_counted(store: Store) -> None:
    """How many are due and since when; how many a place still waits for."""
    read = store.read()
    assert read.outbox_depth() == (0, None)
    promise(
        store,
        make.promised("a", created_at=now(minutes=3)),
        make.promised("b", created_at=now(minutes=1), due_at=now(days=1)),
        make.promised("c", place=make.place("c1", "t1"), created_at=now(minutes=2)),
    )
    assert read.outbox_depth() == (3, now(minutes=1))
    assert read.undelivered(make.place("c1")) == 2
    assert read.undelivered(make.place("c1", "t1")) == 1
    (first,) = claim(store)
    assert read.outbox_depth() == (2, now(minutes=1))
    assert read.undelivered(make.place("c1")) == 2
    store.write(lambda tx: tx.delivered(first.id, "one", "r"))
    assert read.undelivered(make.place("c1")) == 1
    assert read.undelivered(make.place("nowhere")) == 0


def test_answer_and_promise_are_one(store: Store) -> None:
    """What is saved and what is promised in one work are there together."""
    state = make.state()
    store.write(lambda tx: tx.save(None, state))

    after = make.with_answer(state, make.answer(value=TextValue(text="both")))
    store.write(lambda tx: (tx.save(state, after), tx.promise(make.promised())))  # type: ignore[func-returns-value]
    assert store.read().search("c1", "both")
    assert keys(claim(store)) == ["k1"]


def test_what_is_hastened_begins_anew(store: Store) -> None:
    """The tries that were in vain are not held against it."""
    place = make.place("C1", platform="slack")
    promise(store, make.promised(place=place))
    (first,) = claim(store)
    assert store.write(lambda tx: tx.postpone(first.id, "one", now(hours=1)))
    assert store.write(lambda tx: tx.hasten("slack", "local", NOW)) == 1
    assert [message.attempts for message in claim(store)] == [0]
