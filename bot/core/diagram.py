"""Draws the walk's state diagram from the engine's table: `python -m bot.core.diagram [FILE]`.

The text is Mermaid, which the code hosts render. A test holds the file in docs/ to it.
"""

import sys
from pathlib import Path

from bot.core.engine import TABLE

HEAD = """# The walk's stages

Drawn from the engine's table by `make diagram`; do not edit by hand. An event that keeps the walk
in its stage is listed below the picture.

"""


def diagram() -> str:
    """The whole Markdown page: the picture, then what keeps each stage."""
    arrows: dict[tuple[str, str], list[str]] = {}
    keeps: dict[str, list[str]] = {}
    for (stage, kind), rule in TABLE.items():
        if stage is None:
            continue
        for to in rule.to:
            if to is stage:
                keeps.setdefault(stage.value, []).append(kind)
            else:
                arrows.setdefault((stage.value, to.value), []).append(kind)
    lines = ["```mermaid", "stateDiagram-v2", "    [*] --> asking: started"]
    for (here, there), kinds in sorted(arrows.items()):
        lines.append(f"    {here} --> {there}: {', '.join(sorted(kinds))}")
    lines += ["    done --> [*]", "```", ""]
    for stage_name, kinds in sorted(keeps.items()):
        lines.append(f"- **{stage_name}** stays on: {', '.join(sorted(kinds))}")
    outside = sorted(kind for stage, kind in TABLE if stage is None)
    lines.append(f"- outside of any walk: {', '.join(outside)}")
    return HEAD + "\n".join(lines) + "\n"


if __name__ == "__main__":
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(diagram(), encoding="utf-8")
    else:
        sys.stdout.write(diagram())
