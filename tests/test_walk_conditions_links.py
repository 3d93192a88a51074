"""What one answer does to other questions: conditions open and close them, links want a new look."""

import pytest

from bot.core.effects import Notice
from bot.core.errors import Refused
from storage.records import How, Stage, Status
from tests.harness import Harness
from tests.walk_rooms import OpenRoom, Room, both, garden, keep, own, shared

# -- conditions ------------------------------------------------------------------------------------


def dry(room: Room, *names: str, water: str = "no") -> None:
    """These people say whether there is water."""
    for name in names or room.people:
        room.form(name, ground__water={"yes": water})


@both
def test_an_answer_opens_the_question_that_depends_on_it(open_room: OpenRoom) -> None:
    """It is asked next, and says why it is asked."""
    room = open_room("ground", garden())
    room.answer("Everyone")
    room.answer("no")
    assert room.current == "ground.tank"
    assert room.card.context == ("Asked because of “Is there water on the site?”: No",)


@both
def test_an_answer_that_does_not_open_it_leaves_it_out(open_room: OpenRoom) -> None:
    """The next question that applies is asked."""
    room = open_room("ground", garden())
    room.answer("Everyone")
    room.answer("yes")
    assert room.current == "ground.beds"
    assert not room.h.item("ground.tank").applies


@both
def test_closing_keeps_the_answers_and_opening_brings_them_back(open_room: OpenRoom) -> None:
    """A changed answer closes a whole chain, its answers marked; changed back, all of it is there."""
    room = open_room("ground", garden())
    for text in ("Everyone", "no", "a truck", "Ben's uncle"):
        room.answer(text)
    assert room.current == "ground.beds"
    dry(room, water="yes")
    for question in ("ground.tank", "ground.driver"):
        assert not room.h.item(question).applies
        assert len(room.h.item(question).answers) == len(room.people)
        card = room.cards_of(question)[-1]
        assert card.closed
        assert card.standing.startswith("Not asked any more")
        assert card.buttons == ()
    dry(room)
    for question in ("ground.tank", "ground.driver"):
        item = room.h.item(question)
        assert (item.applies, item.status) == (True, Status.ANSWERED)
        assert not room.cards_of(question)[-1].closed
    assert room.current == "ground.beds"


def test_one_answer_is_enough_to_open() -> None:
    """A condition holds when anybody's answer makes it true, and until nobody's does."""
    room = shared("ground", garden())
    dry(room, "Ben", "Chi")
    dry(room, "Chi", water="yes")
    assert room.h.item("ground.tank").applies
    dry(room, "Ben", water="yes")
    assert not room.h.item("ground.tank").applies


@both
def test_a_question_that_opens_behind_the_walk_is_asked_before_the_end(
    open_room: OpenRoom,
) -> None:
    """The walk is past it when it opens: it is asked before the round."""
    room = open_room("ground", garden())
    for text in ("Everyone", "yes", "tomatoes"):
        room.answer(text)
    assert room.current == "ground.tools"
    dry(room)
    assert room.current == "ground.tools"
    room.answer("spades")
    assert room.current == "ground.tank"
    room.answer("rain barrels")
    assert room.stage() is Stage.REVIEWING


@both
def test_a_question_that_opens_in_the_round_is_asked_and_the_round_goes_on(
    open_room: OpenRoom,
) -> None:
    """The round is interrupted for it, and comes back to where it was."""
    room = open_room("ground", garden())
    for text in ("Everyone", "yes", "tomatoes", "spades"):
        room.answer(text)
    room.answer("nothing")
    subject = room.walk.review
    assert subject is not None
    dry(room)
    assert room.stage() is Stage.REVIEWING
    room.answer("nothing")
    assert room.current == "ground.tank"
    room.answer("rain")
    assert room.walk.reviewed == ("ground.for", subject.subject)


