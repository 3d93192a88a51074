"""Seats in committees as Slack's adapter finds them, and their pages turned one after the other."""

from itertools import pairwise
from typing import Any

from bot.core.desk import Desk, Seat
from bot.slack import reading
from bot.slack.values import Pressed, unpack
from tests.block_limits import check_view, shown
from tests.contents import AT, seen


def seat(desk: Desk, who: str = "m0") -> Seat:
    """Somebody's seat."""
    return Seat(desk, desk.state.members[who])


def ways(view: dict[str, Any]) -> dict[str, Pressed]:
    """The buttons that turn the pages, by their words."""
    rows = [block["elements"] for block in view["blocks"] if block["type"] == "actions"]
    return {
        button["text"]["text"]: unpack(button["value"])
        for row in rows
        for button in row
        if unpack(button["value"]).action == "page"
    }


def all_pages(first: dict[str, Any], mine: tuple[Seat, ...]) -> list[dict[str, Any]]:
    """Every page there is, by pressing *Next page* until there is none; each inside the limits."""
    pages = [first]
    check_view(first)
    while "Next page" in ways(pages[-1]):
        pages.append(reading.page(mine, ways(pages[-1])["Next page"], AT))
        check_view(pages[-1])
        assert ways(pages[-1])["Previous page"].value != ways(pages[-2])["Next page"].value
        assert len(pages) < 200
    for before, after in pairwise(pages):
        assert reading.page(mine, ways(after)["Previous page"], AT) == before
    return pages


def text_of(pages: list[dict[str, Any]]) -> str:
    """What stands on the pages one after the other, without what each page says of itself."""
    blocks = []
    for n, page in enumerate(pages):
        here = page["blocks"][:-2] if ways(page) else page["blocks"]
        titled = n and page["type"] == "modal" and here[0]["type"] == "context"
        blocks.extend(here[1:] if titled else here)
    return seen(shown(blocks))
