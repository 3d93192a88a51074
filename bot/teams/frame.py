"""A form as a card: its heading, its fields, and the two ways out of it. Pure.

A form takes the place of the card on which its control was pressed, for the one who pressed it. What
was wrong with it comes back on the same form: at its fields, or as one sentence at the top.
"""

from collections.abc import Sequence
from typing import NamedTuple

from bot.core.errors import Problem, Refused
from bot.core.forms import SAVE
from bot.core.sent import Held as Read
from bot.core.sent import placed
from bot.teams.inputs import Field, sent
from bot.teams.pieces import Element, card, execute, rows, title, words
from bot.teams.returning import CANCEL, carrying, way_back
from bot.teams.speech import read_out
from bot.teams.values import About, Held


class Draft(NamedTuple):
    """A form that comes back, with what was typed and what is wrong with it."""

    held: Held | None = None
    """None for a form that is new."""
    problems: Sequence[Problem] = ()
    sentence: str = ""
    """What is wrong with it as a whole."""

    @classmethod
    def refused(cls, held: Held | None, refusal: Refused) -> "Draft":
        """What was sent, and why it was not taken."""
        return cls(held, refusal.problems, refusal.sentence)

    @property
    def typed(self) -> Read:
        """What its inputs held; nothing, where it is new."""
        return sent(self.held or {})


BLANK = Draft()


class Fields:
    """A form's fields, each with its problem; `sentence` is what belongs to none of them."""

    def __init__(self, declared: Sequence[Field], draft: Draft) -> None:
        shown = placed(draft.problems, (field.name for field in declared))
        self.sentence = "" if shown else draft.sentence
        self._by_name = {
            field.name: field._replace(problem=shown.get(field.name, "")) for field in declared
        }

    def __getitem__(self, name: str) -> Field:
        return self._by_name[name]


def framed(
    heading: str, body: Sequence[Element], controls: Sequence[Element], sentence: str = ""
) -> Element:
    """The card; what is wrong with it as a whole stands below its heading."""
    whole = [*title(heading), *words(sentence, color="Attention"), *body]
    return card([*whole, *rows(controls)], read_out(whole), instead=read_out(whole, fields=True))


def ways(about: About, back: About | None, label: str = SAVE) -> list[Element]:
    """The two ways out: with what the inputs hold, or back without it.

    `about` says which form it is; `back`, of which card it has taken the place.
    """
    sends = execute("save", label, carrying(about, back), primary=True, inputs=True)
    return [sends, way_back(back, CANCEL, about.committee)]
