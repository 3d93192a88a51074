"""The inputs of Teams' forms: words, choices, dates, numbers; and what they held, read back. Pure.

See https://adaptivecards.io/explorer/Input.Text.html and its neighbours. What is wrong with an input
stands right below it. An input that is empty is not sent back at all; several choices come in one text
with commas between them, which neither a bank's ids nor Teams' ids of people hold.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from bot.core import sent as core
from bot.core.around import LONGEST_NAME
from bot.core.words import short
from bot.teams import values
from bot.teams.inert import inert, typed
from bot.teams.pieces import Element, problem, small, weight
from bot.teams.titles import UNNAMED, title
from questions.answers import MAX_TEXT

# -- words ---------------------------------------------------------------------------------------

FILL_IN, CHOOSE = "Please fill this in.", "Please choose one."
FROM_LIST = "Please choose one from the list."
SEARCH = "Type a few letters"
PICK_A_DAY, PICK_A_TIME = "Please pick a day.", "Please pick a time."
NAMESAKE = "{name} ({n})"

FEW = 10
"""So many options at most stand one below the other; more are a menu."""
IN_A_MENU, MENU_ROOM = (75, 40, 24), 30_000
"""Characters of an option that a menu shows, fewer where all of them need too many bytes."""
NAMES = 3
"""So many long names at most stand above a menu of people; all of them stand in the list of members."""
SEVERAL = frozenset({"options", "members", "people"})
"""The last part of the names of inputs in which several may be chosen."""
SEPARATOR = ","
PICKER, EVERYBODY = "graph.microsoft.com/users?scope=currentContext", "graph.microsoft.com/users"
"""Teams' own search among the people of the conversation, and of the whole organisation
(https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/people-picker)."""

ON_A_CARD, PEOPLE_ROOM = 150, 12_000
"""People, and bytes of them, that stand on a card; Teams searches among more."""

Options = Sequence[tuple[str, str]]
"""Each option's value and words."""


class Field(NamedTuple):
    """What every input has: its name, its label, whether it is needed, and what is wrong with it."""

    name: str
    label: str
    needed: bool = False
    problem: str = ""


def _made(kind: str, at: Field, message: str, **more: object) -> Iterator[Element]:
    made: Element = {"type": f"Input.{kind}", "id": at.name, "label": inert(at.label), **more}
    if at.needed:
        made["isRequired"] = True
    if at.needed or kind != "Text":
        made["errorMessage"] = message
    yield {name: value for name, value in made.items() if value not in ("", None)}
    yield from problem(at.problem)


