"""Where things stand: pure questions to a state, asked by the engine, the cards and every page.

Nothing here changes anything. Orders are the bank's unless said otherwise.
"""

from collections.abc import Iterator

from bot.core.effects import Saying
from questions.model import Bank, Condition, Frozen, Kind, Phase, Question
from questions.values import choice_words, holds, said_words
from storage.people import Member, MoveOn, Pace, Role
from storage.records import Answer, How, Item, Said, Stage, State, Status, Step, Walk

MARKS = {Said.SKIP: "passed", Said.NA: "says it does not apply"}
MARKS_HOW = {How.HOLDS: "still holds", How.EDIT: "edited"}
QUOTED = "recorded by {name}"
LOOK = "then a look at what could go wrong"
"""What follows on a phase's questions."""


class Progress(Frozen):
    """How far a phase is, in questions. `done` counts answered, skipped and not applicable."""

    phase: str
    title: str
    done: int
    total: int
    parked: int = 0
    started: bool = False
    finished: bool = False
    review: bool = False
    """Whether its questions are dealt with, and the look at what could go wrong is still to come."""


def item_of(state: State, question: str) -> Item:
    """The item, or an untouched one."""
    return state.items.get(question) or Item(question=question)


def voices(state: State) -> dict[str, Member]:
    """The members whose answers count: active, and not observers."""
    return {m.id: m for m in state.members.values() if m.active and m.role is not Role.OBSERVER}


def asked_of(state: State, item: Item) -> frozenset[str]:
    """Who is asked this question: the one it is assigned to, else every voice."""
    everyone = frozenset(voices(state))
    if item.assignment and item.assignment.member in everyone:
        return frozenset({item.assignment.member})
    return everyone


def to_confirm(state: State, item: Item) -> frozenset[str]:
    """The voices whose answer was built on an earlier one that changed, until they look again."""
    mark = item.reconfirm
    if mark is None:
        return frozenset()
    older = frozenset(who for who, a in item.answers.items() if a.at < mark.at)
    return older & voices(state).keys()


def heard(state: State, item: Item) -> frozenset[str]:
    """The members who have responded to the question as it stands now."""
    return item.responded - to_confirm(state, item)


def to_look(state: State, bank: Bank, walk: Walk) -> tuple[str, ...]:
    """Whom a walk's review round asks just now, by id: what to do about it is anybody's to say."""
    at, phase = walk.review, bank.phase_by_id.get(walk.phase)
    if at is None or phase is None or at.step not in (Step.EFFECT, Step.CONFUSION):
        return ()
    passed = item_of(state, phase.review.id).responded if phase.review else frozenset()
    asked = voices(state) if walk.shared else {walk.member}
    return tuple(who for who in asked if who not in at.heard and who not in passed)


def to_go(state: State, item: Item) -> tuple[str, ...]:
    """The members who are asked and have not responded, or have to look again, by name.

    Once the committee has said its word on it, nobody is asked for more than a second look.
    """
    asked = to_confirm(state, item) if item.ruling else asked_of(state, item)
    missing = asked - heard(state, item)
    return tuple(sorted(missing, key=lambda who: (state.members[who].name.casefold(), who)))


def condition_met(state: State, condition: Condition) -> bool:
    """Whether any current answer makes the condition true, on a question that itself applies."""
    source = state.items.get(condition.question)
    if source is None or not source.applies:
        return False
    return any(a.value is not None and holds(condition, a.value) for a in source.answers.values())


def applies(state: State, question: Question) -> bool:
    """Whether the question is asked at all, given the answers so far."""
    return question.when is None or condition_met(state, question.when)


def status_of(state: State, item: Item) -> Status:
    """Derive an item's status from its ruling and responses."""
    if item.ruling:
        return item.ruling.status
    said = {who: a.said for who, a in item.responses.items() if a.said is not Said.WITHDRAWN}
    if Said.ANSWER in said.values():
        return Status.ANSWERED
    asked = asked_of(state, item)
    if asked and asked <= said.keys():
        all_na = all(said[who] is Said.NA for who in asked)
        return Status.NA if all_na else Status.SKIPPED
    return Status.OPEN


def heard_enough(
    state: State, asked: frozenset[str], heard: frozenset[str], *, each: bool = False
) -> bool:
    """Whether the committee's setting lets the shared walk move on.

    With `each`, everyone asked has to be heard even where a number would do.
    """
    settings = state.committee.settings
    few = settings.move_on is MoveOn.COUNT and not each and len(heard) >= settings.move_on_count
    return settings.move_on is not MoveOn.CHAIR and (few or asked <= heard)


def enough(state: State, item: Item) -> bool:
    """Whether the shared walk may move on from this question by itself; the assigned one counts."""
    if item.status is Status.OPEN:
        return False
    asked = asked_of(state, item)
    each = item.assignment is not None and item.assignment.member in asked
    return heard_enough(state, asked, heard(state, item), each=each)


