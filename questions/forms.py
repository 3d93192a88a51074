"""Reading a form's fields: ids and own words, checked one by one. Pure.

What the choice on a form makes useless (words for *other* beside another option) is kept as the why.
"""

from collections.abc import Sequence

from questions.agreeing import YESNO_HINTS
from questions.choosing import named, needs_words
from questions.listing import entries_of
from questions.model import (
    ListQuestion,
    ManyQuestion,
    OneQuestion,
    Question,
    ReviewQuestion,
    TextQuestion,
    YesNoQuestion,
)
from questions.reading import Fields, Rejected, readable
from questions.values import ManyValue, OneValue, TextValue, Value, YesNoValue

PICK_ONE = "Pick one of these first: {options}."
PICK_SOME = "Pick at least one of these first: {options}."
UNKNOWN = "That choice is not among the options here. These are: {options}."
PICK_YESNO = "Pick yes or no first."
REVIEW = "The review round asks about each answer on its own. Open the review to write yours."


def parse_fields(question: Question, fields: Fields) -> Value | Rejected:
    """The value of a filled form, or the sentence to stand at its field."""
    own: dict[str, str] = {}
    for name in ("why", "other"):
        text = readable(_text(fields, name))
        if isinstance(text, Rejected):
            if text.code != "empty":
                return text
            text = ""
        own[name] = text
    match question:
        case TextQuestion():
            words = readable(_text(fields, "text"))
            return words if isinstance(words, Rejected) else TextValue(text=words)
        case YesNoQuestion():
            picked = _text(fields, "yes")
            if picked not in YESNO_HINTS:
                return Rejected(reason=PICK_YESNO, code=_none(own), hints=YESNO_HINTS)
            return YesNoValue(yes=picked == "yes", why=own["why"])
        case ListQuestion():
            return _entries(_several(fields, "entries"))
        case OneQuestion():
            return _one(question, _text(fields, "option"), own)
        case ManyQuestion():
            return _many(question, _several(fields, "options"), own)
        case ReviewQuestion():
            return Rejected(reason=REVIEW, code="not-answerable")


def _entries(given: Sequence[str]) -> Value | Rejected:
    whole = readable("\n".join(given))
    return whole if isinstance(whole, Rejected) else entries_of(whole.split("\n"))


def _one(question: OneQuestion, picked: str, own: dict[str, str]) -> Value | Rejected:
    ids = [option.id for option in question.options]
    if not picked.strip():
        others = [option.id for option in question.options if option.other]
        if not own["other"] or len(others) != 1:
            return _pick(question, PICK_ONE, _none(own))
        picked = others[0]
    if picked not in ids:
        return _pick(question, UNKNOWN, "no-match")
    if question.options[ids.index(picked)].other:
        if not own["other"]:
            return needs_words(question, ids.index(picked))
        return OneValue(option=picked, other=own["other"], why=own["why"])
    return OneValue(option=picked, why=_joined(own))


def _many(question: ManyQuestion, given: Sequence[str], own: dict[str, str]) -> Value | Rejected:
    ids = [option.id for option in question.options]
    others = [option.id for option in question.options if option.other]
    picked = {option for option in given if option.strip()}
    if not picked <= set(ids):
        return _pick(question, UNKNOWN, "no-match")
    if own["other"] and len(others) == 1:
        picked |= set(others)
    if not picked:
        return _pick(question, PICK_SOME, _none(own))
    chosen = tuple(option for option in ids if option in picked)
    if free := [option for option in chosen if option in others]:
        if not own["other"]:
            return needs_words(question, ids.index(free[0]))
        return ManyValue(options=chosen, other=own["other"], why=own["why"])
    return ManyValue(options=chosen, why=_joined(own))


def _pick(question: OneQuestion | ManyQuestion, sentence: str, code: str) -> Rejected:
    options = named(question, range(len(question.options)))
    hints = tuple(option.id for option in question.options)
    return Rejected(reason=sentence.format(options=options), code=code, hints=hints)


def _none(own: dict[str, str]) -> str:
    """Words without a choice are not an empty form: they are there to be kept."""
    return "no-match" if any(own.values()) else "empty"


def _joined(own: dict[str, str]) -> str:
    return "\n".join(filter(None, (own["other"], own["why"])))


def _text(fields: Fields, name: str) -> str:
    given = fields.get(name, "")
    return given if isinstance(given, str) else "\n".join(given)


def _several(fields: Fields, name: str) -> Sequence[str]:
    given = fields.get(name, ())
    return (given,) if isinstance(given, str) else given
