"""Buttons as words: what one types in a terminal instead of clicking."""

from collections.abc import Iterable
from typing import NamedTuple

from bot.core.effects import Action, Button, Content, ReviewCard
from bot.core.events import Event, Passed, Treated
from storage.records import Treatment

# In the order they are shown. An answer, a choice and a word to the review are simply typed.
TYPED: dict[Action, str] = {
    "holds": "/holds",
    "pass": "/nothing",
    "treat": "/{value}",
    "start": "/start {value}",
    "own": "/start {value}",
    "resume": "/resume",
    "open": "/ask {question}",
    "command": "/{value}",
    "skip": "/skip REASON",
    "na": "/na REASON",
    "park": "/park",
    "back": "/back",
    "next": "/next",
    "why": "/why",
    "assign": "/assign this @NAME",
    "withdraw": "/withdraw",
    "pause": "/pause",
    "outline": "/status {value}",
}

THERE = "/start {value}, then /ask {question}"

TREATMENTS = {f"/{treatment.value}": treatment for treatment in Treatment}


def hints(buttons: Iterable[Button]) -> tuple[str, ...]:
    """What one can type for these buttons, each once, in the order of `TYPED`."""
    order = list(TYPED)
    known = sorted(
        (button for button in buttons if button.action in TYPED or _elsewhere(button)),
        key=lambda button: 0 if _elsewhere(button) else order.index(button.action),
    )
    return tuple(dict.fromkeys(_typed(button) for button in known))


def for_member(content: Content, *, leads: bool) -> Content:
    """The content with the buttons that this member may press."""
    if leads:
        return content
    kept = {
        name: tuple(button for button in getattr(content, name) if not button.lead)
        for name in ("buttons", "more")
        if hasattr(content, name)
    }
    return content.model_copy(update=kept)


def _elsewhere(button: Button) -> bool:
    """Whether it is about a question of another walk: one goes there first, in its phase."""
    about = button.action in ("answer", "holds", "open") and bool(button.question)
    return about and not button.walk and bool(button.value)


def _typed(button: Button) -> str:
    if _elsewhere(button):
        return THERE.format(value=button.value, question=button.question)
    # A thread is opened as it is begun: whoever starts a phase again is taken to it.
    phrase = TYPED["start"] if button.action == "open" and button.walk else TYPED[button.action]
    return phrase.format(value=button.value, question=button.question)


class Sender(NamedTuple):
    """Who types, where: an event's own fields."""

    id: str
    committee: str
    member: str
    walk: str


def bare(line: str, card: Content | None) -> str:
    """The line without its slash where it decides what is done ("/act rewrite it, by Friday")."""
    word = line.strip().partition(" ")[0].casefold()
    asked = isinstance(card, ReviewCard) and any(b.action == "treat" for b in card.buttons)
    return line.strip()[1:] if asked and word in TREATMENTS else line


def event(line: str, sender: Sender, card: Content | None) -> Event | None:
    """The click that a typed line stands for, on the card before the person.

    None where the line is an answer, or a command that the core reads by itself.
    """
    word = line.strip().casefold()
    where = sender._asdict()
    if isinstance(card, ReviewCard):
        if word == "/nothing":
            return Passed(**where, subject=card.subject)
        if word in TREATMENTS:
            return Treated(**where, subject=card.subject, treatment=TREATMENTS[word])
    return None
