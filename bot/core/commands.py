"""What typed words mean: a command, or a plain message. Pure; the same on every platform.

A command starts with /convenor or with / ("/skip we don't do that"). In a thread a bare "next" or
"help" counts, too, unless it is the name of one of the options; outside of a thread everything is
one.
"""

import re
from collections.abc import Callable
from datetime import datetime

from bot.core import access, dates, doubtful, helping, hush_commands, lines, lost, where
from bot.core.asked import Args, named, which_member
from bot.core.asked import ids as _ids
from bot.core.asked import told as _told
from bot.core.effects import Button
from bot.core.events import (
    AskedFor,
    Assigned,
    Event,
    Held,
    NotApplicable,
    Parked,
    Passed,
    PausedWalk,
    Queried,
    ResumedWalk,
    Skipped,
    Started,
    Told,
    Typed,
    WentBack,
    WentNext,
    Withdrawn,
)
from bot.core.naming import find_phase, find_questions
from bot.core.words import short
from questions.model import Bank
from storage.people import Pace
from storage.records import Stage, State

# -- words ---------------------------------------------------------------------------------------

REASON = "What is the reason? Type “{command}:” and a few words, as in: {command}: nobody knows yet"
WHICH_PHASE = "Which phase? There are: {phases}."
WHICH_QUESTION = "Which question? Its number, or some of its words, works."
NO_QUESTION = "I find no question for “{words}”. “gaps” shows what is open."
MANY_QUESTIONS = "Several questions fit “{words}”. Which one is it?"
FAR_TOO_MANY = (
    "{count} questions fit “{words}”. These are the first; a few more words find the others."
)
GOES_TO = " A press hands it to {name}."
WHO = "To whom? As in: {order}."
ANSWER_ALREADY = "That is your answer already."
ANSWER_WHAT = "Your answer, then: type “answer” and the words of it."
FIND_WHAT = "Find what? Type “find” and some words."
BAD_DATE = "I can't read “{text}” as a date. Friday, 12 June or 2026-06-12 work."

MOST = 5
"""So many questions are offered where several fit."""
LONGEST_ORDER = 400
"""Nobody hands over in more characters; looking for names and dates in a long text takes a while."""


def meaning(event: Typed, state: State, bank: Bank, now: datetime) -> Event:
    """Turn typed words into the event they mean; the same event where they are a plain message."""
    text = event.text.strip()
    walk = state.walks.get(event.walk)
    if walk is None and not event.threads:
        walk = where.asked_last(state.walks.values(), event.place)
        event = event.model_copy(update={"walk": walk.id}) if walk else event
    line = lines.command_line(event, walk, bank)
    if line is None and walk:
        found = doubtful.command(
            event, walk, bank, lambda said: _understood(said, (event, state, bank, now, ""))
        )
        if found and not found.clear:
            return _told(event, *doubtful.choice(event, walk, found.text))
        line = found.text if found else None
    if line is None:
        nothing = text.casefold().rstrip(".!") in lines.NOTHING
        if nothing and walk and walk.stage is Stage.REVIEWING and not event.about:
            return Passed(**_ids(event))
        return event
    word, rest = lines.split(line)
    word, rest, share = lines.to_share(word, rest)
    reader = READERS.get(word)
    if reader is None:
        slashed = bool(walk) or line != text
        mine = None if slashed else where.own_walk_here(event, state)
        if mine is not None:  # an answer, though not in its thread
            return event.model_copy(update={"walk": mine.id})
        sentence, buttons = lost.way_on(line, READERS, event.member, state, bank, slashed=slashed)
        return _told(event, sentence, buttons)
    if walk is None and where.needs_walk(word, rest):
        walks = where.open_walks(event, state)
        if len(walks) > 1:
            return _told(event, where.WHICH.format(command=word), where.choice(walks, line, bank))
        if walks:
            event = event.model_copy(update={"walk": walks[0].id})
    meant = reader((event, state, bank, now, rest))
    return (
        meant.model_copy(update={"share": True}) if share and isinstance(meant, Queried) else meant
    )


