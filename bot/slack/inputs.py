"""The fields of Slack's forms: words, choices, menus; and what they held, read back. Pure.

Limits are Slack's: 3,000 characters an input, 10 radio buttons or checkboxes, 100 options a menu (or
100 groups of 100), 75 characters an option, 2,000 a label (https://docs.slack.dev/reference/block-kit).
What was said before and is longer than one input stands in several, and is put together again.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from bot.core.errors import Misuse
from bot.core.sent import Held
from bot.slack.blocks import Block, plain, section
from bot.slack.text import decode, fitted, is_cut, pieces

INPUT, FEW, OPTION, MENU, LABEL = 3000, 10, 75, 100, 2000
NAMES = 3
"""Blocks that may go to the long names of people; all of them stand in the list of members."""
GO_ON = "{label} ({n} of {total})"
GROUP = "{first} – {last}"

JOINTS = {"\n": "l", " ": "s"}
"""What stood between two inputs of one text: its letter in the second one's name."""
JOINED = {letter: sign for sign, letter in JOINTS.items()} | {"": ""}
PART = re.compile(r"(.+)\+([0-9]{1,4})([ls]?)", re.DOTALL)


def field(
    block: str, label: str, element: Block, *, hint: str = "", optional: bool = True
) -> Block:
    """One input with its label. `block` is what a problem is shown at."""
    made: Block = {
        "type": "input",
        "block_id": block,
        "optional": optional,
        "label": plain(fitted(label, LABEL)),
        "element": {**element, "action_id": "it"},
    }
    if hint.strip():
        made["hint"] = plain(fitted(hint, LABEL))
    return made


def written(initial: str = "", *, lines: bool = True) -> Block:
    """An input for words; what it holds already has to fit (see `words`)."""
    if len(initial) > INPUT:
        raise ValueError("more than one input holds")
    made: Block = {"type": "plain_text_input", "multiline": lines, "max_length": INPUT}
    if initial:
        made["initial_value"] = initial
    return made


def words(
    block: str, label: str, initial: str = "", hint: str = "", *, lines: bool = True
) -> Iterator[Block]:
    """Words, in as many inputs as what was said before needs; the label and hint at the first."""
    parts = list(pieces(initial, INPUT)) or [""]
    lines = lines or len(parts) > 1 or "\n" in initial
    name, first = block, label
    for n, part in enumerate(parts):
        last = part[-1:] if n + 1 < len(parts) else ""
        element = written(part[:-1] if last in JOINTS else part, lines=lines)
        if n:
            label, hint = GO_ON.format(label=fitted(first, 200), n=n + 1, total=len(parts)), ""
        yield field(name, label, element, hint=hint)
        name = f"{block}+{n + 1}{JOINTS.get(last, '')}"


# -- choices -------------------------------------------------------------------------------------


def option(value: str, label: str) -> Block:
    """One option."""
    return {"text": plain(fitted(label, OPTION)), "value": value}


def spelled(labels: Sequence[str]) -> Iterator[Block]:
    """The labels that are too long for an option, whole."""
    yield from section("\n".join(label for label in labels if is_cut(label, OPTION)))


def menu(options: Sequence[Block], kind: str = "static_select") -> Block:
    """A menu; where there are many options, they stand in groups."""
    if len(options) <= MENU:
        return {"type": kind, "options": list(options)}
    groups = [options[n : n + MENU] for n in range(0, len(options), MENU)]
    return {"type": kind, "option_groups": [_group(group) for group in groups]}


def _group(options: Sequence[Block]) -> Block:
    first, last = (fitted(decode(o["text"]["text"]), FEW) for o in (options[0], options[-1]))
    return {"label": plain(GROUP.format(first=first, last=last)), "options": list(options)}


def pick(options: Sequence[Block], chosen: str = "", *, folded: bool = False) -> Block:
    """One of several: radio buttons, or a menu where there are many, or `folded` is wanted."""
    spread: Block = {"type": "radio_buttons", "options": list(options)}
    open_ = len(options) <= FEW and not folded
    return selected(spread if open_ else menu(options), options, chosen)


def selected(made: Block, options: Sequence[Block], chosen: str) -> Block:
    """Radio buttons or a menu with one option chosen already, if it is there."""
    initial = next((o for o in options if o["value"] == chosen), None)
    return {**made, "initial_option": initial} if initial else made


def one_of_us(
    block: str,
    label: str,
    people: Sequence[tuple[str, str]],
    chosen: str = "",
    *,
    optional: bool = True,
) -> Iterator[Block]:
    """One of the members, given as (id, name). Names that are cut stand above, where they are few."""
    above = list(spelled([name for _, name in people]))
    yield from above if len(above) <= NAMES else ()
    options = [option(who, name) for who, name in people]
    yield field(block, label, selected(menu(options), options, chosen), optional=optional)


def picks(options: Sequence[Block], chosen: Sequence[str]) -> Block:
    """Several of several."""
    few: Block = {"type": "checkboxes", "options": list(options)}
    made = few if len(options) <= FEW else menu(options, "multi_static_select")
    initial = [o for o in options if o["value"] in chosen]
    return {**made, "initial_options": initial} if initial else made


# -- reading back --------------------------------------------------------------------------------


def sent(state: Any) -> Held:
    """What each input of a sent view holds, by block id; a text in several inputs by its first one's.

    Raises Misuse for no view's state.
    """
    try:
        values = state["values"]
        held = {block: _held(next(iter(inputs.values()))) for block, inputs in values.items()}
    except (TypeError, KeyError, AttributeError, StopIteration) as error:
        raise Misuse("a view without its values") from error
    return _together(held)


def _held(element: dict[str, Any]) -> str | tuple[str, ...]:
    for many in ("selected_options", "selected_users", "selected_conversations"):
        if many in element:
            return tuple(o["value"] if isinstance(o, dict) else str(o) for o in element[many] or ())
    if "selected_option" in element:
        return str((element["selected_option"] or {}).get("value", ""))
    for name in (
        "value",
        "selected_date",
        "selected_time",
        "selected_user",
        "selected_conversation",
    ):
        if name in element:
            return str(element[name] or "").replace("\r\n", "\n")
    return ""


def _together(held: Held) -> Held:
    further = sorted(
        (part[1], int(part[2]), part[3], name)
        for name in held
        if (part := PART.fullmatch(name)) is not None
    )
    whole = {name: value for name, value in held.items() if not PART.fullmatch(name)}
    for base, _, joint, name in further:
        before, value = whole.get(base, ""), held[name]
        if isinstance(before, str) and isinstance(value, str) and value:
            whole[base] = f"{before}{JOINED[joint]}{value}" if before else value
    return whole
