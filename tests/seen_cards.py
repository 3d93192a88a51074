"""Every card that goes out to Teams in any test, or comes back for a click, is held against all limits.

The servers that stand in for Teams tell what they see; what is wrong fails the test that is running
(see conftest). So no kind of card is left out, whoever draws it.
"""

from typing import Any

from tests.card_limits import check

FAULTS: list[str] = []
MADE_UP = "madeUp"
"""What a card has that a test made up, to see that it is carried as it is."""
HEIGHTS = ("small", "medium", "large")
"""Of a dialog: https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/task-modules/\
invoking-task-modules."""


def sent(body: Any) -> None:
    """The bot sent this."""
    _look(body, form=False)


def answered(body: Any) -> None:
    """The bot answered a click with this."""
    _look(body, form=True)


def _look(found: Any, *, form: bool) -> None:
    if isinstance(found, list):
        for each in found:
            _look(each, form=form)
    elif isinstance(found, dict) and found.get("type") == "AdaptiveCard":
        if MADE_UP not in found:
            _hold(found, form=form)
    elif isinstance(found, dict):
        if "card" in found and found.get("height") not in HEIGHTS:
            FAULTS.append(f"a dialog {found.get('height')!r} high")
        for value in found.values():
            _look(value, form=form)


def _hold(card: dict[str, Any], *, form: bool) -> None:
    try:
        check(card, form=form)
    except (AssertionError, KeyError) as error:
        FAULTS.append(f"{error!r:.600} of {card!s:.300}")
