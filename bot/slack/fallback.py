"""A message in plain words, for where its blocks are not shown: notifications, screen readers. Pure."""

from collections.abc import Iterable, Iterator

from bot.core.effects import Content, QuestionCard, ReviewCard, SummaryCard
from bot.slack.blocks import Block
from bot.slack.sayings import said_line
from bot.slack.text import decode, escape, fitted

NAME = "Convenor"
"""What a message is called that has no words of its own."""
TEXT = 2500


def fallback(content: Content) -> str:
    """The content's first words, escaped."""
    return _words(_of(content))


def spoken(blocks: Iterable[Block]) -> str:
    """The first words of some blocks, escaped: for a message that goes on from another."""
    return _words(text for block in blocks for text in _shown(block))


def _words(lines: Iterable[str]) -> str:
    said = " ".join(filter(str.strip, lines))
    return escape(fitted(said or NAME, TEXT))


def _of(content: Content) -> Iterator[str]:
    match content:
        case QuestionCard():
            yield f"{content.phase}: {content.prompt}"
            if content.folded or content.closed:
                yield from map(said_line, content.said)
            else:
                yield content.help
                yield from (f"{o.number} {o.label}" for o in content.options)
            yield content.standing
        case ReviewCard():
            yield f"{content.prompt} {content.answer}"
            yield content.outcome if content.folded else content.ask
        case SummaryCard():
            yield content.text
        case _:
            yield content.text
            for group in getattr(content, "groups", ()):
                yield group.heading
                yield from (f"{line.text} {line.detail}" for line in group.lines)


def _shown(block: Block) -> Iterator[str]:
    """The words of one block."""
    if "text" in block:
        yield decode(block["text"]["text"])
    for element in block.get("elements", ()):
        if block["type"] == "context":
            yield decode(element["text"])
        elif block["type"] == "rich_text":
            yield from (words["text"] for words in element["elements"])
