"""The shell around the core: one event, one transaction.

`handle` notes the delivery id, loads the committee, lets the engine advance it, saves what changed,
and promises the effects in the outbox, all in one commit. An adapter answers its platform only
after `handle` returned. Reading pages and forms go through `look` and the form methods; they change
nothing. `now` comes from the clock that the composition root hands in.
"""

import asyncio
import logging
import secrets
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from datetime import datetime

from bot.core import access, clocks, commands, doubtful, engine, forms, listings, rooms
from bot.core.desk import Desk, Handled
from bot.core.effects import Effect, Say
from bot.core.errors import Misuse, Refused
from bot.core.events import BankMoved, Deleted, Edited, Event, Queried, Told, Typed
from bot.core.forms import OpenForm
from bot.core.founding import NewMember, Plan, found
from bot.core.outbox import LOCAL
from bot.core.planned import HOSTED
from bot.core.promises import promises
from bot.core.recording import checked
from bot.core.turn import answering_place
from bot.core.watching import UNWATCHED, Watch, outcome, recorded, why_not
from questions.model import Bank
from storage.doors import Person
from storage.people import Place, Settings
from storage.port import NotFound, Reader, Store, Transaction
from storage.records import State
from storage.trail import Audit, Message

log = logging.getLogger(__name__)


