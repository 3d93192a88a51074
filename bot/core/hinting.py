"""The word about an answer that fits nothing: said with one-click answers, and settled once there is one."""

from datetime import datetime

from bot.core.effects import Button, Notice
from bot.core.targets import InThread
from bot.core.turn import Turn
from questions.answers import Rejected, parse
from questions.model import Question
from questions.values import NO, YES
from storage.records import Item, Note, Walk

# -- words ---------------------------------------------------------------------------------------

KEPT = " I've kept it as a note."
SINCE = " You have answered since."
IN_OWN_WORDS = "{label}…"

HINT = ":hint:"
"""Stands behind the walk's id in the key of such a word."""


def say(turn: Turn, walk: Walk, question: Question, rejected: Rejected, ref: str) -> None:
    """Say what would work, to whoever wrote the message with this id; its words are a note from now on."""
    alone = turn.event.member if walk.shared else ""
    key = _key(walk, question, ref, turn.now) if ref else ""
    notice = _notice(turn, walk, question, rejected, open_to_it=True)
    turn.say(InThread(walk=walk.id), "hint", notice, only_for=alone, key=key)
    if key:
        item, who = turn.item(question.id), turn.event.member
        notes = (n.evolve(hint=key) if (n.ref, n.member) == (ref, who) else n for n in item.notes)
        turn.put(item.evolve(notes=tuple(notes)))


def settle(turn: Turn, question: Question | None, item: Item) -> None:
    """Their author has answered: what was said to notes of theirs, as `item` had them, offers no more.

    What came before an earlier answer was settled by that one.
    """
    who = turn.event.member
    earlier = item.answers.get(who)
    for note in item.notes:
        if note.member == who and not (earlier and note.at <= earlier.at):
            over(turn, question, note)


def over(turn: Turn, question: Question | None, note: Note) -> None:
    """What was said to a note of the acting member's offers no more: it says something else now, or nothing."""
    read = parse(question, note.text) if question and note.hint else None
    if question is None or not isinstance(read, Rejected) or not read.hints:
        return
    walk = turn.state.walks.get(note.hint.partition(HINT)[0])
    if walk is not None:
        notice = _notice(turn, walk, question, read, open_to_it=False)
        alone = turn.event.member if walk.shared else ""
        turn.update(InThread(walk=walk.id), note.hint, notice, only_for=alone)


def buttons(walk: Walk, question: Question, rejected: Rejected) -> tuple[Button, ...]:
    """One-click answers for words that did not fit; an option that asks for own words leads to the form."""
    options = {o.id: o for o in getattr(question, "options", ())}
    labels = {"yes": YES, "no": NO} | {name: o.label for name, o in options.items()}
    made = []
    for hint in rejected.hints:
        if hint in options and options[hint].other:
            label = IN_OWN_WORDS.format(label=options[hint].label)
            made.append(Button(action="answer", label=label, walk=walk.id, question=question.id))
        elif hint in labels:
            at = Button(action="choose", label=labels[hint], walk=walk.id, question=question.id)
            made.append(at.model_copy(update={"value": hint}))
    return tuple(made)


def _notice(
    turn: Turn, walk: Walk, question: Question, rejected: Rejected, *, open_to_it: bool
) -> Notice:
    reason = rejected.reason
    text = reason if KEPT.strip() in reason else reason + KEPT
    return Notice(
        text=text if open_to_it else text + SINCE,
        about=turn.about(walk, question.id),
        buttons=buttons(walk, question, rejected) if open_to_it else (),
    )


def _key(walk: Walk, question: Question, ref: str, at: datetime) -> str:
    return f"{walk.id}{HINT}{question.id}:{ref}:{at.isoformat()}"
