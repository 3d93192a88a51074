"""Nudges and reminders: to whom, about what, when, and what keeps them from going."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from bot.core.chase_events import HabitsKept, Hushed, Redated
from bot.core.effects import Button, Notice
from bot.core.errors import Misuse, NotAllowed, Refused
from bot.core.events import Answered, Assigned, MemberKept, SettingsKept
from bot.core.nudging import dated
from bot.core.planner import plan_due
from bot.core.words import number
from storage.rhythm import Habits, Reason, Rhythm, Tone
from tests.harness import Harness

MONDAY = date(2026, 5, 4)
"""The day on which the harness's clock stands at first, at nine o'clock UTC."""


def day(later: int) -> date:
    """So many days after that Monday."""
    return MONDAY + timedelta(days=later)


@pytest.fixture
def fair() -> Harness:
    """A committee that has begun to plan: four questions wait for everyone."""
    h = Harness()
    h.start("plan")
    return h


def nudges(h: Harness, name: str) -> list[Notice]:
    """What a member found in their own messages."""
    return [content for content in h.direct(name) if isinstance(content, Notice)]


def days(h: Harness, name: str) -> list[date]:
    """The days on which a member was nudged."""
    habits = h.state.habits.get(h.ids[name])
    return [nudged.day for nudged in habits.nudged] if habits else []


def rhythm(h: Harness, **changes: Any) -> None:
    """The chair sets the committee's hours."""
    old = h.state.committee
    settings = old.settings.evolve(
        rhythm=Rhythm.model_validate(old.settings.rhythm.model_dump() | changes)
    )
    h.handle(SettingsKept(**h.base("Ana"), name=old.name, zone=old.zone, settings=settings))


def own(h: Harness, name: str, **changes: Any) -> None:
    """A member sets their own hours."""
    habits = h.state.habits.get(h.ids[name]) or Habits(member=h.ids[name])
    h.handle(HabitsKept(**h.base(name), habits=habits.evolve(**changes)))


def zone(h: Harness, name: str, zone: str) -> None:
    """A member lives somewhere else."""
    member = h.state.members[h.ids[name]]
    h.handle(MemberKept(**h.base(name), who=member.evolve(zone=zone)))


def run(h: Harness, until: int) -> None:
    """Let the time pass up to noon of a day."""
    h.through(datetime.combine(day(until), time(12), UTC))


def hand(h: Harness, question: str, to: str, due: date | None = None) -> None:
    """The chair hands a question over."""
    h.handle(Assigned(**h.base("Ana"), question=question, to=h.ids[to], due=due))


# -- what it says ------------------------------------------------------------------------------------


def test_a_nudge_names_what_waits_and_each_can_be_answered_right_there(fair: Harness) -> None:
    """Greeted by their first name; a button beside each; later, away and fewer below."""
    fair.at(day(1), 9, 40)
    notice = nudges(fair, "Ben")[-1]
    assert notice.text == (
        "Good morning Ben. Three questions wait for you; the first one holds up Planning."
    )
    lines = notice.groups[0].lines
    assert [line.text for line in lines] == [
        "Why do we hold a fair?", "Where will it be?", "Will there be cake?",
    ]  # fmt: skip
    assert [b.label for b in lines[0].buttons] == ["Answer…", "Not mine…"]
    assert [b.label for b in lines[2].buttons] == ["Yes", "No", "Write…", "Not mine…"]
    assert [b.label for b in notice.buttons] == [
        "Snooze: tomorrow", "Snooze: next week", "Snooze: a day…", "I'm away…", "Fewer, please",
    ]  # fmt: skip


def test_it_names_three_at_most_and_leads_to_the_rest() -> None:
    """What is handed to somebody with a date comes first."""
    h = Harness()
    h.start("plan")
    h.start("run")
    hand(h, "run.stalls", "Ben", day(20))
    h.at(day(1), 9, 40)
    notice = nudges(h, "Ben")[-1]
    assert [len(group.lines) for group in notice.groups] == [3, 1]
    assert notice.groups[0].lines[0].text == "Which stalls do we need?"
    assert notice.groups[0].lines[0].detail.startswith("Due Sun 24 May · handed to you")
    assert notice.groups[1].lines[0].text == "and 3 more"
    assert notice.buttons[0].label == "Show all of them"


