"""Three weeks in which much is planned, and what has to stand in the end: for the tests that kill meanwhile.

One record is founded, and copied. The copy passes through the same moments undisturbed, in one process
and with nothing that fails; it says what is to go out at each of them.
"""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from bot.core.due import Guard, compose
from bot.core.events import EVENT, Event
from bot.core.outbox import deliver_hosted
from bot.core.planned import is_planned
from bot.core.planner import plan_due
from bot.core.service import NewMember, Service
from storage.people import Address, Place, Role
from storage.port import Store, Transaction
from storage.records import State
from storage.sqlite import open_store
from tests.harness import short_bank

MONDAY = date(2026, 5, 4)
BEGAN = datetime.combine(MONDAY, time(8), UTC)
LEASE = timedelta(minutes=1)


def on(day: int, at: time) -> datetime:
    """A time in UTC, so many days after the founding."""
    return datetime.combine(MONDAY + timedelta(days=day), at, UTC)


# -- what happens ----------------------------------------------------------------------------------


def found(
    store: Store, name: str, people: dict[str, str], home: Place | None = None, **fields: Any
) -> State:
    """A committee of people in their zones; the first one is its chair, and has begun to plan.

    With a `home` on a platform, each has an address there, made by their name. `fields` are the service's.
    """
    service = Service(store, lambda: BEGAN)
    members = [
        NewMember(
            name=who,
            zone=zone,
            role=Role.MEMBER if n else Role.CHAIR,
            addresses=_addresses(who, home),
        )
        for n, (who, zone) in enumerate(people.items())
    ]
    state = service.found(name, short_bank(), members, home=home, **fields)
    for event in events(state, 0):
        service.handle(event)
    return store.read().state(state.committee.id)


def _addresses(name: str, home: Place | None) -> tuple[Address, ...]:
    if home is None:
        return ()
    return (Address(platform=home.platform, tenant=home.tenant, user=f"U0{name.upper()}"),)


def events(state: State, day: int) -> Iterator[Event]:
    """What people do on a day; each has the same id whenever it is asked for."""
    key, members = state.committee.id, list(state.members)
    for number, (who, said) in enumerate(SCRIPT.get(day, ())):
        fields = dict(said)
        if "to" in fields:
            fields["to"] = members[fields["to"]]
        if "habits" in fields:
            fields["habits"] = {"member": members[who], **fields["habits"]}
        base = {"id": f"said:{key}:{day}:{number}", "committee": key, "member": members[who]}
        yield EVENT.validate_python(base | fields)


def _dated(day: int) -> str:
    return (MONDAY + timedelta(days=day)).isoformat()


def _why(text: str) -> dict[str, Any]:
    return {"kind": "answered", "answers": {"plan.why": {"text": text}}}


SCRIPT: dict[int, tuple[tuple[int, dict[str, Any]], ...]] = {
    0: (
        (0, {"kind": "started", "phase": "plan"}),
        (0, {"kind": "assigned", "question": "plan.place", "to": 2, "due": _dated(3)}),
        (1, {"kind": "habits_kept", "habits": {"digest": True}}),
        (2, {"kind": "habits_kept", "habits": {"digest": True}}),
    ),
    2: ((1, _why("To meet, and for the band.")),),
    9: ((0, {"kind": "redated", "question": "plan.place", "due": _dated(11)}),),
    10: ((0, _why("For the children.")),),
    17: ((2, _why("Because of the cake.")),),
}
"""By day: who (by their number) does what. There is a reminder, twice what is past its date, and an
answer in each week, which ticks off what stands in the nudges, and which the digest tells of."""


def said(store: Store, after: datetime, now: datetime) -> None:
    """Let people do what they do on the days after one moment and up to another."""
    service, days = Service(store, lambda: now), (now.date() - MONDAY).days
    for day in range((after.date() - MONDAY).days + 1, days + 1):
        for committee in store.read().committees():
            for event in events(store.read().state(committee.id), day):
                service.handle(event)


def let_pass(store: Store, after: datetime, now: datetime) -> None:
    """A moment in the rooms that Convenor hosts: people have their say, and all that is due goes out."""
    guard = Guard(elapsed=now.timestamp)
    said(store, after, now)
    while plan_due(store, now) + deliver_hosted(store, now, "test", guard=guard):
        pass


# -- undisturbed -----------------------------------------------------------------------------------


def copied(path: Path, name: str) -> Path:
    """A copy of a record that nobody has open."""
    copy = path.with_name(name)
    with closing(sqlite3.connect(path)) as rows:
        rows.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(path, copy)
    return copy


def undisturbed(path: Path, platform: str, steps: tuple[datetime, ...]) -> list[dict[str, Place]]:
    """Pass through the steps on a platform that never fails.

    Returns for each the planned messages that went out: their keys, in order, and to where.
    """
    with closing(open_store(f"sqlite:///{path}")) as store:
        found = []
        for before, now in zip((BEGAN, *steps), steps, strict=False):
            said(store, before, now)
            while plan_due(store, now):
                pass
            found.append(_gone(store, platform, now))
    return found


def _gone(store: Store, platform: str, now: datetime) -> dict[str, Place]:
    guard, gone = Guard(elapsed=now.timestamp), dict[str, Place]()

    def work(tx: Transaction) -> int:
        claimed = tx.claim(now, "undisturbed", now + LEASE, platforms=(platform,))
        for message in claimed:
            if is_planned(message.key) and compose(tx, message, now, guard):
                gone[message.key] = message.place
            tx.delivered(message.id, "undisturbed", message.key)
        return len(claimed)

    while store.write(work):
        pass
    return gone


# -- what stands -----------------------------------------------------------------------------------


def planned(path: Path) -> dict[str, tuple[str, str]]:
    """Every planned promise of a record by its key: its state, and what it was delivered as."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as rows:
        query = "SELECT key, state, ref FROM outbox ORDER BY id"
        return {k: (state, ref) for k, state, ref in rows.execute(query) if is_planned(k)}


def nudges(keys: Any, member: str) -> list[str]:
    """The days of a member's nudges among such keys."""
    return [key.rpartition(":")[2] for key in keys if f":nudge:{member}:" in key]


def noted(path: Path) -> dict[str, list[str]]:
    """The days on which each member was nudged, as the record has it."""
    with closing(open_store(f"sqlite:///{path}")) as store:
        reader = store.read()
        states = [reader.state(committee.id) for committee in reader.committees()]
    return {
        member: [n.day.isoformat() for n in state.habits[member].nudged]
        for state in states
        for member in state.members
        if member in state.habits
    }
