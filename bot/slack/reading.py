"""What there is to read in Slack: a phase's record, the whole one, one question, a digest; page by page. Pure."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import count
from typing import Any

from bot.core.clocks import at
from bot.core.desk import Desk, Seat, seat_in
from bot.core.digest import unfolded
from bot.core.reading import Passage, Reading, phase_reading, question_reading
from bot.slack import blocks as kit
from bot.slack.blocks import Block
from bot.slack.own_page import home
from bot.slack.pages import turned
from bot.slack.review_form import review_view
from bot.slack.values import Page, Pressed, Shown, page_of
from bot.slack.views import About, view

__all__ = ["digest_view", "home", "page", "phase_view", "question_view", "review_view"]


def page(mine: tuple[Seat, ...], pressed: Pressed, now: datetime) -> dict[str, Any]:
    """The page that a pressed button turns to, for the owner of these seats.

    A view of type "home" is to be published, any other takes the place of the one it stands in.
    Raises Misuse for a button that turns no page, or one of a committee that they are not in.
    """
    wanted = page_of(pressed)
    seat = seat_in(mine, wanted.committee)
    desk = seat.desk
    if wanted.what == "home":
        return home(mine, wanted.number)
    if wanted.what == "question":
        return question_view(desk, wanted.where, wanted.number)
    if wanted.what in ("digest", "mine"):
        return digest_view(seat, wanted.what, now, wanted.number)
    answers = wanted.what == "record"
    return phase_view(desk, wanted.where, answers=answers, number=wanted.number)


def phase_view(desk: Desk, phase: str, *, answers: bool, number: int = 1) -> dict[str, Any]:
    """What a phase asks, with what was answered; without a phase, of every one. One page of it."""
    found = phase_reading(desk.state, desk.bank, phase, answers=answers)
    return _page(desk, found, "record" if answers else "outline", number)


def question_view(desk: Desk, name: str, number: int = 1) -> dict[str, Any]:
    """One question in the record: what was said, and a button to answer it. One page of it."""
    found = question_reading(desk.state, desk.bank, name)
    return _page(desk, found, "question" if found.of else "record", number)


def digest_view(seat: Seat, of: str, now: datetime, number: int = 1) -> dict[str, Any]:
    """A digest's parts whole, as they stand now (UTC); of what is one's own, too. One page of it.

    Raises Misuse where `of` names no digest.
    """
    desk = seat.desk
    found = unfolded(desk.state, desk.bank, seat.member, at(desk.committee, now), of)
    return _page(desk, found, "mine" if of == "mine" else "digest", number)


def _page(desk: Desk, found: Reading, what: Shown, number: int) -> dict[str, Any]:
    shown = Page(desk.committee.id, what, found.of, number)
    rows = turned(_drawn(desk.committee.id, found.passages), shown)
    return view(About(purpose="look"), found.title, rows, submit="")


def _drawn(committee: str, passages: Iterable[Passage]) -> Iterator[Block]:
    numbers = count()
    for passage in passages:
        beside = (
            kit.button(committee, passage.button, next(numbers))
            if passage.button and passage.look != "way"
            else None
        )
        match passage.look:
            case "title":
                yield from kit.title(passage.text)
            case "small":
                yield from kit.small(passage.text)
            case "rule":
                yield {"type": "divider"}
            case "way" if passage.button:
                yield from kit.actions(committee, (passage.button,), (), {})
            case look:
                indent = "    " if look == "said" else ""
                lines = (indent + " ".join(filter(None, line)) for line in passage.lines)
                text = (passage.text,) if passage.text else ()
                yield from kit.section("\n".join((*text, *lines)), beside)
