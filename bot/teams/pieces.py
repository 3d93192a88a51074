"""The few Adaptive Card elements that Convenor's cards are made of, and packing them into cards. Pure.

Version 1.5 is what Teams renders on desktops and phones
(https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/cards-reference).
Words stand in rich text runs, in which markdown, links and mentions mean nothing; a text block would
bring them to life. A message is kept below the 80 KB, as UTF-16, that Teams surely takes
(https://learn.microsoft.com/microsoftteams/platform/bots/how-to/format-your-bot-messages): what is longer
goes on in another card, never cut.
"""

import html
import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import Any, Literal

from bot.core.effects import Button
from bot.core.sayings import SaidLine
from bot.core.showing import NAME, Run
from bot.core.splitting import split
from bot.core.words import short
from bot.teams.inert import inert, unmarked
from bot.teams.values import About, Card, Verb, about, pack

Element = dict[str, Any]
Size = Literal["Small", "Default", "Medium", "Large"]
Spacing = Literal["None", "Small", "Default", "Medium"]

CARD = "application/vnd.microsoft.card.adaptive"
"""The media type of a card."""
VERSION = "1.5"
SCHEMA = "http://adaptivecards.io/schemas/adaptive-card.json"
LABEL = 60
"""Characters on a button; Teams cuts what is longer."""
UNNAMED = "…"
"""On a button whose label has nothing that can be seen."""
IN_A_ROW = 6
"""Buttons of one set; Teams hides further ones (https://learn.microsoft.com/microsoftteams/platform/\
task-modules-and-cards/cards/cards-reference)."""
SPOKEN = 1000
"""Characters of what is read out for a card, and shown where cards are not."""
ROOM = 44_000
"""Bytes of the body of a message's card: with what is around it, it stays below 80 KB."""
A_TEXT = 3000
"""Characters of one run; a longer text goes on in the next element."""

# -- words ---------------------------------------------------------------------------------------


def words(
    text: str,
    *,
    size: Size = "Default",
    bold: bool = False,
    subtle: bool = False,
    color: Literal["Default", "Attention", "Good"] = "Default",
    spacing: Spacing = "Default",
) -> Iterator[Element]:
    """A text as it was typed, in as many elements as it needs; nothing for blanks."""
    style = _style(size=size, bold=bold, subtle=subtle, color=color)
    for piece in filter(str.strip, _parts(text)):
        yield _block([{"type": "TextRun", "text": inert(piece), **style}], spacing)
        spacing = "None"


def marked(runs: Sequence[Run]) -> Iterator[Element]:
    """A text in which some words stand out; in a very long one none do."""
    text = "".join(run.words for run in runs)
    if len(text) > A_TEXT or not text.strip():
        yield from words(text)
        return
    made = (
        {"type": "TextRun", "text": inert(run.words), **_style(bold=run.marked)} for run in runs
    )
    yield _block(list(made), "Default")


def said(
    line: SaidLine, *, size: Size = "Default", subtle: bool = False, spacing: Spacing = "Small"
) -> Iterator[Element]:
    """What somebody said, with their name standing out."""
    if not line.name.strip():
        yield from words(line.rest, size=size, subtle=subtle, spacing=spacing)
        return
    first, *more = list(_parts(line.rest)) or [""]
    name = {"type": "TextRun", "text": inert(line.name), **_style(size=size, bold=True)}
    style = _style(size=size, subtle=subtle)
    rest = {"type": "TextRun", "text": " " + inert(first), **style}
    yield _block([name, *([rest] if first.strip() else [])], spacing)
    for piece in more:
        yield from words(piece, size=size, subtle=subtle, spacing="None")


def _parts(text: str) -> Iterator[str]:
    return split(text, lambda rest: len(rest[:A_TEXT]))


def _style(
    *, size: str = "Default", bold: bool = False, subtle: bool = False, color: str = "Default"
) -> Element:
    style: Element = {}
    if size != "Default":
        style["size"] = size
    if bold:
        style["weight"] = "Bolder"
    if subtle:
        style["isSubtle"] = True
    if color != "Default":
        style["color"] = color
    return style


def _block(runs: list[Element], spacing: Spacing) -> Element:
    block: Element = {"type": "RichTextBlock", "inlines": runs}
    if spacing != "Default":
        block["spacing"] = spacing
    return block


def title(text: str) -> Iterator[Element]:
    """A heading."""
    yield from words(text, size="Medium", bold=True)


def small(*texts: str) -> Iterator[Element]:
    """Small lines, each on its own."""
    for text in texts:
        yield from words(text, size="Small", subtle=True, spacing="Small")


def detail(text: str) -> Iterator[Element]:
    """A small line that belongs to the one right above it."""
    yield from words(text, size="Small", subtle=True, spacing="None")