def test_the_brief_tone_greets_nobody(fair: Harness) -> None:
    """The committee's, or a member's own."""
    own(fair, "Ben", tone=Tone.BRIEF)
    fair.at(day(1), 9, 40)
    assert nudges(fair, "Ben")[-1].text.startswith("Three questions wait for you")
    assert nudges(fair, "Chi")[-1].text.startswith("Good morning Chi.")


def test_who_has_no_gap_is_not_nudged(fair: Harness) -> None:
    """Nor are observers, nor those who left, nor anybody before something has begun."""
    walk = f"{fair.committee}.plan"
    for name in ("Ana", "Ben"):
        fair.say(name, "for fun", walk)
    fair.form("Ben", plan__place={"option": "school"}, plan__cake={"yes": "yes"})
    ida = fair.state.members[fair.ids["Chi"]].evolve(active=False)
    fair.handle(MemberKept(**fair.base("Ana"), who=ida))
    fair.at(day(1), 9, 40)
    assert (days(fair, "Ben"), days(fair, "Chi"), days(fair, "Olu")) == ([], [], [])
    assert days(fair, "Ana") == [day(1)]
    idle = Harness()
    run(idle, 10)
    assert not idle.state.habits


def test_what_came_up_today_is_left_for_tomorrow(fair: Harness) -> None:
    """The phase began at nine; nobody is chased about it at twenty to ten."""
    fair.at(MONDAY, 9, 40)
    fair.at(MONDAY, 15)
    assert days(fair, "Ben") == []
    fair.at(day(1), 9, 40)
    assert days(fair, "Ben") == [day(1)]


def test_a_member_who_answers_before_it_is_sent_is_not_nudged(fair: Harness) -> None:
    """What is due is looked at again at the moment of sending."""
    fair.clock.now = datetime.combine(day(1), time(9, 40), UTC)
    assert plan_due(fair.store, fair.clock()) == 3
    chi = fair.base("Chi")
    answers: dict[str, Any] = {
        "plan.why": {"text": "fun"}, "plan.place": {"option": "school"}, "plan.cake": {"yes": "no"},
    }  # fmt: skip
    fair.service.handle(Answered(**chi, answers=answers))
    fair.deliver()
    assert nudges(fair, "Chi") == []
    assert len(nudges(fair, "Ben")) == 1
    assert fair.store.read().outbox_depth()[0] == 0


def test_who_answered_that_day_is_left_alone_until_the_next(fair: Harness) -> None:
    """A nudge would come on top of their work; what they said about nudges is no work."""
    fair.clock.now = datetime.combine(day(1), time(8, 30), UTC)
    fair.form("Ben", plan__why={"text": "fun"})
    fair.command("Chi", "fewer")
    fair.at(day(1), 9, 40)
    assert (days(fair, "Ben"), days(fair, "Chi")) == ([], [day(1)])
    fair.at(day(2), 9, 40)
    assert days(fair, "Ben") == [day(2)]


def test_asking_for_fewer_after_an_answer_brings_no_nudge(fair: Harness) -> None:
    """Nor does anything else that is said about being nudged, by them or by the chair."""
    fair.clock.now = datetime.combine(day(1), time(8), UTC)
    for name in ("Ana", "Ben", "Chi"):
        fair.form(name, plan__why={"text": "fun"})
    fair.command("Ben", "fewer")
    fair.handle(Hushed(**fair.base("Ana"), who=fair.ids["Chi"]))
    fair.handle(Hushed(**fair.base("Ana"), who=fair.ids["Chi"], over=True))
    fair.at(day(1), 9, 40)
    assert (days(fair, "Ben"), days(fair, "Chi")) == ([], [])


def test_what_hangs_on_a_question_is_said(fair: Harness) -> None:
    """One or several, in words."""
    fair.at(day(1), 9, 40)
    lines = {line.question: line.detail for line in nudges(fair, "Ben")[-1].groups[0].lines}
    assert lines["plan.place"] == "one more hangs on it"


