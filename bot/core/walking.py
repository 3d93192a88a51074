"""Moving a walk on purpose: start, next, back, go to a question, pause, go on."""

from difflib import get_close_matches

from bot.core import cards, flow, pacing, review_cards, standing
from bot.core.effects import Button, Notice
from bot.core.errors import Refused
from bot.core.events import AskedFor, PausedWalk, ResumedWalk, Started, WentBack, WentNext
from bot.core.pacing import ALREADY_DONE, OPEN, RECORD, UNDER_WAY, walk_id
from bot.core.recording import NOT_ASKED, checked
from bot.core.targets import InThread
from bot.core.turn import Turn
from bot.core.words import short
from questions.model import Kind
from storage.people import Pace, Role
from storage.records import Stage, Walk

# -- words ---------------------------------------------------------------------------------------

FIRST = "This is the first question, so there is nothing to go back to."
STILL_PAUSED = "This is paused already. Go on whenever you like."
PAUSED = "Paused. Everything said so far is kept, and we go on right here."
NO_PHASE = "I don't know the phase “{name}”. There are: {phases}."
MEANT = " Did you mean {name}?"
GO_ON, ANSWER = "Go on", "Answer…"

__all__ = ["walk_id"]  # it is asked for here


def start(turn: Turn, event: Started) -> None:
    """Begin a phase in the channel's thread or a member's own, as its pace is; or come back to it."""
    phase = turn.bank.phase_by_id.get(event.phase)
    if phase is None:
        raise Refused(_no_phase(turn, checked(event.phase)))
    owner = event.member if event.own else ""
    walk = turn.state.walks.get(walk_id(turn.state.committee.id, phase.id, owner))
    pace = turn.state.committee.settings.pace
    shared = standing.shared_walk(turn.state, phase.id)
    if walk is None and owner and shared is not None and shared.stage is Stage.DONE:
        button = Button(action="record", label=RECORD, value=phase.id)
        turn.reply(ALREADY_DONE.format(phase=phase.title), (button,), place=event.place)
    elif walk is None and owner and pace is Pace.TOGETHER:
        pacing.together(turn, phase)
    elif walk is None and not owner and pace is Pace.OWN:
        pacing.open_for_all(turn, phase)
    elif walk is None:
        pacing.begin(turn, phase, owner, event.place)
    elif walk.stage is Stage.PAUSED:
        _go_on(turn, walk)
    elif walk.stage is Stage.DONE:
        _reopen(turn, walk)
    elif walk.shared:
        button = Button(action="open", label=OPEN, walk=walk.id, value=phase.id, primary=True)
        turn.reply(UNDER_WAY.format(phase=phase.title), (button,))
    else:
        _again(turn, walk)


def _reopen(turn: Turn, walk: Walk) -> None:
    """A finished phase is started again: go through what has become open since."""
    if flow.upcoming(turn, walk) or review_cards.review_subjects(turn.state, turn.bank, walk):
        flow.proceed(turn, walk)
        return
    phase = turn.phase(walk)
    open_ones = [
        q.id
        for q in phase.questions
        if q.kind is not Kind.REVIEW
        and turn.item(q.id).applies
        and not standing.complete(turn.state, turn.item(q.id), walk.member)
    ]
    if open_ones:
        flow.ask(turn, walk, open_ones[0])
        return
    button = Button(action="record", label=RECORD, value=phase.id)
    turn.reply(ALREADY_DONE.format(phase=phase.title), (button,))


def _again(turn: Turn, walk: Walk) -> None:
    """Put the present card once more, further down."""
    if walk.review:
        flow.look_at(turn, walk, walk.review.subject)
    elif walk.current:
        flow.ask(turn, walk, walk.current)


