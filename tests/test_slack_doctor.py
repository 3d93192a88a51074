"""`convenor doctor` where Slack is set up: what Slack says of the tokens, and where it can't be asked."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import aiohttp
import pytest

from bot.slack import checkup
from bot.slack.needs import SCOPES
from tests import local_slack
from tests.groups import cannot_run
from tests.slack_doctor import (
    APP,
    BOT,
    CLIENT,
    ME,
    Fake,
    bare,
    both,
    doctor,
    faked,
    named,
    one,
    text_of,
)

WHERE: Any = SimpleNamespace(host="a.org", port=443, is_ssl=True, ssl=True)
"""What aiohttp shows of a connection."""


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


# -- the tokens ------------------------------------------------------------------------------------


@pytest.mark.xdist_group("slack")
def test_a_real_workspace_is_named(tmp_path: Path) -> None:
    """Its name, Convenor's there, and that Socket Mode can connect."""
    try:
        local_slack.find()
    except local_slack.LocalSlackMissing as missing:
        cannot_run("Slack", str(missing))
    workspace = local_slack.Workspace(tmp_path)
    set_ = {
        "SLACK_BOT_TOKEN": local_slack.BOT_TOKEN,
        "SLACK_APP_TOKEN": local_slack.APP_TOKEN,
        "SLACK_API_URL": workspace.api_url,
    }
    try:
        text = text_of(0, **set_)
        checks = doctor(0, **set_)
    finally:
        workspace.close()
    assert "@Convenor's in Fair College (T0FAIR)" in one(checks, "slack bot")["said"]
    assert one(checks, "slack socket")["state"] == "fine"
    assert "Socket Mode" in one(checks, "slack way in")["said"]
    assert all(check["said"] in text and check["how"] in text for check in checks[-6:])


def test_all_is_well_with_every_scope(slack: Fake) -> None:
    """Each token is asked about once, as what it is."""
    checks = doctor(0, **both(slack))
    assert sorted(slack.asked) == [
        f"apps.connections.open Bearer {APP}",
        f"auth.test Bearer {BOT}",
    ]
    assert one(checks, "slack scopes")["state"] == "fine"
    assert one(checks, "platforms")["said"].endswith("SLACK_BOT_TOKEN, SLACK_APP_TOKEN")
    assert "Basic Information" in one(checks, "slack signing")["how"]
    assert not named(checks, "slack workspace")


@pytest.mark.parametrize("scope", SCOPES)
def test_a_missing_scope_is_named_with_its_use(slack: Fake, scope: str) -> None:
    """And with the page that adds it, and that the app has to be reinstalled."""
    slack.say("auth.test", ME, {"X-OAuth-Scopes": ", ".join(SCOPES.keys() - {scope})})
    found = one(doctor(1, **both(slack)), "slack scopes")
    assert found["state"] == "wrong"
    assert found["said"] == f"Not granted: {scope} ({SCOPES[scope]})"
    assert "OAuth & Permissions" in found["how"]
    assert "reinstall" in found["how"]


def test_a_scope_too_much_is_a_note(slack: Fake) -> None:
    """Nothing is wrong with it."""
    slack.say("auth.test", ME, {"x-oauth-scopes": ",".join((*SCOPES, "files:read", "admin"))})
    fine, note = named(doctor(0, **both(slack)), "slack scopes")
    assert fine["state"] == "fine"
    assert (note["state"], note["said"]) == ("note", "Granted, but not needed: admin, files:read")


def test_scopes_that_slack_keeps_to_itself_are_no_fault(slack: Fake) -> None:
    """Without its header nobody can tell; an empty one says that there are none."""
    slack.say("auth.test", ME)
    assert one(doctor(0, **both(slack)), "slack scopes")["state"] == "note"
    slack.say("auth.test", ME, {"x-oauth-scopes": ""})
    assert one(doctor(1, **both(slack)), "slack scopes")["state"] == "wrong"


@pytest.mark.parametrize(
    ("code", "said", "how"),
    [
        ("invalid_auth", "does not know SLACK_BOT_TOKEN", "OAuth & Permissions"),
        ("token_revoked", "SLACK_BOT_TOKEN was revoked", "Install App"),
        ("account_inactive", "the app was removed", "Install App"),
        ("not_allowed_token_type", "another kind", "OAuth & Permissions"),
        ("ekm_access_denied", "ekm_access_denied", "OAuth & Permissions"),
    ],
)
def test_a_refused_bot_token(slack: Fake, code: str, said: str, how: str) -> None:
    """Why, and the page where the right one is; the other token is looked at all the same."""
    slack.refuse("auth.test", code)
    checks = doctor(1, **both(slack))
    found = one(checks, "slack bot")
    assert found["state"] == "wrong"
    assert said in found["said"]
    assert how in found["how"]
    assert not named(checks, "slack scopes")
    assert one(checks, "slack socket")["state"] == "fine"


