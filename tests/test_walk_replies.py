"""Plain replies as answers: each kind in a person's words, adding to what was said, and not fitting."""

import pytest

from bot.core.answering import EMPTIED, EMPTY_FORM
from bot.core.effects import Notice, Update
from bot.core.errors import Problem, Refused
from bot.core.events import Answered, Fields
from bot.core.sent import placed
from questions.answers import MAX_TEXT
from storage.records import How
from tests.harness import Harness
from tests.walk_rooms import OpenRoom, Room, both, garden, own, shared


def at(room: Room, question: str) -> Room:
    """Bring a room to a question, as its lead may."""
    room.say(f"/ask {question}")
    assert room.current == question
    return room


@both
@pytest.mark.parametrize(
    ("reply", "option"),
    [("2", "school"), ("School yard", "school"), ("school", "school"), ("the city park", "park")],
)
def test_a_choice_by_number_name_or_beginning(open_room: OpenRoom, reply: str, option: str) -> None:
    """One option is found by its number, its name, or what it unmistakably begins with."""
    room = at(open_room(), "plan.place")
    room.say(reply, "Ben")
    value = room.h.item("plan.place").answers[room.h.ids["Ben"]].value
    assert value is not None
    assert value.kind == "one"
    assert value.option == option


@both
@pytest.mark.parametrize(
    ("reply", "said"),
    [
        ("yes, because children like it", "Yes: because children like it"),
        ("nope", "No"),
        ("Yes!", "Yes"),
        ("no, too sticky", "No: too sticky"),
    ],
)
def test_yes_and_no_in_a_persons_words(open_room: OpenRoom, reply: str, said: str) -> None:
    """What comes with the yes or no is kept as the why."""
    room = at(open_room(), "plan.cake")
    room.say(reply, "Ben")
    assert room.h.answer_text("plan.cake", "Ben") == said


@both
def test_a_list_has_one_entry_a_line(open_room: OpenRoom) -> None:
    """Bullets and numbers in front of the lines are not part of the entries."""
    room = at(open_room("run"), "run.stalls")
    room.say("- cake\n- lemonade\n\n* books", "Ben")
    assert room.h.answer_text("run.stalls", "Ben") == "cake\nlemonade\nbooks"


def test_a_list_grows_over_several_messages() -> None:
    """Before the walk moves on, each further message adds its entries."""
    room = at(shared("run"), "run.stalls")
    room.say("cake", "Ben")
    room.say("lemonade\nbooks", "Ben")
    assert room.h.answer_text("run.stalls", "Ben") == "cake\nlemonade\nbooks"
    assert room.h.item("run.stalls").answers[room.h.ids["Ben"]].revision == 2


def test_a_list_grows_in_ones_own_walk_too_where_it_is_spoken_about() -> None:
    """One's own walk moves on at once; what is still said about the list adds to it, and moves nothing."""
    room = at(own("run"), "run.stalls")
    room.say("cake")
    after = room.current
    assert after != "run.stalls"
    room.say("lemonade", about="run.stalls")
    assert room.h.answer_text("run.stalls", "Ben") == "cake\nlemonade"
    assert room.current == after


def test_a_second_reply_adds_until_the_walk_moves_on() -> None:
    """Text is joined line by line; ✅ stands on each message that counts."""
    room = shared()
    first = room.say("To meet each other", "Ben")
    second = room.say("And to raise money", "Ben")
    assert room.h.answer_text("plan.why", "Ben") == "To meet each other\nAnd to raise money"
    assert room.h.reactions(room.id, first) == room.h.reactions(room.id, second) == ("✅",)


def test_nothing_but_a_reaction_answers_a_reply() -> None:
    """In a thread the bot is quiet: no message for a reply that fits, only ✅ and the card."""
    room = shared()
    before = len(room.h.contents(room.id, "Ben"))
    room.say("To meet", "Ben")
    assert len(room.h.contents(room.id, "Ben")) == before


def test_words_after_a_click_are_its_why() -> None:
    """One clicks *City park* and then says why: the words go with the choice."""
    room = at(shared(), "plan.place")
    room.press("City park", "Ben")
    room.say("there is shade under the trees", "Ben")
    assert room.h.answer_text("plan.place", "Ben") == "City park: there is shade under the trees"
    at(room, "plan.cake")
    room.press("Yes", "Ben")
    room.say("everyone asked for it last year", "Ben")
    assert room.h.answer_text("plan.cake", "Ben") == "Yes: everyone asked for it last year"


