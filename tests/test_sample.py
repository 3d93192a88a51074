"""The sample committee: played through the service, in the past, and ready to go on with."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from bot.core import buttons, sample, standing
from bot.core.effects import CONTENT, Content, Notice, QuestionCard, StartCard, SummaryCard
from bot.core.outbox import deliver_hosted
from bot.core.sample import make_sample, working_day
from bot.core.sample_script import Script, script
from bot.core.service import NewMember, Service
from questions.loader import bundled_banks
from questions.model import Bank
from questions.values import said_words
from storage.doors import Person
from storage.people import Address, Member, Place, Role
from storage.port import Store
from storage.records import How, Said, Stage, State, Status
from storage.sqlite import open_store
from storage.trail import Message
from tests.clock import FakeClock

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 5, 12, 7, 40, tzinfo=UTC)
"""A Tuesday morning."""
VIEWER = Person(id="viewer", name="Whoever looks", owner=True)
AUDIENCE = "strategy.position.audience"
MOMENTS = [
    NOW,
    datetime(2026, 6, 14, 21, 50, tzinfo=UTC),  # a Sunday night
    datetime(2026, 6, 14, 22, 1, tzinfo=UTC),  # a minute into Berlin's Monday
    datetime(2026, 4, 7, 7, 0, tzinfo=UTC),  # the weeks before have a change of clocks in them
    datetime(2026, 1, 5, 16, 0, tzinfo=UTC),  # the weeks before are another year's
]


class Made:
    """A sample in a store, with what tests ask of it."""

    def __init__(self, store: Store, now: datetime = NOW) -> None:
        self.clock = FakeClock(now)
        self.service = Service(store, self.clock)
        self.store = store
        self.id = make_sample(self.service, VIEWER)
        self.state: State = self.service.look(self.id).state
        self.bank: Bank = self.service.look(self.id).bank
        self.people = {m.name.split()[0]: m for m in self.state.members.values()}

    def named(self, members: Any) -> set[str]:
        return {self.state.members[who].name.split()[0] for who in members}

    def places(self) -> list[Place]:
        home = self.state.committee.home[0]
        directs = [home.evolve(channel=f"@{who}") for who in self.state.members]
        return [home, *directs, *(walk.place for walk in self.state.walks.values())]

    def messages(self, place: Place) -> tuple[Message, ...]:
        """All messages of a place, whoever may see them, in order."""
        seen = {
            m.id: m for who in self.state.members for m in self.store.read().messages(place, who)
        }
        return tuple(seen[key] for key in sorted(seen))

    def contents(self, place: Place) -> list[Content]:
        return [CONTENT.validate_json(m.payload) for m in self.messages(place) if m.payload]


@pytest.fixture(scope="module")
def made() -> Iterator[Made]:
    """One sample for all tests that only look."""
    store = open_store("sqlite://")
    yield Made(store)
    store.close()


@pytest.fixture
def store() -> Iterator[Store]:
    """An empty record."""
    opened = open_store("sqlite://")
    yield opened
    opened.close()


def test_the_committee_and_its_people(made: Made) -> None:
    """It is marked as a sample, follows the bundled bank, and the viewer sits in the chair's seat."""
    committee = made.state.committee
    assert (committee.name, committee.bank) == ("Data Privacy Micro-credential", "microcredential")
    assert committee.sample
    assert committee.zone == "Europe/Berlin"

    def told(member: Member) -> tuple[str, Role, str]:
        return (member.name, member.role, member.zone)

    assert [told(member) for member in made.state.members.values()][:4] == [
        ("Ana Brandt", Role.CHAIR, "Europe/Berlin"),
        ("Ben Okafor", Role.MEMBER, "Europe/London"),
        ("Chi Tanaka", Role.MEMBER, "Asia/Tokyo"),
        ("Dev Patel", Role.MEMBER, "America/New_York"),
    ]
    assert made.people["Olu"].role is Role.OBSERVER
    assert len(made.people) == 5
    assert all(m.email.endswith("@example.org") for m in made.people.values())
    seat = Address(platform="web", tenant="local", user=VIEWER.id)
    assert made.people["Ana"].addresses == (seat,)
    assert not any(m.addresses for m in made.people.values() if m.name != "Ana Brandt")
    assert [m.id for m in made.store.read().memberships(seat)] == [made.people["Ana"].id]


