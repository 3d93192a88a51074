"""What came in: one frozen event for each thing a person can do, the same on every platform.

An adapter turns its platform's payload into one of these and calls the service; it decides nothing.
`Typed` is the only one whose meaning the core has to find out: it may be an answer, a word to the
review round, or a command.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

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
from bot.core.effects import Button
from bot.core.happening import Happening
from questions.model import Bank
from storage.people import Address, Member, Place, Settings
from storage.records import Treatment

Fields = dict[str, str | tuple[str, ...]]
"""A form's fields for one question; see questions.answers.parse."""


# -- answering -----------------------------------------------------------------------------------


class Typed(Happening):
    """A plain message in a walk's thread, or a command anywhere."""

    kind: Literal["typed"] = "typed"
    text: str
    ref: str
    """The platform's id of the message."""
    said: str = ""
    """The message of the same member's, in their own walk, whose words a button says again as the answer."""
    place: Place | None = None
    """Where it was typed, if that is not a walk's thread (an answer to it goes there)."""
    about: str = ""
    """The question the person had before them, where the platform knows; "" means the current one."""
    addressed: bool = False
    """Whether the bot was named in a room in which people also talk among themselves: it is not in `text`."""
    threads: bool = True
    """Whether the room has threads; where it has none, words are meant for what was asked there last."""


class Answered(Happening):
    """A form sent for one question or several: each with its fields, see questions.answers."""

    kind: Literal["answered"] = "answered"
    answers: dict[str, Fields]
    emptied: str = ""
    """The question whose form it was, where nothing was left of it there."""


class Skipped(Happening):
    """Leave a question out, with a reason."""

    kind: Literal["skipped"] = "skipped"
    question: str = ""
    reason: str


class NotApplicable(Happening):
    """Say that a question does not apply, with a reason."""

    kind: Literal["not_applicable"] = "not_applicable"
    question: str = ""
    reason: str


class Parked(Happening):
    """Put a question aside to discuss."""

    kind: Literal["parked"] = "parked"
    question: str = ""
    reason: str = ""


class Held(Happening):
    """*Still holds*: take the linked answer over, or confirm one's own."""

    kind: Literal["held"] = "held"
    question: str = ""


class Withdrawn(Happening):
    """Take one's answer back."""

    kind: Literal["withdrawn"] = "withdrawn"
    question: str = ""


class Edited(Happening):
    """The message was changed."""

    kind: Literal["edited"] = "edited"
    ref: str
    text: str
    stamp: str = ""
    """When it was changed, as a string that sorts by it, where the platform promises no order."""
    place: Place | None = None
    """Where the message stands, if that is not a walk's thread."""
    restores: str = ""
    """The question that it answered before it was deleted, if its deletion was undone; the service's."""


class Deleted(Happening):
    """The message was deleted."""

    kind: Literal["deleted"] = "deleted"
    ref: str
    stamp: str = ""
    """When, as for an edit, where a deletion can be undone; "" where it is the last word."""
    place: Place | None = None
    """Where the message stood, if that was not a walk's thread."""


# -- walking -------------------------------------------------------------------------------------


class Started(Happening):
    """Begin a phase, or come back to it. `own` is one's own walk; otherwise the committee's."""

    kind: Literal["started"] = "started"
    phase: str
    own: bool = False
    place: Place | None = None
    """For an own walk the direct-message place it is to live in, else where it was said."""


class WentNext(Happening):
    """Move on (in the shared walk: the chair's)."""

    kind: Literal["went_next"] = "went_next"


class WentBack(Happening):
    """Back to the question before."""

    kind: Literal["went_back"] = "went_back"


class AskedFor(Happening):
    """Go to one question: the walk moves there if it is this walk's, else its card is shown."""

    kind: Literal["asked_for"] = "asked_for"
    question: str
    place: Place | None = None
    """Where it was asked, if that is not a walk's thread."""


class PausedWalk(Happening):
    """Stop asking for now."""

    kind: Literal["paused"] = "paused"


class ResumedWalk(Happening):
    """Go on where it stopped."""

    kind: Literal["resumed"] = "resumed"


# -- the review round ----------------------------------------------------------------------------


