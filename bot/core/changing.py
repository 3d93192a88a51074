"""Changing one's mind: withdrawing, and editing or deleting the message that said it.

A member's messages are found by their ids among that member's own answers and notes, so nobody can
touch what somebody else said.
"""

from bot.core import hinting, where
from bot.core.effects import Button
from bot.core.errors import Refused
from bot.core.events import Deleted, Edited, Withdrawn
from bot.core.recording import checked, move_on, record
from bot.core.turn import Turn
from bot.core.words import short
from questions.answers import Rejected, fold, parse
from questions.model import Kind, Question
from storage.records import Answer, How, Item, Note, Part, Said, Walk

# -- words ---------------------------------------------------------------------------------------

NOTHING_YET = "You have not answered this one yet, so there is nothing to take back."
TAKEN_BACK = "Your answer to “{prompt}” is taken back. The record keeps what it said."
ANSWER = "Answer…"


# -- taking back -----------------------------------------------------------------------------------


def withdraw(turn: Turn, event: Withdrawn) -> None:
    """Take one's response back; the revisions stay.

    Where no question is named it is the walk's present one, or else the one answered last here.
    """
    name = event.question or _answered_last(turn)
    question = turn.question(name)
    mine = turn.item(question.id).responses.get(event.member)
    if mine is None or mine.said is Said.WITHDRAWN:
        raise Refused(NOTHING_YET)
    record(turn, question.id, Said.WITHDRAWN, How.WITHDRAW)
    walk = turn.state.walks.get(event.walk)
    if walk:
        for part in mine.parts:
            turn.react(walk, part.ref, on=False)
    if walk and not event.question and walk.current != question.id:
        button = Button(action="answer", label=ANSWER, walk=walk.id, question=question.id)
        turn.reply(TAKEN_BACK.format(prompt=short(question.prompt)), (button,))


def _answered_last(turn: Turn) -> str:
    walk = turn.walk()
    for name in (walk.current, *reversed(walk.trail)):
        if name in turn.bank.questions and turn.event.member in turn.item(name).responded:
            return name
    return ""


# -- the message was edited ------------------------------------------------------------------------


def edit(turn: Turn, event: Edited) -> None:
    """A message was changed: whatever it said is read again."""
    text = checked(event.text)
    answered = _answered_with(turn, event.ref)
    if event.restores in turn.bank.questions and not answered:
        _restore(turn, turn.bank.questions[event.restores], Part(ref=event.ref, text=text))
        return
    for question, mine in answered:
        if mine.said in (Said.ANSWER, Said.WITHDRAWN):
            parts = tuple(p.evolve(text=text) if p.ref == event.ref else p for p in mine.parts)
            _read_again(turn, question, mine, parts, event)
    if not answered and (noted := _noted_with(turn, event.ref)):
        _edit_note(turn, *noted, text)


def _restore(turn: Turn, question: Question, part: Part) -> None:
    """A deletion was undone: its words count again, beside what was said since, or alone."""
    mine = turn.item(question.id).responses.get(turn.event.member)
    since = mine.parts if mine and mine.said is Said.ANSWER else ()
    for parts in ((*since, part), (part,)):
        if not isinstance(fold(question, [p.text for p in parts]), Rejected):
            _answer(turn, question, How.EDIT, parts)
            return


def _read_again(
    turn: Turn, question: Question, mine: Answer, parts: tuple[Part, ...], event: Edited
) -> None:
    if parts == mine.parts and not event.restores:
        return
    value = fold(question, [part.text for part in parts])
    walk = _walk(turn, question)
    if isinstance(value, Rejected):
        _drop_note(turn, question.id, event.ref)
        record(turn, question.id, Said.WITHDRAWN, How.EDIT, parts=parts)
        text = next(part.text for part in parts if part.ref == event.ref)
        _keep_note(turn, question.id, Note(
            member=event.member, text=text, ref=event.ref, own=walk is not None and not walk.shared,
            at=turn.now,
        ))  # fmt: skip
        if walk:
            turn.react(walk, event.ref, on=False)
        if walk:
            hinting.say(turn, walk, question, value, event.ref)
        return
    _answer(turn, question, How.EDIT, parts)
    if walk:
        turn.react(walk, event.ref)