def test_answering_ticks_it_off_on_the_same_message(fair: Harness) -> None:
    """No second message; once all of it is done, it says thank you and its buttons are gone."""
    fair.at(day(1), 9, 40)
    ask = nudges(fair, "Ben")[-1]
    fair.click("Ben", ask.groups[0].lines[2].buttons[0])
    assert fair.answer_text("plan.cake", "Ben") == "Yes"
    (ticked,) = nudges(fair, "Ben")
    assert ticked.text == "Two questions wait for you."
    assert ticked.groups[0].lines[2].text == "✔ Will there be cake?"
    assert [b.label for b in ticked.groups[0].lines[2].buttons] == ["Change…"]
    fair.form("Ben", plan__why={"text": "fun"}, plan__place={"option": "school"})
    (over,) = nudges(fair, "Ben")
    assert over.text == "Thank you, Ben. That was all of it."
    assert over.buttons == ()


# -- when --------------------------------------------------------------------------------------------


def test_it_comes_at_each_members_own_local_time(fair: Harness) -> None:
    """Twenty to ten in Tokyo, in Berlin and in New York; never earlier."""
    for name, where in (
        ("Ana", "Asia/Tokyo"),
        ("Ben", "Europe/Berlin"),
        ("Chi", "America/New_York"),
    ):
        zone(fair, name, where)
    fair.clock.now = datetime.combine(day(1), time(0), UTC)
    fair.through(datetime.combine(day(2), time(0), UTC), timedelta(minutes=5))
    at = {
        name: fair.state.habits[fair.ids[name]].nudged[0].at.time()
        for name in ("Ana", "Ben", "Chi")
    }
    assert at == {"Ana": time(0, 40), "Ben": time(7, 40), "Chi": time(13, 40)}


def test_two_a_week_at_most_then_ever_rarer_then_no_more(fair: Harness) -> None:
    """Unanswered: 3, 6, 12 days between; after four it stops, and the digest says so."""
    run(fair, 60)
    assert days(fair, "Ben") == [day(1), day(4), day(10), day(22)]
    assert all(
        len([d for d in days(fair, "Ben") if 0 <= (d - at).days < 7]) <= 2
        for at in days(fair, "Ben")
    )
    quiet = [c for c in fair.in_channel() if isinstance(c, Notice)][-1]
    assert "I no longer nudge Ana, Ben and Chi" in quiet.text


def test_an_answer_brings_them_back(fair: Harness) -> None:
    """Whoever is heard from again is reminded of the rest at the usual pace."""
    run(fair, 40)
    fair.form("Ben", plan__why={"text": "fun"})
    run(fair, 46)
    assert days(fair, "Ben")[4:] == [day(42), day(45)]
    assert len(days(fair, "Chi")) == 4


def test_not_on_days_off_not_while_away_not_while_paused(fair: Harness) -> None:
    """Each for who said so, on the days they meant; a date that is over counts no more."""
    rhythm(fair, days_off=[day(1).isoformat()])
    fair.command("Ben", "away until 8 May")
    fair.command("Chi", "pause me until 6 May")
    run(fair, 1)
    assert not fair.state.habits[fair.ids["Ben"]].nudged
    run(fair, 11)
    assert days(fair, "Ana")[0] == day(2)
    assert days(fair, "Chi")[0] == day(3)
    assert days(fair, "Ben")[0] == day(7)


def test_public_holidays_are_kept_by_country_and_by_a_members_own(fair: Harness) -> None:
    """On Ascension Day 2026 (14 May) nobody in Germany is nudged; who lives in Japan is."""
    rhythm(fair, country="DE")
    own(fair, "Chi", country="JP")
    fair.clock.now = datetime.combine(day(10), time(8), UTC)
    fair.at(day(10), 9, 40)
    assert (days(fair, "Ben"), days(fair, "Chi")) == ([], [day(10)])
    fair.at(day(11), 9, 40)
    assert days(fair, "Ben") == [day(11)]


