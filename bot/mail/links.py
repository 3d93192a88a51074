"""Where the actions of a message lead in the workspace: links that show a page and change nothing. Pure.

A mail is read by machines, too (scanners, previews), and they follow its links. So what is done with
one press elsewhere is here a link to the page on which it can be done.
"""

from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import quote

from bot.core.effects import Button
from bot.core.showing import ANSWER

# -- words ---------------------------------------------------------------------------------------

LATER = "Later, fewer, or away…"
SEE = "See it on your page"

NAMED = {
    "choose": ANSWER,
    **dict.fromkeys(("snooze", "away", "fewer"), LATER),
    **dict.fromkeys(
        ("done", "undone", "holds", "park", "pass", "treat", "withdraw", "start", "own"), SEE
    ),
}
"""What a link is called whose button's words would promise that pressing it does something."""


class Link(NamedTuple):
    """A label, and the address behind it."""

    label: str
    url: str
    primary: bool = False


def mine(base: str) -> str:
    """The member's own page, below the address of the committee's pages."""
    return f"{base}/mine"


def url(button: Button, base: str) -> str:
    """The page on which a button's action is done; `base` is where the committee's pages are."""
    question, walk, value = (
        quote(each, "") for each in (button.question, button.walk, button.value)
    )
    match button.action:
        case "answer" | "choose" if question:
            return f"{base}/form/{question}"
        case "assign" | "review" if question:
            return f"{base}/{button.action}/{question}"
        case "open" if walk:
            return f"{base}/t/{walk}"
        case "open" if question:
            return f"{base}/record/{question}"
        case "open" | "record":
            return f"{base}/record" + (f"#{value}" if value else "")
        case "hours" | "members" | "settings":
            return f"{base}/{button.action}"
        case "outline" if value:
            return f"{base}/outline/{value}"
        case _:
            return mine(base)


def links(buttons: Iterable[Button], base: str, *, leads: bool = False) -> tuple[Link, ...]:
    """The buttons as links, in their order; `leads` says whether the reader leads the walk.

    Those that would do something at once are one link to the page where it can be done: a link named
    "Yes" would promise that pressing it answers.
    """
    found: dict[tuple[str, str], Link] = {}
    for button in buttons:
        if button.lead and not leads:
            continue
        there = url(button, base)
        label = NAMED.get(button.action, button.label)
        forms = button.action in ("answer", "choose")
        key = (there, "" if forms else label)
        before = found.get(key)
        if before is None or (forms and button.action == "answer"):
            primary = button.primary or (before is not None and before.primary)
            found[key] = Link(label, there, primary)
    return tuple(found.values())
