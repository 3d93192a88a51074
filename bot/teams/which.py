"""Which committee is meant, where somebody is in several and speaks in their own chat. Pure."""

from collections.abc import Sequence

from bot.core import where
from bot.core.desk import Seat
from bot.core.words import short
from bot.teams.pieces import Element, card, execute, rows, words
from bot.teams.values import About

# -- words ---------------------------------------------------------------------------------------

NO_SEAT = (
    "You are in no committee here yet. “@Convenor start” begins one in a channel; to join one, ask its "
    "chair."
)
SEVERAL = "You are in several committees. Which one do you mean?"


def asked_last(mine: Sequence[Seat], tenant: str) -> Seat | None:
    """The seat whose own walk asked last in this person's chat; None where none is under way."""
    found = []
    for seat in mine:
        walk = where.asked_last(seat.desk.state.walks.values(), seat.direct(tenant))
        if walk is not None:
            found.append((walk.arrived_at, seat))
    return max(found, key=lambda pair: pair[0], default=(None, None))[1]


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
