"""Planning: once whatever runs, in every zone, through outages and clocks that jump, without floods."""

import multiprocessing
import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime, time, timedelta
from multiprocessing.context import ForkServerContext
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core import forecast, hours, schedule
from bot.core.chasing import noted
from bot.core.due import Guard
from bot.core.effects import Notice
from bot.core.events import Started
from bot.core.outbox import deliver_hosted
from bot.core.planner import plan_due
from bot.core.service import NewMember, Service
from storage.people import Role
from storage.port import StoreBusy
from storage.records import State
from storage.rhythm import Nudged, Reason
from storage.sqlite import open_store
from tests import builders
from tests.copies import copy
from tests.harness import Harness, short_bank
from tests.test_hours import ZONES
from tests.test_nudges import MONDAY, day

COMMITTEES, MEMBERS, PROCESSES = 1000, 4, 4
BEGAN, DUE = datetime(2026, 5, 4, 8, tzinfo=UTC), datetime(2026, 5, 5, 9, 45, tzinfo=UTC)
NAMES = ("Ana", "Ben", "Chi", "Dev")


def _found_many(path: Path) -> None:
    """A thousand committees of four, each with a phase begun; every one of them is due the next day."""
    store = open_store(f"sqlite:///{path}")
    service = Service(store, lambda: BEGAN)
    people = [
        NewMember(name=name, role=Role.MEMBER if n else Role.CHAIR) for n, name in enumerate(NAMES)
    ]
    state = service.found("Fair", short_bank(), people)
    key, chair = state.committee.id, next(iter(state.members))
    service.handle(Started(id="s", committee=key, member=chair, phase="plan"))
    deliver_hosted(store, BEGAN, "test")
    store.close()
    with closing(sqlite3.connect(path)) as rows:
        copy(rows, key, 0, COMMITTEES - 1)


def _plan_and_deliver(path: str, name: str) -> None:
    store = open_store(f"sqlite:///{path}")
    while True:
        try:
            plan_due(store, DUE)
            deliver_hosted(store, DUE, name)
            break
        except StoreBusy:  # the next tick tries again
            continue
    store.close()


def test_four_processes_plan_the_same_slots_and_each_goes_out_once(tmp_path: Path) -> None:
    """Four thousand slots on one store, planned by all four at once."""
    path = tmp_path / "fair.db"
    _found_many(path)
    context: ForkServerContext = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.test_planner"])
    running = [
        context.Process(target=_plan_and_deliver, args=(str(path), f"p{n}"))
        for n in range(PROCESSES)
    ]
    for each in running:
        each.start()
    for each in running:
        each.join(100)
        assert each.exitcode == 0
    store = open_store(f"sqlite:///{path}")
    reader = store.read()
    assert reader.outbox_depth()[0] == 0
    for committee in reader.committees():
        state = reader.state(committee.id)
        assert {len(h.nudged) for h in state.habits.values()} == {1}
        assert len(state.habits) == MEMBERS
        for member in state.members:
            room = committee.home[0].evolve(channel=f"@{member}")
            assert [m.ref[:5] for m in reader.messages(room, member)] == ["plan:"]
    store.close()


# -- every zone, and outages ---------------------------------------------------------------------------


def in_zone(zone: str) -> State:
    """A committee whose chair lives somewhere, with a phase under way."""
    state = builders.state(members=("ana",))
    ana = state.members["ana"].evolve(zone=zone)
    committee = state.committee.evolve(zone=zone, created_at=datetime(2026, 1, 1, tzinfo=UTC))
    walk = builders.walk(started_at=committee.created_at)
    return state.evolve(committee=committee).with_member(ana).with_walk(walk)


def _run(
    state: State, start: datetime, end: datetime, off: tuple[datetime, datetime]
) -> tuple[list[date], list[tuple[date, datetime]]]:
    """Tick when there is something to look at, except while down; the slots and digests that went out."""
    bank, now = builders.bank(), start
    nudged, digests = [], []
    while now < end:
        if off[0] <= now < off[1]:
            now = off[1]
        plan = schedule.plan(state, bank, now)
        for due in plan.due:
            if due.effect == "nudge":
                nudged.append(due.day)
                entry = Nudged(day=due.day, at=now, reason=Reason.NUDGE)
                state = noted(state, due.member, entry)
                state = state.with_habits(
                    state.habits["ana"].evolve(touched_at=now + timedelta(seconds=1))
                )
            elif due.effect == "digest":
                digests.append((due.day, now))
                committee = state.committee.evolve(digested_on=due.day, digested_at=now)
                state = state.evolve(committee=committee)
        assert plan.look_at > now
        now = plan.look_at
    return nudged, digests


