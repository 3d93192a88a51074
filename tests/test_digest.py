"""The weekly digest: when it goes to the channel, what it says, and who else gets one."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.core import digest, folding, showing
from bot.core.chase_events import DigestAsked
from bot.core.desk import Desk
from bot.core.effects import CONTENT, Button, Line, Notice
from bot.core.errors import Misuse, NotAllowed
from bot.core.events import Assigned, SettingsKept
from bot.core.words import short
from questions.loader import bundled_banks
from storage.records import Status
from storage.rhythm import Rhythm
from tests.harness import Harness
from tests.long_week import DATED, SHOWN, TALK, answer, long_week
from tests.test_nudges import day, rhythm


@pytest.fixture
def fair() -> Harness:
    """A committee that began to plan on a Monday at nine; its first digest is a week away."""
    h = Harness()
    h.start("plan")
    return h


@pytest.fixture
def planned() -> Harness:
    """The same on the real bank, with a week of which two parts are long."""
    h = Harness(bundled_banks()["microcredential"])
    h.start("design")
    for event in long_week(h.service.look(h.committee), day(7)):
        h.handle(event)
    return h


def unfolded(desk: Desk, name: str, of: str) -> list[str]:
    """What somebody reads who asks for the whole digest, at noon of the next digest's day."""
    now = datetime.combine(day(7), time(12), UTC)
    member = next(m for m in desk.state.members.values() if m.name == name)
    return [p.text for p in digest.unfolded(desk.state, desk.bank, member, now, of).passages]


def dated_lines(h: Harness) -> list[str]:
    """The dates that are near, in a digest's words."""
    (part,) = [g for g in digests(h)[-1].groups if g.heading == "Due this week"]
    return [line.text for line in (*part.lines, *part.rest)]


def digests(h: Harness) -> list[Notice]:
    """The digests in the channel, as Chi sees it."""
    return [c for c in h.in_channel("Chi") if isinstance(c, Notice)]


def groups(notice: Notice) -> dict[str, list[str]]:
    """A digest's parts: their headings, with their lines in words."""
    return {g.heading: [f"{x.text} {x.detail}".strip() for x in g.lines] for g in notice.groups}


def a_week(h: Harness) -> None:
    """Something of everything happens."""
    walk = f"{h.committee}.plan"
    h.form("Ana", plan__why={"text": "To meet the neighbours"})
    h.form("Ben", plan__why={"text": "for fun"})
    h.clock.advance(hours=1)
    h.form("Ana", plan__why={"text": "To meet the new neighbours"})
    h.say("Chi", "park: too early to say", walk, about="plan.cake")
    h.handle(Assigned(**h.base("Ana"), question="plan.cake", to=h.ids["Ben"], due=day(9)))
    h.review("Ana", walk, "plan.why", treatment="act", action="print a leaflet", owner=h.ids["Chi"], due=day(10))  # fmt: skip


def test_it_says_what_came_who_it_came_from_and_what_holds_up(fair: Harness) -> None:
    """With a bar for each phase; what is long stands folded."""
    a_week(fair)
    fair.at(day(7), 9)
    (notice,) = digests(fair)
    assert notice.heading == "Fair: this week"
    assert notice.text == "✔ 1 answered: Ben 1 · ✎ 1 changed · 💬 1 to discuss"
    assert [(bar.title, bar.total) for bar in notice.picture] == [
        ("Planning", 3),
        ("Running it", 3),
    ]
    parts = groups(notice)
    assert parts["What holds us up"][0].startswith(
        "Planning waits for answers to one question: Ana 1"
    )
    assert parts["To discuss"] == ["Will there be cake? Planning"]
    assert parts["Due this week"] == [
        "Will there be cake? (to discuss, Wed 13 May)", "print a leaflet (Chi, Thu 14 May)",
    ]  # fmt: skip
    assert parts["What comes next"] == ["Running it, with 3 questions"]
    folded = [group.heading for group in notice.groups if group.folded]
    assert folded[0] == "Answered since 4 May"
    assert folded[1:] == ["Missing in Planning"]
    assert parts[folded[0]] == [
        "Why do we hold a fair? Ben: for fun · Ana: To meet the new neighbours"
    ]
    assert [b.label for b in notice.buttons] == ["Show all gaps", "Open the record"]


def test_a_quiet_week_is_one_line(fair: Harness) -> None:
    """What would finish the phase, and whose it is; no picture, no parts."""
    fair.at(day(7), 9)
    (notice,) = digests(fair)
    assert (
        notice.text
        == "Nothing moved this week. Answers to 3 questions would finish Planning: Ana 3, Ben 3, Chi 3."
    )
    assert (notice.picture, notice.groups, notice.heading) == ((), (), "")


