"""What a card says in plain words: read out, in notifications, and where cards are not shown. Pure.

A content's own words are bot.core.showing's; here are those of a card that goes on from another.
"""

from collections.abc import Iterable, Iterator

from bot.core import showing
from bot.core.words import short
from bot.teams.inert import typed
from bot.teams.pieces import Element

SUMMARY = 200
"""Characters of a notification; what is longer is not seen there."""


def read_out(elements: Iterable[Element], *, fields: bool = False) -> str:
    """The words that stand in some elements: for a card that goes on from another.

    With its `fields` for where the card is not shown at all; else each of them is read out by itself.
    """
    texts = (text for each in elements for text in _shown(each, fields=fields))
    return typed(" ".join(filter(str.strip, texts))) or showing.NAME


def summary(said: str) -> str:
    """The first words, for a notification; never nothing."""
    return short(said, SUMMARY) or showing.NAME


def _shown(element: Element, *, fields: bool) -> Iterator[str]:
    """The words of one element, and of those inside it; not those on buttons."""
    if element.get("isVisible") is False:
        return
    if fields and "label" in element:
        yield element["label"]
    if element["type"] == "RichTextBlock":
        yield "".join(run["text"] for run in element["inlines"])
    for within in (*element.get("columns", ()), *element.get("items", ())):
        yield from _shown(within, fields=fields)
