"""What must hold of the engine after any event whatsoever, in any state.

`Run` hands events to the engine one by one and holds each step to these laws.
"""

from collections.abc import Iterable
from datetime import datetime

from bot.core import engine, standing
from bot.core.effects import EFFECT, Ask, Effect, Say, SummaryCard, Update
from bot.core.errors import Misuse, Refused
from bot.core.events import BankMoved, Deleted, Edited, Event, Typed
from bot.core.promises import promises
from questions.model import Bank, Kind
from storage.people import Pace
from storage.records import Item, Note, Said, Stage, State, Step, Walk
from tests.walk_moves import World


class Run:
    """One committee's life, event by event. `careful` checks every law after each."""

    def __init__(self, world: World, now: datetime, *, careful: bool = True) -> None:
        self.state, self.bank, self.versions = world
        self.now = now
        self.number = 0
        self.careful = careful
        self.promised: set[str] = set()
        self.posted: set[tuple[object, str]] = set()
        self.summaries: list[str] = []

    def next_number(self) -> int:
        """The next event's."""
        self.number += 1
        return self.number

    def take(self, event: Event) -> bool:
        """Hand over one event; False if it was refused. Anything but a refusal comes through."""
        before = self.state
        copy = before.model_dump_json() if self.careful else ""
        try:
            after, effects = engine.advance(before, event, self.bank, self.now)
        except (Refused, Misuse) as refusal:
            if not str(refusal):
                raise
            assert not self.careful or before.model_dump_json() == copy
            return False
        old_bank = self.bank
        if isinstance(event, BankMoved):
            self.bank = event.bank
        self.state = after
        if self.careful:
            assert before.model_dump_json() == copy
            self._check(before, event, after, effects, old_bank)
        return True

    def _check(
        self, before: State, event: Event, after: State, effects: tuple[Effect, ...], old: Bank
    ) -> None:
        text = after.model_dump_json()
        assert State.model_validate_json(text) == after
        assert "\\u0000" not in text, "a NUL was let in"
        self._effects(event, after, effects)
        items_stand(after, self.bank)
        walks_stand(after, self.bank)
        revisions_grow(before, after)
        if not isinstance(event, BankMoved):
            nothing_is_forgotten(before, event, after)
            ended_walks_asked_all(before, after, self.bank)
            finished_phases_are_summarised(before, after, self.bank)
        walks_begin_at_the_pace(before, event, after)
        if isinstance(event, Typed):
            words_are_kept(before, event, after, old, self.now)

    def _effects(self, event: Event, after: State, effects: tuple[Effect, ...]) -> None:
        for effect in effects:
            assert EFFECT.validate_json(EFFECT.dump_json(effect)) == effect
        for message in promises(after, event, effects, self.now):
            assert message.key not in self.promised, f"{message.key} is promised twice"
            self.promised.add(message.key)
        for effect in effects:
            if isinstance(effect, Ask | Say):
                self.posted.add((effect.to, effect.key))
                if isinstance(effect.content, SummaryCard):
                    self.summaries.append(effect.content.phase)
            elif isinstance(effect, Update):
                assert (effect.to, effect.key) in self.posted, f"{effect.key} was never posted"
        assert len(self.summaries) == len(set(self.summaries))


# -- the laws --------------------------------------------------------------------------------------


def items_stand(state: State, bank: Bank) -> None:
    """Every item's status and applicability are what follows from the answers."""
    for question in bank:
        item = state.items[question.id]
        assert item.applies == standing.applies(state, question), question.id
    for name, item in state.items.items():
        assert item.question == name
        assert item.status is standing.status_of(state, item), name
        assert name in bank.questions or not item.applies, f"{name} is asked no more"
        for who, answer in item.responses.items():
            assert answer.member == who
            assert (answer.value is not None) == (answer.said is Said.ANSWER)


def walks_stand(state: State, bank: Bank) -> None:
    """One walk a phase and person; its place in the phase is a place that exists."""
    seen = [(walk.phase, walk.member) for walk in state.walks.values()]
    assert len(seen) == len(set(seen))
    for key, walk in state.walks.items():
        assert key == walk.id
        stage = walk.resume if walk.stage is Stage.PAUSED else walk.stage
        assert stage is not Stage.PAUSED
        assert bool(walk.current) == (stage is Stage.ASKING), walk
        assert bool(walk.review) == (stage is Stage.REVIEWING), walk
        if walk.current:
            assert bank.phase_of[walk.current].id == walk.phase
            assert bank.questions[walk.current].kind is not Kind.REVIEW
            assert walk.current in walk.cards
        if walk.stage is Stage.ASKING:
            assert state.items[walk.current].applies, f"{walk.id} asks {walk.current}, now closed"
        if walk.review:
            assert bank.phase_of[walk.review.subject].id == walk.phase
        if walk.ahead:
            assert bank.phase_of[walk.ahead].id == walk.phase


