"""Asking: one question at a time, with all that a person needs to answer it, in either kind of walk."""

import pytest

from bot.core import showing
from bot.core.effects import Notice, QuestionCard, StartCard
from bot.core.errors import Refused
from bot.core.reading import phase_reading
from bot.core.register import Reader
from storage.people import MoveOn, Settings
from storage.records import Stage
from tests.harness import Harness
from tests.walk_rooms import OpenRoom, both, garden, hand, own, shared


@both
def test_a_walk_asks_one_question_at_a_time(open_room: OpenRoom) -> None:
    """One live card; the answered one folds, and the next follows below it."""
    room = open_room()
    assert [c.question for c in room.cards_of("plan.why")] == ["plan.why"]
    assert not room.card.folded
    room.answer("To meet each other")
    assert room.current == "plan.place"
    assert room.cards_of("plan.why")[0].folded
    live = [c for c in room.h.contents(room.id) if isinstance(c, QuestionCard) and not c.folded]
    assert [c.question for c in live] == ["plan.place"]


@both
def test_the_card_says_where_we_are(open_room: OpenRoom) -> None:
    """Phase, n of m, prompt, help, and the longer why are on the card."""
    card = open_room().card
    assert (card.phase, card.n, card.total) == ("Planning", 1, 3)
    assert card.prompt == "Why do we hold a fair?"
    assert card.help == "In a sentence or two."
    assert card.why == "People come more gladly when they know what it is for."


@both
def test_n_of_m_counts_only_what_applies(open_room: OpenRoom) -> None:
    """A question that opens makes the total larger; one that closes, smaller again."""
    room = open_room()
    room.answer("To meet")
    assert (room.card.n, room.card.total) == (2, 3)
    room.answer("City park")
    assert (room.card.question, room.card.n, room.card.total) == ("plan.permit", 3, 4)
    assert room.cards_of("plan.place")[0].total == 4
    room.form(plan__place={"option": "school"})
    room.form(who="Ben", plan__place={"option": "school"})
    if len(room.people) == 3:
        room.form(who="Chi", plan__place={"option": "school"})
    assert (room.card.question, room.card.n, room.card.total) == ("plan.cake", 3, 3)


@both
def test_every_action_is_within_reach(open_room: OpenRoom) -> None:
    """Answer, skip, not applicable, discuss later, why, next; and back once there is a way back."""
    room = open_room()
    actions = {b.action for b in (*room.card.buttons, *room.card.more)}
    assert actions == {"answer", "park", "next", "skip", "na", "why", "assign"}
    room.answer("To meet")
    actions = {b.action for b in (*room.card.buttons, *room.card.more)}
    assert {"choose", "answer", "park", "next", "skip", "na", "back"} <= actions


@both
def test_one_thing_is_the_first_to_do(open_room: OpenRoom) -> None:
    """At most one button of a card is primary, and a text's is Answer…"""
    room = open_room()
    assert [b.label for b in room.card.buttons if b.primary] == ["Answer…"]


def test_the_card_shows_what_others_said_and_who_is_to_go() -> None:
    """While the committee answers, its card follows: the words, who has, and who is to go."""
    room = shared()
    assert room.card.waiting == ("Ana", "Ben", "Chi")
    room.say("To meet", "Ben")
    card = room.card
    assert [(s.name, s.words) for s in card.said] == [("Ben", "To meet")]
    assert card.answered == ("Ben",)
    assert card.waiting == ("Ana", "Chi")


def test_an_own_walk_shows_what_others_said_before() -> None:
    """What the committee said already stands on the card of a member's own walk."""
    h = Harness()
    walk = h.start("plan")
    h.say("Ana", "To raise money", walk)
    own = h.start("plan", "Ben", own=True)
    assert [(s.name, s.words) for s in h.card(own).said] == [("Ana", "To raise money")]
    assert h.card(own).waiting == ()


def test_someone_who_passed_is_not_waited_for() -> None:
    """A member's skip stands on the card with its reason, and counts as heard."""
    room = shared()
    room.press("Skip…", "Ben", "I was not there")
    assert room.card.waiting == ("Ana", "Chi")
    assert [(s.name, s.words, s.mark) for s in room.card.said] == [
        ("Ben", "I was not there", "passed")
    ]


