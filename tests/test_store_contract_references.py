"""The store's contract: how rooms and people are reached, and deletions that can be undone."""

from typing import Any

from storage.port import Store
from storage.references import Reference
from storage.trail import Amendment
from tests.builders import NOW, now

pytest_plugins = ("tests.stores",)

TEAMS = "teams"
ROOM = (TEAMS, "T1", "C1")


def reference(room: str = "C1", tenant: str = "T1", **fields: Any) -> Reference:
    """One room of Teams, or one person."""
    made = Reference(platform=TEAMS, tenant=tenant, room=room, url="https://smba.example", at=NOW)
    return made.evolve(**fields)


def keep(store: Store, *kept: Reference) -> None:
    """Keep in one transaction."""
    store.write(lambda tx: [tx.keep_reference(one) for one in kept])  # type: ignore[func-returns-value]


def test_references_come_back_as_they_were_kept(store: Store) -> None:
    """By their room in their tenant and platform; ended ones, too."""
    full = reference(
        conversation="a:1", account="29:1", parent="team", group="g", name="Planning", hears=True,
        ended="removed", at=now(microseconds=7),
    )  # fmt: skip
    other, elsewhere = reference(tenant="T2"), reference().evolve(platform="slack")
    keep(store, full, other, elsewhere)
    read = store.read()
    assert read.reference(TEAMS, "T1", "C1") == full
    assert read.reference(TEAMS, "T2", "C1") == other
    assert read.reference("slack", "T1", "C1") == elsewhere
    assert store.write(lambda tx: tx.reference(TEAMS, "T1", "C1")) == full
    assert read.reference(TEAMS, "T1", "C2") is None


def test_a_reference_that_is_kept_again_is_replaced(store: Store) -> None:
    """One row for a room, found under what is true now."""
    keep(store, reference("@u1", account="29:old"), reference("@u2", account="29:two"))
    keep(store, reference("@u1", account="29:new"))
    read = store.read()
    assert read.reference_of(TEAMS, "T1", "29:old") is None
    found = read.reference_of(TEAMS, "T1", "29:new")
    assert found is not None
    assert found.room == "@u1"
    assert read.reference_of(TEAMS, "T1", "29:two") == reference("@u2", account="29:two")


def test_an_account_is_its_tenants_own(store: Store) -> None:
    """And nobody is found by none at all."""
    keep(store, reference("@u1", account="29:1"), reference("@u1", "T2", account="29:1", name="B"))
    keep(store, reference("@u3"))
    read = store.read()
    assert getattr(read.reference_of(TEAMS, "T2", "29:1"), "name", "") == "B"
    assert read.reference_of(TEAMS, "T3", "29:1") is None
    assert read.reference_of(TEAMS, "T1", "") is None


def test_the_rooms_of_a_platform_a_tenant_and_a_team(store: Store) -> None:
    """By their ids, people left out."""
    keep(
        store, reference("C2", parent="team"), reference("C1", parent="team"), reference("C3"),
        reference("@u1"), reference("C1", "T2", parent="team"),
    )  # fmt: skip
    read = store.read()

    def rooms(*of: str) -> list[tuple[str, str]]:
        return [(r.tenant, r.room) for r in read.references(TEAMS, *of)]

    assert rooms() == [("T1", "C1"), ("T1", "C2"), ("T1", "C3"), ("T2", "C1")]
    assert rooms("T1") == [("T1", "C1"), ("T1", "C2"), ("T1", "C3")]
    assert rooms("T1", "team") == [("T1", "C1"), ("T1", "C2")]
    assert read.references("slack") == ()


# -- deletions that can be undone -------------------------------------------------------------------


def amend(store: Store, stamp: str, *, deleted: bool = False) -> bool:
    """Note a change of the message m1."""
    change = Amendment(stamp=stamp, text="" if deleted else f"words {stamp}", deleted=deleted)
    return store.write(lambda tx: tx.amend_early(*ROOM, "m1", change, NOW))


def test_the_newest_word_counts_where_deletions_have_a_stamp(store: Store) -> None:
    """A deletion is undone by what came after it, in whatever order they are heard of."""
    assert amend(store, "2", deleted=True)
    assert not amend(store, "1")
    assert amend(store, "3")
    assert not amend(store, "2", deleted=True)
    assert amend(store, "4", deleted=True)
    assert not amend(store, "4", deleted=True)
    found = store.read().amendment(*ROOM, "m1")
    assert found == Amendment(stamp="4", deleted=True)


def test_a_deletion_without_a_stamp_is_the_last_word(store: Store) -> None:
    """Whatever was heard before it, and after it."""
    assert amend(store, "9")
    assert amend(store, "", deleted=True)
    assert not amend(store, "99")
