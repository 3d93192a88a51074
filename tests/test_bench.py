"""The bench runs and measures what it says; what it finds is nobody's business here."""

import math
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.bench.__main__ import table
from tests.bench.machine import facts
from tests.bench.measures import PARTS, Figures, Scale

TINY = Scale(
    rounds=1, warm=1, commits=10, alone=1, together=2, small=60, large=700, probed=1, starts=1,
    crowd=3, waves=1, few=3, many=6, due=2,
)  # fmt: skip


SERVERS = ("Slack", "Teams")
"""Parts that start servers of their own, which takes seconds: theirs run in the soak."""


def measured(folder: Path, parts: Iterable[str]) -> dict[str, Figures]:
    """So many parts of a tiny bench: every figure is a positive number, all are shown."""
    groups = {name: PARTS[name](folder, TINY) for name in parts}
    for figures in groups.values():
        assert figures
        for what, figure in figures.items():
            assert 0 < figure < math.inf, what
    text = table({"machine": facts(), **groups})
    assert all(what in text for figures in groups.values() for what in figures)
    return groups


def test_a_tiny_bench_finds_a_figure_for_everything(tmp_path: Path) -> None:
    """Ratios are between figures of the run."""
    groups = measured(tmp_path, PARTS.keys() - set(SERVERS))
    speed, sizes = groups["throughput"], groups["sizes"]
    assert math.isclose(
        speed["one at a time / raw (aim: at least 0.5)"],
        speed["answers/s, one at a time"] / speed["raw commits/s"],
    )
    assert "2 at once / raw (aim: above 1)" in speed
    assert math.isclose(
        sizes["search, ratio"], sizes["search ms, 700 stored"] / sizes["search ms, 60 stored"]
    )


@pytest.mark.soak
def test_a_tiny_bench_of_the_platforms_finds_a_figure_for_everything(tmp_path: Path) -> None:
    """The same of Slack and Teams, against bare bots."""
    groups = measured(tmp_path, SERVERS)
    sides = (("Slack", "events", "bare Bolt", 0.5), ("Teams", "activities", "bare bot", 1))
    for part, many, bare, aim in sides:
        found = groups[part]
        assert math.isclose(
            found[f"Convenor / {bare}, 3 at once (aim: at least {aim})"],
            found[f"{many}/s, Convenor, 3 at once"] / found[f"{many}/s, {bare}, 3 at once"],
        )