def test_the_start_is_posted_in_the_channel() -> None:
    """Once, with who leads, how much it is, and a way to one's own pace and to the outline."""
    h = Harness()
    walk = h.start("plan")
    [card] = [c for c in h.in_channel() if isinstance(c, StartCard)]
    assert card.walk == walk
    assert card.count == 3
    assert "Ana leads." in card.text
    assert [b.action for b in card.buttons] == ["own", "outline"]


def test_an_own_walk_starts_in_direct_messages() -> None:
    """Nobody else hears of it: the channel stays quiet."""
    h = Harness()
    h.start("plan", "Ben", own=True)
    assert [c.type for c in h.direct("Ben")] == ["start"]
    assert h.in_channel() == []


def test_starting_twice_leads_to_the_one_walk() -> None:
    """A second start of the committee's walk says where it is; an own walk asks again, further down."""
    h = Harness()
    walk = h.start("plan")
    h.start("plan")
    notice = h.direct("Ana")[-1]
    assert isinstance(notice, Notice)
    assert notice.text == "Planning is already under way."
    assert notice.buttons[0].walk == walk
    assert [c.type for c in h.in_channel()] == ["start"]
    assert len(h.state.walks) == 1
    own = h.start("plan", "Ben", own=True)
    h.start("plan", "Ben", own=True)
    assert h.walk(own).cards["plan.why"] == 2
    old, new = [c for c in h.contents(own) if isinstance(c, QuestionCard)]
    assert (old.folded, new.folded) == (True, False)


def test_a_phase_that_is_not_there_lists_those_that_are() -> None:
    """An unknown phase is refused with the phases there are, and the nearest one."""
    h = Harness()
    with pytest.raises(Refused, match=r"Planning, Running it\. Did you mean Planning"):
        h.start("planing")


@both
def test_a_choice_shows_its_options_as_buttons(open_room: OpenRoom) -> None:
    """Every option is numbered; those that need no words answer in one click."""
    room = open_room()
    room.answer("To meet")
    assert [(o.number, o.label) for o in room.card.options] == [
        (1, "City park"), (2, "School yard"), (3, "Somewhere else"),
    ]  # fmt: skip
    picks = [b.label for b in room.card.buttons if b.action == "choose"]
    assert picks == ["City park", "School yard"]


def test_a_section_can_be_answered_on_one_form() -> None:
    """The form of a question has the open questions of its section, prefilled with what one said."""
    room = shared("ground", garden())
    h, ben = room.h, room.h.ids["Ben"]
    form = h.service.form(h.committee, ben, "ground.water")
    assert [f.question for f in form.fields] == ["ground.water"]
    room.form("Ben", ground__water={"yes": "no", "why": "the pipe is dry"})
    form = h.service.form(h.committee, ben, "ground.water")
    assert [(f.question, f.depth) for f in form.fields] == [("ground.water", 0), ("ground.tank", 1)]
    assert form.fields[0].filled == {"yes": "no", "why": "the pipe is dry"}
    assert form.fields[1].context == ("Asked because of “Is there water on the site?”: No",)
    room.form(
        "Ben",
        ground__water={"yes": "no", "why": "the pipe is dry"},
        ground__tank={"option": "truck"},
    )
    assert h.answer_text("ground.tank", "Ben") == "A truck"
    assert room.current == "ground.for"


def test_leaving_and_coming_back_days_later() -> None:
    """Nothing is lost or asked again: the walk stands where it stood."""
    h = Harness()
    own = h.start("plan", "Ben", own=True)
    h.say("Ben", "To meet", own)
    h.clock.advance(days=9)
    assert h.walk(own).current == "plan.place"
    h.say("Ben", "2", own)
    assert h.walk(own).current == "plan.cake"


