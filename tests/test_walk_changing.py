"""Going back, changing, withdrawing, editing and deleting: nothing said is ever lost."""

import pytest

from bot.core import engine
from bot.core.effects import QuestionCard
from bot.core.errors import Refused
from bot.core.events import Deleted, Edited
from storage.records import Answer, How, Said, Stage, Status
from tests.harness import Harness
from tests.walk_rooms import OpenRoom, Room, both, shared


def history(room: Room, question: str, name: str) -> tuple[Answer, ...]:
    """Every revision of one person's answer, the oldest first."""
    return room.h.store.read().history(room.h.committee, question, room.h.ids[name])


# -- back ------------------------------------------------------------------------------------------


@both
def test_back_and_answer_returns(open_room: OpenRoom) -> None:
    """Back asks the earlier question again; once it is dealt with, the walk is where it was."""
    room = open_room()
    room.answer("To meet")
    room.answer("2")
    assert room.current == "plan.cake"
    room.press("Back")
    assert room.current == "plan.place"
    room.press("Back")
    assert room.current == "plan.why"
    assert "back" not in {b.action for b in room.card.more}
    room.say("To raise money")
    assert room.current == "plan.cake"
    room.press("Back")
    assert room.current == "plan.place"


@both
def test_after_back_the_new_answer_replaces_the_old(open_room: OpenRoom) -> None:
    """Coming back is to say it anew: a new revision, the old one kept with who and when."""
    room = open_room()
    room.answer("To meet")
    room.press("Back")
    room.say("To raise money", "Ben")
    first, second = history(room, "plan.why", "Ben")
    assert room.h.answer_text("plan.why", "Ben") == "To raise money"
    assert (first.revision, second.revision) == (1, 2)
    assert first.by == second.by == room.h.ids["Ben"]
    assert first.at < second.at
    assert first.value != second.value


@both
def test_back_at_the_first_question_says_so(open_room: OpenRoom) -> None:
    """There is nothing before it, and the word says that."""
    room = open_room()
    room.say("back")
    assert room.h.notice(room.id, room.lead).text.startswith("This is the first question")


@both
def test_back_then_next_leaves_the_answer(open_room: OpenRoom) -> None:
    """Only looking: next leads to where the walk was, and nothing changed."""
    room = open_room()
    room.answer("To meet")
    before = room.h.item("plan.why")
    room.say("back")
    room.say("next")
    assert room.current == "plan.place"
    assert room.h.item("plan.why") == before


@both
def test_back_folds_the_card_it_leaves_and_asks_anew(open_room: OpenRoom) -> None:
    """There is one live card at any time, the newest one."""
    room = open_room()
    room.answer("To meet")
    room.say("back")
    cards = [c for c in room.h.contents(room.id) if isinstance(c, QuestionCard)]
    assert [(c.question, c.folded) for c in cards] == [
        ("plan.why", True), ("plan.place", True), ("plan.why", False),
    ]  # fmt: skip


def test_back_out_of_the_round_and_into_it_again() -> None:
    """Inside the round, back leads to the answer before; from its first, to the last question."""
    room = shared()
    room.answer("To meet")
    room.answer("2")
    room.answer("yes")
    assert room.stage() is Stage.REVIEWING
    room.answer("nothing")
    room.say("back")
    assert room.walk.review is not None
    assert room.walk.review.subject == "plan.why"
    room.say("back")
    assert (room.stage(), room.current) == (Stage.ASKING, "plan.cake")
    room.answer("no")
    assert room.stage() is Stage.REVIEWING


# -- an earlier card -------------------------------------------------------------------------------


@both
def test_an_earlier_card_stays_answerable(open_room: OpenRoom) -> None:
    """Its form changes the answer and moves nothing; the folded card follows."""
    room = open_room()
    room.answer("To meet")
    button = room.cards_of("plan.why")[0].buttons[0]
    assert button.action == "answer"
    room.form("Ben", plan__why={"text": "To raise money"})
    assert room.current == "plan.place"
    card = room.cards_of("plan.why")[0]
    assert card.folded
    assert "To raise money" in [s.words for s in card.said]


# -- withdrawing -----------------------------------------------------------------------------------


@both
def test_withdrawing_keeps_the_revisions(open_room: OpenRoom) -> None:
    """The answer is gone from the card and open again; the record keeps what it said, and when."""
    room = open_room()
    ref = room.say("To meet", "Ben")
    room.withdraw("plan.why", "Ben")
    item = room.h.item("plan.why")
    assert (item.status, item.answers) == (Status.OPEN, {})
    assert room.cards_of("plan.why")[-1].said == ()
    first, second = history(room, "plan.why", "Ben")
    assert (first.said, second.said) == (Said.ANSWER, Said.WITHDRAWN)
    assert second.how is How.WITHDRAW
    assert room.h.reactions(room.id, ref) == ()


