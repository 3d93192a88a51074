"""Later, away and fewer, pressed below a nudge: it says so itself, and stays true."""

from datetime import date
from typing import Any

import pytest

from bot.core import sent
from bot.core.chase_events import Snoozed, WentAway, nudge_of
from bot.core.effects import Button, Notice
from bot.core.events import Assigned
from tests.harness import Harness
from tests.test_nudges import day, nudges, own, pressed, run

LATER = ["Snooze: tomorrow", "Snooze: next week", "Snooze: a day…", "I'm away…"]
AS_AT_FIRST = [*LATER, "Fewer, please"]
SAID: dict[str, Any] = {
    "plan.cake": {"yes": "yes"}, "run.stalls": {"entries": "Cake"}, "run.days": {"options": ("sunday",)},
}  # fmt: skip
SNOOZED = "I'll remind you again on Wed 6 May."


@pytest.fixture
def nudged() -> Harness:
    """Three questions wait for Ben, who was nudged about them on Tuesday."""
    h = Harness()
    h.start("plan")
    h.at(day(1), 9, 40)
    return h


def press(h: Harness, label: str, nudge: int = -1) -> None:
    """Ben presses what stands below one of his nudges."""
    h.click("Ben", pressed(nudges(h, "Ben")[nudge], label))


def send(h: Harness, label: str, **held: date) -> None:
    """Ben presses what opens a form, and sends that."""
    button = pressed(nudges(h, "Ben")[-1], label)
    form = sent.Form(name=button.action, question=button.question)
    words: sent.Held = {name: each.isoformat() for name, each in held.items()}
    h.handle(sent.meant(h.base("Ben"), form, words))


def labels(notice: Notice) -> list[str]:
    """What can be pressed below a nudge."""
    return [button.label for button in notice.buttons]


def lines(notice: Notice) -> list[str]:
    """What a nudge names."""
    return [line.text for group in notice.groups for line in group.lines]


def ways(notice: Notice) -> list[list[str]]:
    """What can be pressed beside each."""
    return [[b.label for b in line.buttons] for line in notice.groups[0].lines]


def only(h: Harness) -> Notice:
    """The one message that Ben was sent."""
    (notice,) = nudges(h, "Ben")
    return notice


@pytest.mark.parametrize(
    ("label", "held", "text", "left"),
    [
        ("Snooze: tomorrow", {}, SNOOZED, ["Another day…", "I'm away…", "Remind me as usual"]),
        ("Snooze: a day…", {"until": day(2)}, SNOOZED,
         ["Another day…", "I'm away…", "Remind me as usual"]),
        ("I'm away…", {"until": day(4)},
         "You are away until Fri 8 May, that day included. Until then I'll leave you in peace.",
         ["Other days…", "I'm back"]),
        ("I'm away…", {"since": day(2), "until": day(4)},
         "You are away from Wed 6 May until Fri 8 May, both included. I'll leave you in peace then.",
         ["Other days…", "I'm back"]),
        ("Fewer, please", {}, "I'll write every 6 days at most from now on.",
         [*LATER, "As often as usual"]),
    ],
)  # fmt: skip
def test_the_nudge_itself_says_what_was_pressed_below_it(
    nudged: Harness, label: str, held: dict[str, date], text: str, left: list[str]
) -> None:
    """Its questions stay, each with its buttons; below stands what changes it; nothing else is said."""
    before = only(nudged)
    if held:
        send(nudged, label, **held)
    else:
        press(nudged, label)
    after = only(nudged)
    assert after.text == text
    assert after.groups == before.groups
    assert labels(after) == left
    assert "remind" not in str(nudged.in_channel("Ben"))


def test_taking_a_snooze_back_leaves_an_absence_as_it_is(nudged: Harness) -> None:
    """Each is taken back by itself; who is back is back from both."""
    nudged.command("Ben", "away from 1 June until 12 June")
    press(nudged, "Snooze: tomorrow")
    press(nudged, "Remind me as usual")
    habits = nudged.state.habits[nudged.ids["Ben"]]
    assert (habits.snoozed_until, habits.away_until) == (None, date(2026, 6, 12))
    send(nudged, "I'm away…", until=day(4))
    press(nudged, "I'm back")
    habits = nudged.state.habits[nudged.ids["Ben"]]
    assert (habits.snoozed_until, habits.away_from, habits.away_until) == (None, None, None)


