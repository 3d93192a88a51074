"""The picture of the walk in docs/ is the engine's table, all of it."""

import re
import subprocess
import sys
from pathlib import Path

from bot.core.diagram import diagram
from bot.core.engine import TABLE
from storage.records import Stage

ROOT = Path(__file__).parent.parent
ARROW = re.compile(r"^    (\w+) --> (\w+): (.+)$", re.MULTILINE)
KEEPS = re.compile(r"^- \*\*(\w+)\*\* stays on: (.+)$", re.MULTILINE)
OUTSIDE = re.compile(r"^- outside of any walk: (.+)$", re.MULTILINE)

Row = tuple[str, str, str]
"""A stage, an event, and the stage it can lead to."""


def _drawn(page: str) -> list[Row]:
    """Every transition that the page shows."""
    rows = [
        (here, kind, there)
        for here, there, kinds in ARROW.findall(page)
        for kind in kinds.split(", ")
    ]
    rows += [
        (here, kind, here) for here, kinds in KEEPS.findall(page) for kind in kinds.split(", ")
    ]
    return rows


def test_the_page_in_the_docs_is_what_is_drawn() -> None:
    """Where this fails, `make diagram` brings docs/walk.md up to date."""
    assert (ROOT / "docs" / "walk.md").read_text(encoding="utf-8") == diagram()


def test_the_picture_shows_every_row_of_the_table_once() -> None:
    """Each stage, event and stage afterwards, and nothing that the table does not have."""
    wanted = [
        (stage.value, kind, to.value)
        for (stage, kind), rule in TABLE.items()
        if stage is not None
        for to in rule.to
    ]
    assert sorted(_drawn(diagram())) == sorted(wanted)
    assert {stage for stage, _, _ in wanted} == set(Stage)


def test_the_picture_names_what_happens_outside_of_any_walk() -> None:
    """In one line, in the alphabet's order."""
    found = OUTSIDE.search(diagram())
    assert found is not None
    assert found[1].split(", ") == sorted(kind for stage, kind in TABLE if stage is None)


def test_every_stage_can_be_reached_and_left() -> None:
    """No stage stands alone, and there is a way from each to the end."""
    ways: dict[str, set[str]] = {}
    for here, _, there in _drawn(diagram()):
        ways.setdefault(here, set()).add(there)
    for stage in Stage:
        assert Stage.DONE.value in _from(ways, stage.value), f"{stage} never ends"
        assert stage.value in _from(ways, Stage.ASKING.value), f"{stage} is never reached"


def _from(ways: dict[str, set[str]], start: str) -> set[str]:
    reached, before = {start}, set[str]()
    while reached != before:
        before = set(reached)
        reached |= {there for here in before for there in ways.get(here, ())}
    return reached


def test_the_command_writes_the_page(tmp_path: Path) -> None:
    """To the file it is given, or to the screen."""
    command = [sys.executable, "-m", "bot.core.diagram"]
    shown = subprocess.run(command, capture_output=True, check=True, cwd=ROOT)
    assert shown.stdout.decode() == diagram()
    subprocess.run([*command, str(tmp_path / "walk.md")], check=True, cwd=ROOT)
    assert (tmp_path / "walk.md").read_text(encoding="utf-8") == diagram()
