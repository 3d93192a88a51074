"""Teams' cards of a chair and of a new committee, the review form, and a message to record."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.chairing import off_list, role_event, settings_event
from bot.core.desk import Desk
from bot.core.errors import Misuse, NotAllowed, Problem, Refused
from bot.core.events import Reviewed
from bot.core.quoting import NO_WORDS, NOT_A_MEMBER, NOTHING_ASKED
from bot.core.starting import CHAIR, MEMBERS, NAME, OTHER_PHASE
from bot.teams import reading
from bot.teams.chairing_card import members_card, settings_card
from bot.teams.forms import meant
from bot.teams.frame import Draft
from bot.teams.inputs import sent
from bot.teams.quote_card import quote_card
from bot.teams.review_form import review_card
from bot.teams.setup_card import phase_card, setup_card, setup_values
from bot.teams.values import About, unpack
from questions.loader import bundled_banks
from questions.model import Bank, Phase, TextQuestion
from storage.people import MoveOn, Pace, Role
from storage.records import Treatment
from tests.card_limits import check
from tests.contents import AT, COMMITTEE, ODD, PINGS, brief
from tests.desks import LONG, bank_of, desk_of, reviewed, with_item
from tests.teams_cards import controls, elements, filled, find
from tests.teams_forms import below, held, ids, pressed, read, titled, visible

IDS = {"id": "teams:1", "committee": COMMITTEE, "member": "m0"}
BACK = About(committee=COMMITTEE, walk=f"{COMMITTEE}.p0", question="p0.q0", card="review")
ROSTER = [
    (f"{n:08}-aaaa-bbbb-cccc-000000000000", name)
    for n, name in enumerate(("Ana Alves", "Ben *Okoro*", "[Chi](http://x.org)", "<at>Dev</at>"))
]
BANKS = bundled_banks()
OTHER = bank_of(2, 2)
TWO = {**BANKS, OTHER.name: OTHER}


# -- settings ------------------------------------------------------------------------------------


def test_the_settings_come_back_as_they_are_and_changed() -> None:
    """By whoever sets them; a mistake is said at its field, and what was typed stays."""
    desk = desk_of(OTHER, 2, "", 0)
    chair, member = desk.state.members["m0"], desk.state.members["m1"]
    with pytest.raises(NotAllowed):
        settings_card(desk, member)
    card = settings_card(desk, chair, back=BACK)
    assert visible(PINGS) in read(card)
    same = settings_event(desk.committee, IDS, held(card))
    assert (same.name, same.zone, same.settings) == (
        desk.committee.name, desk.committee.zone, desk.committee.settings,
    )  # fmt: skip
    found = pressed(card, given={"pace": "own", "move_on": "count", "count": "0", "name": "Fair"})
    assert found.about == About(
        committee=COMMITTEE, form="settings", card="review", value=f"{BACK.walk} {BACK.question}"
    )
    with pytest.raises(Refused) as refused:
        settings_event(desk.committee, IDS, sent(found.held))
    again = settings_card(desk, chair, draft=Draft.refused(found.held, refused.value))
    assert below(again) == {"count": "Please give a number from 1 to 100."}
    mended = settings_event(desk.committee, IDS, held(again, count="3", keep_days="365"))
    assert mended.settings.keep_days == 365
    for wrong in ("7", "-1", "for ever", "99999"):
        with pytest.raises(Refused) as refused:
            settings_event(desk.committee, IDS, {**held(card), "keep_days": wrong})
        assert [problem.field for problem in refused.value.problems] == ["keep_days"]
    assert (mended.name, mended.settings.pace) == ("Fair", Pace.OWN)
    assert (mended.settings.move_on, mended.settings.move_on_count) == (MoveOn.COUNT, 3)


# -- members -------------------------------------------------------------------------------------


def test_the_chair_changes_what_members_may_do() -> None:
    """Each change is an event; others only read, and find a way back."""
    desk = desk_of(OTHER, 3, "", 0)
    gone = desk.state.members["m2"].evolve(active=False, left=True)
    desk = Desk(state=desk.state.with_member(gone), bank=desk.bank)
    chair, member = desk.state.members["m0"], desk.state.members["m1"]
    card = members_card(desk, chair, roster=ROSTER, said="Ben reads along now.")
    whole = read(card)
    for words in ("Member 0 *&* (you)", "leads", "left the channel", "Ben reads along now.", *(
        name for _, name in ROSTER
    )):  # fmt: skip
        assert visible(words) in whole
    roles = [
        unpack("role", c.action["data"]).about for c in controls(card) if c.action["verb"] == "role"
    ]
    events = [role_event(desk.state, IDS, r.question, off_list(r.value)[0]) for r in roles]
    assert [(e.who.id, e.who.role, e.who.active) for e in events if e] == [
        ("m0", Role.MEMBER, True), ("m0", Role.OBSERVER, True), ("m0", Role.CHAIR, False),
        ("m1", Role.CHAIR, True), ("m1", Role.OBSERVER, True), ("m1", Role.MEMBER, False),
        ("m2", Role.MEMBER, True),
    ]  # fmt: skip
    assert {off_list(r.value)[1] for r in roles} == {1}
    added = pressed(card, "add", {"people": [ROSTER[1][0], ROSTER[3][0]]})
    assert sent(added.held) == {"people": (ROSTER[1][0], ROSTER[3][0])}
    mine = members_card(desk, member, roster=ROSTER, back=BACK)
    read(mine)
    assert titled(mine) == ["Back"]
    assert not ids(mine)
    assert pressed(mine, "Back").about == BACK


def test_a_large_committee_has_its_members_on_pages() -> None:
    """Three hundred, with what can be changed, and who can be added on the last page."""
    desk = desk_of(OTHER, 300, "", 0)
    seat = (desk, desk.state.members["m0"])
    card = members_card(*seat, roster=ROSTER)
    whole = read(card)
    while "Next page" in titled(card):
        turned = pressed(card, "Next page")
        card = reading.page([seat], turned, AT, ROSTER)
        whole += read(card)
    assert all(visible(m.name) in whole for m in desk.state.members.values())
    assert ids(card) == ["people"]
    (value,) = {
        off_list(unpack("role", c.action["data"]).about.value)[1]
        for c in controls(card)
        if c.action["verb"] == "role"
    }
    assert f"Page{value}of{value}" in read(card)


@given(st.text(max_size=12))
def test_any_value_of_the_list_is_read(value: str) -> None:
    """It came from outside."""
    change, page = off_list(value)
    assert value.startswith(change)
    assert 0 <= page <= 9999


# -- a new committee -----------------------------------------------------------------------------


def test_a_committee_is_set_up_as_the_card_stands() -> None:
    """A name is needed; all of the team are in it, whoever pressed leads, the first phase begins."""
    everyone = frozenset(who for who, _ in ROSTER)
    card = setup_card(banks=BANKS, roster=ROSTER, proposed=everyone, user=ROSTER[1][0])
    whole = read(card)
    assert all(visible(name) in whole for _, name in ROSTER)
    with pytest.raises(AssertionError, match="must be filled in"):
        pressed(card, "Start")
    found = pressed(card, "Start", {"name": "Fair"})
    assert found.verb == "found"
    values = setup_values(BANKS, found.held)
    bank = next(iter(BANKS.values()))
    assert (values.name, values.people[0]) == ("Fair", ROSTER[1][0])
    assert set(values.people) == everyone
    assert (values.what.bank, values.what.phase) == (bank, bank.phases[0])
    assert values.what.settings.pace is Pace.BOTH
    assert "bank" not in ids(card)


def test_with_several_banks_a_phase_is_one_of_the_chosen_bank() -> None:
    """Or none, which is its first one; another's is said at its field, and nothing typed is lost."""
    card = setup_card(banks=TWO, roster=ROSTER, proposed=frozenset(), user=ROSTER[0][0])
    read(card)
    given = {"name": "Fair", "members": [ROSTER[2][0]], "bank": OTHER.name, "move_on": "count"}
    values = setup_values(TWO, pressed(card, "Start", given).held)
    assert (values.what.bank.name, values.what.phase.id) == (OTHER.name, "p0")
    assert values.people == (ROSTER[0][0], ROSTER[2][0])
    first = next(iter(BANKS.values()))
    wrong = pressed(card, "Start", {**given, "phase": f"{first.name}/{first.phases[1].id}"})
    with pytest.raises(Refused) as refused:
        setup_values(TWO, wrong.held)
    again = setup_card(
        banks=TWO, roster=ROSTER, proposed=frozenset(), user="nobody",
        draft=Draft.refused(wrong.held, refused.value),
    )  # fmt: skip
    assert below(again) == {"phase": OTHER_PHASE}
    mended = pressed(again, "Start", {"phase": f"{OTHER.name}/p1"})
    values = setup_values(TWO, mended.held)
    assert (values.name, values.people) == ("Fair", (ROSTER[0][0], ROSTER[2][0]))
    assert (values.what.phase.id, values.what.settings.move_on) == ("p1", MoveOn.COUNT)


