"""Moving on: one's own walk at once; the committee's by its setting, and always on the chair's next."""

from typing import Any

import pytest

from bot.core import owing
from bot.core.events import Assigned
from storage.people import MoveOn, Role, Settings
from storage.records import Stage, Status
from tests.harness import Harness
from tests.walk_rooms import Room, choose, garden, hand, join, keep, own, shared

EVERYONE = Settings(move_on=MoveOn.EVERYONE)
TWO = Settings(move_on=MoveOn.COUNT, move_on_count=2)
CHAIR = Settings(move_on=MoveOn.CHAIR)


def heard(room: Room, *names: str) -> str:
    """These people answer the first question; returns where the walk is then."""
    for name in names:
        room.say("To meet", name)
    return room.current


# -- by the setting --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "stays", "moves"),
    [(EVERYONE, ("Ben", "Chi"), "Ana"), (TWO, ("Ben",), "Chi")],
)
def test_the_walk_moves_by_the_setting(
    settings: Settings, stays: tuple[str, ...], moves: str
) -> None:
    """With everyone asked, or with so many: not before, and then at once."""
    room = shared(settings=settings)
    assert heard(room, *stays) == "plan.why"
    assert heard(room, moves) == "plan.place"


def test_the_same_person_twice_is_one() -> None:
    """Two replies by Ben are not two people."""
    assert heard(shared(settings=TWO), "Ben", "Ben") == "plan.why"


def test_with_the_chair_it_waits_for_next() -> None:
    """Everyone has answered and it stays; the chair's next moves it, the card offers it."""
    room = shared(settings=CHAIR)
    assert heard(room, "Ana", "Ben", "Chi") == "plan.why"
    assert "next" in [b.action for b in room.card.buttons]
    room.press("Next")
    assert room.current == "plan.place"


@pytest.mark.parametrize("settings", [EVERYONE, TWO, CHAIR])
def test_the_chairs_next_always_moves(settings: Settings) -> None:
    """Even where nobody has answered: the question stays open, and is a gap."""
    room = shared(settings=settings)
    room.say("next")
    assert room.current == "plan.place"
    assert room.h.item("plan.why").status is Status.OPEN


def test_next_by_a_member_says_who_may() -> None:
    """Ben's next is refused with the chair's name, and nothing moves."""
    room = shared()
    room.say("next", "Ben")
    assert room.current == "plan.why"
    assert room.h.notice(room.id, "Ben").text == ("Only the chair can do that. You could ask Ana.")


def test_a_count_larger_than_the_committee_means_everyone() -> None:
    """Five are wanted and three are there: three are enough."""
    room = shared(settings=Settings(move_on=MoveOn.COUNT, move_on_count=5))
    assert heard(room, "Ana", "Ben") == "plan.why"
    assert heard(room, "Chi") == "plan.place"


def test_passing_counts_as_heard() -> None:
    """A skip with a reason is a response, too."""
    room = shared()
    room.press("Skip…", "Ben", "I was away")
    room.press("Not applicable…", "Chi", "not my part")
    assert heard(room, "Ana") == "plan.place"
    assert room.h.item("plan.why").status is Status.ANSWERED


def test_where_all_pass_the_item_is_skipped() -> None:
    """Nobody answered: skipped, or not applicable where all of them say so."""
    for label, status in (("Skip…", Status.SKIPPED), ("Not applicable…", Status.NA)):
        room = own()
        room.press(label, "Ben", "no idea")
        assert room.h.item("plan.why").status is Status.OPEN
        h = room.h
        for name in ("Ana", "Chi"):
            mine = h.start("plan", name, own=True)
            h.press(name, mine, label, "no idea")
        assert h.item("plan.why").status is status


def test_the_chairs_skip_is_the_committees() -> None:
    """In the shared walk the chair leaves a question out for all, with a reason, and it moves on."""
    room = shared()
    room.say("To meet", "Ben")
    room.press("Skip…", "Ana", "we know that")
    item = room.h.item("plan.why")
    assert (item.status, room.current) == (Status.SKIPPED, "plan.place")
    assert room.cards_of("plan.why")[0].standing == "Skipped: we know that (Ana)"
    assert len(item.answers) == 1


def test_a_skip_needs_a_reason() -> None:
    """Without one it is refused, by button and by word, with what to do."""
    from bot.core.errors import Refused

    room = shared()
    with pytest.raises(Refused, match="say why"):
        room.press("Skip…", "Ben", "  ")
    room.say("skip", "Ben")
    assert room.h.notice(room.id, "Ben").text == (
        "What is the reason? Type “skip:” and a few words, as in: skip: nobody knows yet"
    )


# -- discuss later ---------------------------------------------------------------------------------


def test_anyone_may_put_a_question_aside() -> None:
    """It is parked with its reason and the walk moves on; a later answer takes it up again."""
    room = shared()
    room.press("Discuss later", "Ben")
    item = room.h.item("plan.why")
    assert (item.status, room.current) == (Status.PARKED, "plan.place")
    assert room.cards_of("plan.why")[0].standing == "To discuss (Ben)"
    room.form("Chi", plan__why={"text": "To meet"})
    assert room.h.item("plan.why").status is Status.ANSWERED


