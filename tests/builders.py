"""Small records for tests: a committee of three on a bank of two phases, and what they say.

Plain functions with defaults; every test that needs rows builds them here.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from questions.model import (
    Bank,
    ListQuestion,
    OneQuestion,
    Option,
    Phase,
    Question,
    ReviewQuestion,
    TextQuestion,
    YesNoQuestion,
)
from questions.values import TextValue, Value
from storage.people import Address, Committee, Member, Place, Role
from storage.records import Answer, Entry, How, Item, Part, Said, State, Status, Walk
from storage.trail import Audit, Message, OutboxMessage

NOW = datetime(2026, 5, 12, 9, 40, 0, 123456, tzinfo=UTC)
"""A Tuesday morning, with microseconds, so that a store that drops them is found out."""

WEB = "web"


def now(**later: float) -> datetime:
    """NOW, or that much later: `now(minutes=5)`."""
    return NOW + timedelta(**later)


def place(channel: str = "c1", thread: str = "", platform: str = WEB) -> Place:
    """A place in the local tenant."""
    return Place(platform=platform, tenant="local", channel=channel, thread=thread)


def address(user: str, tenant: str = "local", platform: str = WEB) -> Address:
    """A person's address."""
    return Address(platform=platform, tenant=tenant, user=user)


def bank(version: str = "1", name: str = "tiny") -> Bank:
    """Two phases: text, choice, yes/no and list questions, and a review."""
    first: tuple[Question, ...] = (
        TextQuestion(id="plan.audience", prompt="Who is it for?"),
        OneQuestion(
            id="plan.model",
            prompt="Which model will it follow?",
            options=(
                Option(id="abc", label="ABC model"),
                Option(id="stack", label="Stackable"),
                Option(id="other", label="Other", other=True),
            ),
        ),
        YesNoQuestion(id="plan.proctor", prompt="Is it proctored?"),
    )
    second: tuple[Question, ...] = (
        ListQuestion(id="market.channels", prompt="Where is it announced?"),
        ReviewQuestion(id="market.review", prompt="What could go wrong?"),
    )
    return Bank(
        name=name,
        version=version,
        title="A tiny bank",
        phases=(
            Phase(id="plan", title="Planning", affects="candidates", questions=first),
            Phase(id="market", title="Marketing", affects="members", questions=second),
        ),
    )


def member(name: str = "ana", committee: str = "c1", **fields: Any) -> Member:
    """A member whose id is their name; the web address is "committee:name"."""
    return Member.model_validate(
        {
            "id": name,
            "committee": committee,
            "name": name.title(),
            "email": f"{name}@example.org",
            "addresses": (address(f"{committee}:{name}"),),
            **fields,
        }
    )


def committee(key: str = "c1", **fields: Any) -> Committee:
    """A committee on the tiny bank, not saved yet."""
    return Committee.model_validate(
        {
            "id": key,
            "name": f"Committee {key}",
            "bank": "tiny",
            "bank_version": "1",
            "zone": "Europe/Berlin",
            "home": (place(key),),
            "created_at": NOW,
            **fields,
        }
    )


def walk(key: str = "w1", committee: str = "c1", **fields: Any) -> Walk:
    """The committee's walk through the first phase."""
    return Walk.model_validate(
        {
            "id": key,
            "committee": committee,
            "phase": "plan",
            "place": place(committee, thread=key),
            "current": "plan.audience",
            "started_at": NOW,
            "arrived_at": NOW,
            **fields,
        }
    )


def state(key: str = "c1", members: tuple[str, ...] = ("ana", "ben", "chi")) -> State:
    """A new committee: its first member is the chair, every question is open."""
    people = (
        member(name, key, role=Role.MEMBER if n else Role.CHAIR) for n, name in enumerate(members)
    )
    return State(
        committee=committee(key),
        members={m.id: m for m in people},
        items={question.id: Item(question=question.id) for question in bank()},
        walks={"w1": walk(committee=key)},
    )


def answer(
    words: str = "working privacy officers",
    question: str = "plan.audience",
    member: str = "ana",
    revision: int = 1,
    value: Value | None = None,
    **fields: Any,
) -> Answer:
    """A reply; words alone are a text value."""
    return Answer.model_validate(
        {
            "question": question,
            "member": member,
            "revision": revision,
            "said": Said.ANSWER,
            "value": value or TextValue(text=words),
            "parts": (Part(ref=f"m{revision}", text=words),),
            "how": How.REPLY,
            "by": member,
            "at": now(minutes=revision),
            **fields,
        }
    )


def withdrawn(question: str = "plan.audience", member: str = "ana", revision: int = 2) -> Answer:
    """A revision that takes an answer back."""
    return answer(
        question=question,
        member=member,
        revision=revision,
        said=Said.WITHDRAWN,
        how=How.WITHDRAW,
    ).evolve(value=None, parts=())


def with_answer(before: State, *answers: Answer, status: Status = Status.ANSWERED) -> State:
    """The state after these answers: items answered, the revision one more."""
    after = before
    for given in answers:
        item = after.items.get(given.question) or Item(question=given.question)
        responses = {**item.responses, given.member: given}
        after = after.with_item(item.evolve(responses=responses, status=status))
    return bump(before, after)


def bump(before: State, after: State) -> State:
    """`after` as the successor of `before`."""
    revision = before.committee.revision + 1
    return after.evolve(committee=after.committee.evolve(revision=revision))


def entry(subject: str = "plan.model", **fields: Any) -> Entry:
    """A line of the register."""
    return Entry.model_validate({"subject": subject, "phase": "plan", "at": NOW, **fields})


def audit(action: str = "answered", committee: str = "c1", **fields: Any) -> Audit:
    """A line of the log."""
    return Audit.model_validate(
        {"committee": committee, "at": NOW, "by": "ana", "action": action, **fields}
    )


def promised(key: str = "k1", channel: str = "c1", **fields: Any) -> OutboxMessage:
    """A message that is due now."""
    return OutboxMessage.model_validate(
        {
            "key": key,
            "committee": "c1",
            "place": place(channel),
            "payload": f'{{"effect":"say","key":"{key}"}}',
            "due_at": NOW,
            "created_at": NOW,
            **fields,
        }
    )


def posted(ref: str = "m1", where: Place | None = None, **fields: Any) -> Message:
    """A member's message in a hosted room."""
    return Message.model_validate(
        {
            "place": where or place(),
            "ref": ref,
            "member": "ana",
            "text": f"words of {ref}",
            "at": NOW,
            **fields,
        }
    )
