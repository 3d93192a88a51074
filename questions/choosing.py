"""Reading a choice out of a reply: which options it picks, and which of its words are the why.

The words after the choice are kept as the why; where words come before the choice too, the whole
reply is. A choice that the reply opens with counts first, then a name that it mentions. Names behind
"because" explain a choice that was made before it.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

from questions.model import ManyQuestion, OneQuestion
from questions.options import OptionReader
from questions.reading import (
    PUNCTUATION,
    Rejected,
    excerpt,
    is_blank,
    numbered_words,
    word_set,
    words,
)

ONE_NO_MATCH = 'I can\'t match "{said}" to {which}. A number or a name works: {options}.'
MANY_NO_MATCH = (
    'I can\'t match "{said}" to any of {which}. Numbers or names work, several at once: {options}.'
)
AMBIGUOUS = '"{said}" fits more than one: {options}. A number or a full name settles it.'
NEEDS_WORDS = 'What is it, in your words? Write it here and I\'ll keep it with "{label}".'
THE_ONE = "the one option"
THE_FEW = "the {count}"
OF_THE_FEW = "one of the {count}"
MORE = "and {count} more"

_COUNTS = numbered_words("- two three four five six seven eight nine ten")
_LISTED = 12
_LEAD_WORDS = 12

# Words that lead up to a choice, and those among them that say nothing of their own.
_FILLERS = word_set("also and plus add the option options number choice just")
_LEADS = _FILLERS | word_set(
    """
    i id we think say would go going for with lets let us probably definitely my our vote is
    its it be should choose pick picked prefer take like want to a an im ill will well hmm
    um so yes yep ok okay maybe perhaps please answer leaning towards clearly still then
    either mostly am mean meant make actually sorry oops wait correction rather now
    """
)
_DETERMINERS = word_set("a an the our my")
_REFUSALS = word_set("no nope nah")
_CHANGES = re.compile(
    r"\b(chang(?:e|ed|ing) (?:my|our|it|that|to)|on reflection|second thoughts?|actually|i meant|"
    r"correction|make (?:it|that)|switch|instead|go with|going with)\b",
    re.IGNORECASE,
)
_ADDS = re.compile(r"\b(also|too|as well|add|adding|plus)\b", re.IGNORECASE)
_ASKS = word_set("what which why how who when where does do did is are can could should")
_EXPLAINS = word_set("because since cause given")
_JOINS = word_set("and plus also or then maybe perhaps")
_EXCEPT = word_set("but except excluding without minus bar save")
_ALL_OF = re.compile(
    r"(?:all|both|everything|each)(?: (?:of )?(?:them|these|those|it|the above|options|"
    r"the options|the lot|two|three|four|five|six|seven|eight|nine|ten))?"
)


class Choice(NamedTuple):
    """What a reply picks: indexes of options, an *other* option's own words, and the why."""

    options: tuple[int, ...]
    other: str = ""
    why: str = ""


def read_choice(
    question: OneQuestion | ManyQuestion, text: str, later: bool = False
) -> Choice | Rejected:
    """The choice that a plain reply makes.

    With `later` the reply follows one that chose already: it chooses only where it opens with an
    option or says that it changes or adds one, for any other mention belongs to the reasons.
    An *other* option that comes without words is a Choice with an empty `other`.
    Rejected with the code "no-match" or "ambiguous".
    """
    several = isinstance(question, ManyQuestion)
    reader = OptionReader(text, words(text), question.options)
    whole = reader.whole()
    if len(whole) == 1:
        return Choice(whole)
    if whole:
        return _ambiguous(question, text, whole)
    if _asks(text, reader):
        return no_match(question, text)
    if several and (chosen := _all_of(reader)):
        return chosen
    opening = _opening(reader, several, strict=later)
    if isinstance(opening, Choice):
        return opening
    if opening:
        return _ambiguous(question, text, opening)
    if later and not (_ADDS if several else _CHANGES).search(text):
        return no_match(question, text)
    found = _mentioned(reader, 0)
    if len(found) == 1 or (several and found):
        return Choice(found, why=text)
    return _ambiguous(question, text, found) if found else no_match(question, text)