def test_with_the_chair_a_members_parking_moves_nothing() -> None:
    """It stands on the card; the chair moves on."""
    room = shared(settings=CHAIR)
    room.say("/park too early", "Ben")
    assert room.current == "plan.why"
    assert room.card.standing == "To discuss: too early (Ben)"
    room.say("/park It is too early.", "Chi")
    assert room.card.standing == "To discuss (Chi): It is too early."
    room.say("next")
    assert room.current == "plan.place"


# -- one's own walk --------------------------------------------------------------------------------


@pytest.mark.parametrize("settings", [EVERYONE, TWO, CHAIR])
def test_ones_own_walk_moves_at_once(settings: Settings) -> None:
    """On an answer, a pass, or putting it aside, whatever the committee chose."""
    room = own(settings=settings)
    room.say("To meet")
    assert room.current == "plan.place"
    room.press("Skip…", text="no idea")
    assert room.current == "plan.cake"
    room.press("Discuss later")
    assert room.stage() is Stage.REVIEWING


def test_ones_own_walk_is_ones_own() -> None:
    """What others do to its question moves it not: its owner may be typing."""
    room = own()
    h = room.h
    walk = h.start("plan")
    h.press("Chi", walk, "Discuss later")
    assert h.item("plan.why").status is Status.PARKED
    assert room.current == "plan.why"
    room.say("To meet")
    assert h.answer_text("plan.why", "Ben") == "To meet"
    assert room.current == "plan.place"


def test_an_answer_given_elsewhere_moves_ones_own_walk() -> None:
    """Ben answers in the committee's thread; his own walk goes on, and the other way about."""
    room = own()
    h = room.h
    walk = h.start("plan")
    h.say("Ben", "To meet", walk)
    assert room.current == "plan.place"
    h.say("Ana", "To meet", walk)
    h.say("Chi", "To meet", walk)
    assert h.walk(walk).current == "plan.place"
    room.say("2")
    h.say("Ana", "2", walk)
    h.say("Chi", "2", walk)
    assert h.walk(walk).current == "plan.cake"


def test_the_last_one_answers_by_form_from_elsewhere() -> None:
    """No walk is named in the form: the committee's moves on all the same."""
    room = shared()
    heard(room, "Ana", "Ben")
    room.h.form("Chi", plan__why={"text": "To meet"})
    assert room.current == "plan.place"


def test_an_earlier_card_is_answered_while_the_walk_is_elsewhere() -> None:
    """A form for an earlier question moves nothing."""
    room = shared()
    room.say("next")
    room.form("Ben", plan__why={"text": "To meet"})
    room.form("Ana", plan__why={"text": "To meet"})
    room.form("Chi", plan__why={"text": "To meet"})
    assert room.current == "plan.place"


# -- who is asked ----------------------------------------------------------------------------------


def test_an_assigned_question_waits_for_its_holder_alone() -> None:
    """The others may speak; the holder's answer moves it on."""
    room = shared()
    hand(room.h, "Chi", "plan.why")
    assert room.card.waiting == ("Chi",)
    assert heard(room, "Ana", "Ben") == "plan.why"
    assert heard(room, "Chi") == "plan.place"


def test_an_assigned_question_waits_for_its_holder_where_a_number_would_do() -> None:
    """Two are enough, but it is Chi's."""
    room = shared(settings=TWO)
    hand(room.h, "Chi", "plan.why")
    assert heard(room, "Ana", "Ben") == "plan.why"
    assert heard(room, "Chi") == "plan.place"


def test_a_question_handed_to_who_has_answered_moves_on() -> None:
    """Nobody is left to wait for."""
    room = shared()
    heard(room, "Chi")
    hand(room.h, "Chi", "plan.why")
    assert room.current == "plan.place"


def test_who_has_answered_is_not_asked_to_once_more() -> None:
    """Handed a question that they answered they hear nothing; whoever did it hears why."""
    room = shared()
    heard(room, "Chi")
    h = room.h
    handled = h.handle(Assigned(**h.base("Ana"), question="plan.why", to=h.ids["Chi"]))
    assert "Chi has answered “Why" in str(handled.effects)
    assert "asked you to answer" not in str(handled.effects)


def test_an_own_walk_leaves_out_what_somebody_else_holds() -> None:
    """Ben is not asked what is Chi's."""
    h = Harness()
    hand(h, "Chi", "plan.why")
    mine = h.start("plan", "Ben", own=True)
    assert h.walk(mine).current == "plan.place"


def test_a_member_who_joins_is_waited_for() -> None:
    """From then on, at the question asked just now."""
    room = shared()
    heard(room, "Ana", "Ben")
    join(room.h, "Dev")
    assert heard(room, "Chi") == "plan.why"
    assert room.card.waiting == ("Dev",)
    assert heard(room, "Dev") == "plan.place"


