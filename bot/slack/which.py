"""Which committee is meant, where somebody is in several: what they typed comes back as buttons."""

from collections.abc import Callable
from typing import Any

from bot.core.desk import Seat
from bot.core.effects import Button
from bot.slack import blocks as kit
from bot.slack.blocks import Block
from bot.slack.text import decode, escape
from bot.slack.values import pack_ours

NO_SEAT = (
    "You are in no committee here yet. “/convenor start” begins one in a channel; to join one, ask "
    "its chair."
)
SEVERAL = "You are in several committees. Which one do you mean?"
MOST = 1500
"""Characters of a command on a button, whose value holds 2,000."""

Names = Callable[[Seat, str], Callable[[str], str]]
"""Gives what a mentioned user is called in a seat's committee."""


def alone(text: str) -> dict[str, Any]:
    """A word for one person alone, as a message's parts."""
    return {
        "response_type": "ephemeral",
        "text": escape(text),
        "blocks": list(kit.section(text)),
    }


def which(
    mine: list[Seat], team: str, text: str, names: Names, *, said: bool = False
) -> dict[str, Any]:
    """The command again, for each of one's committees as a button; `said`: it were plain words."""
    made = alone(SEVERAL)
    for n in range(0, len(mine), kit.IN_A_ROW):
        row = [
            _again(seat, team, text, names, n + m, said=said)
            for m, seat in enumerate(mine[n : n + kit.IN_A_ROW])
        ]
        made["blocks"].append({"type": "actions", "elements": row})
    return made


def _again(seat: Seat, team: str, text: str, names: Names, n: int, *, said: bool) -> Block:
    words = decode(text, names(seat, team))[:MOST]
    made = Button(action="command", label=seat.desk.committee.name, value=words)
    block = kit.button(seat.committee, made, n)
    return {**block, "value": pack_ours("said", seat.committee, "", words)} if said else block
