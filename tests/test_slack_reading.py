"""What there is to read in Slack: page by page inside the limits, and all of it on some page."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.desk import Desk, Seat
from bot.core.errors import Misuse
from bot.core.words import short
from bot.slack import reading
from bot.slack.text import decode
from bot.slack.values import Page, Pressed, pack_page, unpack
from questions.model import ReviewQuestion
from storage.records import Assignment, Status
from tests.block_limits import check_view, shown
from tests.contents import AT, COMMITTEE, ODD, PINGS, brief, seen
from tests.desks import LONG, RULED, bank_of, desk_of, reader, ruled, with_item
from tests.harness import Harness
from tests.slack_desks import all_pages, seat, text_of, ways

HANDED = Assignment(member="m1", by="m0", at=AT)
HUGE = settings(max_examples=10, suppress_health_check=[HealthCheck.too_slow], deadline=None)


@pytest.mark.parametrize("words", ["Yes.", LONG, PINGS, *ODD], ids=brief)
def test_a_phases_record_is_whole_on_its_pages(words: str) -> None:
    """Every question, and what each member said, to the letter."""
    desk = desk_of(bank_of(1, 5), 2, words.strip()[:20_000], 2)
    pages = all_pages(reading.phase_view(reader(desk), "p0", answers=True), (seat(desk),))
    whole = text_of(pages)
    assert whole.count(seen(words)) >= 2 * 6
    assert all(seen(q.prompt) in whole for q in desk.bank if not isinstance(q, ReviewQuestion))


def test_the_whole_record_of_a_large_committee_is_whole_on_its_pages() -> None:
    """Six phases of thirty questions, forty people."""
    desk = desk_of(bank_of(6, 30), 40, "We think so, and here is why.", 40)
    pages = all_pages(reading.phase_view(reader(desk), "", answers=True), (seat(desk),))
    assert len(pages) > 2
    whole = text_of(pages)
    for question in desk.bank:
        if not isinstance(question, ReviewQuestion):
            assert seen(question.prompt) in whole
    assert whole.count(seen("Member 39 *&*:")) == 6 * 31
    assert decode(pages[0]["title"]["text"]) == "The record"


def test_what_will_be_asked_is_whole_on_its_pages() -> None:
    """Prompts alone; nobody's answers."""
    desk = desk_of(bank_of(2, 300), 2, "A secret", 2)
    pages = all_pages(reading.phase_view(reader(desk), "p1", answers=False), (seat(desk),))
    whole = text_of(pages)
    assert all(
        seen(q.prompt) in whole
        for q in desk.bank.phases[1].questions
        if not isinstance(q, ReviewQuestion)
    )
    assert "secret" not in whole
    assert "inphase0" not in whole
    everything = all_pages(reading.phase_view(reader(desk), "", answers=False), (seat(desk),))
    assert "inphase0" in text_of(everything)


def test_the_record_says_what_the_committee_ruled_and_what_could_go_wrong() -> None:
    """The reason for what was left out, answers whose question is not asked any more, the register."""
    desk = ruled()
    whole = text_of(all_pages(reading.phase_view(reader(desk), "p0", answers=True), (seat(desk),)))
    for words in RULED:
        assert seen(words) in whole
    assert seen("What about 3") not in whole


@HUGE
@given(st.sampled_from((0, 1, 40, 300)), st.sampled_from(("Yes.", LONG, *ODD)))
def test_one_question_is_whole_on_its_pages(people: int, words: str) -> None:
    """With three hundred answers, or a few very long ones; and it can be answered from there."""
    count = people if len(words) < 1000 else min(people, 12)
    desk = desk_of(bank_of(2, 8), max(count, 1), words.strip()[:20_000], count)
    first = reading.question_view(reader(desk), "p1.q7")
    pages = all_pages(first, (seat(desk),))
    whole = text_of(pages)
    assert whole.count(seen(words)) >= 2 * count  # what was said, and what was said to its link
    assert seen(desk.bank.questions["p1.q7"].prompt) in whole
    assert seen("Member 0 *&*") in whole or not count
    buttons = [e for b in first["blocks"] if b["type"] == "actions" for e in b["elements"]]
    assert unpack(buttons[0]["value"]) == Pressed("answer", COMMITTEE, "", "p1.q7", "")


def test_a_choice_is_shown_with_its_options_whole() -> None:
    """A menu cuts their labels; here they stand in full."""
    desk = desk_of(bank_of(1, 1), 1, "Yes.", 1)
    whole = text_of(all_pages(reading.question_view(reader(desk), "p0.one"), (seat(desk),)))
    assert all(seen(f"Choice {n} {'long ' * n}") in whole for n in range(20))
    assert seen("Member 0 *&*: Choice 3") in whole


def test_a_digest_is_whole_on_its_pages() -> None:
    """Forty lines of each part, which lead somewhere each, and how many there are besides."""
    desk = desk_of(bank_of(6, 50), 2, "", 0)
    for name in [f"p0.q{n}" for n in range(45)]:
        desk = with_item(desk, name, status=Status.PARKED)
    for name in [f"p1.q{n}" for n in range(45)]:
        desk = with_item(desk, name, assignment=HANDED.evolve(due=AT.date()))
    first = reading.digest_view(reader(desk, "m1"), "digest")
    pages = all_pages(first, (seat(desk, "m1"),))
    assert decode(pages[0]["title"]["text"]) == "As things stand now"
    whole = text_of(pages)
    said = [short(desk.prompt(f"p0.q{n}")) for n in range(45)]
    assert [seen(each) in whole for each in said] == [True] * 40 + [False] * 5
    assert len(pages) == 2
    assert whole.count(seen("and 5 more")) == 2
    opens = [
        unpack(b["accessory"]["value"]) for p in pages for b in p["blocks"] if "accessory" in b
    ]
    led = {o.question for o in opens if o.action == "open"}
    assert {f"p0.q{n}" for n in range(40)} <= led
    assert len(led) == 80


