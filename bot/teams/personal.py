"""What one person is shown in a card's place: the card as things stand for them, or a word for them. Pure."""

from collections.abc import Sequence
from datetime import datetime

from bot.core import access, live
from bot.core.desk import Desk, Handled, Seat
from bot.core.effects import Content, Notice
from bot.core.promises import places
from bot.core.register import Reader
from bot.core.targets import InThread, ToMember
from bot.teams import reading
from bot.teams.inviting import invited
from bot.teams.pieces import Element, card, execute, rows, words
from bot.teams.render import render
from bot.teams.returning import BACK, origin
from bot.teams.speech import read_out
from bot.teams.values import About
from storage.references import Reference

# -- words ---------------------------------------------------------------------------------------

NOT_THERE = "That is not there any more. “status” shows where things stand."

A_WORD = 200
"""Characters of what is shown for a moment, beside the card."""


def again(seat: Seat, about: About, room: Reference | None) -> Element | None:
    """The card that a control stands on, as it is now and for this member; None where it has none.

    What stands in somebody's own walk is for nobody else. `room`: where it stands, None for a chat
    of one's own.
    """
    walk = seat.desk.state.walks.get(about.walk)
    if walk is not None and not walk.shared and walk.member != seat.member.id:
        return None
    return _shown(seat.desk, about, room, seat.member.id)


def refreshed(
    desk: Desk, seat: Seat | None, about: About, room: Reference | None, *, here: bool
) -> Element:
    """What stands in a card's place when Teams asks for it anew by itself: always a card.

    A member sees their own view. Everybody else, whoever has left included, sees what stands there for
    all, if it is the committee's and this (`here`) its room; nothing is told to people who have done nothing.
    """
    walk = desk.state.walks.get(about.walk)
    found: Element | None = None
    if seat is not None and access.may(seat.member, "read"):
        found = again(seat, about, room)
    elif walk is not None and walk.shared and here:
        found = _shown(desk, about, room)
    return found or only_said(NOT_THERE)


def _shown(desk: Desk, about: About, room: Reference | None, reader: str = "") -> Element | None:
    """A card as it is now, for one reader or (for "") for all; None where it has none."""
    state, bank, walk = desk.state, desk.bank, desk.state.walks.get(about.walk)
    content: Content | None = None
    match about.card:
        case "question" if walk:
            content = live.question(state, bank, walk, about.question)
        case "review" if walk:
            content = live.review(state, bank, walk, about.question)
        case "start":
            content = live.start(state, bank, about.walk, about.phase)
        case "summary":
            content = live.summary(state, bank, about.phase)
    if content is None:
        return None
    return shown(desk.committee.id, content, room, reader)


def shown(committee: str, content: Content, room: Reference | None, reader: str) -> Element:
    """A content's card in a room, with the words that the post there has."""
    content, hint = invited(content, room)
    return render(committee, content, reader=reader, hint=hint)[0].card


def told(seat: Seat, said: Sequence[Content], about: About) -> str | Element:
    """What is for this member alone: a word beside the card, or a card in its place."""
    first = said[0]
    short = isinstance(first, Notice) and not first.groups and not first.buttons
    if short and len(said) == 1 and isinstance(first, Notice) and len(first.text) <= A_WORD:
        return first.text
    body: list[Element] = []
    for content in said:
        for piece in render(seat.committee, content, reader=seat.member.id):
            body.extend(piece.card["body"])
    if about.card:
        body.extend(rows([execute("show", BACK, origin(about))]))
    return card(body, read_out(body))


def only_said(text: str) -> Element:
    """A card that says one thing."""
    body = list(words(text))
    return card(body, text)


def saved(seat: Seat, about: About, now: datetime) -> Element | None:
    """What stands in a form's place once it was sent, where no card comes back: the question as it is."""
    if about.form in ("form", "skip", "na", "assign") and about.question:
        return reading.question_page(Reader(*seat, now), about.question)
    return None


def goes_to_chat(handled: Handled, seat: Seat) -> bool:
    """Whether something of it goes into the member's own chat."""
    direct, state = f"@{seat.member.id}", seat.desk.state
    return any(
        place.channel == direct
        for effect in handled.effects
        if isinstance(effect.to, InThread | ToMember)
        for place in places(state, effect.to)
    )
