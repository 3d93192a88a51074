"""What is longer than a card, as pages with controls to turn them. Pure."""

import re
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from bot.core.errors import Misuse
from bot.core.reading import NEXT, PREVIOUS, WHERE
from bot.teams.pieces import Element, card, execute, rows, small
from bot.teams.pieces import packed as bodies
from bot.teams.speech import read_out
from bot.teams.values import About

What = Literal["record", "outline", "question", "home", "members"]
TURNED = re.compile(r"(record|outline|question|home|members) ([0-9]{1,4})(?: (\S+))?")


class Page(NamedTuple):
    """One page of something; `where` is the phase or the question."""

    what: What
    number: int = 1
    where: str = ""


def packed(page: Page) -> str:
    """The value of a control that turns to this page."""
    return f"{page.what} {page.number} {page.where}".strip()


def is_page(value: str) -> bool:
    """Whether a control's value names a page."""
    return TURNED.fullmatch(value) is not None


def page_of(about: About) -> Page:
    """The page that a pressed control turns to. Raises Misuse."""
    found = TURNED.fullmatch(about.value)
    if found is None:
        raise Misuse("a control that turns no page")
    what: What = found[1]  # type: ignore[assignment]  # the pattern holds these words alone
    return Page(what, int(found[2]), found[3] or "")


def turned(
    heading: Sequence[Element],
    elements: Iterable[Element],
    page: Page,
    about: About,
    ways: Sequence[Element] = (),
    further: Iterable[Iterable[Element]] = (),
) -> Element:
    """One page of the elements as a card; the nearest one, where that page is not there (any more).

    What is in each of `further` begins a page. `heading` and the controls in `ways` stand on every page;
    `about` is what the controls that turn the pages say besides the page.
    """
    found = [body for part in (elements, *further) for body in bodies(part)]
    at = min(max(page.number, 1), len(found))
    body = [*heading, *found[at - 1]]
    turns: list[Element] = []
    if len(found) > 1:
        body.extend(small(WHERE.format(n=at, total=len(found))))
        steps = ((PREVIOUS, at - 1), (NEXT, at + 1))
        turns = [
            execute(
                "page", label, about.model_copy(update={"value": packed(page._replace(number=n))})
            )
            for label, n in steps
            if 1 <= n <= len(found)
        ]
    return card([*body, *rows([*turns, *ways])], read_out(body))
