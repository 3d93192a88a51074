"""The review round: for each answer, its effect, what it may be confused with, what will be done."""

import re
from typing import Any, Literal

from bot.core import flow
from bot.core.dates import who_and_when
from bot.core.effects import Button, Notice
from bot.core.errors import Misuse, Problem, Refused
from bot.core.events import Passed, Reviewed, Treated, Typed
from bot.core.recording import checked, note
from bot.core.targets import InThread
from bot.core.turn import Turn
from questions.model import Kind
from storage.records import Entry, ReviewAt, ReviewNote, Stage, Step, Treatment, Walk

NoteStep = Literal[Step.EFFECT, Step.CONFUSION]

# -- words ---------------------------------------------------------------------------------------

WHICH = 'I can\'t match "{text}" to one of the three. Act, influence or monitor works.'
EMPTY = "There is nothing on the form yet. One line is enough."
NO_OWNER = "I don't know that member. Please pick one from the list."
FIRST_WORD = re.compile(r"\W*(\w+)[\s:,;.–—-]*(.*)", re.DOTALL)
PAST = "The round has moved on. Write… on the card adds to it."


def word(turn: Turn, event: Typed) -> None:
    """A plain message in the round: taken at the present step."""
    walk, at = _here(turn)
    text = checked(event.text)
    if at.step in (Step.EFFECT, Step.CONFUSION):
        _add(turn, at.subject, ReviewNote(
            member=event.member, step=at.step, text=text, ref=event.ref, at=turn.now
        ))  # fmt: skip
        turn.react(walk, event.ref)
        _heard(turn, walk, at, noted=True)
    elif at.step is Step.ACTION:
        turn.react(walk, event.ref)
        _act(turn, walk, at.subject, text)
    else:
        _respond(turn, walk, at, event, text)


def _respond(turn: Turn, walk: Walk, at: ReviewAt, event: Typed, text: str) -> None:
    treatment, rest = _treatment(text)
    if treatment is None:
        review = turn.phase(walk).review
        if review:
            note(turn, review.id, text, event.ref)
        buttons = tuple(
            Button(
                action="treat", label=t.value.capitalize(), walk=walk.id,
                question=at.subject, value=t.value,
            )
            for t in Treatment
        )  # fmt: skip
        about = turn.about(walk, at.subject)
        notice = Notice(text=WHICH.format(text=text[:60]), about=about, buttons=buttons)
        turn.say(InThread(walk=walk.id), "hint", notice, only_for=event.member)
        return
    turn.react(walk, event.ref)
    if rest:
        _act(turn, walk, at.subject, rest, treatment)
        return
    _decide(turn, at.subject, treatment)
    if treatment is Treatment.ACT:
        flow.step_to(turn, walk, Step.ACTION)
    else:
        flow.leave_subject(turn, walk)


def _treatment(text: str) -> tuple[Treatment | None, str]:
    """The treatment that a reply opens with, and what it says besides.

    A beginning ("m") counts only where it is all that was typed: "In two weeks" is no influence.
    """
    words = FIRST_WORD.match(text)
    first, rest = (words[1].casefold(), words[2].strip()) if words else ("", "")
    found = [t for t in Treatment if first == t.value or (first and t.value.startswith(first))]
    if len(found) != 1 or (rest and first != found[0].value):
        return None, ""
    return found[0], rest


def late(turn: Turn, _event: Passed) -> None:
    """A click on a card that is no longer before anybody."""
    raise Refused(PAST)


def passed(turn: Turn, event: Passed) -> None:
    """Nothing to note at this step."""
    walk, at = _here(turn)
    if event.subject and event.subject != at.subject:
        raise Refused(PAST)
    if at.step is Step.ACTION:
        flow.leave_subject(turn, walk)
    else:
        _heard(turn, walk, at, noted=at.noted)


def treated(turn: Turn, event: Treated) -> None:
    """One click on act, influence or monitor."""
    _subject(turn, event.subject)
    _decide(turn, event.subject, event.treatment)
    walk = turn.state.walks.get(event.walk)
    show(turn, event.subject)
    if walk is None or not _looks_at(walk, event.subject):
        return
    if event.treatment is Treatment.ACT:
        flow.step_to(turn, walk, Step.ACTION)
    else:
        flow.leave_subject(turn, walk)


def form(turn: Turn, event: Reviewed) -> None:
    """The whole form for one answer; it may be sent for an earlier card, too."""
    _subject(turn, event.subject)
    if event.owner and event.owner not in turn.state.members:
        raise Refused(NO_OWNER, (Problem(field="owner", sentence=NO_OWNER),))
    texts: tuple[tuple[NoteStep, str], ...] = (
        (Step.EFFECT, event.effect),
        (Step.CONFUSION, event.confusion),
    )
    said = [(step, checked(text)) for step, text in texts if text.strip()]
    treatment = _chosen(turn, event)
    if not said and not treatment and not event.confusion_with.strip():
        raise Refused(EMPTY, (Problem(field="effect", sentence=EMPTY),))
    for step, text in said:
        kept = ReviewNote(member=event.member, step=step, text=text, ref="", at=turn.now)
        _add(turn, event.subject, kept, instead=True)
    entry = _entry(turn, event.subject)
    if event.confusion_with.strip():
        entry = entry.evolve(confusion_with=checked(event.confusion_with))
    if treatment:
        action = checked(event.action) if event.action.strip() else ""
        entry = _decided(
            entry, treatment=treatment, action=action, owner=event.owner, due=event.due
        )
    turn.state = turn.state.with_entry(entry.evolve(by=event.member, at=turn.now))
    show(turn, event.subject)
    walk = turn.state.walks.get(event.walk)
    if walk and walk.review and _looks_at(walk, event.subject):
        _heard(turn, walk, walk.review, noted=True, settled=entry.treatment is not None)


