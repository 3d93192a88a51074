"""Whether a word that could be a command is somebody's answer just now.

Where Convenor hears only what names it, an answer names it, too; so words like *Members* alone tell
nothing. A command can always be typed with a slash. In one's own chat the core asks which is meant.
"""

import re
from typing import NamedTuple

from bot.core import lines, where
from bot.core.desk import Seat
from bot.teams.activities import Activity
from bot.teams.chains import Chains
from bot.teams.rooms import Rooms

SLASH = re.compile(r"^/\s*(?=[a-z])", re.IGNORECASE)


class Command(NamedTuple):
    """Words as a command."""

    word: str
    clear: bool
    """Whether they can't be meant otherwise."""


def command(activity: Activity, words: str, *, named: bool) -> Command:
    """The words without what marks them as a command: a slash, or the bot's name where nobody needs it."""
    bare = SLASH.sub("", lines.PREFIX.sub("", words, count=1).strip(), count=1)
    marked = bare != words.strip() or (named and activity.where == "personal")
    return Command(bare.casefold().rstrip(" ."), marked)


class Asked:
    """Knows what is asked where somebody types."""

    def __init__(self, rooms: Rooms, chains: Chains) -> None:
        self._rooms, self._chains = rooms, chains

    async def answers(self, activity: Activity, seat: Seat, words: str) -> bool:
        """Whether these words would be this member's answer there. Raises TryLater."""
        state, tenant = seat.desk.state, activity.tenant
        match activity.where:
            case "channel":
                known = self._rooms.room(tenant, activity.room)
                if known is not None and known.hears:
                    return False  # answers need no name there, so what has one is no answer
                walk = state.walks.get(await self._chains.key_at(activity))
            case "groupChat":
                return False  # what is chosen from Teams' own list of commands looks just so there
            case "personal":
                walk = where.asked_last(state.walks.values(), seat.direct(tenant))
        return walk is not None and lines.answers(words, walk, seat.desk.bank)
