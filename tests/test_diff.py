"""What a new version of a bank changes, as its readers see it."""

import re

from questions.diff import compare
from questions.loader import bundled_banks
from questions.model import Bank, OneQuestion, Phase

BANK = bundled_banks()["microcredential"]


def edited(**changes: dict[str, object]) -> Bank:
    """The bank with other fields for some questions; ids are written with _ for . and -."""
    by_name = {re.sub("[.-]", "_", question.id): question.id for question in BANK}
    updates = {by_name[name]: change for name, change in changes.items()}
    phases = tuple(
        phase.model_copy(
            update={
                "questions": tuple(
                    q.model_copy(update=updates.get(q.id, {})) for q in phase.questions
                )
            }
        )
        for phase in BANK.phases
    )
    return Bank(name=BANK.name, version="2", title=BANK.title, phases=phases)


def test_the_same_bank_has_no_changes() -> None:
    """A new version number alone changes nothing for a reader."""
    assert not compare(BANK, edited())


def test_changed_fields_are_named() -> None:
    """Other words, other conditions and other options are each named, in asking order."""
    model = BANK.questions["design.model"]
    assert isinstance(model, OneQuestion)
    new = edited(
        strategy_case={"prompt": "Why build it?", "help": "In short."},
        operations_currency_how={"when": None},
        design_model={"options": model.options[:2]},
        delivery_scoring={"link": None},
    )
    changes = compare(BANK, new)
    assert [(change.id, change.fields) for change in changes.changed] == [
        ("strategy.case", ("prompt", "help")),
        ("operations.currency.how", ("when",)),
        ("design.model", ("options",)),
        ("delivery.scoring", ("link",)),
    ]
    assert not changes.added
    assert not changes.removed
    assert changes


def with_last_phases(*phases: Phase) -> Bank:
    """The bank with its first four phases and these."""
    return Bank(name=BANK.name, version="2", title=BANK.title, phases=(*BANK.phases[:4], *phases))


def test_added_and_removed() -> None:
    """What only one version has is added or removed, whichever way one looks."""
    fewer = with_last_phases(BANK.phases[5])
    gone = tuple(q.id for q in BANK.phases[4].questions)
    assert compare(BANK, fewer).removed == gone
    assert compare(fewer, BANK).added == gone
    assert compare(BANK, fewer).changed == ()


def test_a_moved_section_is_one_change() -> None:
    """A top question that moves takes its parts along; only it counts as moved."""
    last = BANK.phases[5]
    top = [q.id for q in last.questions if q.parent is None]
    moved = list(BANK.section_of[top[1]])
    order = [q for q in last.questions if q.id not in moved]
    order[-1:-1] = [BANK.questions[name] for name in moved]
    new = with_last_phases(BANK.phases[4], last.model_copy(update={"questions": tuple(order)}))
    changes = compare(BANK, new)
    assert [(change.id, change.fields) for change in changes.changed] == [(top[1], ("order",))]


def test_a_question_in_another_phase_changed_its_phase() -> None:
    """A question that stands in another phase now is changed, not removed and added."""
    delivery, last = BANK.phases[4:]
    first = last.questions[0]
    new = with_last_phases(
        delivery.model_copy(update={"questions": (first, *delivery.questions)}),
        last.model_copy(update={"questions": last.questions[1:]}),
    )
    changes = compare(BANK, new)
    assert [(change.id, change.fields) for change in changes.changed] == [(first.id, ("phase",))]
    assert not changes.added
    assert not changes.removed