def test_after_an_outage_nothing_is_made_up_for(fair: Harness) -> None:
    """Down over three days: one nudge, on the day of coming back, and not in the quiet hours."""
    run(fair, 0)
    fair.at(day(3), 21)
    assert days(fair, "Ben") == []
    fair.at(day(4), 15)
    assert days(fair, "Ben") == [day(4)]
    fair.at(day(4), 16)
    assert len(nudges(fair, "Ben")) == 1


def test_a_changed_zone_counts_at_once(fair: Harness) -> None:
    """Who moves to Tokyo during their morning is not written to late in their evening."""
    fair.at(day(1), 9)
    zone(fair, "Ben", "Asia/Tokyo")
    fair.at(day(1), 9, 40)
    assert days(fair, "Ben") == []  # 18:40 there
    fair.at(day(2), 0, 40)
    assert days(fair, "Ben") == [day(2)]


def test_a_zone_that_the_database_drops_is_the_committees(fair: Harness) -> None:
    """It may be gone after an upgrade: no crash, and the member is not forgotten."""
    state = fair.state
    ben = state.members[fair.ids["Ben"]].evolve(zone="Mars/Olympus")
    committee = state.committee.evolve(revision=state.committee.revision + 1)
    fair.store.write(
        lambda tx: tx.save(
            tx.state(fair.committee), state.with_member(ben).evolve(committee=committee)
        )
    )
    fair.at(day(1), 9, 40)
    assert days(fair, "Ben") == [day(1)]
    fair.command("Ben", "hours")
    assert "Mars/Olympus is no zone that I know" in str(fair.channel_notice("Ben"))


# -- what people say to it -----------------------------------------------------------------------------


def pressed(notice: Notice, label: str) -> Button:
    """The button with this label below a nudge."""
    return next(b for b in notice.buttons if b.label == label)


def test_snooze_puts_it_off_and_then_it_comes_whatever_the_pace(fair: Harness) -> None:
    """Tomorrow is tomorrow, though the pace would have it three days later; the cap still holds."""
    fair.at(day(1), 9, 40)
    fair.click("Ben", pressed(nudges(fair, "Ben")[-1], "Snooze: tomorrow"))
    assert [n.text for n in nudges(fair, "Ben")] == ["I'll remind you again on Wed 6 May."]
    run(fair, 4)
    assert days(fair, "Ben") == [day(1), day(2)]
    fair.command("Chi", "snooze until Friday")
    run(fair, 11)
    assert days(fair, "Chi")[:2] == [day(1), day(4)]


def test_fewer_doubles_the_days_between_and_more_takes_it_back(fair: Harness) -> None:
    """It says what that means; three times is as rarely as it goes."""
    fair.at(day(1), 9, 40)
    fair.click("Ben", pressed(nudges(fair, "Ben")[-1], "Fewer, please"))
    assert [n.text for n in nudges(fair, "Ben")] == ["I'll write every 6 days at most from now on."]
    run(fair, 10)
    assert days(fair, "Ben") == [day(1), day(7)]
    for text in ("every 12 days", "every 24 days", "as rarely as I can"):
        fair.command("Ben", "fewer")
        assert text in fair.channel_notice("Ben").text
    fair.command("Ben", "more")
    assert "every 3 days" in fair.channel_notice("Ben").text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("away until 1 May 2026", "That day has passed already."),
        ("away until 2028-01-01", "more than a year away"),
        ("away", "Until which day?"),
        ("away until the cows come home", "can't read"),
        ("away from 9 May until 12 May", "from Sat 9 May until Tue 12 May, both included"),
        ("away from 12 May until 9 May", "comes after the last one"),
        ("here", "Welcome back"),
        ("pause me", "I won't nudge you. Type"),
        ("pause me until 12 May", "I won't nudge you until Tue 12 May, that day included."),
        ("pause Chi until 12 May", "Only the chair"),
        ("pause all", "Only the chair"),
        ("pause Zoe", "I don't know “Zoe” here"),
        ("resume me", "at your usual hours again"),
        ("snooze yesterday-ish", "can't read"),
        ("snooze until 4 May 2026", "passed already"),
        ("digest sometimes", "“digest preview”"),
    ],
)
def test_every_word_about_it_is_answered_in_one_sentence(
    fair: Harness, text: str, said: str
) -> None:
    """What was understood, or what would work."""
    fair.command("Ben", text)
    assert said in fair.channel_notice("Ben").text


