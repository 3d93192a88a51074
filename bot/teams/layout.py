"""What stands beside each other on a card, and progress as a picture. Pure."""

import base64
from collections.abc import Iterator, Sequence

from bot import picture
from bot.core.folding import SHOW_LESS
from bot.core.words import short
from bot.teams.inert import inert
from bot.teams.pieces import A_TEXT, Element, Spacing, packed

BESIDE = 12_000
"""Bytes of what stands left of a button."""


def progress(
    done: int, total: int, alternative: str, words: Sequence[Element]
) -> Iterator[Element]:
    """Progress as a bar that is a picture, with words at its right; `alternative` says it in words."""
    drawn = base64.b64encode(picture.bars(picture.Bar(done, total))).decode()
    bar = {
        "type": "Image",
        "url": f"data:image/png;base64,{drawn}",
        "altText": inert(short(alternative, A_TEXT)),
        "width": f"{picture.WIDTH}px",
        "height": f"{picture.height(1)}px",
    }
    yield _columns(("auto", [bar]), ("stretch", words[:1]), spacing="Small")
    yield from words[1:]


def beside(
    elements: Sequence[Element], other: Element, spacing: Spacing = "Default"
) -> Iterator[Element]:
    """Elements with another one at their right; what is too long to stand there follows below."""
    fits = packed(elements, BESIDE)[0]
    yield _columns(("stretch", fits), ("auto", [other]), spacing=spacing)
    yield from elements[len(fits) :]


def opening(name: str, label: str, hidden: Sequence[Element]) -> Iterator[Element]:
    """Elements that stand hidden until they are asked for, and hide again; in one element.

    What is pressed and what it shows may not come apart, since a control reaches into its own card
    alone. `name` tells several on a card apart.
    """
    both = [f"more-{name}", f"rest-{name}"]
    yield {
        "type": "Container",
        "items": [
            {"type": "ActionSet", "id": both[0], "actions": [_toggle(label, both)]},
            {
                "type": "Container",
                "id": both[1],
                "isVisible": False,
                "items": [
                    *hidden,
                    {"type": "ActionSet", "actions": [_toggle(SHOW_LESS, both)]},
                ],
            },
        ],
    }


def _toggle(label: str, names: Sequence[str]) -> Element:
    return {"type": "Action.ToggleVisibility", "title": label, "targetElements": list(names)}


def _columns(*columns: tuple[str, Sequence[Element]], spacing: Spacing = "Default") -> Element:
    made: Element = {
        "type": "ColumnSet",
        "columns": [
            {
                "type": "Column",
                "width": width,
                "verticalContentAlignment": "Center",
                "items": list(items),
            }
            for width, items in columns
        ],
    }
    if spacing != "Default":
        made["spacing"] = spacing
    return made
