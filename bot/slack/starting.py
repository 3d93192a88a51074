"""Founding a committee from the start form: who its people are comes from Slack itself."""

import asyncio
from functools import cache
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.core.errors import Problem, Refused
from bot.core.events import Started
from bot.core.service import Service
from bot.slack.blocks import Block
from bot.slack.forms import About, Held, field, menu, option, pick, selected, view, written
from bot.slack.people import PLATFORM, Profile, look_up, new_member
from bot.slack.strangers import Strangers
from questions.loader import bundled_banks
from questions.model import Bank
from storage.port import Conflict
from storage.records import MoveOn, Pace, Place, Role, Settings, State

# -- words ---------------------------------------------------------------------------------------

START, HEADING = "Start", "A new committee"
CHANNEL = "In which channel?"
NAME, BANK, MEMBERS, CHAIR, PHASE = (
    "What is it called?", "Which questions?", "Who is in it?", "Who leads?", "Which phase first?",
)  # fmt: skip
PACE, MOVE_ON = "How do people answer?", "When does the thread move on?"
PACES = {
    Pace.TOGETHER: "Together, in the channel's thread",
    Pace.OWN: "Each at their own pace, in messages with me",
    Pace.BOTH: "In the thread, or at one's own pace",
}
MOVES = {
    MoveOn.EVERYONE: "When everyone has answered",
    MoveOn.COUNT: "When two have answered",
    MoveOn.CHAIR: "When the chair says so",
}
ONLY_CHANNELS = "A committee lives in a channel. Please choose one, or type /convenor start there."
INVITE_ME = "I am not in this channel yet. Please type /invite @Convenor here, and start again."
NO_BOTS = "{name} is an app. Please choose people."
NO_GUESTS = "{name} is a guest here. Please choose somebody of this workspace to lead."
OTHER_PHASE = "That phase belongs to the other questions. Please choose one of theirs."

LOST = frozenset({"channel_not_found", "not_in_channel", "missing_scope"})
"""What Slack says of a channel that we can't see."""


@cache
def banks() -> dict[str, Bank]:
    """The banks that a committee can be started on, by name."""
    return bundled_banks()


# -- the form ------------------------------------------------------------------------------------


def start_view(channel: str, user: str, held: Held | None = None) -> dict[str, Any]:
    """The form of a new committee; without a channel it asks for one. `held`: what it holds already."""
    known = held or {}
    bank = banks().get(_word(known, "bank")) or next(iter(banks().values()))
    titles = [option(name, each.title) for name, each in banks().items()]
    # Slack keeps what an input holds while its name stays: another bank's menu has another one.
    phases = [option(f"{bank.name}/{phase.id}", phase.title) for phase in bank.phases]
    people = known.get("members") or user
    several = {
        "type": "multi_users_select",
        "initial_users": list(people) if isinstance(people, tuple) else [people],
    }
    chair = {"type": "users_select", "initial_user": _word(known, "chair") or user}
    pace = pick([option(k, v) for k, v in PACES.items()], _word(known, "pace") or Pace.BOTH)
    moves = pick([option(k, v) for k, v in MOVES.items()], _word(known, "move_on") or "everyone")
    chosen = {**field("bank", BANK, _menu(titles, bank.name), optional=False)}
    if len(titles) > 1:
        chosen["dispatch_action"] = True
    rows = [
        field("name", NAME, {**written(_word(known, "name"), lines=False), "max_length": 120}, optional=False),
        chosen,
        field("members", MEMBERS, several, optional=False),
        field("chair", CHAIR, chair, optional=False),
        field("pace", PACE, pace, optional=False),
        field("move_on", MOVE_ON, moves, optional=False),
        field(f"phase:{bank.name}", PHASE, _menu(phases, _word(known, "phase")), optional=False),
    ]  # fmt: skip
    if not channel:
        rows.insert(
            0, field("channel", CHANNEL, _channels(_word(known, "channel")), optional=False)
        )
    return view(About(purpose="start", channel=channel), HEADING, rows, START)


def phase_view(committee: str, bank: Bank) -> dict[str, Any]:
    """Which phase to begin, where the channel has its committee already."""
    phases = _menu([option(p.id, p.title) for p in bank.phases], "")
    rows = [field("phase", PHASE, phases, optional=False)]
    return view(About(purpose="start", committee=committee), bank.title, rows, START)


def _menu(options: list[Block], chosen: str) -> Block:
    known = chosen if any(o["value"] == chosen for o in options) else options[0]["value"]
    return selected(menu(options), options, known)


