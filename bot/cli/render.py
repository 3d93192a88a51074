"""Content as plain text for a terminal: every type of card, wrapped and, on a terminal, coloured.

Whatever comes from people passes through `safe` first.
"""

import math
import os
import shutil
import sys
import textwrap
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TextIO, assert_never
from zoneinfo import ZoneInfo

import click

from bot.cli.phrases import hints
from bot.cli.plain import safe
from bot.core.effects import (
    Button,
    Content,
    Group,
    Notice,
    QuestionCard,
    ReviewCard,
    Saying,
    StartCard,
    SummaryCard,
)
from bot.core.folding import told
from bot.core.showing import runs
from bot.core.words import day, series
from questions.model import Frozen, Kind
from storage.records import Status

# -- words ---------------------------------------------------------------------------------------

POSITION = "{phase} · {n} of {total} {bar}"
REVIEW_POSITION = "{phase} · review {n} of {total} {bar}"
HAVE_ANSWERED, TO_GO = "{names} answered", "{names} to go"
YES_OR_NO = "yes or no, and why if you like"
ENTRIES = "several entries, with ; between them"
PICK_ONE, PICK_MANY = "a number or a name", "numbers or names, as many as fit"
STATUS = {
    Status.OPEN: "open",
    Status.ANSWERED: "answered",
    Status.PARKED: "to discuss",
    Status.SKIPPED: "skipped",
    Status.NA: "not applicable",
}
REGISTER = "What we keep an eye on"
CONFUSION = "may be confused: {words}"
ALWAYS = ("/status", "/help")
HOW = {Kind.YESNO: YES_OR_NO, Kind.LIST: ENTRIES, Kind.ONE: PICK_ONE, Kind.MANY: PICK_MANY}

FULL, EMPTY, CELLS = "▰", "▱", 8
MAX_WIDTH, MIN_WIDTH = 100, 20


class Style(Frozen):
    """How to print: `width` in columns (0: never wrap), colours or none, and the reader's zone."""

    width: int = 0
    colour: bool = False
    zone: str = "UTC"

    def paint(self, text: str, **how: bool | str) -> str:
        """The text in a colour or weight, where colours are shown."""
        return click.style(text, **how) if self.colour and text else text  # type: ignore[arg-type]  # click's own names

    def dim(self, text: str) -> str:
        """Something less important."""
        return self.paint(text, dim=True)

    def bold(self, text: str) -> str:
        """Something to see first."""
        return self.paint(text, bold=True)

    def flow(self, text: str, indent: str = "", hang: str | None = None) -> str:
        """The text, made safe, wrapped with `indent` before its first line and `hang` before others."""
        if not text:
            return ""
        rest = indent if hang is None else hang
        out = []
        for number, line in enumerate(safe(text).split("\n")):
            first = rest if number else indent
            if self.width and len(line) + len(first) > self.width:
                out += textwrap.wrap(
                    line,
                    max(self.width, MIN_WIDTH),
                    initial_indent=first,
                    subsequent_indent=rest,
                    replace_whitespace=False,
                ) or [first]
            else:
                out.append(first + line)
        return "\n".join(out)


def style_for(stream: TextIO, zone: str = "UTC") -> Style:
    """Colours and wrapping on a terminal (NO_COLOR honoured), bare text elsewhere."""
    if not stream.isatty():
        return Style(zone=zone)
    width = max(MIN_WIDTH, min(shutil.get_terminal_size().columns, MAX_WIDTH))
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return Style(width=width, colour=not plain, zone=zone)


def stdout_style(zone: str = "UTC") -> Style:
    """The style for standard output as it is now."""
    return style_for(sys.stdout, zone)


def bar(done: int, total: int) -> str:
    """Progress as eight cells; the first fills with the first step, the last with the last."""
    full = math.ceil(CELLS * done / total) if total else 0
    full = min(full, CELLS if done >= total else CELLS - 1)
    return FULL * full + EMPTY * (CELLS - full)


def text_of(content: Content, style: Style) -> str:
    """One piece of content as text, without a line end after it."""
    match content:
        case QuestionCard():
            parts = _question(content, style)
        case ReviewCard():
            parts = _review(content, style)
        case StartCard():
            parts = _start(content, style)
        case SummaryCard():
            parts = _summary(content, style)
        case Notice():
            parts = _notice(content, style)
        case _:
            assert_never(content)
    return "\n".join(part for part in parts if part)


# -- each type -----------------------------------------------------------------------------------