@pytest.mark.parametrize("name", ["Ana", "Ö" * 120, "\U0001f469" * 120, *ODD], ids=brief)
@pytest.mark.parametrize("count", [1, 150, 151, 900])
def test_a_team_of_any_size_can_be_set_up(count: int, name: str) -> None:
    """Whatever its people are called."""
    roster = [(f"{n:08}-aaaa-bbbb-cccc-000000000000", name[:256]) for n in range(count)]
    everyone = frozenset(who for who, _ in roster)
    card = setup_card(banks=TWO, roster=roster, proposed=everyone, user=roster[0][0])
    read(card)
    check(card)
    for asked in (NAME, MEMBERS, CHAIR):  # also where the card is not shown
        assert asked in card["fallbackText"]
    values = setup_values(TWO, pressed(card, "Start", {"name": "Fair"}).held)
    assert values.people[0] == roster[0][0]
    assert set(values.people) <= everyone


def test_many_who_can_be_added_are_searched_for_in_the_whole_organisation() -> None:
    """The list often stands in the chair's own chat, in which there is nobody else to be found."""
    desk = desk_of(bank_of(1, 1), 1, "", 0)
    chair = desk.state.members["m0"]
    roster = [(f"{n:08}-aaaa-bbbb-cccc-000000000000", f"Person {n}") for n in range(500)]
    card = members_card(desk, chair, roster=roster)
    check(card)
    picker = next(each for each in elements(card) if each.get("id") == "people")
    assert picker["choices.data"]["dataset"] == "graph.microsoft.com/users"