def test_words_after_a_form_add_to_it() -> None:
    """A form's list, too, grows with the next reply."""
    room = at(shared("run"), "run.stalls")
    room.form("Ben", run__stalls={"entries": "cake\nbooks"})
    room.say("lemonade", "Ben")
    assert room.h.answer_text("run.stalls", "Ben") == "cake\nbooks\nlemonade"


def test_another_choice_replaces_the_first() -> None:
    """Of one choice the later counts; of several, it adds."""
    room = at(shared(), "plan.place")
    room.say("park", "Ben")
    room.say("actually the school yard", "Ben")
    assert room.h.answer_text("plan.place", "Ben").startswith("School yard")
    days = at(shared("run"), "run.days")
    days.say("Saturday", "Ben")
    days.say("Sunday too", "Ben")
    assert days.h.answer_text("run.days", "Ben").startswith("Saturday, Sunday")


@both
def test_an_own_option_keeps_the_own_words(open_room: OpenRoom) -> None:
    """ "Somewhere else" alone asks where; the next reply says it, and nothing has to be said twice."""
    room = at(open_room(), "plan.place")
    room.say("3", "Ben")
    assert "in your words" in room.h.notice(room.id, "Ben").text
    assert room.h.item("plan.place").answers == {}
    room.say("the old harbour", "Ben")
    assert room.h.answer_text("plan.place", "Ben") == "Somewhere else (the old harbour)"
    assert room.h.item("plan.place").notes == ()


@both
def test_what_does_not_fit_is_kept_and_gets_a_friendly_word(open_room: OpenRoom) -> None:
    """The word says what would work and offers it in one click; the words are kept as a note."""
    room = at(open_room(), "plan.place")
    ref = room.say("maybe", "Ben")
    notice = room.h.notice(room.id, "Ben")
    assert "City park" in notice.text
    assert "kept it as a note" in notice.text
    assert [b.label for b in notice.buttons] == ["City park", "School yard", "Somewhere else…"]
    assert room.h.reactions(room.id, ref) == ()
    [note] = room.h.item("plan.place").notes
    assert (note.text, note.member) == ("maybe", room.h.ids["Ben"])
    room.h.click("Ben", notice.buttons[0])
    assert room.h.answer_text("plan.place", "Ben") == "City park"


@both
def test_an_own_option_is_offered_with_the_form_for_its_words(open_room: OpenRoom) -> None:
    """One click can't say them: the button leads to where they are asked for, wherever the word is read."""
    room = at(open_room(), "plan.place")
    for text in ("maybe", "3"):
        room.say(text, "Ben")
        *_, own = room.h.notice(room.id, "Ben").buttons
        assert (own.action, own.label) == ("answer", "Somewhere else…")
        assert (own.walk, own.question) == (room.id, "plan.place")


def test_the_friendly_word_is_for_the_one_who_wrote() -> None:
    """In the shared thread nobody else sees that something did not fit."""
    room = at(shared(), "plan.cake")
    before = len(room.h.contents(room.id, "Chi"))
    room.say("we will see", "Ben")
    assert len(room.h.contents(room.id, "Chi")) == before
    assert room.h.notice(room.id, "Ben").buttons[0].label == "Yes"


def test_an_unfit_note_becomes_the_why_of_the_answer() -> None:
    """ "A badge scheme" and then "other": what did not fit by itself counts with what follows."""
    room = at(shared(), "plan.place")
    room.say("the old harbour", "Ben")
    room.say("3", "Ben")
    assert room.h.answer_text("plan.place", "Ben") == "Somewhere else (the old harbour)"


def test_a_reply_about_a_question_just_left_goes_there() -> None:
    """Who had the earlier question before them answers that one, whatever the walk asks by now."""
    room = shared()
    room.say("To raise money", "Ben")
    room.say("/next")
    assert room.current == "plan.place"
    room.say("and for the children", "Ben", about="plan.why")
    room.say("To meet", "Chi", about="plan.why")
    assert room.current == "plan.place"
    assert room.h.answer_text("plan.why", "Ben") == "To raise money\nand for the children"
    assert room.h.answer_text("plan.why", "Chi") == "To meet"
    assert room.h.item("plan.place").answers == {}


def test_a_reply_about_the_last_question_arrives_in_the_round() -> None:
    """The round has begun meanwhile: the words still belong to the question they were about."""
    room = shared()
    room.say("/next")
    room.say("/next")
    assert room.current == "plan.cake"
    room.say("yes", "Ben")
    room.say("/next")
    assert room.walk.review is not None
    room.say("no, too sticky", "Chi", about="plan.cake")
    assert room.h.answer_text("plan.cake", "Chi") == "No: too sticky"
    assert room.h.state.mitigations == {}


