"""Socket Mode, and a bot that starts before Slack can be reached."""

from collections.abc import Iterator
from typing import Any

import pytest

from storage.port import StoreFull
from storage.sqlite import open_store
from tests.local_slack import until
from tests.slack_api import SlackApi
from tests.slack_office import Failing, Office, api, envelope, message, office, user

__all__ = ["api"]


@pytest.fixture
def plugged(api: SlackApi) -> Iterator[Office]:
    """The bot over Socket Mode, with the settings' token."""
    api.teams["xoxb-set"] = "T1"
    store = open_store("sqlite://")
    with office(api, store, signing_secret="", bot_token="xoxb-set", app_token="xapp-set") as made:
        until(lambda: made.slack.workspaces.bot("T1"), "the bot knows its user")
        until(lambda: api.sockets, "Socket Mode is connected")
        yield made
    store.close()


def _envelope(name: str, payload: dict[str, Any]) -> dict[str, Any]:
    return {"type": "events_api", "envelope_id": name, "payload": payload}


def _acknowledged(api: SlackApi, name: str) -> bool:
    return name in [each.get("envelope_id") for each in api.acknowledged]


def test_what_was_not_kept_is_not_acknowledged(plugged: Office) -> None:
    """Over Socket Mode silence means: send it again. What was kept is acknowledged."""
    api, fair = plugged.api, plugged.found("T1", "Ana", "Ben")
    sent = envelope("T1", message(user("Ben"), "To meet", plugged.thread(fair)))
    with Failing(plugged.store, StoreFull("x")) as failing:
        api.send(_envelope("first", sent))
        until(lambda: failing.failed, "the commit failed")
    api.send(_envelope("second", {**sent, "event_id": "Ev-second"}))
    until(lambda: _acknowledged(api, "second"), "the second delivery is acknowledged")
    assert plugged.said(fair) == {"Ben": "To meet"}
    assert not _acknowledged(api, "first")


def test_a_lost_connection_is_made_anew(plugged: Office) -> None:
    """What comes over the next one is taken as before."""
    api, fair = plugged.api, plugged.found("T1", "Ana", "Ben")
    thread = plugged.thread(fair)
    api.send({"type": "disconnect", "reason": "refresh_requested"})
    until(lambda: len(api.sockets) == 2, "a second connection")
    api.send(_envelope("late", envelope("T1", message(user("Ben"), "To meet", thread))))
    until(lambda: _acknowledged(api, "late"), "the delivery is acknowledged")
    assert plugged.said(fair) == {"Ben": "To meet"}


def test_a_slack_that_is_not_there_yet_is_asked_again(
    api: SlackApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bot that starts before the network does comes up by itself."""
    monkeypatch.setattr("bot.slack.adapter.AGAIN", 0.01)
    api.teams["xoxb-set"] = "T1"
    api.failing = {"auth.test": "!"}
    store = open_store("sqlite://")
    with office(api, store, bot_token="xoxb-set") as made:
        until(lambda: len(api.to("auth.test")) > 2, "asked who we are again and again")
        api.failing = {"auth.test": "ratelimited"}
        until(lambda: len(api.to("auth.test")) > 5, "asked further")
        api.failing.clear()
        until(lambda: made.slack.workspaces.bot("T1"), "the bot knows its user")
    store.close()


def test_until_it_is_known_where_we_are_slack_waits(
    api: SlackApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What comes in before the token was looked at is not thrown away."""
    monkeypatch.setattr("bot.slack.adapter.AGAIN", 0.01)
    api.failing["auth.test"] = "internal_error"
    api.teams["xoxb-set"] = "T1"
    store = open_store("sqlite://")
    with office(api, store, bot_token="xoxb-set") as made:
        assert made.say("T1", user("Ben"), "Hello").status_code == 503
        api.failing.clear()
        until(lambda: made.slack.workspaces.bot("T1"), "the bot knows its user")
        assert made.say("T1", user("Ben"), "Hello").status_code == 200
    store.close()
