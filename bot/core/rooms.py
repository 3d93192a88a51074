"""The rooms that words come from: whose they are, and events that come out of order from others'."""

from datetime import datetime

from bot.core.errors import Misuse, NotAllowed
from bot.core.events import Deleted, Edited, Event, Typed
from bot.core.planned import HOSTED
from bot.core.promises import direct
from bot.core.recording import checked
from storage.people import Place
from storage.port import NotFound, Transaction
from storage.records import State, Walk
from storage.trail import Amendment

# -- words ---------------------------------------------------------------------------------------

NOT_YOURS = "Only the one who wrote a message can change it."


def _outside_room(state: State, event: Typed | Edited | Deleted) -> Place | None:
    """The room of another platform that an event came from; None for those that we host.

    There, events may come in any order: an edit before its message, a deletion before its edit.
    """
    walk = state.walks.get(event.walk)
    place = walk.place if walk else event.place
    return place if place is not None and place.platform != HOSTED else None


def newest(tx: Transaction, event: Edited | Deleted, state: State, now: datetime) -> bool:
    """Note the change of a message; False if a newer one was noted before."""
    place = _outside_room(state, event)
    if place is None:
        return True
    amendment = (
        Amendment(stamp=event.stamp, text=event.text)
        if isinstance(event, Edited)
        else Amendment(stamp=event.stamp, deleted=True)
    )
    room = (place.platform, place.tenant, place.channel)
    return tx.amend_early(*room, event.ref, amendment, now)


def restored(tx: Transaction, event: Edited, state: State) -> str:
    """The question that a message answered, whose deletion this undoes; "" where it is none such."""
    place = _outside_room(state, event)
    if place is None:
        return ""
    before = tx.amendment(place.platform, place.tenant, place.channel, event.ref)
    if before is None or not before.deleted:
        return ""
    said = tx.history(event.committee, member=event.member)
    found = (a.question for a in reversed(said) if any(p.ref == event.ref for p in a.parts))
    return next(found, "")


def amended(tx: Transaction, event: Typed, state: State) -> Amendment | None:
    """What became of a message before it came itself, or before its words were said again."""
    place = _outside_room(state, event)
    if place is not None:
        ref = event.said or event.ref
        return tx.amendment(place.platform, place.tenant, place.channel, ref)
    walk = state.walks.get(event.walk)
    if walk is None or not event.said:
        return None
    try:
        message = tx.message(walk.place, event.said)
    except NotFound:
        return None
    return Amendment(stamp="", text=message.text, deleted=message.deleted)


def again(tx: Transaction, event: Typed, state: State) -> Typed:
    """Words that are said again are those of the member's own message, in their own walk, or just words."""
    walk = state.walks.get(event.walk)
    if not event.said or (
        walk is not None and walk.member == event.member and _theirs(tx, event, walk)
    ):
        return event
    return event.model_copy(update={"said": ""})


def _theirs(tx: Transaction, event: Typed, walk: Walk) -> bool:
    """Whether the message is the member's: on another platform, nobody else writes where their walk stands."""
    if walk.place.platform != HOSTED:
        return True
    try:
        return tx.message(walk.place, event.said).member == event.member
    except NotFound:
        return False


def check_place(state: State, event: Event) -> None:
    """Raise Misuse for a room that is not this committee's.

    One of ours is the committee's, or the member's own; a platform's is as it says.
    """
    place = getattr(event, "place", None)
    if place is None or place.platform != HOSTED or place.channel == f"@{event.member}":
        return
    if place.evolve(thread="") not in state.committee.home:
        raise Misuse(f"{event.kind} {event.id} comes from nowhere of this committee's")


def spoken_in(state: State, event: Typed) -> Place:
    """Where words were typed. Raises Misuse for a room that is not this member's to speak in."""
    walk = state.walks.get(event.walk)
    if walk is not None:
        if not walk.shared and walk.member != event.member:
            raise Misuse(f"walk {walk.id} is not {event.member}'s")
        return walk.place
    place = event.place
    known = (*state.committee.home, direct(state, event.member))
    if place is None or place.evolve(thread="") not in known:
        raise Misuse(f"typed words {event.id} come from nowhere of this committee's")
    return place


def amend(tx: Transaction, event: Edited | Deleted, before: State, now: datetime) -> None:
    """Change the words in a room of ours, too; only their author may."""
    walk = before.walks.get(event.walk)
    if walk is None or walk.place.platform != HOSTED:
        return
    try:
        message = tx.message(walk.place, event.ref)
    except NotFound as error:
        raise Misuse(f"no message {event.ref} in {walk.id}") from error
    if message.member != event.member:
        raise NotAllowed(NOT_YOURS)
    if isinstance(event, Edited):
        tx.amend(walk.place, event.ref, now, text=checked(event.text))
    else:
        tx.amend(walk.place, event.ref, now, deleted=True)
