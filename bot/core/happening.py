"""What every event has: its delivery, and who did it where."""

from questions.model import Frozen


class Happening(Frozen):
    """Something that a member did, or that happened to them."""

    id: str
    """The platform's own delivery id, with its platform's name in front; the same twice is one."""
    committee: str
    member: str
    """The acting member's id."""
    walk: str = ""
    """The walk it happened in; "" outside of any."""
