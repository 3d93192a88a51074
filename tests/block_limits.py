"""Holds Slack's messages and views against the limits of Block Kit, with two libraries made for it.

slack_sdk's models and slackblocks each know most limits and check them where a block is built; what
neither knows is checked here by hand, with the place that names it.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Any, cast

import slackblocks as lib
from slack_sdk.models.blocks import Block as SdkBlock
from slack_sdk.models.views import View as SdkView

from bot.slack.text import decode

Block = dict[str, Any]

SIGNS = 13_000
"""Characters of a message's blocks in all: beyond it Slack says msg_blocks_too_long (our own notes)."""
FALLBACK = 4000
"""Of `text`: https://docs.slack.dev/reference/methods/chat.postMessage, "Truncating content"."""
WORDS = ("section", "header", "context", "rich_text", "input", "divider")
"""The blocks that are no controls."""
BYTES = 250_000
"""Of a view: https://docs.slack.dev/reference/methods/views.open, error view_too_large."""
INITIAL = 3000
"""Of `initial_value`, with max_length at its most: .../block-elements/plain-text-input-element."""
STRAY = re.compile(r"[<>]|&(?!(amp|lt|gt);)")
"""What would come alive: https://docs.slack.dev/messaging/formatting-message-text, "Escaping text"."""


# -- slackblocks: built anew from what we send ---------------------------------------------------


def _text(made: Block) -> lib.Text:
    assert made["type"] == "plain_text"
    return lib.Text(made["text"], lib.TextType.PLAINTEXT, emoji=made.get("emoji", False))


def _option(made: Block) -> lib.Option:
    assert made.keys() == {"text", "value"}
    return lib.Option(_text(made["text"]), made["value"])


def _options(made: Block) -> list[lib.Option]:
    return [_option(each) for each in made.get("options", ())]


def _groups(made: Block) -> list[lib.OptionGroup]:
    groups = made.get("option_groups", ())
    return [lib.OptionGroup(_text(group["label"]), _options(group)) for group in groups]


def _initial(made: Block) -> list[lib.Option] | None:
    """What is chosen already; among groups, slackblocks takes whole groups only (we check by hand)."""
    if "option_groups" in made:
        return None
    return [_option(each) for each in made.get("initial_options", ())] or None


def _menu(made: Block) -> lib.Element:
    first = made.get("initial_option") if "options" in made else None
    return lib.StaticSelectMenu(
        made["action_id"],
        options=_options(made) or None,
        option_groups=_groups(made) or None,
        initial_option=_option(first) if first else None,
    )


def _radio(made: Block) -> lib.Element:
    first = made.get("initial_option")
    return lib.RadioButtonGroup(
        made["action_id"], _options(made), _option(first) if first else None
    )


def _words(made: Block) -> lib.Element:
    return lib.PlainTextInput(
        made["action_id"],
        initial_value=made.get("initial_value"),
        multiline=made["multiline"],
        max_length=made["max_length"],
    )


def _button(made: Block) -> lib.Element:
    return lib.Button(
        _text(made["text"]),
        made["action_id"],
        url=made.get("url"),
        value=made["value"],
        style=made.get("style"),
    )


ELEMENTS: dict[str, Callable[[Block], lib.Element]] = {
    "button": _button,
    "overflow": lambda e: lib.OverflowMenu(e["action_id"], _options(e)),
    "static_select": _menu,
    "multi_static_select": lambda e: lib.StaticMultiSelectMenu(
        e["action_id"], cast(Any, _options(e) or None), _groups(e) or None, _initial(e)
    ),
    "radio_buttons": _radio,
    "checkboxes": lambda e: lib.CheckboxGroup(e["action_id"], _options(e), _initial(e)),
    "plain_text_input": _words,
    "number_input": lambda e: lib.NumberInput(
        e["is_decimal_allowed"], e["action_id"], e["initial_value"], e["min_value"], e["max_value"]
    ),
    "timepicker": lambda e: lib.TimePicker(e["action_id"], e.get("initial_time")),
    "datepicker": lambda e: lib.DatePicker(e["action_id"], e.get("initial_date")),
    "users_select": lambda e: lib.UserSelectMenu(e["action_id"], e.get("initial_user")),
    "multi_users_select": lambda e: lib.UserMultiSelectMenu(e["action_id"], e.get("initial_users")),
    "conversations_select": lambda e: lib.ConversationSelectMenu(
        e["action_id"], e.get("initial_conversation")
    ),
}


def _element(made: Block) -> lib.Element:
    return ELEMENTS[made["type"]](made)


def _section(made: Block) -> lib.Block:
    beside = made.get("accessory")
    text = _text(made["text"])
    return lib.SectionBlock(
        text, made.get("block_id"), accessory=_element(beside) if beside else None
    )


def _input(made: Block) -> lib.Block:
    return lib.InputBlock(
        _text(made["label"]),
        _element(made["element"]),
        dispatch_action=made.get("dispatch_action", False),
        block_id=made["block_id"],
        hint=_text(made["hint"]) if "hint" in made else None,
        optional=made["optional"],
    )


