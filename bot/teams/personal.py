"""What one person is shown in a card's place: the card as things stand for them, or a word for them. Pure."""

from collections.abc import Sequence

from bot.core import live
from bot.core.effects import Content, InThread, Notice, ToMember
from bot.core.promises import places
from bot.core.seats import Seat
from bot.core.service import Handled
from bot.teams import reading
from bot.teams.pieces import Element, card, execute, rows, words
from bot.teams.render import render
from bot.teams.returning import BACK
from bot.teams.speech import read_out
from bot.teams.values import About

A_WORD = 200
"""Characters of what is shown for a moment, beside the card."""


def again(seat: Seat, about: About) -> Element | None:
    """The card that a control stands on, as it is now and for this member; None where it has none."""
    state, bank, walk = seat.desk.state, seat.desk.bank, seat.desk.state.walks.get(about.walk)
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
    return render(seat.committee, content, reader=seat.member.id)[0].card


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
        body.extend(rows([execute("show", BACK, _origin(about))]))
    return card(body, read_out(body))


def only_said(text: str) -> Element:
    """A card that says one thing."""
    body = list(words(text))
    return card(body, text)


def _origin(about: About) -> About:
    return About(
        committee=about.committee,
        walk=about.walk,
        question=about.question,
        card=about.card,
        phase=about.phase,
    )


def saved(seat: Seat, about: About) -> Element | None:
    """What stands in a form's place once it was sent, where no card comes back: the question as it is."""
    if about.form in ("form", "skip", "na", "assign") and about.question:
        return reading.question_page(seat.desk, about.question)
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
