"""What the register says about an answer: what is done about it, how far that is, and who may say so. Pure."""

from datetime import datetime
from typing import NamedTuple

from bot.core import access, clocks, hours
from bot.core.desk import Desk
from bot.core.effects import Button
from bot.core.hours import Hours
from bot.core.nudging import dated, due_said
from bot.core.words import day
from storage.people import Member
from storage.records import Entry, State, Treatment

# -- words ---------------------------------------------------------------------------------------

TREATMENTS = {
    Treatment.ACT: "Act",
    Treatment.INFLUENCE: "Influence",
    Treatment.MONITOR: "Monitor",
}
BY, WITH = "by {day}", "{words} ({about})"
DONE, REOPEN = "Done", "Open again"
DONE_BY, DONE_ON, NOT_YET = "Done by {name} on {day}", "Done on {day}", "Not done yet"
DUE_TOO = "{done} (due {day})"


class Reader(NamedTuple):
    """Who reads, of which committee, and when (UTC)."""

    desk: Desk
    member: Member
    now: datetime


class Action(NamedTuple):
    """An action of the register, for one reader."""

    what: str
    """What is done about the answer, and whose it is: "Act: print a leaflet (Ben)"."""
    stands: str
    """How far it is: "Done by Ben on Wed 3 Jun", "Due Fri 12 Jun", "Was due Fri 5 Jun".

    "" where nobody was asked to do anything.
    """
    done: bool
    way: Button | None
    """Says that it is done, or open again; None where that is not theirs to say."""


def outcome(state: State, entry: Entry) -> str:
    """What is done about an answer, in words for everybody; "" while undecided.

    It stands in messages that nobody looks after: what the passing of time would change is not in it.
    """
    due = (BY.format(day=day(entry.due)),) if entry.due else ()
    words = _what(state, entry, *due)
    done = _done(state, entry, hours.of_committee(state))
    return f"{words} · {done}" if done else words


def action(reader: Reader, entry: Entry) -> Action | None:
    """What is done about an answer and how far that is, in the reader's zone; None while undecided."""
    if entry.treatment is None:
        return None
    state, done = reader.desk.state, entry.done_at is not None
    return Action(
        what=_what(state, entry),
        stands=_stands(reader, entry),
        done=done,
        way=_way(entry) if access.finishes(state, reader.member, entry.subject) else None,
    )


def _stands(reader: Reader, entry: Entry) -> str:
    state = reader.desk.state
    theirs = hours.of_member(state, reader.member)
    done = _done(state, entry, theirs)
    if entry.due is None:
        return done or (NOT_YET if _asked(entry) else "")
    if done:
        return DUE_TOO.format(done=done, day=dated(entry.due))
    return due_said(entry.due, theirs.day(clocks.at(state.committee, reader.now)))


def _done(state: State, entry: Entry, theirs: Hours) -> str:
    if entry.done_at is None:
        return ""
    who, when = state.members.get(entry.done_by), dated(theirs.day(entry.done_at))
    return DONE_BY.format(name=who.name, day=when) if who else DONE_ON.format(day=when)


def _what(state: State, entry: Entry, *about: str) -> str:
    if entry.treatment is None:
        return ""
    owner = state.members.get(entry.owner)
    words = TREATMENTS[entry.treatment] + (f": {entry.action}" if entry.action else "")
    told = ", ".join((*((owner.name,) if owner else ()), *about))
    return WITH.format(words=words, about=told) if told else words


def _way(entry: Entry) -> Button | None:
    if entry.done_at is not None:
        return Button(action="undone", label=REOPEN, question=entry.subject)
    return Button(action="done", label=DONE, question=entry.subject) if _asked(entry) else None


def _asked(entry: Entry) -> bool:
    """Whether there is something to do: to monitor or to act may be all that was said."""
    return bool(entry.action or entry.owner or entry.due)
