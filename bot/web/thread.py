"""The channel and the threads: what was said, the reply box, and the buttons on the cards."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from bot.core import buttons, standing
from bot.core.effects import CONTENT, Content
from bot.core.events import Deleted, Edited, Typed
from bot.web.room import (
    ActingSeat,
    Room,
    act,
    base,
    channel,
    direct,
    page,
    phase_way,
    text_of,
    thread_of,
    walk_of,
    way_back,
)
from bot.web.viewer import Posted, Seat, SeatHere, delivery_id, not_here
from bot.web.ways import begins
from questions.model import Kind
from storage.people import Place
from storage.port import NotFound
from storage.records import Stage, Walk
from storage.trail import Message

BOT = "Convenor"
SOMEBODY = "Somebody who has left"
REPLY = "Write your answer…"
REPLY_REVIEW = "Write what comes to mind…"
REPLY_PAUSED = "Paused. Type /convenor resume to go on"
REPLY_DONE = "This part is done. Commands work here: /convenor status"
REPLY_CHANNEL = "A command, like /convenor status"
REPLY_OBSERVER = "You read along here. Commands work: /convenor status"

router = APIRouter()


@dataclass(frozen=True)
class Shown:
    """A message as one reader sees it."""

    message: Message
    content: Content | None
    name: str
    own: bool


@dataclass(frozen=True)
class Composer:
    """The reply box: what a reply is about, and the words in and above it."""

    walk: str
    about: str
    label: str
    placeholder: str


def shown(seat: Seat, message: Message) -> Shown:
    """One message, read for this seat."""
    author = seat.desk.state.members.get(message.member)
    return Shown(
        message=message,
        content=CONTENT.validate_json(message.payload) if message.payload else None,
        name=(author.name if author else SOMEBODY) if message.member else BOT,
        own=message.member == seat.member.id,
    )


def messages(seat: Seat, place: Place, after_rev: int = 0) -> list[Shown]:
    """What stands in a place for this seat; what changed since `after_rev` only."""
    found = seat.web.store.read().messages(place, viewer=seat.member.id, after_rev=after_rev)
    return [shown(seat, message) for message in found if after_rev or not message.deleted]


def composer(seat: Seat, walk: Walk | None) -> Composer:
    """The reply box of a walk's thread, or of the channel (no walk)."""
    bank = seat.desk.bank
    if walk is None:
        return Composer("", "", "", REPLY_CHANNEL)
    if seat.member.id not in standing.voices(seat.desk.state):
        return Composer(walk.id, "", "", REPLY_OBSERVER)
    if walk.stage is Stage.ASKING and walk.current in bank.questions:
        return Composer(walk.id, walk.current, bank.questions[walk.current].prompt, REPLY)
    if walk.stage is Stage.REVIEWING and walk.review and walk.review.subject in bank.questions:
        return Composer(walk.id, "", bank.questions[walk.review.subject].prompt, REPLY_REVIEW)
    words = {Stage.PAUSED: REPLY_PAUSED, Stage.DONE: REPLY_DONE}
    return Composer(walk.id, "", "", words.get(walk.stage, REPLY))


# -- pages ----------------------------------------------------------------------------------------


@router.get("")
def show_channel(request: Request, seat: SeatHere) -> HTMLResponse:
    """The committee's channel."""
    return page(
        request,
        seat,
        "rooms/channel.html",
        Room(tab="channel", live="channel"),
        messages=messages(seat, channel(seat.desk.committee)),
        composer=composer(seat, None),
        look=standing.LOOK,
    )


@router.get("/t/{walk}")
def show_thread(request: Request, seat: SeatHere, walk: str) -> HTMLResponse:
    """A walk's thread; a member's own walk is there for its owner only."""
    found = walk_of(seat, walk)
    return page(
        request,
        seat,
        "rooms/thread.html",
        thread_room(found),
        messages=messages(seat, thread_of(found, seat.desk.committee)),
        composer=composer(seat, found),
        phase=seat.desk.bank.phase_by_id.get(found.phase),
    )


def thread_room(walk: Walk) -> Room:
    """The room of a walk's thread."""
    return Room(tab="walk" if walk.shared else "mine", here=f"t/{walk.id}", walk=walk, live=walk.id)


@router.get("/phase/{phase}")
def show_phase(seat: SeatHere, phase: str) -> RedirectResponse:
    """On to a phase's thread, or to what it will ask."""
    found = seat.desk.bank.phase_by_id.get(phase)
    if found is None:
        raise not_here()
    return RedirectResponse(phase_way(seat, found), 303)


