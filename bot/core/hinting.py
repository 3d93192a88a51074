"""The word about an answer that fits nothing: said with one-click answers, and settled once there is one."""

from bot.core.effects import Button, Notice
from bot.core.targets import InThread
from bot.core.turn import Turn
from questions.answers import Rejected, parse
from questions.model import Question
from questions.values import NO, YES
from storage.records import Item, Walk

# -- words ---------------------------------------------------------------------------------------

KEPT = " I've kept it as a note."
SINCE = " You have answered since."
IN_OWN_WORDS = "{label}…"


def say(turn: Turn, walk: Walk, question: Question, rejected: Rejected, ref: str) -> None:
    """Say what would work, to whoever wrote the message with this id."""
    alone = turn.event.member if walk.shared else ""
    key = _key(walk, question, ref) if ref else ""
    notice = _notice(turn, walk, question, rejected, open_to_it=True)
    turn.say(InThread(walk=walk.id), "hint", notice, only_for=alone, key=key)


def settle(turn: Turn, question: Question | None, item: Item) -> None:
    """Their author has answered: what was said to notes of theirs, as `item` had them, offers no more."""
    who = turn.event.member
    refs = {note.ref: note for note in item.notes if note.member == who and note.ref}
    if question is None or not refs:
        return
    for walk in turn.state.walks.values():
        if question.id not in walk.cards or walk.member not in ("", who):
            continue
        for ref, note in refs.items():
            read = parse(question, note.text)
            if isinstance(read, Rejected) and read.hints and note.own is bool(walk.member):
                notice = _notice(turn, walk, question, read, open_to_it=False)
                alone = who if walk.shared else ""
                to = InThread(walk=walk.id)
                turn.update(to, _key(walk, question, ref), notice, only_for=alone)


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


def _key(walk: Walk, question: Question, ref: str) -> str:
    return f"{walk.id}:hint:{question.id}:{ref}"
