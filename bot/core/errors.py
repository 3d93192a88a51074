"""How the core says no. Three families: the person's, the caller's, and ours.

A `Refused` is a person's: its text is one friendly sentence and goes back to whoever asked; nothing
changed. A `Misuse` is an adapter's or a script's mistake (a walk that is not this committee's, a
button that no longer exists): it is answered politely, too, but logged. Anything else is our fault.
"""

from questions.model import Frozen


class Problem(Frozen):
    """A refusal at one field of a form."""

    field: str
    """A question id (with ":" and a part of it, where only that is wrong), or the name of a plain field."""
    sentence: str


class Refused(Exception):  # it is an answer to a person, not an error of the program
    """The person may not, or cannot, do this now; str() says what would work."""

    def __init__(self, sentence: str, problems: tuple[Problem, ...] = ()) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.problems = problems


class NotAllowed(Refused):
    """The person's role does not cover this; the sentence says whose does."""


class Misuse(Exception):  # same
    """The caller handed in ids that do not belong together, or an event that fits nothing."""
