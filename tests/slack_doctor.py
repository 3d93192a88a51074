"""A made-up Slack that says of its tokens what it is told to, and the doctor that asks it."""

import json
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import convenor
from bot.slack.needs import SCOPES
from tests import local_slack

BOT, APP, SIGNING, CLIENT = "xoxb-bot-of-ours", "xapp-app-of-ours", "signed-so", "client-so"
KEY = "k" * 40
PUBLIC = "https://convenor.example.org"
ME = {"ok": True, "team": "Fair College", "team_id": "T0FAIR", "user": "convenor", "user_id": "U0"}
GOOD = {"x-oauth-scopes": ",".join(SCOPES)}
Checks = list[dict[str, str]]


def bare(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Be in a folder, with nothing configured."""
    for name in list(os.environ):
        if name.startswith(("CONVENOR_", "SLACK_", "MICROSOFT_")) or name.lower().endswith(
            "_proxy"
        ):
            monkeypatch.delenv(name)
    monkeypatch.chdir(folder)


class Fake(ThreadingHTTPServer):
    """Answers Slack's methods as it is told to, and notes what was asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[str] = []
        self.answers: dict[str, tuple[int, dict[str, str], str]] = {}
        self.waits: threading.Event | None = None
        """While it is set to something, no answer is given before that happens."""
        self.say("auth.test", ME, GOOD)
        self.say("apps.connections.open", {"ok": True, "url": "ws://127.0.0.1:1/"})

    @property
    def url(self) -> str:
        """Where its methods are."""
        return f"http://127.0.0.1:{self.server_address[1]}/api/"

    def say(
        self, method: str, body: object, headers: dict[str, str] | None = None, status: int = 200
    ) -> None:
        """What a method answers: an object as JSON, a text as it is."""
        text = body if isinstance(body, str) else json.dumps(body)
        made = {"content-type": "application/json", **(headers or {})}
        self.answers[method] = (status, made, text)

    def refuse(self, method: str, code: str) -> None:
        """Let a method say no, with Slack's word for why."""
        self.say(method, {"ok": False, "error": code})


class _Handler(BaseHTTPRequestHandler):
    server: Fake

    def do_POST(self) -> None:
        """Answer a call."""
        self.rfile.read(int(self.headers.get("content-length") or 0))
        method = self.path.rpartition("/")[2]
        self.server.asked.append(f"{method} {self.headers['authorization']}")
        if self.server.waits is not None:
            self.server.waits.wait(60)
        status, headers, text = self.server.answers[method]
        self.send_response(status)
        for name, value in {**headers, "content-length": str(len(text.encode()))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_args: object) -> None:
        """Nobody reads it."""


@contextmanager
def faked() -> Iterator[Fake]:
    """A Slack that takes both tokens."""
    with Fake() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def text_of(code: int, *args: str, **set_: str) -> str:
    """The doctor's words, which never hold a secret."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = str(probe.getsockname()[1])
    result = CliRunner(env=set_).invoke(convenor, ["doctor", "--port", port, *args])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    for secret in (BOT, APP, SIGNING, CLIENT, KEY, local_slack.BOT_TOKEN, local_slack.APP_TOKEN):
        assert secret not in result.output
    assert result.exit_code == code, result.output
    assert result.stderr == ""
    return result.stdout


def doctor(code: int, **set_: str) -> Checks:
    """The doctor's checks; `code` is how it has to end, `set_` what is configured."""
    found = json.loads(text_of(code, "--format", "json", **set_))
    assert found["ok"] == (code == 0)
    return list(found["checks"])


def named(checks: Checks, name: str) -> Checks:
    """The checks of a name."""
    return [check for check in checks if check["name"] == name]


def one(checks: Checks, name: str) -> dict[str, str]:
    """The only check of a name."""
    (check,) = named(checks, name)
    return check


def both(slack: Fake) -> dict[str, str]:
    """Both tokens, for Socket Mode."""
    return {"SLACK_BOT_TOKEN": BOT, "SLACK_APP_TOKEN": APP, "SLACK_API_URL": slack.url}