@both
def test_a_question_that_closes_and_opens_again_is_asked_again(open_room: OpenRoom) -> None:
    """It was asked once and left open; opened anew, it is asked before the end."""
    room = open_room("ground", garden())
    for text in ("Everyone", "no"):
        room.answer(text)
    room.say("/next")
    assert room.current == "ground.beds"
    dry(room, water="yes")
    dry(room)
    room.answer("tomatoes")
    room.answer("spades")
    assert room.current == "ground.tank"


@both
def test_the_question_asked_just_now_closes(open_room: OpenRoom) -> None:
    """The walk does not stay at a question that is not asked any more."""
    room = open_room("ground", garden())
    for text in ("Everyone", "no"):
        room.answer(text)
    assert room.current == "ground.tank"
    dry(room, water="yes")
    assert room.current == "ground.beds"
    assert room.cards_of("ground.tank")[-1].closed


def test_somebody_elses_walk_moves_off_a_question_that_closes() -> None:
    """Ben's own walk is at a question that Ana's answer closes."""
    h = Harness(garden())
    walk = h.start("ground")
    h.say("Ana", "no", walk, "ground.for")
    h.form("Ana", walk, ground__water={"yes": "no"})
    mine = h.start("ground", "Ben", own=True)
    h.say("Ben", "Everyone", mine)
    h.say("Ben", "/next", mine)
    assert h.walk(mine).current == "ground.tank"
    h.form("Ana", walk, ground__water={"yes": "yes"})
    assert h.walk(mine).current == "ground.beds"


def test_withdrawing_the_answer_closes_what_hung_on_it() -> None:
    """The walk stands at the dependent question while the answer is taken back."""
    room = shared("ground", garden())
    room.answer("Everyone")
    room.say("no", "Ben")
    room.say("/next")
    assert room.current == "ground.tank"
    room.withdraw("ground.water", "Ben")
    assert room.current == "ground.beds"


def test_a_closed_question_takes_no_answer_and_says_why() -> None:
    """A form for it is refused with a word; its card has no buttons."""
    room = shared("ground", garden())
    with pytest.raises(Refused, match="not asked just now"):
        room.form("Ben", ground__tank={"option": "rain"})
    with pytest.raises(Refused, match="not asked just now"):
        room.h.service.form(room.h.committee, room.h.ids["Ben"], "ground.tank")


# -- links -----------------------------------------------------------------------------------------


def linked(open_room: OpenRoom, *said: tuple[str, str]) -> Room:
    """A walk at a question whose ground these people covered before."""
    room = open_room("share", garden())
    for name, text in said:
        room.form(name, grow__for={"text": text})
    room.say("/resume" if room.people == ("Ben",) else "/ask share.for")
    return room


@both
def test_a_link_shows_the_earlier_answer(open_room: OpenRoom) -> None:
    """With its phase, day and author, before anything is asked again."""
    card = linked(open_room, ("Ana", "The whole street")).card
    assert [(s.name, s.words) for s in card.earlier] == [("Ana", "The whole street")]
    assert "What grows" in card.context[0]
    assert "Ana" in card.context[0]
    assert [b.label for b in card.buttons if b.primary] == ["Still holds"]
    assert "It's different now…" in [b.label for b in card.buttons]


def test_one_s_own_words_are_called_so() -> None:
    """ "You said" to the one who said it, in a walk of their own; the thread has the name."""
    together = linked(shared, ("Ana", "The whole street"))
    assert together.card.context[0].startswith("Ana said in What grows (")
    alone = linked(own, ("Ben", "The whole street"), ("Ana", "Families"))
    assert [line.split(" said in ")[0] for line in alone.card.context] == ["You", "Ana"]


def test_a_link_shows_what_is_said_meanwhile() -> None:
    """The earlier question is answered while the later one is asked: its card follows."""
    room = shared("share", garden())
    room.form("Ana", grow__for={"text": "The whole street"})
    assert [s.words for s in room.card.earlier] == ["The whole street"]
    assert "Still holds" in [b.label for b in room.card.buttons]


