"""Small forms of plain fields as Teams' cards: days, hours, dates. Pure."""

from collections.abc import Iterator, Sequence

from bot.core.plain_form import Field as Asked
from bot.core.plain_form import PlainForm
from bot.core.sent import Held
from bot.teams.frame import BLANK, Draft, Fields, framed, ways
from bot.teams.inputs import Field, at_time, day, pick, picks
from bot.teams.inputs import words as written
from bot.teams.pieces import Element, small, words
from bot.teams.values import About


def plain_card(
    committee: str,
    form: PlainForm,
    question: str = "",
    *,
    draft: Draft = BLANK,
    back: About | None = None,
) -> Element:
    """The card of a small form; see bot.teams.frame."""
    at = Fields(declared(form.fields), draft)
    body = [*words(form.text), *plain_inputs(form.fields, at, draft)]
    about = About(committee=committee, question=question, form=form.name)
    return framed(form.title, body, ways(about, back), at.sentence)


def declared(fields: Sequence[Asked]) -> list[Field]:
    """The fields as a card knows them."""
    return [Field(each.name, each.label, needed=each.needed) for each in fields]


def plain_inputs(fields: Sequence[Asked], at: Fields, draft: Draft) -> Iterator[Element]:
    """The inputs of plain fields, with what was just typed where the form comes back."""
    for asked in fields:
        said = asked.said if draft.held is None else _typed(asked, draft.typed)
        text = said if isinstance(said, str) else ""
        match asked.kind:
            case "many":
                chosen = said if isinstance(said, tuple) else ()
                yield from picks(at[asked.name], asked.options, chosen)
            case "one":
                yield from pick(at[asked.name], asked.options, text, folded=asked.long)
            case "date":
                yield from day(at[asked.name], text)
            case "time":
                yield from at_time(at[asked.name], text)
            case _:
                yield from written(at[asked.name], text, lines=False)
        yield from small(asked.hint)


def _typed(asked: Asked, typed: Held) -> str | tuple[str, ...]:
    return typed.get(asked.name, () if asked.kind == "many" else "")
