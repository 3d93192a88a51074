"""What can be wrong with a bank's file, gathered so that one reading names every fault."""

import difflib
import re
from collections.abc import Iterable
from itertools import islice

from questions.model import Frozen

NEAR = '; did you mean "{near}"?'

# Hints are a kindness to a person with a few typos; a hostile file gets none after the first few.
_HINTS = 25
_CANDIDATES = 1000
_LONGEST = 80


class BankError(Frozen):
    """One fault: the file as the caller named it, its line (from 1), the question's id or ""."""

    file: str
    line: int
    question: str
    message: str

    def __str__(self) -> str:
        """`file:line: question: message`, without the question where there is none."""
        where = f"{self.file}:{self.line}"
        return ": ".join(part for part in (where, self.question, self.message) if part)


class BankErrors(Exception):
    """A bank cannot be used; `errors` holds every fault, in the file's order."""

    def __init__(self, errors: Iterable[BankError]) -> None:
        self.errors = tuple(errors)
        super().__init__("\n".join(map(str, self.errors)))


class Problems:
    """Gathers one file's faults."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._found: dict[BankError, None] = {}
        self._hints = 0

    def add(self, line: int, question: str, message: str) -> None:
        """Note one fault at a line; the same fault at the same place counts once."""
        error = BankError(file=self._file, line=line, question=question, message=message)
        self._found[error] = None

    def near(self, word: str, known: Iterable[str]) -> str:
        """The "did you mean" for a word that is not among the known ones; "" for no idea."""
        if self._hints >= _HINTS or len(word) > _LONGEST:
            return ""
        self._hints += 1
        close = difflib.get_close_matches(word, list(islice(known, _CANDIDATES)), n=1)
        return NEAR.format(near=close[0]) if close else ""

    def found(self) -> list[BankError]:
        """Every fault so far, in the file's order."""
        return sorted(self._found, key=lambda error: error.line)

    def raise_if_any(self) -> None:
        """Raise BankErrors if a fault was noted."""
        if self._found:
            raise BankErrors(self.found())


def shown(text: str) -> str:
    """A file's own words as they may stand in a message: one line, printable, at most 60 long."""
    line = re.sub(r"\s+", " ", text[:200]).strip()
    line = "".join(mark if mark.isprintable() else "?" for mark in line)
    return line if len(line) <= 60 else line[:59] + "…"
