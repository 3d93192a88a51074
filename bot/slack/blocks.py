"""The few Block Kit pieces that Convenor's messages are made of, and packing them into messages.

Limits are Slack's (https://docs.slack.dev/reference/block-kit/blocks): 50 blocks a message, 3,000
characters a section, 150 a header, 75 a button, about 13,000 a message. What is longer is split into
several blocks, and several messages, never cut.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from bot.core.effects import Button
from bot.core.words import short
from bot.slack.text import escape, pieces
from bot.slack.values import LONGEST, pack

Block = dict[str, Any]

SECTION, HEADER, LABEL, CONTEXT = 3000, 150, 75, 2000
MOST_BLOCKS, MOST_SIGNS = 45, 10_000
"""Of one message, with some room to spare."""
IN_A_ROW = 5
MORE = "More"
BAR = 10


def plain(text: str) -> Block:
    """A text object in which nothing comes alive."""
    return {"type": "plain_text", "text": escape(text), "emoji": False}


def bold(text: str) -> Block:
    """Words of ours or of the bank, in bold: their own style signs are kept from meaning anything."""
    quiet = "".join(sign + "\u200b" if sign in "*_~`" else sign for sign in text)
    return {"type": "mrkdwn", "text": f"*{escape(quiet)}*", "verbatim": True}


def section(text: str, accessory: Block | None = None) -> Iterator[Block]:
    """A text, in as many sections as it needs; the accessory stands beside the first."""
    for piece in pieces(text, SECTION):
        block: Block = {"type": "section", "text": plain(piece)}
        if accessory:
            block["accessory"], accessory = accessory, None
        yield block


def title(text: str) -> Iterator[Block]:
    """A heading; one that is too long for a header is a section in bold."""
    if len(escape(text)) <= HEADER:
        yield {"type": "header", "text": plain(text)}
        return
    for piece in pieces(text, SECTION // 2):
        yield {"type": "section", "text": bold(piece.strip())}


def heading(text: str) -> Block:
    """A small heading above a list."""
    return {"type": "section", "text": bold(short(text, 200))}


def small(*texts: str) -> Iterator[Block]:
    """Small lines, each on its own; a long one goes on as a section."""
    for text in texts:
        if len(escape(text)) <= CONTEXT:
            yield {"type": "context", "elements": [plain(text)]}
        else:
            yield from section(text)


def button(committee: str, made: Button, n: int, url: str = "") -> Block:
    """One control of a card."""
    block: Block = {
        "type": "button",
        "action_id": f"{made.action}:{n}",
        "text": plain(short(made.label, LABEL - 10)),
        "value": pack(committee, made),
    }
    if made.primary:
        block["style"] = "primary"
    if url:
        block["url"] = url
    return block


def actions(
    committee: str, buttons: Sequence[Button], more: Sequence[Button], urls: dict[str, str]
) -> Iterator[Block]:
    """The controls in rows, the menu at the end of the last."""
    controls = [
        button(committee, b, n, urls.get(pack(committee, b), "")) for n, b in enumerate(buttons)
    ]
    menu = [b for b in more if len(pack(committee, b)) <= LONGEST]
    if menu:
        controls.append(
            {
                "type": "overflow",
                "action_id": "more",
                "options": [
                    {"text": plain(short(b.label, LABEL)), "value": pack(committee, b)}
                    for b in menu
                ],
            }
        )
    for n in range(0, len(controls), IN_A_ROW):
        yield {"type": "actions", "elements": controls[n : n + IN_A_ROW]}


def bar(done: int, total: int) -> str:
    """Progress as a row of signs; the numbers beside it say the same."""
    full = round(BAR * done / total) if total else 0
    return "▰" * full + "▱" * (BAR - full)


def packed(blocks: Iterable[Block]) -> list[list[Block]]:
    """Blocks as messages, each inside the limits; at least one."""
    messages: list[list[Block]] = [[]]
    signs = 0
    for block in blocks:
        size = len(str(block))
        if messages[-1] and (len(messages[-1]) >= MOST_BLOCKS or signs + size > MOST_SIGNS):
            messages.append([])
            signs = 0
        messages[-1].append(block)
        signs += size
    return messages
