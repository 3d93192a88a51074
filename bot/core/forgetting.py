"""Forgetting a member: their words and identity leave the record, in one transaction a committee.

What stays: that somebody answered, which option or yes or no, and ids. The committee goes on as if the
member had been let go: cards are brought up to date, nobody waits for them. It is noted by ids alone, so
that a restored copy can forget them again (`forget_again`).
"""

import logging
from collections.abc import Iterable, Iterator
from datetime import datetime

from bot.core import cards, engine, erasing, live, summaries
from bot.core.effects import Effect, Update
from bot.core.errors import Misuse, Refused
from bot.core.events import Event, MemberKept
from bot.core.planned import HOSTED
from bot.core.promises import promises
from bot.core.targets import InChannel, InThread
from bot.core.traces import Traces
from questions.model import Bank, Frozen
from questions.values import Value
from storage.erasing import Rewording
from storage.keeping import Forgotten
from storage.people import Member, Role
from storage.port import NotFound, Store, Transaction
from storage.records import Answer, State
from storage.trail import Audit, Message, OutboxMessage

LAST_CHAIR = (
    "{name} is the only chair of {committee}. Make somebody else chair first, then forget {name}."
)

EVERYTHING = 1_000_000_000

log = logging.getLogger(__name__)


class Erased(Frozen):
    """How much went."""

    revisions: int = 0
    messages: int = 0
    """In rooms that Convenor hosts."""
    promises: int = 0
    """In the outbox, sent or not."""
    people: int = 0
    """At the web's door."""

    def __add__(self, other: "Erased") -> "Erased":
        return Erased(**{name: n + getattr(other, name) for name, n in self})


class _DryRun(Exception):
    """Undoes a rehearsal."""


def check(state: State, member: Member) -> None:
    """Raise Refused where a member is a committee's only chair."""
    others = (m for m in state.members.values() if m.id != member.id)
    leads = member.active and member.role is Role.CHAIR
    if leads and not any(m.active and m.role is Role.CHAIR for m in others):
        raise Refused(LAST_CHAIR.format(name=member.name, committee=state.committee.name))


def forget(store: Store, members: Iterable[Member], now: datetime, *, dry: bool = False) -> Erased:
    """Forget a person in the committees that they are these members of, all or none.

    With `dry`, nothing is kept; the result says what would go. Raises Refused for an only chair and
    StoreError. Afterwards `Store.scrub` takes the bytes out of the files.
    """
    wanted = tuple(members)
    total = Erased()

    def work(tx: Transaction) -> Erased:
        found = Erased()
        for member in wanted:
            check(tx.state(member.committee), member)
        for member in wanted:
            found += _forget(
                tx, Forgotten(committee=member.committee, member=member.id, at=now), now
            )
        nonlocal total
        total = found
        if dry:
            raise _DryRun
        return found

    try:
        done = store.write(work)
    except _DryRun:
        return total
    for member in wanted:
        log.info("forgotten committee=%s member=%s", member.committee, member.id)
    return done


def forget_again(store: Store, forgotten: Iterable[Forgotten], now: datetime) -> int:
    """Forget in a restored copy whom it does not know as forgotten; returns how many it had to.

    An only chair is forgotten, too: what was decided once is not undone by a restore.
    """
    known = {(f.committee, f.member) for f in store.read().forgotten()}
    count = 0
    for one in forgotten:
        if (one.committee, one.member) in known:
            continue
        try:
            store.write(lambda tx, one=one: _forget(tx, one, now))  # type: ignore[misc]
            count += 1
        except (NotFound, Misuse):
            # The copy is older than the committee, or than the member.
            store.write(lambda tx, one=one: tx.note_forgotten(one))  # type: ignore[misc]
    if count:
        store.scrub()
    return count


class _Collected:
    """A Rewording that changes nothing, and sees what a member wrote in hosted rooms."""

    def __init__(self, member: str) -> None:
        self._member = member
        self.messages: list[Message] = []

    def answer(self, answer: Answer) -> Answer:
        return answer

    def message(self, message: Message) -> Message:
        if message.member == self._member:
            self.messages.append(message)
        return message

    def promise(self, message: OutboxMessage) -> OutboxMessage:
        return message

    def words(self, text: str) -> str:
        return text


