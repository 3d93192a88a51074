"""The sample committee: four weeks of a planning group's work, to look around in and to go on with.

What its people say is data (sample.yaml): a script of who did what, where and when. Nothing is put
into the record by hand. The script is played as events through the service, on a clock that stands
in the past, and what the bot promises is delivered as it goes; so the sample is what a committee
would have left behind. All of it is one transaction: it is there whole, or not at all.
"""

from collections.abc import Callable
from concurrent.futures import Future
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from bot.core import buttons
from bot.core.chase_events import WentAway
from bot.core.events import Answered, Assigned, Edited, Event, SettingsKept, Typed
from bot.core.outbox import deliver_hosted
from bot.core.promises import direct
from bot.core.sample_script import DAYS, HERE, Coming, Day, Script, Session, Step, script
from bot.core.service import HOSTED, LOCAL, Service
from bot.core.walking import walk_id
from bot.core.words import today
from questions.loader import bundled_banks
from storage.doors import Person
from storage.people import Address, MoveOn, Settings
from storage.port import Reader, Store, StoreError, Transaction
from storage.records import State

T = TypeVar("T")

OWNER = "sample"
"""Whose lease the sample's deliveries are under."""
NOT_HERE = "The sample says “{words}” to {question}, but its thread is at {current}."
NOT_TAKEN = "The sample's words “{words}” were not taken as an answer to {question}."
TOO_LATE = "The sample's time at {when} has passed already, at {now}."
NO_COPY = "A record cannot be copied from inside a transaction."

BUTTON = {
    "picks": "choose",
    "moves on": "next",
    "skips": "skip",
    "rules out": "na",
    "parks": "park",
    "keeps": "holds",
    "withdraws": "withdraw",
}


def make_sample(service: Service, person: Person) -> str:
    """Make the sample committee with this person in its chair's seat; returns the committee's id.

    Where the person sits in a sample already, that one's id is returned and nothing is made: it
    keeps what they did in it. Raises StoreError.
    """
    play, seat = script(), Address(platform=HOSTED, tenant=LOCAL, user=person.id)
    now, store = service.clock(), service.store

    def work(tx: Transaction) -> str:
        for member in tx.memberships(seat):
            if member.active and tx.state(member.committee).committee.sample:
                return member.committee
        return Player(play, _Within(tx, store), now, seat).played()

    return store.write(work)


class PastClock:
    """Says a time in the past, and only moves forward."""

    def __init__(self, start: datetime) -> None:
        self.now = start

    def __call__(self) -> datetime:
        """The present time of the play."""
        return self.now

    def reach(self, when: datetime) -> None:
        """Move on to a time. Raises ValueError where it has passed."""
        if when < self.now:
            raise ValueError(TOO_LATE.format(when=when, now=self.now))
        self.now = when

    def spend(self, words: str) -> None:
        """Let the time pass that it takes to think of some words and to type them."""
        self.now += timedelta(seconds=40 + 6 * len(words.split()))


def working_day(day: date, ago: int) -> date:
    """The date that lies so many working days before a day."""
    while ago:
        day -= timedelta(days=1)
        ago -= day.weekday() < 5
    return day


