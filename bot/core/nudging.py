"""The words of a nudge, a reminder and an escalation. Pure.

A nudge names three things at most, what holds up most first, each with the buttons that deal with it
right there.
"""

from collections.abc import Sequence
from datetime import date, datetime

from bot.core import chasing, hours, standing
from bot.core.cards import ANSWER, DIFFERENT, HOLDS
from bot.core.chase_events import ON_NUDGE
from bot.core.chasing import Verdict
from bot.core.chores import Chore
from bot.core.effects import Button, Group, Line, Notice
from bot.core.hours import Hours
from bot.core.owing import Gap
from bot.core.words import day as say_day
from bot.core.words import number, short
from questions.model import Bank, Kind
from questions.values import NO, YES
from storage.people import Member
from storage.records import State
from storage.rhythm import PutOff, Reason, Tone

# -- words ---------------------------------------------------------------------------------------

GREETINGS = ((5, "Hello"), (12, "Good morning"), (18, "Good afternoon"), (24, "Good evening"))
"""Each up to this hour of the reader's day."""
GREETING = "{greeting} {name}. "
ONE_WAITS, WAIT = "One thing waits for you", "{count} things wait for you"
ONE_QUESTION, QUESTIONS = "One question waits for you", "{count} questions wait for you"
HOLDS_UP = "; the first one holds up {phase}"
IT_HOLDS_UP = "; it holds up {phase}"
DUE_TODAY, DUE_TOMORROW, DUE_ON, WAS_DUE = (
    "Due today", "Due tomorrow", "Due {day}", "Was due {day}",
)  # fmt: skip
REMIND = "{greeting}A date is near: “{what}” is {due}."
REMIND_SAYS = {"today": "due today", "tomorrow": "due tomorrow", "later": "due on {day}"}
HANDED, STANDS, LOOK, BLOCKS_ONE, BLOCKS, ACTION = (
    "handed to you", "the committee's thread waits here", "an earlier answer changed, please look again",
    "one more hangs on it", "{count} more hang on it", "what you said you would do",
)  # fmt: skip
MORE = "and {count} more"
ALL = "Show all of them"
ESCALATED = "{what} past the date and {holds} {phases} up. What should happen?"
ONE_PAST, PAST = "One question is", "{count} questions are"
ONE_HOLDS, HOLD = "holds", "hold"
WITH = "with {names}, was due {day}"
NOW_WITH, NOW_WITH_UNTIL = "with {names}", "with {names}, due {day}"
REASSIGN, NEW_DATE, SKIP = "Hand to someone else…", "New date…", "Skip, with a reason…"
WRITE, NOT_MINE, DONE, OPEN = "Write…", "Not mine…", "Done", "Open"
TOMORROW, NEXT_WEEK, UNTIL, AWAY, FEWER = (
    "Snooze: tomorrow", "Snooze: next week", "Snooze: a day…", "I'm away…", "Fewer, please",
)  # fmt: skip
ANOTHER_DAY, OTHER_DAYS, AS_USUAL, BACK, AS_BEFORE = (
    "Another day…", "Other days…", "Remind me as usual", "I'm back", "As often as usual",
)  # fmt: skip
WEEKDAYS = "Mon Tue Wed Thu Fri Sat Sun".split()

MOST = 3
"""So many things are named."""


def dated(day: date) -> str:
    """A date with its weekday: "Fri 12 Jun"."""
    return f"{WEEKDAYS[day.weekday()]} {say_day(day)}"


def greeting(member: Member, theirs: Hours, now: datetime) -> str:
    """How a message begins; "" where the tone is brief."""
    if theirs.tone is Tone.BRIEF:
        return ""
    hour = hours.local(now, theirs.tz).hour
    word = next(words for until, words in GREETINGS if hour < until)
    return GREETING.format(greeting=word, name=first_name(member))


def first_name(member: Member) -> str:
    """What somebody is called to their face."""
    return member.name.split()[0] if member.name.split() else member.name


