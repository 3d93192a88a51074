"""A new committee with its first phase begun, from a platform's form; a form sent twice begins one."""

from collections.abc import Sequence

from bot.core import live, pacing
from bot.core.effects import Update
from bot.core.events import Started
from bot.core.service import NewMember, Service
from bot.core.starting import Chosen
from bot.core.targets import InChannel
from storage.people import Pace, Place, Role
from storage.port import Conflict, Transaction
from storage.records import State
from storage.trail import OutboxMessage, Sending


def begin(
    service: Service,
    name: str,
    what: Chosen,
    members: Sequence[NewMember],
    home: Place,
    delivery: str,
    opened_by: str = "",
) -> str:
    """Found a committee and start its first phase. Returns its id, also where the form came again.

    `opened_by`: the platform's id of a message that stands there already, in which the form was, and
    which becomes the post that opens the phase.

    The first of the `members` gives its zone. Returns "" where the same form founded a committee
    that has left its channel since. Raises Refused; see bot.core.founding.found.
    """
    try:
        state = service.found(
            name,
            what.bank,
            members,
            zone=members[0].zone,
            settings=what.settings,
            home=home,
            delivery=delivery,
        )
    except Conflict:
        # The form came a second time: the phase may not have been begun at the first.
        standing = service.store.read().at_home(home.platform, home.tenant, home.channel)
        if not standing:
            return ""
        state = service.look(standing[0]).state
    if state.committee.bank == what.bank.name:
        phase = what.phase.id
        if opened_by:
            phase = _adopt(service, state, what, opened_by)
        _start(service, state, delivery, phase)
        if opened_by:
            _show(service, state.committee.id, phase, delivery)
    return state.committee.id


def _start(service: Service, state: State, delivery: str, phase: str) -> None:
    chair = next(m.id for m in state.members.values() if m.role is Role.CHAIR)
    committee = state.committee.id
    event = Started(id=f"{delivery}:start", committee=committee, member=chair, phase=phase)
    service.handle(event)


def _key(state: State, phase: str) -> str:
    """The key of the post that opens a phase in the channel."""
    each = state.committee.settings.pace is Pace.OWN
    return pacing.walk_id(state.committee.id, phase) + (pacing.FOR_ALL if each else "")


def _adopt(service: Service, state: State, what: Chosen, ref: str) -> str:
    """Let a message that stands there be the one that opens the phase: no other is posted.

    Returns the phase that it opens: sent twice with two phases, it opens the first one.
    """
    now, key = service.clock(), _key(state, what.phase.id)
    home = state.committee.home[0]
    place = home.evolve(thread=key)
    stands = OutboxMessage(
        key=key,
        committee=state.committee.id,
        place=place,
        payload="",
        state=Sending.DONE,
        due_at=now,
        ref=ref,
        created_at=now,
    )

    def work(tx: Transaction) -> str:
        known = tx.key_at(home.platform, home.tenant, home.channel, ref)
        if not known:
            tx.promise(stands)
        return known or key

    opens = service.store.write(work)
    phases = (phase.id for phase in what.bank.phases)
    return next((phase for phase in phases if _key(state, phase) == opens), what.phase.id)


def _show(service: Service, committee: str, phase: str, delivery: str) -> None:
    """Have that message show the phase's start, for everybody."""
    desk, now = service.look(committee), service.clock()
    key = _key(desk.state, phase)
    walk = pacing.walk_id(committee, phase)
    content = live.start(desk.state, desk.bank, walk if walk in desk.state.walks else "", phase)
    if content is None:
        return
    shown = OutboxMessage(
        key=f"{delivery}:shown",
        slot=f"update:{key}",
        committee=committee,
        place=desk.committee.home[0].evolve(thread=key),
        payload=Update(key=key, to=InChannel(), content=content).model_dump_json(),
        due_at=now,
        created_at=now,
    )
    service.store.write(lambda tx: tx.promise(shown))
    service.promised()
