"""What there is to read in Slack: a phase's record, the whole one, one question; page by page. Pure."""

from collections.abc import Iterator
from typing import Any

from bot.core import cards, standing, summaries
from bot.core.effects import Button
from bot.core.service import Desk
from bot.core.words import short
from bot.slack import blocks as kit
from bot.slack.blocks import Block
from bot.slack.own_page import home
from bot.slack.pages import turned
from bot.slack.people import Seat, seat_in
from bot.slack.render import OPTIONS
from bot.slack.review_form import people, review_view
from bot.slack.sayings import ruled, said_line
from bot.slack.values import Page, Pressed, page_of
from bot.slack.views import About, view
from questions.model import Kind, Phase, Question

__all__ = ["home", "page", "people", "phase_view", "question_view", "review_view"]

# -- words ---------------------------------------------------------------------------------------

ANSWER, OPEN, NOBODY = "Answer…", "Open", "Nobody has answered this yet."
REGISTER, RECORD = "What could go wrong", "The record"
EMPTY = "Nothing is asked here."


def page(mine: tuple[Seat, ...], pressed: Pressed) -> dict[str, Any]:
    """The page that a pressed button turns to, for the owner of these seats.

    A view of type "home" is to be published, any other takes the place of the one it stands in.
    Raises Misuse for a button that turns no page, or one of a committee that they are not in.
    """
    wanted = page_of(pressed)
    desk = seat_in(mine, wanted.committee).desk
    if wanted.what == "home":
        return home(mine, wanted.number)
    if wanted.what == "question":
        return question_view(desk, wanted.where, wanted.number)
    answers = wanted.what == "record"
    return phase_view(desk, wanted.where, answers=answers, number=wanted.number)


def phase_view(desk: Desk, phase: str, *, answers: bool, number: int = 1) -> dict[str, Any]:
    """What a phase asks, with what was answered; without a phase, of every one. One page of it."""
    one = desk.bank.phase_by_id.get(phase)
    phases = (one,) if one else desk.bank.phases
    shown = Page(
        committee=desk.committee.id,
        what="record" if answers else "outline",
        where=one.id if one else "",
        number=number,
    )
    part = _record if answers else _outline
    rows = turned((row for each in phases for row in part(desk, each)), shown)
    return view(About(purpose="look"), one.title if one else RECORD, rows, submit="")


def _outline(desk: Desk, phase: Phase) -> Iterator[Block]:
    yield from kit.title(phase.title)
    asked = [desk.bank.questions[name] for name in standing.counted(desk.state, phase)]
    prompts = [question.prompt for question in asked if question.kind is not Kind.REVIEW]
    yield from kit.section("\n\n".join(prompts) or EMPTY)


def _record(desk: Desk, phase: Phase) -> Iterator[Block]:
    yield from kit.title(phase.title)
    for n, question in enumerate(phase.questions):
        item = standing.item_of(desk.state, question.id)
        if question.kind is Kind.REVIEW or not (item.applies or item.answers):
            continue
        made = Button(action="open", label=OPEN, question=question.id)
        text = "\n".join((question.prompt, *(f"    {line}" for line in _said(desk, question))))
        yield from kit.section(text, kit.button(desk.committee.id, made, n))
    entries = summaries.register_lines(desk.state, desk.bank, phase.id)
    if entries:
        yield from kit.title(REGISTER)
    for entry in entries:
        words = filter(None, (entry.prompt, entry.effect, entry.confusion, entry.outcome))
        yield from kit.section("\n".join(words))


def _said(desk: Desk, question: Question) -> Iterator[str]:
    """What was said to a question, and the committee's word on it."""
    item = standing.item_of(desk.state, question.id)
    yield from map(said_line, standing.sayings(desk.state, question, item))
    if not item.applies:
        yield cards.CLOSED
    elif item.ruling is not None and item.status in cards.STANDING:
        yield ruled(item.status, item.ruling.reason)


def question_view(desk: Desk, name: str, number: int = 1) -> dict[str, Any]:
    """One question in the record: what was said, and a button to answer it. One page of it."""
    question = desk.bank.questions.get(name)
    if question is None:
        return phase_view(desk, "", answers=True)
    shown = Page(desk.committee.id, "question", name, number)
    rows = turned(_question(desk, question), shown)
    return view(About(purpose="look"), desk.bank.phase_of[name].title, rows, submit="")


def _question(desk: Desk, question: Question) -> Iterator[Block]:
    yield from kit.title(question.prompt)
    yield from kit.small(question.help)
    listed = (OPTIONS.format(number=o.number, label=o.label) for o in cards.choices(question))
    yield from kit.section("\n".join(listed))
    if question.kind is not Kind.REVIEW and standing.item_of(desk.state, question.id).applies:
        made = Button(action="answer", label=ANSWER, question=question.id)
        yield from kit.actions(desk.committee.id, (made,), (), {})
    earlier = cards.earlier(desk.state, desk.bank, question)
    quoted = [short(said.words or said.choice, 160) for said in earlier]
    for line in cards.context(desk.state, desk.bank, question, ""):
        if not any(words in line for words in quoted):  # it follows whole
            yield from kit.small(line)
    for line in list(_said(desk, question)) or [NOBODY]:
        yield from kit.section(line)
    if earlier:
        yield {"type": "divider"}
        yield from kit.small(desk.bank.questions[question.link or ""].prompt)
        for line in map(said_line, earlier):
            yield from kit.section(line)