def _channels(chosen: str) -> Block:
    picker: Block = {
        "type": "conversations_select",
        "filter": {"include": ["public", "private"], "exclude_bot_users": True},
    }
    if chosen:
        return {**picker, "initial_conversation": chosen}
    return {**picker, "default_to_current_conversation": True}


def _word(held: Held, name: str) -> str:
    """What a field holds; the phase's is named for its bank, too, so that each has a menu of its own."""
    value = next((v for k, v in held.items() if k == name or k.startswith(f"{name}:")), "")
    return value if isinstance(value, str) else ""


# -- founding ------------------------------------------------------------------------------------


async def may_enter(client: AsyncWebClient, channel: str, *, enter: bool = False) -> None:
    """Raise Refused where a committee can't live in a channel; with `enter`, join it."""
    if not channel.startswith(("C", "G")):
        raise _at("channel", ONLY_CHANNELS)
    try:
        info: Any = (await client.conversations_info(channel=channel))["channel"]
        if info.get("is_im") or info.get("is_mpim"):
            raise _at("channel", ONLY_CHANNELS)
        if enter and not info.get("is_member"):
            await client.conversations_join(channel=channel)
    except SlackApiError as error:
        if error.response.get("error") in LOST:
            raise _at("channel", INVITE_ME) from error
        raise


async def found(
    service: Service,
    client: AsyncWebClient,
    strangers: Strangers,
    team: str,
    channel: str,
    user: str,
    held: Held,
    key: str,
) -> None:
    """Start the committee and its first phase; a form sent twice starts one. Raises Refused.

    Guests, and people of other organisations, are not let in by being chosen here: their names go
    to the chair, who does.
    """
    bank = banks().get(_word(held, "bank")) or next(iter(banks().values()))
    first = f"{bank.name}/{bank.phases[0].id}"
    name, _, phase = (_word(held, "phase") or first).partition("/")
    if name != bank.name or phase not in bank.phase_by_id:
        raise _at("phase", OTHER_PHASE)
    await may_enter(client, channel, enter=True)
    chair = _word(held, "chair") or user
    picked = held.get("members") or ()
    everyone = dict.fromkeys((chair, *(picked if isinstance(picked, tuple) else (picked,))))
    people: list[Profile] = list(
        await asyncio.gather(*(look_up(client, team, each) for each in everyone))
    )
    app = next((p for p in people if p.bot), None)
    if app:
        raise _at("members", NO_BOTS.format(name=app.name))
    if people[0].foreign or (people[0].guest and chair != user):
        raise _at("chair", NO_GUESTS.format(name=people[0].name))
    ours = [p for p in people if p.user == chair or not (p.guest or p.foreign)]
    committee = await asyncio.to_thread(
        _found, service, team, channel, held, key, ours, bank, phase
    )
    for who in people:
        if committee and who not in ours:
            await strangers.knock(team, committee, who.user)


def _found(
    service: Service,
    team: str,
    channel: str,
    held: Held,
    key: str,
    people: list[Profile],
    bank: Bank,
    phase: str,
) -> str:
    """The new committee's id, also where the form came a second time. Raises Refused."""
    members = [new_member(p, team, Role.MEMBER if n else Role.CHAIR) for n, p in enumerate(people)]
    settings = Settings(
        move_on=MoveOn(_word(held, "move_on") or MoveOn.EVERYONE),
        pace=Pace(_word(held, "pace") or Pace.BOTH),
    )
    try:
        state = service.found(
            _word(held, "name"),
            bank,
            members,
            zone=people[0].zone,
            settings=settings,
            home=Place(platform=PLATFORM, tenant=team, channel=channel),
            delivery=key,
        )
    except Conflict:
        # The form came a second time: the phase may not have been begun at the first.
        standing = service.store.read().at_home(PLATFORM, team, channel)
        if not standing:
            return ""
        state = service.look(standing[0]).state
    if state.committee.bank == bank.name:
        _start(service, state, key, phase)
    return state.committee.id


def _start(service: Service, state: State, key: str, phase: str) -> None:
    chair = next(m.id for m in state.members.values() if m.role is Role.CHAIR)
    committee = state.committee.id
    service.handle(Started(id=f"{key}:start", committee=committee, member=chair, phase=phase))


def _at(place: str, sentence: str) -> Refused:
    return Refused(sentence, (Problem(field=place, sentence=sentence),))