def test_withdraw_by_a_word_means_what_was_answered_last() -> None:
    """One's own walk has moved on already: "undo" still takes the last answer back, and says which."""
    h = Harness()
    mine = h.start("plan", "Ben", own=True)
    h.say("Ben", "To meet", mine)
    h.say("Ben", "undo", mine)
    assert h.item("plan.why").answers == {}
    assert "Why do we hold a fair?" in h.notice(mine, "Ben").text
    h.say("Ben", "withdraw", mine)
    assert h.notice(mine, "Ben").text.startswith("You have not answered")


@both
def test_answering_again_after_withdrawing(open_room: OpenRoom) -> None:
    """The next revision counts on."""
    room = open_room()
    room.say("To meet", "Ben")
    room.withdraw("plan.why", "Ben")
    room.form("Ben", plan__why={"text": "To raise money"})
    assert [a.said for a in history(room, "plan.why", "Ben")] == [
        Said.ANSWER, Said.WITHDRAWN, Said.ANSWER,
    ]  # fmt: skip


# -- editing the message ---------------------------------------------------------------------------


@both
def test_editing_the_message_is_a_new_revision(open_room: OpenRoom) -> None:
    """Whenever that is; the walk stays where it is."""
    room = open_room()
    ref = room.say("To meat", "Ben")
    here = room.current
    room.h.edit("Ben", room.id, ref, "To meet")
    assert room.h.answer_text("plan.why", "Ben") == "To meet"
    assert [a.how for a in history(room, "plan.why", "Ben")] == [How.REPLY, How.EDIT]
    assert room.current == here
    assert [s.mark for s in room.cards_of("plan.why")[-1].said] == ["edited"]


def test_editing_one_of_several_messages() -> None:
    """Only its part changes."""
    room = shared()
    first = room.say("To meet", "Ben")
    room.say("To dance", "Ben")
    room.h.edit("Ben", room.id, first, "To eat")
    assert room.h.answer_text("plan.why", "Ben") == "To eat\nTo dance"


def test_an_edit_that_does_not_fit_takes_the_answer_back_and_keeps_the_words() -> None:
    """ "City park" becomes "maybe": no answer any more, a note, no ✅; edited again, an answer."""
    room = shared()
    room.say("/next")
    ref = room.say("City park", "Ben")
    room.h.edit("Ben", room.id, ref, "maybe")
    assert room.h.item("plan.place").answers == {}
    assert [n.text for n in room.h.item("plan.place").notes] == ["maybe"]
    assert room.h.reactions(room.id, ref) == ()
    room.h.edit("Ben", room.id, ref, "perhaps")
    assert [n.text for n in room.h.item("plan.place").notes] == ["perhaps"]
    room.h.edit("Ben", room.id, ref, "School yard")
    assert room.h.answer_text("plan.place", "Ben") == "School yard"
    assert room.h.item("plan.place").notes == ()
    assert room.h.reactions(room.id, ref) == ("✅",)


@both
def test_a_note_edited_into_a_fitting_answer_is_one(open_room: OpenRoom) -> None:
    """What did not fit is put right in the message itself: it counts, and the walk may move on."""
    room = open_room()
    room.say("/next")
    ref = room.say("maybe", "Ben")
    room.h.edit("Ben", room.id, ref, "2")
    assert room.h.answer_text("plan.place", "Ben") == "School yard"
    assert room.h.item("plan.place").notes == ()
    assert room.current == ("plan.place" if len(room.people) == 3 else "plan.cake")


def test_editing_a_note_beside_an_answer_leaves_the_answer() -> None:
    """Ben has answered since: the note changes, and nothing else."""
    room = shared()
    room.say("/next")
    ref = room.say("maybe", "Ben")
    room.press("School yard", "Ben")
    room.h.edit("Ben", room.id, ref, "City park")
    assert room.h.answer_text("plan.place", "Ben") == "School yard"
    assert [n.text for n in room.h.item("plan.place").notes] == ["City park"]


def test_an_edit_that_changes_nothing_changes_nothing() -> None:
    """Platforms send an edit when a link unfurls."""
    room = shared()
    ref = room.say("To meet", "Ben")
    before = room.h.state
    room.h.edit("Ben", room.id, ref, "To meet")
    assert room.h.state == before


def test_editing_a_command_does_nothing() -> None:
    """A message that was no answer does not become one by an edit."""
    room = shared()
    room.say("help", "Ben")
    before = room.h.state
    room.h.edit("Ben", room.id, room.h.refs[-1], "To meet")
    assert room.h.state == before