def test_ones_own_digest_is_that_of_whoever_looks() -> None:
    """On every page, whatever the button's value says; what there is no digest of is refused."""
    desk = with_item(desk_of(bank_of(1, 60), 2, "", 0), "p0.q0", assignment=HANDED)
    first = reading.digest_view(reader(desk), "mine")
    whole = text_of(all_pages(first, (seat(desk),)))
    assert seen("What about 0 in") not in whole
    assert seen("What about 1 in") in whole
    theirs = reading.digest_view(reader(desk, "m1"), "mine")
    assert seen("What about 0 in") in text_of(all_pages(theirs, (seat(desk, "m1"),)))
    with pytest.raises(Misuse):
        reading.digest_view(reader(desk), "theirs")


def test_a_question_nobody_answered_says_so() -> None:
    """And one that there is not leads to the whole record."""
    desk = desk_of(bank_of(1, 2), 2, "", 0)
    assert seen("Nobody has answered this yet.") in text_of(
        [reading.question_view(reader(desk), "p0.q0")]
    )
    assert (
        reading.question_view(reader(desk), "gone")["blocks"]
        == reading.phase_view(reader(desk), "", answers=True)["blocks"]
    )
    assert reading.phase_view(reader(desk), "gone", answers=True)["title"]["text"] == "The record"


# -- pages that are asked for --------------------------------------------------------------------


def pressed(
    committee: str = COMMITTEE, what: Any = "record", where: str = "", number: int = 1
) -> Pressed:
    """A button as it comes back."""
    return unpack(pack_page(Page(committee, what, where, number)))


def test_a_page_of_another_committee_is_refused() -> None:
    """The button's value came from outside."""
    desk = desk_of(bank_of(1, 2), 2, "Yes.", 2)
    with pytest.raises(Misuse):
        reading.page((seat(desk),), pressed("another"), AT)
    with pytest.raises(Misuse):
        reading.page((), pressed(), AT)
    with pytest.raises(Misuse):
        reading.page((seat(desk),), Pressed("record", COMMITTEE, "", "", ""), AT)


@pytest.mark.parametrize("number", [0, 2, 9999])
@pytest.mark.parametrize("what", ["record", "outline", "question", "home", "digest", "mine"])
def test_a_page_that_is_not_there_any_more_is_the_nearest_one(what: str, number: int) -> None:
    """Answers were taken back since the button was drawn."""
    desk = desk_of(bank_of(1, 2), 2, "Yes.", 2)
    view = reading.page((seat(desk),), pressed(what=what, where="p0.q0", number=number), AT)
    check_view(view)
    assert ways(view) == {}
    assert view["type"] == ("home" if what == "home" else "modal")


# -- one's own page ------------------------------------------------------------------------------


def test_ones_own_page_has_every_question_that_waits() -> None:
    """In two committees with hundreds of open questions, each with its button."""
    first = desk_of(bank_of(3, 60), 2, "", 0)
    other = first.state.committee.evolve(id="deadbeef0000", name="Second")
    second = Desk(state=first.state.evolve(committee=other), bank=first.bank)
    mine = (seat(first), seat(second, "m1"))
    pages = all_pages(reading.home(mine), mine)
    buttons = [
        unpack(block["accessory"]["value"])
        for page in pages
        for block in page["blocks"]
        if "accessory" in block
    ]
    asked = [q.id for q in first.bank if not isinstance(q, ReviewQuestion)]
    assert [(b.committee, b.question) for b in buttons] == [
        (committee, name) for committee in (COMMITTEE, "deadbeef0000") for name in asked
    ]
    whole = text_of(pages)
    assert seen(first.committee.name) in whole
    assert whole.count("▱Phase0:designinganddeveloping·0of") == 2


def actions_of(view: dict[str, Any]) -> list[str]:
    """The actions of a view's rows of buttons."""
    rows = [block["elements"] for block in view["blocks"] if block["type"] == "actions"]
    return [unpack(button["value"]).action for row in rows for button in row]


def test_who_is_in_no_committee_can_start_one() -> None:
    """So can somebody who was let go from the only one."""
    view = reading.home(())
    check_view(view)
    assert actions_of(view) == ["found"]
    desk = desk_of(bank_of(1, 1), 1, "", 0)
    gone = Seat(desk, desk.state.members["m0"].evolve(active=False))
    assert reading.home((gone,)) == view


def test_the_chair_finds_the_settings_on_their_page() -> None:
    """Everybody finds the record and the members; with nothing waiting it says so."""
    desk = desk_of(bank_of(1, 1), 2, "Yes.", 2)
    for who, expected in (
        ("m0", ["record", "members", "hours", "settings", "found"]),
        ("m1", ["record", "members", "hours", "found"]),
    ):
        view = reading.home((seat(desk, who),))
        check_view(view)
        assert actions_of(view) == expected
        assert seen("Nothing waits for you.") in text_of([view])


def test_a_page_of_a_real_committee_fits() -> None:
    """As the service gives it, after an answer and an assignment."""
    h = Harness()
    walk = h.start("plan")
    h.say("Ben", PINGS, walk)
    desk = h.service.look(h.committee)
    mine = (Seat(desk, desk.state.members[h.ids["Chi"]]),)
    view = reading.home(mine)
    check_view(view)
    assert "Why do we hold a fair?" in shown(view["blocks"])
    record = reading.phase_view(reader(desk), "plan", answers=True)
    check_view(record)
    assert f"Ben: {PINGS}" in shown(record["blocks"])
