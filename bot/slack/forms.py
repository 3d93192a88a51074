"""The modals that ask: the right input for each kind of question, prefilled, and what was sent. Pure.

A form holds what fits into a view whole; what does not follows on the next form, and nothing of
what was said before is cut.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from bot.core.effects import Button
from bot.core.errors import Problem
from bot.core.events import Fields
from bot.core.forms import FormField, OpenForm
from bot.core.words import several
from bot.slack.blocks import Block, button, section, small, title
from bot.slack.inputs import (
    LABEL,
    Held,
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
    "About", "Held", "about", "answers", "assign_view", "field", "menu", "option", "pick", "picks",
    "problems_at", "question_view", "reason_view", "selected", "sent", "spelled", "text_view",
    "view", "words", "written",
]  # fmt: skip

# -- words ---------------------------------------------------------------------------------------

ANSWER, WHY, OTHER = "Your answer", "Why? (if you like)", "Other, in your own words"
ENTRIES = "One on each line"
YES, NO = "Yes", "No"
REST = "{count} of this part did not fit here. Save, and open the form again: they follow then."
MORE, OPEN = "There is more to read about this one than fits here.", "Open"
REASON, SKIP_TITLE, NA_TITLE = "Why? A few words help the others.", "Skip", "Not applicable"
HAND_OVER, TO_WHOM, BY_WHEN = "Hand over", "To whom?", "By when? (if you like)"

READ, READ_ROOM = 20, 40_000
"""Blocks and bytes that go to what there is to read about one question."""
MOST, ROOM, IDS = 95, 180_000, 2400
"""Of one form: blocks, bytes, and characters of the ids in its metadata, with room to spare."""


# -- the questions' form -------------------------------------------------------------------------


def question_view(committee: str, walk: str, question: str, form: OpenForm) -> dict[str, Any]:
    """The form of a question and its section's open parts; those that don't fit are counted."""
    made = {f.question: _question(committee, f) for f in form.fields}
    asked = _fitting(made, question)
    rows = [block for name in asked for block in made[name]]
    if left := len(made) - len(asked):
        rows.extend(small(REST.format(count=several(left, "question"))))
    purpose = About(purpose="form", committee=committee, walk=walk, question=question, asked=asked)
    return view(purpose, form.title, rows)


def _fitting(made: dict[str, list[Block]], asked: str) -> tuple[str, ...]:
    """All questions in their order, or else the one that is asked, and as many others as fit."""
    first = [name for name in made if name == asked] or list(made)[:1]
    kept: list[str] = []
    rows = room = ids = 0
    for name in dict.fromkeys((*first, *made)):
        rows += len(made[name])
        room += sum(map(weight, made[name]))
        ids += len(name) + len('"",')
        if kept and (rows > MOST or room > ROOM or ids > IDS):
            return tuple(kept)
        kept.append(name)
    return tuple(made)


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
    def said(name: str) -> str:
        value = asked.filled.get(name, "")
        return value if isinstance(value, str) else "\n".join(value)

    def block(name: str) -> str:
        return f"{asked.question}:{name}"

    match asked.kind:
        case Kind.LIST:
            yield from words(block("entries"), asked.prompt, said("entries"), hint)
            return
        case Kind.ONE | Kind.MANY | Kind.YESNO:
            name, element = _choice(asked, said)
            yield field(block(name), asked.prompt, element, hint=hint)
        case _:
            yield from words(block("text"), asked.prompt, said("text"), hint)
            return
    if asked.other:
        yield from words(block("other"), OTHER, said("other"), lines=False)
    yield from words(block("why"), WHY, said("why"))


def _choice(asked: FormField, said: Callable[[str], str]) -> tuple[str, Block]:
    options = [option(c.id, f"{c.number}  {c.label}") for c in asked.options]
    match asked.kind:
        case Kind.ONE:
            return "option", pick(options, said("option"))
        case Kind.MANY:
            return "options", picks(options, said("options").split("\n"))
        case _:
            return "yes", pick([option("yes", YES), option("no", NO)], said("yes"))


def answers(asked: Sequence[str], held: Held) -> dict[str, Fields]:
    """The fields of each question that something was said to."""
    found: dict[str, Fields] = {}
    for block, value in held.items():
        name, _, part = block.rpartition(":")
        if value:
            found.setdefault(name, {})[part] = value
    return {name: found[name] for name in asked if name in found}


def problems_at(problems: Sequence[Problem], sentence: str, held: Held) -> dict[str, str]:
    """Each problem at its field's first input; one that has no field here, at the first of all."""
    shown: dict[str, str] = {}
    for problem in problems:
        at = next((b for b in held if b == problem.field or b.startswith(f"{problem.field}:")), "")
        if at:
            shown.setdefault(at, problem.sentence)
    return shown or dict.fromkeys(list(held)[:1], sentence)


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
    return view(purpose, HAND_OVER, rows)


def text_view(heading: str, lines: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Something short to read: headings with words below them."""
    rows: list[Block] = []
    for head, said in lines:
        rows.extend(title(head))
        rows.extend(section(said))
    return view(About(purpose="look"), heading, rows, submit="")
