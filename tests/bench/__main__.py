"""`python -m tests.bench [--quick]`: print the figures, and write them to build/bench.json."""

import argparse
import json
import tempfile
from pathlib import Path

from tests.bench.machine import facts
from tests.bench.measures import Figures, sizes, start_up, throughput

RESULT = Path("build") / "bench.json"


def main() -> None:
    """Measure everything in one run, on the disk of this folder."""
    parser = argparse.ArgumentParser(description="Measure what Convenor costs on this machine.")
    parser.add_argument("--quick", action="store_true", help="small numbers, to see that it runs")
    quick = parser.parse_args().quick
    RESULT.parent.mkdir(exist_ok=True)
    groups: dict[str, Figures] = {"machine": facts()}
    with tempfile.TemporaryDirectory(dir=RESULT.parent) as name:
        folder = Path(name)
        groups["start-up"] = start_up(folder)
        groups["throughput"] = throughput(folder, 1 if quick else 7)
        groups["sizes"] = sizes(folder, 1_000, 3_000 if quick else 1_000_000)
    for group, figures in groups.items():
        print(f"\n{group}")
        for what, figure in figures.items():
            shown = f"{figure:12,.2f}" if isinstance(figure, float) else f"{figure:>12}"
            print(f"  {what:60} {shown}")
    RESULT.write_text(json.dumps(groups, indent=2), encoding="utf-8")


if __name__ == "__main__":
    main()
