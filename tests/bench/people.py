"""Committees for the bench: founded through the service, or filled through the store in bulk."""

from datetime import UTC, datetime
from itertools import count

from bot.core.events import Started, Typed
from bot.core.service import NewMember, Service
from bot.core.walking import walk_id
from questions.model import Bank, Kind
from questions.values import TextValue
from storage.people import Role
from storage.port import Store
from storage.records import Answer, How, Part, Said, State, Status

NAMES = ("Ana", "Ben", "Chi", "Dev", "Eve", "Flo")
PHASE = "strategy"
REPLIES = {
    Kind.TEXT: "Because people ask us for it every week, and nobody else offers it",
    Kind.ONE: "1",
    Kind.MANY: "1 and 2",
    Kind.YESNO: "no, not really",
    Kind.LIST: "members\nemployers\nthe education team",
}
_numbers = count(1)


def clock() -> datetime:
    """One moment; the bench measures time elsewhere."""
    return datetime(2026, 5, 12, 9, 40, tzinfo=UTC)


def found(service: Service, bank: Bank, name: str = "Fair") -> State:
    """A committee of six."""
    people = [
        NewMember(name=who, role=Role.CHAIR if who == "Ana" else Role.MEMBER) for who in NAMES
    ]
    return service.found(name, bank, people)


def replies(service: Service, bank: Bank, members: int = len(NAMES)) -> list[list[Typed]]:
    """For each of some members, the replies that take them through a phase of their own walk.

    The walks are started; every reply is an answer to another question, and moves its walk on.
    """
    lines: list[list[Typed]] = []
    while len(lines) < members:
        state = found(service, bank)
        committee = state.committee.id
        for member in list(state.members)[: members - len(lines)]:
            service.handle(
                Started(
                    id=f"bench:{next(_numbers)}",
                    committee=committee,
                    member=member,
                    phase=PHASE,
                    own=True,
                )
            )
            walk = walk_id(committee, PHASE, member)
            line = []
            for question in bank.phase_by_id[PHASE].questions:
                if question.when is None:
                    key = f"bench:{next(_numbers)}"
                    line.append(
                        Typed(
                            id=key,
                            committee=committee,
                            member=member,
                            walk=walk,
                            text=REPLIES[question.kind],
                            ref=f"{key}:m",
                        )
                    )
            lines.append(line)
    return lines


def fill(store: Store, service: Service, bank: Bank, answers: int) -> int:
    """Store so many answers, a full committee in each commit; returns how many it were."""
    stored = 0
    questions = [q.id for q in bank if q.kind is not Kind.REVIEW]
    while stored < answers:
        before = found(service, bank, f"Fair {stored}")
        full = _answered(before, questions[: max(1, (answers - stored) // len(NAMES))])
        committee = full.committee.evolve(revision=full.committee.revision + 1)
        after = full.evolve(committee=committee)
        store.write(lambda tx, a=before.committee.id, b=after: tx.save(tx.state(a), b))  # type: ignore[misc]
        stored += sum(len(item.responses) for item in after.items.values())
    return stored


def _answered(state: State, questions: list[str]) -> State:
    items = dict(state.items)
    for question in questions:
        responses = {
            member: Answer(
                question=question,
                member=member,
                revision=1,
                said=Said.ANSWER,
                value=TextValue(text=f"What {member} thinks of {question}: the price for members"),
                parts=(Part(ref=f"{question}:{member}", text="the price for members"),),
                how=How.REPLY,
                by=member,
                at=clock(),
            )
            for member in state.members
        }
        items[question] = items[question].evolve(responses=responses, status=Status.ANSWERED)
    return state.evolve(items=items)
