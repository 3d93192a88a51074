"""Which token speaks for a workspace: the settings' one, or one that stands sealed in the record."""

import logging
from functools import partial
from pathlib import Path

import pytest

from bot.app import clock
from bot.slack.vault import Vault
from bot.slack.workspaces import REPLACED, Workspaces
from storage.sqlite import open_store
from storage.trail import Installation
from tests.local_slack import until
from tests.slack_api import BOT, SlackApi
from tests.slack_office import api, office, user
from tests.slack_world import SECRET

__all__ = ["api"]


# -- the settings' token ---------------------------------------------------------------------------


def test_another_token_in_the_settings_is_another_workspace(api: SlackApi) -> None:
    """The one before it ends, and installed ones stay; a restart with the same one changes nothing."""
    api.teams |= {"xoxb-a": "TA", "xoxb-b": "TB"}
    store = open_store("sqlite://")
    for token, team in (("xoxb-a", "TA"), ("xoxb-b", "TB")):
        with office(api, store, bot_token=token) as bot:
            know = bot.slack.workspaces.bot
            until(partial(know, team), "it knows its user")
            if team == "TA":
                bot.install("TC", "xoxb-c")
    found = {i.tenant: i.ended for i in store.read().installations("slack")}
    assert found == {"TA": REPLACED, "TB": "", "TC": ""}
    first = store.read().installation("slack", "TB")
    with office(api, store, bot_token="xoxb-b") as bot:
        until(lambda: len(api.to("auth.test", "TB")) == 2, "it asked who it is")
        bot.say("TB", user("Ben"), "Hello")
    assert store.read().installation("slack", "TB") == first
    store.close()


def test_a_token_that_is_no_good_is_said_and_not_tried_for_ever(
    api: SlackApi, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The log names Slack's reason; the bot stays up."""
    monkeypatch.setattr("bot.slack.adapter.AGAIN", 0.0)
    store = open_store("sqlite://")
    with office(api, store, bot_token="xoxb-dead") as bot:
        until(lambda: "slack refused the bot token code=token_revoked" in caplog.text, "it is said")
        assert bot.say("T1", user("Ben"), "Hello").status_code == 200
        assert len(api.to("auth.test")) == 1
    store.close()


# -- tokens at rest --------------------------------------------------------------------------------


def test_tokens_are_sealed_in_the_file(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """No byte of the database holds one, and another secret opens none."""
    store = open_store(f"sqlite:///{tmp_path / 'convenor.db'}")
    made = Installation(platform="slack", tenant="T1", name="One", user=BOT, at=clock())
    right = Workspaces(store, clock, Vault(SECRET))
    right.install(made, "xoxb-very-secret-token")
    client = right.client("T1")
    assert client is not None
    assert client.token == "xoxb-very-secret-token"
    with caplog.at_level(logging.ERROR):
        assert Workspaces(store, clock, Vault("t" * 40)).client("T1") is None
    assert "no token that can be opened team=T1" in caplog.text
    store.close()
    files = list(tmp_path.iterdir())
    assert files
    for file in files:
        assert b"very-secret" not in file.read_bytes()
        assert b"xoxb" not in file.read_bytes()


def test_a_damaged_seal_is_no_token() -> None:
    """Whatever stands there instead."""
    vault = Vault(SECRET)
    sealed = vault.seal("xoxb-1")
    assert vault.open(sealed) == "xoxb-1"
    changed = sealed[:20] + ("B" if sealed[20] == "A" else "A") + sealed[21:]
    for other in ("", "xoxb-1", sealed[:-2], changed, "é"):
        assert vault.open(other) == ""
