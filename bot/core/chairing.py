"""What a chair sets on a platform's forms: the settings, and what each member may do. Pure.

Everybody may read who is in; what is changed is checked by the service.
"""

import re
from typing import Any, TypeVar

from bot.core.errors import Problem, Refused
from bot.core.events import MemberKept, SettingsKept
from bot.core.plain_sent import settings_of
from bot.core.sent import Held, word
from storage.people import Committee, Member, MoveOn, Pace, Role
from storage.records import State

# -- words ---------------------------------------------------------------------------------------

SETTINGS, MEMBERS = "Settings", "Members"
NAME, ZONE = "What is the committee called?", "Its time zone"
ZONE_HINT = "As in Europe/Berlin. Dates are read in it."
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
WENT = "{name} is no longer in {committee}. What they said stays."
YOU = "{name} (you)"
BEFORE, AFTER = "Back", "More members"
GO, BACK_IN = "go", "back"

MOST_NAME, MOST_ZONE = 120, 60
"""Characters of a committee's name, and of a time zone's."""

Choice = TypeVar("Choice", Pace, MoveOn)


# -- settings ------------------------------------------------------------------------------------


def settings_event(committee: Committee, ids: dict[str, Any], held: Held) -> SettingsKept:
    """What a sent settings form says. Raises Refused."""
    settings = committee.settings
    count = word(held, "count") or str(settings.move_on_count)
    if not re.fullmatch(r"[0-9]{1,3}", count) or not 1 <= int(count) <= 100:
        raise Refused(BAD_COUNT, (Problem(field="count", sentence=BAD_COUNT),))
    return SettingsKept(
        **ids,
        name=word(held, "name"),
        zone=word(held, "zone").strip(),
        settings=settings_of(held, settings).evolve(
            pace=_one_of(Pace, word(held, "pace"), settings.pace),
            move_on=_one_of(MoveOn, word(held, "move_on"), settings.move_on),
            move_on_count=int(count),
        ),
    )


def _one_of(kind: type[Choice], said: str, otherwise: Choice) -> Choice:
    return next((each for each in kind if each.value == said), otherwise)


# -- members -------------------------------------------------------------------------------------


def listed(state: State) -> list[Member]:
    """The members in the order of the list: those who are in it by name, then the others."""
    return sorted(state.members.values(), key=lambda m: (not m.active, m.name.casefold(), m.id))


def line(member: Member, reader: str) -> tuple[str, str]:
    """A member's lines in the list: the name, and what they do."""
    name = YOU.format(name=member.name) if member.id == reader else member.name
    return name, ROLES[member.role] if member.active else AWAY if member.left else OUT


def changes(member: Member) -> dict[str, str]:
    """What a chair may change about a member: what it means (see `role_event`), and its words."""
    if not member.active:
        return {BACK_IN: LET_BACK}
    return {
        **{role.value: said for role, said in MAKE.items() if role is not member.role},
        GO: LET_GO,
    }


def on_list(change: str, page: int) -> str:
    """What a control on the list says: the change, and the page it stands on."""
    return f"{change}:{page}"


def off_list(value: str, first: int = 0) -> tuple[str, int]:
    """The change and the page of a pressed control."""
    change, _, page = value.partition(":")
    return change, int(page) if page.isdecimal() and len(page) <= 4 else first


def role_event(state: State, ids: dict[str, Any], member: str, change: str) -> MemberKept | None:
    """The event of a change from the list; None where it is nothing (any more)."""
    old = state.members.get(member)
    if old is None:
        return None
    if change in set(Role):
        return MemberKept(**ids, who=old.evolve(role=Role(change)))
    if change in (GO, BACK_IN):
        return MemberKept(**ids, who=old.evolve(active=change == BACK_IN, left=False))
    return None


def went(event: MemberKept | None, change: str) -> Member | None:
    """Whom a change has let go: right there they can be let back in."""
    return event.who if event is not None and change == GO else None


def gone_words(member: Member, committee: Committee) -> str:
    """The word on somebody who was let go."""
    return WENT.format(name=member.name, committee=committee.name)