def _no_phase(turn: Turn, name: str) -> str:
    titles = {phase.title.casefold(): phase.title for phase in turn.bank.phases}
    near = get_close_matches(short(name, 60).casefold(), [*titles, *turn.bank.phase_by_id], n=1)
    sentence = NO_PHASE.format(
        name=short(name, 60), phases=", ".join(phase.title for phase in turn.bank.phases)
    )
    if not near:
        return sentence
    phase = turn.bank.phase_by_id.get(near[0])
    return sentence + MEANT.format(name=phase.title if phase else titles[near[0]])


def go_next(turn: Turn, _event: WentNext) -> None:
    """On to the next question, step or subject, leaving this one as it is."""
    walk = turn.walk()
    if walk.stage is Stage.PAUSED:
        _go_on(turn, walk)
    elif walk.stage is Stage.DONE:
        _reopen(turn, walk)
    elif walk.stage is Stage.REVIEWING:
        flow.next_step(turn, walk)
    else:
        flow.proceed(turn, walk)


def go_back(turn: Turn, _event: WentBack) -> None:
    """Back to the question before; answering it returns to where the walk was."""
    walk = turn.walk()
    if walk.review and walk.reviewed:
        subject = walk.reviewed[-1]
        walk = turn.put_walk(walk.evolve(reviewed=walk.reviewed[:-1]))
        flow.look_at(turn, walk, subject)
        return
    question = cards.back_from(turn.state, turn.bank, walk)
    if not question:
        raise Refused(FIRST)
    flow.ask(turn, walk.evolve(ahead=walk.ahead or walk.current), question, back=True)


def ask_for(turn: Turn, event: AskedFor) -> None:
    """Go to one question here, or show the asker where it stands."""
    question = turn.question(event.question)
    item = turn.item(question.id)
    walk = turn.state.walks.get(event.walk)
    if not item.applies:
        raise Refused(NOT_ASKED)
    leads = walk is not None and (walk.member or turn.me.role is Role.CHAIR)
    ours = walk is not None and turn.bank.phase_of[question.id].id == walk.phase
    if walk and leads and ours and question.kind is not Kind.REVIEW:
        if walk.current and walk.current != question.id:
            walk = walk.evolve(ahead=walk.ahead or walk.current)
        flow.ask(turn, walk, question.id)
        return
    phase = turn.bank.phase_of[question.id].id
    buttons = (
        Button(action="answer", label=ANSWER, question=question.id, value=phase, primary=True),
        Button(action="open", label=OPEN, question=question.id, value=phase),
    )
    turn.reply(question.prompt, buttons)


def pause(turn: Turn, _event: PausedWalk) -> None:
    """Stop asking; keep the place."""
    walk = turn.walk()
    walk = turn.put_walk(walk.evolve(stage=Stage.PAUSED, resume=walk.stage))
    button = Button(action="resume", label=GO_ON, walk=walk.id, primary=True, lead=walk.shared)
    turn.say(InThread(walk=walk.id), "paused", Notice(text=PAUSED, buttons=(button,)))


def pause_again(turn: Turn, _event: PausedWalk) -> None:
    """It is paused already."""
    button = Button(action="resume", label=GO_ON, walk=turn.event.walk, primary=True)
    turn.reply(STILL_PAUSED, (button,))


def resume(turn: Turn, _event: ResumedWalk) -> None:
    """Go on where it stopped; where nothing is paused, put the present card again."""
    walk = turn.walk()
    if walk.stage is Stage.PAUSED:
        _go_on(turn, walk)
    elif walk.stage is Stage.DONE:
        _reopen(turn, walk)
    else:
        _again(turn, walk)


def _go_on(turn: Turn, walk: Walk) -> None:
    walk = turn.put_walk(walk.evolve(stage=walk.resume))
    if walk.review and walk.review.subject in review_cards.review_subjects(
        turn.state, turn.bank, walk
    ):
        _again(turn, walk)
    elif walk.current and not flow.may_move_on(turn.state, walk, turn.item(walk.current)):
        flow.ask(turn, walk, walk.current)
    else:
        flow.proceed(turn, walk)