def test_what_it_does_not_name_is_counted_all_along() -> None:
    """Six things wait: so it says at first, when it is put off, when that is taken back, and ticked off."""
    h = Harness()
    h.start("plan")
    h.start("run")
    h.at(day(1), 9, 40)
    first = only(h)
    assert (lines(first)[3], labels(first)[0]) == ("and 3 more", "Show all of them")
    for label in ("Snooze: tomorrow", "Remind me as usual"):
        press(h, label)
        assert (lines(only(h))[3], labels(only(h))[0]) == ("and 3 more", "Show all of them")
    assert only(h).text == "Six questions wait for you."
    h.form("Ben", plan__why={"text": "Joy"})
    assert only(h).text == "Five questions wait for you."
    h.form("Ben", plan__place={"option": "school"}, plan__cake={"yes": "yes"})
    assert only(h).text == "Three questions wait for you."
    h.form("Ben", run__aim={"text": "A cake"})
    assert only(h).text == "Thank you, Ben. Two questions wait for you."


def test_what_is_ticked_off_later_keeps_it(nudged: Harness) -> None:
    """Until all of it is done; then it is thanked for, too."""
    press(nudged, "Snooze: tomorrow")
    nudged.click("Ben", only(nudged).groups[0].lines[2].buttons[0])
    ticked = only(nudged)
    assert (ticked.text, lines(ticked)[2]) == (SNOOZED, "✔ Will there be cake?")
    assert labels(ticked) == ["Another day…", "I'm away…", "Remind me as usual"]
    assert ways(ticked) == [["Answer…", "Not mine…"], ["Answer…", "Not mine…"], ["Change…"]]
    nudged.form("Ben", plan__why={"text": "Joy"}, plan__place={"option": "school"})
    assert only(nudged).text == f"Thank you, Ben. That was all of it. {SNOOZED}"


@pytest.mark.parametrize("label", ["Snooze: next week", "I'm away…", "Fewer, please"])
def test_taken_back_below_the_nudge_it_is_as_at_first(nudged: Harness, label: str) -> None:
    """In place, too."""
    if label == "I'm away…":
        send(nudged, label, until=day(9))
    else:
        press(nudged, label)
    press(nudged, labels(only(nudged))[-1])
    assert only(nudged).text == "Three questions wait for you."
    assert labels(only(nudged)) == AS_AT_FIRST
    habits = nudged.state.habits[nudged.ids["Ben"]]
    assert (habits.snoozed_until, habits.away_until, habits.fewer) == (None, None, 0)


@pytest.mark.parametrize(
    ("label", "typed", "text"),
    [
        ("Snooze: tomorrow", "here", "Three questions wait for you."),
        ("Snooze: tomorrow", "snooze until Friday", "I'll remind you again on Fri 8 May."),
        ("I'm away…", "here", "Three questions wait for you."),
        ("I'm away…", "away until 10 May",
         "You are away until Sun 10 May, that day included. Until then I'll leave you in peace."),
        ("Fewer, please", "fewer", "I'll write every 12 days at most from now on."),
        ("Fewer, please", "more", "Three questions wait for you."),
    ],
)  # fmt: skip
def test_what_is_typed_is_answered_and_leaves_no_wrong_line_on_the_nudge(
    nudged: Harness, label: str, typed: str, text: str
) -> None:
    """The answer stands where it was typed; the nudge is brought up to date."""
    if label == "I'm away…":
        send(nudged, label, until=day(3))
    else:
        press(nudged, label)
    before = len(nudged.in_channel("Ben"))
    nudged.command("Ben", typed)
    assert len(nudged.in_channel("Ben")) == before + 1
    assert only(nudged).text == text


def test_hours_that_end_an_absence_end_its_line(nudged: Harness) -> None:
    """The same days stand on the form of one's hours."""
    send(nudged, "I'm away…", until=day(9))
    own(nudged, "Ben", away_until=None, away_from=None)
    assert labels(nudges(nudged, "Ben")[0]) == AS_AT_FIRST


def test_what_was_typed_without_a_press_leaves_the_nudge_alone(nudged: Harness) -> None:
    """It has an answer of its own."""
    before = only(nudged)
    for text in ("snooze", "away until 9 May", "fewer"):
        nudged.command("Ben", text)
    assert only(nudged) == before


def test_pressed_again_or_for_something_else_it_says_the_newest(nudged: Harness) -> None:
    """Another day, then away, then back."""
    press(nudged, "Snooze: tomorrow")
    send(nudged, "Another day…", until=day(3))
    assert only(nudged).text == "I'll remind you again on Thu 7 May."
    send(nudged, "I'm away…", until=day(9))
    assert only(nudged).text.startswith("You are away until Wed 13 May")
    press(nudged, "I'm back")
    assert labels(only(nudged)) == AS_AT_FIRST


def test_put_off_until_a_day_off_it_names_the_day_on_which_it_comes(nudged: Harness) -> None:
    """Nothing goes out on a Saturday: who chose one hears of it on Monday."""
    send(nudged, "Snooze: a day…", until=day(5))
    assert only(nudged).text == "I'll remind you again on Mon 11 May."
    assert nudged.state.habits[nudged.ids["Ben"]].snoozed_until == day(5)


