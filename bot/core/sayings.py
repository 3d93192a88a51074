"""What people said, and the committee's word on a question, each on one line of plain text. Pure."""

from typing import NamedTuple

from bot.core.cards import STANDING
from bot.core.effects import Saying
from storage.records import Status


class SaidLine(NamedTuple):
    """What one member said, its two halves apart, so that the name can stand out."""

    name: str
    rest: str


def said_parts(saying: Saying) -> SaidLine:
    """Who said it, and what: "Ben:", "Stackable — on top of the CPP (edited)"."""
    words = " — ".join(filter(None, (saying.choice, saying.words)))
    mark = f"({saying.mark})" if saying.mark else ""
    name = f"{saying.name}:" if words else saying.name
    return SaidLine(name, " ".join(filter(None, (words, mark, saying.link))))


def said_line(saying: Saying) -> str:
    """What one member said: "Ben: Stackable — on top of the CPP (edited)"."""
    return " ".join(filter(None, said_parts(saying)))


def ruled(status: Status, reason: str) -> str:
    """The committee's word: "To discuss: the price"; "" while there is none to say."""
    word = STANDING.get(status, "")
    return f"{word}: {reason}" if word and reason else word or reason