def _understood(line: str, args: Args) -> bool:
    """Whether a command's reader can make something of a line."""
    word, rest = lines.split(line)
    if word not in READERS:
        return False
    event, state, bank, now, _ = args
    meant = READERS[word]((event, state, bank, now, rest))
    if isinstance(meant, Started):
        return meant.phase in bank.phase_by_id
    return not isinstance(meant, Told)


def _current(event: Typed, state: State) -> str:
    walk = state.walks.get(event.walk)
    return (event.about or walk.current) if walk else ""


# -- one reader a command ------------------------------------------------------------------------


def _help(args: Args) -> Event:
    event, _, _, _, rest = args
    return Queried(**_ids(event), what="help", words=rest.casefold(), place=event.place)


def _start(args: Args) -> Event:
    event, state, bank, _, rest = args
    own = rest.casefold().endswith(" own") or rest.casefold() == "own"
    name = rest[: -len("own")].strip() if own else rest
    walk = state.walks.get(event.walk)
    at_home = bool(walk and walk.member) or bool(
        event.place and event.place.channel.startswith("@")
    )
    phase = find_phase(bank, name)
    if phase is None:
        if name:
            return Started(**_ids(event), phase=short(name, 60), own=own or at_home)
        titles = ", ".join(phase.title for phase in bank.phases)
        return _told(event, WHICH_PHASE.format(phases=titles))
    mine = own or at_home
    # Where none of one's own begins, the place is only for the answer.
    answered_here = not mine or state.committee.settings.pace is Pace.TOGETHER
    place = event.place if answered_here else None
    return Started(**_ids(event), phase=phase, own=mine, place=place)


def _skip(args: Args) -> Event:
    event, state, _, _, rest = args
    if not rest:
        return _told(event, REASON.format(command="skip"))
    return Skipped(**_ids(event), question=_current(event, state), reason=rest)


def _na(args: Args) -> Event:
    event, state, _, _, rest = args
    if not rest:
        return _told(event, REASON.format(command="na"))
    return NotApplicable(**_ids(event), question=_current(event, state), reason=rest)


def _park(args: Args) -> Event:
    event, state, _, _, rest = args
    return Parked(**_ids(event), question=_current(event, state), reason=rest)


def _status(args: Args) -> Event:
    event, _, bank, _, rest = args
    word = rest.casefold()
    part = word if word in ("", "mine", "team") else find_phase(bank, rest)
    if part is None:
        titles = ", ".join(phase.title for phase in bank.phases)
        return _told(event, WHICH_PHASE.format(phases=titles))
    return Queried(**_ids(event), what="status", words=part, place=event.place)


def _answer(args: Args) -> Event:
    event, state, _, _, rest = args
    item = state.items.get(_current(event, state))
    mine = item.answers.get(event.member) if item else None
    if mine and any(p.text == rest or p.ref == event.said != "" for p in mine.parts):
        return _told(event, ANSWER_ALREADY)  # pressed once more
    if not rest:
        return _told(event, ANSWER_WHAT)
    return event.model_copy(update={"text": rest, "ref": event.said or event.ref})


def _settings(args: Args) -> Event:
    event, state, _, _, _ = args
    sets = access.may(state.members[event.member], "settings")
    return Queried(**_ids(event), what="settings" if sets else "hours", place=event.place)


def _find(args: Args) -> Event:
    event, _, _, _, rest = args
    if not rest:
        return _told(event, FIND_WHAT)
    return Queried(**_ids(event), what="find", words=rest, place=event.place)


def _why(args: Args) -> Event:
    event, state, _, _, _ = args
    return Queried(**_ids(event), what="why", words=_current(event, state), place=event.place)


def _ask(args: Args) -> Event:
    event, state, bank, _, rest = args
    found = find_questions(state, bank, event.walk, rest)
    if len(found) == 1:
        return AskedFor(**_ids(event), question=found[0], place=event.place)
    return _which_question(args, rest, found, lambda name: f"ask {name}")


