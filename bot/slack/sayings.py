"""What people said, and the committee's word on a question, each on one line of plain text. Pure."""

from bot.core.cards import STANDING
from bot.core.effects import Saying
from storage.records import Status


def said_line(saying: Saying) -> str:
    """What one member said: "Ben: Stackable — on top of the CPP (edited)"."""
    words = " — ".join(filter(None, (saying.choice, saying.words)))
    mark = f" ({saying.mark})" if saying.mark else ""
    line = f"{saying.name}: {words}{mark}" if words else f"{saying.name}{mark}"
    return " ".join(filter(None, (line, saying.link)))


def ruled(status: Status, reason: str) -> str:
    """The committee's word: "To discuss: the price"; "" while there is none to say."""
    word = STANDING.get(status, "")
    return f"{word}: {reason}" if word and reason else word or reason
