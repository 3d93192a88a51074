"""Nobody's words and no token stand in the log, whatever happens to Slack's side of it."""

import logging
from collections.abc import Iterator
from concurrent.futures import Future
from functools import partial
from typing import Any

import pytest

from bot import logs
from storage.port import StoreFull
from storage.sqlite import open_store
from tests.local_slack import until
from tests.logged import LEVELS, Log, captured
from tests.slack_api import TICKET, SlackApi
from tests.slack_office import (
    CHANNEL,
    CLIENT,
    PUBLIC,
    Office,
    api,
    envelope,
    message,
    office,
    pressed,
    user,
    value,
)
from tests.test_slack_oauth import allow, begin, come_back

__all__ = ["api"]

WORDS = "Zebrafinch"
"""In every answer, command, reason and name; nothing of ours has it."""
TRIGGER = "1234567890.0987654321.abcdef0123456789abcdef0123456789"
TOKEN, APP_TOKEN, SECRET_ID = (
    "xoxb-17-distinctive-token",
    "xapp-1-distinctive",
    "distinctive-secret",
)
CODE = "distinctive-code"
NEVER = (WORDS, WORDS.lower(), TRIGGER, "distinctive", TICKET, "xoxb", "xapp", "@example.org")
OURS = ("httpx", "httpcore", "aiohttp.server", "aiohttp.access", "aiohttp.web")
"""What the test itself asks with, and Slack's double."""


@pytest.fixture(params=LEVELS)
def log(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Log]:
    """The log of a process that says all it can; in the second, its libraries do, too."""
    with captured(monkeypatch, request.param, OURS, ("slack_bolt.oauth",)) as made:
        yield made


@pytest.fixture
def plugged(api: SlackApi, log: Log) -> Iterator[Office]:
    """A bot with every way in: HTTP, Socket Mode and the install page."""
    api.teams[TOKEN] = "T1"
    store = open_store("sqlite://")
    with office(
        api, store, bot_token=TOKEN, app_token=APP_TOKEN, client_id=CLIENT,
        client_secret=SECRET_ID, public_url=PUBLIC,
    ) as made:  # fmt: skip
        until(lambda: made.slack.workspaces.bot("T1"), "the bot knows its user")
        until(lambda: api.sockets, "Socket Mode is connected")
        yield made
    store.close()


