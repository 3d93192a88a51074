"""The review form of one answer, with what this member noted before. Pure.

A form holds 100 blocks, and what was noted in the round may need more. What does not fit is left
where it is: an empty field changes nothing.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from bot.core.desk import Seat
from bot.core.effects import Button
from bot.core.review_form import (
    DUE,
    KEPT,
    MANY,
    OPEN,
    OPTIONS,
    OWNER,
    REVIEW,
    TREATMENT,
    Note,
    ReviewForm,
    people,
    review_form,
)
from bot.core.sayings import said_line
from bot.slack import blocks as kit
from bot.slack.blocks import Block
from bot.slack.inputs import field, one_of_us, option, pick, words
from bot.slack.views import About, view, weight
from questions.answers import MAX_TEXT

MOST, ROOM, SAID = 90, 160_000, 25
"""Blocks and bytes of a form, with room to spare; blocks that the answers may take of it."""


def review_view(seat: Seat, walk: str, subject: str) -> dict[str, Any]:
    """The form for one answer's review. Raises Misuse for a question that there is not."""
    desk = seat.desk
    form = review_form(desk.state, desk.bank, seat.member.id, subject)
    decided = list(_decided(form, people(desk.state)))
    noted = list(_noted(form.noted, MOST - SAID - len(decided)))
    answers = list(kit.section("\n".join((form.prompt, *map(said_line, form.said)))))
    if len(answers) > SAID or sum(map(weight, (*answers, *noted, *decided))) > ROOM:
        answers = list(_elsewhere(seat.committee, subject, form.prompt))
    purpose = About(purpose="review", committee=seat.committee, walk=walk, question=subject)
    return view(purpose, REVIEW, [*answers, *noted, *decided])


def _elsewhere(committee: str, subject: str, prompt: str) -> Iterator[Block]:
    """The question, and a button that opens what was answered."""
    yield from kit.section(prompt)
    made = Button(action="open", label=OPEN, question=subject)
    yield from kit.section(MANY, kit.button(committee, made, 0))


def _noted(noted: Sequence[Note], most: int) -> Iterator[Block]:
    """What somebody noted on the first two steps; what takes too many blocks is not filled in."""
    left = most
    for note in noted:
        rows = list(words(note.name, note.label, note.text, lines=note.lines))
        if len(rows) > left or len(note.text) > MAX_TEXT:
            rows = [*words(note.name, note.label), *kit.small(KEPT)]
        left -= len(rows)
        yield from rows


def _decided(form: ReviewForm, people: Sequence[tuple[str, str]]) -> Iterator[Block]:
    """What will be done, by whom, and by when."""
    options = [option(value, label) for value, label in OPTIONS]
    yield field("treatment", TREATMENT, pick(options, form.treatment))
    yield from words(form.action.name, form.action.label, form.action.text)
    yield from one_of_us("owner", OWNER, people, form.owner)
    due: Block = {"type": "datepicker"}
    if form.due:
        due["initial_date"] = form.due.isoformat()
    yield field("due", DUE, due)