def _which_question(
    args: Args, words: str, found: tuple[str, ...], line: Callable[[str], str], then: str = ""
) -> Told:
    """Which question is meant; a button for each that fits says the whole line again, with its id.

    `then`: what a press does, where that is more than to open it.
    """
    event, _, bank, _, _ = args
    if not words:
        return _told(event, WHICH_QUESTION)
    if not found:
        return _told(event, NO_QUESTION.format(words=short(words, 40)))
    buttons = tuple(
        Button(
            action="command",
            label=short(bank.questions[name].prompt, 60),
            walk=event.walk,
            value=line(name),
        )
        for name in found[:MOST]
    )
    wording = MANY_QUESTIONS if len(found) <= MOST else FAR_TOO_MANY
    return _told(event, wording.format(words=short(words, 40), count=len(found)) + then, buttons)


def _assign(args: Args) -> Event:
    event, state, bank, now, rest = args
    to_whom = WHO.format(order=helping.order(state, bank, event.member))
    if len(rest) > LONGEST_ORDER:
        return _told(event, to_whom)
    text, due = dates.split_date(rest, now, state.committee.zone)
    if due is None and re.search(r"\bby\s+\S+\s*$|\bby\s+.+@", text):
        return _told(event, BAD_DATE.format(text=short(text.rsplit("by ", 1)[-1], 30)))
    what, at, who = text.partition("@")
    if at and not what.strip():
        who, _, what = who.partition(" ")
    elif not at:
        what, _, who = text.rpartition(" ")
        what = re.sub(r"\s+to$", "", what)
    what, who = re.sub(r"\s+to$", "", what.strip()), who.strip()
    if not what or not who:
        return _told(event, to_whom)
    people = named(event, state, who)
    if len(people) != 1:
        return _told(event, which_member(state, who, people))
    phase = find_phase(bank, what)
    if phase:
        return Assigned(**_ids(event), phase=phase, to=people[0].id, due=due, place=event.place)
    found = (
        (current,)
        if what.casefold() in ("this", "it") and (current := _current(event, state))
        else find_questions(state, bank, event.walk, what)
    )
    if len(found) != 1:
        until = f" by {due.isoformat()}" if due else ""
        then = GOES_TO.format(name=people[0].name)
        return _which_question(args, what, found, lambda name: f"assign {name} @{who}{until}", then)
    return Assigned(**_ids(event), question=found[0], to=people[0].id, due=due, place=event.place)


def _pause(args: Args) -> Event:
    return hush_commands.pause(args) if args[4] else PausedWalk(**_ids(args[0]))


def _resume(args: Args) -> Event:
    return hush_commands.pause(args, over=True) if args[4] else ResumedWalk(**_ids(args[0]))


READERS: dict[str, Callable[[Args], Event]] = {
    "help": _help,
    "start": _start,
    "next": lambda args: WentNext(**_ids(args[0])),
    "back": lambda args: WentBack(**_ids(args[0])),
    "skip": _skip,
    "na": _na,
    "park": _park,
    "holds": lambda args: Held(**_ids(args[0]), question=_current(args[0], args[1])),
    "withdraw": lambda args: Withdrawn(**_ids(args[0]), question=args[0].about),
    "why": _why,
    "status": _status,
    "gaps": lambda args: Queried(**_ids(args[0]), what="gaps", place=args[0].place),
    "ask": _ask,
    "assign": _assign,
    "find": _find,
    "export": lambda args: Queried(**_ids(args[0]), what="export", place=args[0].place),
    "pause": _pause,
    "resume": _resume,
    "hours": lambda args: Queried(**_ids(args[0]), what="hours", place=args[0].place),
    "members": lambda args: Queried(**_ids(args[0]), what="members", place=args[0].place),
    "settings": _settings,
    "answer": _answer,
    **hush_commands.READERS,
}
