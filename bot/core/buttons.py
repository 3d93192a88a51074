"""What a pressed button means. An adapter hands a Button's fields back, with what was typed to it."""

from collections.abc import Callable
from typing import Any, NamedTuple

from bot.core import doubtful
from bot.core.chase_events import ON_NUDGE, ActionDone, AskedFewer, Snoozed, WentAway, nudge_of
from bot.core.errors import Misuse
from bot.core.events import (
    Answered,
    AskedFor,
    Event,
    Held,
    NotApplicable,
    Parked,
    Passed,
    PausedWalk,
    Queried,
    ResumedWalk,
    Skipped,
    Started,
    Treated,
    Typed,
    WentBack,
    WentNext,
    Withdrawn,
)
from storage.people import Place
from storage.records import Treatment


class Press(NamedTuple):
    """A pressed button with its context; `ids` are the event's own fields."""

    ids: dict[str, Any]
    question: str
    value: str
    text: str
    place: Place | None


def event(
    action: str,
    *,
    id: str,  # noqa: A002  # the event's own field name
    committee: str,
    member: str,
    walk: str = "",
    question: str = "",
    value: str = "",
    text: str = "",
    place: Place | None = None,
) -> Event:
    """Turn a button into its event.

    Raises Misuse for an action that is no event: those that open a form or lead to a page
    (answer, review, assign, open, record, outline, unfold, away, redate, hours, members, settings, snooze
    without a time), and those that need to know who somebody is on the platform (admit), are the adapter's.
    """
    reader = READERS.get(action)
    if reader is None:
        raise Misuse(f"no event for the button {action!r}")
    ids = {"id": id, "committee": committee, "member": member, "walk": walk}
    return reader(Press(ids, question, value, text, place))


def _choose(press: Press) -> Event:
    if not press.question or not press.value:
        raise Misuse("a choice without a question or a value")
    fields: dict[str, str | tuple[str, ...]] = (
        {"yes": press.value}
        if press.value in ("yes", "no")
        else {"option": press.value, "options": (press.value,)}
    )
    return Answered(**press.ids, answers={press.question: fields})


def _treat(press: Press) -> Event:
    if press.value not in set(Treatment):
        raise Misuse(f"no treatment {press.value!r}")
    return Treated(**press.ids, subject=press.question, treatment=Treatment(press.value))


def _snooze(press: Press) -> Event:
    fields = {**press.ids, "place": press.place, "nudge": nudge_of(press.question)}
    if press.value == "tomorrow":
        return Snoozed(**fields, span="tomorrow")
    if press.value == "week":
        return Snoozed(**fields, span="week")
    if press.value == "over":
        return Snoozed(**fields, over=True)
    if press.value == "back":
        return WentAway(**fields, back=True)
    raise Misuse(f"no time to snooze for in {press.value!r}")


def _fewer(press: Press) -> Event:
    more = press.value == "more"
    return AskedFewer(**press.ids, more=more, place=press.place, nudge=nudge_of(press.question))


def _done(press: Press, *, undone: bool) -> Event:
    nudged = press.value == ON_NUDGE
    subject = press.question
    return ActionDone(**press.ids, subject=subject, undone=undone, place=press.place, nudged=nudged)


def _command(press: Press) -> Event:
    ref = f"{press.ids['id']}:typed"
    again = doubtful.of_answer(press.value) if press.question else None
    line = f"{doubtful.ANSWER} {again.words}" if again else press.value
    return Typed(
        **press.ids,
        text=f"/convenor {line}",
        ref=ref,
        said=again.ref if again else "",
        place=press.place,
        about=press.question,
    )


READERS: dict[str, Callable[[Press], Event]] = {
    "choose": _choose,
    "skip": lambda p: Skipped(**p.ids, question=p.question, reason=p.text),
    "na": lambda p: NotApplicable(**p.ids, question=p.question, reason=p.text),
    "park": lambda p: Parked(**p.ids, question=p.question, reason=p.text),
    "holds": lambda p: Held(**p.ids, question=p.question),
    "withdraw": lambda p: Withdrawn(**p.ids, question=p.question),
    "back": lambda p: WentBack(**p.ids),
    "next": lambda p: WentNext(**p.ids),
    "why": lambda p: Queried(**p.ids, what="why", words=p.question, place=p.place),
    "pass": lambda p: Passed(**p.ids, subject=p.question),
    "treat": _treat,
    "start": lambda p: Started(**p.ids, phase=p.value),
    "own": lambda p: Started(**p.ids, phase=p.value, own=True, place=p.place),
    "resume": lambda p: ResumedWalk(**p.ids),
    "pause": lambda p: PausedWalk(**p.ids),
    "ask": lambda p: AskedFor(**p.ids, question=p.question),
    "command": _command,
    "snooze": _snooze,
    "fewer": _fewer,
    "done": lambda p: _done(p, undone=False),
    "undone": lambda p: _done(p, undone=True),
}
