"""The engines that the store's contract is held against. A new engine is one more entry here."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from storage.port import Store
from storage.sqlite import open_store

ENGINES: dict[str, Callable[[Path], Store]] = {
    "memory": lambda folder: open_store("sqlite://"),
    "file": lambda folder: open_store(f"sqlite:///{folder / 'convenor.db'}"),
}


@pytest.fixture(params=ENGINES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty record, once for each engine."""
    opened = ENGINES[request.param](tmp_path)
    yield opened
    opened.close()
