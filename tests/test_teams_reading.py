"""What there is to read in Teams: page by page inside the limits, all of it on some page, and a way back."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.desk import Desk
from bot.core.errors import Misuse
from bot.core.showing import LINES
from bot.teams import reading
from bot.teams.forms import question_form
from bot.teams.own_card import home_card
from bot.teams.pages import Page, packed
from bot.teams.pieces import Element
from bot.teams.reading import phase_page, question_page
from bot.teams.returning import back_of
from bot.teams.values import About, Pressed
from questions.model import ReviewQuestion
from storage.people import Member
from tests.card_limits import check, inside, shown
from tests.contents import AT, COMMITTEE, ODD, PINGS, brief
from tests.desks import LONG, RULED, bank_of, desk_of, reader, ruled
from tests.harness import Harness
from tests.teams_cards import controls
from tests.teams_forms import pressed, read, titled, visible

HUGE = settings(max_examples=6, suppress_health_check=[HealthCheck.too_slow], deadline=None)
Seats = Sequence[tuple[Desk, Member]]
BACK = About(committee=COMMITTEE, walk=f"{COMMITTEE}.p0", question="p0.q1", card="question")


def seat(desk: Desk, who: str = "m0") -> tuple[Desk, Member]:
    """Somebody's seat."""
    return desk, desk.state.members[who]


def all_pages(first: Element, mine: Seats) -> list[Element]:
    """Every page there is, by pressing *Next page* until there is none; each inside the limits."""
    pages = [first]
    check(first)
    while "Next page" in titled(pages[-1]):
        pages.append(reading.page(mine, pressed(pages[-1], "Next page"), AT))
        check(pages[-1])
        assert len(pages) < 300
    for before, after in pairwise(pages):
        assert reading.page(mine, pressed(after, "Previous page"), AT) == before
    return pages


def text_of(pages: list[Element]) -> str:
    """What stands on the pages one after the other, without their headings and their numbers."""
    bodies = []
    for n, page in enumerate(pages):
        body = [e for e in page["body"] if "Page " not in shown({**page, "body": [e]})[:5]]
        bodies.append(shown({**page, "body": body[1:] if n else body}))
    return visible("".join(bodies))


@pytest.mark.parametrize("words", ["Yes.", LONG, PINGS, *ODD], ids=brief)
def test_a_phases_record_is_whole_on_its_pages(words: str) -> None:
    """Every question, and what each member said, to the letter."""
    desk = desk_of(bank_of(1, 5), 2, words.strip()[:20_000], 2)
    pages = all_pages(phase_page(reader(desk), "p0", answers=True, back=BACK), [seat(desk)])
    assert all("Back" in titled(page) for page in pages)
    if len(pages) == 1:
        whole = text_of(pages)
        assert whole.count(visible(words)) >= 2 * 6
    everything = visible("".join(shown(page) for page in pages))
    assert all(
        visible(q.prompt) in everything for q in desk.bank if not isinstance(q, ReviewQuestion)
    )


def test_the_whole_record_of_a_large_committee_is_whole_on_its_pages() -> None:
    """Three phases of twenty questions, twenty people."""
    desk = desk_of(bank_of(3, 20), 20, "We think so, and here is why.", 40)
    pages = all_pages(phase_page(reader(desk), "", answers=True), [seat(desk)])
    assert len(pages) > 4
    whole = visible("".join(shown(page) for page in pages))
    for question in desk.bank:
        if not isinstance(question, ReviewQuestion):
            assert visible(question.prompt) in whole
    assert whole.count(visible("Member 19 *&*:")) == 3 * 21
    assert shown(pages[0]).startswith("The record")


def test_what_will_be_asked_is_whole_on_its_pages() -> None:
    """Prompts alone; nobody's answers."""
    desk = desk_of(bank_of(2, 300), 2, "A secret", 2)
    pages = all_pages(phase_page(reader(desk), "p1", answers=False), [seat(desk)])
    whole = visible("".join(shown(page) for page in pages))
    assert "secret" not in whole
    assert "inphase0" not in whole
    assert whole.count("inphase1?") == 300
    assert "inphase0" in visible(shown(phase_page(reader(desk), "", answers=False)))


def test_the_record_says_what_the_committee_ruled_and_what_could_go_wrong() -> None:
    """The reason for what was left out, answers whose question is not asked any more, the register."""
    desk = ruled()
    whole = read(phase_page(reader(desk), "p0", answers=True))
    for words in RULED:
        assert visible(words) in whole
    assert visible("What about 3") not in whole