def test_what_would_not_finish_a_phase_is_not_said_to(fair: Harness) -> None:
    """Neither where something is to be discussed besides, nor where the phase has yet to begin."""
    fair.say("Chi", "park: too early to say", f"{fair.committee}.plan", about="plan.cake")
    fair.at(day(7), 9)
    fair.at(day(14), 9)
    assert digests(fair)[-1].text == (
        "Nothing moved this week. Planning waits for answers to 2 questions: Ana 2, Ben 2, Chi 2."
    )
    fair.handle(Assigned(**fair.base("Ana"), question="run.stalls", to=fair.ids["Ben"]))
    fair.form(
        "Ana", plan__cake={"yes": "yes"}, plan__why={"text": "x"}, plan__place={"option": "school"}
    )
    fair.at(day(21), 9)
    fair.at(day(28), 9)
    assert "Running it waits for one answer: Ben 1." in digests(fair)[-1].text


def test_a_date_that_has_passed_is_said_to(fair: Harness) -> None:
    """It was due; what is to come is due."""
    fair.handle(Assigned(**fair.base("Ana"), question="plan.cake", to=fair.ids["Ben"], due=day(2)))
    fair.form("Ana", plan__why={"text": "fun"})
    fair.at(day(7), 9)
    assert dated_lines(fair) == ["Will there be cake? (Ben, was due Wed 6 May)"]


def test_it_tells_what_came_since_the_last_one(fair: Harness) -> None:
    """Nothing is told twice, nothing is left out."""
    a_week(fair)
    fair.at(day(7), 9)
    fair.clock.advance(minutes=1)
    fair.form("Chi", plan__why={"text": "because"})
    fair.at(day(14), 9)
    assert digests(fair)[-1].text == "✔ 1 answered: Chi 1"
    fair.at(day(21), 9)
    assert digests(fair)[-1].text.startswith("Nothing moved this week.")
    assert len(digests(fair)) == 3


def test_nothing_is_told_before_something_has_begun_or_when_it_is_switched_off() -> None:
    """An empty committee's channel stays quiet."""
    h = Harness()
    h.through(datetime.combine(day(15), time(12), UTC))
    assert digests(h) == []
    h.start("plan")
    rhythm(h, digest=False)
    h.through(datetime.combine(day(29), time(12), UTC))
    assert digests(h) == []


def test_it_comes_in_the_committees_zone_on_its_day_and_not_on_a_holiday(fair: Harness) -> None:
    """Whit Monday 2026 (25 May): on Tuesday instead, at nine in Berlin."""
    old = fair.state.committee
    settings = old.settings.evolve(rhythm=Rhythm(country="DE"))
    fair.handle(
        SettingsKept(**fair.base("Ana"), name=old.name, zone="Europe/Berlin", settings=settings)
    )
    fair.clock.now = datetime.combine(day(1), time(0), UTC)
    fair.through(datetime.combine(day(23), time(0), UTC), timedelta(minutes=20))
    berlin = ZoneInfo("Europe/Berlin")
    posted = [
        m.at.astimezone(berlin)
        for m in fair.messages(fair.channel, "Chi")
        if m.ref.startswith("plan:")
    ]
    assert [at.date() for at in posted] == [day(7), day(14), day(22)]
    assert {at.time() for at in posted} == {time(9)}


def test_after_an_outage_the_newest_goes_and_not_the_backlog(fair: Harness) -> None:
    """Down for three weeks and a half: one digest, and not in the middle of the night."""
    fair.at(day(24), 3)
    assert digests(fair) == []
    fair.at(day(24), 8)
    assert len(digests(fair)) == 1
    fair.at(day(24), 9)
    fair.at(day(28), 9)
    assert len(digests(fair)) == 2


def test_what_an_outage_left_does_not_come_on_a_weekend_nor_right_before_the_next_one(
    fair: Harness,
) -> None:
    """Back on a Saturday: nothing until Monday, and then one."""
    fair.at(day(12), 10)
    fair.at(day(13), 10)
    assert digests(fair) == []
    fair.at(day(14), 8)
    assert digests(fair) == []
    fair.at(day(14), 9)
    assert len(digests(fair)) == 1


def test_preview_is_for_one_alone_and_now_is_for_all(fair: Harness) -> None:
    """Anybody may look; the chair posts; a second one right after it is refused kindly."""
    a_week(fair)
    fair.command("Ben", "digest preview")
    assert "only you can see this" in fair.channel_notice("Ben").heading
    assert digests(fair) == []
    with pytest.raises(NotAllowed):
        fair.handle(DigestAsked(**fair.base("Ben"), how="now"))
    fair.command("Ana", "digest now")
    assert digests(fair)[-1].heading == "Fair: this week"
    for minutes, said in ((0, "just now"), (1, "a minute ago"), (2, "three minutes ago")):
        fair.clock.advance(minutes=minutes)
        fair.command("Ana", "digest now")
        assert f"A digest was posted {said}." in fair.channel_notice("Ana").text
    fair.at(day(7), 9)
    assert digests(fair)[-1].text.startswith("Nothing moved")  # it tells what came since


def test_a_digest_of_ones_own_comes_to_who_asks_for_it(fair: Harness) -> None:
    """On the week's day at their own time; what waits for them first; observers, too."""
    fair.command("Ben", "digest mine")
    fair.command("Olu", "digest mine")
    fair.at(day(7), 9, 40)
    for name, waits in (("Ben", "3 things wait for you."), ("Olu", "Nothing waits for you.")):
        own = [c for c in fair.direct(name) if isinstance(c, Notice) and c.heading]
        assert [c.heading for c in own] == ["Fair: your week"]
        assert own[0].text.startswith(waits)
    fair.command("Ben", "digest off")
    fair.at(day(14), 9, 40)
    assert len([c for c in fair.direct("Ben") if isinstance(c, Notice) and c.heading]) == 1


