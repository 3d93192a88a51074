"""What a chair sets in Teams: the committee's settings, and who is in it. Cards, and what they say. Pure.

Everybody may read who is in; what is changed is checked by the service.
"""

from collections.abc import Iterator

from bot.core import access
from bot.core.chairing import (
    ADD,
    ADD_PEOPLE,
    BACK_IN,
    BAD_COUNT,
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
)
from bot.core.desk import Desk
from bot.core.plain_form import settings_fields
from bot.core.sent import word
from bot.core.starting import MOVE_ON, PACE, PACES
from bot.teams.frame import BLANK, Draft, Fields, framed, ways
from bot.teams.inputs import EVERYBODY, Field, Options, people, pick
from bot.teams.inputs import number as counted
from bot.teams.inputs import words as written
from bot.teams.layout import beside
from bot.teams.pages import Page, turned
from bot.teams.pieces import Element, execute, rows, small, title, words
from bot.teams.plain import declared as declared_fields
from bot.teams.plain import plain_inputs
from bot.teams.returning import BACK, way_back
from bot.teams.values import About
from storage.people import Member

FEWEST, MOST = 1, 100
"""How many people may be enough."""


def settings_card(
    desk: Desk,
    member: Member,
    *,
    draft: Draft = BLANK,
    back: About | None = None,
) -> Element:
    """The committee's settings. Raises Refused for those who don't set them."""
    access.require(desk.state, member, "settings")
    committee, settings = desk.committee, desk.committee.settings
    known = {
        "name": committee.name, "zone": committee.zone, "pace": settings.pace.value,
        "move_on": settings.move_on.value, "count": str(settings.move_on_count),
        **draft.typed,
    }  # fmt: skip
    fields = settings_fields(settings)
    asked = declared_fields(fields)
    declared = [
        Field("name", NAME, needed=True), Field("zone", ZONE, needed=True),
        Field("pace", PACE, needed=True), Field("move_on", MOVE_ON, needed=True),
        Field("count", COUNT),
        *asked,
    ]  # fmt: skip
    at = Fields(declared, draft)
    body = [
        *written(at["name"], word(known, "name"), lines=False, most=MOST_NAME),
        *written(at["zone"], word(known, "zone"), lines=False, most=MOST_ZONE),
        *small(ZONE_HINT),
        *pick(at["pace"], [(k.value, v) for k, v in PACES.items()], word(known, "pace")),
        *pick(at["move_on"], [(k.value, v) for k, v in MOVES.items()], word(known, "move_on")),
        *counted(at["count"], word(known, "count"), FEWEST, MOST, BAD_COUNT),
        *plain_inputs(fields, at, draft),
    ]
    about = About(committee=committee.id, form="settings")
    return framed(SETTINGS, body, ways(about, back), at.sentence)


# -- members -------------------------------------------------------------------------------------


def members_card(
    desk: Desk,
    member: Member,
    at: int = 1,
    *,
    roster: Options = (),
    said: str = "",
    gone: Member | None = None,
    back: About | None = None,
) -> Element:
    """Who is in the committee, one page of it; for chairs with what can be changed.

    `roster`: the people of the team who are not in it, as Entra ids and names. `said` stands at the
    top: what became of a change; so does who is `gone` by it, with the way back in.
    """
    committee, leads = desk.committee.id, access.may(member, "members")
    elements = [each for who in listed(desk.state) for each in _row(who, member, at, leads)]
    if leads and roster:
        # The list often stands in the chair's own chat, whose people are nobody's choice.
        field = Field("people", ADD_PEOPLE, needed=True)
        elements.extend(people(field, roster, among=EVERYBODY))
        add = execute("add", ADD, About(committee=committee), primary=True, inputs=True)
        elements.extend(rows([add]))
    heading = [*title(MEMBERS), *words(said)]
    if gone is not None:
        heading += [*words(gone_words(gone, desk.committee)), *rows([_change(gone, at, BACK_IN)])]
    ways_out = [way_back(back, BACK, committee)]
    about = back or About(committee=committee)
    return turned(heading, elements, Page("members", at), about, ways_out)


def _row(who: Member, reader: Member, at: int, leads: bool) -> Iterator[Element]:
    name, does = line(who, reader.id)
    text = [*words(name), *small(does)]
    if not leads:
        yield from text
        return
    yield from beside(text, {"type": "ActionSet", "actions": _menu(who, at)})


def _menu(who: Member, at: int) -> list[Element]:
    return [_change(who, at, change, more=True) for change in changes(who)]


def _change(who: Member, at: int, change: str, *, more: bool = False) -> Element:
    said = LET_BACK if change == BACK_IN else changes(who)[change]
    about = About(committee=who.committee, question=who.id, value=on_list(change, at))
    return execute("role", said, about, more=more)
