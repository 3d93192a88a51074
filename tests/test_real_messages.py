"""Every message that there really is, as Slack and Teams are sent it: inside the limits, whole, pinging nobody.

The sample is played, each bundled bank is walked through in pings and long words, and people of
every role do whatever there is to do on random banks.
"""

import pytest
from hypothesis import HealthCheck, given, settings

from bot.core import engine
from bot.core.desk import Handled
from bot.core.effects import Content, Notice, QuestionCard, ReviewCard, StartCard, SummaryCard
from bot.core.errors import Misuse, Refused
from bot.core.events import Event
from bot.core.sample import make_sample
from bot.core.service import Service
from questions.loader import bundled_banks
from questions.model import Kind
from storage.doors import Person
from storage.records import Stage
from storage.sqlite import open_store
from tests import slack_checks, teams_checks
from tests.clock import FakeClock
from tests.contents import AT, PINGS
from tests.harness import Harness
from tests.slack_checks import contents_of
from tests.walk_moves import Move, World, banks, event, moves, worlds


@pytest.fixture
def promised(monkeypatch: pytest.MonkeyPatch) -> list[Content]:
    """Every content that any service promises while the test runs."""
    found: list[Content] = []
    handle = Service._handle

    def noting(*args: object, **named: object) -> Handled:
        handled = handle(*args, **named)  # type: ignore[arg-type]
        found.extend(contents_of(handled.effects))
        return handled

    monkeypatch.setattr(Service, "_handle", noting)
    return found


def check(content: Content) -> None:
    """Check a content on every platform."""
    slack_checks.check(content)
    teams_checks.check(content)


def check_all(found: list[Content]) -> None:
    """Check each content once."""
    for content in {content.model_dump_json(): content for content in found}.values():
        check(content)


def test_every_message_of_the_sample_fits(promised: list[Content]) -> None:
    """Four weeks of a committee's work."""
    clock = FakeClock()
    make_sample(Service(open_store("sqlite://"), clock), Person(id="viewer", name="Viewer"))
    kinds = {type(content) for content in promised}
    assert kinds >= {QuestionCard, StartCard, SummaryCard, Notice}
    check_all(promised)


def hostile_reply(card: QuestionCard) -> str:
    """Words that answer a card and would ping everybody."""
    match card.kind:
        case Kind.YESNO:
            return f"yes, {PINGS} {'so much to say ' * 250}"
        case Kind.ONE | Kind.MANY:
            return f"{card.options[0].label} {PINGS}"
        case Kind.LIST:
            return f"{PINGS}\n" * 120
        case _:
            return f"{PINGS} " * 150


@pytest.mark.parametrize("bank", sorted(bundled_banks()))
def test_every_message_of_a_bundled_bank_fits(bank: str, promised: list[Content]) -> None:
    """Every phase walked to its summary in pings and long words, with each word that is no answer."""
    h = Harness(bundled_banks()[bank], names=("Ana", "<@U1> *Ben*"))
    for phase in h.bank.phases:
        walk = h.start(phase.id)
        for n in range(4 * len(phase.questions)):
            if h.walk(walk).stage is Stage.ASKING:
                word = {5: f"/convenor park {PINGS}", 9: f"/convenor skip {PINGS}"}.get(n)
                h.say("Ana", word or hostile_reply(h.card(walk)), walk)
                h.say("Ana", "/convenor next", walk)
            elif h.walk(walk).stage is Stage.REVIEWING:
                h.say("Ana", f"{PINGS} slower", walk)
                h.say("Ana", "/convenor next" if n % 3 else f"act: {PINGS}", walk)
        h.start(phase.id, "Ana", own=True)
    for word in (
        "help",
        "help start",
        "status",
        "status mine",
        "gaps",
        "find here",
        "export",
        "why",
    ):
        h.command("Ana", f"@convenor {word} share")
    h.command("Ana", f"@convenor status {h.bank.phases[0].id}")
    assert len(h.summaries()) == len(h.bank.phases)
    assert ReviewCard in map(type, promised)
    check_all(promised)


@settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(worlds(banks()), moves())
def test_every_message_of_a_random_walk_fits(world: World, played: list[Move]) -> None:
    """Whatever people of every role do, in whatever order."""
    state, now = world.state, AT
    for number, move in enumerate(played):
        made: Event = event(move, state, world.bank, world.versions, number)
        try:
            state, effects = engine.advance(state, made, world.bank, now)
        except (Refused, Misuse):
            continue
        for content in contents_of(effects):
            check(content)
