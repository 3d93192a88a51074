"""A message in plain words, for where its blocks are not shown: notifications, screen readers. Pure."""

from collections.abc import Iterable, Iterator

from bot.core import showing
from bot.core.effects import Content
from bot.slack.blocks import Block
from bot.slack.text import decode, escape, fitted

TEXT = 2500


def fallback(content: Content) -> str:
    """The content's first words, escaped."""
    return escape(fitted(showing.spoken(content), TEXT))


def spoken(blocks: Iterable[Block]) -> str:
    """The first words of some blocks, escaped: for a message that goes on from another."""
    said = " ".join(filter(str.strip, (text for block in blocks for text in _shown(block))))
    return escape(fitted(said or showing.NAME, TEXT))


def _shown(block: Block) -> Iterator[str]:
    """The words of one block."""
    if "text" in block:
        yield decode(block["text"]["text"])
    for element in block.get("elements", ()):
        if block["type"] == "context":
            yield decode(element["text"])
        elif block["type"] == "rich_text":
            yield from (words["text"] for words in element["elements"])
