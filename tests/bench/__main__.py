"""`python -m tests.bench [--quick] [--only PART]`: print the figures; all of them go to build/bench.json."""

import argparse
import json
import tempfile
from pathlib import Path

from tests.bench.machine import facts
from tests.bench.measures import FULL, PARTS, QUICK, Figures, measure

RESULT = Path("build") / "bench.json"


def table(groups: dict[str, Figures]) -> str:
    """The figures as lines of text."""
    lines: list[str] = []
    for group, figures in groups.items():
        lines += ("", group)
        for what, figure in figures.items():
            shown = f"{figure:12,.2f}" if isinstance(figure, float) else f"{figure:>12}"
            lines.append(f"  {what:60} {shown}")
    return "\n".join(lines)


def main() -> None:
    """Measure everything in one run, on the disk of this folder."""
    parser = argparse.ArgumentParser(description="Measure what Convenor costs on this machine.")
    parser.add_argument("--quick", action="store_true", help="small numbers, to see that it runs")
    parser.add_argument("--only", choices=PARTS, default="", help="one part; it is only printed")
    asked = parser.parse_args()
    scale = QUICK if asked.quick else FULL
    RESULT.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=RESULT.parent) as name:
        groups = {"machine": facts(), **measure(Path(name), scale, asked.only)}
    print(table(groups))
    if not asked.only:
        RESULT.write_text(json.dumps(groups, indent=2), encoding="utf-8")


if __name__ == "__main__":
    main()
