"""Who may do what: every kind of event, for each role, in the committee's walk and in one's own."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.core import access
from bot.core.errors import Misuse, NotAllowed
from bot.core.events import EVENT, Event
from storage.people import Address, Member, Place, Role, Settings
from storage.records import Assignment, Item, State
from storage.rhythm import Habits
from tests import builders
from tests.harness import short_bank

NOW = datetime(2026, 5, 12, tzinfo=UTC)
ROLES = {"ana": Role.CHAIR, "ben": Role.MEMBER, "olu": Role.OBSERVER}


def state() -> State:
    """A chair, two members, an observer, somebody who left; the shared walk, and one own walk each."""
    people = [builders.member(name, role=role) for name, role in ROLES.items()]
    people.append(builders.member("chi"))
    people.append(builders.member("ida", active=False))
    walks = [builders.walk("shared"), *(builders.walk(f"own.{m.id}", member=m.id) for m in people)]
    held = Assignment(member="chi", by="ana", at=NOW)
    return State(
        committee=builders.committee(),
        members={m.id: m for m in people},
        items={
            "plan.free": Item(question="plan.free"),
            "plan.held": Item(question="plan.held", assignment=held),
        },
        walks={w.id: w for w in walks},
    )


def event(kind: str, actor: str, walk: str, /, **fields: Any) -> Event:
    """An event of a kind, by somebody, in a walk."""
    raw = {"kind": kind, "id": "e1", "committee": "c1", "member": actor, "walk": walk, **fields}
    return EVENT.validate_python(raw)


NIA = Address(platform="slack", tenant="T1", user="U1")
HOME = Place(platform="web", tenant="local", channel="c1")
ANSWERING: dict[str, dict[str, Any]] = {
    "typed": {"text": "hello", "ref": "m1"},
    "answered": {"answers": {"plan.free": {"text": "x"}}},
    "skipped": {"reason": "x"},
    "not_applicable": {"reason": "x"},
    "parked": {},
    "held": {},
    "withdrawn": {},
    "edited": {"ref": "m1", "text": "x"},
    "deleted": {"ref": "m1"},
    "asked_for": {"question": "plan.free"},
    "reviewed": {"subject": "plan.free", "effect": "x"},
    "passed": {},
    "treated": {"subject": "plan.free", "treatment": "act"},
    "recorded": {"question": "plan.free", "author": "ben", "text": "x", "ref": "m1", "place": HOME},
}
LEADING: dict[str, dict[str, Any]] = {
    "went_next": {}, "went_back": {}, "paused": {}, "resumed": {},
}  # fmt: skip
READING: dict[str, dict[str, Any]] = {
    "queried": {"what": "status"}, "told": {"sentence": "x"},
    "knocked": {"name": "Nia", "address": NIA}, "displaced": {},
    "snoozed": {"span": "week"}, "went_away": {"back": True}, "asked_fewer": {},
    "habits_kept": {"habits": Habits(member="")}, "digest_asked": {"how": "preview"},
}  # fmt: skip
RUNNING: dict[str, dict[str, Any]] = {
    "started": {"phase": "plan"},
    "settings_kept": {"name": "Fair", "zone": "UTC", "settings": Settings()},
    "bank_moved": {"bank": short_bank()},
    "member_kept": {"who": builders.member("chi", role=Role.CHAIR)},
    "assigned": {"phase": "plan", "to": "ben"},
    "admitted": {"who": builders.member("nia").evolve(addresses=(NIA,))},
    "hushed": {},
    "redated": {"question": "plan.held", "due": "2026-06-01"},
    "action_done": {"subject": "plan.free"},
}
COMING: dict[str, dict[str, Any]] = {"presence_kept": {"here": True}}
"""What the platform says of anybody, those who have left included."""
EVERY = ANSWERING | LEADING | READING | RUNNING | COMING


def allowed(kind: str, actor: str, walk: str, /, **fields: Any) -> bool:
    """Whether the table lets it through."""
    try:
        access.check(state(), event(kind, actor, walk, **(fields or EVERY[kind])))
    except NotAllowed:
        return False
    return True


def test_the_tables_have_every_kind_of_event() -> None:
    """No event is forgotten here."""
    kinds = {
        shape["properties"]["kind"]["const"]
        for shape in EVENT.json_schema()["$defs"].values()
        if "committee" in shape.get("properties", {})
        and "const" in shape["properties"].get("kind", {})
    }
    assert kinds == set(EVERY)


@pytest.mark.parametrize("kind", ANSWERING)
@pytest.mark.parametrize("walk", ["", "shared"])
def test_answering_is_for_members(kind: str, walk: str) -> None:
    """In the committee's thread and outside: the chair and the members, not observers or leavers."""
    who = {name: allowed(kind, name, walk) for name in ("ana", "ben", "olu", "ida")}
    assert who == {"ana": True, "ben": True, "olu": False, "ida": False}


@pytest.mark.parametrize("kind", LEADING)
@pytest.mark.parametrize("walk", ["", "shared"])
def test_leading_is_for_the_chair(kind: str, walk: str) -> None:
    """Moving the committee's walk."""
    who = {name: allowed(kind, name, walk) for name in ("ana", "ben", "olu", "ida")}
    assert who == {"ana": True, "ben": False, "olu": False, "ida": False}