def revisions_grow(before: State, after: State) -> None:
    """A response that differs is the very next revision; none is ever dropped."""
    for name, item in before.items.items():
        for who, old in item.responses.items():
            new = after.items[name].responses[who]
            if new != old:
                assert new.revision == old.revision + 1, (name, who)
    for name, item in after.items.items():
        known = before.items.get(name, Item(question=name)).responses
        assert all(a.revision == 1 for who, a in item.responses.items() if who not in known)


def nothing_is_forgotten(before: State, event: Event, after: State) -> None:
    """Notes stay until they become an answer, or their author changes the message."""
    changed = event.ref if isinstance(event, Edited | Deleted) else ""
    for name, item in before.items.items():
        now = after.items[name]
        parts = {p.ref for a in now.responses.values() for p in a.parts}
        for note in item.notes:
            assert note in now.notes or note.ref in parts or note.ref == changed
    for subject, entry in before.mitigations.items():
        kept = [note.text for note in after.mitigations[subject].notes]
        for said in entry.notes:
            form = event.kind == "reviewed" and said.member == event.member
            assert said.text in kept or said.ref == changed or form


def _walk_ended(before: State, after: State) -> Iterable[Walk]:
    for key, walk in after.walks.items():
        old = before.walks.get(key)
        if walk.stage is Stage.DONE and (old is None or old.stage is not Stage.DONE):
            yield walk


def ended_walks_asked_all(before: State, after: State, bank: Bank) -> None:
    """A walk that ends has put every question that is still owed."""
    for walk in _walk_ended(before, after):
        for question in bank.phase_by_id[walk.phase].questions:
            item = after.items[question.id]
            if question.kind is Kind.REVIEW or not item.applies:
                continue
            asked = question.id in walk.cards
            assert asked or standing.complete(after, item, walk.member), question.id


def finished_phases_are_summarised(before: State, after: State, bank: Bank) -> None:
    """A phase that everyone it waited for is through has its summary, and is shown as finished."""
    for row in standing.progress(after, bank):
        assert row.finished == standing.phase_done(after, row.phase)
        if row.finished and not standing.phase_done(before, row.phase):
            assert row.phase in after.committee.summarised, row.phase


def walks_begin_at_the_pace(before: State, event: Event, after: State) -> None:
    """Together there is one walk a phase, at one's own pace each voice's; what is there stays."""
    pace = before.committee.settings.pace
    new = [walk for key, walk in after.walks.items() if key not in before.walks]
    assert before.walks.keys() <= after.walks.keys()
    assert pace is not Pace.TOGETHER or all(walk.shared for walk in new)
    assert pace is not Pace.OWN or not any(walk.shared for walk in new)
    assert all(walk.shared or walk.member in standing.voices(after) for walk in new)
    for phase in after.committee.opened:
        if event.kind == "started" and phase not in before.committee.opened:
            own = (standing.own_walk(after, phase, who) for who in standing.voices(after))
            assert all(own), f"{phase} was begun, but not for everyone"


def words_are_kept(before: State, event: Typed, after: State, bank: Bank, now: datetime) -> None:
    """What was typed and taken is found again: in an answer, a note, or the register."""
    text = event.text.strip()
    notes: list[Note] = [n for item in after.items.values() for n in item.notes]
    refs = {n.ref for n in notes}
    refs |= {n.ref for entry in after.mitigations.values() for n in entry.notes}
    for item in after.items.values():
        mine = item.responses.get(event.member)
        refs |= {p.ref for p in mine.parts} if mine else set()
    if event.ref in refs:
        return
    walk = before.walks[event.walk]
    assert walk.review is not None, f"{text!r} is lost"
    assert walk.review.step in (Step.RESPONSE, Step.ACTION), f"{text!r} is lost"
    entry = after.mitigations[walk.review.subject]
    known = f"{entry.action} {entry.treatment} {entry.owner} {entry.due and 'by 12 June'}".split()
    words = text.replace(":", " ").replace(",", " ").replace("@", " ").split()
    left = [w for w in words if w.strip(".,").casefold() not in map(str.casefold, _bare(known))]
    if walk.review.step is Step.RESPONSE and left[:1] == words[:1]:
        left = left[1:]  # "m" for monitor
    assert not left, f"{left} of {text!r} is lost"


def _bare(words: list[str]) -> list[str]:
    return [word.strip(".,;:@") for word in words]
