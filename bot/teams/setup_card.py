"""The set-up card of a new committee, and which phase to begin where there is one. Pure.

Its people are those of the team's roster, by their Entra ids: names are for reading only.
"""

from collections.abc import Iterator, Mapping

from bot.core.sent import Held as Read
from bot.core.sent import word
from bot.core.starting import (
    BANK,
    CHAIR,
    HEADING,
    MEMBERS,
    MOST_NAME,
    MOVE_ON,
    MOVES,
    NAME,
    PACE,
    PACES,
    PHASE,
    START,
    Chosen,
    bank_of,
    chosen,
    phase_choices,
    phase_word,
)
from bot.teams.frame import BLANK, Draft, Fields, framed, ways
from bot.teams.inputs import Field, Options, people, person, pick, sent
from bot.teams.inputs import words as written
from bot.teams.pieces import Element, execute, small
from bot.teams.values import About, Held
from questions.model import Bank, Frozen
from storage.people import MoveOn, Pace

# -- words ---------------------------------------------------------------------------------------

OF_BANK = "{bank}: {phase}"
FIRST = "Leave this empty to begin with the first one."


class SetUp(Frozen):
    """What was chosen on the card."""

    name: str
    people: tuple[str, ...]
    """Entra ids of all who are to be in it, whoever leads first; as they came, from outside."""
    what: Chosen


def setup_card(
    *,
    banks: Mapping[str, Bank],
    roster: Options,
    proposed: frozenset[str],
    user: str,
    draft: Draft = BLANK,
) -> Element:
    """The card of a new committee.

    `roster`: the people of the team, as Entra ids and names; `proposed`: those who are ticked as its
    members; `user`: who is to lead, unless another is chosen.
    """
    new: Read = {"members": tuple(sorted(proposed)), "chair": user}
    known = new if draft.held is None else draft.typed
    bank = bank_of(banks, known)
    declared = [
        Field("name", NAME, needed=True), Field("bank", BANK, needed=True),
        Field("members", MEMBERS, needed=True), Field("chair", CHAIR, needed=True),
        Field("pace", PACE, needed=True), Field("move_on", MOVE_ON, needed=True),
        Field("phase", PHASE, needed=len(banks) == 1),
    ]  # fmt: skip
    at = Fields(declared, draft)
    members = known.get("members", ())
    body = [*written(at["name"], word(known, "name"), lines=False, most=MOST_NAME)]
    if len(banks) > 1:
        titles = [(name, each.title) for name, each in banks.items()]
        body.extend(pick(at["bank"], titles, bank.name))
    body += [
        *people(at["members"], roster, members if isinstance(members, tuple) else ()),
        *person(at["chair"], roster, word(known, "chair")),
        *pick(at["pace"], _values(PACES), word(known, "pace") or Pace.BOTH.value),
        *pick(at["move_on"], _values(MOVES), word(known, "move_on") or MoveOn.EVERYONE.value),
        *_phases(banks, at["phase"], phase_word(known)),
    ]
    start = execute("found", START, About(), primary=True, inputs=True)
    return framed(HEADING, body, [start], at.sentence)


def _values(words: Mapping[Pace, str] | Mapping[MoveOn, str]) -> list[tuple[str, str]]:
    return [(each.value, said) for each, said in words.items()]


def _phases(banks: Mapping[str, Bank], at: Field, chosen: str) -> Iterator[Element]:
    """The phases of every bank: a card can't change its menu when a bank is chosen on it."""
    if len(banks) == 1:
        options = phase_choices(tuple(banks.values()))
        yield from pick(at, options, chosen or options[0][0])
        return
    options = [
        (value, OF_BANK.format(bank=bank.title, phase=title))
        for bank in banks.values()
        for value, title in phase_choices([bank])
    ]
    yield from pick(at, options, chosen)
    yield from small(FIRST)


def setup_values(banks: Mapping[str, Bank], held: Held) -> SetUp:
    """Read the card back. Raises Refused for a phase of another bank's."""
    read = sent(held)
    members = read.get("members", ())
    picked = members if isinstance(members, tuple) else (members,)
    people = tuple(dict.fromkeys(filter(None, (word(read, "chair"), *picked))))
    return SetUp(name=word(read, "name"), people=people, what=chosen(banks, read))


def phase_card(
    committee: str,
    bank: Bank,
    *,
    draft: Draft = BLANK,
    back: About | None = None,
) -> Element:
    """Which phase to begin, where the channel has its committee already."""
    at = Fields([Field("phase", PHASE, needed=True)], draft)
    known = word(draft.typed, "phase") or bank.phases[0].id
    body = list(pick(at["phase"], [(p.id, p.title) for p in bank.phases], known))
    about = About(committee=committee, form="start")
    starts, leaves = ways(about, back, START)
    # In a room it is a message of its own: there is nothing that it could lead back to.
    return framed(bank.title, body, [starts, leaves] if back else [starts], at.sentence)
