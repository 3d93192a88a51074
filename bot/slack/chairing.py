"""What a chair sets in Slack: the committee's settings, and who is in it. Views, and what they say.

Everybody may read who is in; what is changed is checked by the service.
"""

import re
from collections.abc import Iterator
from typing import Any, TypeVar

from bot.core import access
from bot.core.errors import Problem, Refused
from bot.core.events import MemberKept, SettingsKept
from bot.core.service import Desk
from bot.slack import blocks as kit
from bot.slack.blocks import Block
from bot.slack.forms import About, Held, field, option, pick, view, written
from bot.slack.people import Seat
from bot.slack.starting import PACE, PACES
from bot.slack.values import pack_ours
from storage.records import Member, MoveOn, Pace, Role

# -- words ---------------------------------------------------------------------------------------

SETTINGS, MEMBERS = "Settings", "Members"
NAME, ZONE = "What is the committee called?", "Its time zone"
ZONE_HINT = "As in Europe/Berlin. Dates are read in it."
MOVE_ON = "When does the thread move on?"
MOVES = {
    MoveOn.EVERYONE: "When everyone has answered",
    MoveOn.COUNT: "When a number of people have answered",
    MoveOn.CHAIR: "When the chair says so",
}
COUNT = "How many people are enough, where a number is?"
BAD_COUNT = "Please give a number from 1 to 100."
ADD, ADD_PEOPLE = "Add", "Who else is to be in it?"
ROLES = {Role.CHAIR: "leads", Role.MEMBER: "answers", Role.OBSERVER: "reads along"}
AWAY, OUT = "left the channel", "no longer in it"
MAKE = {
    Role.CHAIR: "Let them lead, too",
    Role.MEMBER: "Let them answer",
    Role.OBSERVER: "Let them read along only",
}
LET_GO, LET_BACK = "Let them go", "Let them back in"
YOU = "{name} (you)"
BEFORE, AFTER = "Back", "More members"
GO, BACK = "go", "back"

Choice = TypeVar("Choice", Pace, MoveOn)

A_PAGE = 40
"""Members on one page of the list: a view holds 100 blocks."""


# -- settings ------------------------------------------------------------------------------------


def settings_view(seat: Seat) -> dict[str, Any]:
    """The committee's settings. Raises Refused for those who don't set them."""
    access.require(seat.desk.state, seat.member, "settings")
    committee = seat.desk.committee
    settings = committee.settings
    number: Block = {
        "type": "number_input",
        "is_decimal_allowed": False,
        "min_value": "1",
        "max_value": "100",
        "initial_value": str(settings.move_on_count),
    }
    rows = [
        field("name", NAME, {**written(committee.name, lines=False), "max_length": 120}, optional=False),
        field("zone", ZONE, {**written(committee.zone, lines=False), "max_length": 60}, hint=ZONE_HINT, optional=False),
        field("pace", PACE, pick([option(k, v) for k, v in PACES.items()], settings.pace), optional=False),
        field("move_on", MOVE_ON, pick([option(k, v) for k, v in MOVES.items()], settings.move_on), optional=False),
        field("count", COUNT, number),
    ]  # fmt: skip
    return view(About(purpose="settings", committee=seat.committee), SETTINGS, rows)


def settings_event(seat: Seat, ids: dict[str, Any], held: Held) -> SettingsKept:
    """What a sent settings form says. Raises Refused."""

    def word(name: str) -> str:
        value = held.get(name, "")
        return value if isinstance(value, str) else ""

    settings = seat.desk.committee.settings
    count = word("count") or str(settings.move_on_count)
    if not re.fullmatch(r"[0-9]{1,3}", count) or not 1 <= int(count) <= 100:
        raise Refused(BAD_COUNT, (Problem(field="count", sentence=BAD_COUNT),))
    return SettingsKept(
        **ids,
        name=word("name"),
        zone=word("zone").strip(),
        settings=settings.evolve(
            pace=_one_of(Pace, word("pace"), settings.pace),
            move_on=_one_of(MoveOn, word("move_on"), settings.move_on),
            move_on_count=int(count),
        ),
    )


def _one_of(kind: type[Choice], word: str, otherwise: Choice) -> Choice:
    return next((each for each in kind if each.value == word), otherwise)


# -- members -------------------------------------------------------------------------------------


def members_view(seat: Seat, page: int = 0, said: str = "") -> dict[str, Any]:
    """Who is in the committee; for chairs with what can be changed. `said` stands at the top."""
    leads = access.may(seat.member, "members")
    found = sorted(
        seat.desk.state.members.values(), key=lambda m: (not m.active, m.name.casefold(), m.id)
    )
    here = found[page * A_PAGE : (page + 1) * A_PAGE]
    rows: list[Block] = [*(kit.section(said) if said else ())]
    if leads:
        people: Block = {"type": "multi_users_select"}
        # Slack keeps what an input holds while its name stays: after a change it is another one.
        name = f"people:{seat.desk.committee.revision}"
        rows.append(field(name, ADD_PEOPLE, people))
    for member in here:
        name = YOU.format(name=member.name) if member.id == seat.member.id else member.name
        menu = _menu(seat.committee, member, page) if leads else None
        rows.extend(kit.section(f"{name}\n{_standing(member)}", menu))
    rows.extend(_ways(seat.committee, page, last=(page + 1) * A_PAGE >= len(found)))
    about = About(purpose="members", committee=seat.committee)
    return view(about, MEMBERS, rows, ADD if leads else "")


def _standing(member: Member) -> str:
    if member.active:
        return ROLES[member.role]
    return AWAY if member.left else OUT


def _menu(committee: str, member: Member, page: int) -> Block:
    if member.active:
        made = {role.value: word for role, word in MAKE.items() if role is not member.role}
        made[GO] = LET_GO
    else:
        made = {BACK: LET_BACK}
    return {
        "type": "overflow",
        "action_id": f"role:{member.id}",
        "options": [
            {
                "text": kit.plain(word),
                "value": pack_ours("role", committee, member.id, f"{what}:{page}"),
            }
            for what, word in made.items()
        ],
    }


def _ways(committee: str, page: int, *, last: bool) -> Iterator[Block]:
    steps = [(BEFORE, page - 1)] if page else []
    if not last:
        steps.append((AFTER, page + 1))
    if steps:
        yield {
            "type": "actions",
            "elements": [
                {
                    "type": "button",
                    "action_id": f"members:{to}",
                    "text": kit.plain(label),
                    "value": pack_ours("members", committee, "", str(to)),
                }
                for label, to in steps
            ],
        }


def role_event(desk: Desk, ids: dict[str, Any], member: str, word: str) -> MemberKept | None:
    """What a line of a member's menu says; None where it is nothing (any more)."""
    old = desk.state.members.get(member)
    if old is None:
        return None
    if word in set(Role):
        return MemberKept(**ids, who=old.evolve(role=Role(word)))
    if word in (GO, BACK):
        return MemberKept(**ids, who=old.evolve(active=word == BACK, left=False))
    return None
