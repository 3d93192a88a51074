"""A week of which a digest has long parts: what tests of *Show more* stand on, on each platform."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count
from typing import Any

from bot.core import access, standing
from bot.core.desk import Desk
from bot.core.events import Answered, Assigned, Event, Parked
from questions.model import Kind

SHOWN = 3
"""Lines of each part that stand in the channel."""
TALK, DATED = 5, 9
"""So many questions are put aside to discuss, and so many dates are near."""


def long_week(desk: Desk, today: date, phase: str = "design") -> Iterator[Event]:
    """One answer; several questions put aside, and several handed to another member with a date."""
    chair = access.leading(desk.state)[0].id
    other = next(m.id for m in desk.state.members.values() if m.id != chair)
    ids: Iterator[dict[str, Any]] = (
        {"id": f"long:{n}", "committee": desk.committee.id, "member": chair} for n in count()
    )
    first, *names = asked(desk, phase)
    later = [name for each in desk.bank.phases if each.id != phase for name in asked(desk, each.id)]
    yield Answered(**next(ids), answers={first: answer(desk, first)})
    for name in names[:TALK]:
        yield Parked(**next(ids), question=name, reason="for all of us")
    for n, name in enumerate([*names[TALK:], *later][:DATED]):
        due = today + timedelta(days=1 + n // 4)
        yield Assigned(**next(ids), question=name, to=other, due=due)


def asked(desk: Desk, phase: str = "design") -> list[str]:
    """The questions of a phase that apply and are no review."""
    return [
        question.id
        for question in desk.bank.phase_by_id[phase].questions
        if question.kind is not Kind.REVIEW and standing.item_of(desk.state, question.id).applies
    ]


def answer(desk: Desk, name: str) -> dict[str, str | tuple[str, ...]]:
    """Something that may be said to a question of words or of one choice."""
    question = desk.bank.questions[name]
    options = getattr(question, "options", ())
    return {"option": options[0].id} if options else {"text": "Because it is needed."}
