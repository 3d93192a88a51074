"""What is longer than a view, as pages with buttons to turn them. Pure."""

from collections.abc import Iterable, Iterator

from bot.core.reading import NEXT, PREVIOUS, WHERE
from bot.slack import blocks as kit
from bot.slack.blocks import Block
from bot.slack.values import Page, pack_page
from bot.slack.views import weight

MOST, ROOM = 90, 150_000
"""Blocks and bytes of one page; a view holds 100 and 250 KB."""


def turned(blocks: Iterable[Block], page: Page) -> list[Block]:
    """One page of the blocks; the nearest one, where that page is not there (any more)."""
    found = kit.packed(blocks, MOST, ROOM, weight)
    at = min(max(page.number, 1), len(found))
    return [*found[at - 1], *_ways(page._replace(number=at), len(found))]


def _ways(page: Page, total: int) -> Iterator[Block]:
    if total == 1:
        return
    yield from kit.small(WHERE.format(n=page.number, total=total))
    steps = ((PREVIOUS, page.number - 1), (NEXT, page.number + 1))
    buttons = [
        {
            "type": "button",
            "action_id": f"page:{n}",
            "text": kit.plain(label),
            "value": pack_page(page._replace(number=n)),
        }
        for label, n in steps
        if 1 <= n <= total
    ]
    yield {"type": "actions", "elements": buttons}