@settings(max_examples=60, deadline=None)
@given(
    zone=st.sampled_from(ZONES),
    start=st.sampled_from(
        (date(2026, 3, 5), date(2026, 3, 20), date(2026, 10, 20), date(2026, 4, 1))
    ),
    down=st.integers(0, 25 * 24),
    long=st.sampled_from((0, 1, 24, 72)),
)
def test_in_any_zone_each_slot_goes_once_and_an_outage_brings_the_newest(
    zone: str, start: date, down: int, long: int
) -> None:
    """Through every transition, also where the bot was down for three days around one.

    A nudge at a cap of seven goes on each working day on which the bot was up in its hours; each
    week has one digest, on time but for an outage, and never two for one.
    """
    state = in_zone(zone)
    rhythm = state.committee.settings.rhythm.model_copy(update={"cap": 7})
    state = state.evolve(
        committee=state.committee.evolve(settings=state.committee.settings.evolve(rhythm=rhythm))
    )
    tz = hours.zone_of(zone)
    begin = datetime.combine(start, time(0), tz).astimezone(UTC)
    off = (begin + timedelta(hours=down), begin + timedelta(hours=down + long))
    end = begin + timedelta(days=33)
    nudged, digests = _run(state, begin, end, off)
    assert nudged == sorted(set(nudged))
    for n in range(27):
        there = start + timedelta(days=n)
        slot = hours.slot(there, rhythm.at, tz)
        assert slot is not None
        quiet = hours.slot(there, rhythm.quiet_from, tz)
        missed = long and off[0] <= slot < off[1] and quiet is not None and off[1] >= quiet
        wanted = there.weekday() < 5 and not missed
        assert (there in nudged) == wanted, there
    weeks = [each for each, _ in digests]
    assert weeks == sorted(set(weeks))
    mondays = [d for n in range(27) if (d := start + timedelta(days=n)).weekday() == 0]
    for monday in mondays:
        slot = hours.slot(monday, rhythm.digest_at, tz)
        assert slot is not None
        down_then = bool(long) and off[0] <= slot < off[1]
        at = dict(digests).get(monday)
        assert at is not None, monday
        assert at == slot or (down_then and at >= off[1])


# -- clocks that jump ------------------------------------------------------------------------------------


def test_a_clock_that_jumps_ahead_and_back_loses_nothing_and_floods_nobody() -> None:
    """A year ahead for one tick: what was planned for then keeps nobody from today's."""
    h = Harness()
    h.start("plan")
    h.at(day(1), 9, 40)
    h.at(day(366), 10)
    h.at(day(4), 9, 40)
    nudged = [n.day for n in h.state.habits[h.ids["Ben"]].nudged]
    assert day(4) in nudged
    assert nudged.count(day(4)) == 1
    h.at(day(7), 9)
    posted = [m.ref for m in h.messages(h.channel, "Chi") if m.ref.startswith("plan:")]
    assert any(ref.endswith(day(7).isoformat()) for ref in posted)
    assert len(posted) == len(set(posted))


def test_leap_days_are_days_like_others() -> None:
    """29 February 2028 is a Tuesday."""
    h = Harness()
    h.clock.now = datetime(2028, 2, 28, 9, tzinfo=UTC)
    h.start("plan")
    h.at(date(2028, 2, 29), 9, 40)
    assert [n.day for n in h.state.habits[h.ids["Ben"]].nudged] == [date(2028, 2, 29)]


def test_whatever_goes_wrong_no_room_gets_more_than_a_few_an_hour_and_the_chair_is_told() -> None:
    """The clock runs away, a week each minute: three digests, then none, and one word to the chair."""
    h = Harness()
    elapsed = 0.0
    h.guard = Guard(elapsed=lambda: elapsed)
    h.start("plan")
    for week in range(1, 9):
        elapsed += 60
        h.at(MONDAY + timedelta(weeks=week), 9)
    posted = [m for m in h.messages(h.channel, "Chi") if m.ref.startswith("plan:")]
    assert len(posted) == 3
    told = [c for c in h.direct("Ana") if isinstance(c, Notice) and "held a message back" in c.text]
    assert len(told) == 1
    assert "in the committee's channel" in told[0].text
    elapsed += 3600
    h.at(MONDAY + timedelta(weeks=9), 9)
    posted = [m for m in h.messages(h.channel, "Chi") if m.ref.startswith("plan:")]
    assert len(posted) == 4


def test_a_promise_of_yesterday_that_was_never_sent_lapses() -> None:
    """Planned, and then the process was down: the next day's slot is the one that counts."""
    h = Harness()
    h.start("plan")
    h.clock.now = datetime.combine(day(1), time(9, 40), UTC)
    assert plan_due(h.store, h.clock()) == 3
    h.at(day(2), 9, 40)
    assert [n.day for n in h.state.habits[h.ids["Ben"]].nudged] == [day(2)]
    room = h.channel.evolve(channel=f"@{h.ids['Ben']}")
    assert len(h.messages(room, "Ben")) == 1


def test_what_a_schedule_shows_is_what_goes_out() -> None:
    """The forecast of a month is what happens in it, if nobody answers."""
    h = Harness()
    h.start("plan")
    h.command("Chi", "away until 8 May")
    shown = [
        (entry.day, entry.member)
        for entry in forecast.forecast(h.state, h.bank, h.clock(), 30)
        if not entry.kept and entry.kind != "digest"
    ]
    kept = [e for e in forecast.forecast(h.state, h.bank, h.clock(), 30) if e.kept == "away"]
    assert [(e.day, e.until) for e in kept] == [(day(0), day(4))]
    h.through(datetime.combine(day(30), time(0), UTC))
    sent = sorted((n.day, who) for who, habits in h.state.habits.items() for n in habits.nudged)
    assert sorted(shown) == sent


@pytest.mark.parametrize("days", [0, 1, 400])
def test_a_schedule_of_any_length_is_shown(days: int) -> None:
    """From nothing to more than a year."""
    h = Harness()
    h.start("plan")
    found = forecast.forecast(h.state, h.bank, h.clock(), days)
    assert all(entry.at >= h.clock() for entry in found)
    assert len([e for e in found if e.kind == "digest"]) == days // 7
