"""What shows that a text quotes or names a person, and the text without them. Pure."""

from collections.abc import Iterable

# -- words ---------------------------------------------------------------------------------------

ERASED = "(erased)"
SOMEBODY = "Somebody"

FEW, RUN = 3, 4
"""A text of so few words is looked for as a whole; of a longer one, its beginning and each run."""
SHORTEST = 4
"""A shorter text ("yes", "12") stands everywhere, and tells nobody who said it."""


def _words(text: str) -> list[str]:
    return "".join(c if c.isalnum() else " " for c in text.casefold()).split()


class Traces:
    """What shows that a text of the bot's quotes or names a person."""

    def __init__(self, names: Iterable[str], texts: Iterable[str]) -> None:
        self._names = sorted({n.strip() for n in names if n.strip()}, key=len, reverse=True)
        self._whole: set[str] = set()
        self._runs: set[tuple[str, ...]] = set()
        for text in texts:
            words = _words(text)
            self._whole.add(" ".join(words))
            if words and (len(words) > 1 or len(words[0]) >= SHORTEST):
                self._runs.add(tuple(words[:FEW]))
            self._runs.update(tuple(words[n : n + RUN]) for n in range(len(words) - RUN + 1))
        self._whole.discard("")

    def are(self, text: str) -> bool:
        """Whether a text is one of the person's, whole."""
        return " ".join(_words(text)) in self._whole

    def quoted(self, text: str) -> bool:
        """Whether a text may quote the person."""
        words = _words(text)
        return any(
            tuple(words[n : n + size]) in self._runs
            for size in range(1, RUN + 1)
            for n in range(len(words) - size + 1)
        )

    def reworded(self, text: str) -> str:
        """A text of the bot's without the person."""
        if self.quoted(text):
            return ERASED
        for name in self._names:
            text = _replaced(text, name)
        return text


def _replaced(text: str, name: str) -> str:
    """The text with a name out of it, where it stands as a word of its own."""
    at = 0
    while (at := text.find(name, at)) >= 0:
        end = at + len(name)
        if text[at - 1 : at].isalnum() or text[end : end + 1].isalnum():
            at = end
            continue
        text = text[:at] + SOMEBODY + text[end:]
        at += len(SOMEBODY)
    return text
