"""What a person says, as a value: `parse` reads one reply or form, `fold` several replies in order.

Pure, and it never raises on any text. What cannot be read comes back as a `Rejected` with a friendly
word on what would work. Nothing typed is thrown away: the words around a choice are its why.
"""

from collections.abc import Sequence

from questions.agreeing import read_yesno, unclear
from questions.choosing import Choice, needs_words, read_choice
from questions.forms import REVIEW, parse_fields
from questions.listing import entries_of, read_entries
from questions.model import (
    ListQuestion,
    ManyQuestion,
    OneQuestion,
    Question,
    ReviewQuestion,
    TextQuestion,
    YesNoQuestion,
)
from questions.reading import EMPTY, MAX_TEXT, Fields, Rejected, readable, too_long
from questions.values import ListValue, ManyValue, OneValue, TextValue, Value, YesNoValue

__all__ = ["MAX_TEXT", "Fields", "Rejected", "fold", "parse", "readable"]

_BETWEEN_OTHERS = "; "
_EMPTY = Rejected(reason=EMPTY, code="empty")


def parse(question: Question, raw: str | Fields) -> Value | Rejected:
    """Read one plain reply, or the fields of one form, as an answer to a question.

    The fields: `text`; `option` (an id), `options` (ids), `other`, `why`; `yes` ("yes" or "no");
    `entries` (one a line, or a sequence).
    """
    return fold(question, (raw,)) if isinstance(raw, str) else parse_fields(question, raw)


def fold(question: Question, parts: Sequence[str]) -> Value | Rejected:
    """Read several replies of one member to one question, in their order, as one value.

    Texts are joined by newlines and lists extended. In a choice or a yes/no a later reply that
    names another choice replaces it (of several: adds to it); one that does not, earlier or later,
    is kept in the why. Rejected only where nothing fits, where an *other* option still lacks its
    words, and where a part, or all of them together, may not come in (see `readable`).
    """
    if isinstance(question, ReviewQuestion):
        return Rejected(reason=REVIEW, code="not-answerable")
    kept: list[str] = []
    for part in parts:
        text = readable(part)
        if not isinstance(text, Rejected):
            kept.append(text)
        elif text.code != "empty":
            return text
    length = sum(map(len, kept)) + len(kept) - 1
    if length > MAX_TEXT:
        return too_long(length)
    if not kept:
        return _EMPTY
    match question:
        case TextQuestion():
            return TextValue(text="\n".join(kept))
        case ListQuestion():
            return _fold_list(kept)
        case YesNoQuestion():
            return _fold_yesno(kept)
        case OneQuestion() | ManyQuestion():
            return _fold_choice(question, kept)


def _fold_list(parts: Sequence[str]) -> ListValue | Rejected:
    entries: list[str] = []
    for part in parts:
        read = read_entries(part)
        if isinstance(read, ListValue):
            entries.extend(read.entries)
        elif read.code != "empty":
            return read
    return entries_of(entries)


def _fold_yesno(parts: Sequence[str]) -> YesNoValue | Rejected:
    yes: bool | None = None
    why: list[str] = []
    refused: Rejected | None = None
    for part in parts:
        read = read_yesno(part)
        if isinstance(read, Rejected):
            refused = read
            why.append(part)
        else:
            yes = read.yes
            why.append(read.why)
    if yes is None:
        return refused or _EMPTY
    return YesNoValue(yes=yes, why=_lines(why))


def _fold_choice(question: OneQuestion | ManyQuestion, parts: Sequence[str]) -> Value | Rejected:
    several = isinstance(question, ManyQuestion)
    picked: set[int] = set()
    other: list[str] = []
    why: list[str] = []
    unfit: list[str] = []
    refused: Rejected | None = None
    for part in parts:
        read = read_choice(question, part, later=bool(picked))
        if isinstance(read, Choice):
            if not several and (read.other or set(read.options) != picked):
                # What was said for a choice that is replaced stays, as words.
                why.extend(other)
                other, picked = [], set()
            picked.update(read.options)
            other.extend(filter(None, (read.other,)))
            why.append(read.why)
        elif _free(question, picked) is not None and not other:
            other.append(part)
        else:
            refused = read
            why.append(part)
            if not picked:
                unfit.append(part)
    if not picked:
        return refused or _EMPTY
    free = _free(question, picked)
    if free is not None and not other:
        # "A badge scheme", and then "other": the words were there before the choice.
        if not unfit or unclear(unfit[-1]):
            return needs_words(question, free)
        other.append(unfit[-1])
        why.remove(unfit[-1])
    ids = tuple(option.id for at, option in enumerate(question.options) if at in picked)
    own, reasons = _BETWEEN_OTHERS.join(other), _lines(why)
    if several:
        return ManyValue(options=ids, other=own, why=reasons)
    return OneValue(option=ids[0], other=own, why=reasons)


def _free(question: OneQuestion | ManyQuestion, picked: set[int]) -> int | None:
    """The picked option that asks for own words, if there is one."""
    return next((at for at in sorted(picked) if question.options[at].other), None)


def _lines(parts: Sequence[str]) -> str:
    return "\n".join(filter(None, parts))
