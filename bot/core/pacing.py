"""How a phase begins, at the committee's pace: in one thread, or for each in their own messages."""

from bot.core import access, flow, standing, summaries
from bot.core.effects import Button
from bot.core.promises import direct
from bot.core.targets import InChannel, ToMember
from bot.core.turn import Turn
from bot.core.words import series
from questions.model import Phase
from storage.people import Pace, Place
from storage.records import Stage, Walk

# -- words ---------------------------------------------------------------------------------------

UNDER_WAY = "{phase} is already under way."
ALREADY_DONE = "{phase} is done. Any answer can still be changed in the record."
TOGETHER = "{committee} goes through {phase} together, where all can read along."
NOT_YET = " It is not open yet; {chairs} can start it."
JOINED_IN = "{names} can now answer {phase}, in their own messages with me."
OPEN, START, RECORD = "Open it", "Start it", "Open the record"

FOR_ALL = ":own"
"""How the key of such a post ends."""


def walk_id(committee: str, phase: str, member: str = "") -> str:
    """The id of the committee's walk through a phase, or of a member's own."""
    return f"{committee}.{phase}.{member}" if member else f"{committee}.{phase}"


def opens_for_all(key: str) -> bool:
    """Whether a message's key is that of a post whose phase each goes through at their own pace."""
    return key.endswith(FOR_ALL)


def begin(turn: Turn, phase: Phase, owner: str, place: Place | None = None) -> None:
    """Begin a walk with its start card and its first question; `owner` is "" for the committee's.

    `place` is where an own walk is to live, if that is not the owner's direct messages.
    """
    state = turn.state
    key = walk_id(state.committee.id, phase.id, owner)
    base = (place or direct(state, owner)) if owner else state.committee.home[0]
    walk = turn.put_walk(
        Walk(
            id=key,
            committee=state.committee.id,
            phase=phase.id,
            member=owner,
            place=base.evolve(thread=key),
            started_at=turn.now,
            arrived_at=turn.now,
        )
    )
    card = summaries.start_card(turn.state, turn.bank, walk)
    turn.say(ToMember(member=owner) if owner else InChannel(), "start", card, key=key)
    flow.proceed(turn, walk)


def together(turn: Turn, phase: Phase) -> None:
    """No own walks here: say so, and lead into the one thread."""
    committee, shared = turn.state.committee, standing.shared_walk(turn.state, phase.id)
    text = TOGETHER.format(committee=committee.name, phase=phase.title)
    if shared:
        button = Button(action="open", label=OPEN, walk=shared.id, value=phase.id, primary=True)
    else:
        text += NOT_YET.format(chairs=access.chairs(turn.state))
        button = Button(action="start", label=START, value=phase.id, primary=True, lead=True)
    turn.reply(text, (button,))


def open_for_all(turn: Turn, phase: Phase) -> None:
    """Begin a phase for every voice in their own messages; again, for those who have joined since."""
    done = standing.phase_done(turn.state, phase.id)
    first = phase.id not in turn.state.committee.opened and not done
    new = _without_walk(turn, phase.id)
    if not new and not first:
        _nobody_new(turn, phase, done=done)
        return
    if first:
        committee = turn.state.committee
        committee = committee.evolve(opened=(*committee.opened, phase.id))
        turn.state = turn.state.evolve(committee=committee)
        card = summaries.own_start_card(turn.state, turn.bank, phase.id)
        turn.say(InChannel(), "start", card, key=walk_id(committee.id, phase.id) + FOR_ALL)
    for who in new:
        begin(turn, phase, who)
    if not first:
        names = series(standing.names(turn.state, new))
        turn.reply(JOINED_IN.format(names=names, phase=phase.title))


def _without_walk(turn: Turn, phase: str) -> tuple[str, ...]:
    people = sorted(standing.voices(turn.state).values(), key=lambda m: (m.name.casefold(), m.id))
    return tuple(m.id for m in people if standing.own_walk(turn.state, phase, m.id) is None)


def _nobody_new(turn: Turn, phase: Phase, *, done: bool) -> None:
    """Everyone has their walk already: lead the asker to theirs."""
    mine = Button(action="own", label=OPEN, value=phase.id, primary=not done)
    record = Button(action="record", label=RECORD, value=phase.id)
    text = (ALREADY_DONE if done else UNDER_WAY).format(phase=phase.title)
    turn.reply(text, (record, mine) if done else (mine,))


def welcome(turn: Turn, member: str) -> None:
    """Who has just got a voice goes through the phases, too, that everyone else is in."""
    state = turn.state
    new = member in standing.voices(state) and member not in standing.voices(turn.before)
    if not new or state.committee.settings.pace is not Pace.OWN:
        return
    for phase in turn.bank.phases:
        waits = standing.own_way(state, phase.id, member)
        here = standing.own_walk(state, phase.id, member)
        if waits and not here and not standing.phase_done(state, phase.id):
            begin(turn, phase, member)


def show_starts(turn: Turn) -> None:
    """Bring the posts that opened the threads still under way up to date: they offer the pace."""
    for walk in turn.state.walks.values():
        if walk.shared and walk.stage is not Stage.DONE and walk.phase in turn.bank.phase_by_id:
            card = summaries.start_card(turn.state, turn.bank, walk)
            turn.update(InChannel(), walk.id, card)
