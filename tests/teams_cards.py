"""What a person does with an Adaptive Card: read its words, find an action, fill in its inputs.

Inputs are gathered as Microsoft's own renderer does it (`adaptivecards` 3.0.6, `SubmitActionBase`):
those of the card the action stands on and of the cards around it; what is filled in wins over what the
card came with; every value is sent as text; and an input that is empty is not sent at all.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

Node = dict[str, Any]

CARD = "application/vnd.microsoft.card.adaptive"
CHILDREN = ("body", "items", "columns", "rows", "cells", "actions", "inlines", "images", "facts")
SINGLE = ("selectAction", "inlineAction")
WORDS = (
    "text",
    "title",
    "label",
    "value",
    "fallbackText",
    "altText",
    "errorMessage",
    "placeholder",
)
SENDS = ("Action.Execute", "Action.Submit")


class Control(NamedTuple):
    """An action, and the inputs that go with it."""

    action: Node
    inputs: list[Node]


def card_of(activity: Node) -> Node | None:
    """The Adaptive Card of a message, where it has one."""
    for attachment in activity.get("attachments") or ():
        if attachment.get("contentType") == CARD:
            return dict(attachment["content"])
    return None


def children(node: Node) -> Iterator[Node]:
    """What stands right inside an element, or a card; not the card that an action would show."""
    for name in CHILDREN:
        for child in node.get(name) or ():
            if isinstance(child, dict):
                yield child
    for name in SINGLE:
        if isinstance(node.get(name), dict):
            yield node[name]


def elements(node: Node) -> Iterator[Node]:
    """Everything inside, in the order of reading, the cards that actions show included."""
    for child in children(node):
        yield child
        yield from elements(child)
        if child.get("type") == "Action.ShowCard":
            yield from elements(child["card"])


def words(card: Node) -> str:
    """Every word of a card that can come to be seen or heard, a line each."""
    found = [card.get(name) for name in ("fallbackText", "speak")]
    for element in elements(card):
        found += [element.get(name) for name in WORDS]
        found += [choice.get("title") for choice in element.get("choices") or ()]
    return "\n".join(str(each) for each in found if isinstance(each, str) and each)


def controls(card: Node, around: tuple[Node, ...] = ()) -> Iterator[Control]:
    """Everything that can be pressed, overflow menus and shown cards included."""
    own = [e for e in _own(card) if str(e.get("type", "")).startswith("Input.") and e.get("id")]
    inputs = [*around, *own]
    for element in _own(card):
        kind = str(element.get("type", ""))
        if kind == "Action.ShowCard":
            yield from controls(element["card"], tuple(inputs))
        elif kind.startswith("Action."):
            yield Control(element, [] if element.get("associatedInputs") == "none" else inputs)


def _own(card: Node) -> Iterator[Node]:
    for child in children(card):
        yield child
        yield from _own(child)


def find(card: Node, named: str) -> Control:
    """The action with this title, or this verb. Fails where there is none, or more than one."""
    all_of_them = list(controls(card))
    for key in ("title", "verb", "id"):
        found = [c for c in all_of_them if c.action.get(key) == named]
        if found:
            assert len(found) == 1, f"{len(found)} actions have the {key} {named!r}"
            assert found[0].action.get("isEnabled", True), f"{named!r} can't be pressed"
            return found[0]
    shown = [c.action.get("title") or c.action.get("verb") for c in all_of_them]
    raise AssertionError(f"no action {named!r}; the card has {shown}")


def filled(control: Control, given: Node) -> Any:
    """The action's data with what is filled in. Fails where the client would not let it be sent."""
    by_id = {str(element["id"]): element for element in control.inputs}
    unknown = given.keys() - by_id.keys()
    assert not unknown, f"the card has no input {sorted(unknown)}: it has {sorted(by_id)}"
    values = {id_: _value(element, given.get(id_)) for id_, element in by_id.items()}
    held = [id_ for id_, value in values.items() if not value and by_id[id_].get("isRequired")]
    assert not held, f"the card is not sent: {held} must be filled in"
    data = control.action.get("data", {})
    sent = {id_: value for id_, value in values.items() if value}
    if isinstance(data, dict):
        return data | sent
    return sent or data


def _value(element: Node, given: Any) -> str:
    """What an input holds: what is given, else what it came with; "" where it is empty."""
    value = element.get("value", "") if given is None else given
    match element["type"]:
        case "Input.Toggle":
            on = value is True or value == element.get("valueOn", "true")
            return str(element.get("valueOn", "true") if on else element.get("valueOff", "false"))
        case "Input.ChoiceSet":
            several = bool(element.get("isMultiSelect"))
            chosen = value.split(",") if several and isinstance(value, str) else value
            each = chosen if isinstance(chosen, list | tuple) else [chosen]
            return ",".join(_choice(element, str(one)) for one in each if one != "")
        case "Input.Text":
            most = element.get("maxLength")
            assert not most or len(str(value)) <= most, f"only {most} characters fit in"
    return str(value)


def _choice(element: Node, named: str) -> str:
    choices = element.get("choices", [])
    for choice in choices:
        if named in (choice["value"], choice["title"]):
            return str(choice["value"])
    # A person may only choose what is there; what a directory offers is not known here.
    assert "choices.data" in element, f"no choice {named!r} among {choices}"
    return named
