"""Whether a member is written to on one of their days, what for, and what keeps it from going. Pure.

`weigh` is the one judge: it is asked when a day's slot is planned, once more at the moment of sending,
and for every day of a schedule that is only shown.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Literal, NamedTuple

from bot.core import hours, owing, standing
from bot.core.chores import Chore, chores
from bot.core.hours import Hours
from bot.core.owing import Gap
from bot.core.planned import HOSTED
from questions.model import Bank
from storage.people import Member, Role
from storage.records import State
from storage.rhythm import Habits, Nudged, Reason, Way

Kept = Literal[
    "",
    "nothing",  # nothing waits for them
    "weekday",  # not one of their days
    "holiday",
    "away",
    "paused",
    "snoozed",
    "quiet",  # it is late, or early, where they are
    "sent",  # one went out that day already
    "cap",  # so many this week already
    "room",  # the week's last one is kept for a date that is near
    "lately",  # the last one is not long ago
    "stopped",  # they answered none of the last ones
]
"""What keeps a message from going; "" for nothing."""

WEEK = 7
SLOWEST = 4
"""Between two nudges the days double so often at most."""


class Verdict(NamedTuple):
    """What becomes of one member's day: `reason` where a message goes, else what kept it."""

    reason: Reason | None = None
    kept: Kept = ""
    chores: tuple[Chore, ...] = ()
    overdue: tuple[Gap, ...] = ()
    """For a chair: gaps past their date that were not put to them yet."""


def habits_of(state: State, member: str) -> Habits:
    """A member's habits; empty ones for who has none."""
    return state.habits.get(member) or Habits(member=member)


def mails(state: State) -> bool:
    """Whether a nudge goes by e-mail, too: where one's own messages are the workspace's."""
    return state.committee.home[0].platform == HOSTED


def last_heard(state: State) -> dict[str, datetime]:
    """When each member last answered, or said something about being nudged."""
    found = {h.member: h.touched_at for h in state.habits.values() if h.touched_at}
    for item in state.items.values():
        for who, answer in item.responses.items():
            if who not in found or answer.at > found[who]:
                found[who] = answer.at
    return found


def ignored(habits: Habits, heard: datetime | None, day: date) -> int:
    """How many nudges in a row went unanswered, up to a day; what a clock that was wrong left is none."""
    return sum(
        nudged.day <= day and not nudged.unseen and (heard is None or nudged.at >= heard)
        for nudged in habits.nudged
    )


def unreached(state: State, heard: dict[str, datetime], by: Way) -> tuple[str, ...]:
    """The members whom the last nudge did not reach by this way, nor were heard of since."""
    found = []
    for who in standing.voices(state):
        habits = habits_of(state, who)
        last, wanted = habits.unreached, by == "chat" or habits.mail
        if last and wanted and last.by == by and (who not in heard or heard[who] <= last.at):
            found.append(who)
    return tuple(found)


def given_up(state: State, heard: dict[str, datetime], day: date) -> tuple[str, ...]:
    """The members who are nudged no more, because they answered none of the last nudges."""
    patience = state.committee.settings.rhythm.patience
    return tuple(
        who
        for who in standing.voices(state)
        if who in state.habits and ignored(state.habits[who], heard.get(who), day) >= patience
    )


def away(habits: Habits, day: date) -> bool:
    """Whether they are away that day."""
    return (
        habits.away_until is not None
        and day <= habits.away_until
        and (habits.away_from is None or day >= habits.away_from)
    )


def paused(state: State, member: str, day: date) -> bool:
    """Whether they, or the whole committee, are left in peace that day."""
    habits, committee = habits_of(state, member), state.committee
    return _still(committee.paused, committee.paused_until, day) or _still(
        habits.paused, habits.paused_until, day
    )


def committee_paused(state: State, day: date) -> bool:
    """Whether the whole committee is left in peace that day."""
    return _still(state.committee.paused, state.committee.paused_until, day)


def _still(on: bool, until: date | None, day: date) -> bool:
    return on and (until is None or day <= until)


def escalation(gap: Gap) -> str:
    """The name under which a gap is put to a chair once: a new date makes it new."""
    return f"{gap.question}:{gap.due}"


def overdue(state: State, bank: Bank, member: Member, day: date) -> tuple[Gap, ...]:
    """What is past its date and was not put to this chair yet; nothing for who is none."""
    if member.role is not Role.CHAIR or not member.active:
        return ()
    if not any(i.assignment and i.assignment.due for i in state.items.values()):
        return ()
    known = habits_of(state, member.id).escalated
    found = owing.gaps(state, bank, day)
    return tuple(gap for gap in found if gap.why == "overdue" and escalation(gap) not in known)


