"""Keeping a member's nudges up to date. Pure.

What they have dealt with since is ticked off on the last one; and one below which they pressed later,
away or fewer says so itself, until something about it changes.
"""

from datetime import date, timedelta

from bot.core import hours, owing, put_off
from bot.core.cards import CHANGE
from bot.core.chase_events import ActionDone
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
from storage.records import Member
from storage.rhythm import Nudged, PutOff, Reason

# -- words ---------------------------------------------------------------------------------------

TICKED = "✔ {prompt}"
THANKS = "Thank you, {name}. That was all of it."
NOTHING_LEFT = "All of it is dealt with."

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
    """Bring the acting member's nudges up to date, and those of whoever's action they called done.

    That is the last one, where this turn settled what it names; and each that says, or said, how its
    member has put nudges off, where that is another now.
    """
    for who in _concerned(turn):
        _bring_up_to_date(turn, who)


def _concerned(turn: Turn) -> list[Member]:
    found = [turn.me]
    if isinstance(turn.event, ActionDone):
        entry = turn.state.mitigations.get(turn.event.subject)
        owner = turn.state.members.get(entry.owner) if entry else None
        if owner is not None and owner.id != turn.me.id:
            found.append(owner)
    return found


def _bring_up_to_date(turn: Turn, who: Member) -> None:
    old, new = turn.before, turn.state
    habits = new.habits.get(who.id)
    settled, event = _settled(turn), turn.event
    spoken = event.subject if isinstance(event, ActionDone) else ""
    if habits is None or not habits.nudged:
        return
    if not settled and not spoken and habits is old.habits.get(who.id):
        return
    pressed = getattr(event, "nudge", None) if who is turn.me else None
    for nudged in habits.nudged:
        ticked = nudged is habits.nudged[-1] and (
            spoken in nudged.questions
            or (settled and any(_touched(turn, name) for name in nudged.questions))
        )
        changed = nudged.day == pressed or _otherwise(turn, nudged, who)
        if _kept(turn, nudged) and (ticked or changed):
            key = nudge_key(new, who.id, nudged.day)
            turn.update(ToMember(member=who.id), key, _as_it_stands(turn, nudged, who))


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


def _otherwise(turn: Turn, nudged: Nudged, who: Member) -> bool:
    """Whether what a nudge says of being put off is another since this turn."""
    if not nudged.put_off:
        return False
    today = hours.of_member(turn.state, who).day(turn.now)
    before = put_off.said(turn.before, who, nudged.put_off, today)
    return before != put_off.said(turn.state, who, nudged.put_off, today)


def _as_it_stands(turn: Turn, nudged: Nudged, who: Member) -> Notice:
    """The nudge as things are now: what is dealt with is ticked off, the rest keeps its buttons."""
    state, bank = turn.state, turn.bank
    today = hours.of_member(state, who).day(turn.now)
    names = [name for name in nudged.questions if name in bank.questions]
    if nudged.reason is Reason.ESCALATION:
        late = {g.question: g for g in owing.gaps(state, bank, today) if g.why == "overdue"}
        lines = [
            late_line(state, bank, late[name]) if name in late else _done(turn, name, nudged, who)
            for name in names
        ]
        left = len(late.keys() & set(names))
        return _notice(_still(left) if left else _thanks(turn, who), lines)
    found = {c.question: c for c in chores(state, bank, who.id, today)}
    lines = [
        line(state, bank, who, found[name], today)
        if name in found
        else _done(turn, name, nudged, who)
        for name in names
    ]
    more = len(found.keys() - set(names))
    said = put_off.said(state, who, nudged.put_off, today)
    if not found and not said:
        return _notice(_thanks(turn, who), lines)
    # Others may have dealt with all of it: no thanks for that.
    done = _thanks(turn, who) if not found and _settled(turn) else ""
    text = f"{done} {said}".strip() if said else _still(len(found))
    buttons = below(nudged.day, nudged.put_off if said else "", more=more > 0)
    return _notice(text, lines, more).model_copy(update={"buttons": buttons})


def _notice(text: str, lines: list[Line], more: int = 0) -> Notice:
    return Notice(text=text, groups=(Group(heading="", lines=tuple(lines)), *rest(more)))


def _thanks(turn: Turn, who: Member) -> str:
    return THANKS.format(name=first_name(who)) if who is turn.me else NOTHING_LEFT


def _still(waiting: int) -> str:
    if waiting == 1:
        return f"{ONE_WAITS}."
    return f"{WAIT.format(count=number(waiting).capitalize())}."


def _done(turn: Turn, name: str, last: Nudged, who: Member) -> Line:
    bank, entry = turn.bank, turn.state.mitigations.get(name)
    theirs = entry is not None and entry.owner == who.id and last.reason is not Reason.ESCALATION
    if entry is not None and theirs and entry.done_at is not None and entry.done_at >= last.at:
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
