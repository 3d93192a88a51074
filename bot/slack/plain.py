"""Small forms of plain fields as Slack's modals: days, hours, dates. Pure."""

from collections.abc import Callable, Sequence
from typing import Any

from bot.core.plain_form import Field, PlainForm
from bot.slack.blocks import Block, section
from bot.slack.inputs import field, option, pick, picks, written
from bot.slack.views import About, view

ABOUT: dict[str, Callable[[str, str], About]] = {
    "snooze": lambda committee, question: About(
        purpose="snooze", committee=committee, question=question
    ),
    "away": lambda committee, question: About(
        purpose="away", committee=committee, question=question
    ),
    "hours": lambda committee, _: About(purpose="hours", committee=committee),
    "redate": lambda committee, question: About(
        purpose="redate", committee=committee, question=question
    ),
}
"""What the view of each form is about, by its name."""


def plain_view(committee: str, form: PlainForm, question: str = "") -> dict[str, Any]:
    """The modal of a small form."""
    about = ABOUT[form.name](committee, question)
    return view(about, form.title, [*section(form.text), *plain_fields(form.fields)])


def plain_fields(fields: Sequence[Field]) -> list[Block]:
    """The inputs of plain fields."""
    return [
        field(each.name, each.label, _element(each), hint=each.hint, optional=not each.needed)
        for each in fields
    ]


def _element(asked: Field) -> Block:
    said = asked.said if isinstance(asked.said, str) else ""
    options = [option(value, label) for value, label in asked.options]
    match asked.kind:
        case "many":
            return picks(options, asked.said if isinstance(asked.said, tuple) else ())
        case "one":
            return pick(options, said, folded=asked.long)
        case "date":
            return {"type": "datepicker", **({"initial_date": said} if said else {})}
        case "time":
            return {"type": "timepicker", **({"initial_time": said} if said else {})}
        case _:
            return written(said, lines=False)
