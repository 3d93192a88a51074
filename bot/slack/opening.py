"""What a button opens: a form to fill in, or something to read."""

from collections.abc import Callable
from typing import Any, NamedTuple

from bot.core import access, plain_form
from bot.core.desk import Seat
from bot.core.register import Reader
from bot.core.review_form import people
from bot.core.service import Service
from bot.slack import chairing, forms, reading
from bot.slack.plain import plain_view
from bot.slack.values import Pressed

View = dict[str, Any]


class Opening(NamedTuple):
    """A pressed button, by whom, and what it is about."""

    service: Service
    mine: tuple[Seat, ...]
    seat: Seat
    pressed: Pressed

    @property
    def reader(self) -> Reader:
        """Who is to read what it opens."""
        return Reader(*self.seat, self.service.clock())

    @property
    def prompt(self) -> str:
        """The question it is about. Raises Misuse where there is none such."""
        return self.seat.desk.prompt(self.pressed.question)


def opened(service: Service, mine: tuple[Seat, ...], seat: Seat, pressed: Pressed) -> View | None:
    """The view that a button opens; None for one that says something by itself.

    Raises Refused where its owner may not, Misuse for what no button of ours says.
    """
    right, make = VIEWS.get(pressed.action, ("", None))
    leads = pressed.action == "open" and not pressed.question
    if make is None or leads or (pressed.action == "snooze" and pressed.value):
        return None
    access.require(seat.desk.state, seat.member, right)
    return make(Opening(service, mine, seat, pressed))


def _answer(it: Opening) -> View:
    seat, pressed = it.seat, it.pressed
    form = it.service.form(seat.committee, seat.member.id, pressed.question)
    return forms.question_view(seat.committee, pressed.walk, pressed.question, form)


def _reason(it: Opening) -> View:
    pressed = it.pressed
    return forms.reason_view(
        it.seat.committee, pressed.walk, pressed.question, pressed.action, it.prompt
    )


def _assign(it: Opening) -> View:
    pressed, asked = it.pressed, people(it.seat.desk.state)
    return forms.assign_view(it.seat.committee, pressed.walk, pressed.question, it.prompt, asked)


def _review(it: Opening) -> View:
    return reading.review_view(it.seat, it.pressed.walk, it.pressed.question)


def _record(it: Opening) -> View:
    answers = it.pressed.action == "record"
    return reading.phase_view(it.reader, it.pressed.value, answers=answers)


def _unfold(it: Opening) -> View:
    return reading.digest_view(it.reader, it.pressed.value)


def _plain(it: Opening) -> View:
    desk, pressed = it.seat.desk, it.pressed
    made = plain_form.form(
        pressed.action, desk.state, desk.bank, it.seat.member.id, pressed.question
    )
    return plain_view(it.seat.committee, made, pressed.question)


def _members(it: Opening) -> View:
    page = it.pressed.value
    return chairing.members_view(it.seat, int(page) if page.isdecimal() else 0)


VIEWS: dict[str, tuple[str, Callable[[Opening], View] | None]] = {
    "answer": ("answer", _answer),
    "skip": ("answer", _reason),
    "na": ("answer", _reason),
    "assign": ("answer", _assign),
    "review": ("answer", _review),
    "record": ("read", _record),
    "outline": ("read", _record),
    "open": ("read", lambda it: reading.question_view(it.reader, it.pressed.question)),
    "page": ("read", lambda it: reading.page(it.mine, it.pressed, it.service.clock())),
    "unfold": ("read", _unfold),
    **dict.fromkeys(plain_form.NAMES, ("read", _plain)),
    "members": ("read", _members),
    "settings": ("settings", lambda it: chairing.settings_view(it.seat)),
}
"""Each with the right it needs; see bot.core.access."""
