"""Which committee is meant, where somebody is in several and speaks in their own chat. Pure."""

from collections.abc import Sequence
from typing import NamedTuple

from bot.core import where
from bot.core.desk import Seat
from bot.core.words import short
from bot.teams.activities import PLATFORM
from bot.teams.pieces import Element, card, execute, rows, words
from bot.teams.values import About
from storage.records import Walk

# -- words ---------------------------------------------------------------------------------------

NO_SEAT = (
    "You are in no committee here yet. “@Convenor start” begins one in a channel; to join one, ask its "
    "chair."
)
SEVERAL = "You are in several committees. Which one do you mean?"
WHICH_QUESTION = "Which question is that for?"
OF = "{committee}: {prompt}"


class Asked(NamedTuple):
    """A question that words may be for."""

    seat: Seat
    walk: Walk

    @property
    def prompt(self) -> str:
        """The question, after its committee's name."""
        desk = self.seat.desk
        prompt = desk.bank.questions[self.walk.current].prompt
        return OF.format(committee=desk.committee.name, prompt=short(prompt, 80))


def asked_last(mine: Sequence[Seat], tenant: str) -> Seat | None:
    """The seat whose own walk asked last in this person's chat; None where none is under way."""
    asked = _own(mine, tenant)
    return asked.seat if asked else None


def _own(mine: Sequence[Seat], tenant: str) -> Asked | None:
    found = []
    for seat in mine:
        walk = where.asked_last(seat.desk.state.walks.values(), seat.direct(tenant))
        if walk is not None:
            found.append(Asked(seat, walk))
    return max(found, key=lambda asked: asked.walk.arrived_at, default=None)


def refused_last(mine: Sequence[Seat], tenant: str, said: str) -> tuple[Asked, ...]:
    """The question in a room of theirs that this person's words did not fit last, if these now do.

    The word about it stands in their own chat, where one's own walk may have asked as well: if words
    are an answer there, too, that question is the second one. Nothing if that one was asked since, or
    if it is the same one.
    """
    found = []
    for seat in mine:
        last = where.refused_last(seat.desk.state, seat.member.id, PLATFORM)
        if last is not None:
            found.append((last[0], Asked(seat, last[1])))
    if not found:
        return ()
    at, refused = max(found, key=lambda pair: pair[0])
    own = _own(mine, tenant)
    if (own and own.walk.arrived_at > at) or not _fits(refused, said):
        return ()
    if own is None or not own.walk.current or not _fits(own, said):
        return (refused,)
    return () if _question(own) == _question(refused) else (refused, own)


def _question(asked: Asked) -> tuple[str, str]:
    return asked.seat.committee, asked.walk.current


def _fits(asked: Asked, said: str) -> bool:
    desk, member = asked.seat.desk, asked.seat.member.id
    return where.fits_now(desk.state, asked.walk, desk.bank, member, said)


def which_question(asked: Sequence[Asked], ref: str) -> tuple[Element, str]:
    """A button for each question that the message with this id may be for; and the card's words."""
    buttons = [
        execute(
            "said",
            each.prompt,
            About(
                committee=each.seat.committee,
                walk=each.walk.id,
                question=each.walk.current,
                value=ref,
            ),
        )
        for each in asked
    ]
    body = [*words(WHICH_QUESTION), *rows(buttons)]
    return card(body, WHICH_QUESTION), short(WHICH_QUESTION, 100)


def which(mine: Sequence[Seat], ref: str) -> tuple[Element, str]:
    """A button for each of one's committees, for the message with this id; and the card's words.

    What the message says stays here (see bot.teams.waiting).
    """
    buttons = [
        execute("said", seat.desk.committee.name, About(committee=seat.committee, value=ref))
        for seat in mine
    ]
    body = [*words(SEVERAL), *rows(buttons)]
    return card(body, SEVERAL), short(SEVERAL, 100)
