"""Short, stable ids for a draft bank: `phase.word-word`, each given once. Pure."""

from questions.outline_kinds import words

_PHASE_LENGTH, _QUESTION_LENGTH, _NAME_LENGTH = 32, 44, 60
_PHASE_WORDS, _QUESTION_WORDS, _OPTION_WORDS = 2, 2, 4


def slug(text: str, fallback: str, most: int = 8, length: int = _NAME_LENGTH) -> str:
    """The first telling words of a text as an id that begins with a letter.

    Text without one Latin letter or digit gives `fallback`.
    """
    joined = _joined(words(text)[:most], length)
    if not joined:
        return fallback
    return joined if joined[0].isalpha() else f"n-{joined}"


class Ids:
    """Gives ids and remembers them, so that none is given twice."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._next: dict[str, int] = {}

    def phase(self, title: str, number: int) -> str:
        """The id of a phase: `strategic-planning`, or `phase-2` where the title has no words."""
        return self._free([slug(title, f"phase-{number}", _PHASE_WORDS, _PHASE_LENGTH)])

    def question(self, phase: str, text: str) -> str:
        """The id of a question: two telling words, more of them where those are taken."""
        telling = words(text)
        counts = range(_QUESTION_WORDS, max(_QUESTION_WORDS, min(len(telling), 6)) + 1)
        tails = [_joined(telling[:count], _QUESTION_LENGTH) or "question" for count in counts]
        return self._free([f"{phase}.{tail}" for tail in tails])

    def review(self, phase: str) -> str:
        """The id of a phase's review question."""
        return self._free([f"{phase}.review"])

    def option(self, label: str, number: int) -> str:
        """The id of an option; use one `Ids` for each question."""
        return self._free([slug(label, f"option-{number}", _OPTION_WORDS, _QUESTION_LENGTH)])

    def _free(self, wanted: list[str]) -> str:
        for one in wanted:
            if one not in self._taken:
                self._taken.add(one)
                return one
        last = wanted[-1]
        number = self._next.get(last, 2)
        while f"{last}-{number}" in self._taken:
            number += 1
        self._next[last] = number + 1
        self._taken.add(f"{last}-{number}")
        return f"{last}-{number}"


def _joined(parts: list[str], length: int) -> str:
    """Words with hyphens between, as many as fit; a single long one is cut."""
    joined = ""
    for part in parts:
        longer = f"{joined}-{part}" if joined else part[:length]
        if len(longer) > length:
            break
        joined = longer
    return joined
