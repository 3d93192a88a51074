"""Actions of the register: who says that they are done, what stands then, and where it is shown."""

from datetime import date, timedelta

import pytest

from bot.core import register
from bot.core.chase_events import ActionDone
from bot.core.effects import Line, Notice
from bot.core.errors import Misuse, NotAllowed
from bot.core.register import Action, Reader
from storage.records import Entry
from tests.harness import Harness

SUBJECT = "plan.why"
DUE = date(2026, 5, 8)


@pytest.fixture
def fair() -> Harness:
    """Everybody has answered why; Ben is to print a leaflet."""
    h = Harness()
    h.start("plan")
    for name in ("Ana", "Ben", "Chi"):
        h.form(name, plan__why={"text": f"To meet, says {name}"})
    h.review(
        "Ana", f"{h.committee}.plan", SUBJECT, effect="Too late", treatment="act",
        action="print a leaflet", owner=h.ids["Ben"], due=DUE,
    )  # fmt: skip
    return h


def say(h: Harness, name: str, *, undone: bool = False) -> None:
    """Say that it is done, or open again."""
    h.handle(ActionDone(**h.base(name), subject=SUBJECT, undone=undone))


def entry(h: Harness) -> Entry:
    """The action as the record has it."""
    return h.state.mitigations[SUBJECT]


def seen(h: Harness, name: str) -> Action:
    """The action as somebody sees it now."""
    desk = h.service.look(h.committee)
    found = register.action(Reader(desk, h.state.members[h.ids[name]], h.clock()), entry(h))
    assert found
    return found


def offered(h: Harness, name: str) -> str:
    """The control that somebody finds beside it."""
    way = seen(h, name).way
    return way.label if way else ""


def test_its_owner_and_the_chair_say_so(fair: Harness) -> None:
    """Each sees the way to say the other thing; nobody else sees any."""
    for name, other in (("Ben", "Ana"), ("Ana", "Ben")):
        assert [offered(fair, n) for n in fair.ids] == ["Done", "Done", "", ""]
        say(fair, name)
        assert entry(fair).done_by == fair.ids[name]
        assert [offered(fair, n) for n in fair.ids] == ["Open again", "Open again", "", ""]
        assert seen(fair, "Olu").stands == f"Done by {name} on Mon 4 May (due Fri 8 May)"
        say(fair, other, undone=True)
        assert (entry(fair).done_at, entry(fair).done_by) == (None, "")


@pytest.mark.parametrize("name", ["Chi", "Olu"])
def test_others_are_refused(fair: Harness, name: str) -> None:
    """A member whose action it is not, and an observer; whichever of the two they say."""
    for undone in (False, True):
        before = entry(fair)
        with pytest.raises(NotAllowed):
            say(fair, name, undone=undone)
        assert entry(fair) == before
        say(fair, "Ben")


def test_somebody_of_another_committee_is_none_of_this_one(fair: Harness) -> None:
    """Not even its chair."""
    other = Harness(store=fair.store)
    with pytest.raises(Misuse):
        fair.handle(ActionDone(**{**fair.base("Ana"), "member": other.ids["Ana"]}, subject=SUBJECT))
    assert entry(fair).done_at is None


@pytest.mark.parametrize("undone", [False, True])
def test_what_is_said_twice_is_said_once(fair: Harness, undone: bool) -> None:
    """The first one's word stands, with its time, and the state is the very same."""
    if undone:
        say(fair, "Ana")
    say(fair, "Ben", undone=undone)
    before = fair.state
    fair.clock.advance(days=1)
    say(fair, "Ana", undone=undone)
    say(fair, "Ben", undone=undone)
    assert fair.state == before


def test_how_it_stands_is_told_by_the_day(fair: Harness) -> None:
    """Ahead, on the day, past it; with a date or without."""
    for days, words in ((0, "Due Fri 8 May"), (3, "Due tomorrow"), (1, "Due today"),
                        (1, "Was due Fri 8 May"), (30, "Was due Fri 8 May")):  # fmt: skip
        fair.clock.advance(days=days)
        assert seen(fair, "Chi").stands == words
    fair.review("Ana", "", SUBJECT, treatment="act", action="print a leaflet")
    assert seen(fair, "Chi")[:2] == ("Act: print a leaflet", "Not done yet")
    say(fair, "Ana")
    assert seen(fair, "Chi").stands == "Done by Ana on Mon 8 Jun"


