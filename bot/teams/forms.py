"""The forms that ask: the right input for each kind of question, prefilled, and what was sent. Pure.

A form holds what fits into a card; what does not follows on the next form, and nothing of what was
said before is cut.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from bot.core import sent as core
from bot.core.events import Event
from bot.core.forms import (
    ASSIGN_TITLE,
    BY_WHEN,
    ENTRIES,
    MORE,
    NA_TITLE,
    OPEN,
    REASON,
    REST,
    SKIP_TITLE,
    TAKE_BACK,
    TO_WHOM,
    FormField,
    Input,
    OpenForm,
    fitting,
    inputs,
)
from bot.core.sent import answers, placed, question_at, word
from bot.core.words import several
from bot.teams.frame import BLANK, Draft, Fields, framed, ways
from bot.teams.inputs import Field, day, pick, picks, search, sent, unseen
from bot.teams.inputs import words as written
from bot.teams.pieces import Element, execute, rows, small, weight, words
from bot.teams.returning import CANCEL, carrying, way_back
from bot.teams.values import About, Pressed
from questions.model import Kind

__all__ = ["answers", "assign_form", "meant", "question_form", "reason_form"]

# -- words ---------------------------------------------------------------------------------------

ANSWER = "Your answer"
TOO_LONG = "What you said here is longer than a form can hold. A reply in the thread can change it."
NOT_BACK = "What you wrote to {count} is too long to stand here again. Please send it as a reply."

LABEL, HINT = 200, 400
"""Characters of a prompt that is a label, and of small lines below an input; longer ones go above."""
READ_ROOM = 16_000
"""Bytes that go to what there is to read about one question."""
ROOM, LONGEST, LIMIT = 48_000, 60_000, 66_000
"""Bytes of a form, of one question's inputs, and of a form that comes back with all that was typed.

A form is no message, but the answer to a click.
"""


# -- the questions' form -------------------------------------------------------------------------


class Made(NamedTuple):
    """A question on its form; `inputs`: whether it can be answered there."""

    element: Element
    inputs: bool


def question_form(
    committee: str,
    walk: str,
    question: str,
    form: OpenForm,
    *,
    draft: Draft = BLANK,
    back: About | None = None,
) -> Element:
    """The form of a question and its section's open parts; those that don't fit are counted.

    `back`: the card it has taken the place of (see bot.teams.returning).
    """
    typed = None if draft.held is None else draft.typed
    fields = form.fields if typed is None else tuple(_typed(f, typed) for f in form.fields)
    names = [_name(field, one) for field in fields for one in inputs(field)]
    shown = placed(draft.problems, names)
    made = {field.question: _question(committee, field, shown, back) for field in fields}
    costs = {name: (weight(it.element) + len(name),) for name, it in made.items()}
    first = (*map(question_at, draft.problems), question)
    asked = fitting(costs, first, (ROOM if typed is None else LIMIT,))
    body = [made[name].element for name in asked]
    body.extend(_left([field for field in fields if field.question not in asked], typed))
    about = About(
        committee=committee, walk=walk, question=question, form="form",
        asked=tuple(name for name in asked if made[name].inputs),
    )  # fmt: skip
    controls = ways(about, back) if about.asked else [way_back(back, CANCEL, committee)]
    if form.answered:
        mine = About(committee=committee, walk=walk, question=question, form="form")
        controls.append(execute("withdraw", TAKE_BACK, carrying(mine, back)))
    return framed(form.title, body, controls, "" if shown else draft.sentence)


def _typed(field: FormField, typed: core.Held) -> FormField:
    """A question with what was just typed in the place of what was said before."""
    given = answers((field.question,), typed).get(field.question, {})
    return field.model_copy(update={"filled": given})


def _left(fields: Sequence[FormField], typed: core.Held | None) -> Iterator[Element]:
    """What there was no room for."""
    lost = [field for field in fields if typed is not None and field.filled]
    if lost:
        yield from words(NOT_BACK.format(count=several(len(lost), "question")), color="Attention")
    if rest := len(fields) - len(lost):
        yield from small(REST.format(count=several(rest, "question")))


def _name(field: FormField, one: Input) -> str:
    return f"{field.question}:{one.part}"


def _question(
    committee: str, asked: FormField, shown: Mapping[str, str], back: About | None
) -> Made:
    """One question's inputs. What is too long for a label, or a small line below, stands above, whole."""
    how = ENTRIES if asked.kind is Kind.LIST else ""
    read = [*filter(None, (asked.help, *asked.context))]
    options = next(inputs(asked)).options
    above = list(small(*unseen(options)))
    label, below = asked.prompt, [*read, how]
    if above or len(asked.prompt) > LABEL or sum(map(len, read)) > HINT:
        above = [*words(asked.prompt, bold=True), *small(*read), *above]
        label, below = ANSWER, [how]
    if sum(map(weight, above)) > READ_ROOM:
        above = [
            *words(asked.prompt, bold=True),
            *_elsewhere(committee, asked.question, MORE, back),
        ]
    items = [*above, *_inputs(asked, shown, label, below)]
    if fits := sum(map(weight, items)) <= LONGEST:
        return Made(_part(items), fits)
    prompt = words(asked.prompt, bold=True)
    return Made(_part([*prompt, *_elsewhere(committee, asked.question, TOO_LONG, back)]), fits)