def _forget(tx: Transaction, forgotten: Forgotten, now: datetime) -> Erased:
    before = tx.state(forgotten.committee)
    who = before.members.get(forgotten.member)
    if who is None:
        raise Misuse(f"member {forgotten.member} is not of committee {forgotten.committee}")
    bank = tx.bank(before.committee.bank, before.committee.bank_version)
    history = tx.history(before.committee.id, limit=EVERYTHING)
    rooms = erasing.rooms_of(before, HOSTED)
    seen = _Collected(who.id)
    tx.reword_rooms(before.committee.id, rooms, seen)
    taken = erasing.Taken(member=who.id, values=_values(history, who.id))
    traces = Traces(
        (who.name, who.email, *(a.user for a in who.addresses)),
        erasing.texts_of(who.id, history, before, seen.messages),
    )
    event, after, effects = _without(before, who, erasing.erased_state(before, taken), bank, now)
    committee = after.committee.evolve(revision=before.committee.revision + 1)
    habits = {key: each for key, each in after.habits.items() if key != who.id}
    after = after.evolve(committee=committee, habits=habits)
    tx.save(before, after)
    tx.log(Audit(committee=committee.id, at=now, by="", action="forgotten", detail=who.id))
    rewording: Rewording = erasing.Forgetting(taken, traces)
    revisions = tx.reword_answers(committee.id, rewording)
    messages, owed = tx.reword_rooms(committee.id, rooms, rewording)
    for message in promises(after, event, (*effects, *_shown(before, after, bank)), now):
        tx.promise(message)
    tx.note_forgotten(forgotten)
    return Erased(
        revisions=revisions, messages=messages, promises=owed, people=_at_the_door(tx, who)
    )


def _values(history: Iterable[Answer], member: str) -> dict[str, tuple[Value, ...]]:
    found: dict[str, tuple[Value, ...]] = {}
    for answer in history:
        if answer.member == member and answer.value is not None:
            found[answer.question] = (*found.get(answer.question, ()), answer.value)
    return found


def _without(
    before: State, who: Member, erased: State, bank: Bank, now: datetime
) -> tuple[Event, State, tuple[Effect, ...]]:
    """The committee once they were let go, by a chair who stays, as if on the page of members."""
    gone = erasing.erased_member(who, before.committee.zone)
    chairs = (
        m.id for m in before.members.values()
        if m.active and m.role is Role.CHAIR and m.id != who.id
    )  # fmt: skip
    by = next(chairs, "")
    event = MemberKept(
        id=f"forget:{before.committee.id}:{who.id}:{before.committee.revision}",
        committee=before.committee.id,
        member=by or who.id,
        who=gone,
    )
    if by:
        after, effects = engine.advance(erased, event, bank, now)
        return event, after, effects
    return event, erased.with_member(gone), ()  # an only chair, in a restored copy


def _shown(before: State, after: State, bank: Bank) -> Iterator[Effect]:
    """Every card that stands somewhere and showed the member, as it is now."""
    for walk in after.walks.values():
        for name, visits in walk.cards.items():
            kind, _, subject = name.rpartition(":")
            show = live.review if kind else live.question
            was = show(before, bank, before.walks.get(walk.id, walk), subject)
            now = show(after, bank, walk, subject)
            if now is None or was == now:
                continue
            for visit in range(1, visits + 1):
                key = cards.card_key(walk.evolve(cards={name: visit}), name)
                newest = visit == visits
                card = now if newest else now.model_copy(update={"folded": True})
                yield Update(key=key, to=InThread(walk=walk.id), content=card)
    for phase in after.committee.summarised:
        summary = live.summary(after, bank, phase)
        if summary is not None and summary != live.summary(before, bank, phase):
            key = summaries.summary_key(after, phase)
            yield Update(key=key, to=InChannel(), content=summary)


def _at_the_door(tx: Transaction, who: Member) -> int:
    """Their way in: gone, where they have no other committee and do not own the workspace."""
    tx.drop_invitations(who.committee, who.id)
    owner, count = tx.owner(), 0
    for address in who.addresses:
        if tx.memberships(address):
            continue
        tx.drop_reference(address.platform, address.tenant, f"@{address.user}")
        if address.platform == HOSTED and (owner is None or owner.id != address.user):
            count += tx.drop_person(address.user)
    return count
