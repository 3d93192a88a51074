"""What a sent form says, as the core's event. Pure."""

from datetime import date
from typing import Any

from bot.core.errors import Misuse, Problem, Refused
from bot.core.events import (
    Answered,
    Assigned,
    Event,
    NotApplicable,
    Reviewed,
    Skipped,
    Started,
)
from bot.slack import forms
from bot.slack.forms import About, Held
from storage.records import Treatment

BAD_DATE = "Please pick a day from the calendar."


def meant(ids: dict[str, Any], what: About, held: Held) -> Event:
    """The event of a sent form; `ids` are its own fields. Raises Refused, Misuse."""

    def word(name: str) -> str:
        value = held.get(name, "")
        return value if isinstance(value, str) else ""

    base = {**ids, "walk": what.walk}
    match what.purpose:
        case "form":
            return Answered(**base, answers=forms.answers(what.asked, held))
        case "reason":
            kind = Skipped if what.action == "skip" else NotApplicable
            return kind(**base, question=what.question, reason=word("text"))
        case "assign":
            return Assigned(
                **base, question=what.question, to=word("to"), due=_day(word("due"), "due")
            )
        case "start":
            return Started(**base, phase=word("phase"))
        case "review":
            treatment = word("treatment")
            return Reviewed(
                **base,
                subject=what.question,
                effect=word("effect"),
                confusion=word("confusion"),
                confusion_with=word("confusion_with"),
                treatment=Treatment(treatment) if treatment in set(Treatment) else None,
                action=word("action"),
                owner=word("owner"),
                due=_day(word("due"), "due"),
            )
    raise Misuse(f"nothing to send in {what.purpose}")


def _day(text: str, at: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Refused(BAD_DATE, (Problem(field=at, sentence=BAD_DATE),)) from None
