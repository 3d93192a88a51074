"""The bundled bank, walked: every phase to its end, and its one forked model there and back."""

import pytest

from bot.core.effects import QuestionCard, ReviewCard
from questions.loader import read_bank
from questions.model import Bank, Kind, ManyQuestion, OneQuestion, Question
from storage.records import Stage, Status
from tests.harness import Harness

BANK: Bank = read_bank("microcredential")


def plausible(question: Question) -> str:
    """What somebody might well reply."""
    match question.kind:
        case Kind.YESNO:
            return "yes, we think so"
        case Kind.LIST:
            return "- the first thing\n- the second thing"
        case Kind.ONE | Kind.MANY:
            assert isinstance(question, OneQuestion | ManyQuestion)
            return question.options[0].label
        case _:
            return "A short answer in a few words."


@pytest.mark.parametrize("phase", [phase.id for phase in BANK.phases])
def test_every_phase_can_be_walked_to_its_end(phase: str) -> None:
    """By one member at their own pace, replying in words alone; nothing that applies is left open."""
    h = Harness(BANK)
    mine = h.start(phase, "Ben", own=True)
    asked = []
    for _ in range(2 * len(BANK.questions)):
        walk = h.walk(mine)
        if walk.stage is not Stage.ASKING:
            break
        asked.append(walk.current)
        h.say("Ben", plausible(BANK.questions[walk.current]), mine)
        assert h.item(walk.current).status is Status.ANSWERED, walk.current
    assert len(asked) == len(set(asked))
    for _ in range(len(asked) + 1):
        if h.walk(mine).stage is Stage.DONE:
            break
        h.say("Ben", "nothing", mine)
    assert h.walk(mine).stage is Stage.DONE
    still_open = [
        q.id
        for q in BANK.phase_by_id[phase].questions
        if h.item(q.id).applies and h.item(q.id).status is Status.OPEN
    ]
    assert still_open == []


def test_design_and_development_by_two() -> None:
    """A condition opens, the answer changes and closes it, changes back: its answers were kept."""
    h = Harness(BANK, names=("Ana", "Ben"))
    walk = h.start("design")
    for name in ("Ana", "Ben"):
        h.say(name, "stackable I think, on top of the CPP", walk)
    assert h.item("design.stack").applies
    for name in ("Ana", "Ben"):
        h.say(name, "Finish two courses", walk)
    assert h.walk(walk).current == "design.stack"
    for name in ("Ana", "Ben"):
        h.say(name, "course one\ncourse two", walk)
    assert h.walk(walk).current == "design.journey"

    for name in ("Ana", "Ben"):
        h.form(name, walk, design__model={"option": "certificate"})
    stack = h.item("design.stack")
    assert not stack.applies
    assert len(stack.answers) == 2
    shown = [
        c for c in h.contents(walk) if isinstance(c, QuestionCard) and c.question == "design.stack"
    ]
    assert shown[-1].closed

    h.form("Ben", walk, design__model={"option": "stackable"})
    stack = h.item("design.stack")
    assert (stack.applies, stack.status) == (True, Status.ANSWERED)
    assert h.answer_text("design.stack", "Ana") == "course one\ncourse two"
    history = h.store.read().history(h.committee, "design.model", h.ids["Ben"])
    assert [a.revision for a in history] == [1, 2, 3]

    while h.walk(walk).stage is Stage.ASKING:
        question = BANK.questions[h.walk(walk).current]
        for name in ("Ana", "Ben"):
            h.say(name, plausible(question), walk)
    assert h.walk(walk).stage is Stage.REVIEWING
    h.say("Ana", "Candidates may wait for the second course", walk)
    h.say("Ben", "nothing", walk)
    h.say("Ana", "no", walk)
    h.say("Ben", "With the CPP itself", walk)
    h.say("Ana", "act: say it on the first page, Ben, by 2026-06-12", walk)
    while h.walk(walk).stage is Stage.REVIEWING:
        h.say("Ana", "next", walk)
    assert h.walk(walk).stage is Stage.DONE
    [summary] = h.summaries()
    assert "design.stack" in [line.question for line in summary.lines]
    assert summary.register_lines[0].outcome.startswith("Act: say it on the first page (Ben")
    assert isinstance(h.contents(walk)[-2], ReviewCard)
