"""A nudge that could not reach its member: not ignored, and told to the chair, until one gets through."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

import pytest

from bot.core import due
from bot.core.dispatch import Delivered, Dispatcher, Hopeless, Later, Outcome
from bot.core.effects import Notice
from bot.core.events import Assigned, MemberKept
from bot.core.outcomes import Nothing
from bot.core.planned import HOSTED, MAIL, PLANNED
from bot.core.planner import plan_due
from bot.core.reached import note
from storage.people import Role
from storage.port import Transaction
from storage.rhythm import Habits
from storage.trail import OutboxMessage
from tests.far_side import until
from tests.harness import Harness
from tests.test_nudges import day, own

SHUT = Hopeless(reason="user_disabled", unreachable=True)
WAITS = Later(after=3600, keep=True, unreachable=True, reason="BotNotInConversationRoster")
REFUSED = Hopeless(reason="rcpt_550", unreachable=True)
NO_CHAT = (
    "I can't write to Ben: no message of mine gets through. Please ask whether they are still here and "
    "can open a chat with me, or let them go in the list of members."
)
NO_MAIL = "My e-mails to Ben are refused. Please ask for the right address, and change it in the list of members."


class Far:
    """A far side that says for one person's messages what a test wants, and takes all others."""

    def __init__(self, h: Harness, says: Callable[[OutboxMessage], Outcome]) -> None:
        self.lane, self._says = f"@{h.ids['Ben']}", says
        self.tried: list[OutboxMessage] = []
        self.waits = False
        """Whether the last one is to be tried again later."""

    async def send(self, message: OutboxMessage) -> Outcome:
        if message.place.channel != self.lane or not message.key.startswith(PLANNED):
            return Delivered(ref="m")
        self.tried.append(message)
        outcome = self._says(message)
        self.waits = isinstance(outcome, Later)
        return outcome


def weeks(
    h: Harness,
    outcome: Outcome | Callable[[OutboxMessage], Outcome],
    days: range,
    platform: str = HOSTED,
) -> Far:
    """Let days pass, on each of which what is due goes out to a platform, or is tried once."""
    far = Far(h, outcome if callable(outcome) else lambda _: outcome)

    def over() -> bool:
        waiting = {lane for lane in lanes if h.store.read().pending(platform, "local", lane)}
        return not waiting or (waiting == {far.lane} and far.waits)

    async def one_day() -> None:
        dispatcher = Dispatcher(h.store, h.clock, far, platform, "one", guard=h.guard)
        far.waits = False
        dispatcher.start()
        await until(over)
        await dispatcher.stop()  # with what became of it noted

    lanes = [h.committee, *(f"@{who}" for who in h.state.members)]
    for later in days:
        h.clock.now = max(h.clock.now, datetime.combine(day(later), time(9, 40), UTC))
        plan_due(h.store, h.clock(), mail=platform == MAIL)
        if platform == MAIL:
            h.deliver()
        asyncio.run(one_day())
    h.clock.advance(minutes=1)
    return far


def habits(h: Harness) -> Habits:
    """What is kept of Ben."""
    return h.state.habits[h.ids["Ben"]]


def told(h: Harness) -> str:
    """The digest as it would be now."""
    h.deliver()
    h.command("Ana", "digest preview")
    notice = h.channel_notice("Ana")
    assert isinstance(notice, Notice)
    groups = [g for g in notice.groups if g.heading == "Not reached"]
    return "\n".join((notice.text, *(line.text for g in groups for line in g.lines)))


@pytest.fixture
def fair() -> Harness:
    """Four questions wait for everyone; what there was to send is sent, and the week is not quiet."""
    h = Harness()
    h.start("plan")
    h.form("Chi", plan__why={"text": "Joy"})
    return h


def test_who_can_not_be_written_to_has_ignored_nothing(fair: Harness) -> None:
    """However long it goes on; each day is tried anew, and the chair is told instead."""
    far = weeks(fair, SHUT, range(1, 21))
    assert len(far.tried) == 14
    assert habits(fair).nudged == ()
    fair.form("Chi", plan__cake={"yes": "yes"})
    assert NO_CHAT in told(fair)
    assert "has not answered" not in told(fair)


def test_a_quiet_week_tells_it_in_its_line() -> None:
    """With what to do."""
    h = Harness()
    h.start("plan")
    weeks(h, SHUT, range(1, 3))
    assert "I can't reach Ben: please see in the list of members" in told(h)
    assert "I no longer nudge" not in told(h)


def test_it_is_forgotten_once_one_gets_through(fair: Harness) -> None:
    """By itself."""
    weeks(fair, SHUT, range(1, 3))
    assert NO_CHAT in told(fair)
    weeks(fair, Delivered(ref="m"), range(3, 4))
    assert habits(fair).unreached is None
    assert [n.day for n in habits(fair).nudged] == [day(3)]
    assert "Ben:" not in told(fair).partition("\n")[2]


def test_it_is_forgotten_once_the_member_does_something(fair: Harness) -> None:
    """Until the next one does not get out."""
    weeks(fair, SHUT, range(1, 3))
    fair.form("Ben", plan__why={"text": "Cake"})
    assert NO_CHAT not in told(fair)
    weeks(fair, SHUT, range(3, 5))
    assert NO_CHAT in told(fair)