def _chosen(turn: Turn, event: Reviewed) -> Treatment | None:
    """What a form says is to be done: whoever names an action, its owner or its day means to act."""
    if event.treatment or not (event.action.strip() or event.owner or event.due):
        return event.treatment
    return _entry(turn, event.subject).treatment or Treatment.ACT


def forget(turn: Turn, ref: str, text: str | None) -> bool:
    """Change (or, with None, take away) what a message said in the round. False if it said nothing."""
    who = turn.event.member

    def mine(kept: ReviewNote) -> bool:
        return kept.ref == ref and kept.member == who

    for entry in turn.state.mitigations.values():
        if any(mine(kept) for kept in entry.notes):
            if text is None:
                notes = tuple(kept for kept in entry.notes if not mine(kept))
            else:
                notes = tuple(k.evolve(text=text) if mine(k) else k for k in entry.notes)
            turn.state = turn.state.with_entry(entry.evolve(notes=notes))
            show(turn, entry.subject)
            return True
    return False


# -- small steps -----------------------------------------------------------------------------------


def _here(turn: Turn) -> tuple[Walk, ReviewAt]:
    walk = turn.walk()
    if walk.review is None:
        raise Refused(PAST)
    return walk, walk.review


def _subject(turn: Turn, subject: str) -> None:
    question = turn.bank.questions.get(subject)
    if question is None or question.kind is Kind.REVIEW:
        raise Misuse(f"no answer to {subject} can be reviewed in bank {turn.bank.name}")


def _looks_at(walk: Walk, subject: str) -> bool:
    """Whether a walk has this answer before it in its round, just now."""
    return (
        walk.stage is Stage.REVIEWING and walk.review is not None and walk.review.subject == subject
    )


def show(turn: Turn, subject: str) -> None:
    """Bring the cards of an answer up to date, in the shared thread and the acting member's own."""
    for walk in turn.state.walks.values():
        if walk.shared or walk.member == turn.event.member:
            turn.show_review(walk, subject)


def _entry(turn: Turn, subject: str) -> Entry:
    return turn.state.mitigations.get(subject) or Entry(
        subject=subject, phase=turn.bank.phase_of[subject].id, by=turn.event.member, at=turn.now
    )


def _add(turn: Turn, subject: str, new: ReviewNote, *, instead: bool = False) -> None:
    """Add a note; with `instead`, in place of the same member's earlier one of that step."""
    entry = _entry(turn, subject)
    kept = tuple(
        old
        for old in entry.notes
        if not (instead and old.member == new.member and old.step is new.step)
    )
    notes = (*kept, new)
    turn.state = turn.state.with_entry(entry.evolve(notes=notes, by=new.member, at=turn.now))


def _decide(turn: Turn, subject: str, treatment: Treatment) -> None:
    entry = _entry(turn, subject)
    turn.state = turn.state.with_entry(
        _decided(entry, treatment=treatment, by=turn.event.member, at=turn.now)
    )


def _decided(entry: Entry, **decided: Any) -> Entry:
    """With what is to be done now. What was done was another action: this one is open."""
    new = entry.evolve(**decided)
    same = (new.treatment, new.action) == (entry.treatment, entry.action)
    return new if same else new.evolve(done_at=None, done_by="")


def _act(
    turn: Turn, walk: Walk, subject: str, text: str, treatment: Treatment = Treatment.ACT
) -> None:
    """Take down what will be done, by whom and by when, and go on to the next answer."""
    action, owner, due = who_and_when(text, turn.state, turn.now)
    entry = _decided(
        _entry(turn, subject),
        treatment=treatment, action=action, owner=owner, due=due, by=turn.event.member,
    )  # fmt: skip
    turn.state = turn.state.with_entry(entry.evolve(at=turn.now))
    flow.leave_subject(turn, walk)


def _heard(turn: Turn, walk: Walk, at: ReviewAt, *, noted: bool, settled: bool = False) -> None:
    """Count the member as heard at this step, and move on if that is enough.

    With `settled` nothing more is to be asked about this answer.
    """
    heard = at.heard if turn.event.member in at.heard else (*at.heard, turn.event.member)
    walk = turn.put_walk(walk.evolve(review=at.evolve(heard=heard, noted=at.noted or noted)))
    if not walk.shared or flow.heard_step(turn, walk):
        if settled:
            flow.leave_subject(turn, walk)
        else:
            flow.next_step(turn, walk)
    else:
        turn.show_review(walk, at.subject)
