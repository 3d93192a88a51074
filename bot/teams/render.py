"""A message's content as Adaptive Cards: the same words and order of actions as everywhere. Pure.

`render` gives the message, and what has to follow in its thread because it is long. Whatever people
wrote stands in rich text runs; every card has words for where it is not shown.
"""

from collections.abc import Iterator, Sequence

from bot.core import folding, showing
from bot.core.effects import (
    Content,
    Group,
    Line,
    Notice,
    QuestionCard,
    ReviewCard,
    Saying,
    StartCard,
    SummaryCard,
)
from bot.core.sayings import SaidLine, said_parts
from bot.core.viewing import seen_by
from bot.teams import pieces as kit
from bot.teams import speech
from bot.teams.layout import beside, opening, progress
from bot.teams.pieces import Element
from bot.teams.values import About
from questions.model import Frozen

MOST_READERS = 60
"""So many people at most for whom Teams asks for a card anew (https://learn.microsoft.com/\
microsoftteams/platform/task-modules-and-cards/cards/universal-actions-for-adaptive-cards/\
user-specific-views)."""
HIDDEN = 18_000
"""Bytes of what stands hidden on a card, behind *Show more*, so that the rest of it has room as well."""
REFRESH = "Show my answer"
"""What asking for a card anew is called, where Teams offers it."""


class Piece(Frozen):
    """One message to post. `summary` is what notifications show."""

    card: Element
    summary: str


def render(
    committee: str,
    content: Content,
    *,
    reader: str = "",
    urls: dict[str, str] | None = None,
    hint: str = "",
    accounts: dict[str, str] | None = None,
) -> tuple[Piece, ...]:
    """The message, and those that follow in its thread.

    `reader`: the member whose own view it is; "" for the one that everybody sees.
    `urls`: where a button leads at once, by its walk (see bot.teams.pieces).
    `hint`: a small line below a start.
    `accounts`: Teams' user ids of members, for whom their own view of a question is asked for.
    """
    shown = seen_by(content, reader)
    head, rest = _elements(committee, shown, urls or {}, hint)
    spoken = showing.spoken(shown)
    head = head or list(kit.words(showing.NAME))
    first, *more = kit.packed(head)
    refresh = None if reader else _refresh(committee, content, accounts or {})
    found = [Piece(card=kit.card(first, spoken, refresh), summary=speech.summary(spoken))]
    for further in (*more, *(kit.packed(rest) if rest else ())):
        said = speech.read_out(further)
        found.append(Piece(card=kit.card(further, said), summary=speech.summary(said)))
    return tuple(found)


def _elements(
    committee: str, content: Content, urls: dict[str, str], hint: str
) -> tuple[list[Element], list[Element]]:
    match content:
        case QuestionCard(folded=True) | QuestionCard(closed=True):
            return list(_folded(committee, content)), []
        case QuestionCard():
            return list(_question(committee, content)), []
        case ReviewCard():
            return list(_review(committee, content)), []
        case StartCard():
            acting = kit.actions(committee, content.buttons, urls=urls, card="start")
            return [*kit.words(content.text), *acting, *kit.small(hint)], []
        case SummaryCard():
            return list(_summary(committee, content, urls)), list(_in_full(content))
        case Notice():
            return list(_notice(committee, content, urls)), []


def _refresh(committee: str, content: Content, accounts: dict[str, str]) -> Element | None:
    """By itself, those who said something see their own view of a question."""
    if not isinstance(content, QuestionCard) or showing.is_folded(content) or not content.walk:
        return None
    said = dict.fromkeys(saying.member for saying in content.said)
    readers = [accounts[member] for member in said if member in accounts]
    if not readers:
        return None
    about = About(
        committee=committee, walk=content.walk, question=content.question, card="question"
    )
    action = kit.execute("show", REFRESH, about)
    return {"action": action, "userIds": readers[:MOST_READERS]}


# -- questions -----------------------------------------------------------------------------------


def _question(committee: str, card: QuestionCard) -> Iterator[Element]:
    yield from kit.small(showing.place(card))
    yield from kit.title(card.prompt)
    yield from kit.small(card.help)
    listed = showing.listed(card)
    yield from kit.words(listed)
    yield from kit.small(*card.context)
    yield from _sayings(showing.earlier(card))
    yield from kit.actions(committee, card.buttons, card.more, said=listed, card="question")
    yield from _sayings(card.said)
    yield from kit.small(*showing.below(card))