def test_a_phase_is_begun_where_there_is_a_committee() -> None:
    """The first one, unless another is chosen."""
    card = phase_card(COMMITTEE, OTHER, back=BACK)
    read(card)
    assert held(card, "Start") == {"phase": "p0"}
    found = pressed(card, "Start", {"phase": "p1"})
    assert (found.verb, found.about.form) == ("save", "start")
    again = phase_card(
        COMMITTEE, OTHER, draft=Draft(found.held, (Problem(field="phase", sentence="No."),))
    )
    assert held(again, "Start") == {"phase": "p1"}
    assert below(again) == {"phase": "No."}


# -- the review form -----------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["", "Slower", "word " * 1500, PINGS], ids=brief)
def test_the_review_form_gives_back_what_was_noted(words: str) -> None:
    """One's own notes, and what is done about them, as an event of one's own."""
    noted = words.strip()
    card = review_card(reviewed(noted), "m0", BACK.walk, "p0.q0", back=BACK)
    event = meant(IDS, pressed(card))
    assert isinstance(event, Reviewed)
    assert (event.subject, event.walk, event.owner, str(event.due)) == (
        "p0.q0", BACK.walk, "m1", "2026-06-12",
    )  # fmt: skip
    assert {event.effect, event.confusion, event.confusion_with, event.action} == {noted}
    assert event.treatment is Treatment.ACT
    assert visible("Member 0 *&*: Yes.") in read(card)


@pytest.mark.parametrize("words", [*ODD, LONG, "&" * 20_000], ids=brief)
@pytest.mark.parametrize("people", [2, 12, 300])
def test_the_review_form_fits_whatever_was_said(words: str, people: int) -> None:
    """What takes too much room is kept where it is: an empty field changes nothing."""
    said = words.strip()[:20_000]
    answers = said if people < 300 else "Yes, and here is why."
    card = review_card(reviewed(said, answers, people), "m0", BACK.walk, "p0.q0", back=BACK)
    whole = read(card)
    found = held(card)
    for name in ("effect", "confusion", "confusion_with", "action"):
        assert found.get(name, "") in ("", said)
        assert name in found or visible("It is kept") in whole
    assert visible("What about 0") in whole
    assert "Open" in titled(card) or visible(answers) in whole


