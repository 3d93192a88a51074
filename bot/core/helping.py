"""What `help` says: every command as one types it just there, with examples that work here. Pure."""

import re
from collections.abc import Iterator

from bot.core import standing
from bot.core.dates import member_named
from bot.core.effects import Group, Line, Notice
from bot.core.naming import find_questions
from bot.core.planned import HOSTED
from bot.core.words import short
from questions.model import Bank, Kind
from storage.people import Place
from storage.records import State

# -- words ---------------------------------------------------------------------------------------

COMMANDS: dict[str, tuple[str, str]] = {
    "help": ("help", "This list, or one line of it: “help assign”."),
    "start": ("start {phase}", "Begin a phase, or come back to it. Add “own” for your own pace."),
    "next": ("next", "On to the next question. For the committee, the chair says it."),
    "back": ("back", "Back to the question before. Answering it brings you back here."),
    "skip": ("skip: nobody knows yet", "Leave the question out, and say why."),
    "na": ("na: we have none", "Say that the question does not apply, and why."),
    "park": ("park: we need to talk", "Put the question aside to discuss."),
    "holds": ("holds", "The earlier answer still holds."),
    "answer": ("answer: help", "Your answer, where its words are one of these, too."),
    "withdraw": ("withdraw", "Take your answer to this question back."),
    "why": ("why", "Why this question is asked."),
    "status": (
        "status",
        "Where things stand: yours, the phases, the team. “status mine”, “status team” or a phase shows a part.",
    ),
    "gaps": ("gaps", "What is still missing, what holds up most first."),
    "ask": ("ask {words}", "Go to one question, by its number or some of its words."),
    "assign": (
        "assign {words} @{name} by Friday",
        "Hand over a question, or a whole phase by its name. The day may be left out.",
    ),
    "find": ("find {words}", "The answers with these words."),
    "export": ("export", "Take the record with you."),
    "pause": ("pause", "Stop asking here. “pause me until Friday” stops nudges: me, all, or @ and a name."),
    "resume": ("resume", "Go on where it stopped. “resume me” goes on with nudges: me, all, or @ and a name."),
    "snooze": ("snooze", "Remind me again tomorrow. Or: “snooze next week”, “snooze until Friday”."),
    "away": ("away until Friday", "Leave me in peace until then. “here” says that you are back."),
    "fewer": ("fewer", "Nudge me less often. “more” takes it back."),
    "hours": ("hours", "When I may write to you."),
    "members": ("members", "Who is in, and what each may do."),
    "settings": ("settings", "How the committee works; the chair sets it. For others, their own hours."),
    "digest": (
        "digest preview",
        "A look at the weekly digest. “digest now” posts it; “digest mine” and “digest off” are about your own.",
    ),
}  # fmt: skip
HELP = "Answer in plain words, or say one of these{front}."
NOT_ASKED_HERE = "Say one of these{front}. An answer goes where its question stands."
SHARE = " Add “share” to show everybody what I say."
FRONTS = {
    HOSTED: ", with / in front",
    "slack": ", with /convenor or @Convenor in front",
    "teams": ", with @Convenor in front",
}
"""What stands before a command, by platform; in one's own messages with the bot, nothing has to."""
NO_HELP = "There is no command “{name}”. These are all there are."
ORDER = "assign {words} @{name} by Friday"
PHASE, WORDS, MEMBER = "PHASE", "WORDS", "NAME"

SHORTEST = 4
"""Letters of a word that says what a question is about."""


def help_with(
    state: State,
    bank: Bank,
    member: str,
    command: str,
    place: Place | None,
    *,
    asked: bool = True,
    for_all: bool = False,
) -> Notice:
    """All commands, or one, as `member` types them in a place (None: one that we host).

    `asked`: questions are asked just there; `for_all`: everybody reads the answer anyway.
    """
    about = _example(state, bank, member)
    if command in COMMANDS:
        usage, meaning = COMMANDS[command]
        return Notice(text=f"{usage.format(**about)} — {meaning}")
    lines = tuple(
        Line(text=usage.format(**about), detail=meaning) for usage, meaning in COMMANDS.values()
    )
    text = NO_HELP.format(name=short(command, 40)) if command else _how(place, asked, for_all)
    return Notice(text=text, groups=(Group(heading="", lines=lines),))


def _platform(place: Place | None) -> str:
    return place.platform if place else HOSTED


def _how(place: Place | None, asked: bool, for_all: bool) -> str:
    """How commands are said in a place."""
    alone = place is not None and place.channel.startswith("@")
    bare = alone and _platform(place) != HOSTED
    front = "" if bare else FRONTS.get(_platform(place), FRONTS[HOSTED])
    text = (HELP if asked else NOT_ASKED_HERE).format(front=front)
    return text if alone or for_all else text + SHARE


def usage(command: str) -> tuple[str, str]:
    """How a command is typed in any committee, and what it does."""
    typed, meaning = COMMANDS[command]
    return typed.format(phase=PHASE, words=WORDS, name=MEMBER), meaning


def order(state: State, bank: Bank, member: str) -> str:
    """A whole order that works here: "assign cake @Ben by Friday"."""
    return ORDER.format(**_example(state, bank, member))


def _example(state: State, bank: Bank, member: str) -> dict[str, str]:
    """A phase, a question's words and a member of this committee, as one would type them."""
    begun = {walk.phase for walk in state.walks.values()}
    phase = next((p for p in bank.phases if p.id not in begun), bank.phases[0])
    words = next(_words(state, bank), bank.phases[0].questions[0].id)
    return {"phase": phase.title, "words": words, "name": _somebody(state, member)}


def _words(state: State, bank: Bank) -> Iterator[str]:
    """Words of which each means one question."""
    for question in bank:
        if question.kind is Kind.REVIEW or not standing.item_of(state, question.id).applies:
            continue
        for word in re.findall(r"[^\W\d_]+", question.prompt):
            if len(word) >= SHORTEST and len(find_questions(state, bank, "", word)) == 1:
                yield word.casefold()


def _somebody(state: State, member: str) -> str:
    """Another member by their first name, where that is enough; oneself where there is nobody else."""
    people = sorted(standing.voices(state).values(), key=lambda m: (m.name.casefold(), m.id))
    who = next((m for m in people if m.id != member), state.members.get(member))
    if who is None:
        return MEMBER
    first = who.name.split()[0] if who.name.split() else who.name
    return first if len(member_named(state, first)) == 1 else who.name
