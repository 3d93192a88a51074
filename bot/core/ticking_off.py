"""Keeping a member's last nudge up to date: what they have dealt with since is ticked off on it. Pure."""

from datetime import timedelta

from bot.core import hours, owing
from bot.core.cards import CHANGE
from bot.core.chores import chores
from bot.core.effects import (
    Button,
    Group,
    Line,
    Notice,
)
from bot.core.nudging import ONE_WAITS, WAIT, below, first_name, late_line, line
from bot.core.planned import nudge_key
from bot.core.targets import ToMember
from bot.core.turn import Turn
from bot.core.words import number, short
from questions.model import Bank, Kind
from storage.rhythm import Nudged, Reason

# -- words ---------------------------------------------------------------------------------------

TICKED = "✔ {prompt}"
THANKS = "Thank you, {name}. That was all of it."

FRESH = timedelta(days=14)
"""A nudge that is older is left as it is."""


def tick_off(turn: Turn) -> None:
    """Bring the acting member's last nudge up to date, where this turn settled what it names."""
    old, new = turn.before, turn.state
    same = new.items is old.items and new.mitigations is old.mitigations
    habits = new.habits.get(turn.event.member)
    if same or habits is None or not habits.nudged:
        return
    last = habits.nudged[-1]
    if turn.now - last.at > FRESH or not any(_touched(turn, name) for name in last.questions):
        return
    key = nudge_key(new, habits.member, last.day)
    turn.update(ToMember(member=habits.member), key, _ticked(turn, last))


def _touched(turn: Turn, name: str) -> bool:
    old, new = turn.before, turn.state
    return new.items.get(name) is not old.items.get(name) or (
        new.mitigations.get(name) is not old.mitigations.get(name)
    )


def _ticked(turn: Turn, last: Nudged) -> Notice:
    """The nudge as things stand now: what is dealt with is ticked off, the rest keeps its buttons."""
    state, bank, me = turn.state, turn.bank, turn.me
    today = hours.of_member(state, me).day(turn.now)
    names = [name for name in last.questions if name in bank.questions]
    if last.reason is Reason.ESCALATION:
        late = {g.question: g for g in owing.gaps(state, bank, today) if g.why == "overdue"}
        lines = [
            late_line(state, bank, late[name]) if name in late else _done(bank, name)
            for name in names
        ]
        over = not late.keys() & set(names)
    else:
        found = {c.question: c for c in chores(state, bank, me.id, today)}
        lines = [
            line(state, bank, me, found[name], today) if name in found else _done(bank, name)
            for name in names
        ]
        over = not found.keys() & set(names)
    waiting = sum(bool(line.buttons) and not line.text.startswith(TICKED[0]) for line in lines)
    text = THANKS.format(name=first_name(me)) if over else _still(waiting)
    return Notice(
        text=text,
        groups=(Group(heading="", lines=tuple(lines)),),
        buttons=() if over or last.reason is Reason.ESCALATION else below(()),
    )


def _still(waiting: int) -> str:
    if waiting == 1:
        return f"{ONE_WAITS}."
    return f"{WAIT.format(count=number(waiting).capitalize())}."


def _done(bank: Bank, name: str) -> Line:
    change = Button(action="answer", label=CHANGE, question=name)
    review = bank.questions[name].kind is Kind.REVIEW
    return Line(
        text=TICKED.format(prompt=short(bank.questions[name].prompt)),
        question=name,
        buttons=() if review else (change,),
    )