def test_a_reply_about_a_question_that_has_closed_is_a_note() -> None:
    """Its condition is no longer met: the words are kept beside it, and the person is told."""
    room = shared("ground", garden())
    room.answer("Everyone")
    room.say("no", "Ben")
    room.say("/next")
    assert room.current == "ground.tank"
    room.form("Ben", ground__water={"yes": "yes"})
    room.say("a truck", "Chi", about="ground.tank")
    assert [n.text for n in room.h.item("ground.tank").notes] == ["a truck"]
    assert room.h.notice(room.id, "Chi").text.startswith("This question is not asked just now")


@both
def test_the_same_answer_again_is_no_harm(open_room: OpenRoom) -> None:
    """The same words by form confirm; nothing is asked again, and nobody is told to look again."""
    room = open_room()
    room.form("Ben", plan__why={"text": "To meet"})
    at(room, "plan.why")
    room.form("Ben", plan__why={"text": "To meet"})
    mine = room.h.item("plan.why").answers[room.h.ids["Ben"]]
    assert (mine.revision, mine.how) == (2, How.CONFIRM)
    assert room.h.answer_text("plan.why", "Ben") == "To meet"


def test_an_answer_that_would_be_too_long_in_all_is_kept_as_a_note() -> None:
    """Each message fits, both together do not: the answer stays, the second is a note."""
    room = shared()
    room.say("a" * (MAX_TEXT - 10), "Ben")
    room.say("b" * 100, "Ben")
    assert room.h.answer_text("plan.why", "Ben") == "a" * (MAX_TEXT - 10)
    assert [n.text for n in room.h.item("plan.why").notes] == ["b" * 100]


def test_a_form_is_taken_as_a_whole_or_not_at_all() -> None:
    """One field that does not fit refuses the form, at its field; nothing of it is kept."""
    h = Harness()
    h.start("plan")
    with pytest.raises(Refused) as refused:
        h.form("Ben", plan__why={"text": "To meet"}, plan__place={"option": "moon"})
    assert [p.field for p in refused.value.problems] == ["plan.place"]
    assert h.item("plan.why").responses == {}


@both
@pytest.mark.parametrize("by", ["press", "reply", "form"])
def test_a_hint_settles_once_its_author_has_answered(open_room: OpenRoom, by: str) -> None:
    """However they did: it says so, and nothing is left to press. Others' stay as they are."""
    room = open_room()
    room.answer("To meet")
    room.say("perhaps", "Ben")
    if len(room.people) > 1:
        room.say("who knows", "Chi")

    def told(name: str) -> Notice:
        hints = [c for c in room.h.contents(room.id, name) if isinstance(c, Notice)]
        return next(c for c in hints if "can't match" in c.text)

    before = told("Ben")
    assert [b.action for b in before.buttons] == ["choose", "choose", "answer"]
    if by == "press":
        room.h.click("Ben", before.buttons[0])
    elif by == "reply":
        room.say("city park", "Ben")
    else:
        room.form("Ben", plan__place={"option": "park"})
    assert room.h.item("plan.place").answers.keys() == {room.h.ids["Ben"]}
    settled = {"buttons": (), "text": f"{before.text} You have answered since."}
    assert told("Ben") == before.model_copy(update=settled)
    if len(room.people) > 1:
        assert told("Chi").buttons


def hinted(room: Room, name: str = "Ben") -> list[tuple[str, int]]:
    """The words that somebody was told of, and how many buttons are left below each."""
    told = [c for c in room.h.contents(room.id, name) if isinstance(c, Notice)]
    found = [c for c in told if "can't match" in c.text]
    return [(c.text.split('"')[1], len(c.buttons)) for c in found]


@both
def test_a_hint_about_an_edited_message_settles_too(open_room: OpenRoom) -> None:
    """The first word stays as it was, with nothing to press: the newer one is about what is there now."""
    room = open_room()
    room.answer("To meet")
    ref = room.say("perhaps", "Ben")
    room.h.edit("Ben", room.id, ref, "maybe not")
    assert hinted(room) == [("perhaps", 0), ("maybe not", 3)]
    room.say("city park", "Ben")
    assert hinted(room) == [("perhaps", 0), ("maybe not", 0)]


@both
def test_a_hint_about_an_answer_edited_away_settles_too(open_room: OpenRoom) -> None:
    """Their message was an answer, and is none any more until they answer anew."""
    room = open_room()
    room.answer("To meet")
    ref = room.say("city park", "Ben")
    room.h.edit("Ben", room.id, ref, "maybe not")
    assert hinted(room) == [("maybe not", 3)]
    room.say("school", "Ben", about="plan.place")
    assert hinted(room) == [("maybe not", 0)]