def test_the_chair_pauses_and_resumes_a_member_or_everybody(fair: Harness) -> None:
    """Nobody else's nudges change with a member's; with the committee's, the digest rests, too."""
    fair.command("Ana", "pause Chi")
    run(fair, 2)
    assert (days(fair, "Chi"), days(fair, "Ben")) == ([], [day(1)])
    fair.command("Ana", "resume Chi")
    fair.command("Ana", "pause all until 12 May")
    run(fair, 8)
    assert days(fair, "Ben") == [day(1)]
    assert not [c for c in fair.in_channel("Chi") if isinstance(c, Notice)]
    run(fair, 9)
    assert days(fair, "Chi") == [day(9)]


def test_own_hours_are_kept_and_checked(fair: Harness) -> None:
    """Own days and time, in one's own zone; what can never come through is refused at its field."""
    own(fair, "Ben", days=(2,), at=time(14))
    fair.at(day(1), 14)
    fair.at(day(2), 13, 59)
    assert days(fair, "Ben") == []
    fair.at(day(2), 14)
    assert days(fair, "Ben") == [day(2)]
    with pytest.raises(Refused) as refused:
        own(fair, "Ben", days=())
    assert refused.value.problems[0].field == "days"
    fair.command("Ben", "hours")
    said = [line.text for line in fair.channel_notice("Ben").groups[0].lines]
    assert said[:2] == ["Wed at 14:00, UTC", "Never between 18:00 and 8:00"]


# -- dates -------------------------------------------------------------------------------------------


def test_a_reminder_comes_before_the_date_and_on_it(fair: Harness) -> None:
    """Two days before and on the day; room is kept for both, so that the cap does not eat them."""
    hand(fair, "plan.cake", "Ben", day(10))
    run(fair, 10)
    reasons = {n.day: n.reason for n in fair.state.habits[fair.ids["Ben"]].nudged}
    assert reasons[day(8)] is Reason.REMINDER
    assert reasons[day(10)] is Reason.REMINDER
    assert nudges(fair, "Ben")[-1].text.endswith("“Will there be cake?” is due today.")
    assert len([d for d in reasons if day(4) <= d]) <= 2


def test_a_date_on_a_day_off_is_brought_to_mind_on_the_last_day_before(fair: Harness) -> None:
    """Due on a Sunday: on Friday, for both."""
    hand(fair, "plan.cake", "Ben", day(13))
    run(fair, 14)
    reasons = {n.day: n.reason for n in fair.state.habits[fair.ids["Ben"]].nudged}
    assert reasons[day(11)] is Reason.REMINDER


def test_a_gap_past_its_date_is_put_to_the_chair_once_with_three_ways_out(fair: Harness) -> None:
    """Reassign, a new date, skip with a reason; a new date that passes is put to them anew."""
    hand(fair, "plan.cake", "Ben", day(1))
    run(fair, 2)
    notice = nudges(fair, "Ana")[-1]
    assert notice.text.endswith(
        "One question is past the date and holds Planning up. What should happen?"
    )
    (line,) = notice.groups[0].lines
    assert line.detail == "with Ben, was due Tue 5 May"
    assert [b.action for b in line.buttons] == ["assign", "redate", "skip"]
    run(fair, 5)
    assert len([n for n in nudges(fair, "Ana") if "past the date" in n.text]) == 1
    fair.handle(Redated(**fair.base("Ana"), question="plan.cake", due=day(9)))
    ticked = nudges(fair, "Ana")
    (line,) = next(
        n.groups[0].lines for n in ticked if n.text == "Thank you, Ana. That was all of it."
    )
    assert (line.text, line.detail) == ("✔ Will there be cake?", f"with Ben, due {dated(day(9))}")
    assert line.buttons == ()
    run(fair, 15)
    assert len([n for n in nudges(fair, "Ana") if "past the date" in n.text]) == 1
    with pytest.raises(NotAllowed):
        fair.handle(Redated(**fair.base("Chi"), question="plan.cake", due=day(30)))


