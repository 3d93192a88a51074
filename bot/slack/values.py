"""A card's button as the short string that travels through Slack and comes back. Pure.

An overflow menu's option holds 150 characters, so this is a row of fields and no JSON; a walk's id
begins with its committee's, which is not said twice. Nothing in it is trusted when it returns: the
service checks each id against the committee, and the adapter the committee against the workspace.
"""

from typing import NamedTuple, get_args

from bot.core.effects import Action, Button
from bot.core.errors import Misuse

SEPARATOR = "|"
LONGEST = 150


class Pressed(NamedTuple):
    """What a button says once it was pressed."""

    action: str
    committee: str
    walk: str
    question: str
    value: str


def pack(committee: str, button: Button) -> str:
    """The string of a button on a card of this committee."""
    walk = button.walk
    if walk.startswith(committee + "."):
        walk = "~" + walk[len(committee) + 1 :]
    return SEPARATOR.join((button.action, committee, walk, button.question, button.value))


def unpack(text: object) -> Pressed:
    """Read it back. Raises Misuse for anything that no button of ours says."""
    parts = text.split(SEPARATOR, 4) if isinstance(text, str) else []
    if len(parts) != 5 or parts[0] not in get_args(Action):
        raise Misuse("a button that is not on any card")
    action, committee, walk, question, value = parts
    if walk.startswith("~"):
        walk = f"{committee}.{walk[1:]}"
    return Pressed(action, committee, walk, question, value)