def test_what_waits_for_people_is_told_and_is_not_ignored(fair: Harness) -> None:
    """A chat that is shut for now, until people open it."""
    weeks(fair, WAITS, range(1, 4))
    assert [n.day for n in habits(fair).nudged] == [day(3)]  # that day is not over
    assert NO_CHAT in told(fair)


def test_further_tries_of_one_nudge_write_nothing_more(fair: Harness) -> None:
    """Some waits are of minutes, for days."""
    fair.clock.now = datetime.combine(day(1), time(9, 40), UTC)
    plan_due(fair.store, fair.clock())
    lane = (HOSTED, "local", f"@{fair.ids['Ben']}")
    revisions = []
    for _ in range(4):
        now = fair.clock()

        def work(tx: Transaction, now: datetime = now) -> None:
            (message,) = tx.claim(now, "t", now + timedelta(minutes=1), limit=1, lane=lane)
            due.compose(tx, message, now, fair.guard)
            note(tx, message, WAITS, now)
            tx.postpone(message.id, "t", now)

        fair.store.write(work)
        revisions.append(fair.state.committee.revision)
        fair.clock.advance(minutes=5)
    assert len(set(revisions)) == 1
    assert NO_CHAT in told(fair)


def test_one_that_is_dropped_for_what_it_is_is_not_ignored_either(fair: Harness) -> None:
    """That says nothing of the member, so nobody is told."""
    weeks(fair, Hopeless(reason="invalid_blocks"), range(1, 9))
    assert (habits(fair).nudged, habits(fair).unreached) == ((), None)
    assert "Ben:" not in told(fair).partition("\n")[2]


def test_one_that_may_have_gone_out_counts(fair: Harness) -> None:
    """Nobody knows whether it stands there."""

    def says(message: OutboxMessage) -> Outcome:
        return Hopeless(reason="maybe_sent") if message.unsure else Later(unsure=True, after=1)

    far = weeks(fair, says, range(1, 2))
    assert far.tried[0].unsure is False
    assert weeks(fair, says, range(1, 2)).tried[0].unsure
    assert [n.day for n in habits(fair).nudged] == [day(1)]


def test_what_is_put_to_a_chair_is_put_again_if_it_never_got_out(fair: Harness) -> None:
    """What is past its date is put to a chair once: once it has reached them."""
    ben = fair.state.members[fair.ids["Ben"]].evolve(role=Role.CHAIR)
    fair.handle(MemberKept(**fair.base("Ana"), who=ben))
    fair.handle(Assigned(**fair.base("Ana"), question="plan.cake", to=fair.ids["Chi"], due=day(0)))
    weeks(fair, SHUT, range(1, 2))
    assert habits(fair).escalated == ()
    weeks(fair, Delivered(ref="m"), range(2, 3))
    assert habits(fair).escalated == (f"plan.cake:{day(0)}",)


def test_refused_mail_is_told_and_what_nobody_saw_is_not_ignored(fair: Harness) -> None:
    """The nudge stands on their page all the same; the address is left alone, and then tried again."""
    far = weeks(fair, REFUSED, range(1, 28), MAIL)
    assert len(far.tried) == 1
    first, *more = habits(fair).nudged
    assert (first.unseen, [n.unseen for n in more]) == (True, [False] * 3)
    assert len(fair.direct("Ben")) == 4
    fair.form("Chi", plan__cake={"yes": "yes"})
    assert NO_MAIL in told(fair)
    assert "Ben has not answered" not in told(fair)
    fair.form("Ben", plan__why={"text": "Joy"})  # four unanswered on the page, and it had stopped
    assert len(weeks(fair, REFUSED, range(28, 40), MAIL).tried) == 1
    assert "I can't reach Ben" in told(fair)  # the week was quiet
    ben = fair.state.members[fair.ids["Ben"]]
    fair.handle(MemberKept(**fair.base("Ana"), who=ben.evolve(email="ben@example.com")))
    assert "I can't reach" not in told(fair)
    fair.form("Ben", plan__cake={"yes": "yes"})
    assert len(weeks(fair, REFUSED, range(41, 50), MAIL).tried) == 1
    assert "I can't reach Ben" in told(fair)
    own(fair, "Ben", mail=False)
    assert NO_MAIL not in told(fair)


def test_mail_that_gets_through_again_is_forgotten_and_counts_again(fair: Harness) -> None:
    """As if nothing had been."""
    weeks(fair, REFUSED, range(1, 9), MAIL)
    fair.form("Ben", plan__why={"text": "Joy"})
    assert weeks(fair, Delivered(ref="m"), range(29, 36), MAIL).tried
    assert habits(fair).unreached is None
    assert not habits(fair).nudged[-1].unseen
    assert NO_MAIL not in told(fair)


def test_what_had_nothing_to_say_says_nothing_of_the_member(fair: Harness) -> None:
    """A nudge that was not needed any more is no sign that they can be reached."""
    weeks(fair, SHUT, range(1, 2))
    before = habits(fair).unreached
    weeks(fair, Nothing(), range(2, 3))
    assert before is not None
    assert habits(fair).unreached == before
