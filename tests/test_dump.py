"""A bank written out: its YAML and JSON read back as the same bank, its tree shows everything."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from questions.dump import as_json, bank_to_yaml, tree
from questions.loader import bundled_banks, load_bank
from questions.model import Bank, Kind

BANK = bundled_banks()["microcredential"]
WORDS = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"),
    min_size=1,
    max_size=80,
).filter(lambda text: text == text.strip() and not re.search("[\ufffe\uffff]", text))


BOOLEANS = st.booleans()


@st.composite
def banks(draw: st.DrawFn) -> Bank:
    """Small banks with nested parts, options, conditions and links, and any words."""
    questions: list[dict[str, object]] = []
    path: list[str] = []
    for number in range(draw(st.integers(1, 8))):
        path = path[: draw(st.integers(0, len(path)))]
        kind = draw(st.sampled_from([kind for kind in Kind if kind is not Kind.REVIEW]))
        question: dict[str, object] = {key: draw(WORDS) for key in ("prompt", "help", "why")}
        question |= {"id": f"p.q{number}", "kind": kind, "parent": path[-1] if path else None}
        if kind in (Kind.ONE, Kind.MANY):
            labels = draw(st.lists(WORDS, min_size=1, max_size=3))
            question["options"] = [
                {"id": f"o{i}", "label": label, "other": i == 1} for i, label in enumerate(labels)
            ]
        before = {Kind.YESNO: ("is", "no"), Kind.ONE: ("is", "o0"), Kind.MANY: ("includes", "o0")}
        asked = [other for other in questions if other["kind"] in before]
        if bool(asked) and draw(BOOLEANS):
            source = draw(st.sampled_from(asked))
            op, value = next(v for k, v in before.items() if k == source["kind"])
            question["when"] = {"question": source["id"], "op": op, "value": value}
        same = [other["id"] for other in questions if other["kind"] == kind]
        if bool(same) and draw(BOOLEANS):
            question["link"] = draw(st.sampled_from(same))
        questions.append(question)
        path = [*path, f"p.q{number}"]
    phase = {"id": "p", "title": draw(WORDS), "affects": draw(WORDS), "questions": questions}
    return Bank.model_validate(
        {"name": "b", "version": "1.0", "title": draw(WORDS), "phases": [phase]}
    )


@settings(max_examples=60)
@given(banks())
def test_a_bank_survives_being_written_and_read(bank: Bank) -> None:
    """A bank's YAML and its JSON read back as the same bank, whatever its words."""
    assert load_bank(bank_to_yaml(bank), "b.yaml") == bank
    assert load_bank(as_json(bank), "b.json") == bank


def test_the_bundled_bank_survives_being_written_and_read() -> None:
    """The bundled bank's YAML and JSON read back as the same bank."""
    assert load_bank(bank_to_yaml(BANK), "b.yaml") == BANK
    assert load_bank(as_json(BANK), "b.json") == BANK


def test_the_tree_shows_every_question() -> None:
    """The tree has each phase and question, its kind, and what it hangs on."""
    lines = tree(BANK).splitlines()
    assert lines[0] == "Microcredential (microcredential, version 1): 6 phases, 102 questions"
    for question in BANK:
        assert any(line.strip().startswith(f"{question.id} [{question.kind}") for line in lines)
    text = "\n".join(lines)
    assert "[one: ABC model | Stackable | Certificate | Other…]" in text
    assert "asked if design.model is stackable" in text
    assert "same ground as marketing.metrics" in text
