"""The words of a choice, as they were typed on every client. Pure.

Teams says that a choice's words are no markdown, and once read them as such (https://github.com/\
MicrosoftDocs/msteams-docs/issues/12228); Microsoft's own renderer does so still, phones never did. A
backslash would be seen where they are plain, so what markdown would read is kept from it by signs that
nobody sees. Only a pair of backticks, for which there is no such sign, is changed into its likeness.
"""

import re

from bot.core.words import short
from bot.teams.inert import JOINER, inert

UNNAMED = "…"
HAIR = "\u200a"
"""A space of a hair's breadth: a sign of emphasis before a space opens none."""
GRAVE = "\u02cb"

PAIRED = (
    ("*", re.compile(r"(\*+)(?=\S)"), rf"\1{HAIR}"),
    ("~", re.compile(r"(~+)(?=\S)"), rf"\1{HAIR}"),
    ("_", re.compile(r"(_+)"), rf"{JOINER}\1{JOINER}"),
    ("`", re.compile("`"), GRAVE),
)
"""Signs that mean something in pairs only."""
ALONE = (
    (re.compile(r"\](?=\()"), f"]{JOINER}"),  # a link
    (re.compile(r"<(?=[A-Za-z/!?])"), f"<{JOINER}"),  # a tag
    (re.compile(r"&(?=#?\w+;)"), f"&{JOINER}"),  # an entity
    (re.compile(r"(\\)(?=[!-/:-@\[-`{-~])"), rf"\1{JOINER}"),  # an escape
    (re.compile(r":(?=//)"), f":{JOINER}"),  # what becomes a link by itself
    (re.compile(r"/(?=/)"), f"/{JOINER}"),
    (re.compile(r"(?<=\w)([.@])(?=[^\W\d_])"), rf"\1{JOINER}"),
)
LINE_START = re.compile(r"[^\w“(]|\d+[.)]")
"""What may begin a list, a heading, a quotation."""


def title(text: str) -> str:
    """A choice's words on one line; never nothing."""
    line = short(text, len(text) + 1)
    for sign, pattern, instead in PAIRED:
        if line.count(sign) > 1:
            line = pattern.sub(instead, line)
    for pattern, instead in ALONE:
        line = pattern.sub(instead, line)
    if LINE_START.match(line):
        line = f"{JOINER}{line}"
    return inert(line) or UNNAMED
