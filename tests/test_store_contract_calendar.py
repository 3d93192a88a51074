"""The store's calendar: when committees are looked at next, and the habits that go with it."""

from collections.abc import Callable
from datetime import timedelta

from storage.port import Store
from storage.records import State
from storage.rhythm import Habits, Nudged, Reason
from tests import builders
from tests.builders import NOW

pytest_plugins = ("tests.stores",)


def keep(store: Store, *keys: str) -> None:
    """New committees."""
    for key in keys:
        store.write(lambda tx, key=key: tx.save(None, builders.state(key)))  # type: ignore[misc]


def test_a_new_committee_is_due_at_once_and_then_when_it_was_planned(store: Store) -> None:
    """Looked at, it is due again at the time that was said, not before; never, once that was said."""
    keep(store, "c1", "c2")
    assert set(store.read().due(NOW)) == {"c1", "c2"}
    store.write(lambda tx: tx.plan_at("c1", NOW + timedelta(hours=1)))
    store.write(lambda tx: tx.plan_at("c2", None))
    assert store.read().due(NOW) == ()
    assert store.read().due(NOW + timedelta(hours=1)) == ("c1",)


def test_no_more_than_asked_for(store: Store) -> None:
    """So that a tick takes them in portions."""
    keep(store, *(f"c{n}" for n in range(5)))
    assert len(store.read().due(NOW, limit=2)) == 2


def test_what_changes_peoples_hours_makes_it_due_again(store: Store) -> None:
    """Members, habits, the committee itself; an answer does not."""
    keep(store, "c1")
    later = NOW + timedelta(hours=20)
    changes: tuple[Callable[[State], State], ...] = (
        lambda s: s.with_habits(Habits(member="ben", paused=True)),
        lambda s: s.with_member(s.members["ben"].evolve(zone="Asia/Tokyo")),
        lambda s: s.evolve(committee=s.committee.evolve(zone="Asia/Tokyo")),
    )
    for change in changes:
        store.write(lambda tx: tx.plan_at("c1", later))
        assert store.read().due(NOW) == ()
        before = store.read().state("c1")
        after = change(before)
        after = after.evolve(
            committee=after.committee.evolve(revision=before.committee.revision + 1)
        )
        store.write(lambda tx, b=before, a=after: tx.save(b, a))  # type: ignore[misc]
        assert store.read().due(NOW) == ("c1",)
    store.write(lambda tx: tx.plan_at("c1", later))
    before = store.read().state("c1")
    item = before.items["plan.audience"].evolve(responses={"ana": builders.answer()})
    after = before.with_item(item)
    after = after.evolve(committee=after.committee.evolve(revision=before.committee.revision + 1))
    store.write(lambda tx: tx.save(before, after))
    assert store.read().due(NOW) == ()


def test_a_time_that_a_wrong_clock_said_keeps_nobody_waiting(store: Store) -> None:
    """Nobody plans days ahead: a row that says so is due."""
    keep(store, "c1")
    store.write(lambda tx: tx.plan_at("c1", NOW + timedelta(days=400)))
    assert store.read().due(NOW) == ("c1",)


def test_habits_come_back_as_they_were_kept(store: Store) -> None:
    """Every field, and the nudges in their order."""
    keep(store, "c1")
    habits = Habits(
        member="ben", days=(1, 3), cap=1, away_until=NOW.date(), touched_at=NOW,
        nudged=(Nudged(day=NOW.date(), at=NOW, reason=Reason.REMINDER, questions=("plan.model",)),),
    )  # fmt: skip
    before = store.read().state("c1")
    after = before.with_habits(habits).with_habits(Habits(member="ana", digest=True))
    after = after.evolve(committee=after.committee.evolve(revision=1))
    store.write(lambda tx: tx.save(before, after))
    assert store.read().state("c1").habits == after.habits
