"""The store's contract: what other platforms need. Homes, ids, amendments, unsure sendings, workspaces."""

from datetime import datetime
from itertools import permutations
from typing import Any

from storage.people import Place
from storage.port import Store
from storage.trail import Amendment, Installation, OutboxMessage
from tests import builders as make
from tests.builders import NOW, now

pytest_plugins = ("tests.stores",)

SLACK, TEAMS = "slack", "teams"
Room = tuple[str, str, str]
ROOM = (SLACK, "T1", "C1")


def there(
    channel: str = "C1", thread: str = "", tenant: str = "T1", platform: str = SLACK
) -> Place:
    """A place on another platform."""
    return Place(platform=platform, tenant=tenant, channel=channel, thread=thread)


def promise(store: Store, key: str, place: Place | None = None, **fields: Any) -> None:
    """Promise one message to Slack."""
    message = make.promised(key, place=place or there(), **fields)
    assert store.write(lambda tx: tx.promise(message))


def claim(store: Store, at: datetime = NOW, owner: str = "one", **how: Any) -> list[OutboxMessage]:
    """Claim in a transaction of its own, for a minute."""
    lease = at + (now(minutes=1) - NOW)
    return list(store.write(lambda tx: tx.claim(at, owner, lease, **how)))


def keys(messages: list[OutboxMessage]) -> list[str]:
    """Their keys, in order."""
    return [message.key for message in messages]


def deliver(store: Store, ref: str, place: Place | None = None, key: str = "") -> None:
    """Promise a message and deliver it under this id."""
    promise(store, key or f"key of {ref}", place)
    (message,) = claim(store)
    assert store.write(lambda tx: tx.delivered(message.id, "one", ref))


def amend(
    store: Store, change: Amendment, ref: str = "m1", room: Room = ROOM, at: datetime = NOW
) -> bool:
    """Note a change of a message in a room."""
    return store.write(lambda tx: tx.amend_early(*room, ref, change, at))


def edit(stamp: int) -> Amendment:
    """An edit; a higher number is a later one."""
    return Amendment(stamp=f"1747042800.{stamp:06}", text=f"words {stamp}")


DELETION = Amendment(stamp="", deleted=True)


# -- rooms -----------------------------------------------------------------------------------------


def settle(store: Store, key: str, *home: Place) -> None:
    """A committee comes to be at home in these places."""
    state = make.state(key)
    state = state.evolve(committee=state.committee.evolve(home=home))
    store.write(lambda tx: tx.save(None, state))


def test_a_channel_knows_whose_home_it_is(store: Store) -> None:
    """The committees at home there, the newest first; another tenant's channel is another one."""
    settle(store, "old", there())
    settle(store, "new", make.place("new"), there(thread="t"), there(thread="u"))
    settle(store, "far", there(tenant="T2"), there(platform=TEAMS))
    read = store.read()
    assert read.at_home(*ROOM) == store.write(lambda tx: tx.at_home(*ROOM)) == ("new", "old")
    assert read.at_home("web", "local", "new") == ("new",)
    assert read.at_home(SLACK, "T2", "C1") == read.at_home(TEAMS, "T1", "C1") == ("far",)
    assert read.at_home(SLACK, "T1", "C2") == ()


def test_a_committee_that_moves_is_found_where_it_is(store: Store) -> None:
    """What it left forgets it, what it came to knows it; others who live there stay."""
    settle(store, "stays", there(), there("C9"))
    settle(store, "moves", there(), there("C9"))
    before = store.read().state("moves")
    committee = before.committee.evolve(home=(there("C2"), there("C9")))
    after = make.bump(before, before.evolve(committee=committee))
    store.write(lambda tx: tx.save(before, after))
    assert store.read().at_home(*ROOM) == ("stays",)
    assert store.read().at_home(SLACK, "T1", "C2") == ("moves",)
    assert store.read().at_home(SLACK, "T1", "C9") == ("moves", "stays")


def test_a_platforms_id_leads_back_to_the_key(store: Store) -> None:
    """In its own channel, once delivered; thread and channel are one; the web's ids are keys already."""
    deliver(store, "", key="a reaction")
    promise(store, "waits", there("C9"), due_at=now(days=1))
    assert store.read().key_at(*ROOM, "") == store.read().key_at(SLACK, "T1", "C9", "") == ""
    deliver(store, "1.1", key="card")
    deliver(store, "1.1", there("C2"), key="other channel")
    deliver(store, "1.1", there(tenant="T2"), key="other tenant")
    deliver(store, "1.2", there(thread="card"), key="reply")
    deliver(store, "w1", make.place("C1"), key="web")
    read = store.read()
    assert read.key_at(*ROOM, "1.1") == store.write(lambda tx: tx.key_at(*ROOM, "1.1")) == "card"
    assert read.key_at(SLACK, "T1", "C2", "1.1") == "other channel"
    assert read.key_at(SLACK, "T2", "C1", "1.1") == "other tenant"
    assert read.key_at(*ROOM, "1.2") == "reply"
    assert read.key_at(*ROOM, "9.9") == ""
    assert read.key_at("web", "local", "C1", "w1") == ""
    assert (read.delivered_ref("card"), read.delivered_ref("web")) == ("1.1", "w1")


