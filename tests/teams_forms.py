"""What comes back of a form in Teams, sent as it stands or changed; and what can be read on it."""

import json
from typing import Any

from bot.core import sent as core
from bot.teams.inert import JOINER
from bot.teams.inputs import sent
from bot.teams.pieces import Element
from bot.teams.titles import GRAVE, HAIR
from bot.teams.values import Pressed, unpack
from tests import teams_cards
from tests.card_limits import BYTES, check, shown
from tests.contents import seen


def pressed(card: Element, named: str = "Save", given: dict[str, Any] | None = None) -> Pressed:
    """A control of a card as it comes back, with what its inputs hold."""
    control = teams_cards.find(card, named)
    return unpack(control.action.get("verb", "save"), teams_cards.filled(control, given or {}))


def held(card: Element, named: str = "Save", **given: Any) -> core.Held:
    """What a form says when it is sent."""
    return sent(pressed(card, named, given).held)


def read(card: Element) -> str:
    """All that can be read on a card, which is held against every limit, without blanks."""
    check(card, form=True)
    assert len(json.dumps(card)) < BYTES
    return visible(shown(card))


def visible(text: str) -> str:
    """A text without blanks, and without what keeps markdown from it."""
    return seen(text.replace(JOINER, "").replace(HAIR, "").replace(GRAVE, "`"))


def ids(card: Element) -> list[str]:
    """The names of a card's inputs, in order."""
    everything = teams_cards.elements(card)
    return [e["id"] for e in everything if str(e.get("type")).startswith("Input.")]


def below(card: Element) -> dict[str, str]:
    """What stands right below each input in the colour of what is wrong; "top": above all of them."""
    found: dict[str, str] = {}
    name = "top"
    for element in teams_cards.elements(card):
        if str(element.get("type")).startswith("Input."):
            name = element["id"]
        elif element.get("type") == "RichTextBlock":
            (run, *_) = element["inlines"]
            wrong = run.get("color") == "Attention"
            if wrong:
                found[name] = found.get(name, "") + run["text"]
            name = name if wrong or name == "top" else f"after {name}"
    return found


def titled(card: Element) -> list[str]:
    """The titles of a card's controls."""
    return [control.action["title"] for control in teams_cards.controls(card)]
