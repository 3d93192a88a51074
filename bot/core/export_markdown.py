"""The record as Markdown for reading and printing: by phase, with authors, dates and reasons. Pure.

People's words are escaped so that they show as typed, whatever Markdown would make of them.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.core.standing import counted, is_done, item_of, sayings
from questions.model import Bank, Kind, Phase, Question
from storage.people import Member
from storage.records import Entry, Item, State, Status, Step, Treatment

MADE = "Made on {at}."
HEAD = "{bank}, version {version}. Times are in {zone}."
PROGRESS = "{done} of {total} questions are settled."
NOT_BEGUN = "Nothing is answered yet."
NOT_ASKED = "not asked, because of an earlier answer"
STATUS = {
    Status.OPEN: "open",
    Status.ANSWERED: "answered",
    Status.PARKED: "to discuss",
    Status.SKIPPED: "skipped",
    Status.NA: "not applicable",
}
RECONFIRM = "An earlier answer it builds on has changed; it needs another look."
ASSIGNED = "Handed to {name}"
DUE = "due {due}"
NOTES = "Said besides:"
MEMBERS, REGISTER = "Members", "Register of consequences"
AWAY = "no longer active"
REGISTER_HEAD = ("About", "Effect", "Confusion", "What we do", "Owner", "Due", "Done")
TREATMENT = {
    Treatment.ACT: "Act",
    Treatment.INFLUENCE: "Influence",
    Treatment.MONITOR: "Monitor",
}

# Openings and closings of directional runs: one left open would swallow the words that follow.
_EMBEDS, _POP_EMBED = "\u202a\u202b\u202d\u202e", "\u202c"
_ISOLATES, _POP_ISOLATE = "\u2066\u2067\u2068", "\u2069"


def markdown(state: State, bank: Bank, at: datetime | None = None) -> str:
    """The committee's record; `at` (aware) says when it was made."""
    zone = ZoneInfo(state.committee.zone)
    blocks = [f"# {escape(state.committee.name)}"]
    head = HEAD.format(
        bank=escape(bank.title), version=escape(bank.version), zone=escape(state.committee.zone)
    )
    blocks.append(f"{head} {MADE.format(at=_when(at, zone))}" if at else head)
    blocks.append(f"## {MEMBERS}")
    blocks.append("\n".join(_member(member) for member in _people(state)))
    for phase in bank.phases:
        blocks.extend(_phase(state, phase, zone))
    if state.mitigations:
        blocks.append(f"## {REGISTER}")
        blocks.append("\n".join(_register(state, bank, zone)))
    return "\n\n".join(blocks) + "\n"


def escape(text: str) -> str:
    """One line of somebody's words as Markdown that shows it as typed; line ends become blanks."""
    return _line(" ".join(text.splitlines()))


def _line(text: str) -> str:
    text = _closed("".join(map(_visible, text.rstrip())))
    text = re.sub(r"([\\`*_{}\[\]<>&#~|!$@^])", r"\\\1", text)
    text = re.sub(r":(?=//)", r"\\:", text)
    text = re.sub(r"(?i)\b(www)\.", r"\1\\.", text)
    text = re.sub(r"^(\s*)([-+=])", r"\1\\\2", text)
    text = re.sub(r"^(\s*\d+)([.)])", r"\1\\\2", text)
    text = text.replace("\t", "    ")
    # A blank at the start, or a second one, would be swallowed.
    return re.sub(r"^\s| (?= )", "&nbsp;", text)


def _visible(char: str) -> str:
    if char < " " and char != "\t":
        return chr(0x2400 + ord(char))
    return "\N{REPLACEMENT CHARACTER}" if "\x7f" <= char <= "\x9f" else char


def _closed(text: str) -> str:
    open_embeds = sum(text.count(sign) for sign in _EMBEDS) - text.count(_POP_EMBED)
    open_isolates = sum(text.count(sign) for sign in _ISOLATES) - text.count(_POP_ISOLATE)
    return text + _POP_EMBED * max(open_embeds, 0) + _POP_ISOLATE * max(open_isolates, 0)


def _words(text: str, indent: str) -> str:
    """Several lines of somebody's words, continued at an indent."""
    lines = [_line(line) for line in text.splitlines()]
    out = ""
    for number, line in enumerate(lines):
        if number:
            # A backslash keeps a line's end; an empty line ends the paragraph by itself.
            out += f"\\\n{indent}" if line and lines[number - 1] else f"\n{indent if line else ''}"
        out += line
    return out


