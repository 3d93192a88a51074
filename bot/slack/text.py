"""Slack's text, both ways: decoded once on the way in, escaped once on the way out. Pure.

Slack hands text over with `&`, `<` and `>` escaped and everything that is more than a character in
angle brackets (https://docs.slack.dev/messaging/formatting-message-text). What people wrote goes
back as text in which no mention, link, style or emoji comes alive.
"""

import re
from collections.abc import Callable, Iterator
from itertools import accumulate

from bot.core.splitting import split
from bot.core.words import short

SIGNS = re.compile(r"<([^<>]+)>|&(lt|gt|amp);")
NAMED = {"lt": "<", "gt": ">", "amp": "&"}
WEB = re.compile(r"^https?://", re.IGNORECASE)
COST = {"&": 5, "<": 4, ">": 4}
"""What a sign costs once it is escaped; all others cost one."""
UNNAMED = "…"
CHANNEL = "channel"
"""What a mentioned channel is called whose name Slack does not say."""


def decode(text: str, name_of: Callable[[str], str] = lambda user: user) -> str:
    """What a person typed, as they saw it: names for mentions, addresses for links."""

    def read(found: re.Match[str]) -> str:
        return NAMED[found[2]] if found[2] else _special(found[1], name_of)

    return SIGNS.sub(read, text)


def _special(inside: str, name_of: Callable[[str], str]) -> str:
    target, _, label = (decode(part) for part in inside.partition("|"))
    if target.startswith("@"):
        return f"@{name_of(target[1:])}"
    if target.startswith("#"):
        return f"#{label or CHANNEL}"
    if target.startswith("!date"):
        return label
    if target.startswith("!subteam"):
        return label or "@group"
    if target.startswith("!"):
        return f"@{target[1:]}"
    return _link(target, label)


def _link(target: str, label: str) -> str:
    """A link as it was typed: Slack makes one of "example.org" and of a telephone number, too."""
    address = target.removeprefix("mailto:").removeprefix("tel:")
    bare = WEB.sub("", address).rstrip("/").casefold()
    if not label:
        return address
    if target.startswith("tel:") or label.rstrip("/").casefold() in (bare, address.casefold()):
        return label
    return address if label == target else f"{label} ({address})"


def escape(text: str) -> str:
    """Data as Slack wants it: the three signs that it would read as its own."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def fitted(text: str, limit: int) -> str:
    """A text's first words on one line, so that they fit once they are escaped; never nothing."""
    whole, most = short(text, len(text) + 1), limit
    while (size := len(escape(line := short(whole[: most + 2], most)))) > limit:
        most -= max(1, (size - limit) // max(COST.values()))
    return line or UNNAMED


def is_cut(text: str, limit: int) -> bool:
    """Whether `fitted` leaves words out."""
    return bool(text.strip()) and fitted(text, limit) != short(text, len(text) + 1)


def pieces(text: str, limit: int) -> Iterator[str]:
    """A text in pieces that fit, split at a line or a word where there is one; nothing is cut off.

    `limit` counts characters of the escaped text, and no piece splits an escape or a letter from
    its marks.
    """
    return split(text, lambda rest: _longest(rest, limit))


def _longest(text: str, limit: int) -> int:
    head = text[:limit]
    if len(escape(head)) <= limit:
        return len(head)
    sizes = accumulate(COST.get(sign, 1) for sign in head)
    return max(sum(size <= limit for size in sizes), 1)
