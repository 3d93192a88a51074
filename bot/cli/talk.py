"""A member's conversation as a terminal holds it: coming in, sending, and going along.

It is an adapter like any other: what is typed becomes an event, and what the bot says is read from
the place that Convenor hosts for it, whichever process delivered it there.
"""

import time
from collections.abc import Iterator

from bot.cli import phrases
from bot.cli.hearing import Hearing
from bot.cli.render import Style
from bot.core import access, owing, standing
from bot.core.desk import Desk
from bot.core.errors import Misuse, Refused
from bot.core.events import Event, Started, Typed
from bot.core.outbox import deliver_hosted
from bot.core.service import HOSTED, LOCAL, Service
from questions.model import Phase
from storage.people import Member, Pace, Place
from storage.records import Stage, Walk

# -- words ---------------------------------------------------------------------------------------

LATE = "(The reply takes a while. It is shown as soon as it is there.)"
STALE = "This has changed meanwhile, and nothing was sent. Have a look, and say it once more."
WELCOME = "{committee}. You are {name}."
NO_WALK = "/start PHASE begins a phase, or goes on with it:"
PHASE_LINE = "  {id:{width}}  {title} · {done} of {total}{notes}"
WAITING = " · {count} for you"

PATIENCE = 5.0
"""Seconds to wait for the bot's replies to arrive."""
POLL = 0.02


