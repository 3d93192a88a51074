"""What is counted, and who may read it."""

import asyncio
from datetime import UTC, datetime, time
from typing import Any

import pytest
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from bot.asgi import Message, Scope, answer, timed
from bot.core.dispatch import Delivered, Dispatcher, Hopeless, Later, Outcome
from bot.core.errors import Misuse, Refused
from bot.core.events import Skipped, Typed
from bot.core.outbox import deliver_hosted
from bot.core.planner import plan_due
from bot.core.readiness import Readiness
from bot.metrics import Metrics
from bot.tick import Tick
from bot.web.app import create_app
from bot.web.machines import Machines
from storage.trail import OutboxMessage
from tests import builders as make
from tests.far_side import until
from tests.harness import Harness
from tests.test_nudges import day
from tests.web_harness import SECRET

Numbers = dict[tuple[str, tuple[str, ...]], float]
TOKEN = "a token for the numbers"
ASKED = 3
"""The harness's chair and members; its observer is asked nothing, and so not nudged."""


def numbers(metrics: Metrics) -> Numbers:
    """Every sample of the page by its name and its labels' values."""
    families = text_string_to_metric_families(metrics.page().decode())
    return {(s.name, tuple(s.labels.values())): s.value for f in families for s in f.samples}


@pytest.fixture
def h() -> Harness:
    """A committee whose service counts."""
    made = Harness()
    made.service.watch = Metrics(made.store, made.clock)
    return made


def counted(h: Harness) -> Numbers:
    """What was counted so far."""
    assert isinstance(h.service.watch, Metrics)
    return numbers(h.service.watch)


def test_events_count_by_what_became_of_them(h: Harness) -> None:
    """Handled, said again, refused to a person, made of ids that do not fit; and the answers."""
    walk = h.start("plan")
    base = h.base("Ben", walk)
    typed = Typed(**base, text="=money", ref="m1")
    h.handle(typed)
    assert h.handle(typed).duplicate
    with pytest.raises(Refused):
        h.handle(Skipped(**h.base("Olu", walk), question="plan.audience", reason="no"))
    with pytest.raises(Misuse):
        h.handle(Typed(**{**h.base("Ben"), "walk": "elsewhere"}, text="x", ref="m2"))
    found = counted(h)
    kinds = {key[1]: n for key, n in found.items() if key[0] == "convenor_events_total"}
    assert kinds == {
        ("started", "handled"): 1,
        ("typed", "handled"): 1,
        ("typed", "duplicate"): 1,
        ("typed", "misuse"): 1,
        ("skipped", "refused"): 1,
    }
    assert found["convenor_answers_total", ()] == 1


def test_an_event_that_nobody_waits_for_counts_as_well(h: Harness) -> None:
    """`submit` and `take` are what the platforms use; a store that is closed is a failure of ours."""
    walk = h.start("plan")
    typed = Typed(**h.base("Ben", walk), text="=money", ref="m1")
    asyncio.run(h.service.take(typed))
    h.store.write(lambda tx: None)  # what was submitted before it has been told by now
    assert counted(h)["convenor_events_total", ("typed", "handled")] == 1
    h.store.close()
    with pytest.raises(Exception, match="closed"):
        h.service.handle(Typed(**h.base("Ben", walk), text="more", ref="m2"))
    assert counted(h)["convenor_events_total", ("typed", "failed")] == 1


def test_what_is_owed_is_looked_up_when_asked(h: Harness) -> None:
    """The outbox's depth and the age of its oldest message are as of the scrape."""
    assert counted(h)["convenor_outbox_messages", ()] == 0
    message = make.promised().evolve(created_at=h.clock(), due_at=h.clock())
    h.store.write(lambda tx: tx.promise(message))
    h.clock.advance(minutes=2)
    found = counted(h)
    assert found["convenor_outbox_messages", ()] == 1
    assert found["convenor_outbox_oldest_seconds", ()] == 120


class Scripted:
    """A sender that says what it is told to."""

    def __init__(self, *outcomes: Outcome) -> None:
        self.left, self.done = list(outcomes), asyncio.Event()

    async def send(self, message: OutboxMessage) -> Outcome:
        outcome = self.left.pop(0)
        if not self.left:
            self.done.set()
        return outcome


def test_sends_count_by_platform_and_outcome(h: Harness) -> None:
    """Each try is one; what may have gone out is told from what did not."""

    async def run() -> None:
        sender = Scripted(
            Later(after=0.2), Later(after=0.2, unsure=True), Delivered(), Hopeless(reason="x")
        )
        dispatcher = Dispatcher(h.store, h.clock, sender, "slack", "tests", h.service.watch)
        dispatcher.start()
        for _ in range(100):
            h.clock.advance(seconds=1)
            dispatcher.nudge()
            try:
                await asyncio.wait_for(sender.done.wait(), 0.1)
                break
            except TimeoutError:
                continue
        await dispatcher.stop()

    for n in (1, 2):
        place = make.place().evolve(platform="slack", channel=f"C{n}")
        message = make.promised().evolve(key=f"k{n}", place=place, due_at=h.clock())
        h.store.write(lambda tx, m=message: tx.promise(m))  # type: ignore[misc]
    asyncio.run(run())
    found = counted(h)
    sends = {key[1]: n for key, n in found.items() if key[0] == "convenor_sends_total"}
    assert sum(sends.values()) == 4
    assert all(sends[outcome, "slack"] == 1 for outcome in ("later", "unsure", "hopeless"))


