"""What of typed words is a command line, and what is a plain message. Pure."""

import re

from bot.core.events import Typed
from bot.core.naming import find_phase
from questions.answers import Rejected, parse
from questions.model import Bank, Kind
from storage.records import Stage, Step, Walk

BARE = frozenset(
    "help start next back status gaps pause resume export skip na park why withdraw holds digest".split()
)
"""What counts as a command in a thread without a slash, when it is all that was typed."""
ALIASES = {
    "n/a": "na", "not applicable": "na", "still holds": "holds", "discuss later": "park",
    "undo": "withdraw", "?": "help", "go on": "resume", "continue": "resume", "previous": "back",
    "prev": "back", "search": "find", "begin": "start", "i'm away": "away", "i am away": "away",
    "i'm back": "here", "i am back": "here", "fewer please": "fewer", "fewer nudges": "fewer",
}  # fmt: skip
NOTHING = frozenset((
    "nothing", "nothing to note", "nothing to add", "nothing comes to mind", "nothing here",
    "nothing really", "none", "no", "nope", "no effect", "not really", "pass", "-",
))  # fmt: skip
"""What people type in the review round where a click would be *Nothing to note*."""
WITH_MORE = re.compile(
    r"(?:(?:skip|na|n/a|park):\s*\S|status (?:mine|team)$|ask \d+$|help [a-z]+$|assign\b.+@"
    r"|(?:help|status|gaps|export)(?: mine| team)? share$"
    r"|digest (?:now|preview|mine|off)$|(?:pause|resume) (?:me|all|nudges|everybody|@.+)"
    r"|snooze (?:until|tomorrow|next week))",
    re.IGNORECASE,
)
"""What counts in a thread without a slash though more was typed: hardly anybody's answer."""
SHARED = frozenset("help status gaps find export".split())
FIND = re.compile(r"find(?:\s+\S+){1,3}", re.IGNORECASE)
"""A search in a room in which answers and commands stand side by side."""
PREFIX = re.compile(r"^\s*(?:/convenor\b|@convenor\b)\s*", re.IGNORECASE)


def to_share(word: str, rest: str) -> tuple[str, str, bool]:
    """Take "share" off the end of a question to the bot: its answer is for everybody to see."""
    words = rest.split()
    if word not in SHARED or not words or words[-1].casefold() != "share":
        return word, rest, False
    return word, rest[: rest.casefold().rindex("share")].strip(), True


def split(line: str) -> tuple[str, str]:
    """A command line as its word and the rest; other ways to say a command are put right."""
    folded = line.casefold()
    for alias, command in ALIASES.items():
        if folded == alias or folded.startswith((alias + " ", alias + ":")):
            return command, line[len(alias) :].lstrip(" :")
    word, rest = [*re.split(r"[\s:]+", line, maxsplit=1), ""][:2]
    return word.casefold(), rest.strip()


def command_line(event: Typed, walk: Walk | None, bank: Bank) -> str | None:
    """The command in a text without its prefix, or None for a plain message."""
    text = event.text.strip()
    if PREFIX.match(text):
        return PREFIX.sub("", text, count=1) or "help"
    if re.match(r"^/[a-z?]", text, re.IGNORECASE):
        return text[1:]
    if walk is None:
        return text or "help"
    bare = text.casefold().rstrip(".!")
    if WITH_MORE.match(text) or _clear(event, text, bank):
        return text
    command = ALIASES.get(bare, bare)
    if command not in BARE or not _means_it(command, event, walk, bank):
        return None
    return bare


def _clear(event: Typed, text: str, bank: Bank) -> bool:
    """Whether a command of several words can be nothing else, since it was said to the bot by name.

    Of one's own walk, where nothing is said to anybody else, see bot.core.doubtful.
    """
    if not event.addressed:
        return False
    if to_share(*split(text))[2] or text.casefold().startswith("find "):
        return True
    word, rest = split(text)
    name = re.sub(r"\s*\bown$", "", rest, flags=re.IGNORECASE)
    return word in ("start", "status") and find_phase(bank, name) is not None


def answers(text: str, walk: Walk, bank: Bank, about: str = "") -> bool:
    """Whether words would be an answer to what a walk asks just now, or say what could go wrong.

    `about` is the question that their author has before them, if that is another one.
    """
    if walk.review is not None and walk.stage is Stage.REVIEWING:
        return walk.review.step is not Step.RESPONSE  # there one chooses what to do
    question = bank.questions.get(about or walk.current)
    if question is None or walk.stage is not Stage.ASKING:
        return False
    return not isinstance(parse(question, text), Rejected)


def _means_it(command: str, event: Typed, walk: Walk, bank: Bank) -> bool:
    """Whether a bare word is a command just now, rather than somebody's answer."""
    asking = walk.stage is Stage.ASKING
    question = bank.questions.get(event.about or walk.current)
    if command == "resume":
        return not asking and walk.stage is not Stage.REVIEWING
    if question is None or not asking:
        return True
    if command == "holds":
        return question.link is not None
    if question.kind in (Kind.ONE, Kind.MANY):
        return isinstance(parse(question, event.text), Rejected)
    return True
