"""The review form of one answer: what was answered, and what this member noted before. Pure."""

from datetime import date
from typing import Literal

from bot.core import standing
from bot.core.effects import Saying
from bot.core.errors import Misuse
from bot.core.register import TREATMENTS
from questions.model import Bank, Frozen
from storage.records import Entry, State, Step

# -- words ---------------------------------------------------------------------------------------

REVIEW = "What could go wrong"
EFFECT, CONFUSION = "What does it do to their experience?", "What may it be confused with, and how?"
CONFUSED_WITH = "With which other part of the programme?"
TREATMENT, ACTION, OWNER, DUE = (
    "What will we do about it?",
    "The action",
    "Who does it?",
    "By when?",
)
MANY, OPEN = "Many words were said to this one.", "Open"
KEPT = (
    "What you noted before is too long to change here. It is kept; words added here take its place."
)

OPTIONS = tuple((treatment.value, word) for treatment, word in TREATMENTS.items())


class Note(Frozen):
    """One input for words, with what it holds already."""

    name: Literal["effect", "confusion", "confusion_with", "action"]
    label: str
    text: str
    lines: bool = True
    """Whether it is for more than one line."""


class ReviewForm(Frozen):
    """What the form shows and holds."""

    prompt: str
    said: tuple[Saying, ...]
    """What was answered."""
    noted: tuple[Note, ...]
    """What this member noted on the first two steps."""
    treatment: str = ""
    action: Note
    owner: str = ""
    due: date | None = None


def review_form(state: State, bank: Bank, member: str, subject: str) -> ReviewForm:
    """The form of one answer for one member. Raises Misuse for a question that there is not."""
    question = bank.questions.get(subject)
    if question is None:
        raise Misuse(f"no question {subject}")
    entry = state.mitigations.get(subject)
    with_ = entry.confusion_with if entry else ""
    return ReviewForm(
        prompt=question.prompt,
        said=tuple(standing.sayings(state, question, standing.item_of(state, subject))),
        noted=(
            Note(name="effect", label=EFFECT, text=_mine(entry, member, Step.EFFECT)),
            Note(name="confusion", label=CONFUSION, text=_mine(entry, member, Step.CONFUSION)),
            Note(name="confusion_with", label=CONFUSED_WITH, text=with_, lines=False),
        ),
        treatment=entry.treatment.value if entry and entry.treatment else "",
        action=Note(name="action", label=ACTION, text=entry.action if entry else ""),
        owner=entry.owner if entry else "",
        due=entry.due if entry else None,
    )


def _mine(entry: Entry | None, member: str, step: Step) -> str:
    notes = entry.said(step) if entry else ()
    return "\n".join(n.text for n in notes if n.member == member)


def people(state: State) -> list[tuple[str, str]]:
    """Those who may be handed a question: their ids and names, by name."""
    found = standing.voices(state).values()
    return [(m.id, m.name) for m in sorted(found, key=lambda m: m.name.casefold())]
