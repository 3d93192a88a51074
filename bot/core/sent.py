"""What a sent form says, as an event; and where its problems belong. Pure, the same on every platform.

An adapter reads what its form's inputs held into `Held`: one text or several by each input's name.
An input of a question's form is named "question:part", with the parts of questions.answers.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from bot.core.chase_events import HabitsKept, Redated, Snoozed, WentAway, nudge_of
from bot.core.errors import Misuse, Problem, Refused
from bot.core.events import (
    Answered,
    Assigned,
    Event,
    Fields,
    NotApplicable,
    Reviewed,
    Skipped,
    Started,
)
from bot.core.plain_sent import Held as Held
from bot.core.plain_sent import habits_of
from questions.model import Frozen
from storage.records import Treatment

BAD_DATE = "Please pick a day from the calendar."


class Form(Frozen):
    """Which form was sent, and what it was about."""

    name: str
    """form, skip, na, assign, start, review, snooze, away, redate or hours."""
    walk: str = ""
    question: str = ""
    """What its button said; see bot.core.effects.Button."""
    asked: tuple[str, ...] = ()
    """The questions on it, in order."""


def meant(ids: dict[str, Any], form: Form, held: Held) -> Event:
    """The event of a sent form; `ids` are its own fields. Raises Refused, Misuse."""
    base, question = {**ids, "walk": form.walk}, form.question
    text = word(held, "text")
    match form.name:
        case "form":
            given = answers(form.asked, held)
            emptied = question if question in form.asked and question not in given else ""
            return Answered(**base, answers=given, emptied=emptied)
        case "skip":
            return Skipped(**base, question=question, reason=text)
        case "na":
            return NotApplicable(**base, question=question, reason=text)
        case "assign":
            to = word(held, "to")
            return Assigned(**base, question=question, to=to, due=_day(word(held, "due"), "due"))
        case "start":
            return Started(**base, phase=word(held, "phase"))
        case "snooze":
            until = _day(word(held, "until"), "until")
            return Snoozed(**base, until=until, nudge=nudge_of(question))
        case "away":
            since, until = (_day(word(held, name), name) for name in ("since", "until"))
            return WentAway(**base, since=since, until=until, nudge=nudge_of(question))
        case "hours":
            return HabitsKept(**base, habits=habits_of(held))
        case "redate":
            due = _day(word(held, "due"), "due")
            if due is None:
                raise Refused(BAD_DATE, (Problem(field="due", sentence=BAD_DATE),))
            return Redated(**base, question=question, due=due)
        case "review":
            treatment = word(held, "treatment")
            return Reviewed(
                **base,
                subject=question,
                effect=word(held, "effect"),
                confusion=word(held, "confusion"),
                confusion_with=word(held, "confusion_with"),
                treatment=Treatment(treatment) if treatment in set(Treatment) else None,
                action=word(held, "action"),
                owner=word(held, "owner"),
                due=_day(word(held, "due"), "due"),
            )
    raise Misuse(f"nothing to send in {form.name}")


def word(held: Held, name: str) -> str:
    """The one text that an input held; "" for none."""
    value = held.get(name, "")
    return value if isinstance(value, str) else ""


def _day(text: str, at: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Refused(BAD_DATE, (Problem(field=at, sentence=BAD_DATE),)) from None


def answers(asked: Sequence[str], held: Held) -> dict[str, Fields]:
    """The fields of each question that something was said to."""
    found: dict[str, Fields] = {}
    for name, value in held.items():
        question, _, part = name.rpartition(":")
        if value:
            found.setdefault(question, {})[part] = value
    return {name: found[name] for name in asked if name in found}


def question_at(problem: Problem) -> str:
    """The question whose field, or part of it, a problem stands at."""
    return problem.field.partition(":")[0]


def placed(problems: Sequence[Problem], names: Iterable[str]) -> dict[str, str]:
    """Each problem at its own input, or its field's first one, by its name; those without are left out."""
    there = tuple(names)
    shown: dict[str, str] = {}
    for problem in problems:
        field = problem.field if problem.field in there else question_at(problem)
        at = next((n for n in there if n == field or n.startswith(f"{field}:")), "")
        if at:
            shown.setdefault(at, problem.sentence)
    return shown
