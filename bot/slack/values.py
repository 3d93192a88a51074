"""A control's meaning as the short string that travels through Slack and comes back. Pure.

An overflow menu's option holds 150 characters, so this is a row of fields and no JSON; a walk's id
begins with its committee's, which is not said twice. Nothing in it is trusted when it returns: the
service checks each id against the committee, and the adapter the committee against the workspace.
"""

import re
from typing import Literal, NamedTuple, get_args

from bot.core.effects import Action, Button
from bot.core.errors import Misuse

SEPARATOR = "|"
LONGEST = 150
PAGE = "page"
"""Turns to another page of a view."""
OURS = ("found", "role", "said")
"""Actions that open Slack's own forms (see bot.slack.chairing)."""

Shown = Literal["record", "outline", "question", "home", "digest", "mine"]
TURNED = re.compile(r"(record|outline|question|home|digest|mine) ([0-9]{1,4})")


class Pressed(NamedTuple):
    """What a button says once it was pressed."""

    action: str
    committee: str
    walk: str
    question: str
    value: str


class Page(NamedTuple):
    """One page of something that is longer than a view; `where` is the phase or the question."""

    committee: str
    what: Shown
    where: str = ""
    number: int = 1


def pack(committee: str, button: Button) -> str:
    """The string of a button on a card of this committee."""
    walk = button.walk
    if walk.startswith(committee + "."):
        walk = "~" + walk[len(committee) + 1 :]
    return SEPARATOR.join((button.action, committee, walk, button.question, button.value))


def pack_ours(action: str, committee: str, subject: str = "", value: str = "") -> str:
    """The string of a control for one of `OURS`."""
    return SEPARATOR.join((action, committee, "", subject, value))


def pack_page(page: Page) -> str:
    """The string of a button that turns to this page."""
    return pack_ours(PAGE, page.committee, page.where, f"{page.what} {page.number}")


def unpack(text: object) -> Pressed:
    """Read it back. Raises Misuse for anything that no button of ours says."""
    parts = text.split(SEPARATOR, 4) if isinstance(text, str) else []
    if len(parts) != 5 or parts[0] not in (*get_args(Action), *OURS, PAGE):
        raise Misuse("a button that is not on any card")
    action, committee, walk, question, value = parts
    if walk.startswith("~"):
        walk = f"{committee}.{walk[1:]}"
    return Pressed(action, committee, walk, question, value)


def page_of(pressed: Pressed) -> Page:
    """The page that a pressed button turns to. Raises Misuse."""
    turned = TURNED.fullmatch(pressed.value)
    if pressed.action != PAGE or turned is None:
        raise Misuse("a button that turns no page")
    what: Shown = turned[1]  # type: ignore[assignment]  # the pattern holds these words alone
    return Page(pressed.committee, what, pressed.question, int(turned[2]))
