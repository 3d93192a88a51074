"""The dialog of *Record as an answer…*: a message of the channel is put to a question. Pure.

A dialog sends its card with an `Action.Submit` (https://learn.microsoft.com/microsoftteams/platform/messaging-extensions/how-to/action-commands/respond-to-task-module-submit).
"""

from bot.core.desk import Desk
from bot.core.quoting import RECORD, SAID, WHICH, quotable
from bot.core.sent import word
from bot.core.words import short
from bot.teams.frame import BLANK, Draft, Fields
from bot.teams.inputs import Field, search
from bot.teams.pieces import Element, card, packed, small, words
from bot.teams.speech import read_out
from bot.teams.values import About, pack
from storage.people import Member

# -- words ---------------------------------------------------------------------------------------

IN_PHASE = "{prompt} ({phase})"
GOES_ON = "The message goes on; it is recorded whole."

PHASE = 30
"""Characters of a phase's title beside its questions."""
MESSAGE = 20_000
"""Bytes of the message that stand on the card."""


def quote_card(
    desk: Desk,
    member: Member,
    author: Member | None,
    text: str,
    about: About,
    *,
    draft: Draft = BLANK,
) -> Element:
    """Who wrote the message, its words, and which question it answers.

    `about` travels with it and says which message it is. Raises Refused where `member` may not record
    it, its author is not in the committee, it has no words, or nothing is asked.
    """
    may = quotable(desk.state, desk.bank, member, author, text)
    options = [
        (q.id, IN_PHASE.format(prompt=q.prompt, phase=short(phase.title, PHASE)))
        for phase, asked in may.asked
        for q in asked
    ]
    at = Fields([Field("question", WHICH, needed=True)], draft)
    message, *further = packed(words(text), MESSAGE)
    body = [
        *words(at.sentence, color="Attention"),
        *small(SAID.format(name=may.author.name)),
        *message,
        *small(GOES_ON if further else ""),
        *search(at["question"], options, word(draft.typed, "question")),
    ]
    meant = about.model_copy(update={"committee": desk.committee.id, "form": "record"})
    submit = {
        "type": "Action.Submit", "title": RECORD, "style": "positive", "data": pack(meant),
    }  # fmt: skip
    return card([*body, {"type": "ActionSet", "actions": [submit]}], read_out(body))