def test_an_older_nudge_says_it_where_it_was_pressed(nudged: Harness) -> None:
    """The newer one stays as it is; one that is too old answers in a message."""
    run(nudged, 4)
    assert len(nudges(nudged, "Ben")) == 2
    press(nudged, "Snooze: next week", 0)
    older, newer = nudges(nudged, "Ben")
    assert older.text == "I'll remind you again on Fri 15 May."
    assert labels(newer) == AS_AT_FIRST
    old = pressed(newer, "Snooze: next week")
    run(nudged, 40)
    nudged.click("Ben", old)
    assert nudges(nudged, "Ben")[-1].text.startswith("I'll remind you again on")


def test_the_day_has_come_and_the_nudge_no_longer_promises_it(nudged: Harness) -> None:
    """What is pressed or ticked off after that finds no line that is past."""
    press(nudged, "Snooze: tomorrow")
    nudged.at(day(2), 9, 0)
    press(nudged, "Remind me as usual")
    assert only(nudged).text == "Three questions wait for you."
    assert labels(only(nudged)) == AS_AT_FIRST


def test_what_it_did_not_name_is_still_counted() -> None:
    """And leads to all of it, before and after."""
    h = Harness()
    h.start("plan")
    h.start("run")
    h.at(day(1), 9, 40)
    before = lines(only(h))
    press(h, "Snooze: tomorrow")
    assert lines(only(h)) == before
    assert before[-1] == "and 3 more"
    assert labels(only(h))[0] == "Show all of them"


def test_the_count_stays_true_while_what_it_names_is_ticked_off() -> None:
    """Thanks for the three that it named are no word that nothing else waits."""
    h = Harness()
    h.start("plan")
    h.start("run")
    h.at(day(1), 9, 40)
    assert "Six questions wait for you" in only(h).text
    assert lines(only(h))[:2] == ["Why do we hold a fair?", "What should guests take home?"]
    h.form("Ben", plan__why={"text": "Joy"})
    assert only(h).text == "Five questions wait for you."
    assert lines(only(h))[-1] == "and 3 more"
    h.form("Ben", run__aim={"text": "A cake"}, plan__place={"option": "school"})
    over = only(h)
    assert over.text == "Thank you, Ben. Three questions wait for you."
    assert all(line.startswith("✔") for line in lines(over))
    assert labels(over) == ["Show all of them", *AS_AT_FIRST]
    for name, waits in (
        ("plan.cake", "Two questions wait for you."), ("run.stalls", "One question waits for you."),
        ("run.days", "That was all of it."),
    ):  # fmt: skip
        h.form("Ben", **{name.replace(".", "__"): SAID[name]})
        assert only(h).text == f"Thank you, Ben. {waits}"
    assert labels(only(h)) == []


def test_what_others_have_dealt_with_is_no_reason_for_thanks(nudged: Harness) -> None:
    """Who then puts it off is told so, and nothing is lost that holds on."""
    for question in ("plan.why", "plan.place", "plan.cake"):
        nudged.handle(Assigned(**nudged.base("Ana"), question=question, to=nudged.ids["Chi"]))
    send(nudged, "I'm away…", until=day(9))
    assert only(nudged).text.startswith("You are away until Wed 13 May")


@pytest.mark.parametrize("question", ["", "2026-05-04", "plan.why", "2026-13-01", "9" * 40])
def test_a_control_that_stands_on_no_nudge_is_answered_in_a_message(
    nudged: Harness, question: str
) -> None:
    """Old messages have none; what is made up names none."""
    nudged.click("Ben", Button(action="snooze", label="", question=question, value="tomorrow"))
    assert [n.text for n in nudges(nudged, "Ben")][1:] == [SNOOZED]
    assert labels(nudges(nudged, "Ben")[0]) == AS_AT_FIRST


def test_nobody_elses_nudge_changes(nudged: Harness) -> None:
    """The day names one's own."""
    before: Any = nudges(nudged, "Chi")
    press(nudged, "Snooze: tomorrow")
    assert nudges(nudged, "Chi") == before


def test_what_a_chair_is_put_has_nothing_to_put_off() -> None:
    """It is no nudge of that kind, whatever a control says."""
    h = Harness()
    h.start("plan")
    h.handle(Assigned(**h.base("Ana"), question="plan.cake", to=h.ids["Ben"], due=day(0)))
    h.at(day(1), 9, 40)
    before = nudges(h, "Ana")[-1]
    assert "past the date" in before.text
    known = len(nudges(h, "Ana"))
    nudge = nudge_of(day(1).isoformat())
    h.handle(Snoozed(**h.base("Ana"), span="tomorrow", nudge=nudge))
    h.handle(WentAway(**h.base("Ana"), back=True, nudge=nudge))
    texts = [n.text for n in nudges(h, "Ana")]
    assert texts[known:] == [SNOOZED, "Welcome back. I'll remind you at your usual hours again."]
    assert nudges(h, "Ana")[known - 1].buttons == before.buttons