def test_a_lane_counts_what_it_has_pending(store: Store) -> None:
    """Due, due later and leased, over all threads of the channel; not what is done or given up."""
    promise(store, "a")
    promise(store, "b", there(thread="t"))
    promise(store, "c", due_at=now(days=1))
    promise(store, "elsewhere", there("C2"))
    read = store.read()
    first, second = claim(store, lane=ROOM)
    assert read.pending(*ROOM) == 3
    store.write(lambda tx: tx.delivered(first.id, "one", "r"))
    assert read.pending(*ROOM) == store.write(lambda tx: tx.pending(*ROOM)) == 2
    store.write(lambda tx: tx.postpone(second.id, "one", NOW, failed=True))
    assert read.pending(*ROOM) == 1
    assert read.pending(SLACK, "T2", "C1") == 0


# -- amendments ------------------------------------------------------------------------------------


def test_the_newest_edit_stands_whatever_came_first(store: Store) -> None:
    """An older one, and the same once more, are told apart and change nothing."""
    for order in permutations((1, 2, 10)):
        ref, newest = str(order), 0
        for stamp in order:
            assert amend(store, edit(stamp), ref) == (stamp > newest)
            newest = max(newest, stamp)
            assert store.read().amendment(*ROOM, ref) == edit(newest)
        assert not amend(store, edit(10).evolve(text="forged"), ref)
        assert store.write(lambda tx, ref=ref: tx.amendment(*ROOM, ref)) == edit(10)  # type: ignore[misc]


def test_a_deletion_is_final(store: Store) -> None:
    """Before an edit or after it, and though it has no stamp of its own."""
    assert amend(store, edit(5))
    assert amend(store, DELETION)
    assert not amend(store, edit(9))
    assert not amend(store, DELETION)
    assert store.read().amendment(*ROOM, "m1") == DELETION
    assert amend(store, DELETION, "never edited")
    assert not amend(store, edit(9), "never edited")


def test_amendments_are_a_rooms_own(store: Store) -> None:
    """The same id in another channel, tenant or platform is another message."""
    assert amend(store, edit(1))
    for room in ((SLACK, "T1", "C2"), (SLACK, "T2", "C1"), (TEAMS, "T1", "C1")):
        assert store.read().amendment(*room, "m1") is None
        assert amend(store, DELETION, room=room)
    assert store.read().amendment(*ROOM, "m1") == edit(1)


def test_the_sweep_forgets_amendments(store: Store) -> None:
    """Those noted before the given time; one that was noted anew since then stays."""
    for ref in ("old", "again", "edge"):
        assert amend(store, edit(1), ref)
    assert amend(store, edit(2), "again", at=now(days=2))
    assert not amend(store, edit(0), "old", at=now(days=2))
    assert amend(store, DELETION, "edge", at=now(days=1))
    assert store.write(lambda tx: tx.sweep(now(days=1))) == 1
    assert store.read().amendment(*ROOM, "old") is None
    assert store.read().amendment(*ROOM, "again") == edit(2)
    assert store.read().amendment(*ROOM, "edge") == DELETION


# -- sending ---------------------------------------------------------------------------------------


def test_a_claim_takes_so_many_of_each_lane(store: Store) -> None:
    """The first ones, in order, of the named platforms only; the rest of a lane then waits."""
    for n in range(3):
        for channel in ("C1", "C2"):
            promise(store, f"{channel}.{n}", there(channel))
    promise(store, "web", make.place("C1"))
    promise(store, "teams", there(platform=TEAMS))
    assert keys(claim(store, each=1, platforms=(SLACK,))) == ["C1.0", "C2.0"]
    assert claim(store, each=1, platforms=(SLACK,)) == []
    three = claim(store, now(minutes=2), each=2, limit=3, platforms=(SLACK,))
    assert keys(three) == ["C1.0", "C2.0", "C1.1"]
    assert keys(claim(store, now(minutes=2), each=1)) == ["web", "teams"]
    assert keys(claim(store, now(minutes=4), each=9, lane=ROOM)) == ["C1.0", "C1.1", "C1.2"]


def test_what_a_lost_lease_left_is_unsure(store: Store) -> None:
    """Only that: what nobody had leased is not. It stays so until it is delivered."""
    promise(store, "a")
    promise(store, "b")
    (first,) = claim(store, each=1)
    assert not first.unsure
    assert claim(store, now(seconds=59), "two", each=1) == []
    again, fresh = claim(store, now(minutes=1), "two")
    found = [(m.key, m.unsure, m.attempts) for m in (again, fresh)]
    assert found == [("a", True, 0), ("b", False, 0)]
    for message in (again, fresh):
        assert store.write(lambda tx, m=message: tx.postpone(m.id, "two", NOW))  # type: ignore[misc]
    assert [m.unsure for m in claim(store, now(minutes=2))] == [True, False]


