"""Slack's text, both ways: decoded once on the way in, escaped once on the way out. Pure.

Slack hands text over with `&`, `<` and `>` escaped and everything that is more than a character in
angle brackets (https://docs.slack.dev/messaging/formatting-message-text). What people wrote goes
back as `plain_text` objects only, where no mention, link, style or emoji comes alive.
"""

import re
from collections.abc import Callable, Iterator

SPECIAL = re.compile(r"<([^<>]*)>")
ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))


def decode(text: str, name_of: Callable[[str], str] = lambda user: user) -> str:
    """What a person typed, as they saw it: names for mentions, addresses for links."""
    return _entities(SPECIAL.sub(lambda match: _special(match[1], name_of), text))


def _special(inside: str, name_of: Callable[[str], str]) -> str:
    target, _, label = inside.partition("|")
    if target.startswith("@"):
        return f"@{name_of(target[1:])}"
    if target.startswith("#"):
        return f"#{label or target[1:]}"
    if target.startswith("!date"):
        return label
    if target.startswith("!subteam"):
        return label or "@group"
    if target.startswith("!"):
        return f"@{target[1:]}"
    address = target.removeprefix("mailto:")
    return address if label in ("", address, target) else f"{label} ({address})"


def _entities(text: str) -> str:
    for entity, sign in ENTITIES:
        text = text.replace(entity, sign)
    return text


def escape(text: str) -> str:
    """Data as Slack wants it: the three signs that it would read as its own."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def pieces(text: str, limit: int) -> Iterator[str]:
    """A text in pieces that fit, split at a line or a word where there is one; nothing is cut off.

    `limit` counts characters of the escaped text, and no piece splits an escape.
    """
    rest = text
    while len(escape(rest)) > limit:
        end = _longest(rest, limit)
        cut = max(rest.rfind("\n", 0, end), 0) or max(rest.rfind(" ", 0, end), 0)
        end = cut + 1 if cut > end // 2 else end
        yield rest[:end]
        rest = rest[end:]
    if rest:
        yield rest


def _longest(text: str, limit: int) -> int:
    size = 0
    for n, sign in enumerate(text):
        size += len(escape(sign))
        if size > limit:
            return max(n, 1)
    return len(text)