@pytest.mark.parametrize(
    ("code", "said", "how"),
    [
        ("invalid_auth", "does not know SLACK_APP_TOKEN", "App-Level Tokens"),
        ("not_allowed_token_type", "another kind", "Basic Information"),
        ("missing_scope", "connections:write", "App-Level Tokens"),
        ("socket_mode_not_enabled", "switched off", "“Socket Mode”"),
        ("forbidden_team", "forbidden_team", "Basic Information"),
    ],
)
def test_a_refused_app_token(slack: Fake, code: str, said: str, how: str) -> None:
    """Why Socket Mode can't connect, and the page that mends it."""
    slack.refuse("apps.connections.open", code)
    checks = doctor(1, **both(slack))
    found = one(checks, "slack socket")
    assert found["state"] == "wrong"
    assert said in found["said"]
    assert how in found["how"]
    assert one(checks, "slack bot")["state"] == "fine"


def test_a_busy_slack_is_no_fault(slack: Fake) -> None:
    """Nobody knows more in that minute; it says so."""
    slack.say("auth.test", {"ok": False, "error": "ratelimited"}, {"retry-after": "9"}, 429)
    found = one(doctor(0, **both(slack)), "slack bot")
    assert (found["state"], found["how"]) == ("note", "Try again in a minute.")


# -- where it can't be asked -----------------------------------------------------------------------


def test_a_slack_that_is_not_there(slack: Fake) -> None:
    """Said once for both tokens, in plain words."""
    url = f"http://127.0.0.1:{local_slack.free_port()}/api/"
    checks = doctor(1, **{**both(slack), "SLACK_API_URL": url})
    (wrong,) = (check for check in checks if check["state"] == "wrong")
    assert "can't be asked: nobody listens there" in wrong["said"]
    assert "firewall" in wrong["how"]
    assert not named(checks, "slack bot")
    assert not named(checks, "slack socket")


def test_a_slack_that_does_not_answer(slack: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not waited for any longer than it was given."""
    monkeypatch.setattr(checkup, "PATIENCE", 1)
    slack.waits = threading.Event()
    try:
        checks = doctor(1, **both(slack))
    finally:
        slack.waits.set()
    (wrong,) = (check for check in checks if check["state"] == "wrong")
    assert "does not answer in 1 seconds" in wrong["said"]


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        ("<h1>Sign in to the hotel</h1>", "text/html", 200),
        ("hello", "text/plain", 200),
        ("hello", "text/plain", 502),
        ("{", "application/json", 200),
        ("[1]", "application/json", 200),
        ("{}", "application/json", 200),
        ('{"ok": false, "error": "<b>xoxb-bot-of-ours</b>"}', "application/json", 200),
        ('{"ok": false, "error": ["xoxb-bot-of-ours"]}', "application/json", 500),
    ],
)
def test_what_is_not_slack_is_not_believed(slack: Fake, body: str, kind: str, status: int) -> None:
    """A sign-in page of a network, or whatever else answers; nothing of it is repeated."""
    for method in ("auth.test", "apps.connections.open"):
        slack.say(method, body, {"content-type": kind}, status)
    (wrong,) = (check for check in doctor(1, **both(slack)) if check["state"] == "wrong")
    assert wrong["said"].endswith("can't be asked: what answers there is not Slack")


@pytest.mark.parametrize(
    "url",
    [
        "slack.example.org/",
        "http://[::",
        "http://a:b",
        "ftp://a.org/",
        "/",
        f"http://me:{CLIENT}@a.org/",
    ],
)
def test_an_address_that_is_none(slack: Fake, url: str) -> None:
    """SLACK_API_URL is named, and nothing else is said of Slack."""
    checks = doctor(1, **{**both(slack), "SLACK_API_URL": url})
    (wrong,) = (check for check in checks if check["state"] == "wrong")
    assert "SLACK_API_URL is no address" in wrong["said"]


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (aiohttp.ClientConnectorDNSError(WHERE, socket.gaierror()), "name"),
        (aiohttp.ClientConnectorError(WHERE, ConnectionRefusedError()), "closed"),
        (aiohttp.ClientConnectorError(WHERE, OSError("no route")), "broken"),
        (aiohttp.ClientConnectorSSLError(WHERE, OSError()), "secure"),
        (aiohttp.ClientConnectorCertificateError(WHERE, ValueError()), "secure"),
        (aiohttp.ClientProxyConnectionError(WHERE, OSError()), "proxy"),
        (aiohttp.ServerDisconnectedError(), "broken"),
        (aiohttp.ServerTimeoutError(), "late"),
        (TimeoutError(), "late"),
    ],
)
def test_each_fault_of_a_network_is_known(error: Exception, kind: str) -> None:
    """Whatever aiohttp raises for it."""

    async def fail() -> Any:
        raise error

    assert asyncio.run(checkup._answer(fail())) == checkup.Trouble(kind)  # type: ignore[arg-type]
