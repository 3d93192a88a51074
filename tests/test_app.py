"""The composition root: starting, serving and stopping the real process."""

import logging
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from bot import logs
from bot.app import App, build, listen, local_address, new_sign_in, secret_key, serve, started
from bot.config import ConfigError, Settings
from bot.tick import KEEP, Tick
from storage.doors import SignIn
from storage.port import StoreError
from tests.clock import FakeClock
from tests.playground import PACKAGES

EVERYWHERE = "0.0.0.0"  # noqa: S104  # what is to be refused

START = """
import sys
from bot.app import build, serve
from bot.config import Settings
app = build(Settings())
try:
    serve(app, "127.0.0.1", 0)
finally:
    app.close()
    print("closed", flush=True)
"""


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[App]:
    """An open record, and nothing else configured."""
    monkeypatch.chdir(tmp_path)
    for name in ("CONVENOR_DATABASE_URL", "CONVENOR_PUBLIC_URL", "CONVENOR_SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)
    with closing(build(Settings())) as app:
        yield app


@contextmanager
def running(folder: Path) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """A process that serves, and the link it printed."""
    root = Path(__file__).parent.parent
    with subprocess.Popen(
        [sys.executable, "-c", START],
        cwd=folder,
        env={"PYTHONPATH": str(root), "PATH": "/usr/bin:/bin"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout
            line = process.stdout.readline()
            found = re.fullmatch(
                r"Open this link to sign in \(it works once\): (http://127\.0\.0\.1:\d+/signin/\S+)\n",
                line,
            )
            assert found, line
            yield process, found[1]
        finally:
            process.kill()


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_it_starts_lets_in_and_stops(tmp_path: Path, sign: signal.Signals) -> None:
    """One link on stdout, good once; a polite stop ends in the record being closed, with code 0."""
    with running(tmp_path) as (process, link), httpx.Client() as browser:
        base = link.partition("/signin")[0]
        assert browser.get(f"{base}/healthz").text == "ok\n"
        assert browser.get(link).headers["location"] == "/"
        assert "Welcome to Convenor" in browser.get(f"{base}/").text
        assert httpx.get(link).status_code == 410
        process.send_signal(sign)
        out, log = process.communicate(timeout=30)
    assert (process.returncode, out) == (0, "closed\n")
    assert link.rpartition("/")[2] not in log
    assert "signed in person=" in log
    assert all(line.startswith("time=") for line in log.splitlines()), log


def test_it_says_how_to_try_teams_out(app: App) -> None:
    """Where that is switched on: the address, and the command of the docs, with the tests' playground."""
    assert len([*started(app, "http://127.0.0.1:8080")]) == 1
    dev = replace(app, settings=app.settings.model_copy(update={"teams_dev": True}))
    _, said = started(dev, "http://127.0.0.1:8080")
    assert said.startswith("Teams can be tried out at http://127.0.0.1:8080/api/messages.")
    command = said.splitlines()[1].strip()
    page = Path(__file__).parents[1] / "docs" / "teams.md"
    assert f"$ {command}\n" in page.read_text("utf-8")
    assert command.split()[1] in {f"{name}@{number}" for name, number in PACKAGES.items()}


def test_a_restart_keeps_people_signed_in(tmp_path: Path) -> None:
    """The key was made at the first start and stands in the record."""
    with httpx.Client() as browser:
        with running(tmp_path) as (process, link):
            browser.get(link)
            process.send_signal(signal.SIGTERM)
            process.wait(30)
        with running(tmp_path) as (_, link):
            assert browser.get(f"{link.partition('/signin')[0]}/connect").status_code == 200


def test_a_busy_port_is_said(app: App) -> None:
    """One sentence that says what to do, before anything is served."""
    with closing(listen("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(ConfigError, match=f"Port {port} is in use by another program"):
            serve(app, "127.0.0.1", port)


def test_an_answer_waits_for_no_acknowledgement() -> None:
    """What is accepted sends at once: the body of an answer would wait 40 ms for its head otherwise."""
    with (
        closing(listen("127.0.0.1", 0)) as listener,
        closing(socket.create_connection(listener.getsockname())),
        closing(listener.accept()[0]) as taken,
    ):
        assert taken.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


@pytest.mark.parametrize("host", ["no-such-host.invalid", "a..b", "300.1.1.1"])
def test_an_address_that_is_none_is_said(host: str) -> None:
    """Whatever the resolver makes of it."""
    with pytest.raises(ConfigError, match=r"can't listen on .*Check --host"):
        listen(host, 8080)


@pytest.mark.parametrize("host", [EVERYWHERE, "::", ""])
def test_other_machines_are_not_let_in_unprepared(app: App, host: str) -> None:
    """Nothing listens before the settings are right."""
    with pytest.raises(ConfigError, match="CONVENOR_SECRET_KEY and CONVENOR_PUBLIC_URL"):
        serve(app, host, 0)


def test_a_local_name_that_leads_elsewhere_is_refused(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What counts is the address that is listened on, not the name it was given by."""
    elsewhere = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (EVERYWHERE, 0))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: elsewhere)
    with pytest.raises(ConfigError, match="lets other machines in"):
        serve(app, "localhost", 0)


def test_a_record_that_is_none_is_said(tmp_path: Path) -> None:
    """A file of something else is a StoreError with a sentence."""
    (tmp_path / "x.db").write_text("not a database, " * 1000)
    with pytest.raises(StoreError, match="damaged or is not a database"):
        build(Settings(database_url=f"sqlite:///{tmp_path}/x.db"))


@pytest.mark.parametrize(
    ("host", "url"),
    [("127.0.0.1", "http://127.0.0.1:80"), ("localhost", "http://localhost:80"),
     (EVERYWHERE, "http://127.0.0.1:80"), ("::", "http://[::1]:80"), ("[::1]", "http://[::1]:80"),
     ("", "http://127.0.0.1:80")],
)  # fmt: skip
def test_the_local_address_is_one_that_a_browser_understands(host: str, url: str) -> None:
    """Whatever was listened on."""
    assert local_address(host, 80) == url


def test_a_new_link_leads_where_it_was_served_last(app: App) -> None:
    """A second process prints the right port; one owner, however many links."""
    assert new_sign_in(app).startswith("http://127.0.0.1:8080/signin/")
    owner = app.store.read().owner()
    app.store.write(lambda tx: tx.keep_secret("local_url", "http://127.0.0.1:9000"))
    assert new_sign_in(app).startswith("http://127.0.0.1:9000/signin/")
    assert app.store.read().owner() == owner


def test_a_configured_key_comes_first(app: App) -> None:
    """Else one is made once; it is long, and stays."""
    made = secret_key(app)
    assert len(made) >= 32
    assert secret_key(app) == made
    own = App(Settings(secret_key="k" * 40), app.store, app.service)
    assert secret_key(own) == "k" * 40


def test_the_tick_sweeps_what_is_old(app: App) -> None:
    """Links and delivery ids that ran out long ago go, once an hour; the rest stays."""
    clock = FakeClock()
    tick = Tick(app.store, clock, "here")

    def note(name: str) -> None:
        at = clock()
        link = SignIn(token_hash=name, person="p", expires_at=at + timedelta(minutes=15))
        app.store.write(lambda tx: tx.keep_sign_in(link))
        app.store.write(lambda tx: tx.first_time(f"web:{name}", at))

    note("old")
    tick.tick()
    clock.advance(seconds=KEEP.total_seconds() + 3600)
    note("new")
    tick.tick()
    known = app.store.write(
        lambda tx: [tx.first_time(f"web:{name}", clock()) for name in ("old", "new")]
    )
    assert known == [True, False]


def test_a_tick_that_fails_is_said_and_tried_again(
    app: App, caplog: pytest.LogCaptureFixture
) -> None:
    """A closed record does not end the ticking thread."""
    tick = Tick(app.store, FakeClock(), "here")
    app.close()
    tick.tick()
    assert "tick failed error=" in caplog.text


def test_the_log_is_one_line_an_action() -> None:
    """Line breaks in a message and an exception's words do not get into it."""
    try:
        raise ValueError("what somebody answered")
    except ValueError:
        record = logging.LogRecord("bot.x", 40, __file__, 1, "a\nb %s", ("c",), sys.exc_info())
    record.created, record.msecs = 0.5, 500
    line = logs.OneLine().format(record)
    assert line.startswith("time=1970-01-01T00:00:00.500Z level=ERROR logger=bot.x a b c error=Val")
    assert "test_app.py" in line
    assert "answered" not in line
