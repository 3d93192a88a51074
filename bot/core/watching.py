"""What the core tells whoever counts: a port with a silent default. Pure.

No label holds an id or a person's words: kinds, outcomes and platforms are all there is. A call has
to be cheap and may raise nothing, since it stands in the path of an answer.
"""

from typing import Literal, Protocol

from bot.core.errors import Misuse, Refused
from storage.records import Said, State

Taken = Literal["handled", "duplicate", "refused", "misuse", "failed"]
"""What became of an event."""
Sent = Literal["delivered", "nothing", "later", "unsure", "hopeless"]
"""What became of a try to send. Given up counts as hopeless; `nothing` was a planned message that had
nothing left to say."""


class Watch(Protocol):
    """Who counts."""

    def event(self, kind: str, outcome: Taken) -> None:
        """An event of this kind was taken, or was not."""
        ...

    def answered(self, count: int) -> None:
        """So many revisions that are answers were recorded."""
        ...

    def sent(self, platform: str, outcome: Sent, count: int = 1) -> None:
        """A message was tried."""
        ...

    def acknowledged(self, platform: str, seconds: float) -> None:
        """A platform got its answer so long after its request had arrived."""
        ...

    def planned(self, seconds: float, slots: int) -> None:
        """One round of planning what is due took so long, and promised so many messages."""
        ...


class Unwatched:
    """Nobody counts."""

    def event(self, kind: str, outcome: Taken) -> None:
        """Nothing."""

    def answered(self, count: int) -> None:
        """Nothing."""

    def sent(self, platform: str, outcome: Sent, count: int = 1) -> None:
        """Nothing."""

    def acknowledged(self, platform: str, seconds: float) -> None:
        """Nothing."""

    def planned(self, seconds: float, slots: int) -> None:
        """Nothing."""


UNWATCHED: Watch = Unwatched()


def why_not(error: BaseException) -> Taken:
    """The outcome of an event that raised."""
    if isinstance(error, Refused):
        return "refused"
    return "misuse" if isinstance(error, Misuse) else "failed"


def outcome(*, duplicate: bool, refused: str) -> Taken:
    """The outcome of an event that was taken; `refused` is what was said to it, "" for nothing."""
    if duplicate:
        return "duplicate"
    return "refused" if refused else "handled"


def recorded(before: State, after: State) -> int:
    """How many members' answers to how many questions are new in `after`."""
    if after.items is before.items:
        return 0
    known = before.items.get
    total = 0
    for name, item in after.items.items():
        old = known(name)
        if old is item or (old is not None and old.responses is item.responses):
            continue
        was = old.responses if old is not None else {}
        total += sum(
            a.said is Said.ANSWER and was.get(member) is not a
            for member, a in item.responses.items()
        )
    return total