def problem(text: str) -> Iterator[Element]:
    """What is wrong with the field above it."""
    yield from words(text, color="Attention", spacing="None")


# -- controls ------------------------------------------------------------------------------------


def execute(
    verb: Verb,
    label: str,
    meant: About,
    *,
    primary: bool = False,
    more: bool = False,
    inputs: bool = False,
) -> Element:
    """A control that Teams hands back with a verb; `more`: behind the overflow menu.

    With `inputs` it takes along what the inputs hold, and is not sent while one of them is wrong.
    """
    made: Element = {
        "type": "Action.Execute",
        "verb": verb,
        "title": _label(label),
        "data": pack(meant),
        "associatedInputs": "auto" if inputs else "none",
    }
    if primary:
        made["style"] = "positive"
    if more:
        made["mode"] = "secondary"
    if len(label) > LABEL:
        made["tooltip"] = inert(label)
    return made


def _label(text: str) -> str:
    return inert(short(text, LABEL)) or UNNAMED


def button(
    committee: str, made: Button, *, more: bool = False, url: str = "", card: Card = ""
) -> Element:
    """One of the core's buttons; with `url`, a link."""
    if url:
        return {"type": "Action.OpenUrl", "title": _label(made.label), "url": url}
    meant = about(committee, made, card)
    return execute(made.action, made.label, meant, primary=made.primary, more=more)


def rows(controls: Sequence[Element]) -> Iterator[Element]:
    """Controls in rows; what is behind the overflow menu stands in the last one."""
    shown = [c for c in controls if c.get("mode") != "secondary"]
    hidden = [c for c in controls if c.get("mode") == "secondary"]
    sets = [shown[n : n + IN_A_ROW] for n in range(0, len(shown), IN_A_ROW)] or [[]]
    sets[-1] = [*sets[-1], *hidden]
    for actions in filter(None, sets):
        yield {"type": "ActionSet", "actions": list(actions)}


def actions(
    committee: str,
    buttons: Sequence[Button],
    more: Sequence[Button] = (),
    urls: dict[str, str] | None = None,
    said: str = "",
    card: Card = "",
) -> Iterator[Element]:
    """The core's controls in their order, the further ones behind the menu.

    A label that is too long for its button is said whole above, unless it stands in `said` already.
    `urls`: where a button leads at once, by its walk.
    """
    long = (b.label for b in (*buttons, *more) if len(b.label) > LABEL and b.label not in said)
    yield from small(*dict.fromkeys(long))
    links = urls or {}
    made = [
        button(committee, b, url=links.get(b.walk, "") if b.action == "open" else "", card=card)
        for b in buttons
    ]
    yield from rows([*made, *(button(committee, b, more=True, card=card) for b in more)])


# -- cards ---------------------------------------------------------------------------------------


def card(
    body: Sequence[Element], spoken: str, refresh: Element | None = None, instead: str = ""
) -> Element:
    """A card; `spoken` is what is read out, and shown where cards are not, unless `instead` is.

    `refresh`: {"action": an Execute, "userIds": […]}, for whom the card is asked for anew.
    """
    said = short(spoken, SPOKEN) or NAME  # a text may hold nothing that can be seen
    made: Element = {
        "type": "AdaptiveCard",
        "$schema": SCHEMA,
        "version": VERSION,
        "fallbackText": unmarked(short(instead, SPOKEN) or said),
        "speak": html.escape(inert(said), quote=False),
        "body": list(body),
    }
    if refresh:
        made["refresh"] = refresh
    return made


def weight(element: Element) -> int:
    """An element's bytes on its way to Teams, for which signs beyond ASCII are written out."""
    return len(json.dumps(element))


def taken(element: Element) -> int:
    """What an element takes of a message: its bytes as UTF-16, as Teams counts, or on the way, if more."""
    shown = json.dumps(element, ensure_ascii=False)
    return max(weight(element), len(shown.encode("utf-16-le", "surrogatepass")))


def fitting(parts: Sequence[list[Element]], room: int) -> Sequence[list[Element]]:
    """As many of the parts, each of some elements, as fit into so many bytes of a message."""
    sizes = accumulate(sum(map(taken, part)) for part in parts)
    return parts[: sum(size <= room for size in sizes)]


def packed(elements: Iterable[Element], room: int = ROOM) -> list[list[Element]]:
    """Elements as the bodies of cards, each inside the limit; at least one."""
    found: list[list[Element]] = [[]]
    used = 0
    for element in elements:
        needed = taken(element)
        if found[-1] and used + needed > room:
            found.append([])
            used = 0
        found[-1].append(element)
        used += needed
    return found
