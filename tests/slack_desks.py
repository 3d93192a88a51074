"""Committees of any size as Slack's adapter finds them, and their pages turned one after the other."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from bot.core.service import Desk
from bot.slack import reading
from bot.slack.people import Seat
from bot.slack.values import Pressed, unpack
from questions.model import Bank, OneQuestion, Option, Phase, Question, ReviewQuestion, TextQuestion
from questions.values import OneValue, TextValue
from storage.records import (
    Answer,
    Committee,
    How,
    Item,
    Member,
    Place,
    Role,
    Said,
    State,
    Status,
    Walk,
)
from tests.block_limits import check_view, shown
from tests.slack_contents import AT, COMMITTEE, PINGS, seen

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


def with_item(desk: Desk, name: str, **changes: Any) -> Desk:
    """The desk with one question's standing changed."""
    item = desk.state.items[name].evolve(**changes)
    return Desk(state=desk.state.with_item(item), bank=desk.bank)


def seat(desk: Desk, who: str = "m0") -> Seat:
    """Somebody's seat."""
    return Seat(desk, desk.state.members[who])


def ways(view: dict[str, Any]) -> dict[str, Pressed]:
    """The buttons that turn the pages, by their words."""
    rows = [block["elements"] for block in view["blocks"] if block["type"] == "actions"]
    return {
        button["text"]["text"]: unpack(button["value"])
        for row in rows
        for button in row
        if unpack(button["value"]).action == "page"
    }


def all_pages(first: dict[str, Any], mine: tuple[Seat, ...]) -> list[dict[str, Any]]:
    """Every page there is, by pressing *Next page* until there is none; each inside the limits."""
    pages = [first]
    check_view(first)
    while "Next page" in ways(pages[-1]):
        pages.append(reading.page(mine, ways(pages[-1])["Next page"]))
        check_view(pages[-1])
        assert ways(pages[-1])["Previous page"].value != ways(pages[-2])["Next page"].value
        assert len(pages) < 200
    for before, after in pairwise(pages):
        assert reading.page(mine, ways(after)["Previous page"]) == before
    return pages


def text_of(pages: list[dict[str, Any]]) -> str:
    """What stands on the pages one after the other, without what each page says of itself."""
    blocks = []
    for n, page in enumerate(pages):
        here = page["blocks"][:-2] if ways(page) else page["blocks"]
        titled = n and page["type"] == "modal" and here[0]["type"] == "context"
        blocks.extend(here[1:] if titled else here)
    return seen(shown(blocks))
