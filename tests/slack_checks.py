"""Holds everything that is promised of a message in Slack, and plays back a form as it was opened."""

from typing import Any

from bot.core.effects import Ask, Content, Effect, Say, Update
from bot.slack.render import render
from tests.block_limits import check_message, shown
from tests.contents import COMMITTEE, everything, seen


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


def state_of(view: dict[str, Any]) -> dict[str, Any]:
    """What Slack sends back of a form that was sent as it was opened."""
    values: dict[str, Any] = {}
    for block in view["blocks"]:
        if block["type"] != "input":
            continue
        element = block["element"]
        held: dict[str, Any] = {"type": element["type"]}
        match element["type"]:
            case "plain_text_input" | "number_input":
                held["value"] = element.get("initial_value")
            case "radio_buttons" | "static_select":
                held["selected_option"] = element.get("initial_option")
            case "checkboxes" | "multi_static_select":
                held["selected_options"] = element.get("initial_options", [])
            case "datepicker":
                held["selected_date"] = element.get("initial_date")
            case "timepicker":
                held["selected_time"] = element.get("initial_time")
        values[block["block_id"]] = {element["action_id"]: held}
    return {"values": values}