def complete(state: State, item: Item, member: str = "") -> bool:
    """Whether a walk need not ask this: for a member's own walk, or (no member) for the shared one."""
    if not item.applies:
        return True
    if member:
        if member in to_confirm(state, item):
            return False
        passed = item.ruling is not None or member in item.responded
        return passed or member not in asked_of(state, item)
    if item.reconfirm or item.ruling:
        return item.reconfirm is None
    if state.committee.settings.move_on is MoveOn.CHAIR:
        return item.status is not Status.OPEN
    return enough(state, item)


def counted(state: State, phase: Phase) -> tuple[str, ...]:
    """The ids of the phase's questions that apply; "n of m" counts these.

    The review round is none of them: nobody answers it, and it is done at the end.
    """
    find = state.items.get
    return tuple(
        q.id
        for q in phase.questions
        if q.kind is not Kind.REVIEW and ((item := find(q.id)) is None or item.applies)
    )


def to_review(state: State, phase: Phase) -> tuple[str, ...]:
    """The question of the phase's review round, while that is to be held or to discuss."""
    if phase.review is None:
        return ()
    item = item_of(state, phase.review.id)
    return (item.question,) if item.applies and not is_done(item) else ()


def is_done(item: Item) -> bool:
    """Whether an item counts as dealt with in a progress bar."""
    return item.status in (Status.ANSWERED, Status.SKIPPED, Status.NA)


def is_settled(item: Item) -> bool:
    """Whether the walk is past it: dealt with, or put aside to discuss."""
    return is_done(item) or item.status is Status.PARKED


def progress(state: State, bank: Bank) -> tuple[Progress, ...]:
    """Every phase's progress, in order."""
    started = {walk.phase for walk in state.walks.values()}
    return tuple(
        Progress(
            phase=phase.id,
            title=phase.title,
            done=sum(map(is_done, items)),
            total=len(items),
            parked=sum(item.status is Status.PARKED for item in items),
            started=phase.id in started,
            finished=phase_done(state, phase.id),
            review=phase.id in started
            and all(map(is_settled, items))
            and bool(to_review(state, phase)),
        )
        for phase in bank.phases
        for items in ([item_of(state, name) for name in counted(state, phase)],)
    )


def shared_walk(state: State, phase: str) -> Walk | None:
    """The committee's walk through a phase, if it was started."""
    return next((w for w in state.walks.values() if w.shared and w.phase == phase), None)


def own_walk(state: State, phase: str, member: str) -> Walk | None:
    """A member's own walk through a phase, if it was started."""
    return next((w for w in state.walks.values() if w.member == member and w.phase == phase), None)


def phase_done(state: State, phase: str) -> bool:
    """Done: the shared walk is through, or, where there is none, every voice's own walk is.

    Without a shared walk a posted summary stays: who joins later, or looks again, undoes nothing.
    """
    shared = shared_walk(state, phase)
    if shared:
        return shared.stage is Stage.DONE
    walks = [own_walk(state, phase, who) for who in voices(state)]
    through = bool(walks) and all(walk is not None and walk.stage is Stage.DONE for walk in walks)
    return through or phase in state.committee.summarised


def own_pace(state: State) -> bool:
    """Whether the committee offers to go through a phase at one's own pace."""
    return state.committee.settings.pace is not Pace.TOGETHER


def own_way(state: State, phase: str, member: str) -> bool:
    """Whether the member still has to go through a phase that each answers at their own pace."""
    if phase not in state.committee.opened or shared_walk(state, phase):
        return False
    walk = own_walk(state, phase, member)
    return walk is None or walk.stage is not Stage.DONE


def sayings(state: State, question: Question, item: Item) -> Iterator[Saying]:
    """What the members said, the earliest first, as a reader sees it."""
    for answer in sorted(item.responses.values(), key=lambda a: (a.at, a.member)):
        if answer.said is not Said.WITHDRAWN:
            yield saying(state, question, answer)


def saying(state: State, question: Question, answer: Answer) -> Saying:
    """One response in words."""
    member = state.members.get(answer.member)
    by = state.members.get(answer.by)
    mark = MARKS.get(answer.said, "") or MARKS_HOW.get(answer.how, "")
    if answer.how is How.QUOTE and by is not None:
        mark = QUOTED.format(name=by.name)
    value = answer.value
    return Saying(
        member=answer.member,
        name=member.name if member else answer.member,
        choice=choice_words(question, value) if value else "",
        words=said_words(value) if value else answer.reason,
        mark=mark,
        link=next((part.link for part in answer.parts if part.link), ""),
        at=answer.at,
    )


def names(state: State, members: tuple[str, ...]) -> tuple[str, ...]:
    """Member ids as names, in the order given; unknown ids are left out."""
    return tuple(state.members[who].name for who in members if who in state.members)
