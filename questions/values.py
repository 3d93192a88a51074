"""What an answer's value can be, one model per kind, and the few pure things one asks of a value."""

from typing import Annotated, Literal

from pydantic import Field

from questions.model import Condition, Frozen, ManyQuestion, OneQuestion, Question


class TextValue(Frozen):
    """Free words."""

    kind: Literal["text"] = "text"
    text: str


class OneValue(Frozen):
    """One option's id; `other` holds the own words of an *other* option, `why` what was said besides."""

    kind: Literal["one"] = "one"
    option: str
    other: str = ""
    why: str = ""


class ManyValue(Frozen):
    """Several options' ids, in the bank's order."""

    kind: Literal["many"] = "many"
    options: tuple[str, ...]
    other: str = ""
    why: str = ""


class YesNoValue(Frozen):
    """Yes or no, and why."""

    kind: Literal["yesno"] = "yesno"
    yes: bool
    why: str = ""


class ListValue(Frozen):
    """Short entries, in the order they were said."""

    kind: Literal["list"] = "list"
    entries: tuple[str, ...]


Value = Annotated[
    TextValue | OneValue | ManyValue | YesNoValue | ListValue, Field(discriminator="kind")
]

YES, NO = "Yes", "No"


def holds(condition: Condition, value: Value) -> bool:
    """Say whether one answer's value makes a condition true."""
    match value:
        case YesNoValue(yes=yes):
            return condition.value == ("yes" if yes else "no")
        case OneValue(option=option):
            return condition.value == option
        case ManyValue(options=options):
            return condition.value in options
        case _:
            return False


def choice_words(question: Question, value: Value) -> str:
    """The choice part of a value as a reader sees it ("Stackable", "Yes"); "" for words and lists."""
    match value:
        case YesNoValue(yes=yes):
            return YES if yes else NO
        case OneValue(option=option, other=other):
            return _label(question, option, other)
        case ManyValue(options=options, other=other):
            return ", ".join(_label(question, option, other) for option in options)
        case _:
            return ""


def said_words(value: Value) -> str:
    """The person's own words in a value, lists one entry a line; "" where only a choice was made."""
    match value:
        case TextValue(text=text):
            return text
        case ListValue(entries=entries):
            return "\n".join(entries)
        case OneValue(why=why) | ManyValue(why=why) | YesNoValue(why=why):
            return why


def plain(question: Question, value: Value) -> str:
    """A value as one plain text: the choice, then the words ("Yes: it widens the market")."""
    choice, words = choice_words(question, value), said_words(value)
    return f"{choice}: {words}" if choice and words else choice or words


def _label(question: Question, option: str, other: str) -> str:
    if isinstance(question, OneQuestion | ManyQuestion):
        for known in question.options:
            if known.id == option:
                return f"{known.label} ({other})" if known.other and other else known.label
    return option
