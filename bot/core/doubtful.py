"""Commands in a place where all that is typed is for Convenor: one's own walk, or a line with its name. Pure.

Answers stand there, too, and need no mark. A line that can be nothing but a command is one. A word such
as *members* may be either: where it would be an answer to what is asked just now, its author is asked.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from bot.core import lines
from bot.core.effects import Button
from bot.core.events import Typed
from questions.model import Bank
from storage.records import Walk

# -- words ---------------------------------------------------------------------------------------

BOTH = "“{words}” is one of my commands, too. Which do you mean?"
MY_ANSWER, THE_COMMAND = "My answer", "The command"

ANSWER = "answer"
"""The command that takes the rest of it as the answer."""
AGAIN = re.compile(rf"{ANSWER}(?:#(\S+))? (.+)", re.DOTALL)
"""What a button says that gives words as the answer: the id of the message in which they stand, and these."""
PLAIN = frozenset("hours fewer more here away members settings holds".split())
"""Commands of one word that people use in answers as well."""
WITH_MORE = frozenset("away snooze pause resume digest status start assign".split())
"""Commands that are hardly anybody's answer, once what follows them can be read."""
LONGEST = 120
"""No command is longer; reading names and dates takes a while."""


class Line(NamedTuple):
    """A command, as it would be typed with a slash."""

    text: str
    clear: bool
    """Whether it can't be meant otherwise."""


def command(event: Typed, walk: Walk, bank: Bank, understood: Callable[[str], bool]) -> Line | None:
    """The command that a line is; None for a plain message.

    `understood` tells whether a command's reader can make something of the line.
    """
    if not (walk.member or event.addressed):
        return None
    text = event.text.strip().rstrip(".!").rstrip()
    if len(text) > LONGEST or "\n" in text:
        return None
    word, rest = lines.split(text)
    if _shared(word, rest, understood):
        return Line(text, clear=True)
    if (word in WITH_MORE and rest) or text.casefold() == "snooze":
        return Line(text, clear=True) if understood(text) else None
    if not walk.member:
        return None  # in a room that it shares with others, whoever means a command can say more
    if word in PLAIN and not rest:
        sure = text.casefold() not in PLAIN  # said in other words, as in "fewer please"
    elif lines.FIND.fullmatch(text) or (word == "ask" and rest and understood(text)):
        sure = False
    else:
        return None
    asked = lines.answers(text, walk, bank, event.about)
    return Line(text, clear=sure or event.addressed or not asked)


def _shared(word: str, rest: str, understood: Callable[[str], bool]) -> bool:
    """Whether a line is a question to the bot whose answer is for everybody to see."""
    word, rest, share = lines.to_share(word, rest)
    line = f"{word} {rest}".strip()
    known = not rest or lines.FIND.fullmatch(line) or word == "status"
    return share and bool(known) and understood(line)


class Again(NamedTuple):
    """Words as the answer, and the message in which they stand: they are that one's, and change with it."""

    words: str
    ref: str


def of_answer(value: str) -> Again | None:
    """What a button takes as the answer; None for any other command."""
    found = AGAIN.fullmatch(value)
    return Again(found[2], found[1] or "") if found else None


def choice(event: Typed, walk: Walk, line: str) -> tuple[str, tuple[Button, ...]]:
    """The question back, and a button for each thing that may be meant."""
    at = Button(
        action="command", label=THE_COMMAND, walk=walk.id, question=event.about or walk.current
    )
    of = f"#{event.ref}" if re.fullmatch(r"\S+", event.ref) else ""
    mine = {"label": MY_ANSWER, "value": f"{ANSWER}{of} {event.text.strip()}"}
    both = at.model_copy(update=mine), at.model_copy(update={"value": line})
    return BOTH.format(words=line), both
