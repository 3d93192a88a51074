"""Taking an answer back on its own form: it was given by a form or a button, so no message says it."""

import pytest

from bot.core.answering import EMPTIED
from tests.teams_cards import controls
from tests.teams_forms import below, titled
from tests.teams_office import Json, Office, bot

__all__ = ["bot"]

WHY = "plan.why"


@pytest.fixture
def committee(bot: Office) -> str:
    """A committee that is asked why; its id."""
    made = bot.found()
    bot.quiet()
    return made


def at(committee: str) -> dict[str, str]:
    """What a control on the question's card says."""
    return {
        "committee": committee,
        "walk": f"{committee}.plan",
        "question": WHY,
        "card": "question",
    }


def pressed(bot: Office, card: Json, title: str, **given: str) -> Json:
    """What comes of a control on a form."""
    action = next(c.action for c in controls(card) if c.action["title"] == title)
    body = bot.send(bot.pressed("Ben", action["verb"], action["data"] | given)).body
    made: Json = body["value"]
    return made


def test_an_emptied_form_leads_to_the_button(bot: Office, committee: str) -> None:
    """It stands on the form of whoever has answered; after it the card is back, and the answer gone."""
    fresh = bot.press("Ben", "answer", **at(committee)).body["value"]
    assert titled(fresh) == ["Save", "Cancel"]
    pressed(bot, fresh, "Save", **{f"{WHY}:text": "To meet"})
    assert bot.said(committee) == {"Ben": "To meet"}
    again = bot.press("Ben", "answer", **at(committee)).body["value"]
    emptied = pressed(bot, again, "Save", **{f"{WHY}:text": ""})
    assert below(emptied) == {f"{WHY}:text": EMPTIED}
    assert bot.said(committee) == {"Ben": "To meet"}
    for form in (again, emptied):
        assert titled(form) == ["Save", "Cancel", "Take it back"]
    card = pressed(bot, emptied, "Take it back")
    assert not bot.said(committee)
    assert "Answer…" in titled(card)
    # With no card to go back to, the question is shown.
    pressed(bot, fresh, "Save", **{f"{WHY}:text": "To meet"})
    bare = bot.press("Ben", "answer", **at(committee) | {"card": ""}).body["value"]
    page = pressed(bot, bare, "Take it back")
    assert not bot.said(committee)
    assert "Why do we hold a fair?" in str(page)
