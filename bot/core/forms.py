"""Forms: the questions of a section on one page, prefilled with what this person said before."""

from bot.core import access, cards, standing
from bot.core.effects import Choice
from bot.core.errors import Misuse, Refused
from bot.core.recording import NOT_ASKED
from questions.model import Bank, Frozen, Kind, Question
from questions.values import ListValue, ManyValue, OneValue, TextValue, Value, YesNoValue
from storage.records import State

NO_FORM = "The review round is answered on its own cards."


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
