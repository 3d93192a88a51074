"""What one member is asked to do: their gaps and the actions of theirs that are due. Pure.

This is what a nudge is about, and nothing else: questions that are assigned to them or asked of them
and not answered, answers to look at again, actions of the register. What holds the phase up most
comes first.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Literal, NamedTuple

from bot.core import hours, owing, standing
from questions.model import Bank
from storage.records import State

Why = Literal["open", "reconfirm", "action"]


class Chore(NamedTuple):
    """One thing that waits for a member. `question` is an action's subject, too.

    No model: a tick's planning makes a hundred of them for every member.
    """

    question: str
    why: Why
    due: date | None = None
    late: bool = False
    stands: bool = False
    """The committee's walk stands at this question and waits for it."""
    theirs: bool = False
    """It was handed to them by name."""
    blocks: int = 0
    """How many further questions hang on this one."""
    since: datetime | None = None
    """Since when it has waited for them, as far as that is known (UTC)."""


def chores(state: State, bank: Bank, member: str, today: date) -> tuple[Chore, ...]:
    """What waits for a member, what holds up most first; `today` is their local date.

    An action counts once its date is as near as the committee's reminders go.
    """
    found = (*_questions(state, bank, member, today), *_actions(state, bank, member, today))
    return tuple(sorted(found, key=_rank))  # what is equal stays in the bank's order


def _rank(chore: Chore) -> tuple[object, ...]:
    return (
        not chore.late,
        chore.due or date.max,
        not chore.stands,
        -chore.blocks,
        not chore.theirs,
    )


def _questions(state: State, bank: Bank, member: str, today: date) -> Iterator[Chore]:
    at = {walk.current for walk in state.walks.values() if walk.shared and walk.current}
    begun: dict[str, datetime] = {}
    for walk in state.walks.values():
        begun[walk.phase] = min(begun.get(walk.phase, walk.started_at), walk.started_at)
    for name in owing.waiting_for(state, bank, member):
        item = standing.item_of(state, name)
        held = item.assignment
        theirs = held is not None and held.member == member
        due = held.due if held is not None and theirs else None
        again = item.reconfirm if member in standing.to_confirm(state, item) else None
        since = begun.get(bank.phase_of[name].id)
        if again is not None:
            since = again.at
        elif held is not None and theirs:
            since = held.at
        yield Chore(
            question=name,
            why="open" if again is None else "reconfirm",
            since=since,
            due=due,
            late=due is not None and due < today,
            stands=name in at,
            theirs=theirs,
            blocks=len(bank.dependents.get(name, ())),
        )


def _actions(state: State, bank: Bank, member: str, today: date) -> Iterator[Chore]:
    mine = [
        entry
        for entry in state.mitigations.values()
        if entry.owner == member and entry.treatment is not None and entry.done_at is None
    ]
    if not mine or member not in state.members:
        return
    # Up to their next day: a reminder that falls on a day off comes on the last one before.
    following = hours.of_member(state, state.members[member]).next_day(today)
    before = timedelta(days=state.committee.settings.rhythm.remind)
    for entry in mine:
        if entry.due and entry.due - before < following and entry.subject in bank.questions:
            yield Chore(
                question=entry.subject,
                why="action",
                due=entry.due,
                late=entry.due < today,
                theirs=True,
            )
