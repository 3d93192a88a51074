"""What to say to words that are no command, where only commands work. Pure."""

from collections.abc import Iterable
from difflib import get_close_matches

from bot.core.effects import Button
from bot.core.words import short
from questions.model import Bank
from storage.records import Stage, State

MOST = 5
"""Of what was handed to somebody, so many are offered."""
LIKELY, SURE = 0.6, 0.75
"""How near a word has to be to a command: by itself, and as the beginning of a sentence."""

# -- words ---------------------------------------------------------------------------------------

UNKNOWN = "I don't know “{word}”."
MEANT = " Did you mean “{near}”?"
HELP_HINT = " “help” lists what I understand."
ONLY_COMMANDS = "Only commands work here; “help” lists them. "
HANDED = "Was that an answer to what was handed to you? It goes in here:"
INTO_THREAD = "An answer goes into its thread:"
NO_THREAD = "Answers go into a phase's thread, once the phase has begun."
OPEN, OPEN_OWN = "Open {phase}", "Open {phase}, at my own pace"


def way_on(
    line: str, commands: Iterable[str], member: str, state: State, bank: Bank, *, slashed: bool
) -> tuple[str, tuple[Button, ...]]:
    """The sentence, and buttons into the threads that wait for an answer.

    `slashed`: a command was meant, since it was written as one; then only the sentence.
    """
    word, _, rest = line.partition(" ")
    word = word.casefold()
    near = get_close_matches(word, commands, n=1, cutoff=SURE if rest else LIKELY)
    if near or slashed:
        hint = MEANT.format(near=near[0]) if near else HELP_HINT
        return UNKNOWN.format(word=short(word, 40)) + hint, ()
    handed = _handed(member, state, bank)
    if handed:
        return ONLY_COMMANDS + HANDED, handed
    threads = _open_threads(member, state, bank)
    return ONLY_COMMANDS + (INTO_THREAD if threads else NO_THREAD), threads


def _handed(member: str, state: State, bank: Bank) -> tuple[Button, ...]:
    """What was handed to the member, and waits: the likeliest that their words answer."""
    waiting = [
        item.question
        for item in state.items.values()
        if item.assignment is not None
        and item.assignment.member == member
        and member not in item.responded
        and item.applies
        and item.question in bank.questions
    ]
    return tuple(
        Button(
            action="answer",
            label=short(bank.questions[name].prompt, 60),
            question=name,
            value=bank.phase_of[name].id,
        )
        for name in waiting[:MOST]
    )


def _open_threads(member: str, state: State, bank: Bank) -> tuple[Button, ...]:
    order = list(bank.phase_by_id)
    here = [
        walk
        for walk in state.walks.values()
        if walk.stage in (Stage.ASKING, Stage.REVIEWING)
        and walk.member in ("", member)
        and walk.phase in order
    ]
    return tuple(
        Button(
            action="open",
            label=(OPEN_OWN if walk.member else OPEN).format(
                phase=bank.phase_by_id[walk.phase].title
            ),
            walk=walk.id,
            value=walk.phase,
        )
        for walk in sorted(here, key=lambda walk: (walk.member, order.index(walk.phase)))
    )
