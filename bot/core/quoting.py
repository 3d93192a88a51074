"""Putting a message that was written elsewhere to a question, as its author's answer."""

from collections.abc import Sequence
from typing import NamedTuple

from bot.core import access, ripple, standing
from bot.core.effects import Button, Notice
from bot.core.errors import Misuse, Problem, Refused
from bot.core.events import Recorded
from bot.core.recording import NOT_ASKED, checked, settled
from bot.core.targets import ToMember
from bot.core.turn import Turn
from bot.core.words import short
from questions.answers import Rejected, fold, parse
from questions.model import Bank, Kind, Phase, Question
from storage.people import Member
from storage.records import Answer, How, Part, Said, State

# -- words ---------------------------------------------------------------------------------------

NO_VOICE = "{name} only reads along here, so nothing can be recorded for them."
NO_ANSWERS = "This one is answered in its review round. Please choose another question."
THEIRS = "{name} has answered this already, and can change it."
THERE_ALREADY = "That message is recorded for this question already."
DONE = "Recorded for {author}: “{prompt}”."
TOLD = "{name} recorded a message of yours as your answer to “{prompt}”: “{text}”."
CHANGE, TAKE_BACK = "Change…", "Take it back"
HEADING, RECORD = "Record as an answer", "Record"
WHICH = "Which question does it answer?"
SAID = "{name} wrote:"
NOT_A_MEMBER = "Whoever wrote this is not in the committee, so it can't be recorded for them."
NO_WORDS = "There are no words in this message, so there is nothing to record."
GONE = "That message is not there any more."
NOTHING_ASKED = "No question is asked just now that it could answer."


class Quotable(NamedTuple):
    """Whose message may be put to which questions, by phase."""

    author: Member
    asked: list[tuple[Phase, Sequence[Question]]]


def quotable(
    state: State, bank: Bank, member: Member, author: Member | None, text: str
) -> Quotable:
    """The questions that a message of the author's may answer.

    Raises Refused where `member` may not record it, it has no words, or nothing is asked.
    """
    access.require(state, member, "answer")
    if author is None:
        raise Refused(NOT_A_MEMBER)
    if not text.strip():
        raise Refused(NO_WORDS)
    found: list[tuple[Phase, Sequence[Question]]] = []
    for phase in bank.phases:
        asked = [q for q in phase.questions if q.kind is not Kind.REVIEW]
        here = [q for q in asked if standing.item_of(state, q.id).applies]
        if here:
            found.append((phase, here))
    if not found:
        raise Refused(NOTHING_ASKED)
    return Quotable(author, found)


def quote(turn: Turn, event: Recorded) -> None:
    """Record somebody's message for them; they are told, and can take it back."""
    question = turn.question(event.question)
    author = turn.state.members.get(event.author)
    text = checked(event.text)
    if author is None:
        raise Misuse(f"member {event.author} is not of committee {event.committee}")
    if author.id not in standing.voices(turn.state):
        raise problem(NO_VOICE.format(name=author.name))
    if question.kind is Kind.REVIEW:
        raise problem(NO_ANSWERS)
    if not turn.item(question.id).applies:
        raise problem(NOT_ASKED)
    _record(turn, event, question, Part(ref=event.ref, text=text, link=event.link))
    turn.react_at(event.place, event.ref)
    prompt = short(question.prompt)
    turn.reply(DONE.format(author=author.name, prompt=prompt), place=event.place)
    if author.id != event.member:
        phase = turn.bank.phase_of[question.id].id
        buttons = (
            Button(action="answer", label=CHANGE, question=question.id, value=phase),
            Button(action="withdraw", label=TAKE_BACK, question=question.id),
        )
        told = TOLD.format(name=turn.me.name, prompt=prompt, text=short(text, 200))
        turn.say(ToMember(member=author.id), "quoted", Notice(text=told, buttons=buttons))


def _record(turn: Turn, event: Recorded, question: Question, part: Part) -> None:
    """A further revision of the author's: their words so far, and these; or these alone.

    What somebody said already is theirs to change: nobody else puts anything in its place.
    """
    item = turn.item(question.id)
    before = item.responses.get(event.author)
    if before and any(p.ref == part.ref for p in before.parts) and before.said is Said.ANSWER:
        raise problem(THERE_ALREADY)
    if before and before.said is Said.ANSWER and event.member != event.author:
        raise problem(THEIRS.format(name=turn.state.members[event.author].name))
    parts: tuple[Part, ...] = (part,)
    value = parse(question, part.text)
    if before and before.said is Said.ANSWER:
        together = fold(question, [p.text for p in (*before.parts, part)])
        if not isinstance(together, Rejected):
            parts, value = (*before.parts, part), together
    if isinstance(value, Rejected):
        raise problem(value.reason)
    answer = Answer(
        question=question.id,
        member=event.author,
        revision=before.revision + 1 if before else 1,
        said=Said.ANSWER,
        value=value,
        parts=parts,
        how=How.QUOTE,
        by=event.member,
        at=turn.now,
    )
    responses = {**item.responses, event.author: answer}
    settled(turn, item.evolve(responses=responses, ruling=None))
    ripple.spread(turn, question.id)


def problem(sentence: str) -> Refused:
    """A refusal at the question that was chosen."""
    return Refused(sentence, (Problem(field="question", sentence=sentence),))