@both
def test_a_hint_about_a_deleted_message_offers_nothing(open_room: OpenRoom) -> None:
    """Nobody said that any more."""
    room = open_room()
    room.answer("To meet")
    ref = room.say("perhaps", "Ben")
    room.h.delete("Ben", room.id, ref)
    assert hinted(room) == [("perhaps", 0)]


def test_a_hint_is_settled_once() -> None:
    """A further answer changes nothing about it again: each change is an edit on a platform that counts them."""
    room = shared()
    room.answer("To meet")
    room.say("perhaps", "Ben")

    def edits(text: str) -> int:
        done = room.h.say("Ben", text, room.id)
        return sum(isinstance(e, Update) and ":hint:" in e.key for e in done.effects)

    assert [edits(text) for text in ("city park", "school", "there is shade")] == [1, 0, 0]


def test_an_option_without_its_words_is_a_problem_at_these() -> None:
    """*Other* was ticked, and nothing written beside it: the words are what is missing."""
    h = Harness()
    with pytest.raises(Refused) as refused:
        h.form("Ben", plan__place={"option": "other"}, plan__why={"text": "To meet"})
    assert [p.field for p in refused.value.problems] == ["plan.place:other"]
    assert placed(refused.value.problems, ["plan.place:option", "plan.place:other"]) == {
        "plan.place:other": refused.value.problems[0].sentence
    }
    # Where a form has no such input, it stands at the question.
    assert list(placed(refused.value.problems, ["plan.place:option"])) == ["plan.place:option"]


def test_an_emptied_form_leads_to_taking_the_answer_back() -> None:
    """Of whoever has answered; it is not said that nothing is there yet, and nothing changes by itself."""
    h = Harness()

    def emptied(name: str, **also: Fields) -> Refused:
        with pytest.raises(Refused) as refused:
            h.handle(Answered(**h.base(name), answers=also, emptied="plan.why"))
        return refused.value

    assert emptied("Ben").sentence == EMPTY_FORM
    h.form("Ben", plan__why={"text": "To meet"})
    assert emptied("Chi").sentence == EMPTY_FORM
    refused = emptied("Ben")
    assert refused.sentence == EMPTIED
    assert refused.problems == (Problem(field="plan.why", sentence=EMPTIED),)
    with pytest.raises(Refused, match="Take it back"):
        h.form("Ben", plan__why={"text": ""})
    assert h.answer_text("plan.why", "Ben") == "To meet"
    assert h.service.form(h.committee, h.ids["Ben"], "plan.why").answered
    assert not h.service.form(h.committee, h.ids["Chi"], "plan.why").answered


def test_words_that_nothing_was_said_to_are_left_alone() -> None:
    """Kept while the walk was paused, they had no word with buttons: there is none to settle."""
    room = shared()
    room.answer("To meet")
    room.say("/pause")
    room.say("maybe", "Ben")
    room.say("/resume")
    (note,) = room.h.item("plan.place").notes
    assert (note.text, note.hint) == ("maybe", "")
    handled = room.h.say("Ben", "School yard", room.id)
    assert not [e for e in handled.effects if ":hint:" in getattr(e, "key", "")]
    room.say("maybe", "Chi")
    assert room.h.item("plan.place").notes[-1].hint
    handled = room.h.say("Chi", "School yard", room.id)
    assert [e for e in handled.effects if ":hint:" in getattr(e, "key", "")]


def test_a_form_that_is_older_than_an_answer_is_taken() -> None:
    """Opened before its author answered in the thread, it is blank there: the rest of it counts."""
    h = Harness()
    h.form("Ben", plan__why={"text": "To meet"})
    cake: dict[str, Fields] = {"plan.cake": {"yes": "yes"}}
    h.handle(Answered(**h.base("Ben"), answers=cake, emptied="plan.why"))
    assert h.answer_text("plan.why", "Ben") == "To meet"
    assert h.item("plan.cake").answers


def test_one_form_may_close_what_it_answers() -> None:
    """The first half of a form closes its second: the words are kept with the closed question."""
    room = shared("ground", garden())
    room.form("Ben", ground__water={"yes": "no"})
    room.form("Ben", ground__tank={"option": "rain"}, ground__water={"yes": "yes"})
    tank = room.h.item("ground.tank")
    assert not tank.applies
    assert room.h.answer_text("ground.tank", "Ben") == "Rain barrels"


def test_one_form_may_open_what_it_answers() -> None:
    """The first half of a form opens its second: both are taken, whatever order they came in."""
    room = shared("ground", garden())
    room.form("Ben", ground__tank={"option": "rain"}, ground__water={"yes": "no"})
    assert room.h.item("ground.tank").applies
    assert room.h.answer_text("ground.tank", "Ben") == "Rain barrels"