@router.get("/outline/{phase}")
def show_outline(request: Request, seat: SeatHere, phase: str) -> HTMLResponse:
    """What a phase asks, and the ways to begin it."""
    desk = seat.desk
    found = desk.bank.phase_by_id.get(phase)
    if found is None:
        raise not_here()
    return page(
        request,
        seat,
        "rooms/outline.html",
        Room(tab="outline", here=f"outline/{phase}", phase=phase),
        phase=found,
        asked=[
            (question, standing.item_of(desk.state, question.id), desk.bank.depth[question.id])
            for question in found.questions
            if question.kind is not Kind.REVIEW
        ],
        shared=standing.shared_walk(desk.state, phase),
        own=standing.own_walk(desk.state, phase, seat.member.id),
        begins=begins(desk.state, phase),
        opened=phase in desk.committee.opened,
    )


# -- what people do -------------------------------------------------------------------------------


def _where(seat: Seat, walk: str) -> tuple[Place, str]:
    """The place and the path of a walk's thread, or of the channel for no walk."""
    committee = seat.desk.committee
    if not walk:
        return channel(committee), base(committee)
    found = walk_of(seat, walk)
    return thread_of(found, committee), f"{base(committee)}/t/{found.id}"


@router.post("/say")
def say(request: Request, seat: ActingSeat, form: Posted) -> Response:
    """A reply in a thread, or a command anywhere."""
    walk = text_of(form, "walk")
    place, url = _where(seat, walk)
    delivery = delivery_id(seat, form)
    return act(
        request,
        seat,
        lambda: Typed(
            id=delivery,
            committee=seat.desk.committee.id,
            member=seat.member.id,
            walk=walk,
            text=text_of(form, "text"),
            ref=delivery,
            place=None if walk else place,
            about=text_of(form, "about"),
        ),
        url,
    )


@router.post("/press")
def press(request: Request, seat: ActingSeat, form: Posted) -> Response:
    """A button on a card."""
    action, walk, value = (text_of(form, name) for name in ("action", "walk", "value"))
    desk, me = seat.desk, seat.member
    place, url = _where(seat, walk)[0], way_back(seat, form)
    starts = action in ("start", "own")

    def begun() -> str | None:
        state = seat.web.service.look(desk.committee.id).state
        shared, own = standing.shared_walk(state, value), standing.own_walk(state, value, me.id)
        # A committee's pace may have only the other kind.
        found = (own or shared) if action == "own" else (shared or own)
        return f"{base(desk.committee)}/t/{found.id}" if found else None

    return act(
        request,
        seat,
        lambda: buttons.event(
            action,
            id=delivery_id(seat, form),
            committee=desk.committee.id,
            member=me.id,
            walk=walk,
            question=text_of(form, "question"),
            value=value,
            text=text_of(form, "text"),
            place=direct(me) if action == "own" else place,
        ),
        url,
        then=begun if starts else None,
        told=action in ("done", "undone"),
    )


def _own_message(seat: Seat, form: Posted) -> tuple[str, Message, str]:
    """The own message a form is about: its walk, the message, and the page to go back to."""
    walk = text_of(form, "here").removeprefix("t/")
    place, url = _where(seat, walk)
    try:
        found = seat.web.store.read().message(place, text_of(form, "ref"))
    except NotFound:
        raise not_here() from None
    if found.member != seat.member.id or found.deleted:
        raise not_here()
    return walk, found, url


@router.post("/edit")
def edit(request: Request, seat: ActingSeat, form: Posted) -> Response:
    """One's own message, said differently."""
    walk, old, url = _own_message(seat, form)
    text = text_of(form, "text")
    return act(
        request,
        seat,
        lambda: Edited(
            id=delivery_id(seat, form),
            committee=seat.desk.committee.id,
            member=seat.member.id,
            walk=walk,
            ref=old.ref,
            text=text,
        ),
        url,
    )


@router.post("/delete")
def delete(request: Request, seat: ActingSeat, form: Posted) -> Response:
    """One's own message, taken away."""
    walk, old, url = _own_message(seat, form)
    return act(
        request,
        seat,
        lambda: Deleted(
            id=delivery_id(seat, form),
            committee=seat.desk.committee.id,
            member=seat.member.id,
            walk=walk,
            ref=old.ref,
        ),
        url,
    )
