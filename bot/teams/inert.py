"""Keeps what people wrote as it was typed where a card would read some of it as its own. Pure.

Cards put `{{DATE(…)}}` and `{{TIME(…)}}` into words in every text (https://learn.microsoft.com/\
adaptive-cards/authoring-cards/text-features), and read a few texts as markdown.
"""

import re

JOINER = "\u2060"
"""Stands, unseen, between the braces of what a card would read as a date of its own."""
BRACE, JOINED = re.compile(r"\{(?=\{)"), re.compile(rf"\{{{JOINER}(?=\{{)")
MARKED = re.compile(r"([\\`*_\[\]<>#~|!&])")
LISTED = re.compile(r"^([0-9]*)([-+.)])")
"""Signs that markdown reads as its own, anywhere and at a line's start."""


def inert(text: str) -> str:
    """A text in which nothing is a card's own."""
    return BRACE.sub("{" + JOINER, text)


def typed(text: str) -> str:
    """The text that was made inert, as it was typed."""
    return JOINED.sub("{", text)


def unmarked(text: str) -> str:
    """A line for where a card takes markdown: a backslash before a sign says that it means nothing."""
    return LISTED.sub(r"\1\\\2", MARKED.sub(r"\\\1", inert(text)))
