"""Which phase or question people mean by a number, an id, or a few words. Pure."""

import re

from bot.core import standing
from questions.model import Bank
from storage.records import State


def find_phase(bank: Bank, name: str) -> str | None:
    """The phase meant by an id, a number, a title or its beginning; None where none or several fit."""
    wanted = name.strip().casefold()
    if not wanted:
        return None
    number = _number(wanted)
    if number is not None and 1 <= number <= len(bank.phases):
        return bank.phases[number - 1].id
    for test in (
        lambda p: wanted in (p.id, p.title.casefold()),
        lambda p: p.title.casefold().startswith(wanted) or p.id.startswith(wanted),
    ):
        found = [phase.id for phase in bank.phases if test(phase)]
        if len(found) == 1:
            return found[0]
    return None


def find_questions(state: State, bank: Bank, walk_id: str, words: str) -> tuple[str, ...]:
    """The questions meant by an id, a number in the walk's phase, or words of their prompts."""
    wanted = words.strip().casefold()
    if wanted in bank.questions:
        return (wanted,)
    walk = state.walks.get(walk_id)
    number = _number(wanted)
    if walk and number is not None and walk.phase in bank.phase_by_id:
        ids = standing.counted(state, bank.phase_by_id[walk.phase])
        return (ids[number - 1],) if 1 <= number <= len(ids) else ()
    parts = re.findall(r"\w+", wanted)
    if not parts:
        return ()
    found = [
        question.id
        for question in bank
        if all(part in f"{question.prompt} {question.id}".casefold() for part in parts)
    ]
    here = [name for name in found if walk and bank.phase_of[name].id == walk.phase]
    return tuple(here if len(here) == 1 else found)


def _number(text: str) -> int | None:
    """A plain number; none that is longer than any list."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else None