def _people(state: State) -> list[Member]:
    return sorted(state.members.values(), key=lambda who: (who.name.casefold(), who.id))


def _member(member: Member) -> str:
    away = "" if member.active else f", {AWAY}"
    return f"- {escape(member.name)}: {member.role.value}{away}"


def _phase(state: State, phase: Phase, zone: ZoneInfo) -> Iterator[str]:
    yield f"## {escape(phase.title)}"
    items = [item_of(state, question) for question in counted(state, phase)]
    done = sum(map(is_done, items))
    touched = any(item_of(state, q.id) != Item(question=q.id) for q in phase.questions)
    yield PROGRESS.format(done=done, total=len(items)) if touched else NOT_BEGUN
    for question in phase.questions:
        item = item_of(state, question.id)
        if question.kind is not Kind.REVIEW and (item.applies or item.responses):
            yield from _question(state, question, item, zone)


def _question(state: State, question: Question, item: Item, zone: ZoneInfo) -> Iterator[str]:
    yield f"### {escape(question.prompt)}"
    yield f"_{_status(state, item)}_"
    said = []
    for saying in sayings(state, question, item):
        mark = f" ({escape(saying.mark)})" if saying.mark else ""
        head = f"- **{escape(saying.name)}**, {_when(saying.at, zone)}{mark}"
        choice = f" {escape(saying.choice)}" if saying.choice else ""
        words = f"\n\n  {_words(saying.words, '  ')}" if saying.words.strip() else ""
        said.append(f"{head}:{choice}{words}" if choice or words else head)
    if said:
        yield "\n".join(said)
    notes = [note for note in item.notes if not note.own]
    if notes:
        yield NOTES
        yield "\n".join(
            f"- **{escape(_name(state, note.member))}**, {_when(note.at, zone)}:\n\n"
            f"  {_words(note.text, '  ')}"
            for note in notes
        )


def _status(state: State, item: Item) -> str:
    words = STATUS[item.status] if item.applies else NOT_ASKED
    if item.ruling and item.ruling.reason:
        words += f": {escape(item.ruling.reason)}"
    if item.ruling and item.status is not Status.ANSWERED:
        words += f" ({escape(_name(state, item.ruling.by))})"
    parts = [words]
    if item.reconfirm:
        parts.append(RECONFIRM)
    if item.assignment:
        handed = ASSIGNED.format(name=escape(_name(state, item.assignment.member)))
        due = f", {DUE.format(due=_day(item.assignment.due))}" if item.assignment.due else ""
        parts.append(handed + due)
    return " · ".join(parts)


def _register(state: State, bank: Bank, zone: ZoneInfo) -> Iterator[str]:
    yield _row(REGISTER_HEAD)
    yield _row(("---",) * len(REGISTER_HEAD))
    for entry in state.mitigations.values():
        subject = bank.questions.get(entry.subject)
        action = TREATMENT[entry.treatment] if entry.treatment else ""
        if entry.action:
            action = f"{action}: {entry.action}" if action else entry.action
        confusion = _noted(state, entry, Step.CONFUSION)
        if entry.confusion_with:
            confusion.insert(0, entry.confusion_with)
        cells = (
            [subject.prompt if subject else entry.subject],
            _noted(state, entry, Step.EFFECT),
            confusion,
            [action],
            [_name(state, entry.owner)],
            [_day(entry.due) if entry.due else ""],
            _done(state, entry, zone),
        )
        yield _row(tuple(map(_cell, cells)))


def _done(state: State, entry: Entry, zone: ZoneInfo) -> list[str]:
    if entry.done_at is None:
        return []
    return list(filter(None, (_when(entry.done_at, zone), _name(state, entry.done_by))))


def _noted(state: State, entry: Entry, step: Step) -> list[str]:
    return [f"{_name(state, note.member)}: {note.text}" for note in entry.said(step)]


def _cell(texts: list[str]) -> str:
    return "<br>".join(_line(line) for text in texts for line in text.splitlines())


def _row(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"


def _name(state: State, member: str) -> str:
    return state.members[member].name if member in state.members else member


def _when(at: datetime, zone: ZoneInfo) -> str:
    local = at.astimezone(zone)
    return f"{_day(local)}, {local:%H:%M}"


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"