@both
def test_still_holds_takes_the_answer_over_in_one_click(open_room: OpenRoom) -> None:
    """It is the member's own answer from then on, and says where it came from."""
    room = linked(open_room, ("Ana", "The whole street"))
    room.press("Still holds", "Ben")
    mine = room.h.item("share.for").answers[room.h.ids["Ben"]]
    assert (mine.how, mine.from_question) == (How.HOLDS, "grow.for")
    assert room.h.answer_text("share.for", "Ben") == "The whole street"
    assert [s.mark for s in room.cards_of("share.for")[-1].said] == ["still holds"]


@both
def test_still_holds_by_a_word(open_room: OpenRoom) -> None:
    """Typed, "still holds" is the click."""
    room = linked(open_room, ("Ana", "The whole street"))
    room.say("Still holds.", "Ben")
    assert room.h.answer_text("share.for", "Ben") == "The whole street"


def test_of_two_earlier_answers_ones_own_is_taken_over() -> None:
    """Both are shown; who gave one keeps theirs, the others take what was said last."""
    room = linked(shared, ("Ben", "Families"), ("Ana", "The whole street"))
    assert [s.name for s in room.card.earlier] == ["Ben", "Ana"]
    room.press("Still holds", "Ben")
    room.press("Still holds", "Chi")
    assert room.h.answer_text("share.for", "Ben") == "Families"
    assert room.h.answer_text("share.for", "Chi") == "The whole street"


def test_without_an_earlier_answer_there_is_nothing_to_hold() -> None:
    """No button is offered, and the word is refused with what would work."""
    room = shared("share", garden())
    assert "holds" not in [b.action for b in room.card.buttons]
    room.say("/holds", "Ben")
    assert room.h.notice(room.id, "Ben").text.startswith("There is no earlier answer to keep")


def test_words_after_still_holds_add_to_it() -> None:
    """One click, and one more thing to say."""
    room = linked(shared, ("Ana", "The whole street"))
    room.press("Still holds", "Ben")
    room.say("and the school", "Ben")
    assert room.h.answer_text("share.for", "Ben") == "The whole street\nand the school"


# -- re-confirm ------------------------------------------------------------------------------------


def built(*names: str) -> Room:
    """A committee whose sharing was built on who will eat, by these people."""
    room = linked(shared, ("Ana", "The whole street"))
    for name in names:
        room.press("Still holds", name)
    return room


def looks(room: Room, name: str) -> list[Notice]:
    """What a member was told to look at again."""
    return [c for c in room.h.direct(name) if isinstance(c, Notice) and " still hold?" in c.text]


def test_a_change_upstream_marks_what_was_built_on_it() -> None:
    """The item waits for a new look, and each who answered gets one message with the way there."""
    room = built("Ben", "Chi")
    room.form("Ana", grow__for={"text": "Only members"})
    item = room.h.item("share.for")
    assert item.reconfirm is not None
    assert (item.reconfirm.question, item.reconfirm.by) == ("grow.for", room.h.ids["Ana"])
    assert item.waits
    for name in ("Ben", "Chi"):
        [notice] = looks(room, name)
        assert notice.text.startswith("Ana changed the answer to “Who will eat what grows?”")
        assert "Your answer to “" in notice.text
        assert [(b.action, b.question) for b in notice.buttons] == [
            ("holds", "share.for"),
            ("answer", "share.for"),
        ]
    assert looks(room, "Ana") == []


def test_nobody_is_told_twice_while_they_have_not_looked() -> None:
    """Ana is still finding her words: one message for all of it."""
    room = built("Ben")
    room.form("Ana", grow__for={"text": "Only members"})
    room.form("Ana", grow__for={"text": "Only members and their families"})
    assert len(looks(room, "Ben")) == 1


def test_the_mark_goes_when_all_who_built_on_it_have_looked() -> None:
    """Ben confirms, Chi changes hers: only then is it settled; nobody answers for the other."""
    room = built("Ben", "Chi")
    room.form("Ana", grow__for={"text": "Only members"})
    room.say("/ask share.for")
    room.press("My answer still holds", "Ben")
    item = room.h.item("share.for")
    assert item.reconfirm is not None
    assert item.answers[room.h.ids["Ben"]].how is How.CONFIRM
    assert room.card.waiting == ("Ana", "Chi")
    room.form("Chi", share__for={"text": "Members"})
    assert room.h.item("share.for").reconfirm is None


