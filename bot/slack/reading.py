"""What there is to read in Slack: a phase's record, the whole one, one question, a digest; page by page. Pure."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import count
from typing import Any

from bot.core.clocks import at
from bot.core.desk import Seat, seat_in
from bot.core.digest import unfolded
from bot.core.reading import Passage, Reading, phase_reading, question_reading
from bot.core.register import Reader
from bot.slack import blocks as kit
from bot.slack.blocks import Block
from bot.slack.own_page import home
from bot.slack.pages import turned
from bot.slack.review_form import review_view
from bot.slack.values import Page, Pressed, Shown, pack_page, page_of, unpack
from bot.slack.views import About, about, view

__all__ = [
    "digest_view",
    "home",
    "open_page",
    "page",
    "phase_view",
    "question_view",
    "review_view",
]


def open_page(shown: dict[str, Any]) -> Pressed | None:
    """What turns to the page that an open view shows; None where it shows none. Raises Misuse."""
    if shown.get("callback_id") != "look":
        return None
    stands = about(shown.get("private_metadata")).page
    return unpack(stands) if stands else None


def page(mine: tuple[Seat, ...], pressed: Pressed, now: datetime) -> dict[str, Any]:
    """The page that a pressed button turns to, for the owner of these seats.

    A view of type "home" is to be published, any other takes the place of the one it stands in.
    Raises Misuse for a button that turns no page, or one of a committee that they are not in.
    """
    wanted = page_of(pressed)
    reader = Reader(*seat_in(mine, wanted.committee), now)
    if wanted.what == "home":
        return home(mine, wanted.number)
    if wanted.what == "question":
        return question_view(reader, wanted.where, wanted.number)
    if wanted.what in ("digest", "mine"):
        return digest_view(reader, wanted.what, wanted.number)
    answers = wanted.what == "record"
    return phase_view(reader, wanted.where, answers=answers, number=wanted.number)


def phase_view(reader: Reader, phase: str, *, answers: bool, number: int = 1) -> dict[str, Any]:
    """What a phase asks, with what was answered; without a phase, of every one. One page of it."""
    found = phase_reading(reader, phase, answers=answers)
    return _page(reader.desk.committee.id, found, "record" if answers else "outline", number)


def question_view(reader: Reader, name: str, number: int = 1) -> dict[str, Any]:
    """One question in the record: what was said, and a button to answer it. One page of it."""
    found = question_reading(reader, name)
    return _page(reader.desk.committee.id, found, "question" if found.of else "record", number)


def digest_view(reader: Reader, of: str, number: int = 1) -> dict[str, Any]:
    """A digest's parts whole, as they stand now; of what is one's own, too. One page of it.

    Raises Misuse where `of` names no digest.
    """
    desk = reader.desk
    found = unfolded(desk.state, desk.bank, reader.member, at(desk.committee, reader.now), of)
    return _page(desk.committee.id, found, "mine" if of == "mine" else "digest", number)


def _page(committee: str, found: Reading, what: Shown, number: int) -> dict[str, Any]:
    shown = Page(committee, what, found.of, number)
    rows = turned(_drawn(committee, found.passages), shown)
    return view(About(purpose="look", page=pack_page(shown)), found.title, rows, submit="")


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
