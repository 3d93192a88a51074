"""At the moment of sending: what a planned slot has become, and the guard against floods.

What is due is looked at again here, in the transaction that notes it: a member who has answered since
is not nudged, a changed zone or holiday counts, and yesterday's slot is none any more. Whatever goes
wrong (a clock that jumps, say), no room gets more than a few planned messages an hour; what is held
back is told to the chairs, once.
"""

import logging
from collections import deque
from collections.abc import Callable
from datetime import date, datetime, timedelta
from time import monotonic

from bot.core import access, chasing, clocks, digest, hours, nudging, schedule
from bot.core.effects import Notice, Say
from bot.core.planned import HOSTED, PLAN, Digest, Nudge, OwnDigest, by_mail
from bot.core.promises import direct
from bot.core.reached import never_sent
from bot.core.targets import ToMember
from questions.model import Bank
from storage.people import Place
from storage.port import NotFound, Transaction
from storage.records import State
from storage.rhythm import Nudged
from storage.trail import OutboxMessage

# -- words ---------------------------------------------------------------------------------------

FLOODED = (
    "I held a message back, because I would have posted more than {count} by myself within an hour in "
    "{where}. The clock of the machine I run on may be wrong: please ask whoever looks after it."
)
CHANNEL, MESSAGES = "the committee's channel", "{name}'s messages"

MOST_AN_HOUR = 3
"""So many planned messages go to one room within an hour, whatever is due."""
HOUR = timedelta(hours=1)

Lane = tuple[str, str, str]
log = logging.getLogger(__name__)


class Guard:
    """Counts what goes to each room, by a clock that cannot be set: `elapsed` is in seconds."""

    def __init__(self, elapsed: Callable[[], float] = monotonic, most: int = MOST_AN_HOUR) -> None:
        self._elapsed, self._most = elapsed, most
        self._sent: dict[Lane, deque[tuple[float, str]]] = {}
        self._told: dict[Lane, tuple[float, str]] = {}

    def lets(self, lane: Lane, key: str) -> bool:
        """Whether one more may go to a room now; it counts from then on. The same key counts once."""
        now = self._elapsed()
        sent = self._sent.setdefault(lane, deque())
        while sent and now - sent[0][0] >= HOUR.total_seconds():
            sent.popleft()
        if any(known == key for _, known in sent):
            return True
        if len(sent) >= self._most:
            return False
        sent.append((now, key))
        return True

    def tells(self, lane: Lane, key: str) -> bool:
        """Whether the chairs have to be told that this was held back; once an hour for a room."""
        now = self._elapsed()
        at, known = self._told.get(lane, (-HOUR.total_seconds(), ""))
        if known != key and now - at < HOUR.total_seconds():
            return False
        self._told[lane] = (now, key)
        return True


def compose(tx: Transaction, message: OutboxMessage, now: datetime, guard: Guard) -> Say | None:
    """What a planned message says now; None where there is nothing (more) to say.

    Notes what goes out in the record. Raises StoreError.
    """
    planned = PLAN.validate_json(message.payload)
    try:
        state = tx.state(message.committee)
    except NotFound:
        return None
    bank = tx.bank(state.committee.bank, state.committee.bank_version)
    now = clocks.at(state.committee, now)
    match planned:
        case Nudge():
            made = _nudge(state, bank, planned, now)
        case OwnDigest():
            made = _own_digest(state, bank, planned, now)
        case Digest():
            made = _digest(state, bank, planned, now, message.place)
    if made is None:
        log.info("nothing to say key=%s", message.key)
        if isinstance(planned, Nudge) and not message.unsure and not by_mail(message.key):
            never_sent(tx, state, planned)
        return None
    after, content = made
    # What follows in a digest's thread is as many as there are digests.
    follows = isinstance(planned, Digest) and planned.details
    counted = not follows and not state.committee.sample
    if counted and not guard.lets(message.lane, message.key):
        _held_back(tx, state, message, now, guard)
        return None
    if after is not state:
        revision = state.committee.revision + 1
        tx.save(state, after.evolve(committee=after.committee.evolve(revision=revision)))
    once = not isinstance(planned, Digest)
    return Say(key=message.key, to=planned.to, content=content, once=once)


def _nudge(state: State, bank: Bank, planned: Nudge, now: datetime) -> tuple[State, Notice] | None:
    member = state.members.get(planned.member)
    if member is None:
        return None
    theirs = hours.of_member(state, member)
    if theirs.day(now) != planned.day or not schedule.open_slot(theirs, planned.day, now):
        return None
    habits = chasing.habits_of(state, member.id)
    known = any(each.day == planned.day for each in habits.nudged)
    # A further try, or the same by e-mail, is judged as the first one was.
    before = state.with_habits(habits.without(planned.day)) if known else state
    verdict = chasing.weigh(before, bank, member, planned.day, chasing.last_heard(state))
    if verdict.reason is None:
        return None
    content = nudging.content(state, bank, member, verdict, now)
    if known:
        return state, content
    nudged = Nudged(
        day=planned.day,
        at=now,
        reason=verdict.reason,
        questions=nudging.shown(verdict),
        escalated=tuple(map(chasing.escalation, verdict.overdue)),
    )
    return chasing.noted(state, member.id, nudged), content


def _own_digest(
    state: State, bank: Bank, planned: OwnDigest, now: datetime
) -> tuple[State, Notice] | None:
    member = state.members.get(planned.member)
    habits = chasing.habits_of(state, planned.member)
    if member is None or not member.active or not habits.digest:
        return None
    theirs = hours.of_member(state, member)
    if _stale(theirs.day(now), planned.day) or theirs.quiet_at(hours.local(now, theirs.tz).time()):
        return None
    content = digest.own(state, bank, member, now, planned.since)
    if habits.digested_on == planned.day:
        return state, content
    return state.with_habits(habits.evolve(digested_on=planned.day)), content


def _digest(
    state: State, bank: Bank, planned: Digest, now: datetime, place: Place
) -> tuple[State, Notice] | None:
    today = hours.of_committee(state).day(now)
    if _stale(today, planned.day) or chasing.committee_paused(state, today):
        return None
    if planned.details:
        more = digest.details(state, bank, now, planned.since)
        return (state, more) if more is not None else None
    whole = place.platform == HOSTED
    content = digest.digest(state, bank, now, planned.since, whole=whole)
    if state.committee.digested_on == planned.day:
        return state, content
    committee = state.committee.evolve(digested_on=planned.day, digested_at=now)
    return state.evolve(committee=committee), content


def _stale(today: date, day: date) -> bool:
    """Whether another week's digest has come due since, or (a clock was set) this one has not yet."""
    return not timedelta(0) <= today - day < schedule.WEEK


def _held_back(
    tx: Transaction, state: State, message: OutboxMessage, now: datetime, guard: Guard
) -> None:
    log.error("flood held back key=%s channel=%s", message.key, message.place.channel)
    if not guard.tells(message.lane, message.key):
        return
    who = state.members.get(message.place.channel.removeprefix("@"))
    where = MESSAGES.format(name=who.name) if who else CHANNEL
    text = FLOODED.format(count=MOST_AN_HOUR, where=where)
    for chair in access.leading(state):
        key = f"flood:{message.key}:{chair.id}"
        said = Say(key=key, to=ToMember(member=chair.id), content=Notice(text=text))
        tx.promise(
            OutboxMessage(
                key=key,
                committee=state.committee.id,
                place=direct(state, chair.id),
                payload=said.model_dump_json(),
                due_at=now,
                created_at=now,
            )
        )