def _part(items: list[Element]) -> Element:
    return {"type": "Container", "separator": True, "spacing": "Medium", "items": items}


def _elsewhere(committee: str, question: str, said: str, back: About | None) -> Iterator[Element]:
    """Words, and a control that opens all there is to read about a question."""
    yield from words(said)
    about = carrying(About(committee=committee, question=question), back)
    yield from rows([execute("open", OPEN, about)])


def _inputs(
    asked: FormField, shown: Mapping[str, str], label: str, below: Iterable[str]
) -> Iterator[Element]:
    for n, one in enumerate(inputs(asked)):
        name = _name(asked, one)
        at = Field(name, one.label if n else label, problem=shown.get(name, ""))
        match one.said:
            case tuple():
                yield from picks(at, one.options, one.said)
            case said if one.options:
                yield from pick(at, one.options, said)
            case said:
                yield from written(at, said, lines=one.how == "words")
        if not n:
            yield from small(*below)


# -- the other forms -----------------------------------------------------------------------------


def reason_form(
    committee: str,
    walk: str,
    question: str,
    action: str,
    prompt: str,
    *,
    draft: Draft = BLANK,
    back: About | None = None,
) -> Element:
    """Why a question is left out; `action` is skip or na."""
    at = Fields([Field("text", REASON, needed=True)], draft)
    body = [*words(prompt), *written(at["text"], word(draft.typed, "text"))]
    about = About(committee=committee, walk=walk, question=question, form=action)
    return framed(
        SKIP_TITLE if action == "skip" else NA_TITLE, body, ways(about, back), at.sentence
    )


def assign_form(
    committee: str,
    walk: str,
    question: str,
    prompt: str,
    people: Sequence[tuple[str, str]],
    *,
    draft: Draft = BLANK,
    back: About | None = None,
) -> Element:
    """Who is to answer a question, and by when; `people` are members' ids and names."""
    known = draft.typed
    at = Fields([Field("to", TO_WHOM, needed=True), Field("due", BY_WHEN)], draft)
    body = [
        *words(prompt),
        *search(at["to"], people, word(known, "to")),
        *day(at["due"], word(known, "due")),
    ]
    about = About(committee=committee, walk=walk, question=question, form="assign")
    return framed(ASSIGN_TITLE, body, ways(about, back), at.sentence)


# -- what was sent -------------------------------------------------------------------------------


def meant(ids: dict[str, Any], pressed: Pressed) -> Event:
    """The event of a sent form (form, skip, na, assign, start, review). Raises Refused, Misuse."""
    about = pressed.about
    form = core.Form(name=about.form, walk=about.walk, question=about.question, asked=about.asked)
    return core.meant(ids, form, sent(pressed.held))
