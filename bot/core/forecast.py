"""What would go out in the days to come if nobody answered, and what keeps the rest. Pure.

The same judge and the same slots as in bot.core.schedule, asked of each day; nothing is sent.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Literal

from bot.core import chasing, hours
from bot.core.chasing import Kept, Verdict
from bot.core.hours import ONE_DAY, Hours
from bot.core.schedule import WEEK, digest_slot, open_slot, people, week_day
from questions.model import Bank, Frozen
from storage.people import Member
from storage.records import State
from storage.rhythm import Nudged, Reason


class Entry(Frozen):
    """One line of a schedule: what would go out, or what is kept from it."""

    at: datetime
    """UTC."""
    zone: str
    """Whose local time it is meant in."""
    day: date
    member: str = ""
    """"" for the channel."""
    kind: Literal["nudge", "reminder", "escalation", "digest", "own_digest"]
    kept: Kept = ""
    until: date | None = None
    """The last of several days for which the same is kept."""
    waiting: int = 0
    """How many things wait for them."""
    question: str = ""
    """The first of them."""


def forecast(state: State, bank: Bank, now: datetime, days: int = 30) -> tuple[Entry, ...]:
    """What would go out in so many days if nobody answered anything, in the order of time."""
    found = [*_coming_digests(state, now, days)]
    heard = chasing.last_heard(state)
    for member in people(state):
        found.extend(_coming(state, bank, member, now, days, heard))
    return tuple(sorted(found, key=lambda entry: (entry.at, entry.member, entry.kind)))


def _coming(
    state: State, bank: Bank, member: Member, now: datetime, days: int, heard: dict[str, datetime]
) -> Iterator[Entry]:
    theirs = hours.of_member(state, member)
    first = theirs.day(now)
    last: Entry | None = None
    for n in range(days):
        day = first + n * ONE_DAY
        at = theirs.slot(day)
        if at is None or (n == 0 and at <= now and not open_slot(theirs, day, now)):
            continue
        at = max(at, now)
        verdict = chasing.weigh(state, bank, member, day, heard)
        if verdict.reason is not None:
            late = tuple(map(chasing.escalation, verdict.overdue))
            nudged = Nudged(day=day, at=at, reason=verdict.reason, escalated=late)
            state = chasing.noted(state, member.id, nudged)
        entry = _entry(member, theirs, day, at, verdict)
        if verdict.kept == "weekday":
            continue
        if entry and last and _goes_on(last, entry):
            last = last.model_copy(update={"until": day})
        else:
            if last:
                yield last
            last = entry
        habits = chasing.habits_of(state, member.id)
        if habits.digest and week_day(state, day) == day and not theirs.off(day):
            yield Entry(at=at, zone=theirs.zone, day=day, member=member.id, kind="own_digest")
    if last:
        yield last


SILENT: frozenset[Kept] = frozenset({"nothing", "weekday", "lately", "sent", "quiet"})
"""What keeps a nudge from going without being worth a line."""


def _entry(
    member: Member, theirs: Hours, day: date, at: datetime, verdict: Verdict
) -> Entry | None:
    if verdict.kept in SILENT:
        return None
    first = (*(gap.question for gap in verdict.overdue), *(c.question for c in verdict.chores))
    return Entry(
        at=at,
        zone=theirs.zone,
        day=day,
        member=member.id,
        kind=(verdict.reason or Reason.NUDGE).value,
        kept=verdict.kept,
        waiting=len(dict.fromkeys(first)),
        question=first[0] if first else "",
    )


def _goes_on(last: Entry, entry: Entry) -> bool:
    """Whether the same keeps the next day's, too; a weekend between does not part them."""
    gap = (entry.day - (last.until or last.day)).days
    return bool(entry.kept) and entry.kept == last.kept and gap <= 4


def _coming_digests(state: State, now: datetime, days: int) -> Iterator[Entry]:
    committee, ours = state.committee, hours.of_committee(state)
    if not committee.settings.rhythm.digest:
        return
    day = week_day(state, ours.day(now))
    while day < ours.day(now) + timedelta(days=days):
        at = digest_slot(state, day)
        if at is not None and at > now:
            kept: Kept = "paused" if chasing.committee_paused(state, day) else ""
            yield Entry(at=at, zone=ours.zone, day=day, kind="digest", kept=kept)
        day += WEEK