def _folded(committee: str, card: QuestionCard) -> Iterator[Element]:
    controls = [kit.button(committee, b, card="question") for b in card.buttons]
    yield from _with(list(kit.words(card.prompt, bold=True)), controls[-1] if controls else None)
    yield from _sayings(card.said)
    yield from kit.small(*showing.below(card))
    yield from kit.rows(controls[:-1])


def _with(elements: Sequence[Element], control: Element | None) -> Iterator[Element]:
    """Elements, with a control beside them where there is one."""
    if control is None:
        yield from elements
    else:
        yield from beside(elements, next(kit.rows([control])))


def _sayings(said: tuple[Saying, ...]) -> Iterator[Element]:
    for saying in said:
        yield from kit.said(said_parts(saying))


def _review(committee: str, card: ReviewCard) -> Iterator[Element]:
    yield from kit.words(card.intro)
    subject = [*kit.words(card.prompt, bold=True), *kit.words(card.answer, spacing="None")]
    if card.folded:
        change = [kit.button(committee, b, card="review") for b in card.buttons[:1]]
        yield from _with(subject, change[0] if change else None)
    else:
        yield from kit.small(showing.review_place(card))
        yield from subject
        yield from _sayings(card.before)
        yield from kit.title(card.ask)
        yield from kit.actions(committee, card.buttons, card="review")
    yield from _sayings(card.lines)
    yield from kit.small(*showing.below(card))


# -- the channel ---------------------------------------------------------------------------------


def _summary(committee: str, card: SummaryCard, urls: dict[str, str]) -> Iterator[Element]:
    yield from kit.words(card.text)
    yield from kit.actions(committee, card.buttons, urls=urls, card="summary")
    yield from kit.title(showing.IN_SHORT)
    for line in card.lines:
        yield from kit.said(SaidLine(*showing.in_short(line)))


def _in_full(card: SummaryCard) -> Iterator[Element]:
    """Every answer whole, for the summary's thread."""
    yield from kit.title(showing.IN_FULL)
    for line in card.lines:
        yield from kit.words(line.prompt, bold=True)
        yield from _sayings(line.said)
        yield from kit.words(showing.word_on(line), spacing="Small")
    if card.register_lines:
        yield from kit.title(showing.REGISTER)
    for entry in card.register_lines:
        yield from kit.words(entry.prompt, bold=True)
        for words in showing.registered(entry):
            yield from kit.words(words, spacing="Small")


# -- the bot's word ------------------------------------------------------------------------------


def _notice(committee: str, notice: Notice, urls: dict[str, str]) -> Iterator[Element]:
    yield from kit.title(notice.heading)
    yield from kit.words(notice.text)
    for bar in notice.picture:
        words = showing.drawn((bar,))
        yield from progress(bar.done, bar.total, words, list(kit.detail(words)))
    room = HIDDEN // max(sum(bool(group.rest) for group in notice.groups), 1)
    for n, group in enumerate(notice.groups):
        yield from _group(committee, group, f"{n}", room)
    yield from kit.actions(committee, notice.buttons, urls=urls)


def _group(committee: str, group: Group, name: str, room: int) -> Iterator[Element]:
    yield from kit.title(group.heading)
    if group.total:
        yield from _progress(group, showing.count(group))
    shown, rest = showing.foldable(group)
    for row in shown:
        yield from _line(committee, row)
    # Measured, for words beyond ASCII take a multiple of their room on the way to Teams.
    lines = [list(_line(committee, row)) for row in rest]
    fits = kit.fitting(lines, room)
    left = folding.more(len(lines) - len(fits) + group.left) if rest else ()
    unseen = [element for line in fits for element in line]
    said = [element for line in left for element in kit.words(line.text)]
    yield from opening(name, folding.opens(group), [*unseen, *said]) if fits else said
    yield from kit.small(showing.others(group))


def _line(committee: str, row: showing.Row) -> Iterator[Element]:
    line, way = row
    below = showing.detail(line)
    details = _progress(line, below) if line.total else kit.detail(below)
    elements = [*kit.marked(showing.runs(line)), *details]
    yield from _with(elements, kit.button(committee, way) if way else None)
    yield from kit.actions(committee, line.buttons)


def _progress(of: Group | Line, words: str) -> Iterator[Element]:
    return progress(of.done, of.total, showing.pictured(of), list(kit.detail(words)))