def test_a_review_form_comes_back_with_what_was_typed() -> None:
    """In the place of what was noted before; a question that there is not is nobody's."""
    desk = reviewed("before")
    found = pressed(
        review_card(desk, "m0", BACK.walk, "p0.q0"), given={"due": "soon", "effect": "x"}
    )
    with pytest.raises(Refused) as refused:
        meant(IDS, found)
    again = review_card(
        desk, "m0", BACK.walk, "p0.q0", draft=Draft.refused(found.held, refused.value)
    )
    assert below(again) == {"due": "Please pick a day from the calendar."}
    assert held(again)["effect"] == "x"
    with pytest.raises(Misuse):
        review_card(desk, "m0", "", "gone")


# -- a message to record -------------------------------------------------------------------------


MESSAGE = About(walk="19:abc@thread.tacv2", value="1700000000000")


@pytest.mark.parametrize("text", ["Yes.", PINGS, *ODD], ids=brief)
def test_a_message_is_put_to_a_question(text: str) -> None:
    """Its author and words are to be seen; the dialog is sent with a submit."""
    desk = desk_of(OTHER, 3, "", 0)
    members = desk.state.members
    card = quote_card(desk, members["m0"], members["m1"], text, MESSAGE)
    whole = read(card)
    assert visible("Member 1 *&* wrote:") in whole
    assert visible(text)[:3000] in whole
    (menu,) = [e for e in elements(card) if e.get("id") == "question"]
    asked = [c["value"] for c in menu["choices"]]
    assert asked == [q.id for q in OTHER if q.kind.value != "review"]
    control = find(card, "Record")
    assert control.action["type"] == "Action.Submit"
    found = unpack("save", filled(control, {"question": "p1.q1"}))
    assert sent(found.held) == {"question": "p1.q1"}
    assert found.about == MESSAGE.model_copy(update={"committee": COMMITTEE, "form": "record"})
    again = quote_card(
        desk, members["m0"], members["m1"], text, MESSAGE,
        draft=Draft(found.held, (Problem(field="question", sentence="Ben has answered this already."),)),
    )  # fmt: skip
    assert below(again) == {"question": "Ben has answered this already."}
    same = unpack("save", filled(find(again, "Record"), {}))
    assert sent(same.held) == {"question": "p1.q1"}


def test_a_message_that_cannot_be_recorded_is_refused() -> None:
    """Of somebody else, without words, by an observer, or where nothing is asked."""
    desk = desk_of(OTHER, 3, "", 0)
    me, author = desk.state.members["m0"], desk.state.members["m1"]
    for who, by, text, sentence in (
        (me, None, "Yes", NOT_A_MEMBER),
        (me, author, " \n", NO_WORDS),
        (me.evolve(role=Role.OBSERVER), author, "Yes", "You are here to read along"),
    ):
        with pytest.raises(Refused, match=sentence):
            quote_card(desk, who, by, text, MESSAGE)
    for question in OTHER:
        desk = with_item(desk, question.id, applies=False)
    with pytest.raises(Refused, match=NOTHING_ASKED):
        quote_card(desk, me, author, "Yes", MESSAGE)


def test_a_bank_of_a_thousand_questions_fits_into_the_dialog() -> None:
    """Each can be found."""
    questions = tuple(TextQuestion(id=f"p.q{n}", prompt=f"{n} {'Ö' * 590}") for n in range(500))
    bank = Bank(
        name="big", version="1", title="Big",
        phases=(Phase(id="p", title="Ö" * 600, affects="all", questions=questions),),
    )  # fmt: skip
    desk = desk_of(bank, 2, "", 0)
    members = desk.state.members
    card = quote_card(desk, members["m0"], members["m1"], "x " * 10_000, MESSAGE)
    read(card)
    (menu,) = [e for e in elements(card) if e.get("id") == "question"]
    assert len({c["title"] for c in menu["choices"]}) == 500