def test_strategy_is_finished_with_a_summary(made: Made) -> None:
    """Every question of the first phase is dealt with, and its summary stands in the channel."""
    walk = standing.shared_walk(made.state, "strategy")
    assert walk is not None
    assert walk.stage is Stage.DONE
    phase = made.bank.phase_by_id["strategy"]
    items = {q.id: made.state.items[q.id] for q in phase.questions}
    assert len(items) == 35
    assert all(item.applies for item in items.values())
    status = {name: i.status for name, i in items.items() if i.status is not Status.ANSWERED}
    assert status == {
        "strategy.pricing.members": Status.PARKED,
        "strategy.pricing.early": Status.NA,
        "strategy.pricing.licensing": Status.SKIPPED,
    }
    for name in status:
        ruling = items[name].ruling
        assert ruling is not None
        assert ruling.reason
    counts = [len(i.answers) for i in items.values() if i.status is Status.ANSWERED]
    assert set(counts) == {1, 2, 3}
    summaries = [c for c in made.contents(walk.place.evolve(thread="")) if c.type == "summary"]
    assert len(summaries) == 1
    assert isinstance(summaries[0], SummaryCard)
    assert len(summaries[0].lines) == 35


def test_strategy_has_second_thoughts(made: Made) -> None:
    """A choice has its why, an answer was edited later, and one was withdrawn and given anew."""
    why = [
        answer
        for item in made.state.items.values()
        for answer in item.answers.values()
        if answer.value is not None
        and answer.value.kind in ("one", "many", "yesno")
        and said_words(answer.value)
    ]
    assert len(why) >= 8
    history = made.store.read().history(made.id)
    edited = [a for a in history if a.how is How.EDIT]
    assert [(a.question, a.revision) for a in edited] == [("strategy.value.need", 2)]
    dev = made.people["Dev"].id
    confusion = [
        a.said for a in history if a.question == "strategy.position.confusion" and a.member == dev
    ]
    assert confusion == [Said.ANSWER, Said.WITHDRAWN, Said.ANSWER]


def test_marketing_is_under_way(made: Made) -> None:
    """Two thirds are answered, partly by Dev alone; the current question waits for Ana and Dev."""
    walk = standing.shared_walk(made.state, "marketing")
    assert walk is not None
    assert walk.stage is Stage.ASKING
    assert walk.current == "marketing.plan.organisations"
    progress = {row.phase: row for row in standing.progress(made.state, made.bank)}
    assert (progress["marketing"].done, progress["marketing"].total) == (8, 12)
    card = [c for c in made.contents(walk.place) if isinstance(c, QuestionCard)][-1]
    assert card.question == walk.current
    assert card.waiting == ("Ana Brandt", "Dev Patel")
    dev = made.people["Dev"].id
    own = standing.own_walk(made.state, "marketing", dev)
    assert own is not None
    assert own.stage is Stage.ASKING
    assert own.current == "marketing.audience.channels"
    assert [dev in made.state.items[q].answers for q in own.trail] == [True] * 6
    held = [a.question for a in made.store.read().history(made.id) if a.how is How.HOLDS]
    assert held == ["marketing.audience"]
    assert isinstance(made.contents(own.place.evolve(thread=""))[0], StartCard)


def test_marketing_has_something_to_look_at_again(made: Made) -> None:
    """Ana changed the audience after the others built on it; they are asked to look again."""
    mark = made.state.items["marketing.audience"].reconfirm
    assert mark is not None
    assert (mark.question, mark.by) == (AUDIENCE, made.people["Ana"].id)
    assert made.state.items[AUDIENCE].answers[mark.by].revision == 2
    told = {
        name
        for name, member in made.people.items()
        for content in made.contents(made.places()[0].evolve(channel=f"@{member.id}"))
        if isinstance(content, Notice) and "changed" in content.text
    }
    assert told == made.named(made.state.items["marketing.audience"].answers)


@pytest.mark.parametrize("now", MOMENTS)
def test_an_assignment_is_due_next_week(store: Store, now: datetime) -> None:
    """Chi has one question, due in the week after the one in which the sample is made."""
    made = Made(store, now)
    handed = {i.question: i.assignment for i in made.state.items.values() if i.assignment}
    assert list(handed) == ["marketing.metrics"]
    assignment = handed["marketing.metrics"]
    assert assignment is not None
    assert assignment.member == made.people["Chi"].id
    assert assignment.due is not None
    here = now.astimezone(BERLIN).date().isocalendar()
    next_week = date.fromisocalendar(here.year, here.week, 1) + timedelta(days=7)
    assert next_week <= assignment.due < next_week + timedelta(days=7)