class Player:
    """Plays a script into a store, before `now` (aware, UTC), with the viewer at `seat`."""

    def __init__(self, script: Script, store: Store, now: datetime, seat: Address) -> None:
        self._script = script
        self._store = store
        self._today = today(now, script.zone)
        self._clock = PastClock(self._moment(script.sessions[0]) - timedelta(minutes=20))
        self._service = Service(store, self._clock)
        people = dict(script.people)
        people[script.seat] = people[script.seat].model_copy(update={"addresses": (seat,)})
        state = self._service.found(
            script.name,
            bundled_banks()[script.bank],
            people.values(),
            zone=script.zone,
            settings=Settings(move_on=MoveOn.COUNT, move_on_count=script.move_on_count),
            sample=True,
        )
        self._committee = state.committee.id
        self._ids = dict(zip(people, state.members, strict=True))
        self._said: dict[tuple[str, str], str] = {}
        """The newest message's ref, by person and question."""
        self._events = 0

    def played(self) -> str:
        """Play all of it; returns the committee's id. Raises ValueError where the script is off."""
        for session in self._script.sessions:
            self._clock.reach(self._moment(session))
            walk = walk_id(self._committee, session.phase, self._ids.get(session.own, ""))
            if session.starts:
                self._take(self._start(session))
            for question, steps in session.asked.items():
                for step in steps:
                    self._clock.spend(step.words)
                    self._do(step, question, walk)
        if self._script.coming:
            self._announce(self._script.coming)
        return self._committee

    def _announce(self, coming: Coming) -> None:
        """The chair keeps the holidays, and somebody says when they are away."""
        committee = self._state().committee
        rhythm = committee.settings.rhythm.model_copy(
            update={
                "country": coming.country,
                "region": coming.region,
                "days_off": (self._day(coming.free),),
            }
        )
        self._take(
            SettingsKept(
                **self._base(self._script.seat),
                name=committee.name,
                zone=committee.zone,
                settings=committee.settings.evolve(rhythm=rhythm),
            )
        )
        away = coming.away
        since, until = self._day(away.since), self._day(away.until)
        self._take(WentAway(**self._base(away.who), since=since, until=until))

    def _moment(self, session: Session) -> datetime:
        day = working_day(self._today, session.days_ago)
        local = datetime.combine(day, session.at, ZoneInfo(self._script.zone))
        return local.astimezone(ZoneInfo("UTC"))

    def _base(self, who: str, walk: str = "") -> dict[str, Any]:
        self._events += 1
        return {
            "id": f"{HOSTED}:sample:{self._committee}:{self._events}",
            "committee": self._committee,
            "member": self._ids[who],
            "walk": walk,
        }

    def _start(self, session: Session) -> Event:
        state = self._state()
        return buttons.event(
            "own" if session.own else "start",
            **self._base(session.starts),
            value=session.phase,
            place=direct(state, self._ids[session.own]) if session.own else None,
        )

    def _do(self, step: Step, question: str, walk: str) -> None:
        current = self._state().walks[walk].current
        if step.does in HERE and current != question:
            raise ValueError(
                NOT_HERE.format(words=step.words or step.does, question=question, current=current)
            )
        self._take(self._event(step, question, self._base(step.who, walk)))
        if step.does in ("says", "edits"):
            mine = self._state().items[question].responses.get(self._ids[step.who])
            ref = self._said[step.who, question]
            if mine is None or ref not in {part.ref for part in mine.parts}:
                raise ValueError(NOT_TAKEN.format(words=step.words, question=question))

    def _event(self, step: Step, question: str, base: dict[str, Any]) -> Event:
        match step.does:
            case "says":
                ref = self._said[step.who, question] = base["id"]
                return Typed(**base, text=step.words, ref=ref, about=question)
            case "edits":
                return Edited(**base, ref=self._said[step.who, question], text=step.words)
            case "fills in":
                return Answered(**base, answers={question: step.fields})
            case "hands over":
                due = self._day(Day(weeks=1, day=step.due)) if step.due else None
                return Assigned(**base, question=question, to=self._ids[step.to], due=due)
            case _:
                value = step.words if step.does == "picks" else ""
                return buttons.event(
                    BUTTON[step.does], **base, question=question, value=value, text=step.words
                )

    def _take(self, event: Event) -> None:
        self._service.handle(event)
        deliver_hosted(self._store, self._clock(), OWNER)

    def _state(self) -> State:
        return self._store.read().state(self._committee)

    def _day(self, day: Day) -> date:
        monday = self._today - timedelta(days=self._today.weekday())
        return monday + timedelta(days=7 * day.weeks + DAYS.index(day.day))


class _Within:
    """A Store whose works all run inside one transaction that is open already."""

    def __init__(self, tx: Transaction, store: Store) -> None:
        self._tx = tx
        self._store = store

    def read(self) -> Reader:
        """Reads that see what the play has written so far."""
        return self._tx

    def write(self, work: Callable[[Transaction], T]) -> T:
        """Run the work now; it is durable once the whole transaction is."""
        return work(self._tx)

    def submit(self, work: Callable[[Transaction], T]) -> "Future[T]":
        """The same, as a future that is done."""
        done: Future[T] = Future()
        done.set_result(work(self._tx))
        return done

    def change(self) -> int:
        """The store's own number."""
        return self._store.change()

    def scrub(self) -> bool:
        """Nothing: the play erases nothing."""
        return True

    def backup(self, target: Path) -> None:
        """Raises StoreError: there is nothing complete to copy."""
        raise StoreError(NO_COPY)

    def close(self) -> None:
        """Nothing: the transaction belongs to its work."""