def content(state: State, bank: Bank, member: Member, verdict: Verdict, now: datetime) -> Notice:
    """The message of a verdict that lets one go."""
    theirs = hours.of_member(state, member)
    hello = greeting(member, theirs, now)
    today = theirs.day(now)
    if verdict.reason is Reason.ESCALATION:
        return _escalation(state, bank, verdict.overdue, hello)
    named = verdict.chores[:MOST]
    text = hello + _opening(bank, verdict.chores)
    if verdict.reason is Reason.REMINDER:
        text = _reminder(state, bank, verdict.chores, theirs, today, hello) or text
    lines = tuple(line(state, bank, member, chore, today) for chore in named)
    return Notice(
        text=text,
        groups=(Group(heading="", lines=lines), *rest(len(verdict.chores) - len(named))),
        buttons=below(today, more=len(verdict.chores) > MOST),
    )


def shown(verdict: Verdict) -> tuple[str, ...]:
    """The questions that a verdict's message names."""
    if verdict.reason is Reason.ESCALATION:
        return tuple(gap.question for gap in verdict.overdue[:MOST])
    return tuple(chore.question for chore in verdict.chores[:MOST])


def waits(found: Sequence[Chore]) -> str:
    """How many things wait for a member, at least one: "Three questions wait for you"."""
    questions = all(chore.why != "action" for chore in found)
    if len(found) == 1:
        return ONE_QUESTION if questions else ONE_WAITS
    return (QUESTIONS if questions else WAIT).format(count=number(len(found)).capitalize())


def _opening(bank: Bank, found: tuple[Chore, ...]) -> str:
    text, first = waits(found), found[0]
    if first.why != "action" and (first.late or first.stands or first.blocks):
        phase = bank.phase_of[first.question].title
        text += (IT_HOLDS_UP if len(found) == 1 else HOLDS_UP).format(phase=phase)
    return f"{text}."


def _reminder(
    state: State, bank: Bank, found: tuple[Chore, ...], theirs: Hours, today: date, hello: str
) -> str:
    remind = state.committee.settings.rhythm.remind
    near = next((c for c in found if chasing.reminded(c, theirs, today, remind)), None)
    if near is None or near.due is None:
        return ""
    days = (near.due - today).days
    name = {0: "today", 1: "tomorrow"}.get(days, "later")
    due = REMIND_SAYS[name].format(day=dated(near.due))
    return REMIND.format(greeting=hello, what=_what(state, bank, near), due=due)


def _what(state: State, bank: Bank, chore: Chore) -> str:
    entry = state.mitigations.get(chore.question)
    if chore.why == "action" and entry and entry.action:
        return short(entry.action)
    return short(bank.questions[chore.question].prompt)


def line(state: State, bank: Bank, member: Member, chore: Chore, today: date) -> Line:
    """One thing that waits for a member, with its buttons."""
    parts = []
    if chore.due is not None:
        parts.append(due_said(chore.due, today))
    if chore.why == "action":
        parts.append(ACTION)
    elif chore.why == "reconfirm":
        parts.append(LOOK)
    elif chore.stands:
        parts.append(STANDS)
    elif chore.theirs:
        parts.append(HANDED)
    if chore.blocks and chore.why != "action":
        wording = BLOCKS_ONE if chore.blocks == 1 else BLOCKS
        parts.append(wording.format(count=number(chore.blocks)))
    return Line(
        text=_what(state, bank, chore),
        detail=" · ".join(parts),
        question=chore.question,
        buttons=_ways(bank, chore),
    )


def due_said(due: date, today: date) -> str:
    """When something is due, as a nudge says it: "Due tomorrow", "Was due Fri 12 Jun"."""
    days = (due - today).days
    if days in (0, 1):
        return (DUE_TODAY, DUE_TOMORROW)[days]
    return (DUE_ON if days > 0 else WAS_DUE).format(day=dated(due))


