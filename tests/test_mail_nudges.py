"""A nudge by e-mail: planned, composed when it is sent, handed to a real mail server once."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, time
from email.message import EmailMessage

import pytest

from bot.config import Settings
from bot.core.dispatch import Dispatcher
from bot.core.effects import Notice
from bot.core.events import MemberKept
from bot.core.planner import plan_due
from bot.mail.relay import Relay
from bot.mail.sender import PLATFORM, MailSender
from bot.mail.server import Server
from bot.platforms import platforms
from bot.tick import Tick
from tests.far_side import until
from tests.harness import Harness
from tests.mail_world import BASE, FROM, office
from tests.test_nudges import day, nudges, own, run


@pytest.fixture
def fair() -> Harness:
    """A committee in the workspace that has begun to plan."""
    h = Harness()
    h.start("plan")
    return h


def mailed(h: Harness, before: Callable[[], None] = lambda: None) -> list[EmailMessage]:
    """The mails of the next day's slots; `before` happens between planning and sending."""

    async def inner() -> list[EmailMessage]:
        async with office() as post:
            relay = Relay(Server("127.0.0.1", post.port, "plain"), "example.org", h.clock)
            sender = MailSender(h.store, h.clock, relay, FROM, lambda: BASE)
            h.clock.now = datetime.combine(day(1), time(10), UTC)
            for _ in range(2):  # a second plan of the same slots adds nothing
                plan_due(h.store, h.clock(), mail=True)
            h.deliver()
            before()
            dispatcher = Dispatcher(h.store, h.clock, sender, PLATFORM, "one", guard=h.guard)
            dispatcher.start()
            await until(lambda: h.store.read().outbox_depth()[0] == 0 and _waits(h) == 0)
            await dispatcher.stop()
            await sender.close()
            return post.mails()

    return asyncio.run(inner())


def _waits(h: Harness) -> int:
    return sum(h.store.read().pending(PLATFORM, "local", f"@{each}") for each in h.ids.values())


def _to(mails: list[EmailMessage]) -> list[str]:
    return sorted(str(mail["to"]) for mail in mails)


EVERYBODY = ["Ana <ana@example.org>", "Ben <ben@example.org>", "Chi <chi@example.org>"]


def test_a_nudge_arrives_once_and_says_what_the_workspace_says(fair: Harness) -> None:
    """One mail each: the words and lines of the message in the workspace, and links to its pages."""
    mails = mailed(fair)
    assert _to(mails) == EVERYBODY
    (mail,) = (each for each in mails if "Ben" in each["to"])
    (nudge,) = nudges(fair, "Ben")
    text = mail.get_body(("plain",)).get_content().replace("\r\n", "\n")  # type: ignore[union-attr]
    assert text.startswith(nudge.text + "\n")
    for group in nudge.groups:
        for line in group.lines:
            assert f"- {line.text}\n" in text
            assert line.detail in text
    pages = f"{BASE}/c/{fair.committee}"
    assert f"\n{pages}/mine\n" in text
    assert f"  {pages}/form/" in text


def test_the_same_day_brings_no_second_mail(fair: Harness) -> None:
    """Whatever runs again: the slot is promised once."""
    assert len(mailed(fair)) == len(EVERYBODY)
    assert mailed(fair) == []


def test_who_switched_mail_off_finds_it_in_the_workspace_alone(fair: Harness) -> None:
    """Nothing is even promised."""
    own(fair, "Ben", mail=False)
    assert _to(mailed(fair)) == [each for each in EVERYBODY if "Ben" not in each]
    assert "wait for you" in nudges(fair, "Ben")[-1].text


def test_who_switches_it_off_just_before_gets_none(fair: Harness) -> None:
    """What was planned already is looked at again when it is sent."""
    mails = mailed(fair, lambda: own(fair, "Ben", mail=False))
    assert _to(mails) == [each for each in EVERYBODY if "Ben" not in each]


def test_who_has_no_address_finds_it_in_the_workspace_alone(fair: Harness) -> None:
    """And the others get theirs."""
    ben = fair.state.members[fair.ids["Ben"]]
    fair.handle(MemberKept(**fair.base("Ana"), who=ben.evolve(email="")))
    assert _to(mailed(fair)) == [each for each in EVERYBODY if "Ben" not in each]
    assert len(nudges(fair, "Ben")) == 1


def test_without_mail_set_up_nothing_is_promised(fair: Harness) -> None:
    """The workspace's own messages come all the same."""
    run(fair, 1)
    assert isinstance(nudges(fair, "Ben")[0], Notice)
    assert _waits(fair) == 0


def test_where_mail_is_set_the_process_has_it(fair: Harness) -> None:
    """And nowhere else; the tick is told so, and plans for it."""
    set_up = Settings(smtp_url="smtp://127.0.0.1:1", mail_from="convenor@example.org")
    assert platforms(set_up, fair.service, fair.clock, "k" * 40).mail is not None
    assert platforms(Settings(), fair.service, fair.clock, "k" * 40).mail is None
    fair.clock.now = datetime.combine(day(1), time(10), UTC)
    Tick(fair.store, fair.clock, "here", mail=True).tick()
    assert _waits(fair) == len(EVERYBODY)
