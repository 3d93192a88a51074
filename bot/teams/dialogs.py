"""Forms and things to read in dialogs, where nobody's answer can take them away. Pure.

When a card is edited, Teams draws it anew for everybody, and what somebody was just typing on it is gone.
So whatever opens something opens a dialog (https://learn.microsoft.com/microsoftteams/platform/\
task-modules-and-cards/task-modules/task-modules-bots), which a card can do with an `Action.Submit` only;
what answers at once stays an `Action.Execute`.
"""

from collections.abc import Callable
from typing import Any

from bot.core.errors import Misuse
from bot.teams.pieces import CARD, Element
from bot.teams.values import OURS, Pressed, unpack

OPENS = frozenset(
    "answer skip na assign review record outline page settings members away redate hours".split()
)
"""The verbs that open something; `open` does where it names a question, `snooze` where it names no time."""
VERB, TEAMS = "verb", "msteams"

Task = dict[str, Any]


def for_room(card: Element) -> Element:
    """A card as it stands in a conversation: what opens something opens a dialog."""

    def change(action: Element) -> Element:
        verb, data = action["verb"], action["data"]
        about = data.get(OURS, {})
        asks = verb == "open" and about.get("question")
        asks = asks or (verb == "snooze" and not about.get("value"))
        if verb not in OPENS and not asks:
            return action
        return _submit(action, {**data, VERB: verb, TEAMS: {"type": "task/fetch"}})

    return _changed(card, change)


def for_dialog(card: Element) -> Element:
    """A card as it stands in a dialog: all that is on it is sent with the dialog."""
    changed = _changed(
        card, lambda action: _submit(action, {**action["data"], VERB: action["verb"]})
    )
    return {name: value for name, value in changed.items() if name != "refresh"}


def _submit(action: Element, data: dict[str, Any]) -> Element:
    kept = {name: value for name, value in action.items() if name != VERB}
    return {**kept, "type": "Action.Submit", "data": data}


def _changed(element: Element, change: Callable[[Element], Element]) -> Element:
    """An element with all the controls in it changed."""
    made: Element = {}
    for name, value in element.items():
        if isinstance(value, list):
            made[name] = [_changed(v, change) if isinstance(v, dict) else v for v in value]
        elif isinstance(value, dict) and name not in ("data", "refresh"):
            made[name] = _changed(value, change)
        else:
            made[name] = value
    return change(made) if made.get("type") == "Action.Execute" else made


def pressed(data: object) -> Pressed:
    """What a dialog's request says. Raises Misuse."""
    if not isinstance(data, dict):
        raise Misuse("a dialog without data")
    rest = {name: value for name, value in data.items() if name not in (VERB, TEAMS)}
    return unpack(data.get(VERB), rest)


def goes_on(card: Element, title: str) -> Task:
    """A dialog that shows this card."""
    return shows(for_dialog(card), title)


def shows(card: Element, title: str) -> Task:
    """A dialog with a card that is made for one."""
    shown = {"contentType": CARD, "content": card}
    value = {"title": title, "height": "medium", "width": "medium", "card": shown}
    return {"task": {"type": "continue", "value": value}}


def says(text: str) -> Task:
    """A dialog that says one thing, with a button to close it."""
    return {"task": {"type": "message", "value": text}}