@pytest.mark.parametrize("kind", [*ANSWERING, *LEADING, "told"])
def test_an_own_walk_is_its_owners(kind: str) -> None:
    """Not even the chair acts in somebody else's; its owner does all of it there."""
    assert allowed(kind, "ben", "own.ben")
    assert not allowed(kind, "ana", "own.ben")
    assert not allowed(kind, "chi", "own.ben")


@pytest.mark.parametrize("kind", [*ANSWERING, *LEADING])
def test_the_own_walk_of_an_observer_rests(kind: str) -> None:
    """A member who became one does not go on in it."""
    assert not allowed(kind, "olu", "own.olu")
    assert not allowed(kind, "ida", "own.ida")


@pytest.mark.parametrize("kind", READING)
@pytest.mark.parametrize("walk", ["", "shared"])
def test_reading_is_for_everyone(kind: str, walk: str) -> None:
    """Observers too; not those who left."""
    who = {name: allowed(kind, name, walk) for name in ("ana", "ben", "olu", "ida")}
    assert who == {"ana": True, "ben": True, "olu": True, "ida": False}


@pytest.mark.parametrize("kind", RUNNING)
def test_running_the_committee_is_for_the_chair(kind: str) -> None:
    """Starting a phase, settings, the bank, other members, handing out a phase."""
    who = {name: allowed(kind, name, "") for name in ("ana", "ben", "olu", "ida")}
    assert who == {"ana": True, "ben": False, "olu": False, "ida": False}


def test_starting_ones_own_walk_is_for_members() -> None:
    """Nobody has to be asked for it."""
    who = {
        name: allowed("started", name, "", phase="plan", own=True) for name in ("ana", "ben", "olu")
    }
    assert who == {"ana": True, "ben": True, "olu": False}


@pytest.mark.parametrize(
    ("who", "question", "to", "may"),
    [
        ("ben", "plan.free", "ben", True),  # taking what is free
        ("ben", "plan.free", "chi", True),  # not mine: to who knows
        ("ben", "plan.held", "chi", False),  # handing out what another holds
        ("chi", "plan.held", "ben", True),  # handing on what is one's own
        ("chi", "plan.held", "", True),  # giving it back
        ("ben", "plan.held", "ben", False),  # taking what another holds
        ("olu", "plan.free", "olu", False),
        ("ana", "plan.held", "ben", True),
        ("ben", "plan.unknown", "ben", False),
    ],
)
def test_assigning(who: str, question: str, to: str, may: bool) -> None:
    """A member takes what is free or hands it to who knows, and hands on what is theirs; the chair anything."""
    assert allowed("assigned", who, "", question=question, to=to) is may


@pytest.mark.parametrize(
    ("who", "changes", "may"),
    [
        ("ben", {"name": "Benedict", "zone": "Asia/Tokyo", "email": "b@example.org"}, True),
        ("olu", {"name": "Oluwa"}, True),
        ("ben", {"role": Role.CHAIR}, False),
        ("ben", {"active": False}, False),
        ("ida", {"active": True}, False),
        ("ana", {"role": Role.CHAIR}, True),
    ],
)
def test_ones_own_details(who: str, changes: dict[str, Any], may: bool) -> None:
    """Name, address and zone are one's own; role and presence are the chair's."""
    changed = state().members[who].evolve(**changes)
    assert allowed("member_kept", who, "", who=changed) is may


def test_a_new_member_is_the_chairs() -> None:
    """Nobody lets in somebody else, or themselves."""
    new = Member(id="dev", committee="c1", name="Dev")
    assert allowed("member_kept", "ana", "", who=new)
    assert not allowed("member_kept", "ben", "", who=new)


def test_a_refusal_names_who_may() -> None:
    """Several chairs are named; those who read along are told how to take part."""
    before = state()
    before = before.with_member(builders.member("eva", role=Role.CHAIR))
    with pytest.raises(NotAllowed, match=r"^Only the chair can do that. You could ask Ana or Eva"):
        access.check(before, event("went_next", "ben", "shared"))
    with pytest.raises(NotAllowed, match=r"ask Ana or Eva to make you a member"):
        access.check(before, event("parked", "olu", "shared"))
    with pytest.raises(NotAllowed, match=r"Ana or Eva can let you back in"):
        access.check(before, event("queried", "ida", "", what="help"))
    with pytest.raises(NotAllowed, match=r"“status” shows what waits for you"):
        access.check(before, event("parked", "ana", "own.ben"))


def test_a_stranger_is_misuse() -> None:
    """A member id of another committee is the adapter's mistake, not a person's."""
    with pytest.raises(Misuse):
        access.check(state(), event("queried", "zoe", "", what="help"))


def test_every_right_has_its_roles() -> None:
    """`may` asks the same table, and only of who is active."""
    ana, ida = state().members["ana"], state().members["ida"]
    assert all(access.may(ana, right) for right in access.RIGHTS)
    assert not any(access.may(ida, right) for right in access.RIGHTS)
    with pytest.raises(KeyError):
        access.may(ana, "fly")


@pytest.mark.parametrize("kind", list(READING))
@pytest.mark.parametrize("actor", ["ana", "chi"])
def test_nobody_asks_in_anothers_own_walk(kind: str, actor: str) -> None:
    """Not even the chair: what the bot says there belongs to its owner's messages."""
    with pytest.raises(NotAllowed, match="own walk"):
        access.check(state(), event(kind, actor, "own.ben", **READING[kind]))
    access.check(state(), event(kind, "ben", "own.ben", **READING[kind]))
