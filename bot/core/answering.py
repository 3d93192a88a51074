"""Answers as words: plain replies to the walk's question, and forms for one question or several."""

from bot.core import access, hinting, reviewing, standing, where
from bot.core.effects import Button
from bot.core.errors import Problem, Refused
from bot.core.events import Answered, Typed
from bot.core.hinting import KEPT
from bot.core.recording import NOT_ASKED, checked, confirm, in_words, move_on, note, record
from bot.core.turn import Turn
from questions.answers import Rejected, fold, parse
from questions.model import Question
from questions.values import Value
from storage.people import Role
from storage.records import How, Item, Part, Said, Stage, Walk

# -- words ---------------------------------------------------------------------------------------

FORM_PROBLEMS = "Something on the form needs another look."
EMPTIED = "Nothing is left of your answer here. “Take it back” takes it back."
EMPTY_FORM = "There is nothing on the form yet. An answer to one question is enough."
PAUSED = "This is paused, so nothing was asked. I've kept your words as a note."
CAN_GO_ON = " {chairs} can go on."
FINISHED = "This phase is done. I've kept your words as a note; to change an answer, open it."
RESUME, RECORD = "Go on", "Open the record"


WORDS_OF_OTHER = "other"
"""The part of a question's fields for the words of an option that needs them."""

# -- plain replies --------------------------------------------------------------------------------


def reply(turn: Turn, event: Typed) -> None:
    """A plain message in a walk that is asking, or about a question it asked before."""
    walk = turn.walk()
    text = checked(event.text)
    about = event.about if _was_asked(turn, walk, event.about) else walk.current
    question = turn.question(about)
    item = turn.item(question.id)
    if not item.applies:
        note(turn, question.id, text, event.ref)
        turn.reply(NOT_ASKED + KEPT)
        return
    value, parts = _understood(turn, walk, question, item, Part(ref=event.ref, text=text))
    if isinstance(value, Rejected):
        note(turn, question.id, text, event.ref)
        hinting.say(turn, walk, question, value, event.ref)
        return
    record(turn, question.id, Said.ANSWER, How.REPLY, value=value, parts=parts)
    turn.react(walk, event.ref)
    move_on(turn, walk, question.id)


def _was_asked(turn: Turn, walk: Walk, question: str) -> bool:
    return question in walk.cards and question in turn.bank.questions


def _understood(
    turn: Turn, walk: Walk, question: Question, item: Item, part: Part
) -> tuple[Value | Rejected, tuple[Part, ...]]:
    """Read a reply together with what the same member said since the walk came here.

    About a question that the walk has left already, a reply adds to what was said: the person had
    it before them all the time.
    """
    mine = item.responses.get(turn.event.member)
    here = question.id == walk.current
    if mine and mine.said is Said.ANSWER and (not here or mine.at >= walk.arrived_at):
        parts = (*mine.parts, part)
        return fold(question, [p.text for p in parts]), parts
    value = parse(question, part.text)
    if isinstance(value, Rejected):
        parts = (*_noted(turn, walk, item), part) if here else (part,)
        together = fold(question, [p.text for p in parts])
        if not isinstance(together, Rejected):
            return together, parts
    return value, (part,)


def _noted(turn: Turn, walk: Walk, item: Item) -> tuple[Part, ...]:
    """What the member said last, since the walk came here, that did not fit by itself."""
    found = where.unfit(walk, item, turn.event.member)
    return tuple(Part(ref=kept.ref, text=kept.text) for kept in found)


def in_round(turn: Turn, event: Typed) -> None:
    """A plain message in the review round, which may still be about a question before it."""
    if _was_asked(turn, turn.walk(), event.about):
        reply(turn, event)
    else:
        reviewing.word(turn, event)


def keep_as_note(turn: Turn, event: Typed) -> None:
    """A plain message in a walk that is paused or done: kept, and a way on."""
    walk = turn.walk()
    text = checked(event.text)
    note(turn, _nearest(turn, walk, event.about), text, event.ref)
    if walk.stage is Stage.PAUSED:
        button = Button(action="resume", label=RESUME, walk=walk.id, primary=True, lead=walk.shared)
        leads = not walk.shared or turn.me.role is Role.CHAIR
        turn.reply(
            PAUSED if leads else PAUSED + CAN_GO_ON.format(chairs=access.chairs(turn.state)),
            (button,) if leads else (),
        )
    else:
        turn.reply(FINISHED, (Button(action="record", label=RECORD, value=walk.phase),))


def _nearest(turn: Turn, walk: Walk, about: str) -> str:
    """The question beside which words are kept that answer none: what they were about, or near it.

    A walk that found nothing to ask has been nowhere: then it is its phase's last question.
    """
    subject = walk.review.subject if walk.review else ""
    here = (about if about in turn.bank.questions else "", walk.current, subject, *walk.trail[-1:])
    return next(filter(None, here), "") or turn.phase(walk).questions[-1].id


# -- forms -----------------------------------------------------------------------------------------


def form(turn: Turn, event: Answered) -> None:
    """A form for one question or several, in the bank's order. All of it is taken, or none."""
    values = _read(turn, event)
    for name in turn.bank.questions:
        if name in values:
            _take(turn, turn.bank.questions[name], values[name])
    walk = turn.state.walks.get(event.walk)
    if walk and walk.current in values:
        move_on(turn, walk, walk.current)


def _read(turn: Turn, event: Answered) -> dict[str, Value]:
    values: dict[str, Value] = {}
    problems: list[Problem] = []
    if not event.answers and _has_answered(turn, event.emptied):
        raise Refused(EMPTIED, (Problem(field=event.emptied, sentence=EMPTIED),))
    # Beside others, a blank field changes nothing: it may be older than the answer.
    if not event.answers:
        raise Refused(EMPTY_FORM)
    for name, fields in event.answers.items():
        value = parse(turn.question(name), fields)
        if isinstance(value, Rejected):
            at = f"{name}:{WORDS_OF_OTHER}" if value.code == "needs-words" else name
            emptied = value.code == "empty" and _has_answered(turn, name)
            sentence = EMPTIED if emptied else value.reason
            problems.append(Problem(field=at, sentence=sentence))
        else:
            values[name] = value
    if problems:
        raise Refused(FORM_PROBLEMS if values else problems[0].sentence, tuple(problems))
    return values


def _has_answered(turn: Turn, question: str) -> bool:
    return question in turn.bank.questions and turn.event.member in turn.item(question).answers


def _take(turn: Turn, question: Question, value: Value) -> None:
    """One answer of a form: what the same form has closed is kept, and what it opened is taken."""
    item = turn.item(question.id)
    if not (item.applies or standing.item_of(turn.before, question.id).applies):
        raise Refused(NOT_ASKED, (Problem(field=question.id, sentence=NOT_ASKED),))
    mine = item.answers.get(turn.event.member)
    if mine and mine.value == value:
        confirm(turn, question.id)
        return
    record(
        turn, question.id, Said.ANSWER, How.FORM,
        value=value, parts=in_words(question, value), even_closed=True,
    )  # fmt: skip
