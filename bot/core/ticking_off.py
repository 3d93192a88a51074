"""Keeping a member's nudges up to date. Pure.

What they have dealt with since is ticked off on the last one; and one below which they pressed later,
away or fewer says so itself, for as long as that holds.
"""

from datetime import date, timedelta

from bot.core import hours, owing, put_off
from bot.core.cards import CHANGE
from bot.core.chores import chores
from bot.core.effects import (
    Button,
    Group,
    Line,
    Notice,
)
from bot.core.nudging import ONE_WAITS, WAIT, below, first_name, late_line, line, rest
from bot.core.planned import nudge_key
from bot.core.register import REOPEN
from bot.core.targets import ToMember
from bot.core.turn import Turn
from bot.core.words import number, short
from questions.model import Kind
from storage.rhythm import Nudged, PutOff, Reason

# -- words ---------------------------------------------------------------------------------------

TICKED = "✔ {prompt}"
THANKS = "Thank you, {name}. That was all of it."

FRESH = timedelta(days=14)
"""A nudge that is older is left as it is."""


def mark(turn: Turn, day: date | None, how: PutOff) -> bool:
    """Note what the acting member pressed below their nudge of a day, so that it says so itself.

    Returns False where there is no such nudge that is still kept up to date.
    """
    habits = turn.state.habits.get(turn.event.member)
    found = (n for n in habits.nudged if n.day == day) if habits else ()
    nudged = next((n for n in found if _kept(turn, n)), None)
    if habits is None or nudged is None or nudged.reason is Reason.ESCALATION:
        return False
    turn.state = turn.state.with_habits(habits.put_off(nudged.day, how))
    return True


def tick_off(turn: Turn) -> None:
    """Bring the acting member's nudges up to date.

    That is the last one, where this turn settled what it names; and each that says, or said, how its
    member has put nudges off, where that is another now.
    """
    old, new = turn.before, turn.state
    habits = new.habits.get(turn.event.member)
    settled = _settled(turn)
    if habits is None or not habits.nudged:
        return
    if not settled and habits is old.habits.get(habits.member):
        return
    pressed = getattr(turn.event, "nudge", None)
    for nudged in habits.nudged:
        last = nudged is habits.nudged[-1]
        ticked = settled and last and any(_touched(turn, name) for name in nudged.questions)
        changed = nudged.day == pressed or _otherwise(turn, nudged)
        if _kept(turn, nudged) and (ticked or changed):
            key = nudge_key(new, habits.member, nudged.day)
            turn.update(ToMember(member=habits.member), key, _ticked(turn, nudged))


def _kept(turn: Turn, nudged: Nudged) -> bool:
    return turn.now - nudged.at <= FRESH


def _settled(turn: Turn) -> bool:
    """Whether this turn changed anything in the record."""
    old, new = turn.before, turn.state
    return new.items is not old.items or new.mitigations is not old.mitigations


def _touched(turn: Turn, name: str) -> bool:
    old, new = turn.before, turn.state
    return new.items.get(name) is not old.items.get(name) or (
        new.mitigations.get(name) is not old.mitigations.get(name)
    )


def _otherwise(turn: Turn, nudged: Nudged) -> bool:
    """Whether what a nudge says of being put off is another since this turn."""
    if not nudged.put_off:
        return False
    today = hours.of_member(turn.state, turn.me).day(turn.now)
    before = put_off.said(turn.before, turn.me, nudged.put_off, today)
    return before != put_off.said(turn.state, turn.me, nudged.put_off, today)


def _ticked(turn: Turn, nudged: Nudged) -> Notice:
    """The nudge as things stand now: what is dealt with is ticked off, the rest keeps its buttons."""
    state, bank, me = turn.state, turn.bank, turn.me
    today = hours.of_member(state, me).day(turn.now)
    names = [name for name in nudged.questions if name in bank.questions]
    if nudged.reason is Reason.ESCALATION:
        late = {g.question: g for g in owing.gaps(state, bank, today) if g.why == "overdue"}
        lines = [
            late_line(state, bank, late[name]) if name in late else _done(turn, name, nudged)
            for name in names
        ]
        return _notice(turn, lines, over=not late.keys() & set(names))
    found = {c.question: c for c in chores(state, bank, me.id, today)}
    lines = [
        line(state, bank, me, found[name], today) if name in found else _done(turn, name, nudged)
        for name in names
    ]
    over = not found.keys() & set(names)
    notice = _notice(turn, lines, over=over)
    said = put_off.said(state, me, nudged.put_off, today)
    if over and not said:
        return notice
    # Others may have dealt with all of it: no thanks for that.
    text = f"{notice.text} {said}" if over and _settled(turn) else said or notice.text
    more = len(found.keys() - set(names)) if said else 0
    buttons = below(nudged.day, nudged.put_off if said else "", more=more > 0)
    groups = (*notice.groups, *rest(more))
    return notice.model_copy(update={"text": text, "groups": groups, "buttons": buttons})


def _notice(turn: Turn, lines: list[Line], *, over: bool) -> Notice:
    waiting = sum(bool(line.buttons) and not line.text.startswith(TICKED[0]) for line in lines)
    text = THANKS.format(name=first_name(turn.me)) if over else _still(waiting)
    return Notice(text=text, groups=(Group(heading="", lines=tuple(lines)),))


def _still(waiting: int) -> str:
    if waiting == 1:
        return f"{ONE_WAITS}."
    return f"{WAIT.format(count=number(waiting).capitalize())}."


def _done(turn: Turn, name: str, last: Nudged) -> Line:
    bank, entry = turn.bank, turn.state.mitigations.get(name)
    if entry is not None and entry.done_at is not None and entry.done_at >= last.at:
        again = Button(action="undone", label=REOPEN, question=name)
        action = short(entry.action or bank.questions[name].prompt)
        return Line(text=TICKED.format(prompt=action), question=name, buttons=(again,))
    change = Button(action="answer", label=CHANGE, question=name)
    review = bank.questions[name].kind is Kind.REVIEW
    return Line(
        text=TICKED.format(prompt=short(bank.questions[name].prompt)),
        question=name,
        buttons=() if review else (change,),
    )
