"""A message's content as Block Kit: the same words and order of actions as everywhere. Pure.

`render` gives the message, and what has to follow in its thread because it is long. Whatever people
wrote is shown in plain text objects; every message has words for where blocks are not shown.
"""

from collections.abc import Iterator

from bot.core.effects import (
    Button,
    Content,
    Group,
    Line,
    Notice,
    QuestionCard,
    ReviewCard,
    Saying,
    StartCard,
    SummaryCard,
    SummaryLine,
)
from bot.core.words import day, series, short
from bot.slack import blocks as kit
from bot.slack.blocks import Block
from bot.slack.fallback import NAME, fallback, spoken
from bot.slack.sayings import ruled, said_line
from questions.model import Frozen
from storage.records import Status

# -- words ---------------------------------------------------------------------------------------

PLACE = "{phase} · {n} of {total}  {bar}"
HAVE, HAS = "{names} have answered", "{names} has answered"
TO_GO = "{names} to go"
NOBODY_YET = "Nobody has answered yet"
OPTIONS = "{number} {label}"
REVIEW = "{phase} · a look at what could go wrong · {n} of {total}"
ANSWER, OPEN, DONE = "Answer…", "Open", "{done} of {total}  {bar}"
DUE = "due {day}"
IN_SHORT, IN_FULL, REGISTER = "In short", "In full", "What could go wrong"
NO_ANSWER = "no answer"
ONE_LINE = 100
"""Up to so many characters the options stand in a row."""
WORDS = 120
"""How much of an answer stands in a summary's short lines."""
LINES = 12
"""So many lines of a list get a button each."""


class Piece(Frozen):
    """One message to post. `text` is what notifications and screen readers get."""

    text: str
    blocks: tuple[Block, ...]


def render(
    committee: str, content: Content, urls: dict[str, str] | None = None
) -> tuple[Piece, ...]:
    """The message, and those that follow in its thread.

    `urls`: where a button leads at once, by its packed value (see bot.slack.values).
    """
    head, rest = _blocks(committee, content, urls or {})
    head = head or list(kit.section(NAME))
    first, *further = kit.packed(head) + (kit.packed(rest) if rest else [])
    return (
        Piece(text=fallback(content), blocks=tuple(first)),
        *(Piece(text=spoken(found), blocks=tuple(found)) for found in further),
    )


def leading(content: Content) -> tuple[Button, ...]:
    """The buttons that lead to another thread, for which an address may be found."""
    return tuple(b for b in content.buttons if b.action == "open" and b.walk)


def _blocks(
    committee: str, content: Content, urls: dict[str, str]
) -> tuple[list[Block], list[Block]]:
    match content:
        case QuestionCard(folded=True) | QuestionCard(closed=True):
            return list(_folded(committee, content)), []
        case QuestionCard():
            return list(_question(committee, content)), []
        case ReviewCard():
            return list(_review(committee, content)), []
        case StartCard():
            acting = kit.actions(committee, content.buttons, (), urls)
            return [*kit.section(content.text), *acting], []
        case SummaryCard():
            return list(_summary(committee, content, urls)), list(_in_full(content))
        case Notice():
            return list(_notice(committee, content, urls)), []


# -- questions -----------------------------------------------------------------------------------


def _question(committee: str, card: QuestionCard) -> Iterator[Block]:
    bar = kit.bar(card.n - 1, card.total)
    yield from kit.small(PLACE.format(phase=card.phase, n=card.n, total=card.total, bar=bar))
    yield from kit.title(card.prompt)
    yield from kit.small(card.help)
    lines = [OPTIONS.format(number=o.number, label=o.label) for o in card.options]
    listed = " · ".join(lines)
    if len(listed) > ONE_LINE:
        listed = "\n".join(lines)
    yield from kit.section(listed)
    yield from kit.small(*card.context)
    yield from _sayings(tuple(said for said in card.earlier if not _quoted(said, card.context)))
    yield from kit.actions(committee, card.buttons, card.more, {}, listed)
    yield from _sayings(card.said)
    yield from kit.small(*filter(None, (card.standing, _who(card.answered, card.waiting))))


def _quoted(said: Saying, context: tuple[str, ...]) -> bool:
    """Whether a card's small lines quote an earlier answer whole."""
    words = " ".join((said.words or said.choice).split())
    return any(words in line for line in context)


