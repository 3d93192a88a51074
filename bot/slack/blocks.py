"""The few Block Kit pieces that Convenor's messages are made of, and packing them into messages.

Limits are Slack's (https://docs.slack.dev/reference/block-kit/blocks): 50 blocks a message, 3,000
characters a section, 150 a header, 75 a button, 5 lines an overflow menu, about 13,000 characters a
message. What is longer is split into several blocks, and several messages, never cut. No text is
`mrkdwn`: bold words stand in rich text, where signs mean nothing.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from bot.core.effects import Button
from bot.slack.text import escape, fitted, is_cut, pieces
from bot.slack.values import LONGEST, pack

Block = dict[str, Any]

SECTION, HEADER, LABEL, CONTEXT = 3000, 150, 75, 2000
MOST_BLOCKS, MOST_SIGNS = 45, 10_000
"""Of one message, with some room to spare."""
IN_A_ROW, IN_A_MENU = 5, 5


def plain(text: str) -> Block:
    """A text object in which nothing comes alive."""
    return {"type": "plain_text", "text": escape(text), "emoji": False}


def section(text: str, accessory: Block | None = None) -> Iterator[Block]:
    """A text, in as many sections as it needs; the accessory stands beside the first.

    A stretch of nothing but blanks is left out, since Slack takes no empty text.
    """
    for piece in filter(str.strip, pieces(text, SECTION)):
        block: Block = {"type": "section", "text": plain(piece)}
        if accessory:
            block["accessory"], accessory = accessory, None
        yield block


def title(text: str) -> Iterator[Block]:
    """A heading; one that is too long for a header is bold text."""
    if not text.strip():
        return
    if len(escape(text)) <= HEADER:
        yield {"type": "header", "text": plain(text)}
        return
    for piece in filter(str.strip, pieces(text, SECTION)):
        words = {"type": "text", "text": piece, "style": {"bold": True}}
        yield {
            "type": "rich_text",
            "elements": [{"type": "rich_text_section", "elements": [words]}],
        }


def small(*texts: str) -> Iterator[Block]:
    """Small lines, each on its own; a long one goes on as a section."""
    for text in filter(str.strip, texts):
        if len(escape(text)) <= CONTEXT:
            yield {"type": "context", "elements": [plain(text)]}
        else:
            yield from section(text)


def button(committee: str, made: Button, n: int, url: str = "") -> Block:
    """One control of a card."""
    block: Block = {
        "type": "button",
        "action_id": f"{made.action}:{n}",
        "text": plain(fitted(made.label, LABEL)),
        "value": pack(committee, made),
    }
    if made.primary:
        block["style"] = "primary"
    if url:
        block["url"] = url
    return block


def picture(file: str, alternative: str) -> Block:
    """A picture that was uploaded, by Slack's id of it; `alternative` says it in words."""
    words = fitted(alternative, CONTEXT)
    return {"type": "image", "slack_file": {"id": file}, "alt_text": escape(words)}


def actions(
    committee: str,
    buttons: Sequence[Button],
    more: Sequence[Button],
    urls: dict[str, str],
    said: str = "",
) -> Iterator[Block]:
    """The controls in rows, the menu at the end of the last.

    What the menu can't hold stands before it as buttons. A label that is too long for its button is
    said whole above, unless it stands in `said` already.
    """
    everything = (*buttons, *more)
    long = (b.label for b in everything if is_cut(b.label, LABEL) and b.label not in said)
    yield from small(*dict.fromkeys(long))
    menu = [b for b in more if len(pack(committee, b)) <= LONGEST][:IN_A_MENU]
    loose = [b for b in more if b not in menu]
    controls = [
        button(committee, b, n, urls.get(pack(committee, b), ""))
        for n, b in enumerate((*buttons, *loose))
    ]
    if menu:
        options = [
            {"text": plain(fitted(b.label, LABEL)), "value": pack(committee, b)} for b in menu
        ]
        controls.append({"type": "overflow", "action_id": "more", "options": options})
    for n in range(0, len(controls), IN_A_ROW):
        yield {"type": "actions", "elements": controls[n : n + IN_A_ROW]}


def signs(block: Block) -> int:
    """The characters of a block, its own signs included."""
    return len(str(block))


def packed(
    blocks: Iterable[Block],
    most: int = MOST_BLOCKS,
    room: int = MOST_SIGNS,
    size: Callable[[Block], int] = signs,
) -> list[list[Block]]:
    """Blocks as messages (or pages), each inside the limits; at least one."""
    messages: list[list[Block]] = [[]]
    used = 0
    for block in blocks:
        needed = size(block)
        if messages[-1] and (len(messages[-1]) >= most or used + needed > room):
            messages.append([])
            used = 0
        messages[-1].append(block)
        used += needed
    return messages
