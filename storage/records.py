"""The rows of the record, frozen: who, where, what was said, and where things stand. Pure.

Times are aware datetimes in UTC; a person's or committee's zone is an IANA name beside them. `State`
is everything the engine needs to know of one committee: its size is bounded by members x questions
and does not grow with history. History (every revision) stays in the store.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field

from questions.model import Frozen
from questions.values import Value
from storage.rhythm import Habits, Rhythm

BAD_KEEP_DAYS = "Words can be kept for 30 to 3650 days, or (0) for ever."


class Row(Frozen):
    """A frozen row that knows how to become its successor."""

    def evolve(self, **changes: Any) -> Self:
        """Return a copy with some fields replaced (trusted: not validated again)."""
        return self.model_copy(update=changes)


# -- who and where ------------------------------------------------------------------------------


class Role(StrEnum):
    """What a member may do; see bot.core.access."""

    CHAIR = "chair"
    MEMBER = "member"
    OBSERVER = "observer"


class Address(Row):
    """A person on a platform. The same user id in two tenants is two people."""

    platform: str
    tenant: str
    user: str


class Place(Row):
    """Where a conversation happens.

    `thread` is the key of the message that opens the thread ("" for the channel itself); a member's
    direct messages are the channel "@" + member id. Adapters turn keys into their platform's ids.
    """

    platform: str
    tenant: str
    channel: str
    thread: str = ""


class Member(Row):
    """A person in a committee."""

    id: str
    committee: str
    name: str
    email: str = ""
    role: Role = Role.MEMBER
    zone: str = "UTC"
    locale: str = ""
    """How they read dates and times, as their platform says it ("en-GB"); "" where it does not."""
    addresses: tuple[Address, ...] = ()
    active: bool = True
    left: bool = False
    """Not active because they left the channel or the platform; coming back undoes it."""


class MoveOn(StrEnum):
    """When the shared walk moves on by itself; the chair's *next* always does."""

    EVERYONE = "everyone"
    COUNT = "count"
    CHAIR = "chair"


class Pace(StrEnum):
    """How a phase is gone through: in the channel's thread, each in their own messages, or both."""

    TOGETHER = "together"
    OWN = "own"
    BOTH = "both"


LEAST_KEEP_DAYS, MOST_KEEP_DAYS = 30, 3650


def keeps(days: int) -> bool:
    """Whether words may be kept for so many days; 0 is for ever."""
    return not days or LEAST_KEEP_DAYS <= days <= MOST_KEEP_DAYS


def _keep_days(days: int) -> int:
    if not keeps(days):
        raise ValueError(BAD_KEEP_DAYS)
    return days


class Settings(Row):
    """What a committee chose."""

    move_on: MoveOn = MoveOn.EVERYONE
    move_on_count: Annotated[int, Field(ge=1, le=100)] = 2
    pace: Pace = Pace.BOTH
    rhythm: Rhythm = Rhythm()
    keep_days: Annotated[int, AfterValidator(_keep_days)] = 0
    """After so many days, words that are no longer current fade (see bot.core.fading); 0 for never."""


class Committee(Row):
    """People working through one bank; `home` holds its channel on each platform."""

    id: str
    name: str
    bank: str
    bank_version: str
    zone: str
    settings: Settings = Settings()
    home: tuple[Place, ...]
    sample: bool = False
    ahead: Annotated[int, Field(ge=0)] = 0
    """In a sample: the seconds by which its clock was put forward."""
    summarised: tuple[str, ...] = ()
    """The phases whose summary was posted; it is updated from then on."""
    opened: tuple[str, ...] = ()
    """The phases that everybody was asked to go through at their own pace."""
    paused: bool = False
    paused_until: date | None = None
    """The last day on which nobody is nudged and nothing is reported; None for no end."""
    digested_on: date | None = None
    """The day of the week's digest that went out last, as planned."""
    digested_at: datetime | None = None
    """When a digest was last put together: the next one tells what came since."""
    created_at: datetime
    revision: int = 0
    """Counts committed events; a save against an older one is refused."""


