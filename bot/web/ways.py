"""The phases in the list at the side: where each leads to for one reader, and what can be begun."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.core import standing
from bot.web.viewer import Seat
from questions.model import Phase
from storage.people import Pace
from storage.records import State, Walk


@dataclass(frozen=True)
class Way:
    """A phase in the list at the side."""

    title: str
    href: str
    row: standing.Progress
    here: bool
    walk: Walk | None
    """What it leads to; None for what will be asked."""
    begins: bool
    """Whether there is something to start, for those who lead."""


def ways(seat: Seat, rows: Iterable[standing.Progress], base: str, here: str) -> list[Way]:
    """Every phase's, in order, with its row of `rows`.

    `base` is the path of the committee's pages, `here` the phase one is in.
    """
    desk = seat.desk
    return [
        Way(
            title=phase.title,
            href=f"{base}/{path(seat, phase)}",
            row=row,
            here=phase.id == here,
            walk=phase_walk(seat, phase),
            begins=begins(desk.state, phase.id),
        )
        for phase, row in zip(desk.bank.phases, rows, strict=True)
    ]


def path(seat: Seat, phase: Phase) -> str:
    """Where a phase's link leads: its thread once it was started, else what will be asked."""
    walk = phase_walk(seat, phase)
    return f"t/{walk.id}" if walk else f"outline/{phase.id}"


def phase_walk(seat: Seat, phase: Phase) -> Walk | None:
    """The walk that a phase leads to: the thread, or one's own where each goes alone."""
    state, committee = seat.desk.state, seat.desk.committee
    alone = committee.settings.pace is Pace.OWN or phase.id in committee.opened
    own = standing.own_walk(state, phase.id, seat.member.id) if alone else None
    return standing.shared_walk(state, phase.id) or own


def begins(state: State, phase: str) -> bool:
    """Whether a phase can be started for the committee, or for those who have joined since."""
    if standing.shared_walk(state, phase):
        return False
    if state.committee.settings.pace is not Pace.OWN:
        return True
    new = any(standing.own_walk(state, phase, who) is None for who in standing.voices(state))
    opened = phase in state.committee.opened or standing.phase_done(state, phase)
    return new or not opened
