"""A polite stop: what is in flight is finished, what is owed stays, and the exit code is 0."""

import fcntl
import http.client
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from bot.core.service import NewMember, Service
from bot.tick import Tick
from storage.people import Place, Role
from storage.port import Transaction
from storage.sqlite import open_store
from storage.trail import Sending
from tests.builders import promised
from tests.clock import FakeClock
from tests.harness import short_bank
from tests.local_server import LocalServer, Reply, Request

ROOT = Path(__file__).parent.parent
RUN = "from bot.cli import main; main()"
PATIENCE = 30


@contextmanager
def running(folder: Path, **settings: str) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """`convenor run` on a database in this folder, and the link it printed."""
    with subprocess.Popen(
        [sys.executable, "-c", RUN, "run", "--port", "0"],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout
            found = re.search(r"http://\S+", process.stdout.readline())
            assert found
            yield process, found[0]
        finally:
            process.kill()


@contextmanager
def writing_held(database: Path) -> Iterator[None]:
    """Nobody else may write meanwhile."""
    with database.with_name(database.name + ".lock").open("r+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def until_closed(port: int) -> None:
    """Until nobody listens on the port any more."""
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            return


def test_a_request_in_flight_is_answered(tmp_path: Path) -> None:
    """It waits for the disk when the stop comes; nothing new is let in, and it gets its answer."""
    with running(tmp_path) as (process, link):
        where = urlsplit(link)
        port = where.port or 0
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as asking:
            with writing_held(tmp_path / "convenor.db"):
                asking.request("GET", where.path)  # a link is used up, which is a write
                beside = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
                with closing(beside):
                    beside.request("GET", "/healthz")
                    assert beside.getresponse().read() == b"ok\n"
                process.send_signal(signal.SIGTERM)
                until_closed(port)
                assert process.poll() is None
            answer = asking.getresponse()
            assert (answer.status, answer.headers["location"]) == (303, "/")
            assert "convenor_session" in answer.headers["set-cookie"]
        _, log = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    assert "stopped" in log
    assert not (tmp_path / "convenor.db-wal").exists(), "the record was closed"


class SlowSlack(LocalServer):
    """A Slack that takes its time with a message."""

    def __init__(self) -> None:
        self.came, self.go, self.posted = threading.Event(), threading.Event(), 0
        super().__init__()

    def answer(self, request: Request) -> Reply:
        if request.path.endswith("auth.test"):
            about = {
                "team": "T",
                "team_id": "T1",
                "user": "convenor",
                "user_id": "U0",
                "bot_id": "B0",
            }
            return Reply(body={"ok": True, "url": "https://t.slack.com/", **about})
        if request.path.endswith("chat.postMessage"):
            self.came.set()
            assert self.go.wait(PATIENCE)
            self.posted += 1
            return Reply(body={"ok": True, "channel": "C1", "ts": "1.000100"})
        return Reply(body={"ok": True})


def test_a_sending_under_way_is_finished_and_noted(tmp_path: Path) -> None:
    """It stands in Slack once, the record knows it, and what is due after it stays due."""
    url = f"sqlite:///{tmp_path}/convenor.db"
    with closing(open_store(url)) as store:
        people = (NewMember(name="Ana", role=Role.CHAIR), NewMember(name="Ben"))
        home = Place(platform="slack", tenant="T1", channel="C1")
        key = (
            Service(store, FakeClock()).found("Fair", short_bank(), people, home=home).committee.id
        )
        for n in (1, 2):
            payload = f'{{"effect":"say","key":"k{n}","to":{{"to":"channel"}},"content":{{"type":"notice","text":"{n}"}}}}'
            message = promised(f"k{n}", committee=key, place=home, payload=payload)
            store.write(lambda tx, m=message: tx.promise(m))  # type: ignore[misc]
    slack = SlowSlack()
    settings = {
        "SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "s", "SLACK_API_URL": f"{slack.url}/api/",
    }  # fmt: skip
    with running(tmp_path, **settings) as (process, link):
        assert slack.came.wait(PATIENCE)
        process.send_signal(signal.SIGTERM)
        until_closed(urlsplit(link).port or 0)
        assert process.poll() is None
        slack.go.set()
        _, log = process.communicate(timeout=PATIENCE)
    slack.close()
    assert process.returncode == 0
    assert log.count("sent id=") == slack.posted
    with closing(open_store(url)) as store:
        assert store.read().delivered_ref("k1") == "1.000100"
        # The second may have been begun before the process knew that it is to end.
        assert store.read().outbox_depth()[0] == 2 - slack.posted


def test_a_tick_under_way_is_finished(tmp_path: Path) -> None:
    """`stop` returns once its writing is done; stopping again does nothing."""
    store, clock = open_store(f"sqlite:///{tmp_path}/x.db"), FakeClock()
    go, held = threading.Event(), threading.Event()

    def hold(_tx: Transaction) -> None:
        held.set()
        assert go.wait(PATIENCE)

    store.submit(hold)
    assert held.wait(PATIENCE)
    message = store.submit(lambda tx: tx.promise(promised(due_at=clock(), state=Sending.DUE)))
    tick = Tick(store, clock, "here")
    tick.start()
    stopping = threading.Thread(target=tick.stop)
    stopping.start()
    go.set()
    stopping.join(PATIENCE)
    assert not stopping.is_alive()
    assert message.result(PATIENCE)
    tick.stop()
    store.close()