def _rich(made: Block) -> lib.Block:
    parts: list[lib.RichTextObject] = []
    for section in made["elements"]:
        assert section["type"] == "rich_text_section"
        assert all(each["type"] == "text" for each in section["elements"])
        words: list[lib.RichTextElement] = []
        words += [lib.RichText(each["text"], **each["style"]) for each in section["elements"]]
        parts.append(lib.RichTextSection(words))
    return lib.RichTextBlock(parts)


BLOCKS: dict[str, Callable[[Block], lib.Block]] = {
    "section": _section,
    "header": lambda b: lib.HeaderBlock(_text(b["text"])),
    "divider": lambda b: lib.DividerBlock(),
    "context": lambda b: lib.ContextBlock([_text(each) for each in b["elements"]]),
    "actions": lambda b: lib.ActionsBlock([_element(each) for each in b["elements"]]),
    "image": lambda b: lib.ImageBlock(
        # The library knows no uploaded pictures, by their ids.
        b["image_url"] if "image_url" in b else f"https://files.example/{b['slack_file']['id']}",
        b["alt_text"],
    ),
    "input": _input,
    "rich_text": _rich,
}


def built(blocks: Iterable[Block]) -> list[lib.Block]:
    """The blocks as slackblocks' own. Raises where it refuses one."""
    return [BLOCKS[block["type"]](block) for block in blocks]


# -- by hand -------------------------------------------------------------------------------------


def _all(made: object) -> Iterator[Block]:
    """Every object in a block, itself included."""
    if isinstance(made, dict):
        yield made
        for value in made.values():
            yield from _all(value)
    elif isinstance(made, list | tuple):
        for value in made:
            yield from _all(value)


def _by_hand(blocks: Iterable[Block]) -> None:
    for made in _all(list(blocks)):
        kind = made.get("type")
        assert kind != "mrkdwn", "words that would come alive"
        if kind == "plain_text":
            assert made["text"].strip(), "Slack takes no blank text"
            assert not STRAY.search(made["text"]), made["text"]
            assert made["emoji"] is False
        if kind == "image":
            assert made["alt_text"].strip(), "a picture without words"
        if kind == "actions":
            assert made["elements"], "an empty row"
        assert len(made.get("initial_value", "")) <= INITIAL
        groups = [made, *made.get("option_groups", ())]
        offered = list(chain.from_iterable(group.get("options", ()) for group in groups))
        values = [each["value"] for each in offered]
        assert len(values) == len(set(values)), "two options of one value"
        chosen = [*made.get("initial_options", ()), *filter(None, (made.get("initial_option"),))]
        assert all(each in offered for each in chosen), "chosen and not offered"
        assert all(len(group["options"]) <= 100 for group in made.get("option_groups", ()))
    _unique([block["block_id"] for block in blocks if "block_id" in block])
    for block in blocks:
        _unique([each["action_id"] for each in _all(block) if "action_id" in each])


def _unique(names: list[str]) -> None:
    """As https://docs.slack.dev/reference/block-kit/blocks asks of block_id and action_id."""
    assert len(names) == len(set(names)), names


def _by_sdk(blocks: Iterable[Block]) -> None:
    for block in blocks:
        parsed = SdkBlock.parse(block)
        assert parsed is not None, block["type"]
        assert parsed.to_dict() == block, "slack_sdk reads something else"


# -- what tests call -----------------------------------------------------------------------------


def check_message(text: str, blocks: tuple[Block, ...] | list[Block]) -> None:
    """One message: its blocks, and the words for where they are not shown."""
    assert text.strip(), "no words for a notification"
    assert len(text) <= FALLBACK
    assert not STRAY.search(text), text
    assert blocks, "an empty message"
    lib.Message("C1", text=text, blocks=built(blocks))
    _by_sdk(blocks)
    _by_hand(blocks)
    assert len(json.dumps(blocks, ensure_ascii=False)) <= SIGNS


def check_view(view: dict[str, Any]) -> None:
    """One modal, or one page of App Home."""
    blocks = cast(list[Block], view["blocks"])
    assert blocks, "an empty view"
    made = built(blocks)
    if view["type"] == "home":
        lib.HomeTabView(made)
    else:
        lib.ModalView(
            _text(view["title"]),
            made,
            _text(view["close"]),
            _text(view["submit"]) if "submit" in view else None,
            view["private_metadata"],
            view["callback_id"],
        )
    SdkView(**view).to_dict()
    _by_sdk(blocks)
    _by_hand([*blocks, *(view[name] for name in ("title", "close", "submit") if name in view)])
    assert len(json.dumps(view, ensure_ascii=False).encode()) <= BYTES


def shown(blocks: Iterable[Block]) -> str:
    """All that can be read in some blocks, one text after the other; what controls say comes last."""
    found = list(blocks)
    beside = [{**block, "accessory": None} for block in found if block["type"] != "actions"]
    controls = [block.get("accessory", block) for block in found]
    controls = [control for control in controls if control["type"] not in WORDS]
    return "".join(chain.from_iterable(map(_read, (*beside, *controls))))


def _read(block: Block) -> Iterator[str]:
    for made in _all(block):
        if made.get("type") == "plain_text":
            yield decode(made["text"])
        elif made.get("type") == "text":
            yield made["text"]
        yield made.get("initial_value", "")
