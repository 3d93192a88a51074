"""The rows of what was said and where things stand, frozen. Pure.

`State` is everything the engine needs to know of one committee: its size is bounded by members x
questions and does not grow with history. History (every revision) stays in the store.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Literal, Self

from questions.values import Value
from storage.people import Committee, Member, Place, Row
from storage.rhythm import Habits

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
    hint: str = ""
    """The key of what was said to it, of what would fit; "" where nothing was."""
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
