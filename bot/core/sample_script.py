"""The sample committee's script: who says and does what, in which thread, and when.

The words are data, in sample.yaml; here are the models that read it, so that a mistake in it is
found when it is loaded. bot.core.sample plays it.
"""

from collections.abc import Mapping
from datetime import time
from functools import cache
from importlib.resources import files
from typing import Annotated, Any, Literal, Self

import yaml
from pydantic import BeforeValidator, Field, model_validator

from bot.core.events import Fields
from bot.core.service import NewMember
from questions.model import Frozen

SCRIPT = files("bot.core").joinpath("sample.yaml")

Verb = Literal[
    "says",  # types a message
    "picks",  # answers with one click; the value is an option's id, yes or no
    "fills in",  # sends the question's form
    "moves on",  # next
    "skips",
    "rules out",  # not applicable
    "parks",
    "keeps",  # still holds
    "withdraws",
    "edits",  # changes the message of their own that answered
    "hands over",  # assigns
]
WORDY = frozenset({"says", "picks", "skips", "rules out", "edits"})
HERE = frozenset({"says", "picks", "moves on", "skips", "rules out", "parks", "keeps"})
"""What happens to the question that the thread is at; the rest may come later."""
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday"]
DAYS: tuple[Weekday, ...] = ("monday", "tuesday", "wednesday", "thursday", "friday")


class Step(Frozen):
    """One thing that somebody does; in the script one line, "ana says: …"."""

    who: str
    does: Verb
    words: str = ""
    """What is typed, the reason, or the option."""
    fields: Fields = {}
    """For a form; see questions.answers.parse."""
    to: str = ""
    due: Weekday | None = None
    """Of the week after the one in which the sample is made."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.does in WORDY and not self.words.strip():
            raise ValueError(f"{self.who} {self.does} nothing")
        if (self.does == "fills in") != bool(self.fields):
            raise ValueError("fields go with “fills in”")
        if (self.does == "hands over") != bool(self.to):
            raise ValueError("a person to hand over to goes with “hands over”")
        return self


def _step(line: Any) -> Any:
    """A line of the script ({"ana says": …}) as a step's fields."""
    if not isinstance(line, Mapping) or len(line) != 1:
        return line
    key, rest = next(iter(line.items()))
    who, _, does = str(key).partition(" ")
    more = rest if isinstance(rest, Mapping) else {"words": "" if rest is None else rest}
    return {"who": who, "does": does, **more}


Line = Annotated[Step, BeforeValidator(_step)]


class Session(Frozen):
    """A while that people spend in one thread: what they do, by question."""

    days_ago: Annotated[int, Field(ge=1, le=40)]
    """Working days before the sample is made."""
    at: time
    """Local time in the committee's zone."""
    phase: str
    own: str = ""
    """Whose own walk it is; "" for the committee's."""
    starts: str = ""
    """Who starts the walk, where the session begins it."""
    asked: dict[str, tuple[Line, ...]] = {}


class Day(Frozen):
    """A day after the sample is made."""

    weeks: Annotated[int, Field(ge=1, le=8)]
    """1 for the week after the one in which it is made."""
    day: Weekday


class Absence(Frozen):
    """Somebody is away, from the one day to the other."""

    who: str
    since: Day
    until: Day


class Coming(Frozen):
    """What is to come when the sample's clock is put forward."""

    country: str
    region: str = ""
    """Whose public holidays are kept."""
    free: Day
    """A day that the committee has off beside them."""
    away: Absence


class Script(Frozen):
    """The whole sample."""

    name: str
    bank: str
    zone: str
    move_on_count: int
    seat: str
    """The person whose seat the viewer takes."""
    people: dict[str, NewMember]
    sessions: tuple[Session, ...]
    coming: Coming | None = None

    @model_validator(mode="after")
    def _people_known(self) -> Self:
        named = {self.seat, self.coming.away.who if self.coming else ""}
        for session in self.sessions:
            named |= {session.own, session.starts}
            named |= {step.who for steps in session.asked.values() for step in steps}
            named |= {step.to for steps in session.asked.values() for step in steps}
        if strangers := named - self.people.keys() - {""}:
            raise ValueError(f"nobody is called {', '.join(sorted(strangers))}")
        return self


@cache
def script() -> Script:
    """The sample's script. Raises pydantic.ValidationError or yaml.YAMLError where it is broken."""
    return Script.model_validate(yaml.safe_load(SCRIPT.read_text(encoding="utf-8")))