@both
def test_pause_and_resume(open_room: OpenRoom) -> None:
    """Paused, words are kept as a note and nothing is asked; then it goes on in the same place."""
    room = open_room()
    room.answer("To meet")
    room.say("pause")
    assert room.stage() is Stage.PAUSED
    room.say("the park, maybe", "Ben")
    assert [n.text for n in room.h.item("plan.place").notes] == ["the park, maybe"]
    kept = room.h.notice(room.id, "Ben")
    if room.lead == "Ben":
        assert kept.buttons[0].action == "resume"
    else:  # a button that could only be refused is none; who can, is said
        assert not kept.buttons
        assert kept.text.endswith("Ana can go on.")
    room.h.clock.advance(days=3)
    room.say("resume")
    assert (room.stage(), room.current) == (Stage.ASKING, "plan.place")
    assert [c.folded for c in room.cards_of("plan.place")] == [True, False]
    room.say("/pause")
    room.say("/pause")
    assert room.h.notice(room.id, room.lead).text.startswith("This is paused already")


@both
def test_a_pause_does_not_stop_forms(open_room: OpenRoom) -> None:
    """Who answers by form while it is paused is taken at their word; the walk goes on behind it."""
    room = open_room()
    room.say("pause")
    for name in room.people:
        room.form(name, plan__why={"text": "To meet"})
    assert (room.stage(), room.current) == (Stage.PAUSED, "plan.why")
    room.say("/next")
    assert (room.stage(), room.current) == (Stage.ASKING, "plan.place")


def test_words_in_a_walk_that_had_nothing_to_ask_are_kept() -> None:
    """Everything was dealt with before it began: it is done at once, and still loses nothing."""
    h = Harness(garden())
    h.form("Ben", share__for={"text": "All"}, share__day={"text": "Friday"})
    mine = h.start("share", "Ben", own=True)
    assert h.walk(mine).stage is Stage.DONE
    h.say("Ben", "one more thing", mine)
    assert [n.text for n in h.item("share.day").notes] == ["one more thing"]
    assert "kept your words" in h.notice(mine, "Ben").text


@both
def test_what_was_answered_before_is_not_asked(open_room: OpenRoom) -> None:
    """A walk begins at the first question that those it asks have not answered."""
    room = open_room("plan", settings=Settings(move_on=MoveOn.EVERYONE))
    for name in room.people:
        room.form(name, run__stalls={"entries": "cake"})
    walk = room.h.start("run", room.lead, own=len(room.people) == 1)
    room.h.say(room.lead, "/next", walk)
    assert room.h.walk(walk).current == "run.days"


def test_a_folded_card_still_says_whose_the_question_is() -> None:
    """Until they have answered it, or the committee has ruled."""
    room = shared()
    hand(room.h, "Chi", "plan.why")
    room.say("next")
    [card] = room.cards_of("plan.why")
    assert card.folded
    assert showing.below(card) == ("Chi has this one",)
    room.form("Ben", plan__why={"text": "To meet"})
    assert showing.below(room.cards_of("plan.why")[0]) == ("Chi has this one",)
    room.form("Chi", plan__why={"text": "To eat"})
    assert showing.below(room.cards_of("plan.why")[0]) == ()


def test_ones_own_start_says_what_is_left() -> None:
    """Of what one has answered with the others, nothing is asked again."""
    room = shared()
    for text in ("To meet", "School yard"):
        room.answer(text)
    room.h.start("plan", "Ben", own=True)
    [card] = [c for c in room.h.direct("Ben") if isinstance(c, StartCard)]
    assert card.text.startswith(
        "Planning, at your own pace: 1 question left of 3, about 5 minutes."
    )
    fresh = own()
    [card] = [c for c in fresh.h.direct("Ben") if isinstance(c, StartCard)]
    assert "own pace: 3 questions, about" in card.text


def test_what_will_be_asked_is_numbered() -> None:
    """As the cards number it."""
    room = shared()
    reader = Reader(room.h.service.look(room.h.committee), room.h.state.members[room.h.ids["Ana"]], room.h.clock())  # fmt: skip
    _, passage = phase_reading(reader, "plan", answers=False).passages
    assert passage.text == (
        "1. Why do we hold a fair?\n\n2. Where will it be?\n\n3. Will there be cake?"
    )
