"""The engine under random events of every kind: it moves on, or says no and nothing has changed."""

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.engine import EVERYWHERE, TABLE
from bot.core.events import EVENT, Passed, ResumedWalk, WentBack, WentNext
from questions.dump import bank_to_yaml
from questions.loader import load_bank
from questions.model import Bank
from storage.people import Role
from storage.records import Stage, Walk
from tests.harness import short_bank
from tests.walk_laws import Run
from tests.walk_moves import BUILDERS, START, Move, World, banks, event, later, moves, reply, worlds

# The same lives in every run; `make soak` looks for new ones.
often = settings(max_examples=100, derandomize=True)
sometimes = settings(max_examples=50, derandomize=True)
SHORT = short_bank()
SMALL = worlds(st.just(SHORT))
DRAWN = worlds(banks())


def lived(world: World, plan: list[Move], *, careful: bool) -> Run:
    """A committee after a list of moves."""
    run = Run(world, START, careful=careful)
    for move in plan:
        run.take(event(move, run.state, run.bank, run.versions, run.next_number()))
        run.now = later(run.now, move.pause)
    return run


# -- moving on -------------------------------------------------------------------------------------


@often
@given(SMALL, moves())
def test_any_event_moves_on_or_changes_nothing(world: World, plan: list[Move]) -> None:
    """On the short bank: each event is taken and every law holds, or it is refused."""
    lived(world, plan, careful=True)


@often
@given(DRAWN, moves())
def test_any_event_moves_on_on_any_bank(world: World, plan: list[Move]) -> None:
    """The same on banks with any conditions, links, parts and reviews."""
    lived(world, plan, careful=True)


# -- every walk ends -------------------------------------------------------------------------------


def leader(run: Run, walk: Walk) -> str:
    """Who may move a walk; "" where its owner is gone."""
    if walk.member:
        who = run.state.members[walk.member]
        return who.id if who.active and who.role is not Role.OBSERVER else ""
    return next(m.id for m in run.state.members.values() if m.active and m.role is Role.CHAIR)


def base(run: Run, walk: Walk, who: str) -> dict[str, Any]:
    """An event's own fields."""
    number = run.next_number()
    return {"id": f"e{number}", "committee": "c1", "member": who, "walk": walk.id}


def push(run: Run, walk: Walk, rng: random.Random) -> None:
    """A plausible next thing in a walk: people answer what is asked; then its leader says next."""
    who = leader(run, walk)
    here = (walk.current, walk.review)
    if walk.stage is Stage.PAUSED:
        assert run.take(ResumedWalk(**base(run, walk, who)))
        return
    for voice in range(len(run.state.members)):
        if rng.random() < 0.8:
            if walk.stage is Stage.ASKING:
                said = reply(walk, run.state, run.bank, run.next_number(), rng, voice)
                assert run.take(said), said
            else:
                run.take(Passed(**base(run, walk, walk.member or who)))
        run.now = later(run.now, 1)
        walk = run.state.walks[walk.id]
        if walk.stage is Stage.DONE or (walk.current, walk.review) != here:
            return
    assert run.take(WentNext(**base(run, walk, who)))


def finish_all(run: Run, seed: int) -> None:
    """Drive every walk to its end; fails where one does not end."""
    rng = random.Random(seed)
    for key in run.state.walks:
        walk = run.state.walks[key]
        if not leader(run, walk):
            continue
        enough = 3 * len(run.bank.questions) * 4 + 20
        for _ in range(enough):
            walk = run.state.walks[key]
            if walk.stage is Stage.DONE:
                break
            push(run, walk, rng)
        assert walk.stage is Stage.DONE, f"{key} does not end"


@sometimes
@given(SMALL | DRAWN, moves(), st.integers(0, 1000))
def test_every_walk_ends(world: World, plan: list[Move], seed: int) -> None:
    """From wherever people have got to, answering and *next* lead to the end in a few steps."""
    run = lived(world, plan, careful=False)
    finish_all(run, seed)


@sometimes
@given(SMALL | DRAWN, moves(), st.integers(0, 1000))
def test_back_then_answer_returns(world: World, plan: list[Move], seed: int) -> None:
    """After *back*, dealing with that question leads to where the walk was."""
    run = lived(world, plan, careful=False)
    rng = random.Random(seed)
    for key in run.state.walks:
        came_back(run, key, rng)


def came_back(run: Run, key: str, rng: random.Random) -> None:
    """Go back in one walk, answer there, and look where it went."""
    walk = run.state.walks[key]
    was = walk.ahead or walk.current
    who = leader(run, walk)
    if walk.stage is not Stage.ASKING or not who:
        return
    if not run.take(WentBack(**base(run, walk, who))):
        return
    back_at = run.state.walks[key].current
    for _ in range(3):
        walk = run.state.walks[key]
        if walk.stage is not Stage.ASKING or walk.current != back_at:
            break
        push(run, walk, rng)
    walk = run.state.walks[key]
    if run.state.items[was].applies and was != back_at:
        assert walk.current == was


# -- the test's own tools --------------------------------------------------------------------------


def test_the_moves_cover_every_event() -> None:
    """Every kind of event, and every row of the table, can come up."""
    kinds = {choice["properties"]["kind"]["const"] for choice in _choices()}
    assert set(BUILDERS) == kinds
    assert {kind for _, kind in TABLE} | set(EVERYWHERE) == kinds


def _choices() -> list[dict[str, dict[str, dict[str, str]]]]:
    found: list[dict[str, dict[str, dict[str, str]]]] = [
        shape
        for shape in EVENT.json_schema()["$defs"].values()
        if "kind" in shape.get("properties", {}) and "committee" in shape["properties"]
    ]
    return [shape for shape in found if "const" in shape["properties"]["kind"]]


@sometimes
@given(DRAWN)
def test_the_drawn_banks_are_banks(world: World) -> None:
    """The loader takes every drawn bank and every version made of it."""
    for bank in (world.bank, *world.versions):
        loaded: Bank = load_bank(bank_to_yaml(bank), "drawn.yaml")
        assert loaded == bank


# -- for as long as one likes ----------------------------------------------------------------------


@pytest.mark.soak
@settings(max_examples=10_000, derandomize=False)
@given(SMALL | DRAWN, moves(most=150), st.integers(0, 1000))
def test_any_life_holds_for_long(world: World, plan: list[Move], seed: int) -> None:
    """All of the above, longer and more often."""
    run = lived(world, plan, careful=True)
    for key in run.state.walks:
        came_back(run, key, random.Random(seed))
    finish_all(run, seed)
