"""Words that wait until their author has said which of several committees they are for.

A button takes along nothing but the message's id: the words may be longer than a card has room for, and
may be edited meanwhile. They are kept in memory for a while; after a restart they are asked for again.
"""

from bot.teams.activities import Activity
from bot.teams.lately import Lately
from bot.teams.text import LONGEST

MOST = 100
"""Messages whose words are kept."""


class Waiting:
    """Keeps the words by tenant, author and message."""

    def __init__(self) -> None:
        self._words: Lately[tuple[str, str, str], str] = Lately(MOST)

    def keep(self, activity: Activity, words: str) -> str:
        """Keep what a message says; returns what a button takes along for it."""
        # What is too long to be recorded stays so, for the core to say it.
        self._words.put(_key(activity, activity.id), words[:LONGEST])
        return activity.id

    def edited(self, activity: Activity, words: str) -> None:
        """A message was edited: if it waits, with these words from now on."""
        if _key(activity, activity.id) in self._words:
            self.keep(activity, words)

    def deleted(self, activity: Activity) -> None:
        """A message was deleted: it waits no longer."""
        self._words.drop(_key(activity, activity.id))

    def words(self, activity: Activity, ref: str) -> str | None:
        """What a message of the same person says; None where that is not known any more."""
        return self._words.get(_key(activity, ref))


def _key(activity: Activity, ref: str) -> tuple[str, str, str]:
    return activity.tenant, activity.who.user, ref
