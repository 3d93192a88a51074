"""The review form of one answer, with what this member noted before. Pure.

What was noted may need more than a card holds. What does not fit is left where it is: an empty field
changes nothing.
"""

from collections.abc import Iterator, Sequence

from bot.core import sent as core
from bot.core.desk import Desk
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
from bot.core.sayings import said_parts
from bot.core.sent import word
from bot.teams import pieces as kit
from bot.teams.frame import BLANK, Draft, Fields, framed, ways
from bot.teams.inputs import Field, day, pick, search, words
from bot.teams.pieces import Element, weight
from bot.teams.returning import carrying
from bot.teams.values import About
from questions.answers import MAX_TEXT

SAID_ROOM, ROOM = 14_000, 62_000
"""Bytes that go to the answers, and to the whole form."""


def review_card(
    desk: Desk,
    member: str,
    walk: str,
    subject: str,
    *,
    draft: Draft = BLANK,
    back: About | None = None,
) -> Element:
    """The form for one answer's review. Raises Misuse for a question that there is not."""
    form = review_form(desk.state, desk.bank, member, subject)
    known = _before(form) if draft.held is None else draft.typed
    notes = (*form.noted, form.action)
    declared = [
        *(Field(note.name, note.label) for note in notes),
        Field("treatment", TREATMENT), Field("owner", OWNER), Field("due", DUE),
    ]  # fmt: skip
    at = Fields(declared, draft)
    answers = _answers(desk.committee.id, subject, form, back)
    treatment = list(pick(at["treatment"], OPTIONS, word(known, "treatment")))
    who = list(search(at["owner"], people(desk.state), word(known, "owner")))
    when = list(day(at["due"], word(known, "due")))
    left = ROOM - sum(map(weight, (*answers, *treatment, *who, *when)))
    *noted, action = _noted(notes, at, known, left)
    body = [*answers, *(row for rows in noted for row in rows), *treatment, *action, *who, *when]
    about = About(committee=desk.committee.id, walk=walk, question=subject, form="review")
    return framed(REVIEW, body, ways(about, back), at.sentence)


def _before(form: ReviewForm) -> core.Held:
    """What was noted before."""
    return {
        **{note.name: note.text for note in (*form.noted, form.action)},
        "treatment": form.treatment,
        "owner": form.owner,
        "due": form.due.isoformat() if form.due else "",
    }


def _answers(committee: str, subject: str, form: ReviewForm, back: About | None) -> list[Element]:
    """The question and what was answered; where that is much, a control that opens it."""
    prompt = list(kit.words(form.prompt, bold=True))
    said = [element for each in form.said for element in kit.said(said_parts(each))]
    if sum(map(weight, said)) <= SAID_ROOM:
        return [*prompt, *said]
    about = carrying(About(committee=committee, question=subject), back)
    return [*prompt, *kit.words(MANY), *kit.rows([kit.execute("open", OPEN, about)])]


def _noted(
    notes: Sequence[Note], at: Fields, known: core.Held, room: int
) -> Iterator[list[Element]]:
    """The inputs for words; what takes too much room is not filled in."""
    left = room
    for note in notes:
        text, field = word(known, note.name), at[note.name]
        rows = list(words(field, text, lines=note.lines))
        if sum(map(weight, rows)) > left or len(text) > MAX_TEXT:
            rows = [*words(field, lines=note.lines), *kit.small(KEPT)]
        left -= sum(map(weight, rows))
        yield rows