def words(
    at: Field, said: str = "", *, lines: bool = True, most: int = MAX_TEXT
) -> Iterator[Element]:
    """An input for words. What it holds already is never cut: it may be longer than `most`."""
    value = inert(said)
    # Clients count a sign beyond the first plane twice.
    longest = max(most, len(value.encode("utf-16-le", "surrogatepass")) // 2)
    several = lines or "\n" in said
    yield from _made(
        "Text", at, FILL_IN, value=value, isMultiline=several or None, maxLength=longest
    )


def day(at: Field, chosen: date | str | None = None) -> Iterator[Element]:
    """A day of the calendar."""
    value = chosen.isoformat() if isinstance(chosen, date) else chosen
    yield from _made("Date", at, PICK_A_DAY, value=value)


def at_time(at: Field, chosen: str = "") -> Iterator[Element]:
    """A time of day, as "09:40"."""
    yield from _made("Time", at, PICK_A_TIME, value=chosen)


def number(at: Field, value: str, least: int, most: int, message: str) -> Iterator[Element]:
    """A whole number; `message` is said while there is none."""
    known = int(value) if value.isdecimal() and len(value) < 10 else None
    yield from _made("Number", at, message, value=known, min=least, max=most)


# -- choices -------------------------------------------------------------------------------------


def pick(
    at: Field, options: Options, chosen: str = "", *, folded: bool = False
) -> Iterator[Element]:
    """One of several: all to be seen where they are few, else a menu (see `unseen`).

    `folded`: a menu all the same, for a form with many fields.
    """
    few = len(options) <= FEW
    yield from _made(
        "ChoiceSet", at, CHOOSE, value=_known(options, chosen), wrap=True,
        style="expanded" if few and not folded else "compact",
        choices=_choices(_shown(options), title if few else _plain),
    )  # fmt: skip


def picks(at: Field, options: Options, chosen: Sequence[str] = ()) -> Iterator[Element]:
    """Several of several."""
    yield from _made(
        "ChoiceSet", at, CHOOSE, wrap=True, isMultiSelect=True,
        style="expanded" if len(options) <= FEW else "compact",
        value=SEPARATOR.join(value for value, _ in options if value in chosen),
        choices=_choices(_shown(options), title),
    )  # fmt: skip


def search(at: Field, options: Options, chosen: str = "") -> Iterator[Element]:
    """One of many, found by typing; what is chosen already stands in a menu, which shows its words."""
    known = _known(options, chosen)
    long = unseen(options)
    yield from small(*(long if len(long) <= NAMES else ()))
    made = _choices(_apart(options), _plain)
    if len(options) <= FEW or known:
        yield from _made(
            "ChoiceSet", at, CHOOSE, style="compact", value=known, wrap=True, choices=made
        )
    else:
        yield from _made(
            "ChoiceSet", at, FROM_LIST, style="filtered", choices=made, placeholder=SEARCH
        )


def unseen(options: Options) -> list[str]:
    """The options' words that are too long for their menu: they have to stand elsewhere, whole."""
    if len(options) <= FEW:
        return []
    pairs = zip(options, _shown(options), strict=True)
    return [label for (_, label), (_, cut) in pairs if cut != _line(label)]


def _choices(options: Options, style: Callable[[str], str]) -> list[Element]:
    return [{"title": style(words), "value": value} for value, words in options]


def _shown(options: Options) -> Options:
    """The options with the words that a menu of them shows; few are shown whole."""
    if len(options) <= FEW:
        return options
    shown: Options = options
    for most in IN_A_MENU:
        shown = [(value, short(label, most) or UNNAMED) for value, label in options]
        if sum(len(json.dumps(each)) for each in shown) <= MENU_ROOM:
            break
    return shown


def people(
    at: Field, roster: Options, chosen: Sequence[str] = (), *, among: str = PICKER
) -> Iterator[Element]:
    """Several people, given as Entra ids and names; found by Teams, `among` whom, where they are many."""
    named = _named(roster)
    made = list(picks(at, named, chosen))
    if len(named) <= ON_A_CARD and sum(map(weight, made)) <= PEOPLE_ROOM:
        yield from made
    else:
        known = [who for who in named if who[0] in chosen]
        yield from _picker(at, known, among, isMultiSelect=True)


def person(at: Field, roster: Options, chosen: str = "") -> Iterator[Element]:
    """One of the conversation's people; found by Teams where they are many."""
    named = _named(roster)
    made = list(search(at, named, chosen))
    if len(named) <= ON_A_CARD and sum(map(weight, made)) <= PEOPLE_ROOM:
        yield from made
    else:
        yield from _picker(at, [who for who in named if who[0] == chosen], PICKER)


def _named(roster: Options) -> Options:
    return [(who, short(name, LONGEST_NAME) or UNNAMED) for who, name in roster]


def _picker(at: Field, known: Options, among: str, **more: object) -> Iterator[Element]:
    """Teams' own; it knows the names of those who are chosen, too."""
    yield from _made(
        "ChoiceSet", at, CHOOSE, **more,
        value=SEPARATOR.join(who for who, _ in known[:ON_A_CARD]),
        choices=_choices(known[:FEW], title),
        **{"choices.data": {"type": "Data.Query", "dataset": among}},
    )  # fmt: skip


def _known(options: Options, chosen: str) -> str:
    return chosen if any(value == chosen for value, _ in options) else ""


def _line(label: str) -> str:
    return short(label, len(label) + 1) or UNNAMED


def _plain(label: str) -> str:
    """An option's words where no markdown is read: in a menu."""
    return inert(_line(label))


def _apart(options: Options) -> Options:
    """The options with words that are each unlike the others: in a search it is they that are chosen."""
    words = [_line(label) for _, label in _shown(options)]
    taken, found = set(words), dict[str, str]()
    for (value, _), word in zip(options, words, strict=True):
        unlike, n = word, 1
        while unlike in found:
            n += 1
            named = NAMESAKE.format(name=word, n=n)
            unlike = word if named in taken else named
        found[unlike] = value
    return [(value, word) for word, value in found.items()]


# -- reading back --------------------------------------------------------------------------------


def sent(held: values.Held) -> core.Held:
    """What each input held; blank ones are left out, and several choices stand apart."""
    found: core.Held = {}
    for name, value in held.items():
        text = typed(value.replace("\r\n", "\n").replace("\r", "\n"))
        if name.rpartition(":")[2] in SEVERAL:
            chosen = tuple(filter(None, map(str.strip, text.split(SEPARATOR))))
            if chosen:
                found[name] = chosen
        elif text.strip():
            found[name] = text
    return found