def test_who_said_so_may_not_have_been_kept(fair: Harness) -> None:
    """As in a record from before it was."""
    say(fair, "Ben")
    old = entry(fair).evolve(done_by="", due=None)
    desk = fair.service.look(fair.committee)
    found = register.action(Reader(desk, fair.state.members[fair.ids["Chi"]], fair.clock()), old)
    assert found
    assert found.stands == "Done on Mon 4 May"


def test_the_cards_and_the_summary_follow(fair: Harness) -> None:
    """What stands in the thread and in the channel says who and when, and takes it back."""
    walk = f"{fair.committee}.plan"
    for name in ("Ana", "Ben", "Chi"):
        fair.form(name, plan__place={"option": "school"}, plan__cake={"yes": "yes"})
    while fair.walk(walk).review:
        for name in ("Ana", "Ben", "Chi"):
            if fair.walk(walk).review:
                fair.press(name, walk, "Nothing to note")
    open_ = "Act: print a leaflet (Ben, by 8 May)"
    for undone, words in ((False, f"{open_} · Done by Ben on Mon 4 May"), (True, open_)):
        say(fair, "Ben", undone=undone)
        [summary] = fair.summaries()
        assert [line.outcome for line in summary.register_lines] == [words]
        shown = [getattr(c, "outcome", "") for c in fair.contents(walk)]
        assert words in shown


def test_the_nudge_ticks_it_off_and_takes_it_back(fair: Harness) -> None:
    """Where it was named; both with one click."""
    fair.form("Ben", plan__place={"option": "school"}, plan__cake={"yes": "yes"})
    fair.at(DUE - timedelta(days=2), 9, 40)
    line = named(fair)
    assert line.text == "print a leaflet"
    fair.click("Ben", line.buttons[0])
    line = named(fair)
    assert (line.text, [b.label for b in line.buttons]) == ("✔ print a leaflet", ["Open again"])
    fair.click("Ben", line.buttons[0])
    assert entry(fair).done_at is None
    assert [b.label for b in named(fair).buttons] == ["Done", "Open"]


def test_the_owners_nudge_follows_the_chairs_word(fair: Harness) -> None:
    """At once, without thanks for what another did; and a click on what stood there before is no harm."""
    fair.form("Ben", plan__place={"option": "school"}, plan__cake={"yes": "yes"})
    fair.at(DUE - timedelta(days=2), 9, 40)
    before = named(fair)
    say(fair, "Ana")
    [nudge] = (c for c in fair.direct("Ben") if isinstance(c, Notice) and c.groups)
    assert (nudge.text, named(fair).text) == ("All of it is dealt with.", "✔ print a leaflet")
    fair.click("Ben", before.buttons[0])
    assert named(fair).text == "✔ print a leaflet"
    assert entry(fair).done_by == fair.ids["Ana"]
    say(fair, "Ana", undone=True)
    assert [b.label for b in named(fair).buttons] == ["Done", "Open"]


def test_an_answer_is_not_ticked_off_as_somebody_elses_action() -> None:
    """The question and the action about its answer go by one name."""
    h = Harness()
    h.start("plan")
    h.form("Ana", plan__why={"text": "To meet"})
    h.form("Ben", plan__place={"option": "school"}, plan__cake={"yes": "yes"})
    h.review(
        "Ana", f"{h.committee}.plan", SUBJECT, effect="Too late", treatment="act",
        action="print a leaflet", owner=h.ids["Ana"], due=DUE + timedelta(days=30),
    )  # fmt: skip
    h.at(DUE - timedelta(days=3), 9, 40)
    say(h, "Ana")
    h.form("Ben", plan__why={"text": "Joy"})
    line = named(h)
    assert (line.text, [b.label for b in line.buttons]) == (
        "✔ Why do we hold a fair?",
        ["Change…"],
    )


def named(h: Harness) -> Line:
    """What Ben's one nudge names, as it stands now."""
    [nudge] = (c for c in h.direct("Ben") if isinstance(c, Notice) and c.groups)
    [line] = nudge.groups[0].lines
    return line
