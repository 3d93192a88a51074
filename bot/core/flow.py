"""How a walk moves: from question to question, into the review round, to its end.

`proceed` is the one way on. It ends: each question is asked of itself at most once in a pass, and
each subject reviewed once; going back is a person's act.
"""

from typing import Literal

from bot.core import cards, review_cards, standing, summaries
from bot.core.targets import InChannel, InThread
from bot.core.turn import Turn
from questions.model import Kind
from storage.people import MoveOn, Role
from storage.records import Item, ReviewAt, Ruling, Stage, State, Status, Step, Walk

NOTHING_TO_REVIEW = "There were no answers to look at."


def upcoming(turn: Turn, walk: Walk) -> str:
    """The next question to ask: first those after the current one, then any not asked yet."""
    ids = [q.id for q in turn.phase(walk).questions if q.kind is not Kind.REVIEW]
    here = ids.index(walk.current) + 1 if walk.current in ids else len(ids)
    for question in ids[here:]:
        if _owed(turn.state, walk, question):
            return question
    seen = {*walk.trail, walk.current}
    for question in ids[:here]:
        if question not in seen and _owed(turn.state, walk, question):
            return question
    return ""


def _owed(state: State, walk: Walk, question: str) -> bool:
    item = standing.item_of(state, question)
    return item.applies and not standing.complete(state, item, walk.member)


def proceed(turn: Turn, walk: Walk) -> None:
    """Move on: to where the walk came back from, the next question, the review round, or the end."""
    target = ""
    if walk.ahead and walk.ahead != walk.current and turn.item(walk.ahead).applies:
        target = walk.ahead
    target = target or upcoming(turn, walk)
    if target:
        ask(turn, walk, target)
        return
    subjects = review_cards.review_subjects(turn.state, turn.bank, walk)
    if subjects:
        look_at(turn, walk, subjects[0])
        return
    finish(turn, walk)


def ask(turn: Turn, walk: Walk, question: str, *, back: bool = False) -> None:
    """Put a question: fold the card before it, post its own."""
    visits = walk.cards.get(question, 0) + 1
    old = walk
    walk = turn.put_walk(
        walk.evolve(
            stage=Stage.ASKING,
            current=question,
            trail=walk.trail if back or walk.current == question else _went(walk, question),
            ahead="" if question == walk.ahead else walk.ahead,
            review=None,
            cards={**walk.cards, question: visits},
            arrived_at=turn.now,
        )
    )
    _fold_left(turn, old, walk)
    if visits > 1:
        _fold_older(turn, walk, question)
    card = cards.question_card(turn.state, turn.bank, walk, question)
    turn.ask(walk, cards.card_key(walk, question), card)


def _went(walk: Walk, to: str = "") -> tuple[str, ...]:
    """The trail once the walk leaves its current question: each stands in it once.

    A walk that returns from going back leaves the trail as it was.
    """
    left = walk.current
    if not left or (left in walk.trail and to and to == walk.ahead):
        return walk.trail
    return (*(name for name in walk.trail if name != left), left)


def look_at(turn: Turn, walk: Walk, subject: str) -> None:
    """Put one answer into the review round."""
    name = f"review:{subject}"
    old = walk
    walk = turn.put_walk(
        walk.evolve(
            stage=Stage.REVIEWING,
            current="",
            trail=_went(walk),
            ahead="",
            review=ReviewAt(subject=subject),
            cards={**walk.cards, name: walk.cards.get(name, 0) + 1},
            arrived_at=turn.now,
        )
    )
    _fold_left(turn, old, walk)
    intro = not walk.reviewed
    card = review_cards.review_card(turn.state, turn.bank, walk, subject, intro=intro)
    turn.ask(walk, cards.card_key(walk, name), card)


def next_step(turn: Turn, walk: Walk) -> None:
    """Move on inside the review round: to the subject's next step, or past the subject."""
    at = walk.review
    if at is None:
        proceed(turn, walk)
        return
    following = {Step.EFFECT: Step.CONFUSION, Step.CONFUSION: Step.RESPONSE}.get(at.step)
    entry = turn.state.mitigations.get(at.subject)
    if following is Step.RESPONSE and entry and entry.treatment:
        following = None  # decided before, on a form
    if at.noted and following:
        step_to(turn, walk, following)
        return
    leave_subject(turn, walk)


def step_to(turn: Turn, walk: Walk, step: Step) -> None:
    """Ask the next small thing about the same subject, on the same card."""
    if walk.review:
        at = walk.review.evolve(step=step, heard=())
        walk = turn.put_walk(walk.evolve(review=at, arrived_at=turn.now))
        turn.show_review(walk, at.subject)


def leave_subject(turn: Turn, walk: Walk) -> None:
    """The subject is done with: on to the next one, or out of the round."""
    if walk.review is None:
        return
    subject = walk.review.subject
    reviewed = walk.reviewed if subject in walk.reviewed else (*walk.reviewed, subject)
    proceed(turn, turn.put_walk(walk.evolve(reviewed=reviewed)))