def no_match(question: OneQuestion | ManyQuestion, text: str) -> Rejected:
    """The refusal of words that name no option, with what would work."""
    several = isinstance(question, ManyQuestion)
    reason = (MANY_NO_MATCH if several else ONE_NO_MATCH).format(
        said=excerpt(text),
        which=_which(len(question.options), several),
        options=named(question, range(len(question.options))),
    )
    hints = tuple(option.id for option in question.options)
    return Rejected(reason=reason, code="no-match", hints=hints)


def needs_words(question: OneQuestion | ManyQuestion, option: int) -> Rejected:
    """The question for the words of an *other* option that was picked without any."""
    chosen = question.options[option]
    return Rejected(
        reason=NEEDS_WORDS.format(label=chosen.label), code="needs-words", hints=(chosen.id,)
    )


def named(question: OneQuestion | ManyQuestion, options: Iterable[int]) -> str:
    """Options as the card shows them: "1 ABC model, 2 Stackable"."""
    shown = [f"{at + 1} {question.options[at].label}" for at in options]
    if len(shown) > _LISTED:
        shown[_LISTED:] = [MORE.format(count=len(shown) - _LISTED)]
    return ", ".join(shown)


def _which(count: int, several: bool) -> str:
    if count == 1:
        return THE_ONE
    counted = next((word for word, n in _COUNTS.items() if n == count), str(count))
    return (THE_FEW if several else OF_THE_FEW).format(count=counted)


def _ambiguous(
    question: OneQuestion | ManyQuestion, text: str, options: tuple[int, ...]
) -> Rejected:
    reason = AMBIGUOUS.format(said=excerpt(text), options=named(question, options))
    hints = tuple(question.options[at].id for at in options)
    return Rejected(reason=reason, code="ambiguous", hints=hints)


def _asks(text: str, reader: OptionReader) -> bool:
    """Whether a reply is a question to the others ("What does stackable mean?")."""
    return text.endswith("?") and len(reader.words) > 2 and reader.words[0].key in _ASKS


def _leads(reader: OptionReader) -> list[int]:
    """The places at which a choice may open a reply: the first, and behind words that lead to it."""
    places = [0]
    for place, word in enumerate(reader.words[:_LEAD_WORDS]):
        refusal = word.key in _REFUSALS and reader.stop(place + 1)
        if word.key not in _LEADS and not refusal:
            break
        places.append(place + 1)
    return places


def _opening(reader: OptionReader, several: bool, strict: bool) -> Choice | tuple[int, ...]:
    """The choice that a reply opens with; the options it wavers between; or () for none."""
    for place in _leads(reader):
        found = reader.at(place, strict)
        before = reader.words[:place]
        # "Our online modules were …" speaks about an option that a reply before it chose or not.
        about = strict and any(word.key in _DETERMINERS for word in before)
        if found is not None and not (about and not reader.stop(found.end)):
            said = all(word.key in _FILLERS for word in before) and is_blank(
                reader.text[: reader.words[0].start]
            )
            return _sequence(reader, place, several, said, strict)
    return ()


def _sequence(
    reader: OptionReader, place: int, several: bool, said_first: bool, strict: bool
) -> Choice | tuple[int, ...]:
    chosen: dict[int, None] = {}
    other, wavers, end = "", False, reader.words[place].start
    while found := reader.at(place, strict):
        wavers = wavers or (len(found.options) > 1 and not found.series)
        chosen.update(dict.fromkeys(found.options))
        after = found.end
        end = reader.words[after - 1].end
        if len(found.options) == 1 and reader.options[found.options[0]].other:
            line, end = _line(reader.text, end, several)
            other = "; ".join(filter(None, (other, line)))
            after = next(
                (i for i, w in enumerate(reader.words) if w.start >= end), len(reader.words)
            )
            if not several:
                break
        following, joined, undecided = _join(reader, after, bool(other))
        if not joined or not reader.at(following, strict):
            place = after
            break
        wavers = wavers or undecided
        place = following
    picked = tuple(sorted(chosen))
    if len(picked) > 1 and (wavers or not several):
        return picked
    if several:
        picked = tuple(sorted({*picked, *_mentioned(reader, place, first=False)}))
    return Choice(picked, other, _why(reader.text, end) if said_first else reader.text)