def test_the_pace_foretells_the_end(fair: Harness) -> None:
    """Two of three questions in a week: the third in half a week more."""
    for name in ("Ana", "Ben", "Chi"):
        fair.form(name, plan__why={"text": "x"}, plan__place={"option": "school"})
    fair.at(day(7), 9)
    held = groups(digests(fair)[-1])["What holds us up"]
    assert held == [
        "Planning waits for answers to one question: Ana 1, Ben 1, Chi 1 At this pace it is done around 15 May."
    ]


def test_a_long_part_shows_three_lines_and_the_others_behind_show_more(planned: Harness) -> None:
    """Where nothing opens, it is said how many there are; what is short has nothing to press."""
    planned.at(day(7), 9)
    (notice,) = digests(planned)
    parts = {g.heading: g for g in notice.groups}
    talk, due = parts["To discuss"], parts["Due this week"]
    items = planned.state.items.items()
    parked = {name for name, item in items if item.status is Status.PARKED}
    assert {line.question for line in (*talk.lines, *talk.rest)} == parked
    assert len(parked) == TALK
    assert (len(talk.lines), len(due.lines), len(due.rest)) == (SHOWN, SHOWN, DATED - SHOWN)
    assert (talk.left, parts["What comes next"].rest) == (0, ())
    assert notice.unfold == Button(action="unfold", label="Show more", value="digest")
    assert f"and {TALK - SHOWN} more" in showing.spoken(notice)
    assert due.rest[-1].text not in showing.spoken(notice)


def test_a_short_week_has_nothing_to_press(fair: Harness) -> None:
    """All of it stands there."""
    a_week(fair)
    fair.at(day(7), 9)
    (notice,) = digests(fair)
    assert notice.unfold is None
    assert not any(group.rest or group.left for group in notice.groups)
    fair.at(day(14), 9)
    assert digests(fair)[-1].unfold is None


def test_a_part_of_ones_own_digest_is_long_beyond_eight(planned: Harness) -> None:
    """The eight first, and the others behind *Show more*, which is about one's own."""
    planned.command("Ben", "digest mine")
    planned.at(day(7), 9, 40)
    own = [c for c in planned.direct("Ben") if isinstance(c, Notice) and c.heading][-1]
    (part,) = own.groups
    assert len(part.lines) == 8
    assert own.text.startswith(f"{8 + len(part.rest)} things wait for you.")
    assert own.unfold
    assert own.unfold.value == "mine"


def test_what_is_unfolded_is_how_things_stand(planned: Harness) -> None:
    """All lines of each part, at the moment of asking; each reader's own for their own."""
    planned.at(day(7), 9)
    desk = planned.service.look(planned.committee)
    whole = unfolded(desk, "Chi", "digest")
    assert whole[0] == "Fair: this week"
    assert [w for w in whole if "(Ben, " in w] == dated_lines(planned)
    name = next(n for n, item in desk.state.items.items() if item.status is Status.PARKED)
    filled: dict[str, Any] = {name.replace(".", "__"): answer(desk, name)}
    planned.form("Ana", **filled)
    after = unfolded(planned.service.look(planned.committee), "Chi", "digest")
    gone = short(desk.bank.questions[name].prompt)
    assert (gone in whole, gone in after) == (True, False)
    assert unfolded(desk, "Ben", "mine")[0] == "Fair: your week"
    assert unfolded(desk, "Olu", "mine")[-1] == "Nothing waits for you."
    with pytest.raises(Misuse):
        unfolded(desk, "Ben", "theirs")


def test_more_than_forty_lines_are_counted() -> None:
    """Wherever they stand."""
    made = folding.folded("Long", [Line(text=f"{n}") for n in range(45)], SHOWN)
    assert (len(made.lines), len(made.rest), made.left) == (3, 37, 5)
    assert folding.told(made)[-1].text == "and 42 more"
    assert folding.opened(made)[-1].text == "and 5 more"
    assert folding.opens(made) == "Show more (42)"


def test_a_digest_that_was_kept_before_is_read_as_it_was() -> None:
    """Its parts ended with how many more there are; nothing stands behind them."""
    line = '{"text":"and 4 more"}'
    kept = f'{{"type":"notice","text":"x","groups":[{{"heading":"To discuss","lines":[{line}]}}]}}'
    notice = CONTENT.validate_json(kept)
    assert isinstance(notice, Notice)
    assert (notice.unfold, notice.groups[0].rest, notice.groups[0].left) == (None, (), 0)
    assert folding.told(notice.groups[0]) == notice.groups[0].lines


def test_a_month_has_its_four_mondays(fair: Harness) -> None:
    """Whatever the step of the tick is."""
    fair.through(datetime.combine(date(2026, 6, 1), time(8), UTC), timedelta(hours=5))
    assert len(digests(fair)) == 3
