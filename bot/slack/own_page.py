"""One's own page in Slack (App Home): each committee's progress, and what waits for this member. Pure."""

from collections.abc import Iterator
from typing import Any

from bot.core import access, owing, standing
from bot.core.effects import Button
from bot.slack import blocks as kit
from bot.slack.blocks import Block
from bot.slack.pages import turned
from bot.slack.people import Seat
from bot.slack.values import Page, pack_ours

# -- words ---------------------------------------------------------------------------------------

HOME = "Your questions"
NOTHING = (
    "Nothing waits for you. When a question does, it appears here, with a button to answer it."
)
NO_COMMITTEE = (
    "You are in no committee yet. Start one here, or type /convenor start in a channel; its members "
    "find their open questions here."
)
BEGIN = "Start {phase}"
PROGRESS = "{bar}  {title} · {done} of {total}"
ANSWER, PACE = "Answer…", "{phase}, at my own pace"
RECORD, MEMBERS, SETTINGS, START = "Open the record", "Members", "Settings", "Start a committee…"


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
    desk, committee = seat.desk, seat.committee
    yield from kit.title(desk.committee.name)
    rows = standing.progress(desk.state, desk.bank)
    lines = (
        PROGRESS.format(title=r.title, bar=kit.bar(r.done, r.total), done=r.done, total=r.total)
        for r in rows
    )
    yield from kit.small(*lines)
    ways = [
        kit.button(committee, Button(action="record", label=RECORD), 0),
        _ours("members", MEMBERS, committee),
    ]
    if access.may(seat.member, "settings"):
        ways.append(_ours("settings", SETTINGS, committee))
    following = next((r for r in rows if not r.started), None)
    if following and access.may(seat.member, "lead"):
        label = BEGIN.format(phase=following.title)
        begin = Button(action="start", label=label, value=following.phase)
        ways.append(kit.button(committee, begin, 0))
    yield {"type": "actions", "elements": ways}
    yield from kit.title(HOME)
    yield from _waiting(seat)
    yield {"type": "divider"}


def _waiting(seat: Seat) -> Iterator[Block]:
    desk = seat.desk
    phases: dict[str, list[str]] = {}
    for name in owing.waiting_for(desk.state, desk.bank, seat.member.id):
        phases.setdefault(desk.bank.phase_of[name].id, []).append(name)
    for phase, names in phases.items():
        title = desk.bank.phase_by_id[phase].title
        if standing.own_pace(desk.state):
            own = Button(action="own", label=PACE.format(phase=title), value=phase)
            yield from kit.actions(seat.committee, (own,), (), {})
        else:
            yield from kit.small(title)
        for n, name in enumerate(names):
            made = Button(action="answer", label=ANSWER, question=name)
            yield from kit.section(
                desk.bank.questions[name].prompt, kit.button(seat.committee, made, n)
            )
    if not phases:
        yield from kit.small(NOTHING)
