"""Without one's own words: skip, not applicable, discuss later, still holds."""

from bot.core import standing
from bot.core.errors import Problem, Refused
from bot.core.events import Held, NotApplicable, Parked, Skipped
from bot.core.recording import NOT_ASKED, Word, checked, confirm, in_words, move_on, record, rule
from bot.core.turn import Turn
from bot.core.words import series
from questions.model import Question
from storage.people import Role
from storage.records import How, Said, Status

# -- words ---------------------------------------------------------------------------------------

REASON = "Please say why in a few words, so that the others understand."
NOTHING_TO_HOLD = "There is no earlier answer to keep. Please answer in your own words."
NOT_YOURS = "{names} gave that answer, so they look at it again. You can add your own with Answer…"


def skip(turn: Turn, event: Skipped) -> None:
    """Leave out: for the committee by its chair in the shared walk, else for oneself."""
    _pass(turn, event.question, event.reason, Said.SKIP, Status.SKIPPED)


def not_applicable(turn: Turn, event: NotApplicable) -> None:
    """Rule out: for the committee by its chair in the shared walk, else for oneself."""
    _pass(turn, event.question, event.reason, Said.NA, Status.NA)


def _pass(turn: Turn, name: str, reason: str, said: Said, status: Word) -> None:
    question = turn.question(name)
    if not reason.strip():
        raise Refused(REASON, (Problem(field="text", sentence=REASON),))
    reason = checked(reason)
    walk = turn.state.walks.get(turn.event.walk)
    if turn.me.role is Role.CHAIR and (walk is None or walk.shared):
        rule(turn, question.id, status, reason)
    else:
        record(turn, question.id, said, How.FORM, reason=reason)
    _onward(turn, question.id)


def park(turn: Turn, event: Parked) -> None:
    """Put aside to discuss."""
    question = turn.question(event.question)
    reason = checked(event.reason) if event.reason.strip() else ""
    rule(turn, question.id, Status.PARKED, reason)
    _onward(turn, question.id)


def hold(turn: Turn, event: Held) -> None:
    """*Still holds*: one's own answer where there is one, else the linked answer taken over.

    Where an answer has to be looked at again, the chair's word counts for all who gave it.
    """
    question = turn.question(event.question)
    item = turn.item(question.id)
    if not item.applies:
        raise Refused(NOT_ASKED)
    if event.member in item.answers:
        confirm(turn, question.id)
    elif item.reconfirm and item.answers:
        if turn.me.role is not Role.CHAIR:
            names = series(standing.names(turn.state, tuple(item.answers)))
            raise Refused(NOT_YOURS.format(names=names))
        confirm(turn, question.id)
    else:
        _take_over(turn, question)
    _onward(turn, question.id)


def _take_over(turn: Turn, question: Question) -> None:
    """The linked answer as one's own: what one said there oneself, else what was said last."""
    if not question.link:
        raise Refused(NOTHING_TO_HOLD)
    source = turn.item(question.link).answers
    latest = max(source.values(), key=lambda a: a.at, default=None)
    taken = source.get(turn.event.member) or latest
    if taken is None or taken.value is None or taken.value.kind != question.kind:
        raise Refused(NOTHING_TO_HOLD)
    record(
        turn, question.id, Said.ANSWER, How.HOLDS,
        value=taken.value, parts=in_words(question, taken.value), from_question=question.link,
    )  # fmt: skip


def _onward(turn: Turn, question: str) -> None:
    walk = turn.state.walks.get(turn.event.walk)
    if walk:
        move_on(turn, walk, question)
