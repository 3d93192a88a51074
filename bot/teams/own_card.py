"""One's own page in Teams, as a card in one's chat: each committee's progress, and what waits. Pure."""

from collections.abc import Iterator, Sequence

from bot.core.desk import Desk
from bot.core.own_page import (
    HOME,
    MEMBERS,
    NOTHING,
    SETTINGS,
    Waiting,
    own_page,
)
from bot.teams.layout import beside
from bot.teams.pages import Page, packed, turned
from bot.teams.pieces import Element, button, execute, rows, small, title, words
from bot.teams.returning import carrying
from bot.teams.values import About, about
from storage.records import Member

# -- words ---------------------------------------------------------------------------------------

NO_COMMITTEE = (
    "You are in no committee yet. Add me to a team, or write “@Convenor start” in one of its channels; "
    "the members of its committee find their open questions here."
)


def home_card(mine: Sequence[tuple[Desk, Member]], number: int = 1) -> Element:
    """The page of one with these seats; where there is much, one page of it."""
    here = [(desk, member) for desk, member in mine if member.active]
    page = Page("home", number)
    if not here:
        return turned([*title(HOME)], words(NO_COMMITTEE), page, About())
    elements = [each for n, seat in enumerate(here) for each in _home(*seat, page, first=not n)]
    return turned([*title(HOME)], elements, page, About(committee=here[0][0].committee.id))


def _home(desk: Desk, member: Member, page: Page, *, first: bool) -> Iterator[Element]:
    committee = desk.committee.id
    found = own_page(desk.state, desk.bank, member)
    name, *more = list(words(found.name, bold=True))
    yield name if first else {**name, "separator": True, "spacing": "Medium"}
    yield from more
    yield from small(*found.progress)
    for phase in found.waiting:
        yield from _waiting(committee, phase, page)
    if not found.waiting:
        yield from words(NOTHING, spacing="Medium")
    ways = [
        button(committee, found.record),
        execute("members", MEMBERS, About(committee=committee)),
        button(committee, found.hours),
    ]
    if found.sets:
        ways.append(execute("settings", SETTINGS, About(committee=committee)))
    yield from rows(ways)
    if found.begin:
        yield from rows([button(committee, found.begin)])


def _waiting(committee: str, phase: Waiting, page: Page) -> Iterator[Element]:
    if phase.own:
        yield from rows([button(committee, phase.own)])
    else:
        yield from words(phase.title, bold=True, spacing="Medium")
    for prompt, made in phase.questions:
        here = About(committee=committee, value=packed(page))
        way = execute(made.action, made.label, carrying(about(committee, made), here))
        yield from beside(list(words(prompt)), next(rows([way])))
