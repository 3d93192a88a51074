"""A card as one member sees it: their own words are theirs, and what they said can be changed. Pure."""

from bot.core.cards import ANSWER, CHANGE, YOU
from bot.core.effects import Button, Content, QuestionCard, ReviewCard, Saying, SummaryCard


def seen_by(content: Content, reader: str) -> Content:
    """The content for one reader, by member id; unchanged for "", and where nothing is theirs."""
    if not reader:
        return content
    match content:
        case QuestionCard():
            mine = any(said.member == reader for said in content.said)
            return content.model_copy(
                update={
                    "earlier": _yours(content.earlier, reader),
                    "said": _yours(content.said, reader),
                    "buttons": tuple(_changing(b) if mine else b for b in content.buttons),
                }
            )
        case ReviewCard():
            return content.model_copy(update={"lines": _yours(content.lines, reader)})
        case SummaryCard():
            lines = (
                line.model_copy(update={"said": _yours(line.said, reader)})
                for line in content.lines
            )
            return content.model_copy(update={"lines": tuple(lines)})
        case _:
            return content


def _yours(said: tuple[Saying, ...], reader: str) -> tuple[Saying, ...]:
    return tuple(
        each.model_copy(update={"name": YOU}) if each.member == reader else each for each in said
    )


def _changing(button: Button) -> Button:
    answers = button.action == "answer" and button.label == ANSWER
    return button.model_copy(update={"label": CHANGE}) if answers else button
