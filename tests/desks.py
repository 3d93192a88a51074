"""Committees of any size as an adapter finds them, without a store."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from bot.core.desk import Desk
from bot.core.register import Reader
from questions.model import Bank, OneQuestion, Option, Phase, Question, ReviewQuestion, TextQuestion
from questions.values import OneValue, TextValue
from storage.people import Committee, Member, Place, Role
from storage.records import (
    Answer,
    Entry,
    How,
    Item,
    ReviewNote,
    Ruling,
    Said,
    State,
    Status,
    Step,
    Treatment,
    Walk,
)
from tests.contents import AT, COMMITTEE, PINGS

HOME = Place(platform="slack", tenant="T1", channel="C1")
LONG = "We thought about it for a long time. " * 500


def bank_of(phases: int, each: int) -> Bank:
    """A bank of words, choices and a review in every phase."""

    def questions(p: int) -> Iterator[Question]:
        for n in range(each):
            link = f"p{p - 1}.q{n}" if p and n % 7 == 0 else None
            prompt = f"What about {n} in phase {p}? {PINGS if n % 5 == 0 else ''}"
            yield TextQuestion(id=f"p{p}.q{n}", prompt=prompt, link=link)
        options = tuple(Option(id=f"o{n}", label=f"Choice {n} {'long ' * n}") for n in range(20))
        yield OneQuestion(id=f"p{p}.one", prompt="Which?", options=options)
        yield ReviewQuestion(id=f"p{p}.review", prompt="What could go wrong?")

    made = (
        Phase(
            id=f"p{p}",
            title=f"Phase {p}: designing and developing",
            affects="all",
            questions=tuple(questions(p)),
        )
        for p in range(phases)
    )
    return Bank(name="big", version="1", title="Big", phases=tuple(made))


def desk_of(bank: Bank, people: int, words: str, answering: int) -> Desk:
    """A committee in which the first `answering` people said these words to everything."""
    members = {
        f"m{n}": Member(
            id=f"m{n}",
            committee=COMMITTEE,
            name=f"Member {n} *&*",
            role=Role.MEMBER if n else Role.CHAIR,
        )
        for n in range(people)
    }
    items: dict[str, Item] = {}
    for question in bank:
        value = (
            OneValue(option="o3", why=words)
            if isinstance(question, OneQuestion)
            else TextValue(text=words)
        )
        items[question.id] = Item(
            question=question.id,
            status=Status.ANSWERED if answering else Status.OPEN,
            responses={
                who: Answer(
                    question=question.id, member=who, revision=1, said=Said.ANSWER, value=value,
                    how=How.FORM, by=who, at=AT,
                )
                for who in list(members)[:answering]
            },
        )  # fmt: skip
    walks = [
        Walk(
            id=f"{COMMITTEE}.{p.id}",
            committee=COMMITTEE,
            phase=p.id,
            place=HOME,
            started_at=AT,
            arrived_at=AT,
        )
        for p in bank.phases
    ]
    committee = Committee(
        id=COMMITTEE, name=f"The {PINGS} board", bank=bank.name, bank_version="1", zone="UTC",
        home=(HOME,), created_at=AT,
    )  # fmt: skip
    state = State(committee=committee, members=members, items=items, walks={w.id: w for w in walks})
    return Desk(state=state, bank=bank)


def reader(desk: Desk, who: str = "") -> Reader:
    """Somebody who reads: the first of the committee, unless named."""
    return Reader(desk, desk.state.members[who or next(iter(desk.state.members))], AT)


def with_item(desk: Desk, name: str, **changes: Any) -> Desk:
    """The desk with one question's standing changed."""
    item = desk.state.items[name].evolve(**changes)
    return Desk(state=desk.state.with_item(item), bank=desk.bank)


RULED = (
    "Skipped: no time for it", "Not asked any more", "It slows them down", "Like the other exam",
    "Act: Tell them", "What about 2",
)  # fmt: skip
"""What the record says of `ruled`."""


def ruled() -> Desk:
    """A committee that left a question out, is not asked two any more, and noted what could go wrong."""
    desk = desk_of(bank_of(1, 4), 2, "Yes.", 1)
    ruling = Ruling(status=Status.SKIPPED, reason="no time for it", by="m0", at=AT)
    desk = with_item(desk, "p0.q1", ruling=ruling, status=Status.SKIPPED, responses={})
    desk = with_item(desk, "p0.q2", applies=False)
    desk = with_item(desk, "p0.q3", applies=False, responses={})
    notes = (
        ReviewNote(member="m0", step=Step.EFFECT, text="It slows them down", at=AT),
        ReviewNote(member="m1", step=Step.CONFUSION, text="Like the other exam", at=AT),
    )
    entry = Entry(
        subject="p0.q0", phase="p0", notes=notes, treatment=Treatment.ACT, action="Tell them", at=AT
    )
    return Desk(state=desk.state.with_entry(entry), bank=desk.bank)


def reviewed(words: str, answers: str = "Yes.", people: int = 3) -> Desk:
    """A committee in which one answer was reviewed in these words."""
    desk = desk_of(bank_of(1, 2), people, answers, people)
    notes = tuple(
        ReviewNote(member=who, step=step, text=words, at=AT)
        for step in (Step.EFFECT, Step.CONFUSION)
        for who in ("m0", "m1")
        if words
    )
    entry = Entry(
        subject="p0.q0", phase="p0", notes=notes, confusion_with=words, treatment=Treatment.ACT,
        action=words, owner="m1", due=date(2026, 6, 12), at=AT,
    )  # fmt: skip
    return Desk(state=desk.state.with_entry(entry), bank=desk.bank)