def _join(reader: OptionReader, place: int, forced: bool) -> tuple[int, bool, bool]:
    """Where the next option of a series would stand, whether one may follow, and whether by "or"."""
    near = reader.words[place - 1 : place + 1]
    joined = forced or reader.separated(place) or all(word.key.isdecimal() for word in near)
    undecided = False
    while place < len(reader.words) and reader.words[place].key in _JOINS | {"the"}:
        joined = joined or reader.words[place].key in _JOINS
        undecided = undecided or reader.words[place].key == "or"
        place += 1
    return place, joined and place < len(reader.words), undecided


def _line(text: str, start: int, several: bool) -> tuple[str, int]:
    """The own words of an *other* option: the rest of the line (of several, up to a semicolon)."""
    stop = re.compile(r"[;\n]" if several else r"\n").search(text, start)
    # "4\na badge scheme" and "4;" have nothing on the line: for one, the next line has the words.
    if stop and not several and is_blank(text[start : stop.start()]):
        stop = re.compile(r"\n").search(text, stop.end())
    end = stop.start() if stop else len(text)
    return _why(text[:end], start), end


def _all_of(reader: OptionReader) -> Choice | None:
    """ "All", "all of them", "everything except videos", "both" of two."""
    spoken = [word.key for word in reader.words]
    plain = [at for at, option in enumerate(reader.options) if not option.other]
    for place in _leads(reader):
        for end in range(min(len(spoken), place + 4), place, -1):
            phrase = " ".join(spoken[place:end])
            if not _ALL_OF.fullmatch(phrase) or (phrase.startswith("both") and len(plain) != 2):
                continue
            counted = _COUNTS.get(phrase.split()[-1])
            if counted and counted not in (len(plain), len(reader.options)):
                continue
            if end < len(spoken) and (
                spoken[end] in _EXCEPT or spoken[end : end + 2] == ["apart", "from"]
            ):
                dropped = _excepted(reader, end)
                kept = tuple(at for at in plain if at not in dropped)
                return Choice(kept, why=reader.text) if dropped and kept else None
            if reader.stop(end) or spoken[end] in _EXPLAINS:
                first = place == 0 and is_blank(reader.text[: reader.words[0].start])
                why = _why(reader.text, reader.words[end - 1].end) if first else reader.text
                return Choice(tuple(plain), why=why)
    return None


def _excepted(reader: OptionReader, place: int) -> set[int]:
    dropped: set[int] = set()
    place += 1 + (reader.words[place].key == "apart")
    while place < len(reader.words) and reader.words[place].key not in _EXPLAINS:
        found = reader.named_anyhow(place) or reader.numbered(place, strict=True)
        dropped.update(found.options if found else ())
        place = found.end if found else place + 1
    return dropped


def _mentioned(reader: OptionReader, place: int, first: bool = True) -> tuple[int, ...]:
    """The options mentioned from a place on, without those that only explain.

    `first` where nothing was chosen before: then a reply that explains first ("Since …, stackable")
    still has its choice.
    """
    found = list(reader.mentions(place))
    because = next(
        (i for i, w in enumerate(reader.words) if i >= place and w.key in _EXPLAINS),
        len(reader.words),
    )
    before = [options for at, (options, *_) in found if at < because]
    counted = before or ([options for _, (options, *_) in found] if first else [])
    return tuple(sorted({option for options in counted for option in options}))


def _why(text: str, start: int) -> str:
    return text[start:].lstrip(PUNCTUATION).strip()
