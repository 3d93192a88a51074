"""Whether a nudge reached its member, as far as the sender's word for it says; kept with the member.

One that never got out is none that was ignored. Where nobody can be written to, the digest tells the
chair, until the next one gets through or the member does something.
"""

from datetime import date, datetime

from pydantic import ValidationError

from bot.core import chasing, clocks
from bot.core.outcomes import Delivered, Hopeless, Later, Nothing, Outcome
from bot.core.planned import PLAN, Nudge, by_mail, is_planned
from storage.port import NotFound, Transaction
from storage.records import State
from storage.rhythm import Habits, Unreached, Way
from storage.trail import OutboxMessage


def note(tx: Transaction, message: OutboxMessage, outcome: Outcome, now: datetime) -> None:
    """Keep what became of a try to send; nothing for what is no nudge. Raises StoreError."""
    if isinstance(outcome, Nothing) or not is_planned(message.key):
        return
    try:
        planned = PLAN.validate_json(message.payload)
        state = tx.state(message.committee)
    except (ValidationError, NotFound):
        return  # another version's, or nobody's any more: it is settled all the same
    if not isinstance(planned, Nudge):
        return
    if planned.member not in state.members:
        return
    before, day = chasing.habits_of(state, planned.member), planned.day
    by: Way = "mail" if by_mail(message.key) else "chat"
    after = _known(before, by, outcome, clocks.at(state.committee, now))
    if isinstance(outcome, Hopeless) and by == "mail" and outcome.unreachable:
        after = after.unseen(day)  # it stands on their page, too
    elif isinstance(outcome, Hopeless) and by == "chat" and not message.unsure:
        after = _without(after, day)
    _keep(tx, state, before, after)


def never_sent(tx: Transaction, state: State, planned: Nudge) -> None:
    """A nudge was tried in vain until its day had passed: it is none that somebody ignored."""
    before = chasing.habits_of(state, planned.member)
    _keep(tx, state, before, _without(before, planned.day))


def _keep(tx: Transaction, state: State, before: Habits, after: Habits) -> None:
    if after is not before:
        committee = state.committee.evolve(revision=state.committee.revision + 1)
        tx.save(state, state.with_habits(after).evolve(committee=committee))


def _known(habits: Habits, by: Way, outcome: Outcome, now: datetime) -> Habits:
    """With what is now known of whether they can be written to by this way; the same for nothing new."""
    known = habits.unreached if habits.unreached and habits.unreached.by == by else None
    if isinstance(outcome, Delivered):
        return habits.evolve(unreached=None) if known else habits
    if not outcome.unreachable:
        return habits
    again = known is not None and habits.nudged and known.at >= habits.nudged[-1].at
    if again and isinstance(outcome, Later):
        return habits  # a further try of the same nudge
    return habits.evolve(unreached=Unreached(by=by, at=now))


def _without(habits: Habits, day: date) -> Habits:
    return habits.without(day) if any(each.day == day for each in habits.nudged) else habits
