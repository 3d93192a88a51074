"""Running a sample committee ahead: its clock goes from one thing that is due to the next.

Only samples have such a clock. What is planned and sent on the way is what would have been: the same
planning, the same judging, the same rooms.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Literal, NamedTuple

from bot.core import clocks, hours, sample_way, schedule
from bot.core.due import Guard
from bot.core.errors import Misuse, Refused
from bot.core.outbox import deliver_hosted
from bot.core.planner import plan_one
from storage.port import Store, Transaction
from storage.records import State

TOO_FAR = "A sample can be run five years ahead at most."
NO_CHANGE = "The clocks of this committee's zone are not changed within a year."
OWNER = "sample-clock"
FARTHEST = timedelta(days=5 * 365)
A_MINUTE = timedelta(minutes=1)

Span = Literal["day", "week", "month", "change"]


class Arrived(NamedTuple):
    """Where a sample's clock was put."""

    at: datetime
    """UTC."""
    way: str
    """What came on the way, in a few sentences."""


def run_ahead(store: Store, committee: str, now: datetime, span: Span) -> Arrived:
    """Let the time pass in a sample; returns what time it is there then, and what came on the way.

    Raises Misuse for what is no sample, Refused where it is ahead too far already.
    """
    state = before = store.read().state(committee)
    if not state.committee.sample:
        raise Misuse(f"committee {committee} is no sample")
    start = clocks.at(state.committee, now)
    until = target(state, start, span)
    if until - now > FARTHEST:
        raise Refused(TOO_FAR)
    guard, digests = Guard(), 0
    while (here := clocks.at(state.committee, now)) < until:
        step, newest = _next(store, state, here, until), state.committee.digested_on
        store.write(lambda tx, to=step: _put_forward(tx, committee, now, to))  # type: ignore[misc]
        deliver_hosted(store, now, OWNER, guard=guard)
        state = store.read().state(committee)
        digests += state.committee.digested_on != newest
    return Arrived(until, sample_way.told(before, state, digests, start, until))


def target(state: State, start: datetime, span: Span) -> datetime:
    """When a span ends: the same time of day in the committee's zone. Raises Refused."""
    zone = hours.zone_of(state.committee.zone)
    wall = start.astimezone(zone)
    if span == "change":
        day = _change(state, wall.date())
    else:
        day = wall.date() + timedelta(days={"day": 1, "week": 7, "month": 30}[span])
    return hours.slot(day, wall.time(), zone) or start + timedelta(days=1)


def _change(state: State, day: date) -> date:
    """The day after the next change of the clocks."""
    zone = hours.zone_of(state.committee.zone)

    def offset(at: date) -> timedelta | None:
        noon = datetime(at.year, at.month, at.day, 12, tzinfo=UTC)
        return noon.astimezone(zone).utcoffset()

    for n in range(1, 367):
        if offset(day + timedelta(days=n)) != offset(day + timedelta(days=n - 1)):
            return day + timedelta(days=n + 1)
    raise Refused(NO_CHANGE)


def _next(store: Store, state: State, here: datetime, until: datetime) -> datetime:
    """The next time at which something may be due, or the end."""
    bank = store.read().bank(state.committee.bank, state.committee.bank_version)
    look = schedule.plan(state, bank, here).look_at
    return min(max(look, here + A_MINUTE), until)


def _put_forward(tx: Transaction, committee: str, now: datetime, to: datetime) -> None:
    state = tx.state(committee)
    seconds = int((to - now).total_seconds()) + (1 if (to - now) % timedelta(seconds=1) else 0)
    changed = state.committee.evolve(ahead=seconds, revision=state.committee.revision + 1)
    tx.save(state, state.evolve(committee=changed))
    plan_one(tx, committee, now)