# -- what was said -------------------------------------------------------------------------------


class Said(StrEnum):
    """What a member's response to a question is."""

    ANSWER = "answer"
    SKIP = "skip"
    NA = "na"
    WITHDRAWN = "withdrawn"


class How(StrEnum):
    """How a revision came about."""

    REPLY = "reply"
    FORM = "form"
    EDIT = "edit"
    DELETE = "delete"
    WITHDRAW = "withdraw"
    HOLDS = "holds"
    CONFIRM = "confirm"
    QUOTE = "quote"
    """A message that was written elsewhere, put to the question by hand."""


class Part(Row):
    """One message or form entry of a response. `ref` is the platform's message id, "" for a form."""

    ref: str
    text: str
    link: str = ""
    """Where the message can be read, for one that stands outside of the walk's thread."""


class Answer(Row):
    """One revision of what one member says to one question. Append-only."""

    question: str
    member: str
    revision: int
    said: Said
    value: Value | None = None
    """Present exactly where `said` is ANSWER."""
    reason: str = ""
    parts: tuple[Part, ...] = ()
    how: How
    from_question: str = ""
    """Where the words were taken over from by *still holds*."""
    by: str
    """The member who caused this revision (usually the same as `member`)."""
    at: datetime


class Note(Row):
    """Something typed that did not fit as an answer; kept."""

    member: str
    text: str
    ref: str
    own: bool = False
    """Typed in the member's own walk: it is for nobody else to read."""
    at: datetime


# -- where things stand ----------------------------------------------------------------------------


class Status(StrEnum):
    """A committee's standing on one question."""

    OPEN = "open"
    ANSWERED = "answered"
    PARKED = "parked"
    SKIPPED = "skipped"
    NA = "na"


class Ruling(Row):
    """The committee's own word on an item: parked by anyone, skipped or not applicable by the chair.

    A review question is ANSWERED by ruling, once a walk has been through its round.
    """

    status: Literal[Status.PARKED, Status.SKIPPED, Status.NA, Status.ANSWERED]
    reason: str
    by: str
    at: datetime


class Assignment(Row):
    """Who is to answer, and by when (a local date in the committee's zone)."""

    member: str
    by: str
    due: date | None = None
    at: datetime


class Reconfirm(Row):
    """An earlier answer that this one builds on has changed."""

    question: str
    by: str
    at: datetime


class Item(Row):
    """A committee's standing on one question, with every member's current response."""

    question: str
    status: Status = Status.OPEN
    applies: bool = True
    """False while its condition is not met, or when the bank no longer asks it; answers are kept."""
    ruling: Ruling | None = None
    assignment: Assignment | None = None
    reconfirm: Reconfirm | None = None
    responses: dict[str, Answer] = {}
    """The current revision by member id, withdrawn ones included."""
    notes: tuple[Note, ...] = ()

    @property
    def answers(self) -> dict[str, Answer]:
        """The current answers by member id."""
        return {who: a for who, a in self.responses.items() if a.said is Said.ANSWER}

    @property
    def responded(self) -> frozenset[str]:
        """The members who answered, skipped or said it does not apply."""
        return frozenset(who for who, a in self.responses.items() if a.said is not Said.WITHDRAWN)

    @property
    def waits(self) -> bool:
        """Whether the committee still owes this, apart from due dates."""
        return self.applies and (
            self.status in (Status.OPEN, Status.PARKED)
            or self.reconfirm is not None
            or (self.assignment is not None and self.assignment.member not in self.responded)
        )


class Stage(StrEnum):
    """Where a walk is in its life."""

    ASKING = "asking"
    REVIEWING = "reviewing"
    PAUSED = "paused"
    DONE = "done"


class Step(StrEnum):
    """The small steps of the review round, for each subject."""

    EFFECT = "effect"
    CONFUSION = "confusion"
    RESPONSE = "response"
    ACTION = "action"


