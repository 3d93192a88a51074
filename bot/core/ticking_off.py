"""Keeping a member's nudges up to date. Pure.

What they have dealt with since is ticked off on the last one; and one below which they pressed later,
away or fewer says so itself, until something about it changes.
"""

from datetime import date, timedelta

from bot.core import chasing, hours, owing, put_off
from bot.core.cards import CHANGE
from bot.core.chase_events import ON_NUDGE, ActionDone
from bot.core.chores import Chore, chores
from bot.core.effects import Button, Group, Line, Notice
from bot.core.nudging import (
    MOST,
    all_late,
    below,
    first_name,
    late_line,
    line,
    now_with,
    past,
    rest,
    waits,
)
from bot.core.owing import Gap
from bot.core.planned import nudge_key
from bot.core.register import REOPEN
from bot.core.targets import ToMember
from bot.core.turn import Turn
from bot.core.words import short
from questions.model import Kind
from storage.people import Member
from storage.records import State
from storage.rhythm import Nudged, PutOff, Reason

# -- words ---------------------------------------------------------------------------------------

TICKED = "✔ {prompt}"
THANKS, ALL_OF_IT = "Thank you, {name}. {rest}", "That was all of it."
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


def shows(turn: Turn, question: str) -> bool:
    """Whether the acting member's last nudge names this and is kept up to date."""
    nudged = chasing.habits_of(turn.state, turn.event.member).nudged[-1:]
    return any(_kept(turn, each) and question in each.questions for each in nudged)


def tick_off(turn: Turn) -> None:
    """Bring the acting member's nudges up to date, and those of whoever's action they called done.

    That is the last one, where this turn settled what it names or changed how much waits; and each that
    says, or said, how its member has put nudges off, where that is another now.
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
    pressed = getattr(event, "nudge", None) if who.id == event.member else None
    for nudged in habits.nudged:
        last = nudged is habits.nudged[-1]
        ticked = last and (spoken in nudged.questions or (settled and _moved(turn, nudged, who)))
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


def _moved(turn: Turn, nudged: Nudged, who: Member) -> bool:
    """Whether this turn changed what a nudge says: something that it names, or how much waits."""
    if any(_touched(turn, name) for name in nudged.questions):
        return True
    today = hours.of_member(turn.state, who).day(turn.now)
    if nudged.reason is Reason.ESCALATION:
        before, after = (_late(turn, state, nudged, today) for state in (turn.before, turn.state))
        return before.keys() != after.keys()
    was, now = (_chores(turn, state, who, today) for state in (turn.before, turn.state))
    return was.keys() != now.keys()


def _chores(turn: Turn, state: State, who: Member, today: date) -> dict[str, Chore]:
    """What waits for a member, in its order."""
    return {c.question: c for c in chores(state, turn.bank, who.id, today)}


def _late(turn: Turn, state: State, nudged: Nudged, today: date) -> dict[str, Gap]:
    """What is past its date and was put to the chair, or would be named with it."""
    found = owing.gaps(state, turn.bank, today)
    late = {gap.question: gap for gap in found if gap.why == "overdue"}
    if len(nudged.questions) == MOST:
        return late
    # It named all there was; what was put to them before stays out of it.
    return {name: gap for name, gap in late.items() if name in nudged.questions}


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
        return _put_to_chair(turn, nudged, who, names, today)
    found = _chores(turn, state, who, today)
    lines = [
        line(state, bank, who, found[name], today)
        if name in found
        else _done(turn, name, nudged, who)
        for name in names
    ]
    more = len(found.keys() - set(names))
    over = more == len(found)
    waiting = f"{waits(tuple(found.values()))}." if found else ""
    said = put_off.said(state, who, nudged.put_off, today)
    # Where they are put off, others may have dealt with all of it: no thanks for that.
    if over and (_settled(turn) or not said):
        text = f"{_thanks(turn, who, waiting)} {said}".strip()
    else:
        text = said or waiting
    buttons = below(nudged.day, nudged.put_off if said else "", more=more > 0)
    return _notice(text, lines, 0 if over else more, buttons if found or said else ())


def _put_to_chair(turn: Turn, nudged: Nudged, who: Member, names: list[str], today: date) -> Notice:
    """What was put to the chair, in the same way."""
    late = _late(turn, turn.state, nudged, today)
    lines = [
        late_line(turn.state, turn.bank, late[name])
        if name in late
        else _cleared(turn, name, nudged, who)
        for name in names
    ]
    more = len(late.keys() - set(names))
    over = more == len(late)
    waiting = past(turn.bank, tuple(late.values())) if late else ""
    text = _thanks(turn, who, waiting) if over else waiting
    return _notice(text, lines, 0 if over else more, all_late() if more else ())


def _cleared(turn: Turn, name: str, nudged: Nudged, who: Member) -> Line:
    """What is past its date no more: it was dealt with, or somebody has it until another day."""
    item = turn.item(name)
    held = item.assignment
    if held is None or item.ruling or held.member in item.responded:
        return _done(turn, name, nudged, who)
    return Line(
        text=TICKED.format(prompt=short(turn.bank.questions[name].prompt)),
        detail=now_with(turn.state.members[held.member].name, held.due),
        question=name,
    )


def _notice(text: str, lines: list[Line], more: int, buttons: tuple[Button, ...]) -> Notice:
    groups = (Group(heading="", lines=tuple(lines)), *rest(more))
    return Notice(text=text, groups=groups, buttons=buttons)


def _thanks(turn: Turn, who: Member, waiting: str) -> str:
    """For all that the message named; `waiting` is what waits besides, in words."""
    if who.id != turn.event.member:
        return waiting or NOTHING_LEFT
    return THANKS.format(name=first_name(who), rest=waiting or ALL_OF_IT)


def _done(turn: Turn, name: str, last: Nudged, who: Member) -> Line:
    bank, entry = turn.bank, turn.state.mitigations.get(name)
    theirs = entry is not None and entry.owner == who.id and last.reason is not Reason.ESCALATION
    if entry is not None and theirs and entry.done_at is not None and entry.done_at >= last.at:
        again = Button(action="undone", label=REOPEN, question=name, value=ON_NUDGE)
        action = short(entry.action or bank.questions[name].prompt)
        return Line(text=TICKED.format(prompt=action), question=name, buttons=(again,))
    change = Button(action="answer", label=CHANGE, question=name)
    review = bank.questions[name].kind is Kind.REVIEW
    return Line(
        text=TICKED.format(prompt=short(bank.questions[name].prompt)),
        question=name,
        buttons=() if review else (change,),
    )