def test_the_planner_has_its_hook(h: Harness) -> None:
    """How long a round took, and how much it promised."""
    h.service.watch.planned(0.25, 3)
    found = counted(h)
    assert found["convenor_plan_seconds_count", ()] == 1
    assert found["convenor_plan_seconds_sum", ()] == 0.25
    assert found["convenor_planned_total", ()] == 3


def test_the_tick_says_how_its_planning_went(h: Harness) -> None:
    """One round, and what it promised; a round that finds nothing due counts, too."""
    h.start("plan")
    h.clock.now = datetime.combine(day(1), time(10), UTC)
    tick = Tick(h.store, h.clock, "here", watch=h.service.watch)
    tick.tick()
    found = counted(h)
    assert found["convenor_plan_seconds_count", ()] == 1
    assert found["convenor_planned_total", ()] == ASKED
    tick.tick()
    again = counted(h)
    assert again["convenor_plan_seconds_count", ()] == 2
    assert again["convenor_planned_total", ()] == ASKED


def test_a_planned_message_with_nothing_left_to_say_is_no_delivery(h: Harness) -> None:
    """Neither in a room that Convenor hosts nor on a platform, whose sender is not even asked."""
    h.start("plan")
    h.deliver()
    h.clock.now = datetime.combine(day(1), time(10), UTC)
    plan_due(h.store, h.clock(), mail=True)
    sender = Scripted()

    async def run() -> None:
        dispatcher = Dispatcher(h.store, h.clock, sender, "mail", "tests", h.service.watch, h.guard)
        dispatcher.start()
        await until(lambda: h.store.read().outbox_depth()[0] == 0)
        await dispatcher.stop()

    h.clock.now = datetime.combine(day(2), time(10), UTC)  # nobody is told of yesterday's slot
    deliver_hosted(h.store, h.clock(), "tests", watch=h.service.watch)
    asyncio.run(run())
    found = counted(h)
    sends = {key[1]: n for key, n in found.items() if key[0] == "convenor_sends_total"}
    assert sends == {("nothing", "web"): ASKED, ("nothing", "mail"): ASKED}


@pytest.mark.parametrize(
    ("method", "status", "times"), [("POST", 200, 1), ("POST", 303, 1), ("POST", 401, 0), ("GET", 200, 0)]
)  # fmt: skip
def test_only_work_that_went_well_is_timed(method: str, status: int, times: int) -> None:
    """A stranger's knocking and a page that is looked at say nothing of how long an answer takes."""
    noted: list[float] = []

    async def app(scope: Scope, receive: Any, send: Any) -> None:
        await answer(send, status)

    async def send(message: Message) -> None:
        assert not noted, "an answer counts once it has gone out"

    asyncio.run(timed(app, noted.append)({"type": "http", "method": method}, send, send))  # type: ignore[arg-type]
    assert len(noted) == times
    assert all(seconds >= 0 for seconds in noted)


# -- who may read it ------------------------------------------------------------------------------


def ask(
    h: Harness, client: str, token: str = TOKEN, host: str = "127.0.0.1", **headers: str
) -> int:
    """The status of one request for the numbers."""
    assert isinstance(h.service.watch, Metrics)
    machines = Machines(Readiness(h.store, h.clock), h.service.watch.page, token)
    app = create_app(h.service, h.store, secret=SECRET, clock=h.clock, for_machines=machines)
    http = TestClient(app, base_url=f"http://{host}:8080", client=(client, 5000))
    found = http.get("/metrics", headers={k.replace("_", "-"): v for k, v in headers.items()})
    assert ("convenor_events_total" in found.text or "# HELP" in found.text) == (
        found.status_code == 200
    )
    return int(found.status_code)


def test_this_machine_and_the_token_read_the_numbers(h: Harness) -> None:
    """The token opens from anywhere, under any name, through a proxy, too."""
    good = f"Bearer {TOKEN}"
    assert ask(h, "127.0.0.1") == 200
    assert ask(h, "::1", host="localhost") == 200
    assert ask(h, "127.0.0.1", token="") == 200
    assert ask(h, "10.1.2.3", host="convenor.internal", authorization=good) == 200
    assert ask(h, "127.0.0.1", x_forwarded_for="10.1.2.3", authorization=good) == 200


def test_nobody_else_learns_that_there_are_numbers(h: Harness) -> None:
    """As for any address that is not there: other machines, what a proxy passes on, a wrong token,
    and a page in this machine's browser that came under somebody else's name."""
    assert ask(h, "10.1.2.3") == 404
    assert ask(h, "10.1.2.3", authorization="Bearer ") == 404
    assert ask(h, "10.1.2.3", token="", authorization="Bearer ") == 404
    assert ask(h, "127.0.0.1", authorization="Bearer wrong") == 404
    assert ask(h, "127.0.0.1", x_forwarded_for="127.0.0.1") == 404
    assert ask(h, "127.0.0.1", forwarded="for=127.0.0.1") == 404
    assert ask(h, "127.0.0.1", host="elsewhere.example") == 404


def test_no_number_says_anything_about_anybody(h: Harness) -> None:
    """No id, name, address or word of a committee stands on the page."""
    walk = h.start("plan")
    h.say("Ben", "a word that nobody counts", walk)
    assert isinstance(h.service.watch, Metrics)
    page = h.service.watch.page().decode()
    for word in (h.committee, *h.ids.values(), *h.ids, "word", "example.org", "plan."):
        assert word not in page