@HUGE
@given(st.sampled_from((0, 1, 40, 300)), st.sampled_from(("Yes.", LONG, *ODD)))
def test_one_question_is_whole_on_its_pages(people: int, words: str) -> None:
    """With three hundred answers, or a few very long ones; and it can be answered from there."""
    count = people if len(words) < 1000 else min(people, 4)
    desk = desk_of(bank_of(2, 8), max(count, 1), words.strip()[:20_000], count)
    first = question_page(reader(desk), "p1.q7", back=BACK)
    pages = all_pages(first, [seat(desk)])
    whole = visible("".join(shown(page) for page in pages))
    assert visible(desk.bank.questions["p1.q7"].prompt) in whole
    assert whole.count(visible("Member 0 *&*")) >= (2 if count else 0)
    if len(words) < 2000:  # not split between two pages
        assert whole.count(visible(words)) >= 2 * count
    answer = pressed(first, "Answer…")
    assert (answer.verb, answer.about.question) == ("answer", "p1.q7")
    assert back_of(answer) == BACK


def test_a_choice_is_shown_with_its_options_whole() -> None:
    """A menu cuts their labels; here they stand in full."""
    desk = desk_of(bank_of(1, 1), 1, "Yes.", 1)
    whole = read(question_page(reader(desk), "p0.one"))
    assert all(visible(f"Choice {n} {'long ' * n}") in whole for n in range(20))
    assert visible("Member 0 *&*: Choice 3") in whole


def test_a_question_nobody_answered_says_so() -> None:
    """And one that there is not leads to the whole record."""
    desk = desk_of(bank_of(1, 2), 2, "", 0)
    assert visible("Nobody has answered this yet.") in read(question_page(reader(desk), "p0.q0"))
    assert question_page(reader(desk), "gone") == phase_page(reader(desk), "", answers=True)
    assert shown(phase_page(reader(desk), "gone", answers=True)).startswith("The record")


# -- pages that are asked for --------------------------------------------------------------------


def turned(committee: str = COMMITTEE, value: str = "record 1") -> Pressed:
    """A control as it comes back."""
    return Pressed(verb="page", about=About(committee=committee, value=value))


def test_a_page_of_another_committee_is_refused() -> None:
    """The control's data came from outside."""
    desk = desk_of(bank_of(1, 2), 2, "Yes.", 2)
    for mine, control in (
        ([seat(desk)], turned("another")),
        ([], turned()),
        ([seat(desk)], turned(value="record")),
        ([seat(desk)], turned(value="record 99999")),
        ([seat(desk)], turned(value="drop 1")),
    ):
        with pytest.raises(Misuse):
            reading.page(mine, control, AT)


@pytest.mark.parametrize("number", [0, 2, 9999])
@pytest.mark.parametrize("what", ["record", "outline", "question", "home", "members"])
def test_a_page_that_is_not_there_any_more_is_the_nearest_one(what: Any, number: int) -> None:
    """Answers were taken back since the control was drawn."""
    desk = desk_of(bank_of(1, 2), 2, "Yes.", 2)
    where = "p0.q0" if what == "question" else ""
    card = reading.page([seat(desk)], turned(value=packed(Page(what, number, where))), AT)
    assert visible("Page") not in read(card)


# -- the way back --------------------------------------------------------------------------------


def test_every_way_in_has_a_way_back() -> None:
    """From a question's card to the record, to another question, to its form, and back to the card."""
    desk = desk_of(bank_of(1, 2), 2, "Yes.", 2)
    record = phase_page(reader(desk), "p0", answers=True, back=BACK)
    opens = [c.action for c in controls(record) if c.action["title"] == "Open"]
    here = Pressed(verb="open", about=About.model_validate(opens[2]["data"]["convenor"]))
    assert here.about.question == "p0.one"
    question = question_page(reader(desk), here.about.question, back=back_of(here))
    answer = pressed(question, "Answer…")
    h = Harness()
    h.start("plan")
    form = h.service.form(h.committee, h.ids["Ben"], "plan.why")
    asks = question_form(COMMITTEE, "", answer.about.question, form, back=back_of(answer))
    for card, way in ((record, "Back"), (question, "Back"), (asks, "Cancel")):
        check(card)
        leads = pressed(card, way)
        assert (leads.verb, leads.about) == ("show", BACK)
    saved = pressed(asks, "Save", {"plan.why:text": "Yes"})
    assert back_of(saved) == BACK
    assert saved.about.question == "p0.one"


def test_a_form_on_its_own_card_leads_back_to_it() -> None:
    """Its control says nothing twice."""
    about = BACK.model_copy(update={"value": ""})
    assert back_of(Pressed(verb="answer", about=about)) == BACK
    h = Harness()
    h.start("plan")
    form = h.service.form(h.committee, h.ids["Ben"], "plan.why")
    asks = question_form(COMMITTEE, BACK.walk, BACK.question, form, back=BACK)
    saved = pressed(asks)
    assert (saved.about.value, saved.about.card) == ("", "question")
    assert back_of(saved) == BACK


def test_without_a_card_to_come_back_to_there_is_ones_own_page() -> None:
    """A message that can't be shown anew has been taken the place of."""
    h = Harness()
    h.start("plan")
    form = h.service.form(h.committee, h.ids["Ben"], "plan.why")
    asks = question_form(COMMITTEE, "", "plan.why", form)
    cancel = pressed(asks, "Cancel")
    assert (cancel.verb, cancel.about) == ("page", About(committee=COMMITTEE, value="home 1"))
    assert back_of(Pressed(verb="choose", about=About(value="record 1"))) is None
    desk = h.service.look(h.committee)
    home = ("page", About(committee=h.committee, value="home 1"))
    for page in (
        phase_page(reader(desk), "", answers=True),
        question_page(reader(desk), "plan.why"),
    ):
        leads = pressed(page, "Back")
        assert (leads.verb, leads.about) == home


