"""Holds everything that is promised of a message in Slack."""

from bot.core.effects import Ask, Content, Effect, Say, Update
from bot.slack.render import render
from tests.block_limits import check_message, shown
from tests.slack_contents import COMMITTEE, everything, seen


def check(content: Content, committee: str = COMMITTEE) -> None:
    """Hold everything that is promised of a message."""
    pieces = render(committee, content)
    for piece in pieces:
        check_message(piece.text, piece.blocks)
    whole = seen(shown(block for piece in pieces for block in piece.blocks))
    for text in everything(content):
        assert seen(text) in whole, text[:200]


def contents_of(effects: tuple[Effect, ...]) -> list[Content]:
    """What the effects carry."""
    return [effect.content for effect in effects if isinstance(effect, Ask | Say | Update)]