class ReviewAt(Row):
    """Where the review round stands: the answer looked at, the step, who has spoken to the step."""

    subject: str
    step: Step = Step.EFFECT
    heard: tuple[str, ...] = ()
    noted: bool = False
    """Whether anyone wrote something about this subject in this round."""


class Walk(Row):
    """A place that is being led through one phase: the committee's, or one member's own."""

    id: str
    committee: str
    phase: str
    member: str = ""
    """The owner of an own walk; "" for the committee's."""
    place: Place
    stage: Stage = Stage.ASKING
    current: str = ""
    """The question being asked; "" outside ASKING."""
    trail: tuple[str, ...] = ()
    """The questions walked through, for *back*."""
    ahead: str = ""
    """Where the walk stood before it went back; it returns there once that is dealt with."""
    review: ReviewAt | None = None
    reviewed: tuple[str, ...] = ()
    """The subjects the review round has been through."""
    resume: Stage = Stage.ASKING
    """Where PAUSED goes back to."""
    cards: dict[str, int] = {}
    """How often each question (or "review:" + subject) was asked here; the newest card is live."""
    started_at: datetime
    arrived_at: datetime
    """When the walk came to where it stands: a reply since then adds to one's answer."""

    @property
    def shared(self) -> bool:
        """Whether this is the committee's walk rather than one member's."""
        return not self.member


class ReviewNote(Row):
    """One thing a member said in the review round."""

    member: str
    step: Literal[Step.EFFECT, Step.CONFUSION]
    text: str
    ref: str = ""
    at: datetime


class Treatment(StrEnum):
    """What will be done about a consequence."""

    ACT = "act"
    INFLUENCE = "influence"
    MONITOR = "monitor"


class Entry(Row):
    """One line of the mitigation register: what an answer does, and what is done about it."""

    subject: str
    """The question whose answer this is about."""
    phase: str
    notes: tuple[ReviewNote, ...] = ()
    confusion_with: str = ""
    """The other part of the programme it may be confused with."""
    treatment: Treatment | None = None
    action: str = ""
    owner: str = ""
    """A member id, or "" where nobody is named yet."""
    due: date | None = None
    done_at: datetime | None = None
    """When it was said that the action is done."""
    done_by: str = ""
    """Who said so, as a member id; "" for none, and where it was not kept."""
    by: str = ""
    at: datetime

    def said(self, step: Step) -> tuple[ReviewNote, ...]:
        """What was said at one step."""
        return tuple(note for note in self.notes if note.step is step)


class State(Row):
    """Everything the engine knows of one committee. Dictionaries are never changed in place."""

    committee: Committee
    members: dict[str, Member] = {}
    items: dict[str, Item] = {}
    walks: dict[str, Walk] = {}
    mitigations: dict[str, Entry] = {}
    """The mitigation register, by subject."""
    habits: dict[str, Habits] = {}
    """By member id; who is not in it has asked for nothing, and was never nudged."""

    def with_item(self, item: Item) -> Self:
        """Return the state with one item replaced."""
        return self.evolve(items={**self.items, item.question: item})

    def with_walk(self, walk: Walk) -> Self:
        """Return the state with one walk added or replaced."""
        return self.evolve(walks={**self.walks, walk.id: walk})

    def with_entry(self, entry: Entry) -> Self:
        """Return the state with one register entry added or replaced."""
        return self.evolve(mitigations={**self.mitigations, entry.subject: entry})

    def with_habits(self, habits: Habits) -> Self:
        """Return the state with one member's habits added or replaced."""
        return self.evolve(habits={**self.habits, habits.member: habits})

    def with_member(self, member: Member) -> Self:
        """Return the state with one member added or replaced."""
        return self.evolve(members={**self.members, member.id: member})


# -- the trail, the outbox and Convenor's own rooms ------------------------------------------------


