"""What is owed: the questions that wait for a member, and what the committee is missing. Pure."""

from datetime import date, datetime

from bot.core import standing
from questions.model import Bank, Frozen, Kind, Question
from storage.records import Stage, State, Status, Walk


class Gap(Frozen):
    """Something the committee still owes. `owners` are member ids; `since` where it is known."""

    question: str
    phase: str
    why: str
    """open, parked, reconfirm or overdue."""
    owners: tuple[str, ...]
    blocks: int = 0
    """How many further questions hang on this one."""
    since: datetime | None = None
    due: date | None = None


def waiting_for(state: State, bank: Bank, member: str) -> tuple[str, ...]:
    """The questions that wait for this member, in started phases or assigned to them."""
    if member not in standing.voices(state):
        return ()
    started = {walk.phase for walk in state.walks.values()}
    current = {walk.current for walk in state.walks.values() if walk.shared and walk.current}
    for phase in bank.phases:
        if standing.own_way(state, phase.id, member):
            current.update(question.id for question in phase.questions)
    return tuple(
        question.id
        for question in bank
        if _waits_for(state, question, member, bank.phase_of[question.id].id in started, current)
    )


def rounds_for(state: State, bank: Bank, member: str) -> tuple[Walk, ...]:
    """The walks whose review round asks this member just now: it is no question, and waits all the same."""
    return tuple(
        walk
        for walk in state.walks.values()
        if walk.stage is Stage.REVIEWING and member in standing.to_look(state, bank, walk)
    )


def _waits_for(
    state: State, question: Question, member: str, started: bool, current: set[str]
) -> bool:
    item = standing.item_of(state, question.id)
    if not item.applies:
        return False
    if member in standing.to_confirm(state, item):
        return True
    if question.kind is Kind.REVIEW or member in item.responded:
        return False
    if item.ruling is not None:
        return False
    if item.assignment:
        return item.assignment.member == member
    return started and (item.status is Status.OPEN or item.question in current)


def gaps(state: State, bank: Bank, today: date) -> tuple[Gap, ...]:
    """What the committee owes: by phase, what blocks most first, then the bank's order.

    `today` is the local date in the committee's zone. Only started phases and assigned or
    re-opened questions count: a phase that has not begun owes nothing yet.
    """
    started = {walk.phase for walk in state.walks.values()}
    found: list[Gap] = []
    for phase in bank.phases:
        here = [
            gap
            for question in phase.questions
            if (gap := _gap(state, bank, question, phase.id in started, today))
        ]
        found.extend(sorted(here, key=lambda gap: -gap.blocks))
    return tuple(found)


def _gap(state: State, bank: Bank, question: Question, started: bool, today: date) -> Gap | None:
    item = standing.item_of(state, question.id)
    assignment = item.assignment
    pending = assignment is not None and assignment.member not in item.responded
    if not item.applies:
        return None
    since: datetime | None = None
    if item.reconfirm:
        why, since = "reconfirm", item.reconfirm.at
        unconfirmed = standing.to_confirm(state, item)
        owners = tuple(who for who in item.answers if who in unconfirmed)
    elif item.status is Status.PARKED:
        why, since, owners = "parked", item.ruling.at if item.ruling else None, ()
    elif assignment and pending and assignment.due and assignment.due < today:
        why, since, owners = "overdue", assignment.at, (assignment.member,)
    elif item.status is Status.OPEN and (started or pending):
        why, since = "open", assignment.at if assignment else None
        owners = standing.to_go(state, item)
    else:
        return None
    return Gap(
        question=question.id,
        phase=bank.phase_of[question.id].id,
        why=why,
        owners=owners,
        blocks=len(bank.dependents.get(question.id, ())),
        since=since,
        due=assignment.due if assignment else None,
    )
