"""The modals that ask: the right input for each kind of question, prefilled, and what was sent. Pure.

A form holds what fits into a view whole; what does not follows on the next form, and nothing of
what was said before is cut.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from bot.core.effects import Button
from bot.core.errors import Problem
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
    OpenForm,
    fitting,
    inputs,
)
from bot.core.sent import Held, answers, placed
from bot.core.words import several
from bot.slack.blocks import Block, button, section, small, title
from bot.slack.inputs import (
    LABEL,
    field,
    menu,
    one_of_us,
    option,
    pick,
    picks,
    selected,
    sent,
    spelled,
    words,
    written,
)
from bot.slack.text import is_cut
from bot.slack.views import About, about, view, weight
from questions.model import Kind

__all__ = [
    "MORE", "About", "Held", "about", "answers", "assign_view", "field", "menu", "option", "pick",
    "picks", "problems_at", "question_view", "reason_view", "selected", "sent", "spelled",
    "text_view", "view", "words", "written",
]  # fmt: skip

READ, READ_ROOM = 20, 40_000
"""Blocks and bytes that go to what there is to read about one question."""
MOST, ROOM, IDS = 95, 180_000, 2400
"""Of one form: blocks, bytes, and characters of the ids in its metadata, with room to spare."""


# -- the questions' form -------------------------------------------------------------------------


def question_view(committee: str, walk: str, question: str, form: OpenForm) -> dict[str, Any]:
    """The form of a question and its section's open parts; those that don't fit are counted."""
    made = {f.question: _question(committee, f) for f in form.fields}
    costs = {name: _cost(name, blocks) for name, blocks in made.items()}
    asked = fitting(costs, [question], (MOST, ROOM, IDS))
    rows = [block for name in asked for block in made[name]]
    if left := len(made) - len(asked):
        rows.extend(small(REST.format(count=several(left, "question"))))
    if form.answered:
        made_back = Button(action="withdraw", label=TAKE_BACK, walk=walk, question=question)
        rows.append({"type": "actions", "elements": [button(committee, made_back, 0)]})
    purpose = About(purpose="form", committee=committee, walk=walk, question=question, asked=asked)
    return view(purpose, form.title, rows)


def _cost(name: str, made: Sequence[Block]) -> tuple[int, ...]:
    """What a question takes of a form: blocks, bytes, and characters of the metadata."""
    return len(made), sum(map(weight, made)), len(name) + len('"",')


def _question(committee: str, asked: FormField) -> list[Block]:
    """One question's inputs. What is too long for a label, a hint or an option stands above, whole."""
    how = ENTRIES if asked.kind is Kind.LIST else ""
    hint = "\n".join(filter(None, (asked.help, *asked.context, how)))
    above = list(spelled([f"{c.number}  {c.label}" for c in asked.options]))
    if is_cut(hint, LABEL):
        above, hint = [*above, *section(hint)], how
    if len(above) > READ or sum(map(weight, above)) > READ_ROOM:
        open_it = Button(action="open", label=OPEN, question=asked.question)
        above = list(section(MORE, button(committee, open_it, 0)))
    prompt = section(asked.prompt) if is_cut(asked.prompt, LABEL) else ()
    return [*prompt, *above, *_inputs(asked, hint)]


def _inputs(asked: FormField, hint: str) -> Iterator[Block]:
    for one in inputs(asked):
        block = f"{asked.question}:{one.part}"
        options = [option(value, label) for value, label in one.options]
        match one.said:
            case tuple():
                yield field(block, one.label, picks(options, one.said), hint=hint)
            case said if options:
                yield field(block, one.label, pick(options, said), hint=hint)
            case said:
                yield from words(block, one.label, said, hint, lines=one.how == "words")
        hint = ""


def problems_at(problems: Sequence[Problem], sentence: str, held: Held) -> dict[str, str]:
    """Each problem at its field's first input; where none has a field here, at the first of all."""
    return placed(problems, held) or dict.fromkeys(list(held)[:1], sentence)


# -- the other modals ----------------------------------------------------------------------------


def reason_view(
    committee: str, walk: str, question: str, action: str, prompt: str
) -> dict[str, Any]:
    """Why a question is left out."""
    purpose = About(
        purpose="reason", committee=committee, walk=walk, question=question, action=action
    )
    asked = field("text", REASON, written(), optional=False)
    heading = SKIP_TITLE if action == "skip" else NA_TITLE
    return view(purpose, heading, [*section(prompt), asked])


def assign_view(
    committee: str, walk: str, question: str, prompt: str, people: Sequence[tuple[str, str]]
) -> dict[str, Any]:
    """Who is to answer a question, and by when."""
    purpose = About(purpose="assign", committee=committee, walk=walk, question=question)
    rows = [
        *section(prompt),
        *one_of_us("to", TO_WHOM, people, optional=False),
        field("due", BY_WHEN, {"type": "datepicker"}),
    ]
    return view(purpose, ASSIGN_TITLE, rows)


def text_view(heading: str, lines: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Something short to read: headings with words below them."""
    rows: list[Block] = []
    for head, said in lines:
        rows.extend(title(head))
        rows.extend(section(said))
    return view(About(purpose="look"), heading, rows, submit="")
