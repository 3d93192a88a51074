"""The way back from a form or a page to the card of which it has taken the place. Pure.

A control says what it is about and, where that is something else, which card it stands on: its walk and
question, or its page. `value` holds this, as no control of these says anything else there.
"""

from bot.core.forms import CANCEL
from bot.teams.pages import Page, is_page, packed
from bot.teams.pieces import Element, execute
from bot.teams.values import About, Pressed

BACK = "Back"

__all__ = ["BACK", "CANCEL", "back_of", "carrying", "origin", "way_back"]

CARRIES = frozenset({"answer", "open", "save", "skip", "na", "assign", "review", "withdraw"})
"""The verbs whose controls have nothing else to say in `value`."""
JOINT = " "


def carrying(about: About, back: About | None) -> About:
    """What a control is about, with the card that it leads back to."""
    if back is None:
        return about
    value = back.value or JOINT.join((back.walk, back.question))
    same = not back.value and (back.walk, back.question) == (about.walk, about.question)
    return about.model_copy(
        update={"card": back.card, "phase": back.phase, "value": "" if same else value}
    )


def back_of(pressed: Pressed) -> About | None:
    """The card that a pressed control leads back to; None where it can't be shown anew."""
    about = pressed.about
    carries = about.value if pressed.verb in CARRIES else ""
    if is_page(carries):
        return About(committee=about.committee, value=carries)
    if not about.card:
        return None
    if not carries:
        return origin(about)
    walk, _, question = carries.partition(JOINT)
    return origin(about).model_copy(update={"walk": walk, "question": question})


def origin(about: About) -> About:
    """The card on which a control stands, without what else the control says."""
    return About(
        committee=about.committee,
        walk=about.walk,
        question=about.question,
        card=about.card,
        phase=about.phase,
    )


def way_back(back: About | None, label: str, committee: str) -> Element:
    """The control that leads back; to one's own page, where there is no card to come back to."""
    if back is None:
        return execute("page", label, About(committee=committee, value=packed(Page("home"))))
    return execute("page" if back.value else "show", label, back)
