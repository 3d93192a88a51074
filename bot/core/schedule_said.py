"""The lines of a schedule in words: what would go out, and what keeps it from going. Pure."""

from bot.core.chasing import Kept
from bot.core.forecast import Entry
from bot.core.words import day as say_day
from bot.core.words import several, short
from questions.model import Bank
from storage.records import State

# -- words ---------------------------------------------------------------------------------------

WHAT = {
    "nudge": "Nudge", "reminder": "Reminder", "escalation": "Past its date", "digest": "Digest",
    "own_digest": "Own digest",
}  # fmt: skip
NOT_SENT = "No {what}"
WHY_KEPT: dict[Kept, str] = {
    "holiday": "a holiday",
    "away": "away",
    "paused": "paused",
    "snoozed": "put off",
    "cap": "enough for this week",
    "room": "room is kept for a date that is near",
    "stopped": "the last ones went unanswered; the digest says so",
}
UNTIL = "{why}, until {day}"
WAITING = "{count}: {first}"
DIGEST = "what came, what is missing, what comes next"


def what(entry: Entry) -> str:
    """What would go out, or would have."""
    return NOT_SENT.format(what=WHAT[entry.kind].lower()) if entry.kept else WHAT[entry.kind]


def why(state: State, bank: Bank, entry: Entry) -> str:
    """What for, or what keeps it."""
    if entry.kept:
        said = WHY_KEPT.get(entry.kept, entry.kept)
        return UNTIL.format(why=said, day=say_day(entry.until)) if entry.until else said
    if entry.kind in ("digest", "own_digest"):
        return DIGEST
    entry_of = state.mitigations.get(entry.question)
    question = bank.questions.get(entry.question)
    first = question.prompt if question else entry_of.action if entry_of else ""
    return WAITING.format(count=several(entry.waiting, "thing"), first=short(first, 60))


def whom(state: State, entry: Entry) -> str:
    """To whom: a member's name, or the committee's."""
    member = state.members.get(entry.member)
    return member.name if member else state.committee.name
