"""Holds everything that is promised of a message in Teams."""

from bot.core.effects import Content
from bot.teams.render import render
from tests.card_limits import check as check_card
from tests.card_limits import shown
from tests.contents import COMMITTEE, everything, seen

NOTIFIED = 200
"""Characters of a notification."""


def check(content: Content, committee: str = COMMITTEE) -> None:
    """Hold everything that is promised of a message."""
    pieces = render(committee, content, accounts={"ab12cd34ef56": "29:a"}, hint="A hint.")
    for piece in pieces:
        check_card(piece.card)
        assert 0 < len(piece.summary) <= NOTIFIED
    whole = seen(shown(*(piece.card for piece in pieces)))
    for text in everything(content):
        assert seen(text) in whole, text[:200]