def finish(turn: Turn, walk: Walk) -> None:
    """The walk is through: settle the review, fold the last card, say so once."""
    phase = turn.phase(walk)
    old = walk
    walk = turn.put_walk(
        walk.evolve(
            stage=Stage.DONE,
            current="",
            trail=_went(walk),
            ahead="",
            review=None,
            arrived_at=turn.now,
        )
    )
    if phase.review and turn.item(phase.review.id).status is Status.OPEN:
        _settle_review(turn, walk, phase.review.id)
    _fold_left(turn, old, walk)
    if old.stage is not Stage.DONE:
        notice = summaries.closing(turn.state, turn.bank, walk)
        first = walk.phase not in turn.state.committee.summarised
        apart = walk.shared and first  # else the summary is only edited, further up
        turn.say(InThread(walk=walk.id), f"done:{walk.id}", notice, apart=apart)
    summarise(turn, walk.phase)


def _settle_review(turn: Turn, walk: Walk, review: str) -> None:
    """The round was held; or, once the whole phase is through, there was no answer to hold it over."""
    if not walk.reviewed and not standing.phase_done(turn.state, walk.phase):
        return
    status: Literal[Status.ANSWERED, Status.NA] = Status.ANSWERED if walk.reviewed else Status.NA
    reason = "" if walk.reviewed else NOTHING_TO_REVIEW
    ruling = Ruling(status=status, reason=reason, by=turn.event.member, at=turn.now)
    turn.put(turn.item(review).evolve(ruling=ruling, status=status))


def summarise(turn: Turn, phase: str) -> None:
    """Post a phase's summary the first time it is done; keep it up to date from then on."""
    key = summaries.summary_key(turn.state, phase)
    committee = turn.state.committee
    if phase in committee.summarised:
        card = summaries.summary(turn.state, turn.bank, phase)
        turn.update(InChannel(), key, card)
    elif standing.phase_done(turn.state, phase):
        committee = committee.evolve(summarised=(*committee.summarised, phase))
        turn.state = turn.state.evolve(committee=committee)
        card = summaries.summary(turn.state, turn.bank, phase)
        turn.say(InChannel(), "summary", card, key=key)


def summarise_finished(turn: Turn) -> None:
    """Post the summaries of phases that are done now, because who was waited for has left."""
    for phase in dict.fromkeys(walk.phase for walk in turn.state.walks.values()):
        known = phase in turn.bank.phase_by_id
        if known and phase not in turn.state.committee.summarised:
            summarise(turn, phase)


def may_move_on(state: State, walk: Walk, item: Item) -> bool:
    """Whether a walk that stands at this item moves on by itself."""
    if not item.applies:
        return True
    if not walk.shared:
        return standing.complete(state, item, walk.member)
    if item.ruling:
        by = state.members.get(item.ruling.by)
        chairs = by is not None and by.role is Role.CHAIR
        return chairs or state.committee.settings.move_on is not MoveOn.CHAIR
    return standing.enough(state, item)


def settle_walks(turn: Turn) -> None:
    """Move on every walk that this turn has made ready, though nobody spoke to it."""
    old, new = turn.before, turn.state
    if new.items is old.items and new.members is old.members and new.committee is old.committee:
        return
    for walk_id in tuple(turn.state.walks):
        walk = turn.state.walks[walk_id]
        if walk.stage is Stage.ASKING:
            _settle_question(turn, walk)
        elif walk.stage is Stage.REVIEWING:
            _settle_round(turn, walk)


def _settle_question(turn: Turn, walk: Walk) -> None:
    """On, where the question was closed, or was dealt with elsewhere.

    What others do to a question moves nobody's own walk: its owner may be typing.
    """
    item, old = turn.item(walk.current), turn.before.walks.get(walk.id)
    if not item.applies:
        proceed(turn, walk)
    elif old is None or old.current != walk.current or old.cards != walk.cards:
        return  # it has only just come here
    elif walk.shared or walk.member == turn.event.member:
        was = standing.item_of(turn.before, walk.current)
        if may_move_on(turn.state, walk, item) and not may_move_on(turn.before, walk, was):
            proceed(turn, walk)


def _settle_round(turn: Turn, walk: Walk) -> None:
    """On, where the answer looked at was taken back or closed, or nobody is left to wait for."""
    if walk.review is None:
        return
    at, old = walk.review, turn.before.walks.get(walk.id)
    if at.subject not in review_cards.review_subjects(turn.state, turn.bank, walk):
        proceed(turn, walk)
    elif old is not None and old.review == at and heard_step(turn, walk):
        next_step(turn, walk)


def heard_step(turn: Turn, walk: Walk) -> bool:
    """Whether enough members have spoken to the present step of the round, or passed on all of it."""
    review = turn.phase(walk).review
    if walk.review is None or review is None or not walk.shared:
        return False
    asked = frozenset(standing.voices(turn.state)) - turn.item(review.id).responded
    return standing.heard_enough(turn.state, asked, frozenset(walk.review.heard))


def _fold_left(turn: Turn, old: Walk, walk: Walk) -> None:
    """Fold the card that the walk has just left."""
    if old.current and old.current != walk.current:
        turn.show(walk, old.current)
    if old.review and (walk.review is None or walk.review.subject != old.review.subject):
        turn.show_review(walk, old.review.subject)


def _fold_older(turn: Turn, walk: Walk, question: str) -> None:
    """Fold an earlier card of a question that is asked again further down."""
    older = walk.evolve(cards={**walk.cards, question: walk.cards[question] - 1}, current="")
    card = cards.question_card(turn.state, turn.bank, older, question, folded=True)
    turn.update(InThread(walk=walk.id), cards.card_key(older, question), card)