def test_the_later_phases_are_untouched(made: Made) -> None:
    """Design and what follows it are not started: the viewer takes it from here."""
    assert {walk.phase for walk in made.state.walks.values()} == {"strategy", "marketing"}
    for phase in made.bank.phases[2:]:
        for question in phase.questions:
            item = made.state.items[question.id]
            assert (item.responses, item.ruling, item.assignment) == ({}, None, None)


def test_only_members_speak_and_are_understood(made: Made) -> None:
    """Every author is a member with a voice; no word was refused, left as a note or undelivered.

    What stands has its check mark; the one answer that Dev took back has lost it.
    """
    voices = standing.voices(made.state).keys()
    assert {a.member for a in made.store.read().history(made.id)} == voices
    authors = {m.member for place in made.places() for m in made.messages(place)} - {""}
    assert authors == voices
    assert not any(item.notes for item in made.state.items.values())
    unmarked: list[str] = []
    for walk in made.state.walks.values():
        said = [m for m in made.messages(walk.place) if m.member]
        assert said
        unmarked += [message.text for message in said if not message.reactions]
    assert unmarked == ["No, not if the web page is any good."]
    assert made.store.read().outbox_depth() == (0, None)


def test_it_came_about_through_events(made: Made) -> None:
    """The log has every step of the script as an event, and nothing else but the founding."""
    steps = sum(
        len(turn) for session in script().sessions for turn in session.asked.values()
    ) + sum(bool(session.starts) for session in script().sessions)
    steps += 2  # the holidays are kept, and somebody says when they are away
    log = made.store.read().audit(made.id, limit=1000)
    assert len(log) == steps + 1
    assert log[-1].action == "founded"
    assert made.state.committee.revision == steps


@pytest.mark.parametrize("now", MOMENTS)
def test_there_is_something_to_come(store: Store, now: datetime) -> None:
    """A country's holidays are kept, a day is off next week, and Dev will be away for a week and more."""
    made = Made(store, now)
    rhythm = made.state.committee.settings.rhythm
    here = now.astimezone(BERLIN).date().isocalendar()
    monday = date.fromisocalendar(here.year, here.week, 1) + timedelta(days=7)
    assert (rhythm.country, rhythm.days_off) == ("DE", (monday + timedelta(days=3),))
    dev = made.state.habits[made.people["Dev"].id]
    assert (dev.away_from, dev.away_until) == (
        monday + timedelta(days=1),
        monday + timedelta(days=9),
    )


@pytest.mark.parametrize("now", MOMENTS)
def test_times_are_a_past_that_was_lived(store: Store, now: datetime) -> None:
    """Times only grow, over four weeks that end before now, in everybody's own working hours."""
    made = Made(store, now)
    log = [line.at for line in reversed(store.read().audit(made.id, limit=1000))]
    assert log == sorted(log)
    assert log[0] == made.state.committee.created_at
    assert timedelta(days=27) < now - log[0] < timedelta(days=32)
    assert log[-1] < now
    for place in made.places():
        posted = [message.at for message in made.messages(place)]
        assert posted == sorted(posted)
        assert all(log[0] <= at <= log[-1] for at in posted)
    for answer in store.read().history(made.id):
        local = answer.at.astimezone(ZoneInfo(made.state.members[answer.member].zone))
        assert 7 <= local.hour < 20, (answer.question, local)
        assert local.weekday() < 5


def test_working_days_leave_the_weekend_out() -> None:
    """One working day before a Monday, a Sunday or a Saturday is the Friday."""
    monday = date(2026, 6, 15)
    friday = date(2026, 6, 12)
    assert [working_day(monday - timedelta(days=n), 1) for n in range(3)] == [friday] * 3
    assert working_day(monday, 20) == monday - timedelta(days=28)


def test_calling_twice_gives_the_same_sample(store: Store) -> None:
    """A person comes back to their sample as they left it; another person gets one of their own."""
    made = Made(store)
    made.clock.advance(days=3)
    log = store.read().audit(made.id, limit=1000)
    assert make_sample(made.service, VIEWER) == made.id
    assert store.read().audit(made.id, limit=1000) == log
    other = make_sample(made.service, Person(id="other"))
    assert other != made.id
    assert {c.id for c in store.read().committees()} == {made.id, other}


