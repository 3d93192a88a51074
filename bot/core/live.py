"""The cards that can be shown anew at any time, as things stand just now. Pure.

For platforms on which one person may be shown a card of their own in a message's place, and comes
back to what the message is.
"""

from bot.core import cards, review_cards, summaries
from bot.core.effects import Content
from questions.model import Bank
from storage.records import State, Walk


def question(state: State, bank: Bank, walk: Walk, name: str) -> Content | None:
    """A question's card in a walk; None where the bank has it no longer, or it was never asked there."""
    if name not in bank.questions or name not in walk.cards:
        return None
    return cards.question_card(state, bank, walk, name, folded=walk.current != name)


def review(state: State, bank: Bank, walk: Walk, subject: str) -> Content | None:
    """The card of one answer in the review round; None where there is none."""
    if subject not in bank.questions or f"review:{subject}" not in walk.cards:
        return None
    current = walk.review is not None and walk.review.subject == subject
    return review_cards.review_card(
        state, bank, walk, subject, folded=not current, intro=current and not walk.reviewed
    )


def start(state: State, bank: Bank, walk: str, phase: str) -> Content | None:
    """The post that opened a walk, or (without one) a phase for all at their own pace."""
    found = state.walks.get(walk)
    if found is not None and found.phase in bank.phase_by_id:
        return summaries.start_card(state, bank, found)
    if not walk and phase in state.committee.opened and phase in bank.phase_by_id:
        return summaries.own_start_card(state, bank, phase)
    return None


def summary(state: State, bank: Bank, phase: str) -> Content | None:
    """A phase's summary, once it was posted."""
    if phase not in state.committee.summarised or phase not in bank.phase_by_id:
        return None
    return summaries.summary(state, bank, phase)
