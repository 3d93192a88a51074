"""Who may do what. One table, checked here for every platform.

A *right* is a short name; `RIGHTS` says which roles have it. Some rights reach further for what is
one's own: one's own walk, one's own name and zone, one's own assignment.
"""

import re

from bot.core.chase_events import (
    ActionDone,
    AskedFewer,
    DigestAsked,
    HabitsKept,
    Hushed,
    Redated,
    Snoozed,
    WentAway,
)
from bot.core.errors import Misuse, NotAllowed
from bot.core.events import (
    Admitted,
    Answered,
    Assigned,
    BankMoved,
    Displaced,
    Event,
    Knocked,
    MemberKept,
    PausedWalk,
    PresenceKept,
    Queried,
    ResumedWalk,
    SettingsKept,
    Started,
    Told,
    WentBack,
    WentNext,
)
from questions.answers import Rejected, readable
from storage.people import Member, Role
from storage.records import State

# -- words ---------------------------------------------------------------------------------------

ONLY_CHAIR = "Only the chair can do that. You could ask {chairs}."
ONLY_MEMBERS = "You are here to read along. To answer, ask {chairs} to make you a member."
NOT_ACTIVE = "You are no longer in this committee. {chairs} can let you back in."
NOT_YOURS = "That is somebody else's own walk. “status” shows what waits for you."
NOBODY = "the chair"

# -- the table -----------------------------------------------------------------------------------

CHAIR = frozenset({Role.CHAIR})
VOICES = frozenset({Role.CHAIR, Role.MEMBER})
EVERYONE = frozenset(Role)

RIGHTS: dict[str, frozenset[Role]] = {
    "read": EVERYONE,
    "answer": VOICES,
    "own walk": VOICES,
    "lead": CHAIR,  # start, move, pause and resume the committee's walk
    "assign": CHAIR,
    "rule": CHAIR,  # skip or rule out a question for the whole committee
    "members": CHAIR,
    "invite": CHAIR,
    "settings": CHAIR,
    "bank": CHAIR,
}

IDS = (
    "id", "committee", "member", "walk", "ref", "about", "question", "phase", "subject", "to", "owner",
    "author", "said",
)  # fmt: skip
"""The fields of events that name something."""
PLAIN = re.compile(r"[!-~]{1,200}").fullmatch
"""What nearly all ids are, and sound at a glance: the longer look at eight ids takes 3% of an answer."""


def may(member: Member, right: str) -> bool:
    """Say whether the member's role has a right. Raises KeyError for an unknown right."""
    return member.active and member.role in RIGHTS[right]


def finishes(state: State, member: Member, subject: str) -> bool:
    """Say whether the member may say that the action about an answer is done, or open again."""
    return may(member, _finishing(state, member.id, subject))


def require(state: State, member: Member, right: str) -> None:
    """Raise NotAllowed, naming who may, unless the member has the right."""
    named = chairs(state)
    if not member.active:
        raise NotAllowed(NOT_ACTIVE.format(chairs=named))
    if member.role not in RIGHTS[right]:
        wording = ONLY_MEMBERS if RIGHTS[right] == VOICES else ONLY_CHAIR
        raise NotAllowed(wording.format(chairs=named))


def check(state: State, event: Event) -> None:
    """Raise NotAllowed where the event's member may not do this here; Misuse for foreign ids."""
    member = state.members.get(event.member)
    if member is None:
        raise Misuse(f"member {event.member} is not of committee {state.committee.id}")
    walk = state.walks.get(event.walk)
    if walk and not walk.shared and walk.member != member.id:
        raise NotAllowed(NOT_YOURS)
    if not isinstance(event, PresenceKept):  # who was away has no right yet, and comes back
        require(state, member, _right(state, event))


def check_ids(event: Event) -> None:
    """Raise Misuse for an id that no store can keep: too long, with NUL or broken characters."""
    # Not `getattr`: to ask a model for a field it does not have takes longer than all the rest.
    fields = vars(event)
    named = [(name, fields.get(name, "")) for name in IDS]
    if isinstance(event, Answered):
        named += [("question", name) for name in event.answers]
    for name, value in named:
        if value and not PLAIN(value) and isinstance(readable(value), Rejected):
            raise Misuse(f"{event.kind} has no sound {name}")


def _right(state: State, event: Event) -> str:
    walk = state.walks.get(event.walk)
    shared = walk is None or walk.shared
    match event:
        case Queried() | Told() | Knocked() | Displaced():
            return "read"
        case Started(own=own):
            return "own walk" if own else "lead"
        case WentNext() | WentBack() | PausedWalk() | ResumedWalk():
            return "lead" if shared else "own walk"
        case Assigned(question=question, to=to):
            return "answer" if _hands_over(state, event.member, question, to) else "assign"
        case MemberKept(who=who):
            return (
                "read" if _own_details(state.members.get(who.id), who, event.member) else "members"
            )
        case Admitted():
            return "members"
        case SettingsKept():
            return "settings"
        case BankMoved():
            return "bank"
        case _:
            return _about_chasing(state, event)


def _about_chasing(state: State, event: Event) -> str:
    match event:
        case Snoozed() | WentAway() | AskedFewer() | HabitsKept():
            return "read"
        case Hushed(who=who):
            return "read" if who == event.member else "settings"
        case DigestAsked(how=how):
            return "lead" if how == "now" else "read"
        case Redated():
            return "assign"
        case ActionDone(subject=subject):
            return _finishing(state, event.member, subject)
        case _:
            return "answer"


def _finishing(state: State, member: str, subject: str) -> str:
    """An action is its owner's to finish, and the chair's."""
    entry = state.mitigations.get(subject)
    return "answer" if entry and entry.owner == member else "assign"


def _hands_over(state: State, member: str, question: str, to: str) -> bool:
    """One may take a free question or hand it to who knows, and hand on or give back one's own."""
    item = state.items.get(question)
    if item is None:
        return False
    holder = item.assignment.member if item.assignment else ""
    return holder == member or (not holder and bool(to))


def _own_details(old: Member | None, new: Member, actor: str) -> bool:
    """One may change one's own name, e-mail, zone and locale, and nothing else."""
    return (
        old is not None
        and new.id == actor
        and old.evolve(name=new.name, email=new.email, zone=new.zone, locale=new.locale) == new
    )


def leading(state: State) -> tuple[Member, ...]:
    """The chairs who are there."""
    return tuple(m for m in state.members.values() if m.active and m.role is Role.CHAIR)


def chairs(state: State) -> str:
    """Those who can be asked, in words: "Ana or Ben"."""
    return " or ".join(sorted(m.name for m in leading(state))) or NOBODY
