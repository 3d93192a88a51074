"""Which walk words are about that were typed outside of any thread. Pure.

Slack knows no commands in threads, a member's own messages are no thread either, and Teams' chats have
none at all.
"""

from collections.abc import Iterable
from datetime import datetime

from bot.core import lines
from bot.core.effects import Button
from bot.core.events import Typed
from questions.answers import Rejected, fold
from questions.model import Bank
from storage.people import Place
from storage.records import Item, Note, Stage, State, Walk

WHICH = "Several phases are under way. Which one is “{command}” for?"

IN_A_WALK = frozenset("next back skip na park holds withdraw why pause resume answer".split())
"""Commands about what a walk has before it."""


LOOKED_BACK = 5
"""So many unfit words before it are read together with a reply."""


def needs_walk(word: str, rest: str) -> bool:
    """Whether a command is about a walk."""
    return word in IN_A_WALK or (word == "ask" and rest.isdecimal())


def open_walks(event: Typed, state: State) -> tuple[Walk, ...]:
    """What it may be about: in one's own messages one's own walks, everywhere else the committee's.

    Where there are none of these, the others.
    """
    under_way = [walk for walk in state.walks.values() if walk.stage is not Stage.DONE]
    own = tuple(walk for walk in under_way if walk.member == event.member)
    shared = tuple(walk for walk in under_way if walk.shared)
    alone = event.place is not None and event.place.channel.startswith("@")
    return (own or shared) if alone else (shared or own)


def own_walk_here(event: Typed, state: State) -> Walk | None:
    """The one own walk that words in one's own messages can be meant for, though in no thread."""
    if event.place is None or event.place.channel != f"@{event.member}":
        return None
    mine = [
        w for w in state.walks.values() if w.member == event.member and w.stage is not Stage.DONE
    ]
    here = [w for w in mine if w.place.platform == event.place.platform]
    return here[0] if len(here) == 1 else None


def _stands_in(walk: Walk, place: Place) -> bool:
    there = walk.place
    return (there.platform, there.tenant, there.channel) == (
        place.platform,
        place.tenant,
        place.channel,
    )


def asked_last(walks: Iterable[Walk], place: Place | None) -> Walk | None:
    """In a room without threads: the walk that asked there last, rather than one that pauses."""
    here = [
        walk
        for walk in walks
        if place is not None and walk.stage is not Stage.DONE and _stands_in(walk, place)
    ]
    return max(here, key=lambda w: (w.stage is not Stage.PAUSED, w.arrived_at, w.id), default=None)


def refused_last(state: State, member: str, platform: str) -> tuple[datetime, Walk] | None:
    """The committee's walk whose question a member's words did not fit last, and when.

    None once they have answered it, or the walk has left it.
    """
    found = [
        (kept.at, walk)
        for walk in state.walks.values()
        if walk.shared and walk.stage is Stage.ASKING and walk.place.platform == platform
        for item in [state.items.get(walk.current)]
        if item is not None and member not in item.responded
        for kept in item.notes
        if kept.member == member and not kept.own and kept.at >= walk.arrived_at
    ]
    return max(found, key=lambda pair: pair[0], default=None)


def unfit(walk: Walk, item: Item, member: str) -> tuple[Note, ...]:
    """What a member said last, since the walk came to this question, that did not fit by itself."""
    found = (n for n in item.notes if n.member == member and n.at >= walk.arrived_at)
    return tuple(found)[-LOOKED_BACK:]


def fits_now(state: State, walk: Walk, bank: Bank, member: str, text: str) -> bool:
    """Whether words answer what a walk asks, by themselves or with what their author said to it before."""
    if lines.answers(text, walk, bank):
        return True
    question, item = bank.questions.get(walk.current), state.items.get(walk.current)
    if question is None or item is None or walk.stage is not Stage.ASKING:
        return False
    before = [note.text for note in unfit(walk, item, member)]
    return not isinstance(fold(question, [*before, text]), Rejected)


def walk_at(state: State, place: Place | None, phase: str) -> Walk | None:
    """The walk through a phase that stands in a room, whatever its stage."""
    found = (w for w in state.walks.values() if place is not None and _stands_in(w, place))
    return next((walk for walk in found if walk.phase == phase), None)


def choice(walks: tuple[Walk, ...], line: str, bank: Bank) -> tuple[Button, ...]:
    """The command again for each walk, as a button."""
    return tuple(
        Button(
            action="command",
            label=phase.title if (phase := bank.phase_by_id.get(walk.phase)) else walk.phase,
            walk=walk.id,
            value=line,
        )
        for walk in walks
    )
