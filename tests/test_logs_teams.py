"""Nobody's words and no token stand in the log, whatever happens to Teams' side of it."""

import asyncio
import logging
from collections.abc import Iterator
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from bot import logs
from bot.teams import adapter
from bot.teams.adapter import App, Connector
from bot.teams.refusals import Declined, NoLogin, Unreached
from bot.teams.values import OURS
from storage.port import StoreFull
from tests import teams_doctor
from tests.fake_connector import FakeConnector
from tests.local_server import Reply, Request
from tests.local_slack import until
from tests.logged import LEVELS, Log, captured
from tests.seen_cards import MADE_UP
from tests.teams_doctor import TENANT
from tests.teams_issuer import APP_ID, Issuer
from tests.teams_office import CHANNEL, ONE, Office, account, chat, office

WORDS = "Zebrafinch"
"""In every answer, command, reason and name; nothing of ours has it."""
SECRET, TOKEN = "distinctive~secret", "distinctive-token"
NEVER = (WORDS, WORDS.lower(), "distinctive", "eyJ", "Bearer", "@example.org", "of-the-tests")
ASKS = ("httpx", "httpcore")
"""What the test itself asks with."""


@pytest.fixture(params=LEVELS)
def log(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Log]:
    """The log of a process that says all it can; in the second, its libraries do, too."""
    with captured(monkeypatch, request.param, ASKS) as made:
        yield made


class Chatty(Issuer):
    """An issuer that repeats words where it fails."""

    def answer(self, request: Request) -> Reply:
        if self.down:
            return Reply(500, f"<html>{WORDS}</html>".encode(), {"Content-Type": "text/html"})
        return super().answer(request)


