"""The state machine: advance(state, event, bank, now) -> (state, effects). Pure.

Every walk is in one of four stages; `OUTSIDE` stands for an event that happens in no walk. The
table says which events each stage takes, who handles them, and in which stages the walk may be
afterwards; what is not in the table is refused with a sentence. The picture in docs/ is drawn from
this table. An event either moves everything on, or raises and nothing has changed.

Everything that affects a transition is here or in the handlers the table names.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, NamedTuple

from bot.core import (
    access,
    admitting,
    answering,
    around,
    changing,
    flow,
    hushing,
    passing,
    quoting,
    reviewing,
    standing,
    ticking_off,
    walking,
)
from bot.core.effects import Effect
from bot.core.errors import Problem, Refused
from bot.core.events import Deleted, Edited, Event, Typed
from bot.core.recording import checked
from bot.core.turn import NO_WALK, Turn
from bot.core.words import short
from questions.model import Bank
from storage.people import Committee, Member, Role
from storage.records import Item, Stage, State

# -- words ---------------------------------------------------------------------------------------

NOT_NOW = "That does not work here just now. “help” lists what does."
NO_NAME = "Please give the committee a name."
NO_CHAIR = "A committee needs a chair: please make one of the members chair."
SAME_EMAIL = "Two members have the same e-mail address."
BAD_ZONE = around.BAD_ZONE


class Rule(NamedTuple):
    """One row of the table: the handler, and the stages a walk may be in afterwards."""

    handler: Callable[[Turn, Any], None]
    to: frozenset[Stage]


A, R, P, D = Stage.ASKING, Stage.REVIEWING, Stage.PAUSED, Stage.DONE
OUTSIDE = None


def _to(*stages: Stage) -> frozenset[Stage]:
    return frozenset(stages)


def _edited(turn: Turn, event: Edited) -> None:
    text = checked(event.text)
    if not reviewing.forget(turn, event.ref, text):
        changing.edit(turn, event)


def _deleted(turn: Turn, event: Deleted) -> None:
    if not reviewing.forget(turn, event.ref, None):
        changing.delete(turn, event)


def _outside(turn: Turn, _event: Typed) -> None:
    raise Refused(NOT_NOW)


ONWARD = _to(A, R, D)
TABLE: dict[tuple[Stage | None, str], Rule] = {
    # a walk that asks
    (A, "typed"): Rule(answering.reply, ONWARD),
    (A, "answered"): Rule(answering.form, ONWARD),
    (A, "skipped"): Rule(passing.skip, ONWARD),
    (A, "not_applicable"): Rule(passing.not_applicable, ONWARD),
    (A, "parked"): Rule(passing.park, ONWARD),
    (A, "held"): Rule(passing.hold, ONWARD),
    (A, "withdrawn"): Rule(changing.withdraw, ONWARD),
    (A, "edited"): Rule(_edited, ONWARD),
    (A, "deleted"): Rule(_deleted, ONWARD),
    (A, "reviewed"): Rule(reviewing.form, _to(A)),
    (A, "treated"): Rule(reviewing.treated, _to(A)),
    (A, "passed"): Rule(reviewing.late, _to(A)),
    (A, "went_next"): Rule(walking.go_next, ONWARD),
    (A, "went_back"): Rule(walking.go_back, _to(A)),
    (A, "asked_for"): Rule(walking.ask_for, _to(A)),
    (A, "started"): Rule(walking.start, _to(A)),
    (A, "paused"): Rule(walking.pause, _to(P)),
    (A, "resumed"): Rule(walking.resume, _to(A)),
    # a walk in its review round
    (R, "typed"): Rule(answering.in_round, ONWARD),
    (R, "passed"): Rule(reviewing.passed, ONWARD),
    (R, "treated"): Rule(reviewing.treated, ONWARD),
    (R, "reviewed"): Rule(reviewing.form, ONWARD),
    (R, "answered"): Rule(answering.form, ONWARD),
    (R, "skipped"): Rule(passing.skip, ONWARD),
    (R, "not_applicable"): Rule(passing.not_applicable, ONWARD),
    (R, "parked"): Rule(passing.park, ONWARD),
    (R, "held"): Rule(passing.hold, ONWARD),
    (R, "withdrawn"): Rule(changing.withdraw, ONWARD),
    (R, "edited"): Rule(_edited, ONWARD),
    (R, "deleted"): Rule(_deleted, ONWARD),
    (R, "went_next"): Rule(walking.go_next, ONWARD),
    (R, "went_back"): Rule(walking.go_back, _to(A, R)),
    (R, "asked_for"): Rule(walking.ask_for, _to(A, R)),
    (R, "started"): Rule(walking.start, _to(R)),
    (R, "paused"): Rule(walking.pause, _to(P)),
    (R, "resumed"): Rule(walking.resume, _to(R)),
    # a walk that is paused
    (P, "typed"): Rule(answering.keep_as_note, _to(P)),
    (P, "answered"): Rule(answering.form, _to(P)),
    (P, "skipped"): Rule(passing.skip, _to(P)),
    (P, "not_applicable"): Rule(passing.not_applicable, _to(P)),
    (P, "parked"): Rule(passing.park, _to(P)),
    (P, "held"): Rule(passing.hold, _to(P)),
    (P, "withdrawn"): Rule(changing.withdraw, _to(P)),
    (P, "edited"): Rule(_edited, _to(P)),
    (P, "deleted"): Rule(_deleted, _to(P)),
    (P, "reviewed"): Rule(reviewing.form, _to(P)),
    (P, "treated"): Rule(reviewing.treated, _to(P)),
    (P, "passed"): Rule(reviewing.late, _to(P)),
    (P, "went_next"): Rule(walking.go_next, ONWARD),
    (P, "asked_for"): Rule(walking.ask_for, _to(A, P)),
    (P, "started"): Rule(walking.start, _to(A, R, D, P)),
    (P, "paused"): Rule(walking.pause_again, _to(P)),
    (P, "resumed"): Rule(walking.resume, ONWARD),
    # a walk that is done
    (D, "typed"): Rule(answering.keep_as_note, _to(D)),
    (D, "answered"): Rule(answering.form, _to(D)),
    (D, "skipped"): Rule(passing.skip, _to(D)),
    (D, "not_applicable"): Rule(passing.not_applicable, _to(D)),
    (D, "parked"): Rule(passing.park, _to(D)),
    (D, "held"): Rule(passing.hold, _to(D)),
    (D, "withdrawn"): Rule(changing.withdraw, _to(D)),
    (D, "edited"): Rule(_edited, _to(D)),
    (D, "deleted"): Rule(_deleted, _to(D)),
    (D, "reviewed"): Rule(reviewing.form, _to(D)),
    (D, "treated"): Rule(reviewing.treated, _to(D)),
    (D, "passed"): Rule(reviewing.late, _to(D)),
    (D, "went_next"): Rule(walking.go_next, ONWARD),
    (D, "went_back"): Rule(walking.go_back, _to(A)),
    (D, "asked_for"): Rule(walking.ask_for, _to(A, D)),
    (D, "started"): Rule(walking.start, ONWARD),
    (D, "resumed"): Rule(walking.resume, ONWARD),
    # no walk: forms and buttons in the record, commands in the channel
    (OUTSIDE, "typed"): Rule(_outside, _to()),
    (OUTSIDE, "started"): Rule(walking.start, _to()),
    (OUTSIDE, "answered"): Rule(answering.form, _to()),
    (OUTSIDE, "skipped"): Rule(passing.skip, _to()),
    (OUTSIDE, "not_applicable"): Rule(passing.not_applicable, _to()),
    (OUTSIDE, "parked"): Rule(passing.park, _to()),
    (OUTSIDE, "held"): Rule(passing.hold, _to()),
    (OUTSIDE, "withdrawn"): Rule(changing.withdraw, _to()),
    (OUTSIDE, "edited"): Rule(_edited, _to()),
    (OUTSIDE, "deleted"): Rule(_deleted, _to()),
    (OUTSIDE, "reviewed"): Rule(reviewing.form, _to()),
    (OUTSIDE, "treated"): Rule(reviewing.treated, _to()),
    (OUTSIDE, "asked_for"): Rule(walking.ask_for, _to()),
}

EVERYWHERE: dict[str, Callable[[Turn, Any], None]] = {
    "assigned": around.assign,
    "queried": around.query,
    "told": around.told,
    "member_kept": around.keep_member,
    "presence_kept": around.keep_presence,
    "settings_kept": around.keep_settings,
    "bank_moved": around.move_bank,
    "knocked": admitting.knock,
    "displaced": admitting.displaced,
    "admitted": admitting.admit,
    "recorded": quoting.quote,
    "snoozed": hushing.snooze,
    "went_away": hushing.go_away,
    "asked_fewer": hushing.ask_fewer,
    "hushed": hushing.hush,
    "habits_kept": hushing.keep_habits,
    "redated": hushing.redate,
    "action_done": hushing.act_done,
    "digest_asked": hushing.ask_digest,
}
"""Events that any stage takes: they may settle a question, and so move walks on, but ask nothing."""


def advance(
    state: State, event: Event, bank: Bank, now: datetime
) -> tuple[State, tuple[Effect, ...]]:
    """Take one event. Returns the state after it and what to send, in order.

    `now` is an aware UTC time. Raises Refused where the person cannot do this now, Misuse where the
    event's ids do not belong together; in both cases nothing has changed. Where nothing changes, the
    very same state is returned.
    """
    access.check(state, event)
    turn = Turn(state, event, bank, now)
    walk = state.walks.get(event.walk)
    stage = walk.stage if walk else OUTSIDE
    everywhere = EVERYWHERE.get(event.kind)
    rule = TABLE.get((stage, event.kind))
    if everywhere:
        everywhere(turn, event)
    elif rule:
        rule.handler(turn, event)
    else:
        raise Refused(NOT_NOW if walk else NO_WALK)
    flow.settle_walks(turn)
    _summaries(turn)
    ticking_off.tick_off(turn)
    if walk and rule:
        after = turn.state.walks[walk.id].stage
        if after not in rule.to:
            raise AssertionError(f"{stage} --{event.kind}--> {after} is not in the table")
    return (state if turn.state == state else turn.state), turn.effects()


def _summaries(turn: Turn) -> None:
    """Keep the posted summaries of changed phases true."""
    old, new = turn.before, turn.state
    posted = old.committee.summarised
    if not posted or (new.items is old.items and new.mitigations is old.mitigations):
        return
    changed = {name for name, item in new.items.items() if item is not old.items.get(name)}
    changed |= {name for name, e in new.mitigations.items() if e is not old.mitigations.get(name)}
    phases = {turn.bank.phase_of[name].id for name in changed if name in turn.bank.phase_of}
    for phase in posted:
        if phase in phases:
            flow.summarise(turn, phase)


def found(committee: Committee, members: Iterable[Member], bank: Bank) -> State:
    """A new committee's first state: every question an item, nothing asked yet.

    Raises Refused with every problem at its field (name, chair, zone, email).
    """
    people = {m.id: m.evolve(name=m.name.strip(), email=m.email.strip()) for m in members}
    problems: list[Problem] = []
    wrong = around.name_problem(committee.name) if committee.name else NO_NAME
    if wrong:
        problems.append(Problem(field="name", sentence=wrong))
    if not any(m.role is Role.CHAIR and m.active for m in people.values()):
        problems.append(Problem(field="chair", sentence=NO_CHAIR))
    zones = [committee.zone, *(m.zone for m in people.values())]
    problems.extend(
        Problem(field="zone", sentence=BAD_ZONE.format(zone=short(zone, 40)))
        for zone in dict.fromkeys(zones)
        if not around.zone_known(zone)
    )
    emails = [m.email.casefold() for m in people.values() if m.email]
    if len(emails) != len(set(emails)):
        problems.append(Problem(field="email", sentence=SAME_EMAIL))
    if sentence := next(filter(None, map(around.email_problem, emails)), ""):
        problems.append(Problem(field="email", sentence=sentence))
    named = (around.name_problem(m.name) for m in people.values())
    if sentence := next(filter(None, named), ""):
        problems.append(Problem(field="members", sentence=sentence))
    if problems:
        raise Refused(problems[0].sentence, tuple(problems))
    state = State(committee=committee, members=people)
    items = {q.id: Item(question=q.id, applies=standing.applies(state, q)) for q in bank}
    return state.evolve(items=items)


def difference(before: State, after: State) -> str:
    """What changed, in ids and statuses only, for the log: "design.model open->answered"."""
    parts: list[str] = []
    known = before.items.get
    # Nearly every item is the very same object, and is passed over before anything else is asked.
    changed = [item for name, item in after.items.items() if known(name) is not item]
    for item in changed:
        name, old = item.question, known(item.question)
        if old is not None and old.status is not item.status:
            parts.append(f"{name} {old.status}->{item.status}")
        if old is not None and old.applies != item.applies:
            parts.append(f"{name} {'opened' if item.applies else 'closed'}")
    for key, walk in after.walks.items():
        before_walk = before.walks.get(key)
        if before_walk is None or before_walk.stage is not walk.stage:
            parts.append(f"{key} {before_walk.stage if before_walk else 'new'}->{walk.stage}")
    return "; ".join(parts)