@pytest.mark.parametrize("change", [{"active": False}, {"role": Role.OBSERVER}])
def test_a_member_who_leaves_is_not_waited_for(change: dict[str, Any]) -> None:
    """Chi is the last one to go, and leaves or becomes an observer: the walk moves on."""
    room = shared()
    heard(room, "Ana", "Ben")
    keep(room.h, "Chi", **change)
    assert room.current == "plan.place"


def test_an_observer_is_never_waited_for() -> None:
    """Olu reads along: asked nothing, and told so kindly when answering."""
    room = shared()
    assert "Olu" not in room.card.waiting
    room.say("To meet", "Olu")
    assert "read along" in room.h.notice(room.id, "Olu").text
    assert room.h.item("plan.why").responses == {}


def test_what_a_leaver_held_is_free_again() -> None:
    """Everyone is asked what Chi had not answered."""
    room = shared()
    hand(room.h, "Chi", "plan.why")
    keep(room.h, "Chi", active=False)
    assert room.h.item("plan.why").assignment is None
    assert room.card.waiting == ("Ana", "Ben")


def test_the_chair_alone_is_a_committee() -> None:
    """Everyone else is away: the chair's answer moves it on."""
    room = shared()
    keep(room.h, "Ben", active=False)
    keep(room.h, "Chi", active=False)
    assert heard(room, "Ana") == "plan.place"


def test_the_own_walk_of_a_member_made_observer_rests() -> None:
    """Its answers stay; its owner may not go on, and is told whom to ask."""
    room = own()
    room.say("To meet")
    keep(room.h, "Ben", role=Role.OBSERVER)
    room.say("2")
    assert room.current == "plan.place"
    assert "read along" in room.h.notice(room.id, "Ben").text
    assert room.h.answer_text("plan.why", "Ben") == "To meet"


# -- the setting changes ---------------------------------------------------------------------------


def test_a_new_setting_counts_at_once() -> None:
    """Two have answered when two become enough."""
    room = shared()
    heard(room, "Ana", "Ben")
    choose(room.h, MoveOn.COUNT, 2)
    assert room.current == "plan.place"


def test_a_new_setting_shows_on_the_card() -> None:
    """With the chair, next stands on the card itself."""
    room = shared()
    assert "next" not in [b.action for b in room.card.buttons]
    choose(room.h, MoveOn.CHAIR)
    assert "next" in [b.action for b in room.card.buttons]


# -- going to a question ---------------------------------------------------------------------------


def test_the_chair_goes_to_a_question_and_comes_back() -> None:
    """`ask 3` leads there; once it is dealt with the walk returns."""
    room = shared()
    room.say("ask 3")
    assert room.current == "plan.cake"
    room.answer("yes")
    assert room.current == "plan.why"


def test_a_member_is_shown_the_question_and_moves_nothing() -> None:
    """Ben's `ask` shows it to him with a way to answer; the thread stays where it is."""
    room = shared()
    room.say("ask 3", "Ben")
    assert room.current == "plan.why"
    notice = room.h.notice(room.id, "Ben")
    assert notice.text == "Will there be cake?"
    assert notice.buttons[0].action == "answer"


def test_every_question_left_open_is_a_gap_and_the_walk_ends() -> None:
    """Next and nothing but next leads to the end; a new start asks what is still open."""
    room = shared("share", garden())
    room.say("next")
    room.say("next")
    assert room.stage() is Stage.DONE
    assert {i.question for i in room.h.state.items.values() if i.waits} >= {
        "share.for", "share.day",
    }  # fmt: skip
    room.h.start("share")
    assert (room.stage(), room.current) == (Stage.ASKING, "share.for")
    room.answer("All")
    room.answer("Friday")
    room.h.start("share")
    assert room.stage() is Stage.DONE
    assert len(room.h.summaries()) == 1


def test_next_in_a_done_phase_says_what_is_possible() -> None:
    """Nothing is open: a word and the way to the record."""
    room = shared("share", garden())
    room.answer("All")
    room.answer("Friday")
    room.say("next")
    notice = room.h.notice(room.id, "Ana")
    assert notice.text.startswith("Sharing it is done.")
    assert notice.buttons[0].action == "record"


@pytest.mark.parametrize("label", ["Skip…", "Not applicable…", "Discuss later"])
def test_what_the_committee_ruled_on_waits_for_nobody_after_back(label: str) -> None:
    """The walk stands at it again, yet nobody is to go, and it is on nobody's list."""
    room = shared()
    room.press(label, "Ana", "the town decides")
    assert room.current != "plan.why"
    room.say("back")
    assert room.current == "plan.why"
    assert not room.card.waiting
    for name in ("Ana", "Ben", "Chi"):
        assert "plan.why" not in owing.waiting_for(room.h.state, room.h.bank, room.h.ids[name])
    room.say("To meet", "Ben")
    assert room.card.waiting == ("Ana", "Chi")
