"""The committee's channel: who comes there without being in the committee, and whether it is there."""

from typing import Any

from bot.core import access, around
from bot.core.effects import Button, Notice
from bot.core.events import Admitted, Displaced, Knocked, MemberKept
from bot.core.targets import ToMember
from bot.core.turn import Turn
from bot.core.words import short
from storage.people import Address, Member

# -- words ---------------------------------------------------------------------------------------

CAME = {
    "colleague": "{name} is where {committee} works, but not in the committee yet.",
    "guest": "{name} is a guest where {committee} works, and not in the committee.",
    "foreign": (
        "{name} is where {committee} works, comes from another organisation, and is not in the "
        "committee."
    ),
    "unknown": (
        "{name} is where {committee} works, but not in the committee yet. I can't see whether they are "
        "of your organisation."
    ),
}
WHAT_FOLLOWS = (
    " They can read what stands there; what they write is not recorded until you let them in."
)
LET_IN, LET_BACK = "Let {name} in", "Let {name} back in"
LET_GO = "{name} was in {committee} since, and was let go."
BY = "{is_in} {chair} let them in."
IS_IN = "{name} is in {committee} now."
IS_IN_ALREADY = "{name} is in {committee} already."
WELCOME = (
    "{chair} let you into {committee}. From now on your answers count. “gaps” shows what is open, "
    "“help” what I can do."
)
GAPS = "What is open"
LOST = (
    "The channel of {committee} was deleted. What was said is safe in the record. An owner of the team can "
    "restore the channel; then I go on there."
)
BACK = "The channel of {committee} is back, and I go on there."
NOT_IN = (
    "You are not in this committee yet, so what you write here is not recorded. I have told {chairs}, "
    "who can let you in."
)
AN_APP = "{name} is an app, and apps can't be members."

SURE = "+"
"""Ends what a button says that was pressed in the knowledge of what happened since."""
UNDATED = "?"
"""What stands for the day where the button does not say it."""


def knock(turn: Turn, event: Knocked) -> None:
    """Tell each chair that somebody came, with a button to let them in."""
    if _known(turn, event.address):
        return
    name = short(event.name)
    text = CAME[event.standing].format(name=name, committee=turn.state.committee.name)
    button = Button(
        action="admit",
        label=LET_IN.format(name=name),
        question=event.day,
        value=event.address.user,
    )
    for chair in access.leading(turn.state):
        notice = Notice(text=text + WHAT_FOLLOWS, buttons=(button,))
        turn.say(ToMember(member=chair.id), "knock", notice, key=_key(event.id, chair.id))


def displaced(turn: Turn, event: Displaced) -> None:
    """Tell each chair that the committee's channel is gone, or is back."""
    text = (BACK if event.back else LOST).format(committee=turn.state.committee.name)
    for chair in access.leading(turn.state):
        turn.say(
            ToMember(member=chair.id),
            "displaced",
            Notice(text=text),
            key=f"{event.id}:displaced:{chair.id}",
        )


def admit(turn: Turn, event: Admitted) -> None:
    """Let somebody in; who was in before comes back as who they were.

    An old button does not bring back by itself whom a chair has let go since: it is said, and offered.
    """
    address = event.who.addresses[0]
    known = _known(turn, address)
    name, committee = event.who.name, turn.state.committee.name
    if known and known.active:
        _settle(turn, event, IS_IN_ALREADY.format(name=name, committee=committee))
        return
    sure = not event.knock or event.knock.endswith(SURE)
    if known and not known.left and not sure:
        button = Button(
            action="admit",
            label=LET_BACK.format(name=short(name)),
            question=f"{event.knock}{SURE}",
            value=address.user,
        )
        _settle(turn, event, LET_GO.format(name=name, committee=committee), button)
        return
    who = known.evolve(active=True, left=False) if known else _new(turn, event.who)
    around.keep_member(turn, MemberKept(**_ids(event), who=who))
    is_in = IS_IN.format(name=name, committee=committee)
    _settle(turn, event, is_in, by=BY.format(is_in=is_in, chair=turn.me.name))
    welcome = WELCOME.format(chair=turn.me.name, committee=committee)
    button = Button(action="command", label=GAPS, value="gaps")
    turn.say(ToMember(member=who.id), "welcome", Notice(text=welcome, buttons=(button,)))


def _settle(turn: Turn, event: Admitted, text: str, *buttons: Button, by: str = "") -> None:
    """Say what became of a knock where it was told, to every chair (`by`); elsewhere, to who pressed."""
    day = event.knock.removesuffix(SURE)
    if day in ("", UNDATED):
        turn.reply(text, buttons, place=event.place)
        return
    knock = knock_id(event.who.addresses[0], event.committee, day)
    for chair in access.leading(turn.state):
        notice = Notice(text=by or text, buttons=buttons)
        turn.update(ToMember(member=chair.id), _key(knock, chair.id), notice)


def knock_id(address: Address, committee: str, day: str) -> str:
    """The delivery id of somebody's knock on a day, in ISO form: they are told of once a day."""
    return f"{address.platform}:{address.tenant}:knock:{committee}:{address.user}:{day}"


def _key(knock: str, chair: str) -> str:
    return f"{knock}:knock:{chair}"


def _new(turn: Turn, who: Member) -> Member:
    """The newcomer; an e-mail address that somebody here has already stays theirs."""
    taken = {m.email.casefold() for m in turn.state.members.values() if m.email}
    return who.evolve(email="") if who.email.casefold() in taken else who


def _known(turn: Turn, address: Address) -> Member | None:
    members = turn.state.members.values()
    return next((member for member in members if address in member.addresses), None)


def _ids(event: Admitted) -> dict[str, Any]:
    return {"id": event.id, "committee": event.committee, "member": event.member}
