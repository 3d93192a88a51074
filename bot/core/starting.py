"""What a platform's form of a new committee asks and offers, and what was chosen on it. Pure."""

from collections.abc import Mapping, Sequence

from bot.core.errors import Problem, Refused
from bot.core.sent import Held, word
from questions.model import Bank, Frozen, Phase
from storage.people import MoveOn, Pace, Settings

# -- words ---------------------------------------------------------------------------------------

START, HEADING = "Start", "A new committee"
NAME, BANK, MEMBERS, CHAIR, PHASE = (
    "What is it called?", "Which questions?", "Who is in it?", "Who leads?", "Which phase first?",
)  # fmt: skip
PACE, MOVE_ON = "How do people answer?", "When does the next question come?"
PACES = {
    Pace.TOGETHER: "Together, where all can read along",
    Pace.OWN: "Each at their own pace, in their own messages with me",
    Pace.BOTH: "Together, or at one's own pace",
}
MOVES = {
    MoveOn.EVERYONE: "When everyone has answered",
    MoveOn.COUNT: "When two have answered",
    MoveOn.CHAIR: "When the chair says so",
}
OTHER_PHASE = "That phase belongs to the other questions. Please choose one of theirs."
NO_BOTS = "{name} is an app. Please choose people."

MOST_NAME = 120
"""Characters of a committee's name."""


class Chosen(Frozen):
    """The bank and the first phase that were chosen, and how the committee is to work."""

    bank: Bank
    phase: Phase
    settings: Settings


def bank_of(banks: Mapping[str, Bank], held: Held) -> Bank:
    """The chosen bank; the first one while none is."""
    return banks.get(word(held, "bank")) or next(iter(banks.values()))


def phase_choices(banks: Sequence[Bank]) -> list[tuple[str, str]]:
    """The phases to begin with, as values that name their bank, too, and words."""
    return [(f"{bank.name}/{phase.id}", phase.title) for bank in banks for phase in bank.phases]


def phase_word(held: Held) -> str:
    """The chosen phase's value. Its input may be named for its bank, too: a menu for each bank."""
    name = next((name for name in held if name.partition(":")[0] == "phase"), "")
    return word(held, name)


def chosen(banks: Mapping[str, Bank], held: Held) -> Chosen:
    """What was chosen. Raises Refused for a phase of another bank's."""
    bank = bank_of(banks, held)
    name, _, phase = (phase_word(held) or phase_choices([bank])[0][0]).partition("/")
    if name != bank.name or phase not in bank.phase_by_id:
        raise at("phase", OTHER_PHASE)
    move_on, pace = word(held, "move_on"), word(held, "pace")
    settings = Settings(
        move_on=MoveOn(move_on) if move_on in set(MoveOn) else MoveOn.EVERYONE,
        pace=Pace(pace) if pace in set(Pace) else Pace.BOTH,
    )
    return Chosen(bank=bank, phase=bank.phase_by_id[phase], settings=settings)


def at(field: str, sentence: str) -> Refused:
    """A refusal at one field of the form."""
    return Refused(sentence, (Problem(field=field, sentence=sentence),))
