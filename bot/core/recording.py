"""The one way into the record: revisions, rulings, notes, and what follows from them."""

from collections.abc import Sequence
from typing import Literal

from bot.core import flow, hinting, ripple, standing
from bot.core.errors import Misuse, Problem, Refused
from bot.core.turn import Turn
from questions.answers import Rejected, fold, readable
from questions.model import Question
from questions.values import NO, YES, ManyValue, OneValue, Value, YesNoValue, said_words
from storage.records import Answer, How, Item, Note, Part, Ruling, Said, Stage, Status, Walk

# -- words ---------------------------------------------------------------------------------------

Word = Literal[Status.PARKED, Status.SKIPPED, Status.NA]
NOT_ASKED = "This question is not asked just now, because of an earlier answer."
MOST_NOTES = 200
"""Of one member on one question; an item is written whole, so it has to stay small."""
TOO_MANY_NOTES = "There are many notes of yours on this question already. Please answer or skip it."


def record(
    turn: Turn,
    question: str,
    said: Said,
    how: How,
    *,
    value: Value | None = None,
    reason: str = "",
    parts: Sequence[Part] = (),
    from_question: str = "",
    even_closed: bool = False,
) -> None:
    """Append a revision for the acting member, and let everything that hangs on it follow.

    A closed question is refused, except for taking back, and where `even_closed` says that the
    words belong to it all the same.
    """
    who = turn.event.member
    item = turn.item(question)
    if not (item.applies or even_closed or said is Said.WITHDRAWN):
        raise Refused(NOT_ASKED)
    if who not in standing.voices(turn.state):
        raise Misuse(f"{who} has no voice in {turn.state.committee.id}")
    before = item.responses.get(who)
    kept = parts or (before.parts if before and said is not Said.ANSWER else ())
    answer = Answer(
        question=question,
        member=who,
        revision=before.revision + 1 if before else 1,
        said=said,
        value=value,
        reason=reason,
        parts=tuple(kept),
        how=how,
        from_question=from_question,
        by=who,
        at=turn.now,
    )
    refs = {part.ref for part in parts if part.ref}
    changed = item.evolve(
        responses={**item.responses, who: answer},
        ruling=None if said is Said.ANSWER else item.ruling,
        notes=tuple(n for n in item.notes if n.ref not in refs) if refs else item.notes,
    )
    settled(turn, changed)
    if said is Said.ANSWER:
        hinting.settle(turn, turn.bank.questions.get(question), item)
    ripple.spread(turn, question)


def settled(turn: Turn, item: Item) -> None:
    """Put an item with the status that follows, and without a mark that nobody has to look at."""
    status = standing.status_of(turn.state, item)
    mark = item.reconfirm if standing.to_confirm(turn.state, item) else None
    if status is not item.status or mark is not item.reconfirm:
        item = item.evolve(status=status, reconfirm=mark)
    turn.put(item)


def in_words(question: Question, value: Value) -> tuple[Part, ...]:
    """What a form or a click says, as words that a later reply can add to.

    Nothing where words alone would not say the same.
    """
    match value:
        case OneValue(option=option, other=other):
            names = [_label(question, option, other)]
        case ManyValue(options=options, other=other):
            names = [_label(question, option, other) for option in options]
        case YesNoValue(yes=yes):
            names = [YES if yes else NO]
        case _:
            names = []
    text = "\n".join(filter(None, (", ".join(names), said_words(value))))
    return (Part(ref="", text=text),) if fold(question, (text,)) == value else ()


def _label(question: Question, option: str, other: str) -> str:
    for known in getattr(question, "options", ()):
        if known.id == option:
            return f"{known.label}: {other}" if known.other else str(known.label)
    return option


def move_on(turn: Turn, walk: Walk, question: str) -> None:
    """Move the event's own walk on, if it stands at this question and its rule allows."""
    walk = turn.state.walks[walk.id]
    if walk.current != question or walk.stage is not Stage.ASKING:
        return
    if flow.may_move_on(turn.state, walk, turn.item(question)):
        flow.proceed(turn, walk)


def checked(text: str) -> str:
    """A person's text, readable and trimmed. Raises Refused with what would work."""
    result = readable(text)
    if isinstance(result, Rejected):
        raise Refused(result.reason, (Problem(field="text", sentence=result.reason),))
    return result


def rule(turn: Turn, question: str, status: Word, reason: str) -> None:
    """Set the committee's own word on a question."""
    item = turn.item(question)
    if not item.applies:
        raise Refused(NOT_ASKED)
    ruling = Ruling(status=status, reason=reason, by=turn.event.member, at=turn.now)
    turn.put(item.evolve(ruling=ruling, status=status, reconfirm=None))
    ripple.show(turn, question)


def confirm(turn: Turn, question: str) -> None:
    """One's answer stands as it is; from the chair without one, all of them do.

    The mark goes once everyone whose answer was built on the change has looked again.
    """
    item = turn.item(question)
    mine = item.answers.get(turn.event.member)
    if mine:
        again = mine.evolve(
            revision=mine.revision + 1, how=How.CONFIRM, by=turn.event.member, at=turn.now
        )
        responses = {**item.responses, turn.event.member: again}
        settled(turn, item.evolve(responses=responses, ruling=None))
    else:
        turn.put(item.evolve(reconfirm=None))
    ripple.show(turn, question)


def note(turn: Turn, question: str, text: str, ref: str) -> None:
    """Keep words that did not fit as an answer."""
    item, who = turn.item(question), turn.event.member
    if sum(kept.member == who for kept in item.notes) >= MOST_NOTES:
        raise Refused(TOO_MANY_NOTES)
    walk = turn.state.walks.get(turn.event.walk)
    own = walk is not None and not walk.shared
    kept = Note(member=who, text=text, ref=ref, own=own, at=turn.now)
    turn.put(item.evolve(notes=(*item.notes, kept)))