def test_a_seat_in_a_real_committee_is_no_sample(store: Store) -> None:
    """Somebody who sits in a committee of their own still gets a sample."""
    service = Service(store, FakeClock(NOW))
    seat = Address(platform="web", tenant="local", user=VIEWER.id)
    chair = NewMember(name="Me", role=Role.CHAIR, addresses=(seat,))
    own = service.found("Ours", bundled_banks()["microcredential"], [chair])
    made = make_sample(service, VIEWER)
    assert made != own.committee.id
    assert service.look(made).committee.sample


def test_a_file_keeps_it(tmp_path: Path) -> None:
    """In a file it is there after closing and opening again, the same as in memory."""
    url = f"sqlite:///{tmp_path / 'sample.db'}"
    first = open_store(url)
    made = Made(first)
    first.close()
    again = open_store(url)
    try:
        assert again.read().state(made.id) == made.state
        assert make_sample(Service(again, made.clock), VIEWER) == made.id
        assert len(again.read().search(made.id, "breach log")) == 1
    finally:
        again.close()


def test_the_viewer_goes_on(store: Store) -> None:
    """In Ana's seat the viewer starts the next phase, and answers what waits."""
    made = Made(store)
    ana = made.people["Ana"].id
    made.service.handle(
        buttons.event("start", id="web:1", committee=made.id, member=ana, value="design")
    )
    deliver_hosted(store, made.clock(), "test")
    walk = standing.shared_walk(made.service.look(made.id).state, "design")
    assert walk is not None
    assert walk.current == "design.model"
    assert [c.type for c in made.contents(walk.place)] == ["question"]


# -- a script with a mistake in it -----------------------------------------------------------------


def _changed(**session: Any) -> Script:
    """The script with its first session changed."""
    kept = script()
    first = kept.sessions[0].model_copy(update=session)
    return kept.model_copy(update={"sessions": (first, *kept.sessions[1:])})


@pytest.mark.parametrize(
    ("asked", "fault"),
    [
        ({"strategy.value": [{"ana says": "Too early."}]}, "its thread is at strategy.case"),
        ({"strategy.case": [{"ana says": "Words."}, {"olu moves on": None}]}, "Only the chair"),
        (
            {
                "strategy.case": [{"ana moves on": None}],
                "strategy.case.driver": [{"ana says": "hm, hard to say"}],
            },
            "were not taken as an answer to strategy.case.driver",
        ),
    ],
)
def test_a_play_that_goes_wrong_leaves_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch, asked: dict[str, Any], fault: str
) -> None:
    """Where the script no longer fits the bank, it says where, and no half sample is left behind."""
    parsed = Script.model_validate({**_plain(), "sessions": [{**_plain_session(), "asked": asked}]})
    monkeypatch.setattr(sample, "script", lambda: parsed)
    with pytest.raises(Exception, match=fault):
        make_sample(Service(store, FakeClock(NOW)), VIEWER)
    assert store.read().committees() == ()
    assert store.read().outbox_depth() == (0, None)


def test_a_session_before_the_one_above_it_is_found(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The script's sessions are in the order of their times."""
    late = _changed(days_ago=5)
    monkeypatch.setattr(sample, "script", lambda: late)
    with pytest.raises(ValueError, match="has passed already"):
        make_sample(Service(store, FakeClock(NOW)), VIEWER)


def _plain() -> dict[str, Any]:
    return {
        "name": "Fair", "bank": "microcredential", "zone": "Europe/Berlin", "move_on_count": 2,
        "seat": "ana",
        "people": {"ana": {"name": "Ana", "role": "chair"}, "olu": {"name": "Olu"}},
    }  # fmt: skip


def _plain_session() -> dict[str, Any]:
    return {"days_ago": 3, "at": "09:40", "phase": "strategy", "starts": "ana"}


@pytest.mark.parametrize(
    "line",
    [
        {"eve says": "Hello."},
        {"ana shouts": "Hello."},
        {"ana says": ""},
        {"ana picks": True},
        {"ana fills in": None},
        {"ana hands over": {"due": "friday"}},
        {"ana hands over": {"to": "olu", "due": "someday"}},
        {"ana says": "One.", "olu says": "Two."},
        "ana says nothing",
    ],
)
def test_a_line_with_a_mistake_is_found(line: Any) -> None:
    """An unknown person or verb, a missing word, an unknown day: the script does not load."""
    asked = {"strategy.case": [line]}
    with pytest.raises(ValidationError):
        Script.model_validate({**_plain(), "sessions": [{**_plain_session(), "asked": asked}]})
