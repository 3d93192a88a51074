"""The log of a process that says all it can, for tests of what may not stand in it."""

import io
import logging
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import pytest

from bot import logs

LEVELS = ("as it runs", "libraries at DEBUG")


class Log:
    """What the process would have written to stderr."""

    def __init__(self, stream: io.StringIO) -> None:
        self._stream = stream

    def has(self, words: str) -> bool:
        return words in self.text

    @property
    def text(self) -> str:
        return self._stream.getvalue()


@contextmanager
def captured(
    monkeypatch: pytest.MonkeyPatch, level: str, hushed: Iterable[str], others: Iterable[str] = ()
) -> Iterator[Log]:
    """All that is logged, with the libraries at a level of LEVELS.

    `hushed` are the loggers of what the test itself asks with, and `others` those that are set back, too.
    """
    root, stream = logging.getLogger(), io.StringIO()
    names = (*logs.QUIET, *hushed, *others)
    loggers = [root, *(logging.getLogger(name) for name in names)]
    before = [(each, each.level) for each in loggers]
    handlers, root.handlers = root.handlers, []
    monkeypatch.setattr(sys, "stderr", stream)
    logs.set_up(logging.DEBUG)
    for name in hushed:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    if level == LEVELS[1]:
        for name in logs.TALKATIVE:
            logging.getLogger(name).setLevel(logging.DEBUG)
    yield Log(stream)
    root.handlers = handlers
    for each, was in before:
        each.setLevel(was)