def weigh(
    state: State, bank: Bank, member: Member, day: date, heard: dict[str, datetime]
) -> Verdict:
    """Judge one member's local day; `heard` is `last_heard`. Quiet hours are the caller's."""
    theirs = hours.of_member(state, member)
    if member.id not in standing.voices(state):
        return Verdict(kept="nothing")
    found = chores(state, bank, member.id, day)
    late = overdue(state, bank, member, day)
    if not found and not late:
        return Verdict(kept="nothing")
    kept = _kept(state, member.id, theirs, day, heard)
    if kept:
        return Verdict(kept=kept, chores=found, overdue=late)
    remind = state.committee.settings.rhythm.remind
    if late:
        reason = Reason.ESCALATION
    elif any(reminded(chore, theirs, day, remind) for chore in found):
        reason = Reason.REMINDER
    else:
        reason = Reason.NUDGE
        fresh = all(c.since is not None and theirs.day(c.since) >= day for c in found)
        if fresh or _at_it(state, member.id, theirs, day, heard):
            kept = (
                "lately"  # it came up today, or they are at it: let them come to it by themselves
            )
        kept = kept or _too_soon(state, member.id, theirs, day, heard, found)
    if kept:
        return Verdict(kept=kept, chores=found, overdue=late)
    return Verdict(reason=reason, chores=found, overdue=late)


def reminded(chore: Chore, theirs: Hours, day: date, remind: int) -> bool:
    """Whether a day is one on which this date is brought to mind.

    That is so many days before it, and on it; where that is none of their days, the last one before.
    """
    if chore.due is None:
        return False
    following = theirs.next_day(day)
    return any(day <= at < following for at in (chore.due - timedelta(days=remind), chore.due))


def _kept(state: State, member: str, theirs: Hours, day: date, heard: dict[str, datetime]) -> Kept:
    habits = habits_of(state, member)
    patience = state.committee.settings.rhythm.patience
    reasons: tuple[tuple[Kept, bool], ...] = (
        ("sent", any(nudged.day == day for nudged in habits.nudged)),
        ("paused", paused(state, member, day)),
        ("away", away(habits, day)),
        ("snoozed", habits.snoozed_until is not None and day < habits.snoozed_until),
        ("stopped", ignored(habits, heard.get(member), day) >= patience),
        ("cap", in_week(habits, day) >= theirs.cap),
    )
    return theirs.off(day) or next((kept for kept, holds in reasons if holds), "")


def _at_it(state: State, member: str, theirs: Hours, day: date, heard: dict[str, datetime]) -> bool:
    """Whether they answered something that day; what they said about being nudged is no answer."""
    if member not in heard or theirs.day(heard[member]) < day:
        return False
    given = (item.responses.get(member) for item in state.items.values())
    return any(answer is not None and theirs.day(answer.at) == day for answer in given)


def in_week(habits: Habits, day: date) -> int:
    """How many nudges went out on the six days before a day."""
    return sum(timedelta(0) < day - nudged.day < timedelta(days=WEEK) for nudged in habits.nudged)


def _too_soon(
    state: State,
    member: str,
    theirs: Hours,
    day: date,
    heard: dict[str, datetime],
    found: tuple[Chore, ...],
) -> Kept:
    """What keeps a nudge that no date asks for: dates that are near, or the last one."""
    habits = habits_of(state, member)
    before = [nudged.day for nudged in habits.nudged if nudged.day < day]
    woken = habits.snoozed_until
    if before and not (woken and before[-1] < woken <= day):
        slower = min(habits.fewer + max(ignored(habits, heard.get(member), day) - 1, 0), SLOWEST)
        if (day - before[-1]).days < between(theirs.cap, slower):
            return "lately"
    remind = state.committee.settings.rhythm.remind
    near = _reminders(found, day, remind)
    return "room" if near and in_week(habits, day) + len(near) >= theirs.cap else ""


def between(cap: int, slower: int = 0) -> int:
    """The days between two nudges at a cap a week (1 or more), doubled so often."""
    return max(WEEK // cap, 1) << slower


def _reminders(found: tuple[Chore, ...], day: date, remind: int) -> set[date]:
    """The days of the coming week on which something is to be brought to mind."""
    dates = {d for c in found if c.due for d in (c.due - timedelta(days=remind), c.due)}
    return {at for at in dates if day < at < day + timedelta(days=WEEK)}


def noted(state: State, member: str, nudged: Nudged) -> State:
    """The state once a message went out, or may have. Dates that stand no more are forgotten."""
    standing_still = frozenset(_dated(state))
    habits = habits_of(state, member)
    kept = tuple(name for name in habits.escalated if name in standing_still)
    return state.with_habits(habits.evolve(escalated=kept).noted(nudged))


def _dated(state: State) -> Iterator[str]:
    """Every date of the present assignments, by the name that `escalation` gives it."""
    for item in state.items.values():
        if item.assignment and item.assignment.due:
            yield f"{item.question}:{item.assignment.due}"