def _ways(bank: Bank, chore: Chore) -> tuple[Button, ...]:
    name = chore.question
    if chore.why == "action":
        return (
            Button(action="done", label=DONE, question=name, value=ON_NUDGE, primary=True),
            Button(action="open", label=OPEN, question=name),
        )
    if chore.why == "reconfirm":
        return (
            Button(action="holds", label=HOLDS, question=name, primary=True),
            Button(action="answer", label=DIFFERENT, question=name),
        )
    hand = Button(action="assign", label=NOT_MINE, question=name)
    if bank.questions[name].kind is Kind.YESNO:
        return (
            Button(action="choose", label=YES, question=name, value="yes"),
            Button(action="choose", label=NO, question=name, value="no"),
            Button(action="answer", label=WRITE, question=name),
            hand,
        )
    return (Button(action="answer", label=ANSWER, question=name, primary=True), hand)


def rest(count: int) -> tuple[Group, ...]:
    """How many more things wait than the nudge names; nothing for none."""
    if count <= 0:
        return ()
    return (Group(heading="", lines=(Line(text=MORE.format(count=count)),)),)


def below(nudged: date, put_off: PutOff = "", *, more: bool = False) -> tuple[Button, ...]:
    """The buttons below the nudge of a day: later, away, fewer; once one was pressed, what changes it.

    `more`: it does not name all that waits.
    """
    on = nudged.isoformat()
    away = Button(action="away", label=AWAY, question=on)
    later = (
        Button(action="snooze", label=TOMORROW, question=on, value="tomorrow"),
        Button(action="snooze", label=NEXT_WEEK, question=on, value="week"),
        Button(action="snooze", label=UNTIL, question=on),
        away,
    )
    over = Button(action="snooze", label=AS_USUAL, question=on, value="over")
    ways: dict[PutOff, tuple[Button, ...]] = {
        "": (*later, Button(action="fewer", label=FEWER, question=on)),
        "snoozed": (Button(action="snooze", label=ANOTHER_DAY, question=on), away, over),
        "away": (
            Button(action="away", label=OTHER_DAYS, question=on),
            Button(action="snooze", label=BACK, question=on, value="back"),
        ),
        "fewer": (*later, Button(action="fewer", label=AS_BEFORE, question=on, value="more")),
    }
    every = (Button(action="command", label=ALL, value="status mine"),)
    return (*(every if more else ()), *ways[put_off])


# -- what is put to the chair ----------------------------------------------------------------------


def _escalation(state: State, bank: Bank, late: tuple[Gap, ...], hello: str) -> Notice:
    lines = tuple(late_line(state, bank, gap) for gap in late[:MOST])
    more = len(late) - MOST
    return Notice(
        text=hello + past(bank, late),
        groups=(Group(heading="", lines=lines), *rest(more)),
        buttons=all_late() if more > 0 else (),
    )


def past(bank: Bank, late: Sequence[Gap]) -> str:
    """What is put to the chair: how much is past its date, at least one, and what that holds up."""
    phases = tuple(dict.fromkeys(bank.phase_by_id[gap.phase].title for gap in late))
    one = len(late) == 1
    return ESCALATED.format(
        what=ONE_PAST if one else PAST.format(count=number(len(late)).capitalize()),
        holds=ONE_HOLDS if one else HOLD,
        phases=" and ".join(phases[:2]) if len(phases) <= 2 else number(len(phases)) + " phases",
    )


def all_late() -> tuple[Button, ...]:
    """The button below what names not all that is past its date."""
    return (Button(action="command", label=ALL, value="gaps"),)


def late_line(state: State, bank: Bank, gap: Gap) -> Line:
    """A gap past its date, with the three ways out."""
    names = ", ".join(standing.names(state, gap.owners))
    due = dated(gap.due) if gap.due else ""
    return Line(
        text=short(bank.questions[gap.question].prompt),
        detail=WITH.format(names=names, day=due),
        question=gap.question,
        buttons=(
            Button(action="assign", label=REASSIGN, question=gap.question, primary=True),
            Button(action="redate", label=NEW_DATE, question=gap.question),
            Button(action="skip", label=SKIP, question=gap.question),
        ),
    )


def now_with(who: str, due: date | None) -> str:
    """Who has what was past its date, and until when."""
    return NOW_WITH_UNTIL.format(names=who, day=dated(due)) if due else NOW_WITH.format(names=who)