def test_the_message_in_the_room_follows_its_edit() -> None:
    """Who reads along sees the words that count."""
    room = shared()
    ref = room.say("To meat", "Ben")
    room.h.edit("Ben", room.id, ref, "To meet")
    assert room.h.store.read().message(room.walk.place, ref).text == "To meet"
    room.h.delete("Ben", room.id, ref)
    assert room.h.store.read().message(room.walk.place, ref).deleted


# -- deleting the message --------------------------------------------------------------------------


@both
def test_deleting_the_message_withdraws_the_answer(open_room: OpenRoom) -> None:
    """The revisions stay, and say how it came about."""
    room = open_room()
    ref = room.say("To meet", "Ben")
    room.h.delete("Ben", room.id, ref)
    assert room.h.item("plan.why").answers == {}
    assert [(a.said, a.how) for a in history(room, "plan.why", "Ben")] == [
        (Said.ANSWER, How.REPLY), (Said.WITHDRAWN, How.DELETE),
    ]  # fmt: skip


def test_deleting_one_of_several_messages_leaves_the_others() -> None:
    """And deleting the last of them takes the answer back."""
    room = shared()
    first = room.say("To meet", "Ben")
    second = room.say("To dance", "Ben")
    room.h.delete("Ben", room.id, first)
    assert room.h.answer_text("plan.why", "Ben") == "To dance"
    room.h.delete("Ben", room.id, second)
    assert room.h.item("plan.why").answers == {}


def test_deleting_a_note_leaves_the_answer() -> None:
    """The note goes; what was answered since does not."""
    room = shared()
    room.say("/next")
    ref = room.say("maybe", "Ben")
    room.press("School yard", "Ben")
    room.h.delete("Ben", room.id, ref)
    assert room.h.answer_text("plan.place", "Ben") == "School yard"
    assert room.h.item("plan.place").notes == ()


def test_deleting_the_choice_and_leaving_the_why() -> None:
    """What is left does not fit alone: the answer is taken back, the words stay in the record."""
    room = shared()
    room.say("/next")
    first = room.say("City park", "Ben")
    room.say("because of the trees", "Ben")
    room.h.delete("Ben", room.id, first)
    assert room.h.item("plan.place").answers == {}
    assert history(room, "plan.place", "Ben")[-1].parts[0].text == "because of the trees"


def test_a_withdrawn_answer_does_not_come_back_by_a_deletion() -> None:
    """Two messages, withdrawn; one of them is deleted afterwards."""
    room = shared()
    first = room.say("To meet", "Ben")
    room.say("To dance", "Ben")
    room.withdraw("plan.why", "Ben")
    room.h.delete("Ben", room.id, first)
    assert room.h.item("plan.why").answers == {}


def test_an_old_message_does_not_undo_a_later_skip() -> None:
    """Ben answered, then skipped: editing or deleting the old message leaves the skip."""
    room = shared()
    ref = room.say("To meet", "Ben")
    room.press("Skip…", "Ben", "no opinion after all")
    room.h.edit("Ben", room.id, ref, "To meat")
    room.h.delete("Ben", room.id, ref)
    assert room.h.item("plan.why").responses[room.h.ids["Ben"]].said is Said.SKIP


# -- other people's ids ----------------------------------------------------------------------------


def test_nobody_touches_what_somebody_else_said() -> None:
    """Another member's message id, edited or deleted by Chi, changes nothing of Ben's."""
    room = shared()
    ref = room.say("To meet", "Ben")
    before = room.h.state
    with pytest.raises(Refused, match="Only the one who wrote"):
        room.h.edit("Chi", room.id, ref, "To fight")
    with pytest.raises(Refused, match="Only the one who wrote"):
        room.h.delete("Chi", room.id, ref)
    assert room.h.state == before
    fight = Edited(**room.h.base("Chi", room.id), ref=ref, text="To fight")
    assert engine.advance(before, fight, room.h.bank, room.h.clock()) == (before, ())


def test_an_empty_message_id_finds_nothing() -> None:
    """A form's answer has no message, so an id of "" does not find it."""
    room = shared()
    room.form("Ben", plan__why={"text": "To meet"})
    state = room.h.state
    event = Deleted(**room.h.base("Ben", room.id), ref="")
    after, effects = engine.advance(state, event, room.h.bank, room.h.clock())
    assert after is state
    assert effects == ()


def test_words_of_ones_own_walk_stay_ones_own_when_edited() -> None:
    """An answer that is edited into words that fit nothing becomes a note for its author alone."""
    h = Harness()
    walk = h.start("plan", "Ben", own=True)
    h.say("Ben", "To meet", walk)
    h.say("Ben", "1", walk)
    h.edit("Ben", walk, h.refs[-1], "my private doubts")
    assert [(n.text, n.own) for n in h.item("plan.place").notes] == [("my private doubts", True)]
