"""What a chair sets in Slack: the committee's settings, and who is in it. Views, and what they say.

Everybody may read who is in; what is changed is checked by the service.
"""

from collections.abc import Iterator
from typing import Any

from bot.core import access
from bot.core.chairing import (
    ADD,
    ADD_PEOPLE,
    AFTER,
    BACK_IN,
    BEFORE,
    COUNT,
    LET_BACK,
    MEMBERS,
    MOST_NAME,
    MOST_ZONE,
    MOVES,
    NAME,
    SETTINGS,
    ZONE,
    ZONE_HINT,
    changes,
    gone_words,
    line,
    listed,
    on_list,
    role_event,
    settings_event,
)
from bot.core.desk import Seat
from bot.core.plain_form import settings_fields
from bot.core.starting import MOVE_ON, PACE, PACES
from bot.slack import blocks as kit
from bot.slack.blocks import Block
from bot.slack.forms import About, field, option, pick, view, written
from bot.slack.plain import plain_fields
from bot.slack.values import pack_ours
from storage.people import Member

__all__ = ["members_view", "role_event", "settings_event", "settings_view"]

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
        field("name", NAME, {**written(committee.name, lines=False), "max_length": MOST_NAME}, optional=False),
        field("zone", ZONE, {**written(committee.zone, lines=False), "max_length": MOST_ZONE}, hint=ZONE_HINT, optional=False),
        field("pace", PACE, pick([option(k, v) for k, v in PACES.items()], settings.pace), optional=False),
        field("move_on", MOVE_ON, pick([option(k, v) for k, v in MOVES.items()], settings.move_on), optional=False),
        field("count", COUNT, number),
        *plain_fields(settings_fields(settings)),
    ]  # fmt: skip
    return view(About(purpose="settings", committee=seat.committee), SETTINGS, rows)


# -- members -------------------------------------------------------------------------------------


def members_view(
    seat: Seat, page: int = 0, said: str = "", gone: Member | None = None
) -> dict[str, Any]:
    """Who is in the committee; for chairs with what can be changed.

    `said` stands at the top, and so does who is `gone` by a change, with the way back in.
    """
    leads = access.may(seat.member, "members")
    found = listed(seat.desk.state)
    here = found[page * A_PAGE : (page + 1) * A_PAGE]
    rows: list[Block] = [*(kit.section(said) if said else ())]
    if gone is not None:
        rows.extend(kit.section(gone_words(gone, seat.desk.committee), _back_in(gone, page)))
    if leads:
        people: Block = {"type": "multi_users_select"}
        # Slack keeps what an input holds while its name stays: after a change it is another one.
        name = f"people:{seat.desk.committee.revision}"
        rows.append(field(name, ADD_PEOPLE, people))
    for member in here:
        menu = _menu(seat.committee, member, page) if leads else None
        rows.extend(kit.section("\n".join(line(member, seat.member.id)), menu))
    rows.extend(_ways(seat.committee, page, last=(page + 1) * A_PAGE >= len(found)))
    about = About(purpose="members", committee=seat.committee)
    return view(about, MEMBERS, rows, ADD if leads else "")


def _menu(committee: str, member: Member, page: int) -> Block:
    return {
        "type": "overflow",
        "action_id": f"role:{member.id}",
        "options": [
            {
                "text": kit.plain(word),
                "value": pack_ours("role", committee, member.id, on_list(what, page)),
            }
            for what, word in changes(member).items()
        ],
    }


def _back_in(gone: Member, page: int) -> Block:
    return {
        "type": "button",
        "action_id": f"role:{gone.id}:{BACK_IN}",
        "text": kit.plain(LET_BACK),
        "value": pack_ours("role", gone.committee, gone.id, on_list(BACK_IN, page)),
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
