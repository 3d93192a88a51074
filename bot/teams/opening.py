"""What a control opens for whoever pressed it: a form to fill in, or something to read.

It takes the place of the card for this person alone; see bot.teams.returning for the way back.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from bot.core import access, plain_form
from bot.core.desk import Seat
from bot.core.errors import Refused
from bot.core.register import Reader
from bot.core.review_form import people
from bot.core.service import Service
from bot.teams import forms, reading
from bot.teams.chairing_card import settings_card
from bot.teams.frame import BLANK, Draft
from bot.teams.pieces import Element
from bot.teams.plain import plain_card
from bot.teams.returning import back_of
from bot.teams.review_form import review_card
from bot.teams.setup_card import phase_card
from bot.teams.values import About, Pressed


class Opening(NamedTuple):
    """A pressed control, by whom, and what it is about."""

    service: Service
    seat: Seat
    pressed: Pressed
    mine: Sequence[Seat] = ()
    """All the seats of whoever pressed it."""
    draft: Draft = BLANK
    """What was just typed, where a form comes back."""

    @property
    def about(self) -> About:
        """What the control is about."""
        return self.pressed.about

    @property
    def reader(self) -> Reader:
        """Who is to read what it opens."""
        return Reader(self.seat.desk, self.seat.member, self.service.clock())

    @property
    def back(self) -> About | None:
        """The card that it leads back to."""
        return back_of(self.pressed)

    @property
    def prompt(self) -> str:
        """The question it is about. Raises Misuse where there is none such."""
        return self.seat.desk.prompt(self.about.question)


def opened(service: Service, mine: Sequence[Seat], seat: Seat, pressed: Pressed) -> Element | None:
    """The card that a control opens; None for one that does something.

    Raises Refused where its owner may not, Misuse for what no control of ours says.
    """
    right, make = CARDS.get(pressed.verb, ("", None))
    leads = pressed.verb == "open" and not pressed.about.question
    if make is None or leads or (pressed.verb == "snooze" and pressed.about.value):
        return None
    access.require(seat.desk.state, seat.member, right)
    return make(Opening(service, seat, pressed, mine))


def form_again(service: Service, seat: Seat, pressed: Pressed, refusal: Refused) -> Element | None:
    """The form that was sent, with all that was typed, and what is wrong; None for what is no form."""
    make = FORMS.get(pressed.about.form)
    if make is None:
        return None
    return make(Opening(service, seat, pressed, draft=Draft.refused(pressed.held, refusal)))


# -- forms ---------------------------------------------------------------------------------------


def _answer(it: Opening) -> Element:
    about = it.about
    form = it.service.form(it.seat.committee, it.seat.member.id, about.question)
    return forms.question_form(
        it.seat.committee, about.walk, about.question, form, draft=it.draft, back=it.back
    )


def _reason(it: Opening) -> Element:
    about = it.about
    return forms.reason_form(
        it.seat.committee,
        about.walk,
        about.question,
        about.form or it.pressed.verb,
        it.prompt,
        draft=it.draft,
        back=it.back,
    )


def _assign(it: Opening) -> Element:
    about, desk = it.about, it.seat.desk
    return forms.assign_form(
        it.seat.committee,
        about.walk,
        about.question,
        it.prompt,
        people(desk.state),
        draft=it.draft,
        back=it.back,
    )


def _review(it: Opening) -> Element:
    return review_card(
        it.seat.desk,
        it.seat.member.id,
        it.about.walk,
        it.about.question,
        draft=it.draft,
        back=it.back,
    )


def _settings(it: Opening) -> Element:
    return settings_card(it.seat.desk, it.seat.member, draft=it.draft, back=it.back)


def _plain(it: Opening) -> Element:
    desk, about = it.seat.desk, it.about
    name = about.form or it.pressed.verb
    made = plain_form.form(name, desk.state, desk.bank, it.seat.member.id, about.question)
    return plain_card(it.seat.committee, made, about.question, draft=it.draft, back=it.back)


def _phase(it: Opening) -> Element:
    return phase_card(it.seat.committee, it.seat.desk.bank, draft=it.draft, back=it.back)


# -- something to read ---------------------------------------------------------------------------


def _record(it: Opening) -> Element:
    answers = it.pressed.verb == "record"
    return reading.phase_page(it.reader, it.about.value, answers=answers, back=it.back)


def _open(it: Opening) -> Element:
    return reading.question_page(it.reader, it.about.question, back=it.back)


def _page(it: Opening) -> Element:
    mine = [(seat.desk, seat.member) for seat in it.mine]
    return reading.page(mine, it.pressed, it.service.clock())


Make = Callable[[Opening], Element]

CARDS: dict[str, tuple[str, Make]] = {
    "answer": ("answer", _answer),
    "skip": ("answer", _reason),
    "na": ("answer", _reason),
    "assign": ("answer", _assign),
    "review": ("answer", _review),
    "record": ("read", _record),
    "outline": ("read", _record),
    "open": ("read", _open),
    "page": ("read", _page),
    "settings": ("settings", _settings),
    **dict.fromkeys(plain_form.NAMES, ("read", _plain)),
}
"""Each with the right it needs; see bot.core.access."""
FORMS: dict[str, Make] = {
    "form": _answer,
    "skip": _reason,
    "na": _reason,
    "assign": _assign,
    "review": _review,
    "settings": _settings,
    "start": _phase,
    **dict.fromkeys(plain_form.NAMES, _plain),
}
"""By what About.form says."""
