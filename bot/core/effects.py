"""What goes out: frozen effects, and the content they carry.

Content is structure and plain text, never markup: each adapter escapes and styles it for its own
platform, and keeps the order of the buttons. An effect's `key` names the message for ever, so that
it is sent once and later updates find it.
"""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from bot.core.targets import Target
from questions.model import Frozen, Kind
from storage.records import Status

Action = Literal[
    "answer",  # opens the question's form (all open parts of its section on it)
    "choose",  # answers with `value` (an option's id, or yes / no) in one click
    "skip",  # asks for a reason
    "na",  # asks for a reason
    "park",  # one click
    "back",
    "next",
    "holds",  # one click: still holds
    "withdraw",
    "why",  # shows the longer help
    "assign",  # asks for a member and a date
    "review",  # opens the review form of a subject
    "pass",  # nothing to note
    "treat",  # `value` is act, influence or monitor
    "start",  # `value` is a phase id: the committee's walk
    "own",  # `value` is a phase id: my own walk
    "resume",
    "pause",
    "open",  # leads to a walk's thread, or (without one) to a question in the record
    "record",  # leads to the record
    "outline",  # leads to the list of what will be asked; `value` is a phase id
    "command",  # runs the text in `value` as a command
    "admit",  # lets the platform's user in `value` into the committee
    "snooze",  # `value` is tomorrow, week, over, or back (from being away); without one it asks for a day
    "away",  # asks until when
    "fewer",  # one click: fewer nudges; `value` is more for what takes it back
    "redate",  # asks for a new date for what is handed to somebody
    "hours",  # opens one's own hours
    "members",  # opens the list of who is in
    "settings",  # opens the committee's settings
    "done",  # one click: the action of the register is done; `value` is nudge where it stands on one
    "undone",  # one click: it is open again after all; the same
    "unfold",  # shows a digest's parts whole, as they stand now; `value` is digest or mine
]


class Button(Frozen):
    """One action. Adapters map it to their platform's control and hand its fields back."""

    action: Action
    label: str
    walk: str = ""
    question: str = ""
    """Of snooze, away and fewer: the day of the nudge that they stand on, in ISO form; of admit: of the knock."""
    value: str = ""
    primary: bool = False
    lead: bool = False
    """For those who lead the committee's walk; adapters leave it out for others."""


class Choice(Frozen):
    """An option as numbered on the card."""

    number: int
    id: str
    label: str


class Saying(Frozen):
    """What one member said, for showing."""

    member: str
    name: str
    choice: str = ""
    words: str = ""
    mark: str = ""
    """"passed", "edited" and the like, in words; "" for none."""
    link: str = ""
    """Where the message can be read that was recorded by hand."""
    at: datetime


class QuestionCard(Frozen):
    """A question in a thread."""

    type: Literal["question"] = "question"
    walk: str
    question: str
    kind: Kind
    phase: str
    n: int
    total: int
    """Position among the questions that apply; the progress bar's two numbers."""
    prompt: str
    help: str = ""
    why: str = ""
    options: tuple[Choice, ...] = ()
    context: tuple[str, ...] = ()
    """Small lines above the actions: why it is asked, what was said earlier."""
    earlier: tuple[Saying, ...] = ()
    """The linked earlier answers."""
    said: tuple[Saying, ...] = ()
    status: Status = Status.OPEN
    standing: str = ""
    """The committee's word, with its reason ("To discuss: the price"); "" while open or answered."""
    held: str = ""
    """Whose question it is, while they have not answered; an open card says it in `context`, too."""
    answered: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()
    """Names: who has answered, who is to go."""
    folded: bool = False
    """Shown in two lines: the walk has moved on. It stays answerable."""
    closed: bool = False
    """Its condition is no longer met: shown struck, answers kept."""
    buttons: tuple[Button, ...] = ()
    more: tuple[Button, ...] = ()
    """The actions behind the overflow menu."""


class ReviewCard(Frozen):
    """One answer in the review round."""

    type: Literal["review"] = "review"
    walk: str
    subject: str
    phase: str
    n: int
    total: int
    prompt: str
    """The question that was answered."""
    answer: str
    """What was answered, in short."""
    intro: str = ""
    """Opens the round, on its first card."""
    before: tuple[Saying, ...] = ()
    """What was said at the round's other steps, above the present one's question; folded, nothing."""
    ask: str
    """The present step's question."""
    lines: tuple[Saying, ...] = ()
    """What was said at the present step; folded, all that was said."""
    outcome: str = ""
    """The treatment in words ("Act: rewrite the FAQ (Chi, by 12 June)"); "" while open."""
    waiting: tuple[str, ...] = ()
    folded: bool = False
    buttons: tuple[Button, ...] = ()


