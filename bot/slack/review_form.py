"""The review form of one answer, with what this member noted before. Pure.

A form holds 100 blocks, and what was noted in the round may need more. What does not fit is left
where it is: an empty field changes nothing.
"""

from collections.abc import Iterator
from typing import Any

from bot.core import standing
from bot.core.effects import Button
from bot.core.service import Desk
from bot.slack import blocks as kit
from bot.slack.blocks import Block
from bot.slack.inputs import field, one_of_us, option, pick, words
from bot.slack.people import Seat
from bot.slack.sayings import said_line
from bot.slack.views import About, view, weight
from questions.answers import MAX_TEXT
from storage.records import Entry, Step, Treatment

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

MOST, ROOM, SAID = 90, 160_000, 25
"""Blocks and bytes of a form, with room to spare; blocks that the answers may take of it."""


def people(desk: Desk) -> list[tuple[str, str]]:
    """Those who may be handed a question, by name."""
    found = standing.voices(desk.state).values()
    return [(m.id, m.name) for m in sorted(found, key=lambda m: m.name.casefold())]


def review_view(seat: Seat, walk: str, subject: str) -> dict[str, Any]:
    """The form for one answer's review."""
    entry = seat.desk.state.mitigations.get(subject)
    decided = list(_decided(seat.desk, entry))
    noted = list(_noted(seat.member.id, entry, MOST - SAID - len(decided)))
    answers = list(_answers(seat.desk, subject))
    if len(answers) > SAID or sum(map(weight, (*answers, *noted, *decided))) > ROOM:
        answers = list(_elsewhere(seat.desk, subject))
    purpose = About(purpose="review", committee=seat.committee, walk=walk, question=subject)
    return view(purpose, REVIEW, [*answers, *noted, *decided])


def _answers(desk: Desk, subject: str) -> Iterator[Block]:
    question = desk.bank.questions[subject]
    said = standing.sayings(desk.state, question, standing.item_of(desk.state, subject))
    yield from kit.section("\n".join((question.prompt, *map(said_line, said))))


def _elsewhere(desk: Desk, subject: str) -> Iterator[Block]:
    """The question, and a button that opens what was answered."""
    yield from kit.section(desk.bank.questions[subject].prompt)
    made = Button(action="open", label=OPEN, question=subject)
    yield from kit.section(MANY, kit.button(desk.committee.id, made, 0))


def _noted(member: str, entry: Entry | None, most: int) -> Iterator[Block]:
    """What somebody noted on the first two steps; what takes too many blocks is not filled in."""

    def mine(step: Step) -> str:
        notes = entry.said(step) if entry else ()
        return "\n".join(n.text for n in notes if n.member == member)

    left = most
    for name, label, text in (
        ("effect", EFFECT, mine(Step.EFFECT)),
        ("confusion", CONFUSION, mine(Step.CONFUSION)),
        ("confusion_with", CONFUSED_WITH, entry.confusion_with if entry else ""),
    ):
        rows = list(words(name, label, text, lines=name != "confusion_with"))
        if len(rows) > left or len(text) > MAX_TEXT:
            rows = [*words(name, label), *kit.small(KEPT)]
        left -= len(rows)
        yield from rows


def _decided(desk: Desk, entry: Entry | None) -> Iterator[Block]:
    """What will be done, by whom, and by when."""
    options = [option(t.value, t.value.capitalize()) for t in Treatment]
    treatment = entry.treatment.value if entry and entry.treatment else ""
    yield field("treatment", TREATMENT, pick(options, treatment))
    yield from words("action", ACTION, entry.action if entry else "")
    yield from one_of_us("owner", OWNER, people(desk), entry.owner if entry else "")
    due: Block = {"type": "datepicker"}
    if entry and entry.due:
        due["initial_date"] = entry.due.isoformat()
    yield field("due", DUE, due)
