"""Live updates: what changes in a place goes to the open pages as server-sent events.

One task in the process looks whether anything was committed, whoever did it, and wakes the streams;
each stream then reads what is new for its own reader. A stream ends when the process stops, and when
its reader has signed out or lost their seat.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool

from bot.logs import whence
from bot.web.ground import SignInFirst, Stop
from bot.web.room import Room, channel, direct, looking_as, piece, thread_of, walk_of
from bot.web.thread import composer, messages, thread_room
from bot.web.viewer import Seat, SeatHere, seat
from storage.people import Place
from storage.port import StoreError
from storage.records import Walk

MANY_PAGES = "Too many pages are open"
MANY_PAGES_WHY = "This one is not kept up to date. Close a few others, then load it again."

POLL = 0.25
"""Seconds between two looks at the store."""
RECHECK = 15.0
"""Seconds after which a quiet stream makes sure that its reader may still be there."""
MOST_STREAMS = 40
"""Open pages of one person that are kept up to date; a page beyond them works without."""
LAST_REV = 2**62
RETRY = 2000
"""Milliseconds until a browser tries again after the stream broke."""

router = APIRouter()
log = logging.getLogger(__name__)


class Pulse:
    """Wakes the streams when the store's change number moves; looks only while there are any."""

    def __init__(self, change: Callable[[], int], stopping: Callable[[], bool]) -> None:
        self._change, self._stopping = change, stopping
        self._listeners: Counter[str] = Counter()
        self._task: asyncio.Task[None] | None = None
        self._woken = asyncio.Event()
        self.now = 0
        """How often it has beaten."""

    def full(self, person: str) -> bool:
        """Whether this person has as many streams open as one may."""
        return self._listeners[person] >= MOST_STREAMS

    @asynccontextmanager
    async def listening(self, person: str) -> AsyncIterator[None]:
        """Count a person's stream in; the first one starts the task, the last one ends it."""
        self._listeners[person] += 1
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._look())
        try:
            yield
        finally:
            self._listeners[person] -= 1
            if not self._listeners[person]:
                del self._listeners[person]
            if not self._listeners:
                self._task.cancel()

    async def beat(self, seen: int, limit: float) -> int:
        """Wait for a change after the beat that was `seen` last, `limit` seconds at most."""
        if self.now == seen and not self._stopping():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), limit)
        return self.now

    async def _look(self) -> None:
        known = await self._number(-1)
        self._wake()  # for whoever read before the first look
        while not self._stopping():
            await asyncio.sleep(POLL)
            number = await self._number(known)
            if number != known:
                known = number
                self._wake()
        self._wake()

    async def _number(self, known: int) -> int:
        try:
            return await run_in_threadpool(self._change)
        except StoreError as error:  # out of reach for a while: look again at the next beat
            log.error("no look at the store %s", whence(error))
            return known

    def _wake(self) -> None:
        self.now += 1
        woken, self._woken = self._woken, asyncio.Event()
        woken.set()


def pulse(request: Request, here: SeatHere) -> Pulse:
    """The process's one pulse."""
    state = request.app.state
    if not hasattr(state, "pulse"):
        state.pulse = Pulse(here.web.store.change, here.web.stopping.is_set)
    found: Pulse = state.pulse
    return found


@dataclass
class Stream:
    """One open page: what it listens to, and what it was told last."""

    request: Request
    committee: str
    listens: str
    looks_as: str
    person: str
    rev: int
    told: dict[str, str] | None = None

    def news(self) -> list[ServerSentEvent] | None:
        """What changed for this reader since the last time; None once they may not be here."""
        try:
            del self.request.state.viewer  # look again who that is
            here = looking_as(seat(self.request, self.committee), self.looks_as)
            place, room, walk = _listened(here, self.listens)
        except (Stop, SignInFirst):
            return None
        changed = messages(here, place, self.rev) if self.rev else messages(here, place)
        events = [
            ServerSentEvent(
                event="message",
                data={
                    "id": shown.message.id,
                    "own": shown.own,
                    "html": ""
                    if shown.message.deleted
                    else piece(here, "parts/message.html", room, shown=shown),
                },
            )
            for shown in changed
        ]
        self.rev = max([self.rev, *(shown.message.rev for shown in changed)])
        reply = composer(here, walk)
        told = {
            "panel": piece(here, "parts/panel.html", room),
            "side": piece(here, "parts/ways.html", room),
            "under": piece(here, "parts/under.html", room) if walk else "",
            "stage": walk.stage.value if walk else "",
            "about": reply.about,
            "label": reply.label,
            "placeholder": reply.placeholder,
        }
        if told != self.told:
            self.told = told
            events.append(ServerSentEvent(event="panel", data=told))
        if events:
            # Only the last one moves the browser's mark, so that a break in between loses nothing.
            events[-1].id = str(self.rev)
        return events


def _listened(here: Seat, listens: str) -> tuple[Place, Room, Walk | None]:
    if listens == "channel":
        return channel(here.desk.committee), Room(tab="channel"), None
    if listens == "mine":
        return direct(here.member), Room(tab="mine", here="mine"), None
    walk = walk_of(here, listens)
    return thread_of(walk, here.desk.committee), thread_room(walk), walk


def stream(
    request: Request,
    here: SeatHere,
    beats: Annotated[Pulse, Depends(pulse)],
    place: str = "channel",
    after: int = 0,
    looks_as: Annotated[str, Query(alias="as")] = "",
) -> Stream:
    """The stream that a page asks for, before anything of it is sent: it may be refused."""
    here = looking_as(here, looks_as)
    _listened(here, place)
    person = here.viewer.person.id
    if beats.full(person):
        raise Stop(429, MANY_PAGES, MANY_PAGES_WHY, retry_after=int(RECHECK))
    last = request.headers.get("last-event-id", "")
    known = int(last[:18]) if last.isascii() and last.isdigit() else after
    rev = min(max(known, 0), LAST_REV)
    return Stream(request, here.desk.committee.id, place, looks_as, person, rev)


@router.get("/live", response_class=EventSourceResponse)
async def live(
    opened: Annotated[Stream, Depends(stream)], beats: Annotated[Pulse, Depends(pulse)]
) -> AsyncIterator[ServerSentEvent]:
    """What changes in a place (`channel`, `mine` or a walk's id) after a revision."""
    yield ServerSentEvent(comment="listening", retry=RETRY)
    stopping = opened.request.app.state.web.stopping
    async with beats.listening(opened.person):
        seen = beats.now
        while not stopping.is_set():
            events = await run_in_threadpool(opened.news)
            if events is None:
                return
            for event in events:
                yield event
            seen = await beats.beat(seen, RECHECK)
