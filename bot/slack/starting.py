"""Founding a committee from the start form: who its people are comes from Slack itself."""

import asyncio
from functools import cache
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.core.beginning import begin
from bot.core.sent import word
from bot.core.service import Service
from bot.core.starting import (
    BANK,
    CHAIR,
    HEADING,
    MEMBERS,
    MOST_NAME,
    MOVE_ON,
    MOVES,
    NAME,
    NO_BOTS,
    PACE,
    PACES,
    PHASE,
    START,
    at,
    bank_of,
    chosen,
    phase_choices,
    phase_word,
)
from bot.slack.blocks import Block
from bot.slack.forms import About, Held, field, menu, option, pick, selected, view, written
from bot.slack.people import PLATFORM, Profile, look_up, new_member
from bot.slack.strangers import Strangers
from questions.loader import bundled_banks
from questions.model import Bank
from storage.people import Pace, Place, Role

# -- words ---------------------------------------------------------------------------------------

CHANNEL = "In which channel?"
ONLY_CHANNELS = "A committee lives in a channel. Please choose one, or type /convenor start there."
INVITE_ME = "I am not in this channel yet. Please type /invite @Convenor here, and start again."
NO_GUESTS = "{name} is a guest here. Please choose somebody of this workspace to lead."

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
    bank = bank_of(banks(), known)
    titles = [option(name, each.title) for name, each in banks().items()]
    # Slack keeps what an input holds while its name stays: another bank's menu has another one.
    phases = [option(value, title) for value, title in phase_choices([bank])]
    people = known.get("members") or user
    several = {
        "type": "multi_users_select",
        "initial_users": list(people) if isinstance(people, tuple) else [people],
    }
    chair = {"type": "users_select", "initial_user": word(known, "chair") or user}
    pace = pick([option(k, v) for k, v in PACES.items()], word(known, "pace") or Pace.BOTH)
    moves = pick([option(k, v) for k, v in MOVES.items()], word(known, "move_on") or "everyone")
    which = {**field("bank", BANK, _menu(titles, bank.name), optional=False)}
    if len(titles) > 1:
        which["dispatch_action"] = True
    rows = [
        field("name", NAME, {**written(word(known, "name"), lines=False), "max_length": MOST_NAME}, optional=False),
        which,
        field("members", MEMBERS, several, optional=False),
        field("chair", CHAIR, chair, optional=False),
        field("pace", PACE, pace, optional=False),
        field("move_on", MOVE_ON, moves, optional=False),
        field(f"phase:{bank.name}", PHASE, _menu(phases, phase_word(known)), optional=False),
    ]  # fmt: skip
    if not channel:
        rows.insert(0, field("channel", CHANNEL, _channels(word(known, "channel")), optional=False))
    return view(About(purpose="start", channel=channel), HEADING, rows, START)


def phase_view(committee: str, bank: Bank) -> dict[str, Any]:
    """Which phase to begin, where the channel has its committee already."""
    phases = _menu([option(p.id, p.title) for p in bank.phases], "")
    rows = [field("phase", PHASE, phases, optional=False)]
    return view(About(purpose="start", committee=committee), bank.title, rows, START)


def _menu(options: list[Block], value: str) -> Block:
    known = value if any(o["value"] == value for o in options) else options[0]["value"]
    return selected(menu(options), options, known)


def _channels(known: str) -> Block:
    picker: Block = {
        "type": "conversations_select",
        "filter": {"include": ["public", "private"], "exclude_bot_users": True},
    }
    if known:
        return {**picker, "initial_conversation": known}
    return {**picker, "default_to_current_conversation": True}


# -- founding ------------------------------------------------------------------------------------


async def may_enter(client: AsyncWebClient, channel: str, *, enter: bool = False) -> None:
    """Raise Refused where a committee can't live in a channel; with `enter`, join it."""
    if not channel.startswith(("C", "G")):
        raise at("channel", ONLY_CHANNELS)
    try:
        info: Any = (await client.conversations_info(channel=channel))["channel"]
        if info.get("is_im") or info.get("is_mpim"):
            raise at("channel", ONLY_CHANNELS)
        if enter and not info.get("is_member"):
            await client.conversations_join(channel=channel)
    except SlackApiError as error:
        if error.response.get("error") in LOST:
            raise at("channel", INVITE_ME) from error
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
    what = chosen(banks(), held)
    await may_enter(client, channel, enter=True)
    chair = word(held, "chair") or user
    picked = held.get("members") or ()
    everyone = dict.fromkeys((chair, *(picked if isinstance(picked, tuple) else (picked,))))
    people: list[Profile] = list(
        await asyncio.gather(*(look_up(client, team, each) for each in everyone))
    )
    app = next((p for p in people if p.bot), None)
    if app:
        raise at("members", NO_BOTS.format(name=app.name))
    if people[0].foreign or (people[0].guest and chair != user):
        raise at("chair", NO_GUESTS.format(name=people[0].name))
    ours = [p for p in people if p.user == chair or not (p.guest or p.foreign)]
    members = [new_member(p, team, Role.MEMBER if n else Role.CHAIR) for n, p in enumerate(ours)]
    home = Place(platform=PLATFORM, tenant=team, channel=channel)
    committee = await asyncio.to_thread(
        begin, service, word(held, "name"), what, members, home, key
    )
    for who in people:
        if committee and who not in ours:
            await strangers.knock(team, committee, who.user)
