"""Founding a committee from the start form: who its people are comes from Slack itself."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import cache
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.core.errors import Problem, Refused
from bot.core.events import Started
from bot.core.service import Service
from bot.slack.people import PLATFORM, Profile, look_up, new_member
from questions.loader import bundled_banks
from questions.model import Bank
from storage.port import Conflict
from storage.records import MoveOn, Place, Role, Settings

TAKEN = "This channel has its committee already. Please use another channel."
ONLY_CHANNELS = "A committee lives in a channel. Please type /convenor start in one."
NO_BOTS = "{name} is an app. Please choose people."
OTHER_PHASE = "That phase belongs to the other questions. Please choose one of theirs."

Held = dict[str, str | tuple[str, ...]]


@cache
def banks() -> dict[str, Bank]:
    """The banks that a committee can be started on, by name."""
    return bundled_banks()


async def found(
    service: Service,
    client: AsyncWebClient,
    run: Callable[..., Awaitable[Any]],
    team: str,
    channel: str,
    user: str,
    held: Held,
    key: str,
) -> None:
    """Start the committee and its first phase; a form sent twice starts one. Raises Refused."""
    if channel.startswith("D"):
        raise Refused(ONLY_CHANNELS, (Problem(field="name", sentence=ONLY_CHANNELS),))
    chair = str(held.get("chair") or user)
    picked = held.get("members") or ()
    everyone = dict.fromkeys((chair, *(picked if isinstance(picked, tuple) else (picked,))))
    people: list[Profile] = list(
        await asyncio.gather(*(look_up(client, team, each) for each in everyone))
    )
    app = next((p for p in people if p.bot), None)
    if app:
        sentence = NO_BOTS.format(name=app.name)
        raise Refused(sentence, (Problem(field="members", sentence=sentence),))
    bank = banks()[str(held.get("bank"))]
    name, _, phase = str(held.get("phase", "")).partition("/")
    if name != bank.name or phase not in bank.phase_by_id:
        raise Refused(OTHER_PHASE, (Problem(field="phase", sentence=OTHER_PHASE),))
    await run(_found, service, team, channel, held, key, people, bank, phase)


def _found(
    service: Service,
    team: str,
    channel: str,
    held: Held,
    key: str,
    people: list[Profile],
    bank: Bank,
    phase: str,
) -> None:
    if service.store.read().at_home(PLATFORM, team, channel):
        raise Refused(TAKEN, (Problem(field="name", sentence=TAKEN),))
    members = [new_member(p, team, Role.MEMBER if n else Role.CHAIR) for n, p in enumerate(people)]
    try:
        state = service.found(
            str(held.get("name", "")),
            bank,
            members,
            zone=people[0].zone,
            settings=Settings(move_on=MoveOn(str(held.get("move_on") or MoveOn.EVERYONE))),
            home=Place(platform=PLATFORM, tenant=team, channel=channel),
            delivery=key,
        )
    except Conflict:
        return  # the form came a second time
    chair = next(m.id for m in state.members.values() if m.role is Role.CHAIR)
    service.handle(
        Started(id=f"{key}:start", committee=state.committee.id, member=chair, phase=phase)
    )
