"""The bench runs and measures what it says; what it finds is nobody's business here."""

import math
from pathlib import Path

from tests.bench.__main__ import table
from tests.bench.machine import facts
from tests.bench.measures import Scale, measure

TINY = Scale(
    rounds=1, warm=1, commits=10, alone=1, together=2, small=60, large=700, probed=1, starts=1,
    crowd=3, waves=1, few=3, many=6, due=2,
)  # fmt: skip


def test_a_tiny_bench_finds_a_figure_for_everything(tmp_path: Path) -> None:
    """Every figure is a positive number, ratios are between figures of the run, all are shown."""
    groups = measure(tmp_path, TINY)
    for figures in groups.values():
        assert figures
        for what, figure in figures.items():
            assert 0 < figure < math.inf, what
    speed, sizes = groups["throughput"], groups["sizes"]
    assert math.isclose(
        speed["one at a time / raw (aim: at least 0.5)"],
        speed["answers/s, one at a time"] / speed["raw commits/s"],
    )
    assert "2 at once / raw (aim: above 1)" in speed
    assert math.isclose(
        sizes["search, ratio"], sizes["search ms, 700 stored"] / sizes["search ms, 60 stored"]
    )
    sides = (("Slack", "events", "bare Bolt", 0.5), ("Teams", "activities", "bare bot", 1))
    for part, many, bare, aim in sides:
        found = groups[part]
        assert math.isclose(
            found[f"Convenor / {bare}, 3 at once (aim: at least {aim})"],
            found[f"{many}/s, Convenor, 3 at once"] / found[f"{many}/s, {bare}, 3 at once"],
        )
    text = table({"machine": facts(), **groups})
    assert all(what in text for figures in groups.values() for what in figures)
