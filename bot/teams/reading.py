"""What there is to read in Teams: a phase's record, the whole one, one question; page by page. Pure.

A page takes the place of the card on which its control was pressed, for the one who pressed it; the way
back to that card goes along from page to page.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from bot.core.desk import Desk
from bot.core.effects import Button
from bot.core.errors import Misuse
from bot.core.reading import Passage, Reading, phase_reading, question_reading
from bot.core.register import Reader
from bot.teams import pieces as kit
from bot.teams.chairing_card import members_card
from bot.teams.inputs import Options
from bot.teams.layout import beside
from bot.teams.own_card import home_card
from bot.teams.pages import Page, What, packed, page_of, turned
from bot.teams.pieces import Element
from bot.teams.returning import BACK, carrying, way_back
from bot.teams.values import About, Pressed, about
from storage.people import Member


def page(
    mine: Sequence[tuple[Desk, Member]], pressed: Pressed, now: datetime, roster: Options = ()
) -> Element:
    """The page that a pressed control turns to, for one with these seats.

    `roster`: for the list of members, who may be added (see bot.teams.chairing_card). Raises Misuse for a control that turns no page, or one of a committee that they are not in.
    """
    said = pressed.about
    wanted = page_of(said)
    if wanted.what == "home":
        return home_card(mine, wanted.number, wanted.where)
    seat = next((s for s in mine if s[0].committee.id == said.committee), None)
    if seat is None:
        raise Misuse(f"not a member of committee {said.committee}")
    back = said.model_copy(update={"value": ""}) if said.card else None
    if wanted.what == "members":
        return members_card(*seat, wanted.number, roster=roster, back=back)
    reader = Reader(*seat, now)
    if wanted.what == "question":
        return question_page(reader, wanted.where, wanted.number, back)
    answers = wanted.what == "record"
    return phase_page(reader, wanted.where, answers=answers, number=wanted.number, back=back)


def phase_page(
    reader: Reader, phase: str, *, answers: bool, number: int = 1, back: About | None = None
) -> Element:
    """What a phase asks, with what was answered; without a phase, of every one. One page of it.

    `back`: the card that it leads back to (see bot.teams.returning); None for one's own page.
    """
    found = phase_reading(reader, phase, answers=answers)
    what: What = "record" if answers else "outline"
    return _page(reader.desk.committee.id, found, Page(what, number, found.of), back)


def question_page(
    reader: Reader, question: str, number: int = 1, back: About | None = None
) -> Element:
    """One question in the record: what was said, and a control to answer it. One page of it."""
    found = question_reading(reader, question)
    what: What = "question" if found.of else "record"
    return _page(reader.desk.committee.id, found, Page(what, number, found.of), back)


def _page(committee: str, found: Reading, page: Page, back: About | None) -> Element:
    heading = list(kit.title(found.title))
    elements = _drawn(committee, found, page, back)
    ways = [way_back(back, BACK, committee)]
    return turned(heading, elements, page, back or About(committee=committee), ways)


def _drawn(committee: str, found: Reading, page: Page, back: About | None) -> Iterator[Element]:
    ruled = False
    for passage in found.passages:
        if passage.look == "title" and passage.text == found.title:
            continue  # it is the page's heading
        for element in _passage(committee, passage, page, back):
            yield {**element, "separator": True, "spacing": "Medium"} if ruled else element
            ruled = False
        ruled = ruled or passage.look == "rule"


def _meant(committee: str, made: Button, page: Page, back: About | None) -> About:
    """What a control says: what it opens leads back to the card, what it does shows on this page."""
    if made.action in ("done", "undone"):
        here = {"value": packed(page), "subject": made.question}
        return (back or About(committee=committee)).model_copy(update=here)
    if made.action == "record":  # its value says which phase
        return (back or About(committee=committee)).model_copy(update={"value": made.value})
    return carrying(about(committee, made), back)


def _passage(committee: str, passage: Passage, page: Page, back: About | None) -> Iterator[Element]:
    made = passage.button
    way = []
    if made:
        meant = _meant(committee, made, page, back)
        way = list(kit.rows([kit.execute(made.action, made.label, meant, primary=made.primary)]))
    match passage.look:
        case "title":
            yield from kit.title(passage.text)
        case "small":
            yield from kit.small(passage.text)
        case "way" | "rule":
            yield from way
        case look:
            text = list(kit.words(passage.text, bold=look == "said" or bool(passage.lines)))
            yield from beside(text, way[0]) if way else text
            for line in passage.lines:
                yield from kit.said(line)