class Audit(Row):
    """One line of the committee's log: who did what, without anybody's words."""

    committee: str
    at: datetime
    by: str
    action: str
    """The event's kind."""
    question: str = ""
    detail: str = ""
    """Ids and statuses only ("open -> skipped"), never an answer's text."""


class Sending(StrEnum):
    """Where an outbox message is on its way."""

    DUE = "due"
    LEASED = "leased"
    DONE = "done"
    FAILED = "failed"


class OutboxMessage(Row):
    """An effect that is promised and not yet known to be delivered."""

    id: int = 0
    """Given by the store; the order of a lane."""
    key: str
    """Unique for ever: the same promise is made once."""
    slot: str = ""
    """Pending messages of one slot replace each other (updates of one card); "" for none."""
    committee: str
    place: Place
    payload: str
    """The effect as JSON (bot.core.effects)."""
    state: Sending = Sending.DUE
    due_at: datetime
    attempts: int = 0
    unsure: bool = False
    """Whether it may have gone out though nobody noted it: look it up before sending it again."""
    lease_until: datetime | None = None
    owner: str = ""
    ref: str = ""
    """The platform's id of the delivered message."""
    created_at: datetime

    @property
    def lane(self) -> tuple[str, str, str]:
        """Messages of one lane go out in order."""
        return (self.place.platform, self.place.tenant, self.place.channel)


class Installation(Row):
    """A workspace of a platform that let Convenor in."""

    platform: str
    tenant: str
    name: str
    user: str
    """The platform's id of Convenor's own user there."""
    token: str = ""
    """The sealed token; "" where the settings hold it."""
    scopes: tuple[str, ...] = ()
    at: datetime
    ended: str = ""
    """Why nothing is sent there any more, in the platform's word; "" while all is well."""


class Amendment(Row):
    """What became of a person's message on a platform, whatever order its events came in."""

    stamp: str
    """The platform's time of it, as a string that sorts by it; the newest one counts.

    A deletion without one is the last that is heard of a message.
    """
    text: str = ""
    deleted: bool = False


class Message(Row):
    """A message in a room that Convenor itself hosts (the web workspace, the terminal)."""

    id: int = 0
    rev: int = 0
    """Grows with every change in the store, so that a reader can ask for what is new."""
    place: Place
    ref: str
    """The message's id in its place: the outbox key for the bot's own."""
    member: str = ""
    """The author; "" for the bot."""
    only_for: str = ""
    """The one member who may see it; "" for everyone in the place."""
    text: str = ""
    """A member's words; "" for the bot's."""
    payload: str = ""
    """The bot's content as JSON (bot.core.effects)."""
    reactions: tuple[str, ...] = ()
    at: datetime
    edited_at: datetime | None = None
    deleted: bool = False


class Hit(Row):
    """One found answer. `marked` is the words with the matches between \\x02 and \\x03."""

    question: str
    member: str
    at: datetime
    marked: str


class Shape(Row):
    """The store's shape, by the names of its migrations, in their order."""

    applied: tuple[str, ...]
    missing: tuple[str, ...] = ()
    """Those that this version would still apply."""
    unknown: tuple[str, ...] = ()
    """Those that only a newer version knows."""


# -- people at the web's door ----------------------------------------------------------------------


class Person(Row):
    """Somebody who can sign in to the web workspace; the user of a ("web", "local", id) address."""

    id: str
    name: str = ""
    email: str = ""
    owner: bool = False
    """Whether this person may start committees."""


class Session(Row):
    """A signed-in browser. The cookie's token is kept as a hash only."""

    token_hash: str
    person: str
    personas: dict[str, str] = {}
    """In sample committees only: committee id -> the member whose eyes are borrowed."""
    expires_at: datetime


class Invitation(Row):
    """A member's way in: expiring, revocable, one at a time per member."""

    id: str
    committee: str
    member: str
    expires_at: datetime
    revoked: bool = False
    used_at: datetime | None = None


class SignIn(Row):
    """A single-use sign-in link, kept as a hash."""

    token_hash: str
    person: str
    expires_at: datetime