def test_nobodys_words_and_no_token_are_ever_logged(
    tmp_path: Path, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In what works, what is refused, what fails and what breaks; and yet all of it is logged."""
    issuer = Chatty()
    try:
        with office(tmp_path, issuer) as bot:
            fair = bot.found(name=f"Fair {WORDS}")
            thread = bot.thread(fair)
            _what_works(bot, fair, thread)
            _what_is_refused(bot, issuer, fair, thread)
            _what_fails(bot, fair, thread, monkeypatch)
            _what_breaks(bot, thread, monkeypatch)
        issuer.rotate()
        issuer.down = True
        with office(_folder(tmp_path), issuer) as other:
            assert other.send(other.message("Ben", WORDS)).status == 503
    finally:
        issuer.close()
    _the_connector(tmp_path, monkeypatch)
    for line in (
        "handled kind=typed", "handled kind=answered", "turned away path=/api/messages", "misuse type=",
        "not ours invoke=", "sent id=", "not delivered id=", "error=StoreFull", "error=ValueError at=test_logs_teams.py",
        "microsoft's keys are not reached", "reference tenant=",
    ):  # fmt: skip
        until(partial(log.has, line), f"“{line}” is logged")
    for secret in NEVER:
        found = [line for line in log.text.splitlines() if secret in line]
        assert not found, (secret, found[:3])


def _folder(inside: Path) -> Path:
    made = inside / "other"
    made.mkdir()
    return made


def _what_works(bot: Office, fair: str, thread: str) -> None:
    walk = f"{fair}.plan"
    ben = account("Ben") | {"name": f"Ben {WORDS}", "email": "ben@example.org"}
    sent = bot.message("Ben", f"{WORDS} one", thread) | {"from": ben}
    assert bot.send(sent).status == 200
    until(lambda: "Ben" in bot.said(fair), "it is recorded")
    bot.say("Ben", f"find {WORDS}", thread, mention=True)
    bot.say("Ben", f"{WORDS} two", chat("Ben"))
    bot.say("Ana", f"start {WORDS}", mention=True)
    bot.press("Ben", "command", thread, committee=fair, walk=walk, value=f"find {WORDS}")
    about = {"committee": fair, "walk": walk, "question": "plan.why"}
    bot.press("Ben", "answer", thread, **about)
    form = about | {"form": "form", "asked": ["plan.why"]}
    held = {"plan.why:text": f"{WORDS} by form", OURS: form}
    assert bot.send(bot.pressed("Ben", "save", held, thread)).status == 200
    edited = bot.message("Ben", f"{WORDS} three", thread)
    edited |= {"type": "messageUpdate", "id": sent["id"], "timestamp": "2026-05-12T08:00:00Z"}
    edited["channelData"] |= {"eventType": "editMessage"}
    assert bot.send(edited).status == 200
    bot.quiet()


def _what_is_refused(bot: Office, issuer: Issuer, fair: str, thread: str) -> None:
    odd: dict[str, Any] = {"value": {WORDS: WORDS}, "type": "invoke"}
    assert bot.send(bot.activity("Ben", thread, name="someThing/ofTeams", **odd)).status == 501
    assert bot.send(bot.activity("Ben", thread, type="message", text=[WORDS])).status == 400
    bot.press("Ben", "command", thread, committee="elsewhere", value=WORDS)
    bot.say("Ben", f"assign {WORDS} {WORDS}", thread, mention=True)
    for activity in ([WORDS], {"type": WORDS}, bot.activity("Ben", channelId=WORDS, text=WORDS)):
        assert bot.send(activity).status == 401
    service = bot.connectors[ONE].service_url
    bot._headers[service], kept = (
        issuer.header(service, sub=WORDS, aud=WORDS),
        bot._headers[service],
    )
    assert bot.send(bot.message("Ben", WORDS)).status == 401
    bot._headers[service] = kept


def _what_fails(bot: Office, fair: str, thread: str, monkeypatch: pytest.MonkeyPatch) -> None:
    far = bot.connectors[ONE]
    bot.quiet()  # what stands before it in its lane would hold up what is to fail
    for how in ({"status": 403, "code": f"{WORDS} {WORDS}"}, {"status": 502}, {"status": 0}):
        far.fail("", **how)
    tried = len(far.calls)
    bot.say("Ben", f"{WORDS} four", thread)
    bot.press("Ana", "next", thread, committee=fair, walk=f"{fair}.plan", question="plan.why")
    until(lambda: len(far.calls) > tried, "it was tried to send")

    def full(_work: Any) -> Any:
        broken: Future[Any] = Future()
        broken.set_exception(StoreFull(f"{WORDS} {TOKEN}"))
        return broken

    with monkeypatch.context() as patched:
        patched.setattr(bot.store, "submit", full)
        assert bot.send(bot.message("Ben", f"{WORDS} five", thread)).status == 503


def _what_breaks(bot: Office, thread: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(event: object, **_: object) -> Any:
        raise ValueError(f"{WORDS} {TOKEN} {event}")

    with monkeypatch.context() as patched:
        patched.setattr(bot.service, "take", broken)
        assert bot.send(bot.message("Ben", f"{WORDS} six", thread)).status == 500


def _the_connector(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The real MSAL, and every kind of answer, each full of words."""
    far, real = FakeConnector(), vars(adapter)["ConfidentialClientApplication"]
    card = {"type": "AdaptiveCard", MADE_UP: True, "body": [{"text": WORDS}]}
    odd = f"<html>{WORDS}</html>".encode()
    answers = (
        Reply(502, odd, {"Content-Type": "text/html"}), Reply(403, {"error": {"message": WORDS}}),
        Reply(200, odd, {"Content-Type": "application/json"}), Reply(200, {WORDS: WORDS}),
        Reply(307, odd, {"Location": f"http://127.0.0.1:9/{WORDS}"}),
    )  # fmt: skip
    with monkeypatch.context() as patched, teams_doctor.faked(folder, patched) as login:

        def here(client: str, **how: Any) -> Any:
            at_home = {"authority": f"{login.url}/{TENANT}", "instance_discovery": False}
            return real(client, **how | at_home)

        patched.setattr(adapter, "ConfidentialClientApplication", here)
        hosts = frozenset({urlsplit(far.url).netloc})
        connector = Connector(App(id=APP_ID, password=SECRET, tenant=TENANT, others=hosts))

        def post() -> None:
            asyncio.run(connector.post(far.service_url, CHANNEL, card, WORDS))

        login.token = Reply(400, {"error": WORDS, "error_description": f"{WORDS} {SECRET}"})
        with pytest.raises(NoLogin):
            post()
        body = {"token_type": "Bearer", "expires_in": 3599, "access_token": f"eyJ.{TOKEN}.x"}
        login.token = Reply(body=body)
        connector = Connector(App(id=APP_ID, password=SECRET, tenant=TENANT, others=hosts))
        post()
        plain = far.answer
        for reply in answers:
            far.answer = lambda _, reply=reply: reply  # type: ignore[method-assign, misc]
            if reply.body == {WORDS: WORDS}:
                post()
            else:
                with pytest.raises((Declined, Unreached)):
                    post()
        far.answer = plain  # type: ignore[method-assign]
        far.close()
        with pytest.raises(Unreached):
            post()


@pytest.mark.parametrize(
    ("name", "text", "shown"),
    [
        ("msal.token_cache", "event={words}", "event="),
        ("msrest.http_logger", "'Authorization': 'Bearer words'", ""),
        ("msrest.serialization", "Deserializer is not able to find words", "Deserializer is not able to find words"),
        ("msrest.exceptions", "The service said words", ""),
        ("urllib3.connectionpool", 'http://host:80 "POST /words"', "http"),
        ("any", "with eyJhbGciOiJ.eyJpc3MiO.c2ln-_x in it", "with … in it"),
        ("any", "cut short: eyJhbGciOiJ.", "cut short: …"),
    ],
)  # fmt: skip
def test_a_line_shows_what_it_may(name: str, text: str, shown: str) -> None:
    """No signed token, and of the libraries that quote what they carry the first words."""
    record = logging.LogRecord(name, logging.INFO, "f", 1, text, (), None)
    assert logs.OneLine().format(record).partition(f"logger={name} ")[2] == shown
