"""A message's content as Block Kit: the same words and order of actions as everywhere. Pure.

`render` gives the message, and what has to follow in its thread because it is long. Whatever people
wrote is shown in plain text objects; every message has words for where blocks are not shown.
"""

from collections.abc import Iterator

from bot.core import showing
from bot.core.effects import (
    Content,
    Group,
    Notice,
    QuestionCard,
    ReviewCard,
    Saying,
    StartCard,
    SummaryCard,
)
from bot.core.sayings import said_line
from bot.slack import blocks as kit
from bot.slack.blocks import Block
from bot.slack.fallback import fallback, spoken
from questions.model import Frozen


class Piece(Frozen):
    """One message to post. `text` is what notifications and screen readers get."""

    text: str
    blocks: tuple[Block, ...]


def render(
    committee: str, content: Content, urls: dict[str, str] | None = None, picture: str = ""
) -> tuple[Piece, ...]:
    """The message, and those that follow in its thread.

    `urls`: where a button leads at once, by its packed value (see bot.slack.values).
    `picture`: Slack's id of the drawn picture of a notice; without one it stands there in signs.
    """
    head, rest = _blocks(committee, content, urls or {}, picture)
    head = head or list(kit.section(showing.NAME))
    first, *further = kit.packed(head) + (kit.packed(rest) if rest else [])
    return (
        Piece(text=fallback(content), blocks=tuple(first)),
        *(Piece(text=spoken(found), blocks=tuple(found)) for found in further),
    )


def _blocks(
    committee: str, content: Content, urls: dict[str, str], picture: str
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
            return list(_notice(committee, content, urls, picture)), []


# -- questions -----------------------------------------------------------------------------------


def _question(committee: str, card: QuestionCard) -> Iterator[Block]:
    yield from kit.small(showing.place(card))
    yield from kit.title(card.prompt)
    yield from kit.small(card.help)
    listed = showing.listed(card)
    yield from kit.section(listed)
    yield from kit.small(*card.context)
    yield from _sayings(showing.earlier(card))
    yield from kit.actions(committee, card.buttons, card.more, {}, listed)
    yield from _sayings(card.said)
    yield from kit.small(*showing.below(card))


def _folded(committee: str, card: QuestionCard) -> Iterator[Block]:
    change = [kit.button(committee, b, n) for n, b in enumerate(card.buttons)]
    yield from kit.section(card.prompt, change[-1] if change else None)
    yield from _sayings(card.said)
    yield from kit.small(*showing.below(card))
    if len(change) > 1:
        yield {"type": "actions", "elements": change[:-1]}


def _sayings(said: tuple[Saying, ...]) -> Iterator[Block]:
    for saying in said:
        yield from kit.small(said_line(saying))


def _review(committee: str, card: ReviewCard) -> Iterator[Block]:
    if card.intro:
        yield from kit.section(card.intro)
    if card.folded:
        change = [kit.button(committee, b, n) for n, b in enumerate(card.buttons)]
        yield from kit.section(f"{card.prompt}\n{card.answer}", change[0] if change else None)
    else:
        yield from kit.small(showing.review_place(card))
        yield from kit.section(f"{card.prompt}\n{card.answer}")
        yield from _sayings(card.before)
        yield from kit.title(card.ask)
        yield from kit.actions(committee, card.buttons, (), {})
    yield from _sayings(card.lines)
    yield from kit.small(*showing.below(card))


# -- the channel ---------------------------------------------------------------------------------


def _summary(committee: str, card: SummaryCard, urls: dict[str, str]) -> Iterator[Block]:
    yield from kit.section(card.text)
    yield from kit.actions(committee, card.buttons, (), urls)
    yield from kit.title(showing.IN_SHORT)
    lines = ("  ".join(showing.in_short(line)) for line in card.lines)
    yield from kit.section("\n".join(f"• {line}" for line in lines))


def _in_full(card: SummaryCard) -> Iterator[Block]:
    """Every answer whole, for the summary's thread."""
    yield from kit.title(showing.IN_FULL)
    for line in card.lines:
        yield from kit.section("\n".join((line.prompt, *showing.in_full(line))))
    if card.register_lines:
        yield from kit.title(showing.REGISTER)
    for entry in card.register_lines:
        yield from kit.section("\n".join((entry.prompt, *showing.registered(entry))))


# -- the bot's word ------------------------------------------------------------------------------


def _notice(committee: str, notice: Notice, urls: dict[str, str], picture: str) -> Iterator[Block]:
    yield from kit.title(notice.heading)
    yield from kit.section(notice.text)
    yield from _picture(notice, picture)
    for group in notice.groups:
        yield from _group(committee, group)
    unfold = (notice.unfold,) if notice.unfold else ()
    yield from kit.actions(committee, (*unfold, *notice.buttons), (), urls)


def _picture(notice: Notice, picture: str) -> Iterator[Block]:
    if notice.picture and picture:
        yield kit.picture(picture, showing.drawn(notice.picture))
    elif notice.picture:
        yield from kit.section("\n".join(map(showing.in_signs, notice.picture)))


def _group(committee: str, group: Group) -> Iterator[Block]:
    yield from kit.title(group.heading)
    yield from kit.small(showing.counted(group))
    loose = []
    for n, (line, way) in enumerate(showing.ways(group)):
        words = "\n".join(filter(None, (line.text, showing.detail(line))))
        if n >= showing.LINES:
            loose.append(words)
        else:
            yield from kit.section(words, kit.button(committee, way, n) if way else None)
            yield from kit.actions(committee, line.buttons, (), {})
    yield from kit.section(("\n\n" if any("\n" in words for words in loose) else "\n").join(loose))
    yield from kit.small(showing.others(group))