class Reviewed(Happening):
    """The review form for one answer: any of its fields may be empty."""

    kind: Literal["reviewed"] = "reviewed"
    subject: str
    effect: str = ""
    confusion: str = ""
    confusion_with: str = ""
    treatment: Treatment | None = None
    action: str = ""
    owner: str = ""
    due: date | None = None


class Passed(Happening):
    """*Nothing to note* at the present step."""

    kind: Literal["passed"] = "passed"
    subject: str = ""


class Treated(Happening):
    """One click on act, influence or monitor."""

    kind: Literal["treated"] = "treated"
    subject: str
    treatment: Treatment


# -- around the walk -----------------------------------------------------------------------------


class Assigned(Happening):
    """Hand a question, or a whole phase, to a member. `to` = "" takes the assignment away."""

    kind: Literal["assigned"] = "assigned"
    question: str = ""
    phase: str = ""
    to: str
    due: date | None = None
    place: Place | None = None
    """Where it was said, if that is not a walk's thread."""


class Queried(Happening):
    """A question to the bot: answered to the asker alone."""

    kind: Literal["queried"] = "queried"
    what: Literal["help", "status", "gaps", "find", "export", "why", "hours", "members", "settings"]
    words: str = ""
    """status: "", "mine", "team" or a phase id; find: the words; why: a question id; help: a command."""
    place: Place | None = None
    share: bool = False
    """Answer for everybody in the place to see."""


class Told(Happening):
    """Something the core could not make a command of: `sentence` goes back to the asker."""

    kind: Literal["told"] = "told"
    sentence: str
    buttons: tuple[Button, ...] = ()
    place: Place | None = None


class MemberKept(Happening):
    """A member joins, or their name, role, zone, addresses or presence change."""

    kind: Literal["member_kept"] = "member_kept"
    who: Member


class PresenceKept(Happening):
    """The platform says that the member left the channel or the platform, or came back."""

    kind: Literal["presence_kept"] = "presence_kept"
    here: bool


Standing = Literal["colleague", "guest", "foreign", "unknown"]
"""A guest of the platform's tenant, or somebody of another organisation; where it says nothing, unknown."""


class Knocked(Happening):
    """A stranger came to the committee's channel, or spoke there: the chairs, as `member`, are told."""

    kind: Literal["knocked"] = "knocked"
    name: str
    address: Address
    standing: Standing = "colleague"
    day: str = ""
    """The day on which they knocked, in ISO form; it is part of the id (see bot.core.admitting.knock_id)."""


class Displaced(Happening):
    """The committee's channel was deleted, or came back: the chairs, as `member`, are told."""

    kind: Literal["displaced"] = "displaced"
    back: bool = False


class Admitted(Happening):
    """The chair lets somebody in, by name; `who` has an address of theirs."""

    kind: Literal["admitted"] = "admitted"
    who: Member
    knock: str = ""
    """What the button said that was pressed on the word about a knock; "" where they were chosen anew."""
    place: Place | None = None


class Recorded(Happening):
    """A message that stands elsewhere is put to a question, as its author's answer."""

    kind: Literal["recorded"] = "recorded"
    question: str
    author: str
    """The id of the member who wrote it."""
    text: str
    ref: str
    link: str = ""
    """Where it can be read, on its platform."""
    place: Place


class SettingsKept(Happening):
    """The committee's name, zone or settings change."""

    kind: Literal["settings_kept"] = "settings_kept"
    name: str
    zone: str
    settings: Settings


class BankMoved(Happening):
    """The committee moves to another version of its bank."""

    kind: Literal["bank_moved"] = "bank_moved"
    bank: Bank


Event = Annotated[
    Typed | Answered | Skipped | NotApplicable | Parked | Held | Withdrawn | Edited | Deleted
    | Started | WentNext | WentBack | AskedFor | PausedWalk | ResumedWalk
    | Reviewed | Passed | Treated
    | Assigned | Queried | Told | MemberKept | PresenceKept | SettingsKept | BankMoved
    | Knocked | Displaced | Admitted | Recorded
    | Snoozed | WentAway | AskedFewer | Hushed | HabitsKept | Redated | ActionDone | DigestAsked,
    Field(discriminator="kind"),
]  # fmt: skip

EVENT: TypeAdapter[Event] = TypeAdapter(Event)