class StartCard(Frozen):
    """The post in the channel that opens a phase's thread."""

    type: Literal["start"] = "start"
    walk: str
    committee: str
    phase: str
    text: str
    flat: str = ""
    """The same for a room that has no threads; "" where nobody is asked to answer below it."""
    count: int
    minutes: int
    buttons: tuple[Button, ...] = ()


class SummaryLine(Frozen):
    """One question in a summary."""

    question: str
    prompt: str
    status: Status
    said: tuple[Saying, ...] = ()
    reason: str = ""


class RegisterLine(Frozen):
    """One line of the mitigation register in a summary."""

    subject: str = ""
    prompt: str
    effect: str
    confusion: str = ""
    outcome: str = ""


class SummaryCard(Frozen):
    """A phase's summary in the channel."""

    type: Literal["summary"] = "summary"
    walk: str = ""
    phase: str
    text: str
    """The one-line count."""
    lines: tuple[SummaryLine, ...] = ()
    register_lines: tuple[RegisterLine, ...] = ()
    buttons: tuple[Button, ...] = ()


class Line(Frozen):
    """A line of a listing; `question` or `phase` is where it leads.

    `done` and `total` draw its progress, where given; `detail` says it in words.
    """

    text: str
    marks: tuple[tuple[int, int], ...] = ()
    """Which characters of `text` stand out, each stretch from its first to behind its last."""
    detail: str = ""
    question: str = ""
    phase: str = ""
    due: date | None = None
    done: int = 0
    total: int = 0
    buttons: tuple["Button", ...] = ()
    """Actions that stand beside the line."""


class Group(Frozen):
    """Lines under a heading; `done` and `total` draw its progress, where given."""

    heading: str
    lines: tuple[Line, ...] = ()
    done: int = 0
    total: int = 0
    folded: bool = False
    """Long: it stands behind *Show more* where a platform has that."""
    rest: tuple[Line, ...] = ()
    """The lines behind *Show more*; where nothing opens, it is said how many there are."""
    left: int = 0
    """So many more than stand in `lines` and `rest`."""


class Bar(Frozen):
    """One bar of a picture of progress."""

    title: str
    done: int
    total: int
    parked: int = 0


class Notice(Frozen):
    """A word from the bot: a sentence, perhaps some lines, perhaps buttons."""

    type: Literal["notice"] = "notice"
    text: str
    about: str = ""
    """What it is about, in words: for where it is read apart from that."""
    heading: str = ""
    """A title above the text."""
    picture: tuple[Bar, ...] = ()
    """Progress, to be drawn between the text and the groups."""
    groups: tuple[Group, ...] = ()
    buttons: tuple[Button, ...] = ()
    unfold: Button | None = None
    """Shows what its groups hold back, for a platform whose messages can't open."""


Content = Annotated[
    QuestionCard | ReviewCard | StartCard | SummaryCard | Notice, Field(discriminator="type")
]


class Ask(Frozen):
    """Post a card that can be answered."""

    effect: Literal["ask"] = "ask"
    key: str
    to: Target
    content: Content


class Say(Frozen):
    """Post a message; with `only_for`, one that only this member sees."""

    effect: Literal["say"] = "say"
    key: str
    to: Target
    content: Content
    only_for: str = ""
    apart: bool = False
    """Only where a thread stands apart from its channel, in which the same is said just now."""
    once: bool = False
    """Rather not at all than twice, where a platform can't tell whether it went out."""


class Update(Frozen):
    """Replace the content of the message that was posted under `key`."""

    effect: Literal["update"] = "update"
    key: str
    to: Target
    content: Content
    only_for: str = ""
    """The one member who sees that message, where it was for them alone."""


class React(Frozen):
    """Put an emoji on a person's message, or take it off."""

    effect: Literal["react"] = "react"
    to: Target
    ref: str
    emoji: str
    on: bool = True


Effect = Annotated[Ask | Say | Update | React, Field(discriminator="effect")]
EFFECT: TypeAdapter[Effect] = TypeAdapter(Effect)
CONTENT: TypeAdapter[Content] = TypeAdapter(Content)
