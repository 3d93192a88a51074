"""`convenor doctor` where Slack is set up: the settings, and the workspaces that the record knows."""

import contextlib
import sqlite3
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.slack.needs import SCOPES
from bot.slack.vault import Vault
from bot.slack.workspaces import REPLACED
from storage.port import Transaction
from storage.sqlite import open_store
from storage.trail import Installation
from tests.slack_doctor import (
    APP,
    BOT,
    CLIENT,
    KEY,
    PUBLIC,
    SIGNING,
    Fake,
    bare,
    both,
    doctor,
    faked,
    named,
    one,
)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to be in, with nothing configured."""
    bare(tmp_path, monkeypatch)
    return tmp_path


@pytest.fixture
def slack() -> Iterator[Fake]:
    """A Slack that takes both tokens."""
    with faked() as server:
        yield server


# -- the settings ----------------------------------------------------------------------------------


def test_tokens_in_each_others_place_go_nowhere(slack: Fake) -> None:
    """The mistakes are named with their pages, and neither token is sent to where it is not known."""
    swapped = {"SLACK_BOT_TOKEN": APP, "SLACK_APP_TOKEN": BOT, "SLACK_API_URL": slack.url}
    checks = doctor(1, **swapped)
    wrong = [check["said"] for check in checks if check["state"] == "wrong"]
    assert len(wrong) == 2
    assert "xoxb-" in wrong[0]
    assert "Basic Information" in wrong[1]
    assert slack.asked == []


def test_a_bot_without_a_way_in(slack: Fake) -> None:
    """Its token is good, and yet nothing would ever come."""
    checks = doctor(1, SLACK_BOT_TOKEN=BOT, SLACK_API_URL=slack.url)
    assert "SLACK_APP_TOKEN for Socket Mode" in named(checks, "slack")[0]["said"]
    assert one(checks, "slack bot")["state"] == "fine"
    assert not named(checks, "slack way in")


def test_signed_http(slack: Fake) -> None:
    """The address and the three pages that have to name it; Socket Mode is not asked for."""
    checks = doctor(
        0, SLACK_BOT_TOKEN=BOT, SLACK_SIGNING_SECRET=SIGNING, SLACK_API_URL=slack.url,
        CONVENOR_PUBLIC_URL=PUBLIC,
    )  # fmt: skip
    way = one(checks, "slack way in")
    assert f"{PUBLIC}/slack/events" in way["said"]
    for page in ("Event Subscriptions", "Interactivity & Shortcuts", "Slash Commands"):
        assert page in way["how"]
    assert not named(checks, "slack socket")
    assert slack.asked == [f"auth.test Bearer {BOT}"]


def _many(slack: Fake) -> dict[str, str]:
    return {
        "SLACK_CLIENT_ID": CLIENT, "SLACK_CLIENT_SECRET": CLIENT, "SLACK_SIGNING_SECRET": SIGNING,
        "CONVENOR_PUBLIC_URL": PUBLIC, "CONVENOR_SECRET_KEY": KEY, "SLACK_API_URL": slack.url,
    }  # fmt: skip


def test_many_workspaces_and_no_token_of_ones_own(slack: Fake) -> None:
    """There is nothing to ask Slack about; where others install it is said."""
    checks = doctor(0, **_many(slack))
    assert slack.asked == []
    assert f"{PUBLIC}/slack/install" in one(checks, "slack install")["said"]
    assert f"{PUBLIC}/slack/oauth_redirect" in one(checks, "slack install")["how"]
    assert not named(checks, "slack bot")
    missing = doctor(1, **{**_many(slack), "CONVENOR_PUBLIC_URL": ""})
    assert any("CONVENOR_PUBLIC_URL" in check["said"] for check in named(missing, "slack"))


def test_libraries_that_are_not_installed(slack: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    """Said with what installs them, and nothing breaks."""
    monkeypatch.setitem(sys.modules, "bot.slack.checkup", None)
    assert "make setup" in named(doctor(1, **both(slack)), "slack")[-1]["said"]


def test_both_platforms_are_told_apart(slack: Fake) -> None:
    """What is set for each, and what each has to say."""
    checks = doctor(0, **both(slack), CONVENOR_TEAMS_DEV="1")
    found = one(checks, "platforms")
    assert found["said"] == (
        "Set for Slack: SLACK_BOT_TOKEN, SLACK_APP_TOKEN. Set for Teams: CONVENOR_TEAMS_DEV"
    )
    assert found["state"] == "fine"
    assert one(checks, "slack bot")["state"] == "fine"
    assert named(checks, "teams")[0]["state"] == "fine"


# -- the workspaces --------------------------------------------------------------------------------


def _keep(*installations: Installation) -> None:
    def work(tx: Transaction) -> None:
        for each in installations:
            tx.keep_installation(each)

    store = open_store("sqlite:///convenor.db")
    try:
        store.write(work)
    finally:
        store.close()


def _installed(team: str, name: str = "", **more: Any) -> Installation:
    at = datetime(2026, 3, 2, tzinfo=UTC)
    return Installation(platform="slack", tenant=team, name=name, user="U0", at=at, **more)


def test_workspaces_that_ended_with_a_token_of_the_settings(slack: Fake, home: Path) -> None:
    """Each with why, and how to come back; looking changes nothing."""
    _keep(
        _installed("T0FAIR", "Fair College"),
        _installed("T1", "One", ended="tokens_revoked"),
        _installed("T2", "Two", ended="app_uninstalled"),
        _installed("T3", ended=REPLACED),
    )
    before = (home / "convenor.db").read_bytes()
    here, revoked, left, replaced = named(doctor(1, **both(slack)), "slack workspace")
    assert (here["state"], here["said"]) == ("fine", "Fair College (T0FAIR)")
    assert (revoked["state"], left["state"]) == ("wrong", "note")
    assert revoked["said"].startswith("One (T1): its token was revoked")
    assert left["said"].startswith("Two (T2): Convenor was uninstalled")
    assert "Reinstall the app" in revoked["how"]
    assert "SLACK_BOT_TOKEN" in left["how"]
    assert replaced["state"] == "note"
    assert replaced["said"].startswith("T3:")
    assert (home / "convenor.db").read_bytes() == before


def test_a_workspace_whose_token_is_good_again(slack: Fake) -> None:
    """The next start lets it in; and the one before it is left out by then."""
    _keep(_installed("T0FAIR", "Fair College", ended="token_revoked"), _installed("T1", "One"))
    again, other = named(doctor(0, **both(slack)), "slack workspace")
    assert "Start Convenor anew" in again["how"]
    assert "another workspace's now" in other["said"]


def test_a_workspace_that_slack_can_not_be_asked_about(slack: Fake) -> None:
    """It is taken for what the record says."""
    slack.refuse("auth.test", "invalid_auth")
    _keep(_installed("T0FAIR", "Fair College"))
    assert one(doctor(1, **both(slack)), "slack workspace")["state"] == "fine"


def test_workspaces_that_installed_convenor_themselves(slack: Fake) -> None:
    """A sealed token that opens is well; otherwise the install page helps."""
    vault = Vault(KEY)
    scopes = tuple(SCOPES)
    _keep(
        _installed("T1", "One", token=vault.seal("xoxb-1"), scopes=scopes),
        _installed("T2", "Two", token=vault.seal("xoxb-2"), scopes=scopes[1:]),
        _installed("T3", "Three", token=Vault("o" * 40).seal("xoxb-3"), scopes=scopes),
        _installed("T4", "Four", ended="app_uninstalled"),
        _installed("T5", "Five"),
    )
    fine, *wrong = named(doctor(1, **_many(slack)), "slack workspace")
    assert (fine["state"], fine["said"]) == ("fine", "One (T1)")
    assert [check["state"] for check in wrong] == ["wrong", "wrong", "note", "wrong"]
    assert all(check["how"].endswith(f"{PUBLIC}/slack/install") for check in wrong)
    old, sealed, left, tokenless = (check["said"] for check in wrong)
    assert old == f"Two (T2): not granted: {scopes[0]}"
    assert "CONVENOR_SECRET_KEY" in sealed
    assert "uninstalled" in left
    assert "no longer set" in tokenless
    assert slack.asked == []


def test_a_record_that_is_not_there_is_passed_over(slack: Fake, home: Path) -> None:
    """And does not come to be there."""
    assert not named(doctor(0, **both(slack)), "slack workspace")
    assert list(home.iterdir()) == []


@pytest.mark.parametrize(
    "change",
    [
        "INSERT INTO _sqlite_migrations (migration_set, name) VALUES ('convenor', '9999-later')",
        "DELETE FROM _sqlite_migrations WHERE name = '0005-installations'",
        "DROP TABLE _sqlite_migrations",
    ],
)
def test_a_record_of_another_version_is_passed_over(slack: Fake, change: str) -> None:
    """A newer one, an older one, or no record at all: that was said already."""
    _keep(_installed("T1", "One"))
    assert named(doctor(0, **both(slack)), "slack workspace")
    with contextlib.closing(sqlite3.connect("convenor.db")) as db, db:
        db.execute(change)
    checks = doctor(1 if "later" in change else 0, **both(slack))
    assert not named(checks, "slack workspace")
    assert one(checks, "slack bot")["state"] == "fine"


def test_a_damaged_record_is_passed_over(slack: Fake, home: Path) -> None:
    """Slack is asked all the same."""
    (home / "convenor.db").write_bytes(b"no database" * 1000)
    checks = doctor(1, **both(slack))
    assert not named(checks, "slack workspace")
    assert one(checks, "slack bot")["state"] == "fine"
