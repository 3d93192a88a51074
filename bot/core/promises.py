"""From effects to outbox messages: each goes to a place, under a key that is promised once. Pure."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from pydantic_core import to_json

from bot.core.effects import Effect, React, Update
from bot.core.events import Event
from bot.core.targets import AtPlace, InChannel, InThread, Target, ToMember
from storage.people import Place
from storage.records import State
from storage.trail import OutboxMessage


def promises(
    state: State, event: Event, effects: Sequence[Effect], now: datetime
) -> Iterator[OutboxMessage]:
    """One outbox message for each effect and each place it goes to, in order."""
    for n, effect in enumerate(effects):
        for place in places(state, effect.to):
            name, slot = _key(effect, event, n)
            second = isinstance(effect.to, InChannel) and place != state.committee.home[0]
            scope = f"@{place.platform}" if second else ""
            yield OutboxMessage(
                key=name + scope,
                slot=slot and slot + scope,
                committee=state.committee.id,
                place=place,
                payload=_payload(effect),
                due_at=now,
                created_at=now,
            )


def _payload(effect: Effect) -> str:
    # The very JSON that EFFECT writes, for half the time: a union serializes what it holds twice,
    # once to see whether it fits. Two cards of an answer would cost it 5% of its time.
    return to_json(vars(effect)).decode()


def places(state: State, target: Target) -> tuple[Place, ...]:
    """Where a target is: a walk's thread, the committee's channels, a member's direct messages."""
    match target:
        case InThread(walk=walk):
            return (state.walks[walk].place,)
        case InChannel():
            return state.committee.home
        case ToMember(member=member):
            return (direct(state, member),)
        case AtPlace(place=place):
            return (place,)


def direct(state: State, member: str) -> Place:
    """A member's direct messages, on the committee's first platform."""
    home = state.committee.home[0]
    return Place(platform=home.platform, tenant=home.tenant, channel=f"@{member}")


def _key(effect: Effect, event: Event, n: int) -> tuple[str, str]:
    match effect:
        case Update(key=key):
            return f"{event.id}:{n}:update", f"update:{key}"
        case React():
            return f"{event.id}:{n}:react", ""
        case _:
            return effect.key, ""
