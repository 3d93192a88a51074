"""What the readers of commands share: a command's ids, an answer instead of an event, who is meant. Pure."""

from datetime import datetime
from typing import Any

from bot.core import dates
from bot.core.effects import Button
from bot.core.events import Told, Typed
from bot.core.words import short
from questions.model import Bank
from storage.people import Member
from storage.records import State

# -- words ---------------------------------------------------------------------------------------

NOBODY = "I don't know “{name}” here. There are: {names}."
SEVERAL = "“{name}” could be {names}. The full name would settle it."

Args = tuple[Typed, State, Bank, datetime, str]
"""What a reader gets: the typed event, the state, the bank, the time, and the words after the command."""


def told(event: Typed, sentence: str, buttons: tuple[Button, ...] = ()) -> Told:
    """A sentence back to who typed."""
    return Told(**ids(event), sentence=sentence, buttons=buttons, place=event.place)


def ids(event: Typed) -> dict[str, Any]:
    """An event's own fields, for the one that it means."""
    return {
        "id": event.id,
        "committee": event.committee,
        "member": event.member,
        "walk": event.walk,
    }


def named(event: Typed, state: State, who: str) -> tuple[Member, ...]:
    """Who may be meant by a name; "me" is who typed."""
    if who.casefold() == "me":
        return (state.members[event.member],)
    return dates.member_named(state, who)


def which_member(state: State, who: str, people: tuple[Member, ...]) -> str:
    """The question back where a name means nobody, or several."""
    names = ", ".join(sorted(m.name for m in (people or state.members.values()) if m.active))
    return (SEVERAL if people else NOBODY).format(name=short(who, 40), names=names)
