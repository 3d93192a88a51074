"""One's own page in Teams, as a card in one's chat: each committee's progress, and what waits. Pure."""

from collections.abc import Iterable, Iterator, Sequence

from bot.core.desk import Desk
from bot.core.own_page import HOME, MEMBERS, NOTHING, SETTINGS, Waiting, own_page
from bot.core.showing import LINES
from bot.teams.layout import beside
from bot.teams.pages import Page, packed, turned
from bot.teams.pieces import Element, button, execute, rows, small, title, words
from bot.teams.returning import BACK, carrying
from bot.teams.values import About, about
from storage.people import Member

# -- words ---------------------------------------------------------------------------------------

NO_COMMITTEE = (
    "You are in no committee yet. Add me to a team, or write “@Convenor start” in one of its channels; "
    "the members of its committee find their open questions here."
)
MORE = "More ({count})"

FRESH = packed(Page("home"))
"""What asking for the page anew says."""


def home_card(mine: Sequence[tuple[Desk, Member]], number: int = 1, of: str = "") -> Element:
    """The page of one with these seats; where there is much, one page of it.

    `of`: a committee of which all that waits is listed, from the end of the first page's list on.
    """
    here = [(desk, member) for desk, member in mine if member.active]
    page = Page("home", number, of)
    if not here:
        return turned([*title(HOME)], words(NO_COMMITTEE), page, About())
    seat = next((seat for seat in here if of and seat[0].committee.id == of), None)
    if seat is not None:
        return _list(*seat, page)
    page = Page("home", number)
    elements = [each for n, seat in enumerate(here) for each in _home(*seat, page, first=not n)]
    return turned([*title(HOME)], elements, page, About(committee=here[0][0].committee.id))


def kept_fresh(card: Element) -> Element:
    """The page as a message in one's own chat, which Teams asks for anew whenever it is seen there.

    https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/\
    universal-actions-for-adaptive-cards/user-specific-views
    """
    action = execute("show", HOME, About(value=FRESH))
    return {**card, "refresh": {"action": action}}


def _list(desk: Desk, member: Member, page: Page) -> Element:
    """The rest of what waits, a dozen to a page."""
    committee = desk.committee.id
    waiting = _dozens(own_page(desk.state, desk.bank, member).waiting)
    pages = [
        [each for phase in dozen for each in _waiting(committee, phase, page._replace(number=n))]
        for n, dozen in enumerate(waiting[1:], start=1)
    ]
    first, *further = pages or [list(words(NOTHING))]
    home = execute("page", BACK, About(committee=committee, value=packed(Page("home"))))
    about = About(committee=committee)
    return turned([*title(HOME)], first, page, about, [home], further)


def _dozens(waiting: Iterable[Waiting]) -> list[list[Waiting]]:
    """What waits, so many questions at a time."""
    found: list[list[Waiting]] = [[]]
    left = LINES
    for phase in waiting:
        questions = phase.questions
        while questions:
            if not left:
                found.append([])
                left = LINES
            part, questions = questions[:left], questions[left:]
            found[-1].append(phase.model_copy(update={"questions": part}))
            left -= len(part)
    return found


def _home(desk: Desk, member: Member, page: Page, *, first: bool) -> Iterator[Element]:
    committee = desk.committee.id
    found = own_page(desk.state, desk.bank, member)
    name, *more = list(words(found.name, bold=True))
    yield name if first else {**name, "separator": True, "spacing": "Medium"}
    yield from more
    yield from small(*found.progress)
    dozen, *rest = _dozens(found.waiting)
    for phase in dozen:
        yield from _waiting(committee, phase, page)
    if rest:
        count = sum(len(phase.questions) for part in rest for phase in part)
        value = packed(Page("home", 1, committee))
        onward = execute("page", MORE.format(count=count), About(committee=committee, value=value))
        yield from rows([onward])
    yield from small(*found.rounds)
    if found.nothing:
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
