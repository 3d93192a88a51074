"""One's own page on a platform: each committee's progress, and what waits for this member. Pure."""

from bot.core import access, owing, standing
from bot.core.effects import Button
from bot.core.showing import ANSWER, bar
from questions.model import Bank, Frozen
from storage.people import Member
from storage.records import State

# -- words ---------------------------------------------------------------------------------------

HOME = "Your questions"
NOTHING = (
    "Nothing waits for you. When a question does, it appears here, with a button to answer it."
)
LOOK_WAITS = "A look at what could go wrong waits for you in {phase}."
BEGIN = "Start {phase}"
PROGRESS = "{bar}  {title} · {done} of {total}"
PACE = "{phase}, at my own pace"
RECORD, MEMBERS, SETTINGS, START = "Open the record", "Members", "Settings", "Start a committee…"
MY_HOURS = "My hours"


class Waiting(Frozen):
    """The questions of one phase that wait."""

    title: str
    own: Button | None
    """Leads to one's own walk, where there may be one."""
    questions: tuple[tuple[str, Button], ...]
    """Each prompt, and the button that answers it."""


class OwnPage(Frozen):
    """What a member finds of one committee."""

    name: str
    progress: tuple[str, ...]
    """A line for each phase."""
    record: Button
    hours: Button
    """Opens one's own hours."""
    begin: Button | None
    """Starts the next phase, for those who lead."""
    sets: bool
    """Whether the settings are theirs."""
    waiting: tuple[Waiting, ...]
    rounds: tuple[str, ...]
    """A line for each review round that asks them just now."""

    @property
    def nothing(self) -> bool:
        """Whether nothing waits."""
        return not (self.waiting or self.rounds)


def rounds(state: State, bank: Bank, member: str) -> tuple[str, ...]:
    """A line for each review round that asks a member just now."""
    asked = owing.rounds_for(state, bank, member)
    return tuple(LOOK_WAITS.format(phase=bank.phase_by_id[walk.phase].title) for walk in asked)


def own_page(state: State, bank: Bank, member: Member) -> OwnPage:
    """One committee on its member's page."""
    rows = standing.progress(state, bank)
    following = next((row for row in rows if not row.started), None)
    begin = None
    if following and access.may(member, "lead"):
        label = BEGIN.format(phase=following.title)
        begin = Button(action="start", label=label, value=following.phase)
    return OwnPage(
        name=state.committee.name,
        progress=tuple(
            PROGRESS.format(title=r.title, bar=bar(r.done, r.total), done=r.done, total=r.total)
            + (f", {standing.LOOK}" if r.review else "")
            for r in rows
        ),
        record=Button(action="record", label=RECORD),
        hours=Button(action="hours", label=MY_HOURS),
        begin=begin,
        sets=access.may(member, "settings"),
        waiting=tuple(_waiting(state, bank, member.id)),
        rounds=rounds(state, bank, member.id),
    )


def _waiting(state: State, bank: Bank, member: str) -> list[Waiting]:
    phases: dict[str, list[str]] = {}
    for name in owing.waiting_for(state, bank, member):
        phases.setdefault(bank.phase_of[name].id, []).append(name)
    return [_phase(state, bank, phase, names) for phase, names in phases.items()]


def _phase(state: State, bank: Bank, phase: str, names: list[str]) -> Waiting:
    title, own = bank.phase_by_id[phase].title, None
    if standing.own_pace(state):
        own = Button(action="own", label=PACE.format(phase=title), value=phase)
    asked = (
        (bank.questions[name].prompt, Button(action="answer", label=ANSWER, question=name))
        for name in names
    )
    return Waiting(title=title, own=own, questions=tuple(asked))
