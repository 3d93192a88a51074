"""What there is to read: a phase's record, what it will ask, one question; as lines to lay out. Pure.

Each platform draws the passages in its own way and turns them into pages of its own size.
"""

from collections.abc import Iterator
from typing import Literal

from bot.core import cards, register, standing, summaries
from bot.core.effects import Button
from bot.core.register import Reader
from bot.core.sayings import SaidLine, ruled, said_parts
from bot.core.showing import ANSWER, OPEN, OPTIONS, REGISTER, registered_said
from bot.core.words import several, short
from questions.model import Frozen, Kind, Phase, Question
from storage.records import State

# -- words ---------------------------------------------------------------------------------------

RECORD = "The record"
NOT_BEGUN = "Not begun: {count}."
NOBODY, EMPTY = "Nobody has answered this yet.", "Nothing is asked here."
NUMBERED = "{n}. {prompt}"
WHERE = "Page {n} of {total}"
PREVIOUS, NEXT = "Previous page", "Next page"


class Passage(Frozen):
    """One stretch of it."""

    look: Literal["title", "text", "said", "small", "way", "rule"]
    """A heading, plain words, a question with what was said to it, a small line, a button in a row of
    its own, a rule between two parts."""
    text: str = ""
    lines: tuple[SaidLine, ...] = ()
    """What stands below the words; a line without a name is nobody's."""
    button: Button | None = None
    """Stands beside the words, or alone in its row."""


class Reading(Frozen):
    """Something to read."""

    title: str
    of: str
    """The phase or the question that it is about; "" for all phases."""
    passages: tuple[Passage, ...]


def phase_reading(reader: Reader, phase: str, *, answers: bool) -> Reading:
    """What a phase asks, with what was answered or without; of every phase where there is none such."""
    bank = reader.desk.bank
    one = bank.phase_by_id.get(phase)
    part = _record if answers else _outline
    if one is None and answers:
        part = _in_record
    return Reading(
        title=one.title if one else RECORD,
        of=one.id if one else "",
        passages=tuple(
            passage for each in ((one,) if one else bank.phases) for passage in part(reader, each)
        ),
    )


def _outline(reader: Reader, phase: Phase) -> Iterator[Passage]:
    state, bank = reader.desk.state, reader.desk.bank
    yield Passage(look="title", text=phase.title)
    asked = [bank.questions[name] for name in standing.counted(state, phase)]
    numbered = (NUMBERED.format(n=n, prompt=each.prompt) for n, each in enumerate(asked, start=1))
    yield Passage(look="text", text="\n\n".join(numbered) or EMPTY)


def _in_record(reader: Reader, phase: Phase) -> Iterator[Passage]:
    """A phase among all of them: one line of it, as long as nothing has come of it."""
    state = reader.desk.state
    begun = any(walk.phase == phase.id for walk in state.walks.values())
    if begun or any(_touched(state, question) for question in phase.questions):
        yield from _record(reader, phase)
        return
    count = several(len(standing.counted(state, phase)), "question")
    line = SaidLine("", NOT_BEGUN.format(count=count))
    made = Button(action="record", label=OPEN, value=phase.id)
    yield Passage(look="text", text=phase.title, lines=(line,), button=made)


def _touched(state: State, question: Question) -> bool:
    item = standing.item_of(state, question.id)
    return bool(item.responses or item.notes or item.ruling or item.assignment)


def _record(reader: Reader, phase: Phase) -> Iterator[Passage]:
    state, bank = reader.desk.state, reader.desk.bank
    yield Passage(look="title", text=phase.title)
    for question in phase.questions:
        item = standing.item_of(state, question.id)
        if question.kind is Kind.REVIEW or not (item.applies or item.answers):
            continue
        made = Button(action="open", label=OPEN, question=question.id)
        said = tuple(_said(state, question))
        yield Passage(look="said", text=question.prompt, lines=said, button=made)
    entries = summaries.register_lines(state, bank, phase.id)
    if entries:
        yield Passage(look="title", text=REGISTER)
    for entry in entries:
        yield from _registered(reader, entry.subject, entry.prompt)


def _registered(reader: Reader, subject: str, heading: str = "") -> Iterator[Passage]:
    """What the register says about an answer, and how far the action is; nothing where it has no word."""
    entry = reader.desk.state.mitigations.get(subject)
    if entry is None:
        return
    line = summaries.register_line(reader.desk.state, reader.desk.bank, entry)
    said = tuple(SaidLine("", words) for words in registered_said(line))
    action = register.action(reader, entry)
    if heading and (said or action):
        yield Passage(look="text", text=heading, lines=said)
    elif said:
        yield Passage(look="text", lines=said)
    if action:
        stands = (SaidLine("", action.stands),) if action.stands else ()
        yield Passage(look="text", text=action.what, lines=stands, button=action.way)


def _said(state: State, question: Question) -> Iterator[SaidLine]:
    """What was said to a question, and the committee's word on it."""
    item = standing.item_of(state, question.id)
    yield from map(said_parts, standing.sayings(state, question, item))
    if not item.applies:
        yield SaidLine("", cards.CLOSED)
    elif item.ruling is not None and item.status in cards.STANDING:
        yield SaidLine("", ruled(item.status, item.ruling.reason))


def question_reading(reader: Reader, name: str) -> Reading:
    """One question: what was said, and a button to answer it; the record, where there is none such."""
    bank = reader.desk.bank
    question = bank.questions.get(name)
    if question is None:
        return phase_reading(reader, "", answers=True)
    passages = tuple(_question(reader, question))
    return Reading(title=bank.phase_of[name].title, of=name, passages=passages)


def _question(reader: Reader, question: Question) -> Iterator[Passage]:
    state, bank = reader.desk.state, reader.desk.bank
    yield Passage(look="title", text=question.prompt)
    yield Passage(look="small", text=question.help)
    listed = (OPTIONS.format(number=o.number, label=o.label) for o in cards.choices(question))
    yield Passage(look="text", text="\n".join(listed))
    if question.kind is not Kind.REVIEW and standing.item_of(state, question.id).applies:
        yield Passage(
            look="way", button=Button(action="answer", label=ANSWER, question=question.id)
        )
    earlier = cards.earlier(state, bank, question)
    quoted = [short(each.words or each.choice, 160) for each in earlier]
    for line in cards.context(state, bank, question, ""):
        if not any(words in line for words in quoted):  # it follows whole
            yield Passage(look="small", text=line)
    for said in list(_said(state, question)) or [SaidLine("", NOBODY)]:
        yield Passage(look="text", lines=(said,))
    registered = tuple(_registered(reader, question.id))
    if registered:
        yield Passage(look="title", text=REGISTER)
        yield from registered
    if earlier:
        yield Passage(look="rule")
        yield Passage(look="small", text=bank.questions[question.link or ""].prompt)
        for said in map(said_parts, earlier):
            yield Passage(look="text", lines=(said,))
