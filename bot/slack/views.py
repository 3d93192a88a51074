"""What a modal is: its title, its buttons, and what it is about. Pure.

A view's `private_metadata` says what it is about; like a button's value it is checked when it comes
back. Limits are Slack's (https://docs.slack.dev/reference/views): 100 blocks, 24 characters a title,
3,000 of metadata, 250 KB in all.
"""

import json
from collections.abc import Iterable
from typing import Any, Literal

from pydantic import ValidationError

from bot.core.errors import Misuse
from bot.core.forms import CANCEL, SAVE
from bot.core.sent import Form
from bot.slack.blocks import Block, plain, small
from bot.slack.text import fitted, is_cut
from questions.model import Frozen

CLOSE, START = "Close", "Start"
TITLE = 24

Purpose = Literal[
    "form",
    "reason",
    "assign",
    "start",
    "review",
    "look",
    "record",
    "settings",
    "members",
    "snooze",
    "away",
    "redate",
    "hours",
]


class About(Frozen):
    """What a view is about; travels as its private_metadata."""

    purpose: Purpose
    committee: str = ""
    walk: str = ""
    question: str = ""
    action: str = ""
    channel: str = ""
    page: str = ""
    """Something to read: what the button says that turns to this page of it."""
    asked: tuple[str, ...] = ()
    """The questions on the form, in order."""

    @property
    def form(self) -> Form:
        """The form in the core's words."""
        name = self.action if self.purpose == "reason" else self.purpose
        return Form(name=name, walk=self.walk, question=self.question, asked=self.asked)


def about(metadata: object) -> About:
    """Read a view's metadata. Raises Misuse."""
    try:
        return About.model_validate_json(metadata if isinstance(metadata, str) else "")
    except ValidationError:
        raise Misuse("a view that is none of ours") from None


def view(
    purpose: About, heading: str, blocks: Iterable[Block], submit: str = SAVE
) -> dict[str, Any]:
    """A modal; without `submit` one that only shows something.

    A heading that is too long for the title stands whole at the top, unless it stands there already.
    """
    rows = list(blocks)
    whole = plain(heading)
    if is_cut(heading, TITLE) and not any(row.get("text") == whole for row in rows):
        rows = [*small(heading), *rows]
    made: dict[str, Any] = {
        "type": "modal",
        "callback_id": purpose.purpose,
        "private_metadata": purpose.model_dump_json(exclude_defaults=True),
        "title": plain(fitted(heading, TITLE)),
        "close": plain(CANCEL if submit else CLOSE),
        "blocks": rows,
    }
    if submit:
        made["submit"] = plain(submit)
    return made


def weight(block: Block) -> int:
    """A block's share of a view's 250 KB."""
    return len(json.dumps(block, ensure_ascii=False).encode("utf-8", "surrogatepass"))