def _edit_note(turn: Turn, item: Item, kept: Note, text: str) -> None:
    """A note may become the answer it was meant to be, where its author has given none yet."""
    question = turn.bank.questions.get(item.question)
    walk = _walk(turn, question) if question else None
    mine = item.responses.get(kept.member)
    open_to_it = item.applies and (mine is None or mine.said is Said.WITHDRAWN)
    if text == kept.text:
        return
    new, unfit = kept.evolve(text=text), None
    if question and question.kind is not Kind.REVIEW and open_to_it:
        value = parse(question, text)
        if not isinstance(value, Rejected):
            _answer(turn, question, How.EDIT, (Part(ref=kept.ref, text=text),))
            if walk:
                turn.react(walk, kept.ref)
            return
        unfit = value  # it is as if it were said now, and so is the word about it
        new = new.evolve(at=turn.now, hint="")
        hinting.over(turn, question, kept)
    notes = tuple(new if n == kept else n for n in item.notes)
    turn.put(item.evolve(notes=notes))
    if question and walk and unfit:
        hinting.say(turn, walk, question, unfit, kept.ref)


def _answer(turn: Turn, question: Question, how: How, parts: tuple[Part, ...]) -> None:
    value = fold(question, [part.text for part in parts])
    if isinstance(value, Rejected):
        return
    record(turn, question.id, Said.ANSWER, how, value=value, parts=parts, even_closed=True)
    walk = _walk(turn, question)
    if walk:
        move_on(turn, walk, question.id)


def _walk(turn: Turn, question: Question) -> Walk | None:
    """The walk that a message stands in; in a room without threads, the one through its phase."""
    place = getattr(turn.event, "place", None)
    phase = turn.bank.phase_of[question.id].id
    return turn.state.walks.get(turn.event.walk) or where.walk_at(turn.state, place, phase)


# -- the message was deleted -----------------------------------------------------------------------


def delete(turn: Turn, event: Deleted) -> None:
    """A message was deleted: what it said is taken back; the revisions stay."""
    answered = _answered_with(turn, event.ref)
    for question, mine in answered:
        left = tuple(part for part in mine.parts if part.ref != event.ref)
        unfit = mine.said is Said.WITHDRAWN and mine.how is How.EDIT
        fits = not isinstance(fold(question, [part.text for part in left]), Rejected)
        if fits and (mine.said is Said.ANSWER or unfit):
            _answer(turn, question, How.DELETE, left)
        elif mine.said is Said.ANSWER:
            record(turn, question.id, Said.WITHDRAWN, How.DELETE, parts=left)
        _drop_note(turn, question.id, event.ref)
    if not answered and (noted := _noted_with(turn, event.ref)):
        _drop_note(turn, noted[0].question, event.ref)


# -- finding what a message said -------------------------------------------------------------------


def _answered_with(turn: Turn, ref: str) -> list[tuple[Question, Answer]]:
    """What a message answers: one question, and more where it was put to them by hand."""
    return [
        (turn.bank.questions[name], mine)
        for name, item in turn.state.items.items()
        if ref
        and name in turn.bank.questions
        and (mine := item.responses.get(turn.event.member))
        and any(p.ref == ref for p in mine.parts)
    ]


def _noted_with(turn: Turn, ref: str) -> tuple[Item, Note] | None:
    for item in turn.state.items.values():
        for kept in item.notes:
            if ref and kept.ref == ref and kept.member == turn.event.member:
                return item, kept
    return None


def _keep_note(turn: Turn, question: str, note: Note) -> None:
    item = turn.item(question)
    turn.put(item.evolve(notes=(*item.notes, note)))


def _drop_note(turn: Turn, question: str, ref: str) -> None:
    item = turn.item(question)
    gone = [n for n in item.notes if n.ref == ref and n.member == turn.event.member]
    for note in gone:
        hinting.over(turn, turn.bank.questions.get(question), note)
    if gone:
        turn.put(item.evolve(notes=tuple(n for n in item.notes if n not in gone)))
