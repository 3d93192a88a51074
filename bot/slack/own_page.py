"""One's own page in Slack (App Home): each committee's progress, and what waits for this member. Pure."""

from collections.abc import Iterator
from typing import Any

from bot.core.desk import Seat
from bot.core.own_page import HOME, MEMBERS, NOTHING, SETTINGS, START, Waiting, own_page
from bot.slack import blocks as kit
from bot.slack.blocks import Block
from bot.slack.pages import turned
from bot.slack.values import Page, pack_ours

# -- words ---------------------------------------------------------------------------------------

NO_COMMITTEE = (
    "You are in no committee yet. Start one here, or type /convenor start in a channel; its members "
    "find their open questions here."
)


def home(seats: tuple[Seat, ...], number: int = 1) -> dict[str, Any]:
    """The page of the owner of these seats; where there is much, one page of it."""
    here = [seat for seat in seats if seat.member.active]
    shown = Page(here[0].committee if here else "", "home", number=number)
    return {"type": "home", "blocks": turned(_home(here), shown)}


def _home(seats: list[Seat]) -> Iterator[Block]:
    for seat in seats:
        yield from _home_of(seat)
    if not seats:
        yield from kit.section(NO_COMMITTEE)
    yield {"type": "actions", "elements": [_ours("found", START, "")]}


def _ours(action: str, label: str, committee: str) -> Block:
    return {
        "type": "button",
        "action_id": action,
        "text": kit.plain(label),
        "value": pack_ours(action, committee),
    }


def _home_of(seat: Seat) -> Iterator[Block]:
    committee = seat.committee
    found = own_page(seat.desk.state, seat.desk.bank, seat.member)
    yield from kit.title(found.name)
    yield from kit.small(*found.progress)
    ways = [
        kit.button(committee, found.record, 0),
        _ours("members", MEMBERS, committee),
        kit.button(committee, found.hours, 0),
    ]
    if found.sets:
        ways.append(_ours("settings", SETTINGS, committee))
    if found.begin:
        ways.append(kit.button(committee, found.begin, 0))
    yield {"type": "actions", "elements": ways}
    yield from kit.title(HOME)
    for phase in found.waiting:
        yield from _waiting(committee, phase)
    yield from kit.small(*found.rounds)
    if found.nothing:
        yield from kit.small(NOTHING)
    yield {"type": "divider"}


def _waiting(committee: str, phase: Waiting) -> Iterator[Block]:
    if phase.own:
        yield from kit.actions(committee, (phase.own,), (), {})
    else:
        yield from kit.small(phase.title)
    for n, (prompt, made) in enumerate(phase.questions):
        yield from kit.section(prompt, kit.button(committee, made, n))