def test_what_else_is_past_its_date_stays_in_the_count(fair: Harness) -> None:
    """Nothing that waits for the chair's word is lost from the message while they go through it."""
    for name in ("plan.why", "plan.place", "plan.cake", "run.stalls"):
        hand(fair, name, "Ben", day(1))
    run(fair, 2)
    put = nudges(fair, "Ana")[-1]
    assert put.text.startswith("Good morning Ana. Four questions are past the date")
    first, *others = (line.question for line in put.groups[0].lines)
    for left, name in ((3, first), (2, others[0]), (1, others[1])):
        fair.handle(Redated(**fair.base("Ana"), question=name, due=day(9)))
        now = [n for n in nudges(fair, "Ana") if n.groups][-1]
        assert f"{number(left).capitalize()} question" in now.text
        assert now.text.startswith("Thank you, Ana.") == (left == 1)
        assert [line.text for g in now.groups[1:] for line in g.lines] == (
            ["and 1 more"] if left > 1 else []
        )
        assert [b.label for b in now.buttons] == ["Show all of them"]


def test_the_chairs_skip_from_there_settles_it(fair: Harness) -> None:
    """For the whole committee, with its reason."""
    hand(fair, "plan.cake", "Ben", day(1))
    run(fair, 2)
    skip = nudges(fair, "Ana")[-1].groups[0].lines[0].buttons[2]
    fair.click("Ana", skip, "No cake this year")
    assert fair.item("plan.cake").ruling


def test_an_action_of_the_register_is_asked_after_until_it_is_done(fair: Harness) -> None:
    """Its owner says so with one click; nobody asks again."""
    walk = f"{fair.committee}.plan"
    fair.form("Ana", plan__why={"text": "fun"})
    fair.review(
        "Ana", walk, "plan.why", treatment="act", action="print a leaflet",
        owner=fair.ids["Ben"], due=day(2),
    )  # fmt: skip
    fair.form(
        "Ben", plan__why={"text": "x"}, plan__place={"option": "school"}, plan__cake={"yes": "yes"}
    )
    fair.at(MONDAY, 9, 40)  # two days before
    notice = nudges(fair, "Ben")[-1]
    assert notice.groups[0].lines[0].text == "print a leaflet"
    said = len(fair.in_channel("Ben"))
    fair.click("Ben", notice.groups[0].lines[0].buttons[0])
    assert fair.state.mitigations["plan.why"].done_at
    over = nudges(fair, "Ben")[-1]
    assert over.text == "Thank you, Ben. That was all of it."
    assert len(fair.in_channel("Ben")) == said  # the nudge says it
    fair.click("Ben", over.groups[0].lines[0].buttons[0])  # open again
    assert nudges(fair, "Ben")[-1].text == "One thing waits for you."
    fair.click("Ben", notice.groups[0].lines[0].buttons[0])
    assert len(fair.in_channel("Ben")) == said
    run(fair, 12)
    assert days(fair, "Ben") == [MONDAY]


def test_an_action_that_is_due_on_a_monday_is_brought_to_mind_on_the_friday(fair: Harness) -> None:
    """Two days before is a Saturday: the reminder comes on the last day before it, and on the Monday."""
    fair.form("Ana", plan__why={"text": "fun"})
    fair.review(
        "Ana", f"{fair.committee}.plan", "plan.why", treatment="act", action="print a leaflet",
        owner=fair.ids["Ben"], due=day(7),
    )  # fmt: skip
    fair.form(
        "Ben", plan__why={"text": "x"}, plan__place={"option": "school"}, plan__cake={"yes": "yes"}
    )
    run(fair, 12)
    assert days(fair, "Ben")[:2] == [day(4), day(7)]
    assert "print a leaflet" in nudges(fair, "Ben")[0].text


def test_another_committees_member_is_not_reached(fair: Harness) -> None:
    """Pausing somebody by an id from elsewhere is a misuse."""
    other = Harness(store=fair.store)
    with pytest.raises(Misuse):
        fair.handle(Hushed(**fair.base("Ana"), who=other.ids["Ben"]))