def test_a_phase_that_has_not_begun_is_one_line_of_the_record() -> None:
    """With how much it will ask; *Open* leads to it, and from there back to where one was."""
    h = Harness()
    h.say("Ben", "To meet", h.start("plan"))
    desk = h.service.look(h.committee)
    card = phase_page(reader(desk, h.ids["Ben"]), "", answers=True, back=BACK)
    assert visible("Running it") in read(card)
    assert visible("Not begun: 3 questions.") in read(card)
    assert visible("What should guests take home?") not in read(card)
    assert titled(card).count("Open") == 3 + 1
    opens = [
        Pressed(verb=c.action["verb"], about=About.model_validate(c.action["data"]["convenor"]))
        for c in controls(card)
        if c.action["verb"] == "record"
    ]
    assert [p.about.value for p in opens] == ["run"]
    assert back_of(opens[0]) == BACK
    whole = phase_page(reader(desk, h.ids["Ben"]), "run", answers=True)
    assert visible("What should guests take home?") in read(whole)


# -- one's own page ------------------------------------------------------------------------------


def test_ones_own_page_has_every_question_that_waits() -> None:
    """In two committees with hundreds of open questions: a dozen of each, and the others behind *More*.

    Each has its control, which leads back to where it stands.
    """
    first = desk_of(bank_of(3, 60), 2, "", 0)
    other = first.state.committee.evolve(id="deadbeef0000", name="Second")
    second = Desk(state=first.state.evolve(committee=other), bank=first.bank)
    mine = [seat(first), seat(second, "m1")]
    pages = all_pages(home_card(mine), mine)

    def asking(pages: list[Element], title: str = "Answer…") -> list[Pressed]:
        return [
            Pressed(verb=c.action["verb"], about=About.model_validate(c.action["data"]["convenor"]))
            for page in pages
            for c in controls(page)
            if c.action["title"].startswith(title)
        ]

    found = asking(pages)
    asked = [q.id for q in first.bank if not isinstance(q, ReviewQuestion)]
    assert [(p.about.committee, p.about.question) for p in found] == [
        (committee, name) for committee in (COMMITTEE, "deadbeef0000") for name in asked[:LINES]
    ]
    assert {p.verb for p in found} == {"answer"}
    for more, committee in zip(asking(pages, "More ("), (COMMITTEE, "deadbeef0000"), strict=True):
        rest = all_pages(reading.page(mine, more, AT), mine)
        behind = asking(rest)
        assert [(p.about.committee, p.about.question) for p in behind] == [
            (committee, name) for name in asked[LINES:]
        ]
        here = back_of(behind[LINES])
        assert here is not None
        assert reading.page(mine, Pressed(verb="page", about=here), AT) == rest[1]
        assert reading.page(mine, pressed(rest[-1], "Back"), AT) == pages[0]
    assert f"More ({len(asked) - LINES})" in titled(pages[0])
    whole = visible("".join(shown(page) for page in pages))
    assert visible(first.committee.name) in whole
    assert whole.count("▱Phase0:designinganddeveloping·0of") == 2
    back = back_of(found[0])
    assert back is not None
    assert reading.page(mine, Pressed(verb="page", about=back), AT) == pages[0]


def test_who_is_in_no_committee_is_told_what_to_do() -> None:
    """So is somebody who was let go from the only one."""
    card = home_card([])
    assert visible("You are in no committee yet.") in read(card)
    desk = desk_of(bank_of(1, 1), 1, "", 0)
    assert home_card([(desk, desk.state.members["m0"].evolve(active=False))]) == card


def test_the_chair_finds_the_settings_on_their_page() -> None:
    """Everybody finds the record and the members; with nothing waiting it says so."""
    desk = desk_of(bank_of(1, 1), 2, "Yes.", 2)
    for who, expected in (
        ("m0", ["Open the record", "Members", "My hours", "Settings"]),
        ("m1", ["Open the record", "Members", "My hours"]),
    ):
        card = home_card([seat(desk, who)])
        assert titled(card) == expected
        assert visible("Nothing waits for you.") in read(card)


def test_a_page_of_a_real_committee() -> None:
    """As the service gives it, after an answer."""
    h = Harness()
    walk = h.start("plan")
    h.say("Ben", PINGS, walk)
    desk = h.service.look(h.committee)
    chi = desk.state.members[h.ids["Chi"]]
    assert visible("Why do we hold a fair?") in read(home_card([(desk, chi)]))
    assert visible(f"Ben: {PINGS}") in read(phase_page(reader(desk), "plan", answers=True))
    assert all("id" not in e for e in inside(home_card([(desk, chi)])))
