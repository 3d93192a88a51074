"""Forms: the questions of a section on one page, prefilled with what this person said before."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Literal

from bot.core import access, cards, standing
from bot.core.effects import Choice
from bot.core.errors import Misuse, Refused
from bot.core.recording import NOT_ASKED
from bot.core.words import short
from questions.model import Bank, Frozen, Kind, Question
from questions.values import ListValue, ManyValue, OneValue, TextValue, Value, YesNoValue
from storage.records import State

# -- words ---------------------------------------------------------------------------------------

NO_FORM = "The review round is answered on its own cards."
WHY, OTHER = "Why? (if you like)", "{option}, in your own words"
ENTRIES = "One on each line"
YES, NO = "Yes", "No"
OPTION = "{number}  {label}"
REST = "{count} of this part did not fit here. Save, and open the form again: they follow then."
MORE, OPEN = "There is more to read about this one than fits here.", "Open"
REASON, SKIP_TITLE, NA_TITLE = "Why? A few words help the others.", "Skip", "Not applicable"
ASSIGN_TITLE, TO_WHOM, BY_WHEN = "Assign", "To whom?", "By when? (if you like)"
SAVE, CANCEL, TAKE_BACK = "Save", "Cancel", "Take it back"


class FormField(Frozen):
    """One question on a form, prefilled with what this person said before."""

    question: str
    kind: Kind
    prompt: str
    help: str = ""
    context: tuple[str, ...] = ()
    options: tuple[Choice, ...] = ()
    other: str = ""
    """The id of the option that asks for own words; "" where there is none."""
    filled: dict[str, str | tuple[str, ...]] = {}
    """Field names and values as in questions.answers.parse."""
    depth: int = 0


class OpenForm(Frozen):
    """A form to show this person now."""

    title: str
    walk: str = ""
    fields: tuple[FormField, ...]
    answered: bool = False
    """Whether this person has answered the question whose form it is, and can take that back."""


def question_form(
    state: State, bank: Bank, member: str, question: str, *, section: bool = True
) -> OpenForm:
    """The form for a question; with `section`, the open questions of its section with it.

    Raises Misuse for an unknown question or member, Refused where it cannot be answered.
    """
    if question not in bank.questions:
        raise Misuse(f"no question {question} in bank {bank.name}")
    if member not in state.members:
        raise Misuse(f"member {member} is not of committee {state.committee.id}")
    access.require(state, state.members[member], "answer")
    if bank.questions[question].kind is Kind.REVIEW:
        raise Refused(NO_FORM)
    if not standing.item_of(state, question).applies:
        raise Refused(NOT_ASKED)
    names = [question]
    if section:
        names = [
            name
            for name in bank.section_of[question]
            if name == question or _open_to(state, bank, member, name)
        ]
    return OpenForm(
        title=bank.phase_of[question].title,
        fields=tuple(field(state, bank, member, bank.questions[name]) for name in names),
        answered=member in standing.item_of(state, question).answers,
    )


def _open_to(state: State, bank: Bank, member: str, name: str) -> bool:
    item = standing.item_of(state, name)
    return (
        item.applies
        and item.ruling is None
        and member not in item.responded
        and bank.questions[name].kind is not Kind.REVIEW
    )


def field(state: State, bank: Bank, member: str, question: Question) -> FormField:
    """One question as a field, with this member's present answer in it."""
    mine = standing.item_of(state, question.id).answers.get(member)
    options = cards.choices(question)
    other = next((o.id for o in getattr(question, "options", ()) if o.other), "")
    return FormField(
        question=question.id,
        kind=question.kind,
        prompt=question.prompt,
        help=question.help,
        context=cards.context(state, bank, question, member),
        options=options,
        other=other,
        filled=_filled(mine.value) if mine and mine.value else {},
        depth=bank.depth[question.id],
    )


def _filled(value: Value) -> dict[str, str | tuple[str, ...]]:
    match value:
        case TextValue(text=text):
            return {"text": text}
        case OneValue(option=option, other=other, why=why):
            return {"option": option, "other": other, "why": why}
        case ManyValue(options=options, other=other, why=why):
            return {"options": options, "other": other, "why": why}
        case YesNoValue(yes=yes, why=why):
            return {"yes": "yes" if yes else "no", "why": why}
        case ListValue(entries=entries):
            return {"entries": "\n".join(entries)}


def fitting(
    costs: Mapping[str, tuple[int, ...]], first: Iterable[str], most: tuple[int, ...]
) -> tuple[str, ...]:
    """The questions that fit on a form: all in their order, else `first` and then as many as do.

    `costs`: what each question takes, in some measures; `most`: how much there is of each measure.
    One question is on the form in any case.
    """
    kept: list[str] = []
    used = tuple(0 for _ in most)
    for name in dict.fromkeys((*(n for n in first if n in costs), *costs)):
        used = tuple(map(sum, zip(used, costs[name], strict=True)))
        if kept and any(taken > there for taken, there in zip(used, most, strict=True)):
            return tuple(kept)
        kept.append(name)
    return tuple(costs)


# -- inputs --------------------------------------------------------------------------------------


class Input(Frozen):
    """One input of a question's form."""

    part: str
    """Its name among the question's fields; see questions.answers.parse."""
    how: Literal["words", "line", "one", "many"]
    label: str
    said: str | tuple[str, ...] = ""
    """What it holds already."""
    options: tuple[tuple[str, str], ...] = ()
    """For a choice: each option's value and words."""


def inputs(asked: FormField) -> Iterator[Input]:
    """A question's inputs in their order: the first one is labelled with its prompt."""

    def said(part: str) -> str:
        value = asked.filled.get(part, "")
        return value if isinstance(value, str) else "\n".join(value)

    match asked.kind:
        case Kind.TEXT | Kind.REVIEW:
            yield Input(part="text", how="words", label=asked.prompt, said=said("text"))
            return
        case Kind.LIST:
            yield Input(part="entries", how="words", label=asked.prompt, said=said("entries"))
            return
        case _:
            yield _choice(asked, said)
    if asked.other:
        labels = {option.id: option.label for option in asked.options}
        own = OTHER.format(option=short(labels.get(asked.other, asked.other), 60))
        yield Input(part="other", how="line", label=own, said=said("other"))
    yield Input(part="why", how="words", label=WHY, said=said("why"))


def _choice(asked: FormField, said: Callable[[str], str]) -> Input:
    prompt = asked.prompt
    options = tuple((o.id, OPTION.format(number=o.number, label=o.label)) for o in asked.options)
    if asked.kind is Kind.ONE:
        return Input(part="option", how="one", label=prompt, said=said("option"), options=options)
    if asked.kind is Kind.MANY:
        chosen = tuple(filter(None, said("options").split("\n")))
        return Input(part="options", how="many", label=prompt, said=chosen, options=options)
    yes_no = (("yes", YES), ("no", NO))
    return Input(part="yes", how="one", label=prompt, said=said("yes"), options=yes_no)