def test_unsure_is_said_once_and_kept(store: Store) -> None:
    """A later try that surely did not go out takes nothing back; at last it may be given up."""
    promise(store, "a")
    promise(store, "b")
    found = []
    for n, unsure in enumerate((False, True, False, False)):
        (m,) = claim(store, now(hours=n), each=1)
        found.append((m.key, m.unsure, m.attempts))
        how = {"due_at": now(hours=n + 1), "unsure": unsure, "failed": n == 3}
        assert store.write(lambda tx, m=m, how=how: tx.postpone(m.id, "one", **how))  # type: ignore[misc]
    assert found == [("a", False, 0), ("a", False, 1), ("a", True, 2), ("a", True, 3)]
    assert store.read().pending(*ROOM) == 1
    assert store.write(lambda tx: tx.hasten(SLACK, "T1", NOW)) == 0
    assert [(m.key, m.unsure) for m in claim(store, now(days=9))] == [("b", False)]


def test_an_unsure_message_meets_the_newer_one_of_its_slot(store: Store) -> None:
    """It keeps its turn and its doubt, and carries the newer payload."""
    promise(store, "u1", slot="s", payload="old")
    (message,) = claim(store)
    promise(store, "u2", slot="s", payload="new")
    assert store.write(lambda tx: tx.postpone(message.id, "one", NOW, unsure=True))
    (again,) = claim(store)
    assert (again.key, again.payload, again.unsure) == ("u1", "new", True)


def test_a_workspaces_waiting_messages_can_be_hastened(store: Store) -> None:
    """What waits for later is due now, in its order; leased and due ones, and others', stay."""
    promise(store, "a", due_at=now(hours=1))
    promise(store, "b", there(thread="t"), due_at=now(hours=2))
    promise(store, "direct", there("@ben"), due_at=now(days=3))
    promise(store, "due", there("C2"))
    promise(store, "behind", there("C2"), due_at=now(hours=1))
    promise(store, "tenant", there(tenant="T2"), due_at=now(hours=1))
    promise(store, "teams", there(platform=TEAMS), due_at=now(hours=1))
    promise(store, "leased", there("C3"))
    (leased,) = claim(store, lane=(SLACK, "T1", "C3"))
    assert store.write(lambda tx: tx.hasten(SLACK, "T1", now(seconds=1))) == 4
    assert store.write(lambda tx: tx.hasten(SLACK, "T1", now(seconds=1))) == 0
    assert keys(claim(store)) == ["due"]
    found = claim(store, now(seconds=1))
    assert keys(found) == ["a", "b", "direct"]
    assert [(m.attempts, m.unsure) for m in found] == [(0, False)] * 3
    assert store.write(lambda tx: tx.delivered(leased.id, "one", "r"))
    assert claim(store, now(minutes=59), platforms=(TEAMS,)) == []


# -- workspaces ------------------------------------------------------------------------------------


def workspace(tenant: str = "T1", platform: str = SLACK, **fields: Any) -> Installation:
    """A workspace that let Convenor in."""
    made = Installation(platform=platform, tenant=tenant, name=f"Team {tenant}", user="U1", at=NOW)
    return made.evolve(**fields)


def keep(store: Store, *kept: Installation) -> None:
    """Keep in one transaction."""
    store.write(lambda tx: [tx.keep_installation(one) for one in kept])  # type: ignore[func-returns-value]


def test_workspaces_come_back_as_they_were_kept(store: Store) -> None:
    """By their ids, ended ones too; the same id on two platforms is two workspaces."""
    full = workspace(token="sealed", scopes=("chat:write", "users:read"), at=now(microseconds=7))
    ended = workspace("T2", ended="account_inactive")
    other = workspace(platform=TEAMS, name="Elsewhere")
    keep(store, workspace("T3"), ended, other, full)
    read = store.read()
    assert read.installations(SLACK) == (full, ended, workspace("T3"))
    assert read.installations(TEAMS) == (other,)
    assert read.installation(SLACK, "T1") == full
    assert store.write(lambda tx: tx.installation(TEAMS, "T1")) == other
    assert read.installation(TEAMS, "T3") is None


def test_a_workspace_that_is_kept_again_is_replaced(store: Store) -> None:
    """Ended, and back with another token: one row each time, and no neighbour is touched."""
    keep(store, workspace(token="first"), workspace("T2"), workspace(platform=TEAMS))
    ended = workspace(ended="app_uninstalled")
    back = workspace(token="second", at=now(days=1))
    for newest in (ended, back):
        keep(store, newest)
        assert store.read().installations(SLACK) == (newest, workspace("T2"))
    assert store.read().installation(TEAMS, "T1") == workspace(platform=TEAMS)