class Conversation:
    """One member in their own walk, or (`shared`) in the committee's, as far as its pace has both.

    `walk` is the walk it is in, None where none is open. What its methods yield is text for a
    terminal, one string a message.
    """

    def __init__(
        self, service: Service, desk: Desk, member: Member, style: Style, *, shared: bool = False
    ) -> None:
        self._service = service
        self._style = style
        self._committee = desk.committee.id
        self._member = member.id
        joins = _joins(desk, member, shared=shared)
        self._common = shared or joins
        """Whether what is begun here is begun for the committee."""
        self._shared = shared = joins
        self._own = Place(platform=HOSTED, tenant=LOCAL, channel=f"@{member.id}")
        self._channel = Place(platform=HOSTED, tenant=LOCAL, channel=desk.committee.id)
        self._hearing = Hearing(service, self._committee, member.id, style, shared=shared)
        self.walk: Walk | None = None

    # -- coming in ------------------------------------------------------------------------------

    def enter(self, phase: Phase | None = None) -> Iterator[str]:
        """Come back to where the member left, or to one phase (beginning it if need be).

        Raises Refused where the member may not begin it.
        """
        begin = phase is not None and (self._walk_of(phase.id) is None or self._opens(phase.id))
        if not begin:
            self.walk = self._walk_of(phase.id) if phase else self._newest()
        # What was promised before and nobody delivered yet belongs to what was said so far.
        self._settle()
        self._hearing.catch_up(self._places())
        if phase is not None and begin:
            yield from self._do(self._started(phase.id))
        else:
            yield self._present()

    def _present(self) -> str:
        card = self._hearing.card(self.walk) if self.walk else None
        return self._hearing.shown(card, self.walk) if card else self._phases()

    def _walk_of(self, phase: str) -> Walk | None:
        state = self._look().state
        if self._shared:
            return standing.shared_walk(state, phase)
        return standing.own_walk(state, phase, self._member)

    def _opens(self, phase: str) -> bool:
        """Whether a phase that the member is in already is to be begun for all, at their own pace."""
        state = self._look().state
        leads = access.may(state.members[self._member], "lead")
        return leads and self._common and not self._shared and phase not in state.committee.opened

    def _newest(self) -> Walk | None:
        walks = [
            walk
            for walk in self._look().state.walks.values()
            if walk.member == self._owner and walk.stage is not Stage.DONE
        ]
        # An open one before one that was put aside, then the one that moved last.
        return max(
            walks, key=lambda w: (w.stage is not Stage.PAUSED, w.arrived_at, w.id), default=None
        )

    @property
    def _owner(self) -> str:
        return "" if self._shared else self._member

    def _phases(self) -> str:
        desk = self._look()
        waiting = owing.waiting_for(desk.state, desk.bank, self._member)
        rows = standing.progress(desk.state, desk.bank)
        width = max(len(row.phase) for row in rows)
        me = desk.state.members[self._member]
        lines = [WELCOME.format(committee=desk.committee.name, name=me.name), NO_WALK]
        for row in rows:
            mine = sum(desk.bank.phase_of[question].id == row.phase for question in waiting)
            notes = WAITING.format(count=mine) if mine else ""
            fields = row.model_dump(include={"title", "done", "total"})
            lines.append(PHASE_LINE.format(id=row.phase, width=width, notes=notes, **fields))
        return self._style.flow("\n".join(lines))

    # -- sending --------------------------------------------------------------------------------

    def send(self, line: str, *, looking: bool = False) -> Iterator[str]:
        """Send one message; yields what the bot says to it, and what else is new.

        `looking`: a person saw what was yielded so far, and speaks about the card shown last, even
        if the walk has just moved on; from a pipe, the words are for where the walk stands.

        A refusal is a reply like any other. Raises a StoreError; then nothing was kept.
        """
        about = self._hearing.before if looking else ""
        yield from self.idle_news()
        try:
            yield from self._do(self._event(line, about))
        except Refused as refusal:
            yield self._style.flow(refusal.sentence)
        except Misuse:
            yield self._style.flow(STALE)

    def _event(self, line: str, about: str) -> Event:
        walk = self.walk.id if self.walk else ""
        key = f"terminal:{self._service.new_id()}"
        sender = phrases.Sender(id=key, committee=self._committee, member=self._member, walk=walk)
        card = self._hearing.card(self.walk) if self.walk else None
        meant = phrases.event(line, sender, card)
        if meant is not None:
            return meant
        self._hearing.sent.add(key)
        base = self._channel if self._common else self._own
        return Typed(
            **sender._asdict(),
            text=phrases.bare(line, card),
            ref=key,
            place=None if walk else base,
            about=about if walk else "",
        )

    def _started(self, phase: str) -> Started:
        return Started(
            id=f"terminal:{self._service.new_id()}",
            committee=self._committee,
            member=self._member,
            phase=phase,
            own=not self._common,
            place=None if self._common else self._own,
        )

    def _do(self, event: Event) -> Iterator[str]:
        before = self._look().state.walks
        self._service.handle(event)
        self._follow(before)
        on_time = self._settle()
        yield from self._hearing.news(self._places(), self.walk)
        if not on_time:
            yield self._style.dim(LATE)

    def _follow(self, before: dict[str, Walk]) -> None:
        """Stay with the walk, or go along to the one that the member just began or took up."""
        after = self._look().state.walks
        moved = [
            walk
            for walk in after.values()
            if walk.member == self._owner and walk != before.get(walk.id)
        ]
        if self.walk and self.walk.id in (walk.id for walk in moved):
            self.walk = after[self.walk.id]
        elif moved:
            self.walk = max(moved, key=lambda walk: (walk.arrived_at, walk.id))

    def _settle(self) -> bool:
        """Help the replies on their way; False if some are still under way after a while."""
        store, until = self._service.store, time.monotonic() + PATIENCE
        reader, places = store.read(), self._places()
        while True:
            for lane in {(place.platform, place.tenant, place.channel) for place in places}:
                deliver_hosted(store, self._service.clock(), f"terminal:{self._member}", lane=lane)
            if not any(reader.undelivered(place) for place in places):
                return True
            if time.monotonic() > until:
                return False
            time.sleep(POLL)

    # -- hearing --------------------------------------------------------------------------------

    def idle_news(self) -> tuple[str, ...]:
        """What came from others while nothing was sent; cheap where nothing has changed."""
        if self._hearing.quiet():
            return ()
        if self.walk:
            self.walk = self._look().state.walks.get(self.walk.id, self.walk)
        return tuple(self._hearing.news(self._places(), self.walk))

    def _places(self) -> tuple[Place, ...]:
        thread = (self.walk.place,) if self.walk else ()
        channel = (self._channel,) if self._common else ()
        return (*thread, self._own, *channel)

    def _look(self) -> Desk:
        return self._service.look(self._committee)


def _joins(desk: Desk, member: Member, *, shared: bool) -> bool:
    """Whether it is the committee's thread: as asked, but where its pace has only the other kind."""
    walks = [walk for walk in desk.state.walks.values() if walk.stage is not Stage.DONE]
    match desk.committee.settings.pace:
        case Pace.TOGETHER:
            return shared or not any(walk.member == member.id for walk in walks)
        case Pace.OWN:
            return shared and any(walk.shared for walk in walks)
        case _:
            return shared
