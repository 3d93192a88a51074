"""Typed words as a mail can hold them: what is sent on, what a subject says, what stays inert. Pure."""

import html
import re

from bot.core.words import short

SUBJECT = 70
"""Characters that phones and lists show of a subject."""
GREETING = 3
"""A first sentence of so few words says hello, and nothing about what follows."""

_LINES = re.compile("\r\n?")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_HALVES = re.compile("[\ud800-\udfff]")
_SENTENCE = re.compile(r"(?<=[.!?…])\s+(?=\S)")
_ADDRESS = re.compile(r"(?<=\w[.@])(?=\w)|(?<=:)(?=/)|(?<=[A-Za-z]:)(?=[\w+])")
"""Inside of what a mail program would take for an address and make a link of."""
_GAP = "&zwnj;"
"""Parts it, unseen."""


def clean(text: str) -> str:
    """The text as typed, but for control characters and broken halves, which no mail may hold."""
    return _HALVES.sub("\ufffd", _CONTROLS.sub("", _LINES.sub("\n", text)))


def subject(text: str) -> str:
    """What a message is about: its first sentence that is more than a greeting, on one short line."""
    sentences = _SENTENCE.split(" ".join(clean(text).split()))
    while len(sentences) > 1 and len(sentences[0].split()) <= GREETING:
        del sentences[0]
    first = sentences[0]
    if len(first) > SUBJECT and "; " in first:
        first = first.partition("; ")[0]
    cut = short(first, SUBJECT)
    return cut if cut.endswith("..") else cut.removesuffix(".")


def inert(text: str) -> str:
    """The text for HTML: every sign of it shown, none of it markup, and no address becomes a link."""
    return _GAP.join(html.escape(part) for part in _ADDRESS.split(clean(text)))


def inert_lines(text: str) -> str:
    """The same with its line ends."""
    return inert(text.strip()).replace("\n", "<br>")