def test_nobodys_words_and_no_token_are_ever_logged(
    plugged: Office, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In what works, what is refused, what fails and what breaks; and yet all of it is logged."""
    bot, api = plugged, plugged.api
    api.person("T1", user("Dana"), f"Dana {WORDS}")
    fair = bot.found("T1", f"Ana{WORDS}", "Ben", name=f"Fair {WORDS}")
    thread, ana = bot.thread(fair), user(f"Ana{WORDS}")
    _what_works(bot, fair, ana, thread)
    _what_is_refused(bot, fair, thread)
    _what_fails(bot, fair, ana, thread, monkeypatch)
    _what_breaks(bot, thread, monkeypatch)
    _over_the_socket(bot, log, thread, monkeypatch)
    state = _through_the_install_page(bot)
    for line in (
        "handled kind=typed", "handled kind=answered", "turned away path=/slack/events",
        "misuse kind=block_actions", "slack refused code=expired_trigger_id", "store error=StoreFull",
        "slack not reached error=ServerDisconnectedError", "sent id=", "not delivered id=", "not told channel=",
        "error=ValueError at=test_logs_slack.py", "not installed reason=invalid_code",
        "not installed reason=odd", "workspace ended team=T1 reason=tokens_revoked",
    ):  # fmt: skip
        until(partial(log.has, line), f"“{line}” is logged")
    for secret in (*NEVER, state):
        found = [line for line in log.text.splitlines() if secret in line]
        assert not found, (secret, found[:3])


def _what_works(bot: Office, fair: str, ana: str, thread: str) -> None:
    walk = f"{fair}.plan"
    bot.say("T1", user("Ben"), f"{WORDS} one", thread)
    bot.command("T1", user("Ben"), f"find {WORDS}", trigger_id=TRIGGER)
    press = pressed("T1", user("Ben"), value(fair, "command", value=f"find {WORDS}"))
    bot.post({**press, "trigger_id": TRIGGER + "a"})
    bot.press("T1", user("Ben"), value(fair, "answer", walk=walk, question="plan.why"))
    about = {"purpose": "form", "committee": fair, "walk": walk, "asked": ["plan.why"]}
    bot.submit("T1", user("Ben"), about, {"plan.why:text": f"{WORDS} two"})
    about = {"purpose": "reason", "committee": fair, "question": "plan.cake", "action": "skip"}
    bot.submit("T1", ana, about, {"text": f"{WORDS} three"})
    bot.say("T1", user("Dana"), f"{WORDS} four", thread)
    bot.press("T1", ana, value(fair, "admit", value=user("Dana")), trigger_id=TRIGGER + "b")
    changed = {"id": user("Ben"), "profile": {"real_name": f"Ben {WORDS}"}}
    bot.event("T1", {"type": "user_change", "user": changed})
    bot.event("T1", {"type": "app_home_opened", "tab": "home", "user": user("Ben")})
    bot.quiet("T1")


def _what_is_refused(bot: Office, fair: str, thread: str) -> None:
    bot.press("T1", user("Ben"), value("elsewhere", "command", value=WORDS))
    bot.say("T1", user("Ben"), f"{WORDS} \x00", thread)
    bot.command("T1", user("Ben"), f"{WORDS} \x00")
    bot.command("T1", user("Ben"), f"assign {WORDS} {WORDS}")
    sent = {"content": WORDS.encode(), "headers": {"x-slack-signature": WORDS}}
    assert bot.http.post("/slack/events", **sent).status_code == 401  # type: ignore[arg-type]


def _what_fails(
    bot: Office, fair: str, ana: str, thread: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    api = bot.api
    bot.quiet("T1")  # what stands before it in its lane would hold up what is to fail
    api.failing = {"views.open": "expired_trigger_id"}
    press = pressed("T1", user("Ben"), value(fair, "answer", question="plan.why"))
    assert bot.post({**press, "trigger_id": TRIGGER}).status_code == 200
    api.failing = {
        "chat.postMessage": "!",
        "chat.postEphemeral": "channel_not_found",
        "users.info": "!",
    }
    api.person("T1", user("Eve"), f"Eve {WORDS}")
    assert bot.say("T1", user("Eve"), f"{WORDS} five", thread).status_code == 503
    bot.press("T1", user("Ben"), value("elsewhere", "next", value=WORDS))
    tried = len(api.to("chat.postMessage"))
    bot.press("T1", ana, value(fair, "next", walk=f"{fair}.plan"))
    until(lambda: len(api.to("chat.postMessage")) > tried, "it was tried to send")
    api.failing = {}

    def full(_work: Any) -> Any:
        broken: Future[Any] = Future()
        broken.set_exception(StoreFull(f"{WORDS} {TOKEN}"))
        return broken

    with monkeypatch.context() as patched:
        patched.setattr(bot.store, "submit", full)
        assert bot.say("T1", user("Ben"), f"{WORDS} six", thread).status_code == 503


def _what_breaks(bot: Office, thread: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(bot.service, "submit", _broken)
        assert bot.say("T1", user("Ben"), f"{WORDS} seven", thread).status_code == 500


def _broken(event: object, **_how: object) -> Any:
    raise ValueError(f"{WORDS} {TOKEN} {event}")


def _over_the_socket(bot: Office, log: Log, thread: str, monkeypatch: pytest.MonkeyPatch) -> None:
    api = bot.api

    def send(name: str) -> None:
        payload = envelope("T1", message(user("Ben"), f"{WORDS} {name}", thread))
        api.send({"type": "events_api", "envelope_id": name, "payload": payload})

    with monkeypatch.context() as patched:
        patched.setattr(bot.service, "submit", _broken)
        before = log.text.count("error=ValueError")
        send("broken")
        until(lambda: log.text.count("error=ValueError") > before, "it broke")
    send("first")
    until(lambda: any(a["envelope_id"] == "first" for a in api.acknowledged), "the first is taken")
    api.failing = {"apps.connections.open": "internal_error"}
    api.send({"type": "disconnect", "reason": "refresh_requested"})
    until(lambda: len(api.to("apps.connections.open")) > 1, "it tried to connect again")
    api.failing = {}


def _through_the_install_page(bot: Office) -> str:
    refused, state = begin(bot), begin(bot)
    assert come_back(bot, refused, code=CODE + "-unknown").status_code == 401
    allow(bot.api, CODE, "T1", TOKEN + "-new")
    assert come_back(bot, state, code=CODE).status_code == 200
    assert come_back(bot, state, code=CODE, error=WORDS).status_code == 200
    revoked = {"type": "tokens_revoked", "tokens": {"bot": ["U0CONVENOR"]}}
    assert bot.event("T1", revoked).status_code == 200
    assert bot.event("T1", message(user("Ben"), WORDS, channel=CHANNEL)).status_code == 200
    return state


# -- the formatter itself --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "text", "args", "shown"),
    [
        ("bot.x", "kept id=%s", ("a1",), "kept id=a1"),
        ("bot.x", "two\nlines", (), "two lines"),
        ("bot.x", f"id=slack:T1:t:{TRIGGER} on", (), "id=slack:T1:t:… on"),
        ("any", f"with {TOKEN} in it", (), "with … in it"),
        ("any", f"with {APP_TOKEN}", (), "with …"),
        ("any", "xoxe.xoxb-1-abc, xoxp-2", (), "…, …"),
        ("any", "1700000000.000100 is a ts", (), "1700000000.000100 is a ts"),
        ("any", "%d of %d", ("words",), "unreadable"),
        ("slack_bolt.app:x", "Unhandled request ({'text': 'words'})", (), "Unhandled request"),
        ("slack_sdk.web", "Sending a request - url: words", (), "Sending a request - url"),
        ("asyncio", "Task exception was never retrieved\nfuture: <words>", (), "Task exception was never retrieved future"),
    ],
)  # fmt: skip
def test_a_line_shows_what_it_may(name: str, text: str, args: tuple[Any, ...], shown: str) -> None:
    """One line; no key of Slack's, and of the libraries that quote what they carry the first words."""
    record = logging.LogRecord(name, logging.INFO, "f", 1, text, args, None)
    assert logs.OneLine().format(record).partition(f"logger={name} ")[2] == shown


def test_an_exception_shows_its_kind_and_place() -> None:
    """And not what it says."""
    try:
        raise ValueError(WORDS)
    except ValueError as error:
        record = logging.LogRecord("x", 40, "f", 1, "broken", (), (ValueError, error, None))
        line = logs.OneLine().format(record)
    assert "broken error=ValueError at=test_logs_slack.py:" in line
    assert WORDS not in line
