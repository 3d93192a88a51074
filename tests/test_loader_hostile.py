"""Nothing that a bank's file holds can break its reading: it ends in a bank or in its faults."""

import json
import random
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from questions.dump import as_dict
from questions.loader import BankErrors, bundled_banks, bundled_files, load_bank
from questions.model import Bank

BUNDLED = bundled_files()["microcredential"].read_text(encoding="utf-8")
BANK = bundled_banks()["microcredential"]


def loads_or_names_faults(text: str) -> None:
    """Whatever the text, there is a bank or a list of faults that people can read."""
    try:
        bank = load_bank(text, "x.yaml")
    except BankErrors as caught:
        errors = caught.errors
    else:
        assert isinstance(bank, Bank)
        return
    assert errors
    for error in errors:
        assert error.line >= 1
        assert error.message.strip()
        assert str(error).isprintable()


@pytest.mark.parametrize("junk", ["x", "[]", "{}", "~", "[[{}]]", "3", "{a: {b: [c]}}", '""'])
def test_wrong_types_at_every_node(junk: str) -> None:
    """Junk in the place of any value is a list of faults (or fits), never a crash."""
    bank = as_dict(BANK)
    bank["phases"] = [bank["phases"][3] | {"questions": bank["phases"][3]["questions"][:3]}]
    marked = json.dumps(bank)
    values = [m.span() for m in re.finditer(r'"(?:[^"\\]|\\.)*"|true|\[|\{', marked)]
    for start, end in values:
        after = _closing(marked, start) if marked[start] in "[{" else end
        loads_or_names_faults(marked[:start] + junk + marked[after:])


def _closing(text: str, start: int) -> int:
    """Where the bracket that opens at `start` has closed; texts here hold no brackets."""
    depth = 0
    for place in range(start, len(text)):
        depth += (text[place] in "[{") - (text[place] in "]}")
        if depth == 0:
            return place + 1
    raise AssertionError(text)


@settings(max_examples=150)
@given(st.integers(min_value=0), st.data())
def test_a_damaged_bank_is_a_bank_or_a_list_of_faults(seed: int, data: st.DataObject) -> None:
    """Whatever happens to the bundled file's text, reading it ends in a bank or in its faults."""
    rng = random.Random(seed)
    lines = BUNDLED.splitlines(keepends=True)[: rng.choice([40, 120, 700])]
    for _ in range(data.draw(st.integers(1, 6))):
        place = rng.randrange(len(lines))
        line = lines[place]
        cut = rng.randrange(len(line))
        match rng.randrange(7):
            case 0:
                del lines[place : place + rng.randrange(1, 4)]
            case 1:
                lines.insert(rng.randrange(len(lines)), line)
            case 2:
                lines[place] = line[cut:]
            case 3:
                lines[place] = "  " * rng.randrange(4) + line
            case 4:
                junk = data.draw(st.text(max_size=6))
                lines[place] = line[:cut] + junk + line[cut:]
            case 5:
                lines[place] = re.sub(r"[\w.-]+", rng.choice(["yes", "a.b", "[", "&x"]), line)
            case _:
                lines[place] = line[:cut] + rng.choice("{}[]&*!|>'\"%@`:#,?-~\t") + line[cut:]
        lines = lines or ["x\n"]
    loads_or_names_faults("".join(lines))


JUNK: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "kind", "parts", "when", "options", "phases", "bank"]), inner
        )
    ),
    max_leaves=12,
)


@settings(max_examples=150)
@given(st.data())
def test_junk_in_a_bank(data: st.DataObject) -> None:
    """Any value in the place of any part of a bank is a bank or a list of faults."""
    bank: Any = as_dict(BANK)
    bank["phases"] = [bank["phases"][data.draw(st.integers(0, 5))]]
    place: Any = bank
    while True:
        keys: list[Any] = list(place) if isinstance(place, dict) else list(range(len(place)))
        key = data.draw(st.sampled_from(keys))
        inner = place[key]
        if not isinstance(inner, dict | list) or not inner or data.draw(st.integers(0, 3)) == 0:
            place[key] = data.draw(JUNK)
            break
        place = inner
    loads_or_names_faults(json.dumps(bank, ensure_ascii=False))
