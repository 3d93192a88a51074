"""What lies before a reader: a committee, a member's seat at it, and what became of an event. Pure."""

from collections.abc import Iterable
from typing import NamedTuple

from bot.core.effects import Effect, Say
from bot.core.errors import Misuse
from questions.model import Bank, Frozen
from storage.people import Committee, Member, Place
from storage.records import State


class Desk(Frozen):
    """A committee as one reader finds it: its state and the bank it follows."""

    state: State
    bank: Bank

    @property
    def committee(self) -> Committee:
        """The committee itself."""
        return self.state.committee

    def prompt(self, question: str) -> str:
        """A question's words. Raises Misuse: an id that the bank has not came from outside."""
        found = self.bank.questions.get(question)
        if found is None:
            raise Misuse(f"no question {question}")
        return found.prompt


class Seat(NamedTuple):
    """A user in one committee."""

    desk: Desk
    member: Member

    @property
    def committee(self) -> str:
        """The committee's id."""
        return self.desk.committee.id

    @property
    def platform(self) -> str:
        """The platform on which the committee is at home first."""
        return self.desk.committee.home[0].platform

    def direct(self, tenant: str) -> Place:
        """The member's own messages in a tenant of that platform."""
        return Place(platform=self.platform, tenant=tenant, channel=f"@{self.member.id}")


def seat_in(found: Iterable[Seat], committee: str) -> Seat:
    """The seat in one committee. Raises Misuse: an id of another committee came from outside."""
    for seat in found:
        if seat.committee == committee:
            return seat
    raise Misuse(f"not a member of committee {committee}")


class Handled(Frozen):
    """What became of an event."""

    effects: tuple[Effect, ...] = ()
    duplicate: bool = False
    """The delivery was known: nothing changed."""
    refusal: str = ""
    """For typed words: the sentence that was sent back to the member, if they were refused."""
    back: tuple[Say, ...] = ()
    """What only the acting member is told, for the adapter to show at once (see Service.take)."""
    recorded: int = 0
    """How many answers it recorded."""
