"""The card of one answer in a walk's review round, and which answers a round looks at. Pure."""

from collections.abc import Iterable

from bot.core import standing
from bot.core.effects import Action, Button, ReviewCard, Saying
from bot.core.register import TREATMENTS, outcome
from bot.core.words import short
from questions.model import Bank, Kind
from questions.values import plain
from storage.records import ReviewNote, State, Status, Step, Walk

# -- words ---------------------------------------------------------------------------------------

WRITE, NOTHING, NEXT, BACK = "Write…", "Nothing to note", "Next", "Back"
INTRO = "{phase} is answered. A few minutes to think about what could go wrong for {affects}."
STEPS = {
    Step.EFFECT: "What does it do to the experience of {affects}?",
    Step.CONFUSION: "Could it be confused with another part of the programme? Which one?",
    Step.RESPONSE: "What will we do about it?",
    Step.ACTION: "What will be done, by whom, and by when?",
}

LEFT_OUT = (Status.SKIPPED, Status.NA, Status.PARKED)
"""A round whose own question stands so is not held."""


def review_card(
    state: State, bank: Bank, walk: Walk, subject: str, *, folded: bool = False, intro: bool = False
) -> ReviewCard:
    """The card of one answer in the review round, at the walk's present step."""
    question, item = bank.questions[subject], standing.item_of(state, subject)
    phase = bank.phase_of[subject]
    entry = state.mitigations.get(subject)
    notes = entry.notes if entry else ()
    at = walk.review if walk.review and walk.review.subject == subject else None
    step = at.step if at else Step.EFFECT
    rest = review_subjects(state, bank, walk)
    round_so_far = walk.reviewed if subject in walk.reviewed else (*walk.reviewed, subject)
    missing = standing.to_look(state, bank, walk) if at and walk.shared else ()
    waiting = tuple(sorted(standing.names(state, missing), key=str.casefold))
    answers = sorted(item.answers.values(), key=lambda a: (a.at, a.member))
    texts = dict.fromkeys(plain(question, a.value) for a in answers if a.value)
    return ReviewCard(
        walk=walk.id,
        subject=subject,
        phase=phase.title,
        n=round_so_far.index(subject) + 1,
        total=max(len(walk.reviewed) + len(rest), len(round_so_far)),
        prompt=question.prompt,
        answer=short("; ".join(texts), 200),
        intro=INTRO.format(phase=phase.title, affects=phase.affects) if intro else "",
        ask=STEPS[step].format(affects=phase.affects),
        before=review_lines(state, [n for n in notes if n.step is not step and not folded]),
        lines=review_lines(state, [n for n in notes if n.step is step or folded]),
        outcome=outcome(state, entry) if entry else "",
        waiting=waiting,
        folded=folded,
        buttons=_review_buttons(walk, subject, step, heard=bool(at and at.heard), folded=folded),
    )


def review_subjects(state: State, bank: Bank, walk: Walk) -> tuple[str, ...]:
    """The answers a walk's round still has to look at: for an own walk, the owner's own."""
    phase = bank.phase_by_id.get(walk.phase)
    if phase is None or phase.review is None:
        return ()
    review = standing.item_of(state, phase.review.id)
    if review.status in LEFT_OUT or walk.member in review.responded:
        return ()  # the round itself was skipped, ruled out or put aside
    found = []
    for question in phase.questions:
        item = standing.item_of(state, question.id)
        settled = item.applies and item.status is Status.ANSWERED
        mine = walk.shared or walk.member in item.answers
        if question.kind is not Kind.REVIEW and settled and mine:
            found.append(question.id)
    return tuple(subject for subject in found if subject not in walk.reviewed)


def review_lines(state: State, notes: Iterable[ReviewNote]) -> tuple[Saying, ...]:
    """What was said about one answer, as sayings."""
    return tuple(
        Saying(
            member=note.member,
            name=state.members[note.member].name if note.member in state.members else note.member,
            words=note.text,
            at=note.at,
        )
        for note in notes
    )


def _review_buttons(
    walk: Walk, subject: str, step: Step, *, heard: bool, folded: bool
) -> tuple[Button, ...]:
    def button(action: Action, label: str, value: str = "", *, primary: bool = False) -> Button:
        return Button(
            action=action, label=label, walk=walk.id, question=subject, value=value,
            primary=primary, lead=walk.shared and action in ("next", "back"),
        )  # fmt: skip

    write = button("review", WRITE, primary=not folded and step is not Step.RESPONSE)
    if folded:
        return (write,)
    nothing = button("pass", NOTHING)
    if step is Step.RESPONSE:
        treat = (button("treat", label, value) for value, label in TREATMENTS.items())
        return (*treat, nothing, write)
    onward = (button("next", NEXT),) if walk.shared and heard else ()
    return (nothing, write, *onward, button("back", BACK))
