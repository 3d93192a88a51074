"""What became of a try to send: the sender's word to the dispatcher. Pure."""

from bot.core.watching import Sent
from questions.model import Frozen


class Delivered(Frozen):
    """It stands there; `ref` is the platform's id of it."""

    ref: str = ""


class Nothing(Delivered):
    """A planned message that had nothing to say by the time it was due: done, and nobody was told."""


class Later(Frozen):
    """It did not go out (or, `unsure`, may have): try again, `after` so many seconds if known."""

    after: float | None = None
    unsure: bool = False
    keep: bool = False
    """Never given up, however long it takes: its workspace ended, and may come back."""
    unreachable: bool = False
    """Nobody can be written to there, until people change something."""
    reason: str = ""


class Hopeless(Frozen):
    """It can never be delivered: the reason is a word for the log."""

    reason: str
    unreachable: bool = False
    """Nobody can be written to there."""


Outcome = Delivered | Later | Hopeless


def named(outcome: Outcome, *, over: bool = False) -> Sent:
    """What it is counted as, and called in the log; `over`: it is not tried again."""
    match outcome:
        case Nothing():
            return "nothing"
        case Delivered():
            return "delivered"
        case Later(unsure=unsure) if not over:
            return "unsure" if unsure else "later"
    return "hopeless"
