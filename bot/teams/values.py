"""What a control on a card says when it is pressed, and how that is read back. Pure.

An `Action.Execute` carries a `verb` and `data`; Teams merges what the card's inputs hold into the
data (https://learn.microsoft.com/adaptive-cards/authoring-cards/universal-action-model). Ours stands
under one name in it, so that no input can take its place. Nothing in it is trusted when it returns:
the adapter checks the committee against the user's seats in the tenant, the service all else.
"""

import re
from typing import Any, Literal, TypeGuard, get_args

from pydantic import ValidationError

from bot.core.effects import Action, Button
from bot.core.errors import Misuse
from questions.model import Frozen

OURS = "convenor"
"""The name of our part of an action's data."""

Verb = Literal[
    Action,
    "found",  # the set-up card was sent
    "save",  # a form was sent: `about` says which
    "show",  # a personal view of a card: by itself for those who answered, or to come back to it
    "page",  # turns to another page of something long
    "role",
    "add",  # people were chosen in the list of members
    "said",  # words typed in one's chat, for one of several committees
]
"""What a control does: the core's own actions, and those that are about the platform's forms."""

Card = Literal["", "question", "review", "start", "summary"]
"""The cards that can be shown anew as things stand; "" for all others."""

VERBS = frozenset(
    name for part in get_args(Verb) for name in (get_args(part) or (part,)) if isinstance(name, str)
)

BROKEN = re.compile("[\x00\ud800-\udfff]")
"""What stands in no id and no words of ours: NUL, and halves of characters."""

Held = dict[str, str]
"""What the inputs of a card hold, by their ids. Several choices stand in one text, with commas."""


class About(Frozen):
    """What a control is about."""

    committee: str = ""
    walk: str = ""
    question: str = ""
    value: str = ""
    form: str = ""
    """For `save`: form, skip, na, assign, review, start, settings, record."""
    asked: tuple[str, ...] = ()
    """The questions on a form, in order."""
    card: Card = ""
    """The card that it stands on, or that a form or a page has taken the place of for one person."""
    subject: str = ""
    """On a page of the record: the answer whose action it is about; `question` is the way back's."""
    phase: str = ""
    """The phase that a start or a summary is about."""


class Pressed(Frozen):
    """A pressed control, and what the inputs beside it held."""

    verb: str
    about: About
    held: Held = {}


def about(committee: str, button: Button, card: Card = "") -> About:
    """What a button of the core's says."""
    of_phase = card in ("start", "summary") and button.action in ("own", "outline", "record")
    return About(
        committee=committee,
        walk=button.walk,
        question=button.question,
        value=button.value,
        card=card,
        phase=button.value if of_phase else "",
    )


def pack(meant: About) -> dict[str, Any]:
    """An action's data."""
    return {OURS: meant.model_dump(exclude_defaults=True)}


def unpack(verb: object, data: object) -> Pressed:
    """Read an action back. Raises Misuse for anything that no control of ours says."""
    if not isinstance(verb, str) or verb not in VERBS or not isinstance(data, dict):
        raise Misuse("a control that is on no card")
    try:
        meant = About.model_validate(data.get(OURS))
    except ValidationError:
        raise Misuse("a control that is on no card") from None
    if any(BROKEN.search(text) for text in (*meant.asked, *filter(_text, vars(meant).values()))):
        raise Misuse("a control with ids that there can't be")
    held = {str(k): str(v) for k, v in data.items() if k != OURS and _plain(v)}
    return Pressed(verb=verb, about=meant, held=held)


def _text(value: object) -> TypeGuard[str]:
    return isinstance(value, str)


def _plain(value: object) -> bool:
    """Whether an input's value is one: a text, or a number where a client sends it as such."""
    return isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool))