def _folded(committee: str, card: QuestionCard) -> Iterator[Block]:
    change = [kit.button(committee, b, n) for n, b in enumerate(card.buttons)]
    yield from kit.section(card.prompt, change[-1] if change else None)
    yield from _sayings(card.said)
    yield from kit.small(*filter(None, (card.standing,)))
    if len(change) > 1:
        yield {"type": "actions", "elements": change[:-1]}
    if not card.said and not card.standing:
        yield from kit.small(NOBODY_YET)


def _sayings(said: tuple[Saying, ...]) -> Iterator[Block]:
    for saying in said:
        yield from kit.small(said_line(saying))


def _who(answered: tuple[str, ...], waiting: tuple[str, ...]) -> str:
    parts = []
    if answered:
        parts.append((HAS if len(answered) == 1 else HAVE).format(names=series(answered)))
    if waiting:
        parts.append(TO_GO.format(names=series(waiting)))
    return " · ".join(parts)


def _review(committee: str, card: ReviewCard) -> Iterator[Block]:
    if card.intro:
        yield from kit.section(card.intro)
    if card.folded:
        change = [kit.button(committee, b, n) for n, b in enumerate(card.buttons)]
        yield from kit.section(f"{card.prompt}\n{card.answer}", change[0] if change else None)
    else:
        yield from kit.small(REVIEW.format(phase=card.phase, n=card.n, total=card.total))
        yield from kit.section(f"{card.prompt}\n{card.answer}")
        yield from kit.title(card.ask)
        yield from kit.actions(committee, card.buttons, (), {})
    yield from _sayings(card.lines)
    waiting = "" if card.folded else _who((), card.waiting)
    yield from kit.small(*filter(None, (card.outcome, waiting)))


# -- the channel ---------------------------------------------------------------------------------


def _summary(committee: str, card: SummaryCard, urls: dict[str, str]) -> Iterator[Block]:
    yield from kit.section(card.text)
    yield from kit.actions(committee, card.buttons, (), urls)
    yield from kit.title(IN_SHORT)
    lines = []
    for line in card.lines:
        said = [short(words, WORDS) for words in _words(line)]
        lines.append(f"{short(line.prompt, WORDS)}  {'; '.join(said)}")
    yield from kit.section("\n".join(f"• {line}" for line in lines))


def _words(line: SummaryLine) -> list[str]:
    """What was said to one question, and the committee's word on it."""
    said = list(map(said_line, line.said))
    if line.reason or not said or line.status is Status.PARKED:
        said.append(ruled(line.status, line.reason) or NO_ANSWER)
    return said


def _in_full(card: SummaryCard) -> Iterator[Block]:
    """Every answer whole, for the summary's thread."""
    yield from kit.title(IN_FULL)
    for line in card.lines:
        yield from kit.section("\n".join((line.prompt, *_words(line))))
    if card.register_lines:
        yield from kit.title(REGISTER)
    for entry in card.register_lines:
        words = filter(None, (entry.prompt, entry.effect, entry.confusion, entry.outcome))
        yield from kit.section("\n".join(words))


# -- the bot's word ------------------------------------------------------------------------------


def _notice(committee: str, notice: Notice, urls: dict[str, str]) -> Iterator[Block]:
    yield from kit.section(notice.text)
    for group in notice.groups:
        yield from _group(committee, group)
    yield from kit.actions(committee, notice.buttons, (), urls)


def _group(committee: str, group: Group) -> Iterator[Block]:
    yield from kit.title(group.heading)
    if group.total:
        bar = kit.bar(group.done, group.total)
        yield from kit.small(DONE.format(done=group.done, total=group.total, bar=bar))
    for n, line in enumerate(group.lines[:LINES]):
        yield from kit.section(_line(line), _way(committee, line, n))
    yield from kit.section("\n".join(map(_line, group.lines[LINES:])))


def _line(line: Line) -> str:
    due = DUE.format(day=day(line.due)) if line.due else ""
    detail = " · ".join(filter(None, (line.detail, due)))
    return f"{line.text}\n{detail}" if detail else line.text


def _way(committee: str, line: Line, n: int) -> Block | None:
    """Where a line leads: to the form of what waits, else to what there is to read."""
    if line.question and line.phase:
        made = Button(action="answer", label=ANSWER, question=line.question)
    elif line.question:
        made = Button(action="open", label=OPEN, question=line.question)
    elif line.phase:
        made = Button(action="record", label=OPEN, value=line.phase)
    else:
        return None
    return kit.button(committee, made, n)