class Service:
    """The one door to the record for every adapter."""

    def __init__(
        self, store: Store, clock: Callable[[], datetime], watch: Watch = UNWATCHED
    ) -> None:
        self.store = store
        self.clock = clock
        self.watch = watch
        self._banks: dict[tuple[str, str], Bank] = {}  # a stored version never changes
        self._on_promise: list[Callable[[], None]] = []

    def when_promised(self, call: Callable[[], None]) -> None:
        """Call this after each commit that promised something to send; from whatever thread it was."""
        self._on_promise.append(call)

    # -- events ---------------------------------------------------------------------------------

    def handle(self, event: Event, *, hand_back: bool = False) -> Handled:
        """Take one event, durably; `hand_back` as for `take`.

        Raises Refused (say its sentence to the person), Misuse (the ids do not fit together) or a
        StoreError; in each case nothing was kept. A refused `Typed` raises only for a member who was
        let go, or text that no store can keep: all others are answered, and their words are kept.
        """
        now = self.clock()
        try:
            handled = self.store.write(lambda tx: self._handle(tx, event, now, hand_back=hand_back))
        except Exception as error:
            self.watch.event(event.kind, why_not(error))
            raise
        self._taken(event, handled)
        return handled

    def submit(self, event: Event, *, hand_back: bool = False) -> "Future[Handled]":
        """The same without waiting; the future fails with what `handle` raises."""
        now = self.clock()
        future = self.store.submit(lambda tx: self._handle(tx, event, now, hand_back=hand_back))
        future.add_done_callback(lambda done: self._done(event, done))
        return future

    async def take(self, event: Event, *, hand_back: bool = False) -> Handled:
        """The same for a caller on an event loop, which goes on meanwhile.

        `hand_back`: what only the acting member is told comes back in the result, once, instead of
        being promised: for platforms on which the answer to a click is shown to who clicked.
        """
        return await asyncio.wrap_future(self.submit(event, hand_back=hand_back))

    def _done(self, event: Event, future: "Future[Handled]") -> None:
        if future.cancelled():
            return
        error = future.exception()
        if error is None:
            self._taken(event, future.result())
        else:
            self.watch.event(event.kind, why_not(error))

    def _taken(self, event: Event, handled: Handled) -> None:
        became = outcome(duplicate=handled.duplicate, refused=handled.refusal)
        log.info("%s kind=%s id=%s committee=%s", became, event.kind, event.id, event.committee)
        self.watch.event(event.kind, became)
        if handled.recorded:
            self.watch.answered(handled.recorded)
        if handled.effects:
            self.promised()

    def promised(self) -> None:
        """Say that something was promised beside an event."""
        for call in self._on_promise:
            call()

    def _handle(
        self, tx: Transaction, event: Event, now: datetime, *, hand_back: bool = False
    ) -> Handled:
        access.check_ids(event)
        if not tx.first_time(event.id, now):
            return Handled(duplicate=True)
        before = self._state(tx, event.committee)
        now = clocks.at(before.committee, now)
        if event.member not in before.members:
            raise Misuse(f"member {event.member} is not of committee {event.committee}")
        if event.walk and event.walk not in before.walks:
            raise Misuse(f"walk {event.walk} is not of committee {event.committee}")
        rooms.check_place(before, event)
        bank = self._bank_of(tx, before)
        if isinstance(event, Edited | Deleted):
            if isinstance(event, Edited):
                question = rooms.restored(tx, event, before)
                event = event.model_copy(update={"restores": question})
            if not rooms.newest(tx, event, before, now):
                return Handled()
            rooms.amend(tx, event, before, now)
        if isinstance(event, Typed):
            event = rooms.again(tx, event, before)
            early = rooms.amended(tx, event, before)
            if early and early.deleted:
                return Handled()
            if early:
                text = f"/convenor {doubtful.ANSWER} {early.text}" if event.said else early.text
                event = event.model_copy(update={"text": text})
            return self._typed(tx, event, before, bank, now, hand_back=hand_back)
        after, effects = self._advance(tx, before, event, bank, now)
        if isinstance(event, BankMoved):
            tx.add_bank(event.bank, now)
        return self._keep(tx, event, before, after, effects, now, hand_back=hand_back)

    def _typed(
        self,
        tx: Transaction,
        event: Typed,
        before: State,
        bank: Bank,
        now: datetime,
        *,
        hand_back: bool,
    ) -> Handled:
        place = rooms.spoken_in(before, event)
        checked(event.text)  # what no store can keep is refused before anything is kept
        meaning = commands.meaning(event, before, bank, now)
        if place.platform == HOSTED:
            alone = event.member if meaning is not event else ""  # a command is nobody else's news
            message = Message(
                place=place,
                ref=event.ref,
                member=event.member,
                only_for=alone,
                text=event.text,
                at=now,
            )
            if not tx.post(message):
                raise Misuse(f"message {event.ref} stands in {place.channel} already")
        try:
            after, effects = self._advance(tx, before, meaning, bank, now)
        except Refused as refusal:
            answer = Told(
                id=event.id,
                committee=event.committee,
                member=event.member,
                walk=event.walk,
                sentence=refusal.sentence,
                place=place,
            )
            after, effects = engine.advance(before, answer, bank, now)
            return self._keep(
                tx, answer, before, after, effects, now, hand_back=hand_back
            ).model_copy(update={"refusal": refusal.sentence})
        return self._keep(tx, meaning, before, after, effects, now, hand_back=hand_back)

    def _advance(
        self, tx: Transaction, before: State, event: Event, bank: Bank, now: datetime
    ) -> tuple[State, tuple[Effect, ...]]:
        if isinstance(event, Queried) and event.what == "find":
            access.check(before, event)
            hits = tx.search(event.committee, checked(event.words))
            content = listings.found(before, bank, event.words, hits, event.member)
            return before, (
                Say(
                    key=f"{event.id}:found",
                    to=answering_place(before, event),
                    content=content,
                    only_for="" if event.share else event.member,
                ),
            )
        return engine.advance(before, event, bank, now)

    def _keep(
        self,
        tx: Transaction,
        event: Event,
        before: State,
        after: State,
        effects: tuple[Effect, ...],
        now: datetime,
        *,
        hand_back: bool = False,
    ) -> Handled:
        if after is not before:
            committee = after.committee.evolve(revision=before.committee.revision + 1)
            after = after.evolve(committee=committee)
            tx.save(before, after)
            tx.log(
                Audit(
                    committee=event.committee,
                    at=now,
                    by=event.member,
                    action=event.kind,
                    question=getattr(event, "question", ""),
                    detail=engine.difference(before, after),
                )
            )
        back: tuple[Say, ...] = ()
        if hand_back:
            back = tuple(e for e in effects if isinstance(e, Say) and e.only_for == event.member)
            effects = tuple(e for e in effects if e not in back)
        for message in promises(after, event, effects, now):
            tx.promise(clocks.promised(after.committee, message))
        return Handled.model_construct(effects=effects, back=back, recorded=recorded(before, after))

    # -- committees -----------------------------------------------------------------------------

    def found(
        self,
        name: str,
        bank: Bank,
        members: Iterable[NewMember],
        *,
        zone: str = "UTC",
        settings: Settings | None = None,
        sample: bool = False,
        delivery: str = "",
        founder: Person | None = None,
        home: Place | None = None,
    ) -> State:
        """Start a committee; see bot.core.founding.found."""
        plan = Plan(name=name, zone=zone, settings=settings or Settings(), sample=sample, home=home)
        return found(self.store, self.clock(), plan, bank, members, delivery, founder)

    def new_id(self) -> str:
        """A fresh id for a member or a delivery."""
        return secrets.token_hex(6)

    # -- reading --------------------------------------------------------------------------------

    def look(self, committee: str) -> Desk:
        """A committee's state and bank. Raises storage.port.NotFound."""
        reader = self.store.read()
        state = reader.state(committee)
        return Desk.model_construct(state=state, bank=self._bank_of(reader, state))

    def form(self, committee: str, member: str, question: str, *, section: bool = True) -> OpenForm:
        """The form for a question; with `section`, its section's open questions on the same form.

        Raises Refused where the member may not answer, Misuse for an unknown question.
        """
        desk = self.look(committee)
        return forms.question_form(desk.state, desk.bank, member, question, section=section)

    def _state(self, reader: Reader, committee: str) -> State:
        try:
            return reader.state(committee)
        except NotFound as error:
            raise Misuse(f"no committee {committee}") from error

    def _bank_of(self, reader: Reader, state: State) -> Bank:
        key = (state.committee.bank, state.committee.bank_version)
        if key not in self._banks:
            self._banks[key] = reader.bank(*key)
        return self._banks[key]


__all__ = ["HOSTED", "LOCAL", "NewMember", "Service"]