def test_the_chair_may_say_it_for_all() -> None:
    """Whoever answered may be away: the chair's word clears the mark, the answers stay as they were."""
    room = built("Ben", "Chi")
    before = room.h.item("share.for").responses
    room.form("Ana", grow__for={"text": "Only members"})
    room.say("/ask share.for")
    room.press("My answer still holds", "Ana")
    assert room.h.item("share.for").reconfirm is None
    assert room.h.item("share.for").responses == before


def test_nobody_else_confirms_what_somebody_said() -> None:
    """A member without an answer there is told whose it is."""
    room = built("Ben")
    room.form("Ana", grow__for={"text": "Only members"})
    room.say("/holds", "Chi", about="share.for")
    assert room.h.notice(room.id, "Chi").text.startswith("Ben gave that answer")
    assert room.h.item("share.for").reconfirm is not None


def test_the_same_words_upstream_mark_nothing() -> None:
    """A new revision that says the same is no change."""
    room = built("Ben")
    room.form("Ana", grow__for={"text": "The whole street"})
    assert room.h.item("share.for").reconfirm is None


def test_withdrawing_upstream_marks_too() -> None:
    """What an answer was built on has gone."""
    room = built("Ben")
    room.withdraw("grow.for", "Ana")
    assert room.h.item("share.for").reconfirm is not None


def test_a_chain_of_links_is_marked_link_by_link() -> None:
    """A change at the top marks what was built on it; what hangs on that, once it changes as well."""
    room = built("Ben")
    room.form("Ana", ground__for={"text": "Neighbours"})
    assert room.h.item("grow.for").reconfirm is not None
    assert room.h.item("share.for").reconfirm is None
    room.form("Ana", grow__for={"text": "Neighbours"})
    assert room.h.item("grow.for").reconfirm is None
    assert room.h.item("share.for").reconfirm is not None


def test_who_changes_it_and_built_on_it_is_spoken_to_as_themselves() -> None:
    """Ana changes her own ground: "You changed …"."""
    room = built("Ana")
    room.form("Ana", grow__for={"text": "Only members"})
    [notice] = looks(room, "Ana")
    assert notice.text.startswith("You changed the answer")


def test_both_ends_on_one_form_need_no_second_look() -> None:
    """Who changes both at once has looked."""
    room = built("Ana")
    room.form("Ana", grow__for={"text": "Only members"}, share__for={"text": "Members"})
    assert room.h.item("share.for").reconfirm is None


def test_who_left_is_not_waited_for() -> None:
    """Of two who built on it one has left: the other's look settles it."""
    room = built("Ben", "Chi")
    h = room.h
    keep(h, "Chi", active=False)
    room.form("Ana", grow__for={"text": "Only members"})
    assert looks(room, "Chi") == []
    room.form("Ben", share__for={"text": "Members"})
    assert h.item("share.for").reconfirm is None


def test_an_own_walk_asks_what_its_owner_has_to_look_at_again() -> None:
    """It has been answered, and still comes up: with the old answer, and one click to keep it."""
    h = Harness(garden())
    h.form("Ana", grow__for={"text": "The whole street"})
    h.form("Ben", share__for={"text": "Everyone"})
    h.form("Ana", grow__for={"text": "Only members"})
    mine = h.start("share", "Ben", own=True)
    assert h.walk(mine).current == "share.for"
    h.press("Ben", mine, "My answer still holds")
    assert h.walk(mine).current == "share.day"
    assert h.item("share.for").reconfirm is None


def test_an_answer_that_was_ruled_out_is_not_marked() -> None:
    """The chair has skipped it: nobody has to look at it again."""
    room = built("Ben")
    room.say("/ask share.for")
    room.press("Skip…", "Ana", "not this year")
    room.form("Ana", grow__for={"text": "Only members"})
    assert room.h.item("share.for").status is Status.SKIPPED
    assert room.h.item("share.for").reconfirm is None