def _question(card: QuestionCard, style: Style) -> Iterator[str]:
    if card.folded:
        yield style.flow(card.prompt)
        yield from _said(card.said, style)
        yield style.flow(card.standing, "  ")
        yield style.dim(style.flow(card.held, "  "))
        return
    place = POSITION.format(
        phase=card.phase, n=card.n, total=card.total, bar=bar(card.n, card.total)
    )
    yield style.paint(style.flow(place), fg="cyan")
    yield style.bold(style.flow(card.prompt))
    yield style.dim(style.flow(card.help, "  "))
    for option in card.options:
        yield style.flow(f"{option.number:>3}  {option.label}", hang="     ")
    if how := HOW.get(card.kind, ""):
        yield style.dim(style.flow(how, "  "))
    for line in card.context:
        yield style.dim(style.flow(line, "  · ", "    "))
    yield from _said(card.said, style)
    if card.standing:
        yield style.paint(style.flow(card.standing, "  "), fg="yellow")
    yield style.dim(style.flow(who(card.answered, card.waiting), "  "))
    yield _hints((*card.buttons, *card.more), style, ALWAYS)


def _review(card: ReviewCard, style: Style) -> Iterator[str]:
    if card.folded:
        yield style.flow(f"{card.prompt} {card.outcome}".rstrip())
        return
    if card.intro:
        yield style.flow(card.intro)
    place = REVIEW_POSITION.format(
        phase=card.phase, n=card.n, total=card.total, bar=bar(card.n, card.total)
    )
    yield style.paint(style.flow(place), fg="cyan")
    yield style.flow(card.prompt)
    yield style.flow(card.answer, "  ")
    yield from _said(card.before, style)
    yield style.bold(style.flow(card.ask))
    yield from _said(card.lines, style)
    yield style.flow(card.outcome, "  ")
    yield style.dim(style.flow(who((), card.waiting), "  "))
    yield _hints(card.buttons, style, ALWAYS)


def _start(card: StartCard, style: Style) -> Iterator[str]:
    yield style.flow(card.text)
    # Whoever reads this is in the walk that the card would lead to.
    yield _hints((button for button in card.buttons if button.action != "own"), style)


def _summary(card: SummaryCard, style: Style) -> Iterator[str]:
    yield style.bold(style.flow(card.text))
    for line in card.lines:
        word = "" if line.status is Status.ANSWERED else f" ({STATUS[line.status]})"
        yield style.flow(f"{line.prompt}{word}", "  ")
        yield style.dim(style.flow(line.reason, "    "))
        yield from _said(line.said, style, "    ")
    if card.register_lines:
        yield style.bold(style.flow(REGISTER))
        for entry in card.register_lines:
            yield style.flow(entry.prompt, "  ")
            yield style.flow(entry.effect, "    ")
            if entry.confusion:
                yield style.flow(CONFUSION.format(words=entry.confusion), "    ")
            yield style.flow(entry.outcome, "    ")
    yield _hints(card.buttons, style)


def _notice(notice: Notice, style: Style) -> Iterator[str]:
    yield style.flow(notice.text)
    for group in notice.groups:
        yield from _group(group, style)
    yield _hints(notice.buttons, style)


def _group(group: Group, style: Style) -> Iterator[str]:
    heading = group.heading
    if group.total:
        heading = f"{heading}  {bar(group.done, group.total)} {group.done} of {group.total}"
    yield style.bold(style.flow(heading, "  ")) if heading else ""
    for line in told(group):
        due = f" · by {day(line.due)}" if line.due else ""
        detail = f" · {line.detail}" if line.detail else ""
        words = "".join(f"*{run.words}*" if run.marked else run.words for run in runs(line))
        yield style.flow(f"{words}{detail}{due}", "    ", "      ")


# -- shared pieces -------------------------------------------------------------------------------


def _said(said: Iterable[Saying], style: Style, indent: str = "  ") -> Iterator[str]:
    for saying in said:
        yield said_line(saying, style, indent)


def said_line(saying: Saying, style: Style, indent: str = "") -> str:
    """What one member said: "Ben: Stackable, on top of the CPP"."""
    words = ": ".join(part for part in (saying.choice, saying.words) if part)
    mark = f" ({saying.mark})" if saying.mark else ""
    text = f"{saying.name}{mark}: {words}" if words else f"{saying.name}{mark}"
    return style.flow(text, indent, indent + "  ")


def who(answered: tuple[str, ...], waiting: tuple[str, ...]) -> str:
    """Who has answered and who is to go, on one line; "" if neither is known."""
    parts = []
    if answered:
        parts.append(HAVE_ANSWERED.format(names=series(answered)))
    if waiting:
        parts.append(TO_GO.format(names=series(waiting)))
    return " · ".join(parts)


def when(at: datetime, style: Style) -> str:
    """A time as people say it, in the reader's zone."""
    local = at.astimezone(ZoneInfo(style.zone))
    return f"{day(local)} {local:%H:%M}"


def _hints(buttons: Iterable[Button], style: Style, always: tuple[str, ...] = ()) -> str:
    commands = (*hints(buttons), *always)
    return style.dim(style.flow(" · ".join(commands), "  ")) if commands else ""
